from random import Random

import pytest
from django.urls import reverse

from commitments.catalogue import Catalogue
from commitments.models import Commitment
from commitments.search.finding import find
from commitments.search.folding import fold, tokens
from commitments.search.indexing import rebuild
from tests.factories import (
    make_commitment,
    make_institution,
    make_milestone,
    make_plan,
    make_subject,
)

pytestmark = pytest.mark.django_db


def codes(query):
    catalogue = Catalogue.current()
    found = find(query, catalogue)
    keys = catalogue.keys_of(found.places(catalogue.everything, 0, catalogue.size))
    by_key = dict(Commitment.objects.values_list("pk", "code"))
    return [by_key[key] for key in keys]


# Folding


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("l'accès", "ACCES", "fr"),
        ("l’accès", "accès", "fr"),
        ("qu'elle ouvre l'œuvre", "oeuvres", "fr"),
        ("données", "donnée", "fr"),
        ("décembre", "décembre", "fr"),  # composed and not
        ("Canada's budgets", "Canada budget", "en"),
        ("consulting", "consultations", "en"),
        ("019", "19", "en"),
    ],
)
def test_forms_of_a_word_fold_into_one_token(one, other, language):
    assert set(tokens(other, language)) <= set(tokens(one, language))


def test_words_that_only_look_alike_stay_apart():
    assert tokens("data", "fr") != tokens("date", "fr")


def test_little_words_are_not_looked_for():
    assert tokens("the state of the art", "en") == ["state", "art"]
    assert tokens("l'état de la situation", "fr") == tokens("état situation", "fr")


def test_a_word_of_any_length_folds_into_a_short_one():
    assert len(fold("ǆ" * 5000)) <= 40


# Ranking, and queries that nothing answers whole


def test_a_title_comes_before_a_summary_and_a_summary_before_a_milestone():
    in_milestone = make_commitment()
    make_milestone(in_milestone, label_en="Survey the lighthouses")
    in_summary = make_commitment(summary_en="Every lighthouse would be counted.")
    in_title = make_commitment(title_en="Open the lighthouses")
    rebuild()

    assert codes("lighthouse") == [in_title.code, in_summary.code, in_milestone.code]


def test_a_subject_and_a_lead_bring_a_commitment_up_in_both_languages():
    harbours = make_subject(name="Harbours", name_fr="Ports de mer")
    office = make_institution(short_en="OHB", short_fr="BDP", name_en="Harbour Board")
    commitment = make_commitment(leads=[office], subjects=[harbours])
    make_commitment()
    rebuild()

    for query in ("harbour", "ports de mer", "OHB", "bdp"):
        assert codes(query) == [commitment.code]


def test_all_words_must_match_before_some_do():
    both = make_commitment(title_en="Publish whale maps")
    make_commitment(title_en="Publish whale songs")
    rebuild()

    assert codes("whale maps") == [both.code]


def test_when_none_has_all_words_those_with_most_come_first():
    two = make_commitment(title_en="Publish whale songs", number=1)
    one = make_commitment(title_en="Publish maps", number=1)
    rebuild()
    found = find("whale songs maps", Catalogue.current())

    assert found.partial
    assert codes("whale songs maps") == [two.code, one.code]


def test_a_word_still_being_typed_finds_what_begins_so():
    commitment = make_commitment(title_en="Publish submarine charts")
    rebuild()

    assert codes("subma") == [commitment.code]


def test_a_misspelt_word_is_put_right_and_the_page_says_so(client):
    make_commitment(title_en="Publish the budget")
    rebuild()

    page = client.get(reverse("commitments:index"), {"q": "bugdet"}).content.decode()

    assert "Nothing for “bugdet”; showing “budget”." in page
    assert "?q=bugdet&amp;exact=1" in page
    assert "Publish the budget" in page


def test_exactly_what_was_typed_can_be_asked_for(client):
    make_commitment(title_en="Publish the budget")
    rebuild()

    page = client.get(reverse("commitments:index"), {"q": "bugdet", "exact": 1}).content.decode()

    assert "Publish the budget" not in page
    assert "Nothing was found for “bugdet”" in page


def test_what_only_the_filters_keep_back_is_not_said_to_be_nowhere(client):
    make_commitment(make_plan(slug="old-plan"), title_en="Publish the budget")
    make_commitment(make_plan(slug="new-plan"), title_en="Count the otters")
    rebuild()
    asked = {"q": "budget", "plan": "new-plan"}

    page = client.get(reverse("commitments:index"), asked).content.decode()

    assert "Nothing for “budget” passes these filters" in page
    assert "one commitment" in page
    assert "Nothing was found" not in page
    assert "Check the spelling" not in page


def test_a_correction_keeps_the_rest_of_the_query():
    make_commitment(title_en="Budget of the lighthouses")
    rebuild()

    reading = find("the bugdet of l'lighthouse", Catalogue.current()).reading

    assert reading.meant == "the budget of l'lighthouse"


def test_words_of_three_letters_and_codes_are_never_put_right():
    make_commitment(title_en="Tax reform", ogp_id="FR0001")
    rebuild()

    assert codes("txa") == codes("FR0002") == []


# Any input at all

STRANGE = [
    '"',
    "'",
    "''",
    '""',
    '"budget',
    "*",
    "bud*",
    "NEAR(",
    "NEAR(a b, 3)",
    "AND",
    "OR",
    "NOT",
    "a AND",
    "NOT budget",
    "budget OR",
    "(",
    ")",
    "((((",
    "^",
    "-",
    "--",
    "+budget",
    "-budget",
    "title:budget",
    "{title} : x",
    "\x00",
    "bud\x00get",
    "\x01\x02",
    "\\",
    "\\'",
    "'; DROP TABLE x;--",
    "%",
    "%%",
    "%s",
    "%(q)s",
    "_",
    ":*",
    "!",
    "&",
    "|",
    "<->",
    "a & b",
    "!budget",
    "a:*",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "{% now %}",
    "\ud800",
    "a\udfffb",
    "😀",
    "👩‍👩‍👧",
    "\u202ebudget",
    "\u200f",
    "\u200b",
    "\ufeff",
    "ｂｕｄｇｅｔ",
    "ﬁnance",
    "e\u0301",
    "\u0301",
    "İ",
    "ß",
    "...",
    "?",
    "!!!",
    "’",
    "l'",
    "l’’",
    "d'",
    " ",
    "\n\t",
    "a",
    "é",
    "0",
    "-1",
    "1e400",
    "٣",
    "Ⅻ",
    "the of and",
    "le la les",
    "x" * 10_000,
    "budget " * 2_000,
    "'" * 10_000,
    "مرحبا",
    "预算",
    "ᐃᓄᒃᑎᑐᑦ",
]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_any_query_at_all_is_answered(client, language):
    make_commitment(title_en="Publish the budget")
    rebuild()
    url = {"en": "/en/commitments/", "fr": "/fr/engagements/"}[language]

    for query in STRANGE:
        answer = client.get(url, {"q": query.encode("utf-8", "surrogatepass")})
        assert answer.status_code == 200, repr(query)


def test_a_thousand_random_queries_are_answered():
    make_commitment(title_en="Publish the budget", label_fr="Publier le budget")
    rebuild()
    chance = Random(20300701)
    pieces = ["budget", "publier", "l'", "NEAR(", '"', "*", "AND", "\x00", "%", "é", "-", ":", " "]

    for _ in range(1000):
        parts = [
            chance.choice(pieces) if chance.random() < 0.6 else chr(chance.randrange(1, 0x11000))
            for _ in range(chance.randrange(1, 14))
        ]
        find("".join(parts), Catalogue.current(), exact=chance.random() < 0.2)


@pytest.mark.parametrize(
    "query",
    [
        "q[]=budget",
        "q=a&q=budget",
        "q=%FF%FE",
        "q=%00",
        "q=%ED%A0%80",
        "q",
        "=",
        "&&&",
        "q=" + "%27" * 3000,
    ],
)
def test_any_address_at_all_is_answered(client, query):
    assert client.get(f"/en/commitments/?{query}").status_code == 200


def test_a_long_query_says_that_only_its_first_words_were_looked_for(client):
    make_commitment()
    rebuild()

    page = client.get("/en/commitments/", {"q": "one two three four " * 50}).content.decode()

    assert "only its first words were looked for" in page
