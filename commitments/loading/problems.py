"""What is wrong with a file, said once, in words that lead to the place."""

import json
from dataclasses import dataclass
from typing import Any, NoReturn

SHOWN = 60


class BadFile(Exception):
    """A file that cannot be loaded. Its message is one sentence that names the place."""


def shown(value: Any) -> str:
    """A value from a file, short, on one line, and harmless to a terminal."""
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, int) else str(value)[:80]
    if len(text) > SHOWN:
        text = text[:SHOWN] + "…"
    return text.encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True)
class Place:
    """Where in a file something stands, as its reader would say it."""

    file: str
    names: tuple[str, ...] = ()

    def at(self, noun: str, name: Any = "") -> "Place":
        plain = shown(name).strip('"')
        label = f"{noun} {plain}".strip()
        return Place(self.file, (*self.names, label))

    def refuse(self, key: str, why: str) -> NoReturn:
        """Raises BadFile: `commitments.json: plan 2016-2018, commitment 19, title_en: …`."""
        where = ", ".join([*self.names, *([key] if key else [])])
        raise BadFile(f"{self.file}: {where}: {why}" if where else f"{self.file}: {why}")
