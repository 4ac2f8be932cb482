"""The rows of a spreadsheet saved as CSV, whatever it is written in and separated by."""

import csv
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from commitments.loading.problems import BadFile, Place
from proposals.importing.encodings import encoding_of, known

DELIMITERS = ",;\t|"
# Longer than any text that can be taken, with its HTML; and no more of it is held at once.
LONGEST_CELL, LONGEST_LINE = 1_000_000, 4_000_000  # characters
SAYS_DELIMITER = re.compile(r'"?sep=([,;\t|])"?\s*')  # a first line for Excel alone
Cells = list[str]


@dataclass(frozen=True)
class Table:
    """A file of rows. The first that is not empty has the names of the columns."""

    path: Path
    encoding: str
    delimiter: str

    @property
    def place(self) -> Place:
        return Place(self.path.name)

    def rows(self) -> Generator[tuple[int, Cells]]:
        """Each row that is not empty, with its number as a spreadsheet counts it.

        Raises BadFile where the file is no table from there on.
        """
        number = 0
        with _long_cells(), _open(self.path, self.encoding) as file:
            try:
                reader = csv.reader(_lines(file), delimiter=self.delimiter, strict=True)
                for number, cells in enumerate(reader, 1):
                    if number == 1 and SAYS_DELIMITER.fullmatch(self.delimiter.join(cells)):
                        continue
                    if any(cell.strip() for cell in cells):
                        yield number, cells
            except csv.Error as error:
                self.place.at("row", number + 1).refuse(
                    "", f"cannot be read, and what follows neither: {error}. {_ADVICE}"
                )
            except UnicodeError as error:
                self.place.at("row", number + 1).refuse(
                    "", f"is not {self.encoding} text: name its encoding by --encoding ({error})."
                )
            except OSError as error:
                raise BadFile(f"{self.path}: cannot be read ({error.strerror}).") from error

    def header(self) -> Cells:
        with closing(self.rows()) as rows:
            first = next(rows, None)
        if first is None:
            self.place.refuse("", "has no rows.")
        return first[1]


_ADVICE = "A quotation mark may not be closed, or not be doubled."


def open_table(path: Path, *, encoding: str = "", fit: Callable[[Cells], int]) -> Table:
    """The file as a table. Raises BadFile.

    It is separated by what gives the most columns that `fit` knows, or the most at all.
    """
    place = Place(path.name)
    found = encoding_of(path, place)
    encoding = known(encoding, place) if encoding else found
    with _open(path, encoding) as file:
        try:
            said = SAYS_DELIMITER.fullmatch(file.readline(20))
        except UnicodeError as error:
            place.refuse("", f"is not {encoding} text ({error}).")
    if said:
        return Table(path, encoding, said[1])
    tables, failure = [], None
    for delimiter in DELIMITERS:
        table = Table(path, encoding, delimiter)
        try:
            header = table.header()
        except BadFile as error:
            failure = failure or error
        else:
            tables.append((fit(header), len(header), table))
    if not tables:
        raise failure or BadFile(f"{path.name}: is no table.")
    return max(tables, key=lambda found: found[:2])[2]


def _open(path: Path, encoding: str) -> IO[str]:
    return path.open(encoding=encoding, newline="")


def _lines(file: IO[str]) -> Iterator[str]:
    """The file's lines, none of them longer than can be held. Raises csv.Error."""
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise csv.Error(f"a line is longer than {LONGEST_LINE:,} characters")
        yield line


@contextmanager
def _long_cells() -> Iterator[None]:
    """The csv module takes no more than 131,072 characters unless it is told, for everybody."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
