"""An announcement goes from draft to sent by its verbs, and to those it is for."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import override

from network.announcing import write_due
from network.models import Announcement, Edition, Letter, Stop, Subject
from opengov_portal.lib.errors import Refused
from tests.factories import (
    make_announcement,
    make_member,
    make_readers,
    make_staff,
    make_subject,
    make_user,
)

pytestmark = pytest.mark.django_db
State = Announcement.State


def in_state(state, staff, **fields):
    """An announcement, brought to a state by its verbs."""
    announcement = make_announcement(**fields)
    if state == State.SCHEDULED:
        announcement.schedule(by=staff, at=timezone.now() + timedelta(hours=1))
    elif state != State.DRAFT:
        announcement.send(by=staff)
    if state == State.PAUSED:
        announcement.pause(by=staff)
    if state == State.SENT:
        assert announcement.mark_written()
        assert announcement.finish()
    return announcement


# --- Its states -------------------------------------------------------------------


def test_every_state_says_where_it_may_go_next():
    assert Announcement.NEXT.keys() == set(State)


def test_sending_publishes_it_counts_whom_it_is_for_and_raises_the_edition(staff):
    make_readers(3)
    announcement, edition = make_announcement(), Edition.current()

    announcement.send(by=staff)

    announcement.refresh_from_db()
    assert announcement.state == State.SENDING
    assert announcement.published_at
    assert announcement.expected == 3
    assert announcement.sent_by == staff
    assert Edition.current() == edition + 1


VERBS = {
    "send": ({}, {State.DRAFT, State.SCHEDULED}),
    "schedule": ({"at": timezone.now() + timedelta(days=300)}, {State.DRAFT}),
    "unschedule": ({}, {State.SCHEDULED}),
    "pause": ({}, {State.SENDING}),
    "resume": ({}, {State.PAUSED}),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_works_where_it_may_and_is_refused_elsewhere(verb, state, staff):
    announcement = in_state(state, staff)
    said, where = VERBS[verb]

    if state in where:
        getattr(announcement, verb)(by=staff, **said)
    else:
        with pytest.raises(Refused):
            getattr(announcement, verb)(by=staff, **said)
        announcement.refresh_from_db()
        assert announcement.state == state


@pytest.mark.parametrize("verb", [*VERBS, "correct"])
def test_only_staff_with_the_permission_do_any_of_it(verb, staff):
    said = {"en": "A", "fr": "B"} if verb == "correct" else VERBS[verb][0]
    clerk = make_staff(is_superuser=False)
    outsider = make_user()
    permission = Permission.objects.get(codename="send_announcement")
    outsider.user_permissions.add(permission)
    announcement = in_state(State.SENDING, staff) if verb == "correct" else make_announcement()

    for person in (clerk, outsider, AnonymousUser()):
        with pytest.raises(PermissionDenied):
            getattr(announcement, verb)(by=person, **said)

    clerk.user_permissions.add(permission)
    again = type(clerk).objects.get(pk=clerk.pk)
    assert announcement.may_be_sent_by(again)


def test_of_two_who_send_it_at_once_one_does(staff):
    first = make_announcement()
    second = Announcement.objects.get()

    first.send(by=staff)

    with pytest.raises(Refused):
        second.send(by=staff)


def test_what_was_changed_since_it_was_looked_at_is_not_sent(staff):
    announcement = make_announcement()
    seen = announcement.fingerprint
    changed = Announcement.objects.get()
    changed.issues.add(make_subject())

    with pytest.raises(Refused, match="changed since"):
        announcement.send(by=staff, seen=seen)

    announcement.refresh_from_db()
    assert announcement.state == State.DRAFT
    announcement.send(by=staff, seen=announcement.fingerprint)


def test_a_time_that_has_passed_is_refused(staff):
    with pytest.raises(Refused):
        make_announcement().schedule(by=staff, at=timezone.now())


def test_a_draft_is_changed_and_thrown_away_and_nothing_else_is(staff):
    draft = make_announcement()
    draft.title_en = "Better"
    draft.revise()
    late = Announcement.objects.get()
    assert late.title_en == "Better"

    draft.send(by=staff)

    late.words_en = "Other words"
    with pytest.raises(Refused):
        late.revise()
    with pytest.raises(Refused):
        late.discard()
    kept = Announcement.objects.get()
    assert kept.state == State.SENDING
    assert kept.words_en == "The *call* is open."
    other = make_announcement()
    other.discard()
    assert Announcement.objects.count() == 1


def test_a_correction_is_added_in_both_languages_to_what_is_public(staff):
    announcement = make_announcement()
    with pytest.raises(Refused):
        announcement.correct(by=staff, en="The 7th.", fr="Le 7.")
    announcement.send(by=staff)
    edition = Edition.current()

    announcement.correct(by=staff, en="The 7th.", fr="Le 7.")

    announcement.refresh_from_db()
    assert announcement.correction.text == "The 7th."
    assert announcement.corrected_at
    assert Edition.current() == edition + 1
    with pytest.raises(IntegrityError), transaction.atomic():
        announcement.correct(by=staff, en="The 8th.", fr="")


# --- Whom it is for ---------------------------------------------------------------


def names(announcement):
    return set(announcement.audience().values_list("user__name", flat=True))


@pytest.fixture
def cast():
    water, roads = make_subject(slug="water"), make_subject(slug="roads")
    said = {"announcements": True}
    people = {
        "ada": make_member(name="Ada", province="ON", sector="media", **said),
        "bo": make_member(name="Bo", province="QC", sector="student", language="fr", **said),
        "cy": make_member(name="Cy", province="ON", sector="student", **said),
        "di": make_member(name="Di", province="ON", sector="media", calls=True),
        "el": make_member(name="El", province="ON", sector="media"),
    }
    people["ada"].issues.set([water, roads])
    people["bo"].issues.set([water])
    people["di"].issues.set([water])
    return people


@pytest.mark.parametrize(
    ("chosen", "who"),
    [
        ({}, {"Ada", "Bo", "Cy"}),
        ({"provinces": ["ON"]}, {"Ada", "Cy"}),
        ({"provinces": ["ON", "QC"]}, {"Ada", "Bo", "Cy"}),
        ({"provinces": ["YT"]}, set()),
        ({"sectors": ["student"]}, {"Bo", "Cy"}),
        ({"languages": ["fr"]}, {"Bo"}),
        ({"issues": ["water"]}, {"Ada", "Bo"}),
        ({"issues": ["water", "roads"]}, {"Ada", "Bo"}),
        ({"issues": ["water"], "provinces": ["ON"]}, {"Ada"}),
        ({"sectors": ["student"], "languages": ["en"], "provinces": ["ON"]}, {"Cy"}),
        ({"purpose": "calls"}, {"Di"}),
        ({"purpose": "calls", "issues": ["roads"]}, set()),
        ({"purpose": "digests"}, set()),
    ],
)
def test_it_is_for_those_who_ticked_its_box_and_are_chosen(cast, chosen, who):
    if "issues" in chosen:
        chosen = chosen | {"issues": Subject.objects.filter(slug__in=chosen["issues"])}

    announcement = make_announcement(**chosen)

    assert names(announcement) == who
    assert announcement.audience().count() == len(who)


@pytest.mark.parametrize("scope", Stop.Scope)
def test_who_has_stopped_letters_is_chosen_and_gets_none(cast, scope):
    Stop.put("ADA@example.org", how=Stop.How.PAGE)  # nobody's
    Stop.put(cast["ada"].user.email, how=Stop.How.PAGE, scope=scope)
    announcement = make_announcement()

    assert names(announcement) == {"Bo", "Cy"}
    assert announcement.chosen().count() == 3


def test_who_has_a_closed_account_gets_none(cast):
    cast["cy"].user.is_active = False
    cast["cy"].user.save()

    assert names(make_announcement()) == {"Ada", "Bo"}


def test_who_joins_while_it_is_sent_hears_of_the_next_one(staff, cast):
    announcement = make_announcement()
    announcement.send(by=staff)

    make_member(name="Late", announcements=True)

    assert names(announcement) == {"Ada", "Bo", "Cy"}


def test_its_address_is_in_both_languages():
    announcement = make_announcement(slug="a-call")

    assert announcement.get_absolute_url() == "/en/network/announcements/a-call/"
    with override("fr"):
        assert announcement.get_absolute_url() == "/fr/reseau/annonces/a-call/"


def test_one_whose_letters_went_out_is_not_deleted(staff):
    announcement = make_announcement()
    make_readers(1)
    announcement.send(by=staff)
    write_due()

    assert Letter.objects.filter(announcement=announcement).exists()
    with pytest.raises(ProtectedError):
        announcement.delete()
