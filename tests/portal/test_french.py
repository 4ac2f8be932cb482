"""The French of the portal: whole, well set, and at the addresses that were promised."""

import re
from datetime import date
from gettext import translation
from pathlib import Path

import allauth
import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, override

from network.models import Organization, Revision
from opengov_portal.lib.borrowed import BORROWED
from opengov_portal.lib.dates import PartialDate, written
from opengov_portal.lib.languages import Words, quoted
from proposals.models import Proposal, Support

NBSP = "\N{NO-BREAK SPACE}"

# DESIGN.md promises these; once live, they answer for ever.
ADDRESSES = {
    "home": "/fr/",
    "about": "/fr/a-propos/",
    "contact": "/fr/contact/",
    "privacy": "/fr/confidentialite/",
    "accessibility": "/fr/accessibilite/",
    "data": "/fr/donnees/",
    "account_login": "/fr/compte/login/",
    "commitments:plans": "/fr/plans/",
    "commitments:index": "/fr/engagements/",
    "commitments:feed": "/fr/engagements/fil/",
    "commitments:institutions": "/fr/institutions/",
    "network:index": "/fr/reseau/",
    "network:join": "/fr/reseau/adhesion/",
    "network:join_sent": "/fr/reseau/adhesion/courriel/",
    "network:joined": "/fr/reseau/adhesion/confirmee/",
    "network:confirm_sent": "/fr/reseau/oui/envoi/",
    "network:confirm_done": "/fr/reseau/oui/fait/",
    "network:confirm_asked": "/fr/reseau/oui/abc/",
    "network:leave": "/fr/reseau/depart/abc/",
    "network:organizations": "/fr/reseau/organisations/",
    "network:communities": "/fr/reseau/communautes/",
    "network:reach": "/fr/reseau/portee/",
    "proposals:index": "/fr/propositions/",
    "proposals:propose": "/fr/propositions/nouvelle/",
}

ARGUMENTS = {"network:leave": {"token": "abc"}, "network:confirm_asked": {"secret": "abc"}}

# What no French sentence of ours may hold, and why.
FAULTS = {
    "a straight apostrophe": r"\w'",
    "a quotation mark that is not a guillemet": '["“”]',
    "a guillemet without its no-break space": f"«(?!{NBSP})|(?<!{NBSP})»",
    "an ordinary space before a colon": " :",
    "a colon without its no-break space": r"(?<=[^\W\d]):(?=\s|$)|(?<=»):|(?<=\)s):(?=\s|$)",
    "a space before “;”, “!” or “?”": rf"[\s{NBSP}\u202f][;!?](?!{NBSP}»)",
    "an ordinary space before a per cent sign": r"\d %",
    "two spaces": "  ",
    "three dots for an ellipsis": r"\.\.\.",
    "“e-mail” for “courriel”": r"(?i)\be-?mail\b",
    "an English word that Canada says in French": r"(?i)\b(cookies?|spams?|feeds?)\b",
    "a word or turn that is English in French letters": (
        r"(?i)propositions? à répondre|\brépondues?\b|\bdues? (?:dans|le|aujourd)|"
        r"\bopportunités?\b|\ben charge d|\bdigita\w+|\béligib\w+|\bdéfinitivement\b|"
        r"\bsupport(?:er|e|é|ent)\b|\bsauve[rz] |\bbasée?s? sur|\bsuite à\b|\bimplément\w+|"
        r"\badress(?:er|ez|ent) (?:le|la|les|un|ce|des) |\bcrédité"
    ),
    "“web” without its capital": r"\b(?:site|adresse)s? web\b",
    "a capital without its accent": r"\b(?:Etat|Evalu\w+|Echeance|Etape|Ecri\w+|A propos)\b",
}


def catalogue():
    path = Path(settings.LOCALE_PATHS[0]) / "fr" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="fr") if message.id]


def forms(words):
    """The one form of a message, or its singular and plural."""
    return [words] if isinstance(words, str) else list(words)


def sentences():
    """Every French form there is with the message it translates; addresses are no sentences."""
    for message in catalogue():
        source = forms(message.id)[0]
        if not source.endswith("/"):
            for said in filter(None, forms(message.string)):
                yield source, said


def test_every_message_is_translated_none_unsure_and_none_stale():
    call_command("messages", "check")


def test_the_catalogue_has_the_plural_of_french():
    path = Path(settings.LOCALE_PATHS[0]) / "fr" / "LC_MESSAGES" / "django.po"

    assert "nplurals=2; plural=(n > 1);" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("fault", FAULTS)
def test_no_french_sentence_has(fault):
    faulty = [said for _source, said in sentences() if re.search(FAULTS[fault], words_of(said))]

    assert faulty == []


def words_of(said):
    """A sentence without elements and the names of placeholders, which are not French."""
    return re.sub(r"%\(\w+\)[sd]", "%s", re.sub(r"<[^>]*>", "", said))


def test_every_french_sentence_keeps_what_is_put_into_it():
    """A plural may name its number where the English singular writes “one”."""
    for message in catalogue():
        wanted = {part for form in forms(message.id) for part in parts(form)}
        for said in forms(message.string):
            assert set(parts(said)) <= wanted, said
        if isinstance(message.id, str):
            assert sorted(parts(message.string)) == sorted(parts(message.id)), message.string
        else:
            assert set(parts(message.string[1])) == set(parts(message.id[1])), message.string


def parts(words):
    """Placeholders, and the elements of HTML without what their addresses are."""
    return re.findall(r"%(?:\(\w+\))?[sd%]|\{\w*\}|</?\w+", words)


def test_a_french_sentence_begins_and_ends_as_its_english_does():
    for source, said in sentences():
        assert (source[-1] in ".:?!…") == (said[-1] in ".:?!…"), said
        if source[0].islower():
            assert not said[0].isupper(), said


@pytest.mark.parametrize(("name", "address"), ADDRESSES.items())
def test_the_french_address_is_the_one_promised(name, address):
    with override("fr"):
        assert reverse(name, kwargs=ARGUMENTS.get(name)) == address


def test_the_feeds_of_plans_and_commitments_are_french_too():
    with override("fr"):
        assert reverse("commitments:plan_feed", args=["2016-2018"]) == "/fr/plans/2016-2018/fil/"
        assert (
            reverse("commitments:commitment_feed", args=["2016-2018", 19])
            == "/fr/plans/2016-2018/19/fil/"
        )


def test_the_portal_is_not_named_as_a_site_of_government():
    with override("fr"):
        assert gettext("OpenGov Portal") == "Portail GouvOuvert"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2016-07-01", "1er juillet 2016"),
        ("2016-07-11", "11 juillet 2016"),
        ("2016-07", "juillet 2016"),
        ("2016/17", "exercice 2016-2017"),
        ("2016", "2016"),
    ],
)
def test_a_date_reads_as_french(value, said):
    with override("fr"):
        assert str(PartialDate(value)) == said


def test_the_first_of_a_month_stays_as_it_is_in_english():
    with override("en"):
        assert written(date(2016, 7, 1)) == "July 1, 2016"


def test_a_number_has_a_decimal_comma():
    with override("fr"):
        assert number_format(12.3, 1) == "12,3"


@pytest.mark.parametrize("word", BORROWED)
def test_a_borrowed_word_is_still_one_of_theirs(word):
    theirs = [
        translation("django", Path(package.__file__).parent / "locale", ["fr"])
        for package in (allauth, admin)
    ]

    assert any(word in words._catalog for words in theirs)


def test_our_word_comes_before_the_borrowed_one():
    with override("fr"):
        assert gettext("Forgot your password?") == "Mot de passe oublié?"


def test_what_sources_type_plainly_is_typeset():
    said = Words("Plan d'action : « l'essentiel », 20 % en 2018", "fr")

    assert str(said) == (f"Plan d’action{NBSP}: «{NBSP}l’essentiel{NBSP}», 20{NBSP}% en 2018")
    with override("en"):
        assert said.__html__() == f'<span lang="fr">{said}</span>'


def test_what_somebody_wrote_stands_in_the_marks_of_the_reader():
    assert quoted("Bees & “hives”") == "“Bees & “hives””"
    with override("fr"):
        assert quoted("Abeilles") == f"«{NBSP}Abeilles{NBSP}»"


def test_no_letter_in_french_has_english_quotation_marks():
    """What is not in the catalogue stands in the template itself."""
    for path in Path(settings.BASE_DIR, "templates").rglob("*.txt"):
        untold = re.sub(
            r"{%\s*blocktranslate.*?endblocktranslate\s*%}|{%.*?%}", "", path.read_text()
        )
        assert not re.search("[“”]", untold), path


def test_an_address_is_not_typeset():
    address = "https://portal.example/l'avenir"

    assert str(Words(address, "fr")) == address


def test_english_spaces_stay_as_they_are():
    assert str(Words("Canada's plan: 20 % done", "en")) == "Canada’s plan: 20 % done"


def test_what_is_refused_agrees_with_its_noun():
    """« Une proposition » et « une modification » sont refusées, « un organisme » refusé."""
    with override("fr"):
        assert Proposal.State.REFUSED.label == Revision.State.REFUSED.label == "Refusée"
        assert Organization.State.REFUSED.label == "Refusé"


def test_what_is_confirmed_agrees_with_its_noun():
    """Of « une proposition », in the data dictionary; « un appui » and « un suivi » keep theirs."""
    with override("fr"):
        assert Proposal._meta.get_field("confirmed_at").verbose_name == "confirmée le"
        assert Support._meta.get_field("confirmed_at").verbose_name == "confirmé le"
