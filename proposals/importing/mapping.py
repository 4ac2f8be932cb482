"""Which column of a spreadsheet fills what of an idea: a mapping file, or usual names."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commitments.loading.problems import BadFile, Place, shown
from commitments.loading.records import known_keys
from opengov_portal.lib.languages import folded
from proposals.importing.table import Cells

# What of an idea a column can fill, and the names of columns that need no mapping.
USUAL = {
    "key": "key, id, idea id, proposal id, node id, nid, uuid, identifiant, cle, no, numero",
    "title": "title, idea title, idea, proposal, subject line, titre, idee, proposition",
    "problem": "problem, text, body, description, details, content, idea text, summary, probleme, "
    "texte, contenu, resume",
    "ask": "ask, what we call for, recommendation, ce que nous demandons, recommandation",
    "gain": "gain, who gains, benefits, qui y gagne, avantages",
    "language": "language, lang, langue",
    "date": "date, dated, created, created at, posted, submitted, submitted on, put forward, "
    "date submitted, date posted, publie le, date de publication, soumis le",
    "votes": "votes, vote count, number of votes, votes there, likes, score, nombre de votes",
    "comments": "comments, comment count, number of comments, comments there, commentaires, "
    "nombre de commentaires",
    "name": "name, author, author name, submitted by, posted by, nom, auteur, auteure, soumis par",
    "source": "source, source url, url, link, address, web address, permalink, lien, adresse",
    "issues": "issues, tags, topics, themes, subjects, categories, enjeux, etiquettes, sujets",
}
NEEDED = ("key", "title", "language")
# Of these, more than one column can be given, to be put together.
TEXTS = ("problem", "ask", "gain", "issues")
ALWAYS = ("language", "date", "source", "issues")
TABLES = ("columns", "always", "languages", "issues", "dates")
HELP = "Name the columns in a mapping file (--mapping): docs/importing.md shows one."

NUMBER = str.maketrans({"°": "o", "№": "no"})  # a number is shortened so: N°


def column_key(name: str) -> str:
    """Under which two names of columns are the same: case, accents and signs aside."""
    plain = folded(name.translate(NUMBER))
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


@dataclass(frozen=True)
class Columns:
    """Where in each row of one file the parts of an idea stand."""

    places: dict[str, tuple[int, ...]]
    width: int

    def cells(self, part: str, row: Cells) -> list[str]:
        """What a row says of it; a row may be shorter than its header."""
        found = (row[place] for place in self.places.get(part, ()) if place < len(row))
        return [cell for cell in found if cell.strip()]


@dataclass(frozen=True)
class Mapping:
    """What a mapping file says; with none, columns go by their usual names."""

    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    always: dict[str, str] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)
    issues: dict[str, str] = field(default_factory=dict)
    day_first: bool | None = None

    @classmethod
    def read(cls, path: Path) -> "Mapping":
        """Raises BadFile, whatever else the file holds."""
        place = Place(path.name)
        try:
            said = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        except OSError as error:
            raise BadFile(f"{path}: cannot be read ({error.strerror}).") from error
        except (UnicodeDecodeError, RecursionError) as error:
            raise BadFile(f"{path.name}: is not TOML in UTF-8.") from error
        except tomllib.TOMLDecodeError as error:
            raise BadFile(f"{path.name}: is not TOML: {error}.") from error
        known_keys(said, TABLES, place)
        dates = said.get("dates", {})
        known_keys(dates, ["day_first"], place.at("[dates]"))
        if not isinstance(dates.get("day_first", False), bool):
            place.at("[dates]").refuse("day_first", "must be true or false.")
        return cls(
            columns=_columns(said.get("columns", {}), place.at("[columns]")),
            always=_words(said.get("always", {}), place.at("[always]"), known=ALWAYS),
            languages=_words(said.get("languages", {}), place.at("[languages]"), key=folded),
            issues=_words(said.get("issues", {}), place.at("[issues]"), key=folded),
            day_first=dates.get("day_first"),
        )

    def known(self, header: Cells) -> int:
        """How many of these columns it knows."""
        known = {column_key(name) for names in self._names().values() for name in names}
        return sum(column_key(cell) in known for cell in header)

    def fit(self, header: Cells, place: Place) -> Columns:
        """Raises BadFile, naming the columns there are, where these are not those it needs."""
        keys = [column_key(cell) for cell in header]
        found = f"The columns are: {', '.join(shown(cell) for cell in header[:60])}."
        places = {}
        for part, names in self._names().items():
            spots = [keys.index(column_key(name)) for name in names if column_key(name) in keys]
            if self.columns:
                self._must_all_be_there(part, names, keys, place, found)
            elif part not in TEXTS:
                spots = spots[:1]
            if spots:
                places[part] = tuple(dict.fromkeys(spots if self.columns else spots[:1]))
        for part in NEEDED:
            if part not in places and part not in self.always:
                also = f" Or say there, under [always], {part} = …" if part in ALWAYS else ""
                place.refuse("", f"no column is known to be the {part}. {found} {HELP}{also}")
        if "problem" not in places and "source" not in places:
            place.refuse("", f"no column is known to be the problem or the source. {found} {HELP}")
        return Columns(places, len(header))

    def _names(self) -> dict[str, tuple[str, ...]]:
        usual = {part: tuple(names.split(", ")) for part, names in USUAL.items()}
        return self.columns or usual

    def _must_all_be_there(
        self, part: str, names: tuple[str, ...], keys: list[str], place: Place, found: str
    ) -> None:
        for name in names:
            times = keys.count(column_key(name))
            if times != 1:
                why = "is not there" if not times else f"is there {times} times"
                place.refuse("", f"the column {shown(name)}, mapped as {part}, {why}. {found}")


def _columns(said: Any, place: Place) -> dict[str, tuple[str, ...]]:
    known_keys(said, USUAL, place)
    found = {}
    for part, names in said.items():
        several = names if isinstance(names, list) and part in TEXTS else [names]
        if not several or not all(isinstance(name, str) and name.strip() for name in several):
            place.refuse(part, "must be the name of a column, or for texts a list of names.")
        found[part] = tuple(several)
    return found


def _words(
    said: Any,
    place: Place,
    *,
    known: tuple[str, ...] = (),
    key: Callable[[str], str] = str,
) -> dict[str, str]:
    known_keys(said, known or list(said) if isinstance(said, dict) else (), place)
    for name, word in said.items():
        if not isinstance(word, str):
            place.refuse(shown(name), "must be a text.")
    return {key(name): word.strip() for name, word in said.items()}
