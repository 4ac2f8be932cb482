"""Writing tables that open in a spreadsheet, with their accents and without surprises."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

BOM = "\ufeff"
BATCH = 200  # rows a piece
# A cell that begins so is run as a formula by spreadsheets, full-width signs too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: Any) -> Any:
    """A value as one cell: lists joined by “; ”, nothing as an empty cell, formulas as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value
    text = "; ".join(str(one) for one in value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def table(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Rows as the pieces of a CSV file: UTF-8 with a byte order mark, which Excel asks for."""
    waiting = iter(rows)
    mark = BOM
    while batch := list(islice(waiting, BATCH)):
        piece = io.StringIO()
        csv.writer(piece).writerows([cell(value) for value in row] for row in batch)
        yield (mark + piece.getvalue()).encode()
        mark = ""
