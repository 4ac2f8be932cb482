"""That what was flagged stays is undone for an hour: the flags wait anew."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Deed
from opengov_portal.lib.errors import Refused
from proposals.models import Flag
from tests.factories import make_proposal, make_staff, make_user
from tests.forms import form_of
from tests.proposals.moderation.desk import WHY, again, make_moderator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]


@pytest.fixture
def moderator(client):
    person = make_moderator(name="Ada")
    client.force_login(person)
    return person


def url(name, proposal):
    return reverse(f"admin:proposals_proposal_{name}", args=[proposal.pk])


def flagged():
    proposal = make_proposal(title="Bees")
    Flag.put(proposal, reason="abuse", network="192.0.2.7")
    Flag.put(proposal, reason="spam", network="192.0.2.8")
    return proposal


def kept(by=None):
    proposal = flagged()
    proposal.keep(by=by or make_moderator(), words="It is fine.")
    return again(proposal)


def later(proposal, **time):
    for flag in proposal.flags.exclude(handled_at=None):
        flag.handled_at -= timedelta(**time)
        flag.save()


def test_all_of_its_flags_wait_anew_and_the_record_tells():
    proposal, other = kept(), make_moderator()
    earlier = proposal.flags.create(
        reason="abuse", handled_at=proposal.created_at, handled_words="Long ago."
    )

    assert proposal.unkeep(by=other, seen=proposal.last_keeping.pk) == 2

    assert proposal.flags.open().count() == 2
    assert again(earlier).handled_at
    deed = Deed.objects.about(proposal).done().newest().first()
    assert (deed.act, deed.by, deed.changes) == (Deed.Act.UNDONE, other, [{"field": "flags"}])


def test_after_the_hour_and_a_second_time_it_is_refused():
    proposal, by = kept(), make_moderator()
    later(proposal, minutes=61)
    with pytest.raises(Refused, match="no longer be undone"):
        proposal.unkeep(by=by)
    other = kept()
    seen = other.last_keeping.pk
    other.unkeep(by=by, seen=seen)
    with pytest.raises(Refused, match="no longer be undone"):
        other.unkeep(by=by, seen=seen)

    assert not proposal.flags.open().exists()


def test_who_does_not_moderate_undoes_nothing():
    proposal = kept()

    for nobody in (make_user(), make_user(is_staff=True), AnonymousUser()):
        with pytest.raises(PermissionDenied):
            proposal.unkeep(by=nobody)

    assert not proposal.flags.open().exists()


def test_what_hiding_answered_is_undone_with_the_hiding_alone():
    proposal, by = flagged(), make_moderator()
    proposal.hide(by=by, **WHY)
    assert again(proposal).last_keeping is None
    again(proposal).restore(by=by)
    assert again(proposal).last_keeping is None

    with pytest.raises(Refused):
        again(proposal).unkeep(by=by)


def test_a_later_answer_is_not_mistaken_for_the_one_that_was_seen():
    proposal, by = kept(), make_moderator()
    seen = proposal.last_keeping.pk
    Flag.put(proposal, reason="abuse", network="192.0.2.9")
    proposal.keep(by=by, words="Still fine.")

    with pytest.raises(Refused, match="no longer be undone"):
        proposal.unkeep(by=by, seen=seen)

    assert not proposal.flags.open().exists()


def test_its_page_and_the_message_have_the_undo(client, moderator):
    proposal = flagged()
    data = form_of(client.get(url("keep", proposal)), "decide") | {"words": ["It is fine."]}
    page = client.post(url("keep", proposal), data, follow=True)
    assertContains(page, f'<a href="{url("unkeep", proposal)}">Undo</a>')
    assertContains(client.get(url("change", proposal)), "Ada decided: Keep it as it is.")
    shown = client.get(url("unkeep", proposal))
    assert not proposal.flags.open().exists()

    page = client.post(url("unkeep", proposal), form_of(shown, "decide"), follow=True)

    assertNotContains(page, "Ada decided")
    assert proposal.flags.open().count() == 2
    page = client.post(url("unkeep", proposal), form_of(shown, "decide"), follow=True)
    assertContains(page, "This can no longer be undone.")


def test_both_are_on_the_page_where_both_can_be_undone(client, moderator):
    proposal = make_proposal(state="waiting")
    proposal.publish(by=moderator)
    Flag.put(proposal, reason="abuse", network="192.0.2.7")
    proposal.keep(by=moderator, words="It is fine.")

    data = form_of(client.get(url("change", proposal)), "undo-2")
    client.post(url("unkeep", proposal), data)

    assert proposal.flags.open().exists()
    assert again(proposal).state == "published"


def test_the_wrong_person_and_nobody(client):
    proposal = kept()
    client.force_login(make_staff(is_superuser=False))
    assert client.post(url("unkeep", proposal)).status_code == 403
    client.logout()
    assert client.post(url("unkeep", proposal)).status_code == 302

    assert not proposal.flags.open().exists()
