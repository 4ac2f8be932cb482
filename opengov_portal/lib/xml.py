"""Text that goes into XML: the feeds, and the SVG that pictures are drawn from."""

import re

# What XML 1.0 cannot hold, even escaped (section 2.2 of the standard).
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(words: object) -> str:
    """The words without the characters that XML cannot hold."""
    return UNWRITABLE.sub("", str(words))
