"""A mapping file names the columns; without one usual names do, in both languages."""

import re

import pytest
from django.conf import settings

from proposals.models import Proposal
from tests.factories import make_subject
from tests.proposals.importing.sheets import bring, refused, rows

pytestmark = pytest.mark.django_db
OTHER = {
    "Numéro": "17",
    "Titre de l’idée": "Compter les abeilles",
    "Description": "Personne ne sait.",
    "Détails": "Depuis 1987.",
    "Langue": "Anglais (CA)",
    "Jour": "03/04/2016",
    "Thème": "Environnement; Divers",
}
MAPPED = """
[columns]
key = "numero"
title = "Titre de l'idée"
problem = ["Description", "Détails"]
language = "Langue"
date = "Jour"
issues = ["Thème"]

[always]
source = "https://ideas.example/all"

[languages]
"Anglais (CA)" = "en"

[issues]
Environnement = "environment"
Divers = ""

[dates]
day_first = true
"""


def test_a_mapping_names_the_columns_and_what_the_file_calls_things(call, write, mapping, capsys):
    make_subject(slug="environment", name="Environment", name_fr="Nature")
    path = write([OTHER], header=list(OTHER), delimiter=";")

    bring(path, mapping=mapping(MAPPED), verbosity=1)

    idea = Proposal.objects.get()
    assert (idea.import_key, idea.title) == ("17", "Compter les abeilles")
    assert idea.problem == "Personne ne sait.\n\nDepuis 1987."
    assert (idea.language, idea.dated.value) == ("en", "2016-04-03")
    assert idea.source_url == "https://ideas.example/all"
    assert [issue.slug for issue in idea.issues.all()] == ["environment"]
    assert "no issue here" not in capsys.readouterr().out


def test_the_example_of_the_documentation_works(call, mapping, tmp_path):
    text = (settings.BASE_DIR / "docs" / "importing.md").read_text(encoding="utf-8")
    export, said = re.findall(r"```(?:toml)?\n((?:Idea no|\[columns).+?)```", text, re.DOTALL)
    make_subject(slug="environment")
    path = tmp_path / "export.csv"
    path.write_text(export, encoding="utf-8")

    bring(path, mapping=mapping(said))

    idea = Proposal.objects.get()
    assert (idea.title, idea.ask) == ("Count the bees", "Publish…")
    assert (idea.votes_elsewhere, idea.dated.value) == (41, "2016-04-03")


def test_only_what_a_mapping_names_is_brought_in(call, write, mapping):
    named = mapping(
        '[columns]\nkey = "id"\ntitle = "title"\nproblem = "text"\nlanguage = "language"'
    )

    bring(write(rows({})), mapping=named)

    idea = Proposal.objects.get()
    assert (idea.name, idea.votes_elsewhere) == ("", None)


def test_what_is_always_so_holds_where_a_row_says_nothing(call, write, mapping):
    said = mapping('[always]\nlanguage = "fr"\ndate = "2015"')

    bring(write(rows({"language": "", "date": ""}, {})), mapping=said)

    first, second = Proposal.objects.order_by("import_key")
    assert (first.language, first.dated.value) == ("fr", "2015")
    assert (second.language, second.dated.value) == ("en", "2016-07-15")


def test_usual_names_are_known_in_french(call, write):
    names = ["Identifiant", "Titre", "Texte", "Langue", "Auteur", "Soumis le", "Enjeux"]
    row = dict(
        zip(names, ["1", "Abeilles", "Combien?", "fr", "Ada", "15 juillet 2016", ""], strict=True)
    )

    bring(write([row], header=names, delimiter=";", encoding="cp1252"))

    idea = Proposal.objects.get()
    assert (idea.title, idea.name, idea.dated.value) == ("Abeilles", "Ada", "2016-07-15")


@pytest.mark.parametrize("name", ["N°", "Nº", "№", "No", "NO.", "Numéro"])
def test_the_number_is_the_key_however_it_is_shortened(call, write, name):
    names = [name, "Titre", "Texte", "Langue"]
    row = dict(zip(names, ["17", "Abeilles", "Combien?", "fr"], strict=True))

    bring(write([row], header=names, delimiter=";"))

    assert Proposal.objects.get().import_key == "17"


@pytest.mark.parametrize("lacking", ["id", "title", "language"])
def test_without_a_column_it_needs_it_names_those_it_found(call, write, lacking):
    header = [name for name in rows()[0] if name != lacking]

    message = refused(write(rows({}), header=header))

    part = {"id": "key"}.get(lacking, lacking)
    assert f"no column is known to be the {part}. The columns are: " in message
    assert ", ".join(f'"{name}"' for name in header) in message
    assert "--mapping" in message
    assert ("[always], language = …" in message) == (lacking == "language")


NO_MAPPING = {
    "not TOML": ("[columns", "is not TOML: "),
    "another table": ("[colums]", 'has the unknown key "colums". Did you mean “columns”?'),
    "another part": ('[columns]\nheading = "x"', "[columns]: has the unknown key"),
    "no name": ("[columns]\nkey = 1", "key: must be the name of a column"),
    "two keys": ('[columns]\nkey = ["id", "title"]', "key: must be the name of a column"),
    "no table": ("columns = 1", "must be an object"),
    "no column": ('[columns]\nkey = "ID number"', 'the column "ID number", mapped as key, is not'),
    "no text": ("[always]\nlanguage = 1", "must be a text"),
    "what cannot be always": ('[always]\nkey = "1"', "has the unknown key"),
    "no truth": ('[dates]\nday_first = "yes"', "day_first: must be true or false"),
    "no issue": ('[issues]\nBees = "bees"', 'names "bees", which is no issue here'),
    "nested deeply": ("x = " + "[" * 50_000, "is not TOML"),
}


@pytest.mark.parametrize("name", NO_MAPPING)
def test_a_mapping_that_cannot_be_used_is_refused(call, write, mapping, name):
    text, why = NO_MAPPING[name]

    message = refused(write(rows({})), mapping=mapping(text))

    assert why in message
    assert message.endswith(" Nothing was changed.")


def test_a_column_that_is_there_twice_is_not_chosen_between(call, write, mapping):
    named = mapping(
        '[columns]\nkey = "id"\ntitle = "title"\nproblem = "text"\nlanguage = "language"'
    )
    path = write(rows({}), header=["id", "title", "text", "Title", "language"])

    assert "mapped as title, is there 2 times" in refused(path, mapping=named)


def test_a_mapping_that_is_not_there_is_said(call, write, tmp_path):
    assert "none.toml: cannot be read" in refused(write(rows({})), mapping=tmp_path / "none.toml")
