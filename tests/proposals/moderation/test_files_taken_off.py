"""A file that came with an idea is taken off: a mark stays, the file goes, its author is told."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Deed, Edition, Letter
from network.roles import Role
from opengov_portal.lib.errors import Refused
from proposals import moderating
from proposals.models import Brief, Proposal, Step
from tests.factories import make_organization, make_proposal, make_with_role
from tests.forms import form_of
from tests.night import forgotten
from tests.proposals.briefs import with_brief
from tests.proposals.forwarding import a_pdf
from tests.proposals.moderation.desk import again, later, letters, make_moderator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
State = Proposal.State
WHY = {"reason": "personal_data", "words": "It has a <phone> number on page 3."}
CLEAN = a_pdf(size=2000)


@pytest.fixture
def moderator(client):
    person = make_moderator()
    client.force_login(person)
    return person


@pytest.fixture
def proposal():
    return with_brief(title="Count the bees")


def off(proposal, by=None):
    return moderating.take_brief_off(proposal, by=by or make_moderator(), **WHY)


def brief_of(proposal):
    return Brief.objects.get(proposal=proposal)


def addresses(proposal):
    return [
        reverse("proposals:brief", args=[proposal.pk]),
        reverse("proposals:your_brief", args=[proposal.secret]),
    ]


def at_desk(name, proposal):
    return reverse(f"admin:proposals_proposal_{name}", args=[proposal.pk])


def press(client, address, **fields):
    data = form_of(client.get(address), "decide") | fields
    return client.post(address, data, follow=True)


# --- Taking it off -----------------------------------------------------------------------


def test_a_moderator_takes_it_off_and_nobody_gets_it_any_more(client, moderator, proposal):
    page = client.get(at_desk("change", proposal))
    assertContains(page, at_desk("take_brief_off", proposal))

    done = press(client, at_desk("take_brief_off", proposal), **WHY)

    assertContains(done, "is now: Its file was taken off")
    for url in addresses(proposal):
        for _who in ("moderator", "nobody"):
            gone = client.get(url)
            assertContains(gone, "Personal data", status_code=410)
            assert b"%PDF" not in gone.content
            assert "phone" not in gone.text
            assert "private, no-store" in gone["Cache-Control"]
            client.logout()
        client.force_login(moderator)
    assert again(proposal).state == State.PUBLISHED


def test_where_it_was_a_mark_tells_when_and_the_kind_of_reason(client, proposal):
    client.get(proposal.get_absolute_url())  # kept, as a reader's page is
    off(proposal)

    page = client.get(proposal.get_absolute_url())

    assertContains(page, "A PDF came with this idea. Moderators took it off on")
    assertContains(page, "the reason: Personal data")
    assertContains(page, "Its file was taken off by a moderator")  # its journey
    assertNotContains(page, "download>")
    assertNotContains(page, "phone")


def test_the_record_keeps_who_and_why(moderator, proposal):
    edition = Edition.current()
    step = off(proposal, by=moderator)

    assert (step.by, step.brief, step.reason, step.words) == (moderator, "off", *WHY.values())
    assert (step.before, step.after) == (State.PUBLISHED, State.PUBLISHED)
    deed = Deed.objects.get(act="decided")
    assert (deed.by, deed.told_by) == (moderator, f"proposals.step:{step.pk}")
    assert Edition.current() > edition


def test_its_author_is_told_why_and_how_to_send_a_cleaned_one(client, proposal):
    step = off(proposal)

    letter = letters("brief_off").get()
    assert (letter.to, letter.next_try_at) == (proposal.email, step.undo_until)
    for words in (
        "Personal data", "It has a <phone> number", "contact@portal.example", str(proposal.pk)
    ):  # fmt: skip
        assert words in letter.text
    assert "It has a &lt;phone&gt; number" in letter.html
    own = client.get(reverse("proposals:yours", args=[proposal.secret]))
    assertContains(own, "It has a &lt;phone&gt; number")


def test_the_letter_is_shown_before_it_is_written(client, moderator, proposal):
    data = {**WHY, "preview": "1"}

    page = press(client, at_desk("take_brief_off", proposal), **data)

    assertContains(page, "The file of your idea was taken off the site")
    assert brief_of(proposal).taken_off is None
    assert not Letter.objects.exists()


@pytest.mark.parametrize("state", State)
def test_it_is_taken_off_wherever_a_moderator_has_it_in_hand(state):
    fields = {"organization": make_organization()} if state == State.VOUCHING else {}
    if state == State.MERGED:
        fields["merged_into"] = make_proposal()
    proposal = with_brief(state=state, **fields)

    if state in Brief.MODERATED:
        assert off(proposal).after == state
    else:
        with pytest.raises(Refused):
            off(proposal)
    assert again(proposal).state == state


def test_who_may_not_moderate_takes_nothing_off(client, proposal):
    url = at_desk("take_brief_off", proposal)
    assert client.post(url, WHY).status_code == 302  # to the sign-in
    for role in (Role.CORRESPONDENT, Role.RESPONDER, Role.AUDITOR, Role.EDITOR):
        person = make_with_role(role)
        client.force_login(person)
        assert client.post(url, WHY).status_code == 403
        with pytest.raises(PermissionDenied):
            off(proposal, by=person)
    assert not Step.objects.exists()


def test_a_get_and_a_button_without_a_reason_do_nothing(client, moderator, proposal):
    url = at_desk("take_brief_off", proposal)

    assert client.get(url).status_code == 200
    for missing in ("reason", "words"):
        assertContains(client.post(url, {**WHY, missing: ""}), "errornote")
        with pytest.raises(ValueError, match="reason"):
            moderating.take_brief_off(proposal, by=moderator, **{**WHY, missing: " "})
    assert not Step.objects.exists()


def test_the_database_holds_that_there_is_a_reason(proposal):
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.create(proposal=proposal, before="published", after="published", brief="off")
    with pytest.raises(IntegrityError), transaction.atomic():
        Brief.objects.update(digest="")


def test_taken_off_twice_the_second_is_told(client, moderator, proposal):
    page = form_of(client.get(at_desk("take_brief_off", proposal)), "decide")
    off(proposal)

    second = client.post(at_desk("take_brief_off", proposal), {**page, **WHY}, follow=True)

    assertContains(second, "was first")
    with pytest.raises(Refused):
        off(proposal)
    with pytest.raises(Refused):
        off(make_proposal())
    assert letters("brief_off").count() == Step.objects.count() == 1


# --- Undoing -------------------------------------------------------------------------------


def test_within_the_hour_it_is_undone_and_the_letter_goes_unread(client, moderator, proposal):
    off(proposal)
    assertContains(client.get(at_desk("change", proposal)), "decided: Its file was taken off.")

    press(client, at_desk("undo", proposal))

    client.logout()
    for url in addresses(proposal):
        assert client.get(url).content == a_pdf()
    assert not letters("brief_off").exists()
    assert not letters("undone").exists()
    assert Step.objects.get().undone_by == moderator
    assertNotContains(client.get(proposal.get_absolute_url()), "Moderators took it off")


def test_should_the_letter_have_left_a_second_one_says_that_it_no_longer_holds(proposal):
    off(proposal)
    Letter.objects.update(attempts=1)

    moderating.undo(proposal, by=make_moderator())

    assert letters("undone").exists()


def test_after_the_hour_it_is_not_undone(proposal):
    off(proposal)
    later(hours=1)

    with pytest.raises(Refused):
        moderating.undo(proposal, by=make_moderator())


@pytest.mark.parametrize("state", [State.HIDDEN, State.MERGED, State.WAITING])
def test_undoing_it_leaves_the_proposal_where_it_is(client, state, moderator):
    fields = {"merged_into": make_proposal()} if state == State.MERGED else {}
    proposal = with_brief(state=state, **fields)
    off(proposal)
    assertContains(client.get(at_desk("change", proposal)), at_desk("undo", proposal))

    moderating.undo(proposal, by=moderator)

    assert again(proposal).state == state
    assert brief_of(proposal).taken_off is None


# --- The file goes -------------------------------------------------------------------------


def test_once_it_can_be_undone_no_more_the_file_is_deleted(client, proposal, capsys):
    kept = with_brief()
    off(proposal)

    call_command("forget_briefs")
    assert brief_of(proposal).content
    later(hours=1)
    call_command("forget_briefs")
    call_command("forget_briefs")

    assert bytes(brief_of(proposal).content) == b""
    assert brief_of(proposal).digest == ""
    assert brief_of(kept).content
    assert capsys.readouterr().out.split(" files were deleted.\n") == ["0", "1", "0", ""]
    assert client.get(addresses(proposal)[0]).status_code == 410
    assertContains(client.get(proposal.get_absolute_url()), "Moderators took it off")


def test_where_no_worker_runs_the_night_deletes_it(proposal):
    off(proposal)
    later(hours=1)

    assert forgotten("briefs") == 1
    assert bytes(brief_of(proposal).content) == b""


def test_what_was_undone_is_not_deleted(proposal):
    off(proposal)
    moderating.undo(proposal, by=make_moderator())
    later(hours=1)

    assert Brief.delete_taken_off() == 0
    assert brief_of(proposal).content
