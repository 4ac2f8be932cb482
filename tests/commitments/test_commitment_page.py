import json
import re

import pytest
from django.db import connection
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains

from commitments.models import (
    Assessor,
    Commitment,
    Institution,
    Lead,
    Milestone,
    Scale,
    Source,
    ValueClaim,
)
from commitments.pictures import timeline
from network.models import Edition
from opengov_portal.lib.dates import PartialDate
from tests.factories import (
    make_assessment,
    make_commitment,
    make_institution,
    make_milestone,
    make_plan,
    make_subject,
)

pytestmark = pytest.mark.django_db


def page(client, commitment, language="en"):
    with translation.override(language):
        return client.get(commitment.get_absolute_url())


def test_a_commitment_has_its_own_address_in_each_language(client):
    commitment = make_commitment(plan=make_plan(slug="2030-2032"), number=7)

    assert page(client, commitment).wsgi_request.path == "/en/plans/2030-2032/7/"
    assert page(client, commitment, "fr").wsgi_request.path == "/fr/plans/2030-2032/7/"


@pytest.mark.parametrize("number", ["0", "8", "99999999999999999999999"])
def test_a_number_the_plan_does_not_have_is_not_found(client, number):
    make_commitment(plan=make_plan(slug="2030-2032"), number=7)

    assert client.get(f"/en/plans/2030-2032/{number}/").status_code == 404


def test_a_number_written_with_zeros_is_the_same_page_and_names_its_one_address(client):
    make_commitment(plan=make_plan(slug="2030-2032"), number=7)

    response = client.get("/en/plans/2030-2032/007/")

    here = "https://portal.example/en/plans/2030-2032/7/"
    assertContains(response, f'<link rel="canonical" href="{here}">')


def test_our_own_wording_is_marked_as_ours_and_the_official_title_stands_beside_it(client):
    commitment = make_commitment(title_en="Open the vaults", label_fr="Ouvrir les coffres")

    english, french = page(client, commitment), page(client, commitment, "fr")

    assertNotContains(english, 'class="notice more"')
    assertContains(french, "Ouvrir les coffres")
    assertContains(french, '<span lang="en">Open the vaults</span>')
    assertContains(french, 'class="notice more"')


def test_leads_are_named_in_words_and_not_only_by_acronym(client):
    treasury = make_institution(name_en="Office of Spades", short_en="OS")
    commitment = make_commitment(leads=[treasury])

    response = page(client, commitment)

    assertContains(response, "Office of Spades")
    assertContains(response, "(OS)")


def test_who_supports_is_shown_apart_from_who_leads(client):
    commitment = make_commitment()
    helper = make_institution(name_en="Office of Hearts")
    Lead.objects.create(commitment=commitment, institution=helper, role=Lead.Role.SUPPORTING)

    text = page(client, commitment).content.decode()

    assert text.index("Led by") < text.index("Not found in the sources", text.index("Led by"))
    assert text.index("With</dt>") < text.index("Office of Hearts")


def test_three_assessors_stand_side_by_side_each_in_its_own_words(client):
    commitment = make_commitment()
    make_assessment(commitment)
    make_assessment(
        commitment,
        assessor=Assessor.IRM,
        phase="end_of_term",
        scale=Scale.IRM_EARLY_RESULTS,
        code="Marginal",
        wording_en="",
        source_url="https://example.org/irm",
    )

    response = page(client, commitment)

    assertContains(response, '<div class="assessor">', count=3)
    assertContains(response, "All deliverables on schedule")
    assertContains(response, "Marginal")
    assertContains(response, "The network has not assessed this yet")
    assertContains(response, 'href="https://example.org/irm"')


def test_a_finding_that_was_not_found_is_never_shown_as_not_started(client):
    commitment = make_commitment()
    make_assessment(commitment, code="", wording_en="", source_url="")
    make_milestone(commitment)

    response = page(client, commitment)

    assertContains(response, "Status not found in the sources")
    assertNotContains(response, "Not started")


def test_the_latest_finding_of_an_assessor_is_its_main_one(client):
    commitment = make_commitment()
    make_assessment(commitment, phase="mid_term", scale=Scale.SELF_ASSESSMENT, code="on_schedule")
    latest = make_assessment(commitment, phase="tracker", code="all_complete")

    assert commitment.standing(Assessor.GOVERNMENT) == latest


def test_milestones_with_dates_are_drawn_on_a_timeline_and_listed(client):
    commitment = make_commitment()
    make_milestone(commitment, due_from="2030-09", due="2031-03", label_en="Open one vault")
    make_milestone(commitment, due="2032")

    response = page(client, commitment)

    assertContains(response, '<svg class="timeline"')
    assertContains(response, "Due from September 2030 to March 2031")
    assertContains(response, "Due 2032")


@pytest.mark.parametrize(
    ("due", "alike"), [("2031-06", "2031-06-30"), ("2031", "2031-12-31"), ("2030/31", "2031-03-31")]
)
def test_the_timeline_draws_a_milestone_at_the_last_day_by_which_it_is_due(due, alike):
    drawn = timeline([Milestone(due=PartialDate(day)) for day in (due, alike, "2030")])

    assert drawn.bars[0].x == drawn.bars[1].x
    assert not drawn.bars[0].is_span


def test_a_span_on_the_timeline_ends_on_its_last_day():
    spans = [("2030-07", "2031-03"), ("2030-07-01", "2031-03-31"), ("2031-03", "2031-03")]
    steps = [Milestone(due_from=PartialDate(one), due=PartialDate(two)) for one, two in spans]

    month, day, moment = timeline(steps).bars

    assert (month.x, month.width) == (day.x, day.width)
    assert not moment.is_span


def test_without_due_dates_there_is_no_timeline_and_the_page_says_so(client):
    commitment = make_commitment()
    make_milestone(commitment)

    response = page(client, commitment)

    assertNotContains(response, '<svg class="timeline"')
    assertContains(response, "Due date not found in the sources")


def test_a_milestone_names_the_institutions_that_lead_it_once(client):
    first, second = make_institution(name_en="Office of Clubs"), make_institution()
    commitment = make_commitment(leads=[first, second])
    make_milestone(commitment, label_en="", label_fr="").institutions.set([first, second])

    response = page(client, commitment)

    assertContains(response, ">Office of Clubs</a>", count=2)  # as a lead, and at its milestone


def test_no_source_is_said_to_give_what_the_page_does_not_have(client):
    read_for = ["title_fr", "milestones", "indicators", "ogp_values_government", "summary"]
    bare, full = make_commitment(title_fr=""), make_commitment()
    full.title_fr, full.title_fr_basis = "Ouvrir", "official_page"
    full.save()
    make_milestone(full)
    full.indicators.create(label_en="Files", label_fr="Fichiers")
    full.value_claims.create(assessor="government", value="transparency")
    for commitment in (bare, full):
        commitment.sources.create(url="https://example.org/a", used_for=read_for)

    assertContains(page(client, bare), '<span class="soft">summary</span>')
    assertContains(
        page(client, full),
        "French title, milestones, indicators, OGP values the government claims, summary",
    )


def test_every_source_is_linked_with_what_it_was_used_for(client):
    commitment = make_commitment()
    Source.objects.create(
        commitment=commitment, url="https://example.org/a", used_for=["leads", "irm"]
    )

    response = page(client, commitment)

    assertContains(response, 'href="https://example.org/a"')
    assertContains(response, "leads, the IRM’s ratings")


def test_values_are_told_apart_by_who_claims_them(client):
    commitment = make_commitment()
    ValueClaim.objects.create(commitment=commitment, assessor="government", value="transparency")

    response = page(client, commitment)

    assertContains(response, "OGP values, according to: Government")
    assertNotContains(response, "OGP values, according to: Independent")


def test_a_note_is_said_once_however_many_findings_share_it(client):
    commitment = make_commitment()
    for scale, code in ((Scale.IRM_EARLY_RESULTS, "Major"), (Scale.IRM_VERIFIABLE, "Yes")):
        make_assessment(
            commitment, assessor=Assessor.IRM, scale=scale, code=code, note_en="Read from a scan."
        )

    assertContains(page(client, commitment), "Read from a scan.", count=1)


def test_a_note_on_what_was_not_found_is_kept_too(client):
    commitment = make_commitment()
    make_assessment(commitment)
    make_assessment(commitment, phase="mid_term", code="", note_en="The page is gone.")

    assertContains(page(client, commitment), "<p>Mid-term: The page is gone.</p>")


def test_a_finding_of_one_word_stands_among_the_others_of_its_scale(client):
    commitment = make_commitment()
    make_assessment(
        commitment, assessor=Assessor.IRM, scale=Scale.IRM_EARLY_RESULTS, code="Marginal"
    )

    assertContains(
        page(client, commitment),
        "<dd>Did not change, <strong>Marginal</strong>, Major, Outstanding</dd>",
    )


def test_a_reader_can_tell_what_is_wrong_with_this_very_page(client):
    commitment = make_commitment(plan=make_plan(slug="2030-2032"), number=3)

    assertContains(
        page(client, commitment),
        "?subject=A%20correction%3A%20https%3A//portal.example/en/plans/2030-2032/3/",
    )


def test_the_citation_names_title_number_plan_and_lasting_address(client):
    commitment = make_commitment(plan=make_plan(slug="2030-2032", title_en="The plan"), number=3)

    assertContains(
        page(client, commitment),
        "“Promise 3”, commitment 3, The plan. OpenGov Portal. "
        "https://portal.example/en/plans/2030-2032/3/",
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "“Promise 3”, commitment 3, The plan. OpenGov Portal. "),
        (
            "fr",
            "«\u00a0Promesse 3\u00a0» (dans nos mots), engagement 3, Le plan. Portail GouvOuvert. ",
        ),
    ],
)
def test_the_citation_says_of_a_title_of_ours_that_it_is(client, language, words):
    plan = make_plan(slug="2030-2032", title_en="The plan", title_fr="Le plan")
    commitment = make_commitment(plan, number=3, title_en="Promise 3", label_fr="Promesse 3")

    assertContains(
        page(client, commitment, language),
        f"{words}https://portal.example/{language}/plans/2030-2032/3/",
    )


def test_structured_data_cannot_break_out_of_its_element(client):
    commitment = make_commitment(title_en="</script><script>alert(1)</script>")

    text = page(client, commitment).content.decode()

    assert "<script>alert" not in text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    assert json.loads(found[1])["name"] == "</script><script>alert(1)</script>"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_fact_that_staff_or_a_file_gives_is_taken_for_markup(client, language):
    evil = "<img src=x>\"'&"
    both = {"label_en": evil, "label_fr": evil, "note_en": evil, "note_fr": evil}
    office = make_institution(name_en=evil, name_fr=evil, short_en=evil, short_fr=evil)
    plan = make_plan(title_en=evil, title_fr=evil, official_url_en="https://example.org/?<img")
    commitment = make_commitment(
        plan, title_en=evil, label_fr=evil, summary_en=evil, ogp_id="<img>", leads=[office]
    )
    make_commitment(plan, title_en=evil, label_fr=evil)
    whole = make_milestone(commitment, code="<img>", due="2031", due_text_en=evil, **both)
    make_milestone(commitment, code="<img>2", parent=whole, due="2032")
    make_assessment(commitment, note_en=evil, wording_en=evil, source_url="https://a.example/?<img")
    Source.objects.create(commitment=commitment, url="https://example.org/<img", used_for=[evil])
    commitment.indicators.create(label_en=evil, label_fr=evil, target_en=evil, latest_en=evil)

    text = page(client, commitment, language).content.decode()

    assert "<img" not in text
    assert text.count("&lt;img") > 15


def test_previous_and_next_follow_the_plans_own_numbers(client):
    plan = make_plan()
    first, second, third = (make_commitment(plan, number=n) for n in (1, 2, 5))

    response = page(client, second)

    assertContains(response, f'rel="prev" href="{page(client, first).wsgi_request.path}"')
    assertContains(response, f'rel="next" href="{page(client, third).wsgi_request.path}"')


def test_related_commitments_are_of_other_plans_and_share_a_subject(client):
    subject = make_subject()
    here = make_commitment(subjects=[subject])
    sibling = make_commitment(plan=here.plan, subjects=[subject], title_en="Of this same plan")
    near = make_commitment(subjects=[subject], title_en="Of another plan")
    make_commitment(title_en="About something else")

    text = page(client, here).content.decode()
    related = text[text.index('id="related"') : text.index('id="sources"')]

    assert near.title_en in related
    assert sibling.title_en not in related
    assert "About something else" not in related


def test_a_new_name_of_a_lead_or_of_a_related_commitment_is_shown_from_the_next_edition(client):
    subject, otters = make_subject(), make_institution(name_en="Office of Otters")
    here = make_commitment(subjects=[subject], leads=[otters])
    near = make_commitment(subjects=[subject], title_en="Count the otters")
    assertContains(page(client, here), ">Count the otters</a>")

    Institution.objects.filter(pk=otters.pk).update(name_en="Office of Beavers")
    Commitment.objects.filter(pk=near.pk).update(title_en="Count the beavers")
    Edition.advance()

    assertContains(page(client, here), ">Office of Beavers</a>")
    assertContains(page(client, here), ">Count the beavers</a>")
    assertNotContains(page(client, here), "tters")


def test_a_commitment_costs_the_same_few_queries_however_much_it_holds(
    client, settings, django_assert_max_num_queries
):
    settings.PAGE_CACHE_SECONDS = 0
    settings.EDITION_MEMO_SECONDS = 60
    small, big = make_commitment(), make_commitment(leads=[make_institution() for _ in range(5)])
    for _ in range(10):
        make_milestone(big).institutions.set([make_institution()])
        make_milestone(big, due="2031-01")
    page(client, small)  # the catalogue is read once an edition

    # PostgreSQL is asked for all of it in one packet.
    most = 1 if connection.vendor == "postgresql" else 8
    for commitment in (small, big):
        with django_assert_max_num_queries(most):
            page(client, commitment)


def test_supporters_outside_government_are_named(client):
    commitment = make_commitment(
        other_supporting_en=["A union"], other_supporting_fr=["Un syndicat"]
    )
    assertContains(client.get(commitment.get_absolute_url()), "<dd>A union</dd>")
    french = commitment.get_absolute_url().replace("/en/", "/fr/")
    assertContains(client.get(french), "<dd>Un syndicat</dd>")
