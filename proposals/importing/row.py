"""One row of a spreadsheet as an idea, or why it cannot be one."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.utils import timezone

from commitments.loading.problems import BadFile, shown
from network.models import Subject
from network.models.profile import NAME_LENGTH
from opengov_portal.lib.dates import PartialDate
from opengov_portal.lib.languages import folded
from opengov_portal.lib.names import public_name
from opengov_portal.lib.plain import line, plain
from proposals.importing.days import TwoWays, read_day
from proposals.importing.mapping import Columns, Mapping
from proposals.importing.table import Cells
from proposals.loading import LONGEST, is_web_address, put_forward_elsewhere
from proposals.models import Consultation
from proposals.models.proposal import WHOLE_LENGTH

TEXTS = ("problem", "ask", "gain")
# The largest that PostgreSQL keeps in the column.
MOST_COUNTED = 2_147_483_647
LANGUAGES = {
    "en": ("en", "eng", "en-ca", "en_ca", "english", "anglais"),
    "fr": ("fr", "fra", "fre", "fr-ca", "fr_ca", "french", "francais"),
}
# 1,234 and 1 234 and 1.0: as spreadsheets show and save whole numbers.
COUNT = re.compile(r"(\d{1,3}(?:[,\s\u00a0\u202f]\d{3})+|\d+)(?:[.,]0+)?", re.ASCII)


class BadRow(Exception):
    """A row that cannot be taken: which parts of it, and why."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__("; ".join(f"{part}: {why}" for part, why in faults))
        self.faults = faults


@dataclass
class Idea:
    """What a row says, in the portal's own columns. `strange` are words that are no issue here."""

    values: dict[str, Any]
    issues: list[int]
    strange: list[str] = field(default_factory=list)


class Reader:
    """Reads the rows of one file into ideas of one call."""

    def __init__(self, call: Consultation, mapping: Mapping, columns: Columns) -> None:
        self.call, self.mapping, self.columns = call, mapping, columns
        self.known_issues: dict[str, int] = {}
        by_slug: dict[str, int | None] = {"": None}  # words that are left out on purpose
        for pk, *names in Subject.objects.values_list("pk", "slug", "name", "name_fr"):
            self.known_issues |= {folded(name): pk for name in names}
            by_slug[names[0]] = pk
        for slug in set(mapping.issues.values()) - by_slug.keys():
            raise BadFile(f"[issues] of the mapping names {shown(slug)}, which is no issue here.")
        self.renamed = {word: by_slug[slug] for word, slug in mapping.issues.items()}

    def key(self, row: Cells) -> str:
        """What the row is known by, as far as it says. Never fails."""
        return self._line("key", row, strict=False)

    def title(self, row: Cells) -> str:
        return self._line("title", row, strict=False)

    def read(self, row: Cells) -> Idea:
        """Raises BadRow with all in it that cannot be kept."""
        if any(cell.strip() for cell in row[self.columns.width :]):
            # Nobody knows which of them is in which column.
            refuse("", f"has {len(row)} cells, where the header has {self.columns.width}.")
        said = self._all(
            {
                "import_key": lambda: self._required("key", row),
                "title": lambda: self._required("title", row),
                **{part: partial(self._text, part, row) for part in TEXTS},
                "date": lambda: self._date(row),
                "language": lambda: self._language(row),
                "votes_elsewhere": lambda: self._count("votes", row),
                "comments_elsewhere": lambda: self._count("comments", row),
                "source_url": lambda: self._source(row),
                "name": lambda: self._name(row),
                "issues": lambda: self._issues(row),
            }
        )
        issues, strange = said.pop("issues")
        said |= put_forward_elsewhere(said.pop("date"), said.pop("language"))
        said["source_url"] = said["source_url"] or self.call.source_url
        said["name_shown"] = bool(said["name"])
        return Idea(said, issues, strange)

    def _all(self, parts: dict[str, Callable[[], Any]]) -> dict[str, Any]:
        """Each part, read. Raises BadRow with what is wrong about any of them."""
        said: dict[str, Any] = {}
        faults: list[tuple[str, str]] = []
        for name, read in parts.items():
            try:
                said[name] = read()
            except BadRow as bad:
                faults += bad.faults
        if said.get("problem") == said.get("source_url") == "":
            faults.append(("problem", "is missing, and so is a source where it can be read."))
        if faults:
            raise BadRow(*faults)
        return said

    # --- Each part of it -------------------------------------------------------

    def _said(self, part: str, row: Cells) -> str:
        cells = self.columns.cells(part, row)
        return "\n\n".join(cells) or self.mapping.always.get(part, "")

    def _plain(self, part: str, row: Cells, read: Callable[[str], str]) -> str:
        try:
            return read(self._said(part, row))
        except ValueError as error:
            refuse(part, f"{error}.")

    def _line(self, part: str, row: Cells, *, strict: bool = True) -> str:
        try:
            return self._plain(part, row, line)
        except BadRow:
            if strict:
                raise
            return ""

    def _required(self, part: str, row: Cells) -> str:
        text = self._line(part, row)
        if not text:
            refuse(part, "is missing.")
        return fits(part, text, LONGEST[part])

    def _text(self, part: str, row: Cells) -> str:
        return fits(part, self._plain(part, row, plain), WHOLE_LENGTH)

    def _language(self, row: Cells) -> str:
        said = folded(self._line("language", row))
        said = self.mapping.languages.get(said, said)
        for code, names in LANGUAGES.items():
            if said in names:
                return code
        return refuse("language", f"{shown(said)} is not known: it must be en or fr.")

    def _date(self, row: Cells) -> PartialDate:
        """When it was put forward; where that is not told, when its call was held."""
        said = self._line("date", row)
        if not said:
            return self._when_held()
        try:
            return read_day(said, day_first=self.mapping.day_first)
        except TwoWays:
            refuse(
                "date",
                f"{shown(said)} can be two days: say day_first = true or false under [dates] "
                "in the mapping file.",
            )
        except (ValueError, OverflowError):
            refuse("date", f"{shown(said)} is no date of the past that the portal can read.")

    def _when_held(self) -> PartialDate:
        held: PartialDate | None = self.call.held
        if held:
            return held
        days = [self.call.opens_at, self.call.closes_at]
        years = {timezone.localtime(day).year for day in days if day}
        if len(years) > 1:
            refuse("date", "is missing, and the call does not say either in which year it was.")
        return PartialDate(str(years.pop()))

    def _count(self, part: str, row: Cells) -> int | None:
        """How many; None where that is not told, which is not the same as none."""
        said = self._line(part, row)
        if not said:
            return None
        number = COUNT.fullmatch(said)
        digits = re.sub(r"\D", "", number[1]) if number else ""
        if not digits or len(digits) > 10 or int(digits) > MOST_COUNTED:
            refuse(part, f"{shown(said)} is not a number of {part}.")
        return int(digits)

    def _name(self, row: Cells) -> str:
        name = self._line("name", row)
        try:
            public_name(name)
        except ValidationError as error:
            refuse("name", " ".join(error.messages))
        return fits("name", name, NAME_LENGTH)

    def _source(self, row: Cells) -> str:
        address = self._line("source", row)
        if address and not is_web_address(address):
            refuse("source", f"{shown(address)} is not a web address.")
        return fits("source", address, LONGEST["source_url"])

    def _issues(self, row: Cells) -> tuple[list[int], list[str]]:
        """Those that are issues here too, and the words that are not."""
        found, strange = [], []
        words = re.split(r"[;,|\n]", self._plain("issues", row, plain))
        for word in filter(None, (word.strip(" -") for word in words)):
            known = folded(word)
            pk = self.renamed[known] if known in self.renamed else self.known_issues.get(known)
            if pk is not None:
                found.append(pk)
            elif known not in self.renamed:
                strange.append(word)
        return list(dict.fromkeys(found)), strange


def refuse(part: str, why: str) -> NoReturn:
    raise BadRow((part, why))


def fits(part: str, text: str, longest: int) -> str:
    if len(text) > longest:
        refuse(part, f"is {len(text):,} characters long, where {longest:,} fit.")
    return text
