"""Email addresses in what is shown, veiled for those who are not to see them."""

import re

_LOCAL = r"\w.+%'=~!#$*?^|{}-"
# From the beginning of a word alone: else a long one takes as long as its square.
ADDRESS = re.compile(rf"(?<![{_LOCAL}])[{_LOCAL}]+(?:@|%40)\w[\w.-]*", re.IGNORECASE)
# What a form sends back must be what is kept, and not the veil.
TYPED = re.compile(r"(<textarea\b.*?</textarea>|<input\b[^>]*>|<style\b.*?</style>)", re.DOTALL)


def veiled(text: str, veil: str) -> str:
    """The text, or page, with this word for each address in it; what is typed in stays."""
    if "@" not in text and "%40" not in text:
        return text
    parts = TYPED.split(text)
    parts[::2] = [ADDRESS.sub(veil, part) for part in parts[::2]]
    return "".join(parts)
