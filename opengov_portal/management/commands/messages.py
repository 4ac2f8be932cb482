"""The words to translate: gather, check and compile them, without GNU gettext."""

import argparse
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.translation.template import templatize

KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
# The portal's words, translated. `make messages` brings the list up to date with
# the source; the translations themselves are written here, by hand."""
ROOMS = ["opengov_portal", "network", "commitments", "proposals", "templates"]


def as_python(path: Path) -> str:
    """A file as text in which Babel finds gettext calls; templates through Django's own eyes."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    # What templatize leaves is no Python, but without indents it has its tokens.
    return "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())


def sources() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((settings.BASE_DIR / room).rglob("*.*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def gathered() -> Catalog:
    """Every message in the source, with where it stands."""
    catalog = Catalog(project="OpenGov Portal", domain="django", charset="utf-8")
    for path in sources():
        found = extract(
            "python",
            BytesIO(as_python(path).encode()),
            keywords=KEYWORDS,
            comment_tags=["Translators"],
            options={"encoding": "utf-8"},
        )
        for line, message, comments, context in found:
            where = (path.relative_to(settings.BASE_DIR).as_posix(), line)
            catalog.add(message, None, [where], auto_comments=comments, context=context)
    return catalog


def name(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return text if len(text) <= 70 else text[:69] + "…"


class Command(BaseCommand):
    help = "Gather, check or compile the words to translate."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "do",
            choices=["update", "check", "compile"],
            help="update: bring locale/*/LC_MESSAGES/django.po up to the source. "
            "check: fail unless every message is translated and none is stale. "
            "compile: write the .mo files that Django reads.",
        )

    def handle(self, *args: Any, do: str, **options: Any) -> None:
        for language in self.languages():
            path = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
            catalog = Catalog(locale=language)
            if path.exists():
                with path.open("rb") as file:
                    catalog = read_po(file, locale=language, domain="django")
            {"update": self.update, "check": self.verify, "compile": self.compile}[do](
                path, catalog
            )

    def languages(self) -> list[str]:
        """Those that the source, which is English, is translated to."""
        return [code for code, _label in settings.LANGUAGES if code != settings.LANGUAGE_CODE]

    def update(self, path: Path, catalog: Catalog) -> None:
        """No guesses: a new message stays empty, and one that is gone goes."""
        catalog.update(gathered(), no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        catalog.project, catalog.version, catalog.fuzzy = "OpenGov Portal", "", False
        catalog.header_comment = HEADER
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=100, sort_by_file=True)
        missing = sum(1 for message in catalog if message.id and not message.string)
        self.stdout.write(f"{path.parent.parent.name}: {len(catalog)} messages, {missing} to do")

    def verify(self, path: Path, catalog: Catalog) -> None:
        """Raises CommandError that lists what is missing, unsure, stale or broken."""
        faults = []
        source = gathered()
        for message in source:
            if not message.id:
                continue
            twin = catalog.get(message.id, message.context)
            if twin is None or not twin.string or not all(twin.string):
                faults.append(f"not translated: {name(message)}")
            elif twin.fuzzy:
                faults.append(f"fuzzy: {name(message)}")
        for message in catalog:
            if message.id and source.get(message.id, message.context) is None:
                faults.append(f"no longer in the source: {name(message)}")
        for message, errors in catalog.check():
            faults.extend(f"{error}: {name(message)}" for error in errors)
        if faults:
            lines = "\n  ".join(faults[:40])
            raise CommandError(
                f"{path.parent.parent.name}: {len(faults)} messages need care (`make messages` "
                f"brings the list up to date):\n  {lines}"
            )
        self.stdout.write(f"{path.parent.parent.name}: all {len(catalog)} messages translated")

    def compile(self, path: Path, catalog: Catalog) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
