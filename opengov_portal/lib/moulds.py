"""Parts of pages that are drawn once for each shape they have, and then only filled in.

To draw a page Django looks up and judges each value by itself, and a page has hundreds.
Most of what it works out is the same every time: which words stand there, and in which
order. A mould keeps that, with blanks where the values go.
"""

import logging
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from html import escape
from secrets import token_hex

from django.template.loader import get_template
from django.utils.safestring import SafeString

log = logging.getLogger(__name__)

STRICT = False  # on in the tests: a reader is owed a page, whatever is wrong with a part
MOST = 500  # shapes of one part, before it is begun afresh
TOKEN = token_hex(8)  # so that no text can be taken for a blank
BLANK = re.compile(f"\ue000{TOKEN}-([0-9]+)\ue001")

Draw = Callable[[Sequence[SafeString]], str]


def shown(value: object) -> str:
    """A value as a page puts it out: escaped unless it is safe, a number in plain digits."""
    if isinstance(value, SafeString):
        return value
    return "" if value is None else escape(str(value))


class Mould:
    """One part of a page, in each of its shapes. Kept in the process for as long as it runs."""

    def __init__(self) -> None:
        self.kept: dict[Hashable, tuple[str, tuple[int, ...]]] = {}

    def filled(self, shape: Hashable, values: Sequence[object], draw: Draw) -> SafeString:
        """The part of that shape with these values, which `draw` draws where it is not known.

        The shape is all that decides how it is drawn, and the language is part of it; of a
        value `draw` may only ask whether it is there, and put it out. Where it does more,
        the tests are told by a ValueError, and a reader gets what `draw` draws.
        """
        texts = [shown(value) for value in values]
        key = (shape, tuple([text != "" for text in texts])) if texts else shape
        try:
            text, places = self.kept.get(key) or self.keep(key, texts, draw)
        except ValueError:
            if STRICT:
                raise
            log.exception("A part of a page cannot be filled in, and is drawn each time")
            return SafeString(draw(list(map(SafeString, texts))))
        # What is not blank was drawn by a template, and the texts are escaped.
        return SafeString(text % tuple([texts[place] for place in places]) if places else text)

    def keep(self, key: Hashable, texts: list[str], draw: Draw) -> tuple[str, tuple[int, ...]]:
        drawn = draw(
            [
                SafeString(f"\ue000{TOKEN}-{place}\ue001" if text else "")
                for place, text in enumerate(texts)
            ]
        )
        places = tuple(map(int, BLANK.findall(drawn)))
        text = BLANK.sub("%s", drawn.replace("%", "%%")) if places else drawn
        if texts and draw(list(map(SafeString, texts))) != (
            text % tuple(texts[place] for place in places) if places else text
        ):
            raise ValueError("A part of a page does more with a value than to put it out.")
        # Replaced, not changed: threads share it.
        known = self.kept if len(self.kept) < MOST else {}
        self.kept = known | {key: (text, places)}
        return text, places


class Part(Mould):
    """A part of pages that has a template of its own."""

    def __init__(self, template: str) -> None:
        super().__init__()
        self.template = template

    def drawn(self, shape: Hashable, values: Mapping[str, object], **facts: object) -> SafeString:
        """The part with these values filled in; the template may ask anything of the `facts`.

        They are of that shape: where one is another, so is the shape.
        """

        def draw(texts: Sequence[SafeString]) -> str:
            # Without the file's last line break, as a part may stand before a comma.
            blanks = dict(zip(values, texts, strict=True))
            return get_template(self.template).render(facts | blanks).strip()

        return self.filled(shape, [*values.values()], draw)
