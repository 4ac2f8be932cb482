"""Proposals are referred to institutions, and whoever speaks for one answers as that one."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Letter
from network.roles import Role
from opengov_portal.lib.errors import Refused
from proposals import answering, referring
from proposals.answering import Said
from proposals.models import Referral, Response
from tests.counting import cost_of
from tests.factories import (
    make_institution,
    make_proposal,
    make_responder,
    make_response,
    make_with_role,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]

LIST = reverse("admin:proposals_toanswer_changelist")
REFER = reverse("admin:proposals_toanswer_refer")
ANSWER = reverse("admin:proposals_toanswer_answer")


@pytest.fixture
def office():
    return make_institution()


@pytest.fixture
def idea():
    return make_proposal(title="Count bees")


@pytest.fixture
def responder(client, office):
    person = make_responder(office)
    client.force_login(person)
    return person


def refer(proposal, *institutions):
    for institution in institutions:
        Referral.objects.create(proposal=proposal, institution=institution)


def page_of(proposal):
    return reverse("admin:proposals_toanswer_change", args=[proposal.pk])


def said(institution):
    words = {"reason_en": "Asleep.", "reason_fr": "Au repos."}
    offices = {"office_en": "Bee Office", "office_fr": "Bureau des abeilles"}
    day = timezone.localdate()
    return Said("not_now", institution=institution, answered_on=day, **words, **offices)


def form(proposal, institution, **facts):
    one = said(institution)
    return {
        "ids": proposal.pk, "outcome": one.outcome, "institution": institution.pk,
        "reason_en": one.reason_en, "reason_fr": one.reason_fr, "office_en": one.office_en,
        "office_fr": one.office_fr, "answered_on": one.answered_on.isoformat(),
    } | facts  # fmt: skip


# --- Referring --------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.ADMINISTRATOR])
def test_staff_refer_proposals_to_institutions(client, idea, office, role):
    client.force_login(make_with_role(role))
    other, second = make_proposal(), make_institution()
    chosen = {"action": "refer_selected", "_selected_action": [idea.pk, other.pk]}
    page = client.post(LIST, chosen, follow=True)
    assertContains(page, "Count bees")

    ids = f"{idea.pk}-{other.pk}"
    client.post(REFER, {"ids": ids, "institutions": [office.pk, second.pk]})
    client.post(REFER, {"ids": ids, "institutions": [office.pk]})

    assert Referral.objects.count() == 4
    assertContains(client.get(page_of(idea)), str(second))
    assertContains(client.get(LIST), office.short_en)


def test_looking_at_the_page_refers_nothing(client, idea, office):
    client.force_login(make_with_role(Role.MODERATOR))

    assert client.get(REFER, {"ids": idea.pk, "institutions": office.pk}).status_code == 200
    assert client.get(REFER, {"ids": "x"}).status_code == 404
    assert client.get(REFER, {"ids": make_proposal(state="hidden").pk}).status_code == 404
    assert not Referral.objects.exists()


def test_a_referral_is_taken_back_and_the_answer_stands(client, idea, office):
    client.force_login(make_with_role(Role.EDITOR))
    refer(idea, office)
    make_response(idea, institution=office)
    url = reverse("admin:proposals_toanswer_take_back", args=[Referral.objects.get().pk])

    assert client.get(url).status_code == 405
    assert client.post(url)["Location"] == page_of(idea)

    assert not Referral.objects.exists()
    assert Response.objects.current().count() == 1
    assert client.post(url).status_code == 404


@pytest.mark.parametrize("role", [Role.CORRESPONDENT, Role.RESPONDER, Role.AUDITOR])
def test_nobody_else_refers_or_takes_back(client, idea, office, role):
    by = make_with_role(role)
    client.force_login(by)
    refer(idea, office)
    url = reverse("admin:proposals_toanswer_take_back", args=[Referral.objects.get().pk])

    assert client.get(REFER, {"ids": idea.pk}).status_code == 403
    assert client.post(REFER, {"ids": idea.pk, "institutions": office.pk}).status_code == 403
    assert client.post(url).status_code == 403
    with pytest.raises(PermissionDenied):
        referring.refer([idea], [office], by=by)
    assert Referral.objects.count() == 1


# --- Answering as an institution ------------------------------------------------------


def test_a_responder_sees_what_was_referred_to_theirs_and_nothing_else(
    client, responder, idea, office
):
    refer(idea, office)
    other = make_proposal(title="Count moths")
    refer(other, make_institution())

    answer = client.get(LIST)

    assertContains(answer, "Count bees")
    assertNotContains(answer, "Count moths")
    assert client.get(page_of(idea)).status_code == 200
    assert client.get(page_of(other)).status_code == 302  # no such thing for them
    assert client.get(ANSWER, {"ids": other.pk}).status_code == 403


def test_a_responder_answers_as_their_institution(client, responder, idea, office):
    refer(idea, office)
    preview = client.post(ANSWER, form(idea, office, preview="1"))
    assertNotContains(preview, idea.email)

    client.post(ANSWER, form(idea, office, give="1", seen=preview.context["seen"]))

    response = Response.objects.get()
    assert (response.institution, response.written_by) == (office, responder)
    assert Letter.objects.filter(to=idea.email).exists()


def test_not_as_another_institution_nor_what_was_not_referred(client, responder, idea, office):
    other, apart = make_institution(), make_proposal()
    refer(idea, office, other)
    refer(apart, other)

    answer = client.post(ANSWER, form(idea, other, preview="1"))

    assert "institution" in answer.context["form"].errors
    for proposal, institution in ((idea, other), (apart, office), (apart, other)):
        with pytest.raises(PermissionDenied):
            answering.answer([proposal], said(institution), by=responder)
    with pytest.raises(PermissionDenied):
        answering.answer([idea, apart], said(office), by=responder)
    assert not Response.objects.exists()


def test_who_speaks_for_two_answers_each_as_the_one_it_was_referred_to(idea):
    mine, also = make_institution(), make_institution()
    person = make_responder(mine, also)
    refer(idea, also)

    with pytest.raises(PermissionDenied):
        answering.answer([idea], said(mine), by=person)
    answering.answer([idea], said(also), by=person)

    assert Response.objects.get().institution == also


def test_an_institution_changes_its_own_answer_and_nobody_elses(client, responder, idea, office):
    other = make_institution()
    refer(idea, office, other)
    make_response(idea, institution=other)

    preview = client.post(ANSWER, form(idea, office, preview="1"))

    assertContains(preview, "Another institution has answered it")
    with pytest.raises(Refused):
        answering.answer([idea], said(office), by=responder)
    answering.answer([idea], said(other), by=make_responder(other))
    assert Response.objects.current().get().reason_en == "Asleep."


def test_once_dismissed_or_taken_back_nothing_is_answered(responder, idea, office):
    refer(idea, office)
    Referral.objects.all().delete()
    with pytest.raises(PermissionDenied):
        answering.answer([idea], said(office), by=responder)
    refer(idea, office)
    responder.speaks_for.all().delete()
    with pytest.raises(PermissionDenied):
        answering.answer([idea], said(office), by=responder)


def test_an_editor_enters_the_answer_of_any_institution(idea, office):
    answering.answer([idea], said(office), by=make_with_role(Role.EDITOR))

    assert Response.objects.get().institution == office


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.CORRESPONDENT, Role.AUDITOR])
def test_nobody_else_answers(client, idea, office, role):
    by = make_with_role(role)
    client.force_login(by)
    refer(idea, office)

    assert client.post(ANSWER, form(idea, office, preview="1")).status_code == 403
    with pytest.raises(PermissionDenied):
        answering.answer([idea], said(office), by=by)


def test_the_list_costs_the_same_with_any_number(client, responder, office):
    refer(make_proposal(), office)
    client.get(LIST)
    few = cost_of(client.get, LIST)
    for _each in range(5):
        refer(make_proposal(), office, make_institution())

    assert cost_of(client.get, LIST) == few
