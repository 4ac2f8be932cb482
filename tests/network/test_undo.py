"""For an hour staff undo what they decided: all is as it was, no letter goes, the record tells."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from network import actions
from network.models import (
    Affiliation,
    Decision,
    Deed,
    Edition,
    Letter,
    Organization,
    Revision,
    Signature,
)
from network.posting import post_due
from opengov_portal.lib.errors import Refused
from tests.factories import make_organization, make_user
from tests.forms import admin_name
from tests.network.organizations import (
    make_affiliation,
    make_letter_of_intent,
    make_representative,
)
from tests.network.undoing import (
    CASES,
    REFUSAL,
    TOLD,
    again,
    decided,
    later,
    make_colleague,
    make_waiting,
    row,
)
from tests.night import forgotten

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]


def url(thing, page="undo"):
    return reverse(admin_name(thing, page), args=[thing.pk])


# --- The verb -------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_all_is_as_it_was_and_the_record_tells_of_both(name):
    thing, stood, _by, letters = decided(name)
    other = make_colleague(CASES[name].permission)
    assert row(thing) != stood

    decision = thing.undo(by=other, seen=thing.last_decision.pk)

    assert row(thing) == stood
    assert not letters.exists()
    assert (decision.undone_by, thing.last_decision) == (other, None)
    deed = Deed.objects.done().newest().first()
    assert (deed.act, deed.by) == (Deed.Act.UNDONE, other)
    about = thing.organization if isinstance(thing, Revision) else thing
    assert deed in Deed.objects.about(about)


@pytest.mark.parametrize("name", TOLD)
def test_the_letter_waits_for_the_hour_and_then_goes(name, mailoutbox):
    thing, _stood, _by, letters = decided(name)
    decision = thing.last_decision
    assert {letter.next_try_at for letter in letters} == {decision.undo_until}
    assert decision.letters == [letter.key for letter in letters]

    later(minutes=59)
    post_due()
    assert letters.get().state == Letter.State.OWED
    later(minutes=2)
    post_due()

    assert letters.get().state == Letter.State.POSTED


@pytest.mark.parametrize("name", CASES)
def test_after_the_hour_nothing_is_undone_and_words_say_so(name):
    thing, _stood, by, _letters = decided(name)
    came = row(thing)
    later(minutes=61)
    assert not thing.can_be_undone

    with pytest.raises(Refused, match="hour in which this could be undone is over"):
        again(thing).undo(by=by)

    assert row(thing) == came


@pytest.mark.parametrize("name", CASES)
def test_who_may_not_decide_undoes_nothing(name):
    thing, _stood, _by, _letters = decided(name)
    came = row(thing)
    outsiders = [make_colleague("view_organization"), make_user(), AnonymousUser()]

    for who in outsiders:
        with pytest.raises(PermissionDenied):
            again(thing).undo(by=who)

    assert row(thing) == came
    assert Decision.objects.standing().exists()


@pytest.mark.parametrize("name", CASES)
def test_a_second_time_it_is_told_who_was_first(name):
    thing, stood, _by, _letters = decided(name)
    first = make_colleague(CASES[name].permission, name="Bob")
    seen = thing.last_decision.pk
    again(thing).undo(by=first, seen=seen)

    with pytest.raises(Refused, match="Bob has undone this already, at "):
        again(thing).undo(by=make_colleague(CASES[name].permission), seen=seen)
    with pytest.raises(Refused):
        again(thing).undo(by=first)

    assert row(thing) == stood


@pytest.mark.parametrize("name", TOLD)
def test_a_letter_that_has_left_keeps_the_decision(name):
    thing, _stood, by, letters = decided(name)
    came = row(thing)
    Letter.objects.filter(pk__in=letters).update(next_try_at=timezone.now())
    assert letters.get().claim()

    with pytest.raises(Refused, match="letter that tells of this has left"):
        again(thing).undo(by=by)

    assert row(thing) == came
    assert letters.exists()
    assert Decision.objects.standing().exists()


@pytest.mark.parametrize("name", CASES)
def test_what_was_decided_since_is_not_overturned(name):
    thing, stood, by, _letters = decided(name)
    column = thing.DECIDED[0]
    # As a member, or another page, would have moved it since.
    type(thing).objects.filter(pk=thing.pk).update(**{
        name: value for name, value in stood.items() if name.removesuffix("_id") in thing.DECIDED
    })  # fmt: skip

    assert not again(thing).can_be_undone
    with pytest.raises(Refused, match=r"Something was done about this since|A later change waits"):
        again(thing).undo(by=by)

    assert row(thing)[column] == stood[column]


def test_what_a_representative_decides_is_told_at_once_and_not_undone_at_the_desk():
    insider = make_representative()
    asked = make_affiliation(insider.organization, state="asked")

    actions.confirm_affiliation(asked, by=insider.member.user, represents=False)

    letter = Letter.objects.get(template="network/emails/role_confirmed")
    assert letter.next_try_at <= timezone.now()
    assert asked.last_decision is None
    with pytest.raises(PermissionDenied):
        asked.undo(by=insider.member.user)


# --- Where somebody acted since ----------------------------------------------------------


def act_by_representative(affiliation):
    letter = again(make_letter_of_intent())
    letter.sign(affiliation.organization, by=affiliation.member.user)


def revise(affiliation):
    Revision.propose(
        affiliation.organization, by=affiliation.member.user, issues=[], name_en="Anew"
    )


def confirm_another(affiliation):
    other = make_affiliation(affiliation.organization, state="claimed")
    actions.confirm_affiliation(other, by=affiliation.member.user, represents=False)


@pytest.mark.parametrize("act", [act_by_representative, revise, confirm_another])
def test_who_has_spoken_for_it_since_keeps_their_role(act):
    thing, _stood, by, _letters = decided("they represent it")
    act(thing)

    with pytest.raises(Refused, match="They have acted for the organization since"):
        again(thing).undo(by=by)

    assert again(thing).state == Affiliation.State.REPRESENTATIVE


def test_what_others_did_for_it_takes_no_role_from_being_undone():
    thing, stood, by, _letters = decided("they represent it")
    revise(make_representative(thing.organization))

    again(thing).undo(by=by)

    assert row(thing) == stood


def test_one_that_was_signed_for_since_stays_listed():
    thing, _stood, by, _letters = decided("an organization is published")
    Signature.objects.create(
        letter=make_letter_of_intent(), organization=thing, signed_on="2020-02-03"
    )

    with pytest.raises(Refused, match="Somebody has acted for it since"):
        again(thing).undo(by=by)

    assert again(thing).is_public


def test_what_was_signed_before_keeps_nothing_from_being_undone():
    waiting, by = make_waiting(), make_colleague("change_organization")
    Signature.objects.create(
        letter=make_letter_of_intent(), organization=waiting, signed_on="2020-02-03"
    )
    actions.publish_organization(waiting, by=by)

    waiting.undo(by=by)

    assert again(waiting).state == Organization.State.WAITING


def test_the_page_of_an_organization_says_what_it_said_before_a_revision():
    thing, _stood, by, _letters = decided("a revision is agreed to")
    organization, before = thing.organization, Edition.current()
    assert again(organization).name_en == "Beavers"

    thing.undo(by=by)

    organization = again(organization)
    assert (organization.name_en, organization.about_en) == ("Otters", "We swim.")
    assert "otters" in organization.folded
    assert Edition.current() > before
    assert thing.state == Revision.State.WAITING
    told = Deed.objects.about(organization).filter(act="undone").get()
    assert {"field": "name_en", "before": "Beavers", "after": "Otters"} in told.changes


def test_a_page_that_was_changed_again_is_not_put_back():
    thing, _stood, by, _letters = decided("a revision is agreed to")
    Organization.objects.filter(pk=thing.organization_id).update(name_en="Minks")

    with pytest.raises(Refused, match="page was changed again since"):
        again(thing).undo(by=by)

    assert again(thing.organization).name_en == "Minks"


@pytest.mark.parametrize("name", ["a revision is agreed to", "a revision is refused"])
def test_a_revision_gives_way_to_a_later_one_that_waits(name):
    thing, _stood, by, _letters = decided(name)
    revise(make_representative(thing.organization))

    with pytest.raises(Refused, match="later change waits already"):
        again(thing).undo(by=by)

    assert again(thing).state != Revision.State.WAITING


# --- Deciding otherwise within the hour ------------------------------------------------------


def test_of_two_decisions_within_the_hour_one_letter_goes():
    waiting, by = make_waiting(), make_colleague("change_organization")
    actions.publish_organization(waiting, by=by)
    actions.refuse_organization(waiting, by=by, **REFUSAL)
    published, refused = (
        Letter.objects.get(template=f"network/emails/organization_{name}")
        for name in ("public", "refused")
    )
    assert (published.state, refused.state) == (Letter.State.WITHHELD, Letter.State.OWED)

    again(waiting).undo(by=by)

    published.refresh_from_db()
    first = Decision.objects.standing().get()
    assert (published.state, published.next_try_at) == (Letter.State.OWED, first.undo_until)
    assert again(waiting).is_public
    again(waiting).undo(by=by)
    assert again(waiting).state == Organization.State.WAITING
    assert not Letter.objects.filter(template__startswith="network/emails/organization_").exists()


# --- What is kept for it -------------------------------------------------------------------


def test_the_night_forgets_what_can_be_undone_no_more():
    decided("a message is answered")
    assert forgotten("decisions") == 0
    later(hours=1)
    assert forgotten("decisions") == 1
    assert not Decision.objects.exists()


def test_erasing_someone_takes_what_was_typed_to_them():
    decided("a message is answered")
    decided("an organization is published")

    actions.erase_person("ada@example.org")

    assert Decision.objects.get().thing == "network.organization"


def test_an_account_that_is_gone_since_is_put_back_nowhere():
    first, second = (make_colleague("change_organization") for _n in range(2))
    listed = make_organization(decided_by=first)
    actions.refuse_organization(listed, by=second, **REFUSAL)
    first.delete()

    again(listed).undo(by=second)

    assert (again(listed).state, again(listed).decided_by) == ("public", None)
