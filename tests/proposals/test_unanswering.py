"""For an hour an answer can be undone: it was never given, and what stood before stands again."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Decision, Deed, Edition, Letter
from network.posting import post_due
from opengov_portal.lib.errors import Refused
from proposals import unanswering
from proposals.answering import answer
from proposals.models import Happening, Lineage, Proposal, Referral, Response
from tests.factories import (
    make_commitment,
    make_follow,
    make_institution,
    make_proposal,
    make_responder,
    make_response,
    make_staff,
    make_user,
)
from tests.forms import form_of
from tests.network.undoing import later
from tests.proposals.test_answer import answerer, letters, merge, said
from tests.proposals.test_answers_admin import form, give

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]


@pytest.fixture
def ada(client):
    person = make_staff(name="Ada")
    client.force_login(person)
    return person


def url(name, proposal):
    return reverse(f"admin:proposals_toanswer_{name}", args=[proposal.pk])


def adopting(*commitments, **facts):
    return said(outcome="adopted", commitments=commitments, **facts)


# --- The verb ---------------------------------------------------------------------------


def test_it_was_never_given_no_letter_goes_and_the_record_keeps_it():
    proposal, by, promise = make_proposal(email="ada@example.org"), answerer(), make_commitment()
    answer([proposal], adopting(promise), by=by)
    before = Edition.current()

    unanswering.undo(proposal, by=answerer())

    assert not Response.objects.exists()
    assert not Lineage.objects.exists()
    assert not Letter.objects.filter(template="proposals/emails/answered").exists()
    assert not Happening.objects.filter(kind__in=["answered", "became"]).exists()
    assert Edition.current() > before
    deed = Deed.objects.about(proposal).filter(act=Deed.Act.UNDONE).get()
    assert deed.changes[0]["before"]["reason_en"] == "The hives are asleep."
    assert "written_by" not in deed.changes[0]["before"]
    answer([proposal], said(), by=by)
    assert letters("answered").count() == 1


def test_what_it_replaced_stands_again_with_what_it_led_to():
    proposal, by = make_proposal(), answerer()
    first, second = make_commitment(), make_commitment()
    [stood] = answer([proposal], adopting(first), by=by)
    later(hours=2)
    answer([proposal], adopting(second), by=by)
    assert Lineage.objects.get().commitment == second

    unanswering.undo(proposal, by=by)

    assert Response.objects.get() == Response.objects.current().get() == stood
    lineage = Lineage.objects.get()
    assert (lineage.commitment, lineage.response) == (first, stood)
    assert not letters("answer_changed").exists()
    assert not Happening.objects.filter(kind="reanswered").exists()
    with pytest.raises(Refused, match="hour in which this could be undone is over"):
        unanswering.undo(proposal, by=by)


def test_the_letters_wait_for_the_hour_those_of_merged_ones_too():
    target = make_proposal(email="ada@example.org")
    merged = make_proposal(email="zoe@example.org")
    merge(merged, target)
    answer([target], said(), by=answerer())
    assert letters("answered").count() == 2

    later(minutes=59)
    post_due()
    assert {letter.state for letter in letters("answered")} == {"owed"}
    # One that is parted meanwhile is told no more either.
    Proposal.objects.filter(pk=merged.pk).update(state="published", merged_into=None)
    unanswering.undo(target, by=answerer())

    assert not letters("answered").exists()


def test_after_the_hour_the_letter_goes_and_it_stands():
    proposal, by = make_proposal(email="ada@example.org"), answerer()
    answer([proposal], said(), by=by)
    later(minutes=61)
    post_due()
    assert letters("answered").get().state == "posted"

    with pytest.raises(Refused, match="hour in which this could be undone is over"):
        unanswering.undo(proposal, by=by)

    assert Response.objects.current().count() == 1


def test_a_letter_that_has_left_keeps_it():
    proposal, by = make_proposal(email="ada@example.org"), answerer()
    answer([proposal], said(), by=by)
    Letter.objects.update(next_try_at=timezone.now())
    assert letters("answered").get().claim()

    with pytest.raises(Refused, match="letter that tells of this has left"):
        unanswering.undo(proposal, by=by)

    assert Response.objects.current().exists()


@pytest.mark.parametrize("told", [True, False])
def test_what_followers_were_told_of_stays(told):
    proposal, by = make_proposal(), answerer()
    follow = make_follow(proposal)
    answer([proposal], said(), by=by)
    if told:
        last = Happening.objects.order_by("-pk").values_list("pk", flat=True)[0]
        type(follow.follower).objects.update(told_happening=last)

    if told:
        with pytest.raises(Refused, match="Those who follow it were told already"):
            unanswering.undo(proposal, by=by)
    else:
        unanswering.undo(proposal, by=by)

    assert Response.objects.exists() is told


def test_what_followers_of_a_merged_one_were_told_of_stays():
    proposal, merged, by = make_proposal(), make_proposal(), answerer()
    follow = make_follow(merged)
    merge(merged, proposal)
    answer([proposal], said(), by=by)
    last = Happening.objects.order_by("-pk").values_list("pk", flat=True)[0]
    type(follow.follower).objects.update(told_happening=last)

    with pytest.raises(Refused, match="Those who follow it were told already"):
        unanswering.undo(proposal, by=by)


def test_who_may_not_give_it_does_not_undo_it():
    proposal, bees = make_proposal(), make_institution()
    answer([proposal], said(institution=bees), by=answerer())
    wasps = make_institution()
    other = make_responder(wasps)
    Referral.objects.create(proposal=proposal, institution=wasps)

    for nobody in (make_user(), make_user(is_staff=True), other, AnonymousUser()):
        with pytest.raises(PermissionDenied):
            unanswering.undo(proposal, by=nobody)

    assert Response.objects.current().exists()


def test_a_responder_undoes_what_was_given_in_the_name_of_theirs():
    proposal, bees = make_proposal(), make_institution()
    person = make_responder(bees)
    Referral.objects.create(proposal=proposal, institution=bees)
    answer([proposal], said(institution=bees), by=person)

    unanswering.undo(proposal, by=person)

    assert not Response.objects.exists()


def test_what_was_loaded_or_given_elsewhere_is_not_undone_here():
    response = make_response(make_proposal())

    with pytest.raises(Refused):
        unanswering.undo(response.proposal, by=answerer())

    assert Response.objects.current().exists()


def test_one_that_was_changed_since_is_not_mistaken_for_the_change():
    proposal, by = make_proposal(), answerer()
    answer([proposal], said(), by=by)
    seen = unanswering.last_given(proposal).pk
    answer([proposal], said(outcome="under_way"), by=by)

    with pytest.raises(Refused, match="changed or undone this answer meanwhile"):
        unanswering.undo(proposal, by=by, seen=seen)

    assert Response.objects.count() == 2


# --- The pages --------------------------------------------------------------------------------


def test_from_the_message_it_is_undone_and_what_was_typed_is_still_there(client, ada):
    proposal = make_proposal(title="Bees")
    page = client.get(give(client, form(proposal)).url)
    assertContains(page, f'<a href="{url("undo", proposal)}">Undo</a>')
    shown = client.get(url("undo", proposal))
    assertContains(shown, "Ada decided: Not now.")
    assert Response.objects.current().exists()

    response = client.post(url("undo", proposal), form_of(shown, "decide"), follow=True)

    assertContains(response, "“Bees”: undone.")
    assert not Response.objects.exists()
    assertContains(response, "Les ruches dorment.")
    again = client.post(url("undo", proposal), form_of(shown, "decide"), follow=True)
    assertContains(again, "The hour in which this could be undone is over.")


def test_its_page_has_the_undo_for_an_hour(client, ada):
    proposal = make_proposal(email="ada@example.org")
    give(client, form(proposal))
    page = client.get(url("change", proposal))
    assertContains(page, "no letter goes before that")
    later(minutes=61)
    assertNotContains(client.get(url("change", proposal)), "Ada decided")
    for decision in Decision.objects.all():
        decision.at = timezone.now()
        decision.save()

    client.post(url("undo", proposal), form_of(page, "undo"))

    assert not Response.objects.exists()


def test_many_are_undone_one_by_one(client, ada):
    both = [make_proposal(), make_proposal()]

    page = client.get(give(client, form(*both)).url)

    for one in both:
        assertContains(page, f'{url("undo", one)}">Undo: “')


def test_the_wrong_person_and_nobody_undo_nothing(client, ada):
    proposal = make_proposal()
    give(client, form(proposal))
    client.force_login(make_user(is_staff=True))
    assert client.get(url("undo", proposal)).status_code in {403, 404}
    assert client.post(url("undo", proposal)).status_code in {403, 404}
    client.logout()
    assert client.post(url("undo", proposal)).status_code == 302

    assert Response.objects.current().exists()
