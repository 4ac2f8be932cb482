import re
from html import unescape

import pytest
from django.utils import translation

from bench.made_up import build
from commitments import cards as drawing
from commitments.cards import Cards
from commitments.catalogue import Catalogue
from commitments.models import Commitment, Scale
from network.models import Edition
from tests.factories import (
    make_assessment,
    make_commitment,
    make_institution,
    make_plan,
    make_subject,
)

pytestmark = pytest.mark.django_db


def card_of(commitment, language="en"):
    catalogue = Catalogue.current()
    with translation.override(language):
        return Cards(catalogue).at([catalogue.place[commitment.pk]])[0]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_card_says_what_the_commitment_itself_says(language):
    build(plans=3, commitments=60, index=False)
    with translation.override(language):
        for commitment in Commitment.objects.for_cards():
            card = card_of(commitment, language)
            text = unescape(re.sub(r"<[^>]*>", "", card))
            plan = commitment.plan
            leads = ", ".join(f"{one.name} ({one.short})" for one in commitment.leading)
            subjects = [str(one.tag.label) for one in commitment.subject_tags.all()]

            assert f'<a href="{plan.get_absolute_url()}">{plan.slug}</a> ·' in card
            assert f'<h3><a href="{commitment.get_absolute_url()}">' in card
            assert str(commitment.title) in text
            assert ('class="meta ours"' in card) == commitment.title.ours
            assert leads in text
            assert [unescape(one) for one in re.findall(r'class="tag"[^>]*>([^<]*)', card)] == (
                subjects
            )
            for assessor, finding in commitment.standings:
                said = rf"<dt>{assessor.short}</dt><dd><span class=\"mark mark-([^\"]*)\">([^<]*)"
                mark, label = re.search(said, card).groups()
                assert mark == (finding.mark if finding else "unknown")
                assert not finding or unescape(label) == finding.label


def test_the_same_card_is_drawn_in_either_language():
    navy = make_institution(name_en="The Navy", name_fr="La Marine")
    commitment = make_commitment(leads=[navy], title_en="Otters", title_fr="", label_fr="Loutres")

    assert "The Navy" in card_of(commitment, "en")
    french = card_of(commitment, "fr")
    assert "La Marine" in french
    assert "Loutres" in french
    assert 'class="meta ours"' in french
    assert 'class="meta ours"' not in card_of(commitment, "en")


def test_nobody_s_words_can_carry_markup():
    bold = "<script>alert(1)</script> & \"so\" 'on'"
    commitment = make_commitment(
        title_en=bold,
        label_fr=bold,
        leads=[make_institution(name_en=bold, name_fr=bold, short_en=bold[:20], short_fr="<b>")],
        subjects=[make_subject(name=bold, name_fr=bold)],
    )

    for language in ("en", "fr"):
        card = card_of(commitment, language)
        assert "<script" not in card
        assert "<b>" not in card
        assert card.count("&lt;script&gt;alert(1)") >= 3
        assert "&amp; &quot;so&quot;" in card
        assert "&amp;lt;" not in card


def test_of_two_findings_of_one_phase_and_day_card_and_filter_choose_as_the_commitment_does():
    commitment = make_commitment()
    for scale, code in [(Scale.TRACKER, "all_complete"), (Scale.NAP_TRACKER, "SP")]:
        make_assessment(commitment, scale=scale, code=code, phase="tracker", as_of="2031")
    fresh = Commitment.objects.for_cards().get(pk=commitment.pk)

    shown = fresh.standing("government")

    assert shown.label in card_of(commitment)
    assert [one.label for one in Catalogue.current().facets["government"].values()] == [shown.label]


def test_who_leads_is_told_as_not_known_where_it_is_not():
    assert "Led by: not found in the sources" in card_of(make_commitment(leads=[]))


def test_on_its_plan_s_own_page_a_card_leaves_out_plan_and_subjects():
    commitment = make_commitment(make_plan(slug="old-plan"), subjects=[make_subject(name="Water")])
    make_commitment()

    catalogue = Catalogue.current()
    card, *more = Cards(catalogue).in_plan(catalogue.in_plan("old-plan"))

    assert not more
    assert str(commitment.title) in card
    assert "old-plan</a>" not in card
    assert "Water" not in card


def test_a_card_drawn_before_is_kept_and_is_dropped_with_its_edition():
    commitment = make_commitment(title_en="Count the otters")
    first = card_of(commitment)
    assert card_of(commitment) is first

    Commitment.objects.filter(pk=commitment.pk).update(title_en="Count the beavers")
    Edition.advance()
    assert "Count the beavers" in card_of(commitment)


def test_no_more_cards_are_kept_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(drawing, "MOST_KEPT", 3)
    plan = make_plan()
    rows = [make_commitment(plan) for _ in range(8)]

    shown = Cards(Catalogue.current()).at(range(8))

    assert [str(row.title) in card for row, card in zip(rows, shown, strict=True)] == [True] * 8
    assert len(Catalogue.current().cards) <= 3


def test_cards_never_drawn_cost_no_query(django_assert_num_queries):
    build(plans=2, commitments=40, index=False)
    catalogue = Catalogue.current()

    with django_assert_num_queries(0):
        assert len(Cards(catalogue).at(range(40))) == 40
