"""The words to translate are gathered, checked and compiled without GNU gettext."""

import gettext
from io import StringIO

import pytest
from babel.messages.pofile import read_po, write_po
from django.core.management import CommandError, call_command

from opengov_portal.management.commands import messages


@pytest.fixture
def po(settings, tmp_path, monkeypatch):
    """A catalogue of its own, of a source of one template and one module."""
    room = tmp_path / "room"
    room.mkdir()
    (room / "page.html").write_text(
        '<h1>{% translate "Plans" %}</h1>\n'
        "  {% blocktranslate count n=n trimmed %}\n    {{ n }} promise\n"
        "  {% plural %}\n    {{ n }} promises\n  {% endblocktranslate %}\n"
    )
    (room / "models.py").write_text('LABEL = pgettext_lazy("fiscal", "year")\n')
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    monkeypatch.setattr(messages, "ROOMS", ["room"])
    call_command("messages", "update", stdout=StringIO())
    return tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def rewrite(po, change):
    """Open the catalogue, change it, and write it back."""
    with po.open("rb") as file:
        catalog = read_po(file, locale="fr")
    change(catalog)
    with po.open("wb") as file:
        write_po(file, catalog)


def translate_all(catalog):
    catalog["Plans"].string = "Les plans"
    catalog["%(n)s promise"].string = ("%(n)s promesse", "%(n)s promesses")
    catalog.get("year", "fiscal").string = "exercice"


def test_templates_and_modules_are_both_read(po):
    with po.open("rb") as file:
        found = {(message.id, message.context) for message in read_po(file) if message.id}

    assert found == {
        ("Plans", None),
        (("%(n)s promise", "%(n)s promises"), None),
        ("year", "fiscal"),
    }


def test_what_is_whole_passes_and_is_what_readers_then_get(po):
    rewrite(po, translate_all)

    call_command("messages", "check")
    call_command("messages", "compile")

    with po.with_suffix(".mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.gettext("Plans") == "Les plans"
    assert read.ngettext("%(n)s promise", "%(n)s promises", 2) == "%(n)s promesses"
    assert read.pgettext("fiscal", "year") == "exercice"


def make_fuzzy(catalog):
    catalog["Plans"].flags.add("fuzzy")


def leave_out(catalog):
    catalog["Plans"].string = ""


def leave_out_the_plural(catalog):
    catalog["%(n)s promise"].string = ("%(n)s promesse", "")


def add_one_that_is_gone(catalog):
    catalog.add("Gone", "Disparu")


def lose_a_placeholder(catalog):
    catalog["%(n)s promise"].string = ("%(m)s promesse", "%(m)s promesses")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (make_fuzzy, "fuzzy: Plans"),
        (leave_out, "not translated: Plans"),
        (leave_out_the_plural, "not translated: %(n)s promise"),
        (add_one_that_is_gone, "no longer in the source: Gone"),
        (lose_a_placeholder, "%(n)s promise"),
    ],
)
def test_a_message_that_needs_care_is_named(po, change, said):
    rewrite(po, lambda catalog: (translate_all(catalog), change(catalog)))

    with pytest.raises(CommandError) as refusal:
        call_command("messages", "check")

    assert said in str(refusal.value)


def test_bringing_the_list_up_to_date_keeps_what_is_translated_and_drops_what_is_gone(po):
    rewrite(po, lambda catalog: (translate_all(catalog), add_one_that_is_gone(catalog)))

    call_command("messages", "update", stdout=StringIO())

    call_command("messages", "check", stdout=StringIO())
    assert "Disparu" not in po.read_text()
