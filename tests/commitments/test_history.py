"""What has changed of a commitment, and why: its page, its feed, and the page as it was."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from commitments import history
from commitments.actions import publish_change
from commitments.as_it_was import AsItWas
from commitments.dossier import Dossier
from commitments.models import Change, Commitment
from network.models import Deed
from opengov_portal.lib.errors import Refused
from tests.commitments.editing.pages import errors_of, form_on, page_of
from tests.commitments.files import load
from tests.counting import cost_of
from tests.factories import (
    make_assessment,
    make_commitment,
    make_institution,
    make_milestone,
    make_plan,
    make_staff,
    make_subject,
)

pytestmark = pytest.mark.django_db
WHY = {"reason_en": ["The tracker says so now."], "reason_fr": ["Le suivi le dit maintenant."]}


@pytest.fixture
def editor(client, without_second_factor):
    person = make_staff(name="Ada Editor")
    client.force_login(person)
    return person


@pytest.fixture
def promise():
    """One of a plan that is published, with something of everything."""
    plan = make_plan(slug="2020-2022", starts="2020-07", ends="2022-06", released="2020-09")
    promise = make_commitment(
        plan,
        leads=[make_institution(slug="office-a", name_en="Office A", name_fr="Bureau A")],
        subjects=[make_subject()],
        title_en="Open every budget",
        summary_en="Budgets are published.",
    )
    step = make_milestone(promise, code="1.1", due="2021-06", label_en="Publish")
    step.institutions.add(promise.leads.get().institution)
    make_milestone(promise, code="1.2", parent=step, order=2)
    make_assessment(promise, as_of="2021-03-31")
    promise.sources.create(url="https://example.org/plan", used_for=["title_en"])
    promise.indicators.create(label_en="Files", label_fr="Fichiers", latest_as_of="2021")
    promise.value_claims.create(assessor="irm", value="transparency")
    return promise


def history_of(promise, language="en"):
    last = {"en": "history", "fr": "historique"}[language]
    return f"/{language}/plans/{promise.plan.slug}/{promise.number}/{last}/"


def edited(client, promise, **said):
    data = form_on(client, promise) | {name: [value] for name, value in said.items()}
    return client.post(page_of(promise), data | WHY)


# --- What is recorded ---------------------------------------------------------------


def test_a_due_date_that_moves_is_told_with_its_reason(client, editor, promise):
    edited(client, promise, **{"milestones-0-due": "2022-06"})

    deed = Deed.objects.done().get()
    assert deed.changes == [
        {"field": "milestones.due", "of": "1.1", "before": "2021-06", "after": "2022-06"}
    ]
    assert Change.objects.get().deed == deed
    page = client.get(history_of(promise))
    assertContains(page, "The tracker says so now.")
    assertContains(page, "Milestone 1.1: due")
    assertContains(page, "<del>")
    assertContains(page, "June 2021</del>" if "June 2021</del>" in page.text else "2021</del>")
    french = client.get(history_of(promise, "fr"))
    assertContains(french, "Le suivi le dit maintenant.")
    assertNotContains(french, "The tracker says so now.")


def test_a_wording_that_changes_is_told_word_by_word(client, editor, promise):
    edited(client, promise, summary_en="Budgets are published each year.")

    page = client.get(history_of(promise))

    assertContains(page, "each year</ins>")
    assertContains(page, "Added:")
    assertContains(page, "Budgets are published")


def test_rows_that_come_and_go_are_told_by_name(client, editor, promise):
    edited(client, promise, **{"sources-0-DELETE": "on", "leads-0-role": "supporting"})

    page = client.get(history_of(promise))

    assertContains(page, "Source https://example.org/plan")
    assertContains(page, "Lead Office A")
    assertNotContains(page, "office-a")


def test_a_finding_is_told_by_its_scale(client, editor, promise):
    edited(client, promise, **{"assessments-0-finding": "tracker_overall_status:all_complete"})

    assertContains(client.get(history_of(promise)), "complete</ins>")


def test_a_load_is_told_without_a_reason_and_a_name():
    load()
    promise = Commitment.objects.get(code="2016-2018-19")

    assert Deed.objects.about(promise).get().act == "added"
    assert Deed.objects.about(promise).get().by is None
    assert Change.objects.filter(deed__isnull=True, commitment__isnull=False).count() == 0


# --- A reason is needed ---------------------------------------------------------------


@pytest.mark.parametrize("field", ["title_en", "milestones-0-due"])
@pytest.mark.parametrize("missing", ["reason_en", "reason_fr"])
def test_what_is_published_changes_with_a_reason_in_both_languages(
    client, editor, promise, field, missing
):
    data = form_on(client, promise) | WHY | {field: ["2022"], missing: [" "]}

    errors = errors_of(client.post(page_of(promise), data))

    assert list(errors) == [missing]
    assert not Change.objects.exists()


@pytest.mark.parametrize("kind", [Change.Kind.CHANGED, Change.Kind.REMOVED])
@pytest.mark.parametrize("why", [None, {}, {"en": "It moved."}, {"en": "It moved.", "fr": " "}])
def test_the_verb_asks_for_it_too(editor, promise, kind, why):
    with pytest.raises(Refused, match="say why"):
        publish_change(kind, promise, ["title_en"], by=editor, why=why)

    assert not Change.objects.exists()
    assert not Deed.objects.exists()


def test_what_is_added_to_a_published_plan_needs_none(editor, promise):
    publish_change(Change.Kind.ADDED, promise, by=editor)

    assert Change.objects.get().kind == "added"


def test_a_plan_that_is_still_to_come_is_kept_without_one(client, editor):
    promise = make_commitment(make_plan(starts="2090", released=""))
    data = form_on(client, promise) | {"title_en": ["Another title"]}

    assert client.post(page_of(promise), data).status_code == 302
    assert Change.objects.count() == 1


def test_a_reason_without_a_change_is_no_change(client, editor, promise):
    before = promise.changed_at

    edited(client, promise)

    promise.refresh_from_db()
    assert not Deed.objects.done().exists()
    assert promise.changed_at == before


def test_saving_nothing_asks_for_no_reason(client, editor, promise):
    assert client.post(page_of(promise), form_on(client, promise)).status_code == 302


# --- Reading it -----------------------------------------------------------------------


def test_nobody_is_named_in_public(client, editor, promise):
    edited(client, promise, title_en="Open all budgets")

    assertNotContains(client.get(history_of(promise)), "Ada Editor")


def test_the_page_leads_to_it_and_it_to_the_feed(client, promise):
    assertContains(client.get(promise.get_absolute_url()), history_of(promise))
    assertContains(client.get(history_of(promise)), f"/plans/{promise.plan.slug}/1/feed/")


def test_markup_in_words_stays_words(client, editor, promise):
    edited(client, promise, title_en="Count <bees>")

    page = client.get(history_of(promise))

    assertContains(page, "&lt;")
    assertNotContains(page, "<bees>")


def test_the_feed_tells_the_same(client, editor, promise):
    edited(client, promise, summary_en="Budgets are published each year.")

    sent = client.get(reverse("commitments:commitment_feed", args=[promise.plan.slug, 1]))

    atom = "{http://www.w3.org/2005/Atom}"
    found = ElementTree.fromstring(sent.content)
    [summary] = [one.text for one in found.findall(f"{atom}entry/{atom}summary")]
    assert "The tracker says so now." in summary
    assert "each year</ins>" in summary


def test_its_cost_is_the_same_however_much_has_changed(client, promise):
    def change():
        stood = history.state(promise)
        Commitment.objects.filter(pk=promise.pk).update(ogp_id=f"CA{Change.objects.count()}")
        why = {"en": "It was counted anew.", "fr": "On a recompté."}
        publish_change(Change.Kind.CHANGED, promise, ["ogp_id"], by=None, stood=stood, why=why)

    change()
    client.get(history_of(promise))
    few = cost_of(client.get, history_of(promise) + "?fresh=1")
    for _each in range(10):
        change()
    client.get(history_of(promise))

    assert cost_of(client.get, history_of(promise) + "?fresh=2") == few


@pytest.mark.parametrize("address", ["/en/plans/2020-2022/9/history/", "/en/plans/no/1/history/"])
def test_what_is_not_there_has_none(client, promise, address):
    assert client.get(address).status_code == 404


# --- As it was ------------------------------------------------------------------------


def shown(dossier):
    """All that a page is drawn from and that the record tells, as words."""
    return {
        "title": str(dossier.title),
        "summary": str(dossier.summary),
        "leads": [str(one.name) for one in dossier.leads],
        "milestones": [
            (one.code, str(one.label), str(one.due), one.status, one.parent and one.parent.code,
             [str(led.name) for led in one.led_by])
            for one in dossier.milestones
        ],
        "voices": [
            (voice.assessor, voice.main and (voice.main.label, str(voice.main.as_of)))
            for voice in dossier.voices
        ],
        "values": dossier.values,
        "indicators": [(str(one.label), str(one.latest_as_of)) for one in dossier.indicators],
        "sources": dossier.sources,
        "subjects": [one.label for one in dossier.subjects],
        "unknowns": dossier.unknowns,
    }  # fmt: skip


def test_what_the_record_rebuilds_today_is_the_page_of_today(promise):
    promise = Commitment.objects.select_related("plan").get(pk=promise.pk)

    was = AsItWas.at(promise, timezone.now())

    assert shown(was) == shown(Dossier(promise.plan.slug, promise.number))
    assert was.page().keys() >= Dossier(promise.plan.slug, promise.number).page().keys()


def test_so_it_is_for_every_real_commitment():
    load()

    for promise in Commitment.objects.select_related("plan"):
        today = Dossier(promise.plan.slug, promise.number)
        assert shown(AsItWas.at(promise, timezone.now())) == shown(today), promise.code


def test_after_many_edits_every_day_comes_back_as_it_was(client, editor, promise):
    asked = [
        {"title_en": "Open all budgets", "milestones-0-due": "2022-06"},
        {"milestones-0-status": "complete", "milestones-0-status_source_url": "https://a.example/"},
        {"sources-0-DELETE": "on", "indicators-0-DELETE": "on"},
        {"leads-0-role": "supporting", "milestones-1-DELETE": "on"},
        {"assessments-0-finding": "tracker_overall_status:all_complete", "ogp_id": "CA9"},
    ]
    promise = Commitment.objects.select_related("plan").get(pk=promise.pk)
    stood = []
    for said in asked:
        stood.append((timezone.now(), shown(Dossier(promise.plan.slug, 1))))
        assert edited(client, promise, **said).status_code == 302

    promise = Commitment.objects.select_related("plan").get(pk=promise.pk)
    for moment, page in stood:
        assert shown(AsItWas.at(promise, moment)) == page
    assert len({str(page) for _moment, page in stood}) == len(asked)


def as_it_was(promise, **asked):
    url = reverse("admin:commitments_commitment_as_it_was", args=[promise.pk])
    return url, asked


def test_an_editor_sees_the_page_as_it_was_in_both_languages(client, editor, promise, settings):
    edited(client, promise, title_en="Open all budgets")
    deed = Deed.objects.done().get()
    yesterday = (deed.at - timedelta(days=1)).date().isoformat()
    today = timezone.localtime(deed.at).date().isoformat()
    url, _asked = as_it_was(promise)

    assertContains(client.get(page_of(promise)), url)
    assertContains(client.get(url), today)
    assertContains(client.get(url, {"day": yesterday, "language": "en"}), "Open every budget")
    assertContains(client.get(url, {"day": today, "language": "en"}), "Open all budgets")
    french = client.get(url, {"day": yesterday, "language": "fr"})
    assert french["Content-Language"] == "fr"
    assertContains(french, "telle qu’elle était")


def test_before_it_was_there_it_says_so(client, editor):
    load()
    promise = Commitment.objects.get(code="2016-2018-19")
    url, _asked = as_it_was(promise)

    page = client.get(url, {"day": datetime(2001, 1, 1).date().isoformat(), "language": "en"})

    assertContains(page, "It was not here yet on that day.")


@pytest.mark.parametrize("day", ["", "x", "2020-02-31", "99999-01-01"])
def test_a_day_that_is_none_is_told(client, editor, promise, day):
    url, _asked = as_it_was(promise)

    assert client.get(url, {"day": day, "language": "en"}).status_code == 200


def test_who_may_not_see_commitments_does_not_see_it(client, without_second_factor, promise):
    client.force_login(make_staff(is_superuser=False))

    assert client.get(as_it_was(promise)[0], {"day": "2026-01-01"}).status_code == 403
