"""Every page of the desk opens to staff and to nobody else; lists stay cheap."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from commitments.models import (
    Assessment,
    Assessor,
    Change,
    Commitment,
    Indicator,
    Responder,
    Scale,
    SelfAssessment,
    Source,
    Theme,
)
from tests.counting import cost_of
from tests.factories import (
    make_assessment,
    make_commitment,
    make_institution,
    make_milestone,
    make_plan,
    make_staff,
    make_subject,
    make_user,
)
from tests.forms import admin_name

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]

KEPT = ["actionplan", "theme", "institution", "subject", "commitment"]
LIST = "admin:commitments_commitment_changelist"


@pytest.fixture
def things():
    """One of everything that has a page of its own, by the name of its model."""
    plan = make_plan()
    theme = Theme.objects.create(plan=plan, slug="money", name_en="Money", name_fr="Argent")
    institution, subject = make_institution(), make_subject()
    commitment = make_commitment(plan, leads=[institution], subjects=[subject], theme=theme)
    change = Change.record(Change.Kind.ADDED, commitment)
    return {
        "actionplan": plan,
        "theme": theme,
        "institution": institution,
        "subject": subject,
        "commitment": commitment,
        "change": change,
    }


def pages_of(thing):
    """The list, and the page of one thing."""
    return [
        reverse(admin_name(thing, "changelist")),
        reverse(admin_name(thing, "change"), args=[thing.pk]),
    ]


def test_all_that_is_kept_is_kept_here(things):
    here = {model for model in admin.site._registry if model._meta.app_label == "commitments"}

    kept = {type(things[name]) for name in (*KEPT, "change")}
    assert here == kept - {type(things["subject"])} | {Responder, SelfAssessment}
    assert admin.site.is_registered(type(things["subject"]))


@pytest.mark.parametrize("name", [*KEPT, "change"])
def test_the_list_and_the_page_of_everything_open(client, staff, things, name):
    for url in pages_of(things[name]):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("name", KEPT)
def test_the_page_that_adds_opens(client, staff, things, name):
    assert client.get(reverse(admin_name(things[name], "add"))).status_code == 200


@pytest.mark.parametrize("name", [*KEPT, "change"])
def test_nobody_and_members_are_sent_to_sign_in(client, things, name):
    for person in (None, make_user()):
        if person:
            client.force_login(person)
        for url in pages_of(things[name]):
            response = client.get(url)
            assert response.status_code == 302
            assert "login" in response["Location"]


@pytest.mark.parametrize("name", [*KEPT, "change"])
def test_staff_without_permission_are_refused(client, things, name):
    client.force_login(make_staff(is_superuser=False))

    for url in pages_of(things[name]):
        assert client.get(url).status_code == 403
        assert client.post(url).status_code == 403


def test_staff_who_may_only_look_cannot_save(client, things):
    reader = make_staff(is_superuser=False)
    reader.user_permissions.add(Permission.objects.get(codename="view_institution"))
    client.force_login(reader)
    url = pages_of(things["institution"])[1]

    assert client.get(url).status_code == 200
    assert client.post(url, {"name_en": "Mine"}).status_code == 403


def test_history_is_not_edited(client, staff, things):
    _list, page = pages_of(things["change"])

    assert client.get(reverse("admin:commitments_change_add")).status_code == 403
    assert client.post(page, {"code": "other"}).status_code == 403
    delete = reverse("admin:commitments_change_delete", args=[things["change"].pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert Change.objects.get().code == things["commitment"].code


@pytest.mark.parametrize("name", [*KEPT, "change"])
def test_every_page_works_under_the_policy_that_readers_have(client, staff, things, name):
    inline = re.compile(r"<style|<script(?![^>]* src=)|<[^>]* (?:style|on[a-z]+)=", re.IGNORECASE)

    for url in pages_of(things[name]):
        response = client.get(url)
        assert inline.findall(response.content.decode()) == []
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]


def test_looking_changes_nothing(client, staff, things):
    before = things["commitment"].changed_at

    for thing in things.values():
        for url in pages_of(thing):
            client.get(url)

    things["commitment"].refresh_from_db()
    assert things["commitment"].changed_at == before
    assert Change.objects.count() == 1


def make_many(number):
    plan = make_plan()
    institution, subject = make_institution(), make_subject()
    for _each in range(number):
        commitment = make_commitment(plan, leads=[institution], subjects=[subject])
        make_assessment(commitment)
        make_milestone(commitment)


@pytest.mark.parametrize("name", [*KEPT, "change"])
def test_a_list_costs_the_same_with_any_number_of_rows(client, staff, name, things):
    url = reverse(admin_name(things[name], "changelist"))
    client.get(url)

    def cost():
        return cost_of(client.get, url)

    make_many(2)
    few = cost()
    for _each in range(10):
        make_many(3)
        Change.record(Change.Kind.CHANGED, Commitment.objects.latest("pk"), fields=["theme"])

    assert cost() == few
    assert few <= 20


def test_the_list_shows_each_assessor_apart(client, staff):
    commitment = make_commitment(leads=[make_institution(short_en="OFF")])
    make_assessment(commitment)
    make_assessment(
        commitment,
        assessor=Assessor.NETWORK,
        scale=Scale.NETWORK,
        code="some_progress",
        phase=Assessment.Phase.UPDATE,
    )

    response = client.get(reverse(LIST))

    assertContains(response, "All deliverables on schedule")
    assertContains(response, "Some progress")
    assertContains(response, "OFF")


def shown(client, **chosen):
    response = client.get(reverse(LIST), chosen)
    assert response.status_code == 200
    return [commitment.code for commitment in response.context["cl"].queryset]


def test_the_list_narrows_by_plan_theme_lead_and_subject(client, staff, things):
    make_commitment(leads=[make_institution()], subjects=[make_subject()])
    mine = [things["commitment"].code]

    assert shown(client, plan=things["actionplan"].slug) == mine
    assert shown(client, plan=things["actionplan"].slug, theme="money") == mine
    assert shown(client, lead=things["institution"].slug) == mine
    assert shown(client, subject=things["subject"].slug) == mine


def test_themes_are_offered_once_a_plan_is_chosen(client, staff, things):
    assertNotContains(client.get(reverse(LIST)), "?theme=money")

    chosen = client.get(reverse(LIST), {"plan": things["actionplan"].slug})

    assertContains(chosen, "theme=money")


def test_the_list_narrows_by_what_an_assessor_last_found(client, staff):
    was, is_now, unknown = make_commitment(), make_commitment(), make_commitment()
    make_assessment(was, code="all_on_schedule")
    make_assessment(was, code="all_complete", phase=Assessment.Phase.UPDATE)
    make_assessment(is_now, code="all_on_schedule")
    make_assessment(is_now, code="", phase=Assessment.Phase.UPDATE)
    finding = "tracker_overall_status:all_on_schedule"

    assert shown(client, government=finding) == [is_now.code]
    assert shown(client, government="none") == [unknown.code]
    assert len(shown(client, irm="none")) == 3


def test_the_filter_and_the_page_agree_on_what_was_last_found(client, staff):
    commitment = make_commitment()
    for phase, code in [
        (Assessment.Phase.UPDATE, "completed"),
        (Assessment.Phase.MID_TERM, "behind_schedule"),
        (Assessment.Phase.TRACKER, "on_schedule"),
    ]:
        make_assessment(commitment, scale=Scale.SELF_ASSESSMENT, phase=phase, code=code)

    standing = commitment.standing(Assessor.GOVERNMENT)

    assert shown(client, government=f"{standing.scale}:{standing.code}") == [commitment.code]


def test_the_list_finds_what_is_missing(client, staff, things):
    whole = make_commitment(
        title_fr="Promesse officielle",
        title_fr_basis="official_page",
        summary_en="In words",
        summary_fr="En mots",
        leads=[make_institution()],
        subjects=[make_subject()],
    )
    make_milestone(whole, text_source_url="https://example.org/")
    Source.objects.create(commitment=whole, url="https://example.org/")
    bare = make_commitment()

    for what in ("title_fr", "summary", "leads", "subjects", "milestones", "sources"):
        found = shown(client, missing=what)
        assert bare.code in found
        assert whole.code not in found
    assert shown(client, missing="title_en") == []
    make_milestone(whole, text_source_url="")
    assert whole.code in shown(client, missing="sources")
    assert things["commitment"].code not in shown(client, missing="theme")


def count(promise, **text):
    """An indicator of it; each by another name."""
    name = f"Bees {promise.indicators.count()}"
    Indicator.objects.create(commitment=promise, label_en=name, label_fr=name, **text)


@pytest.mark.parametrize(
    ("add", "text"),
    [
        (make_milestone, {"label_fr": ""}),
        (make_milestone, {"due_text_en": "In the spring"}),
        (make_milestone, {"note_fr": "Le nom a changé."}),
        (count, {"target_en": "All of them"}),
        (count, {"latest_fr": "Quelques-unes"}),
        (make_assessment, {"note_en": "The page was moved."}),
    ],
)
def test_what_hangs_on_a_commitment_is_to_be_in_both_languages_too(client, staff, add, text):
    whole, lacking = make_commitment(), make_commitment()
    add(whole)  # the wording of a source stays as it published it, in one language

    add(lacking, **text)

    assert shown(client, missing="translation") == [lacking.code]


@pytest.mark.parametrize(
    "text", ["Promise", "nothing like it", "\0", "' OR 1=1 --", "%", "x" * 5000]
)
def test_any_search_is_answered(client, staff, text):
    make_commitment()

    assert client.get(reverse(LIST), {"q": text}).status_code == 200


@pytest.mark.parametrize("name", ["plan", "theme", "lead", "subject", "government", "missing"])
@pytest.mark.parametrize("value", ["no-such", "\0", "'", "9" * 30, ":", "none:"])
def test_any_filter_is_answered(client, staff, things, name, value):
    response = client.get(reverse(LIST), {name: value}, follow=True)

    assert response.status_code == 200


def test_search_finds_titles_in_both_languages_and_departments(client, staff):
    commitment = make_commitment(
        title_en="Open the budget",
        label_fr="Ouvrir le budget",
        leads=[make_institution(short_en="ZZT", name_en="The Mint", name_fr="La Monnaie")],
    )
    make_commitment()

    for words in (
        "open the budget",
        "ouvrir budget",
        "zzt",
        "the mint",
        "monnaie",
        commitment.code,
    ):
        assert shown(client, q=words) == [commitment.code]


@pytest.mark.parametrize(
    ("model", "field", "words"),
    [
        ("lead", "institution", "Office"),
        ("commitment", "plan", "Freedonia"),
        ("commitment", "theme", "Money"),
        ("subjecttag", "tag", "Subject"),
        ("milestone", "institutions", "Bureau"),
    ],
)
def test_what_is_chosen_from_many_is_found_by_typing(client, staff, things, model, field, words):
    asked = {"app_label": "commitments", "model_name": model, "field_name": field}

    found = client.get(reverse("admin:autocomplete"), {**asked, "term": words}).json()
    odd = client.get(reverse("admin:autocomplete"), {**asked, "term": "\0"})

    assert len(found["results"]) == 1
    assert odd.status_code == 200
