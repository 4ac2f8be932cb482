"""After a file was taken off: a cleaned one in its place, and who reads of it where."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from network.roles import Role
from opengov_portal.lib.errors import Refused
from proposals import log, moderating
from proposals.models import Appeal, Brief, Proposal, Step
from tests.counting import cost_of
from tests.factories import make_proposal, make_with_role
from tests.proposals.briefs import with_brief
from tests.proposals.moderation.desk import again, later, letters, make_moderator, refused
from tests.proposals.moderation.test_files_taken_off import (
    CLEAN,
    WHY,
    addresses,
    at_desk,
    brief_of,
    moderator,
    off,
    press,
    proposal,
)

__all__ = ["moderator", "proposal"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
State = Proposal.State


# --- A cleaned one ---------------------------------------------------------------------------


def upload(content=CLEAN):
    return SimpleUploadedFile("clean.pdf", content, content_type="application/pdf")


def test_a_cleaned_file_takes_its_place(client, moderator, proposal):
    off(proposal)
    later(hours=2)
    Brief.delete_taken_off()
    assertContains(client.get(at_desk("change", proposal)), at_desk("brief", proposal))

    press(client, at_desk("brief", proposal), brief=upload())

    assert client.get(addresses(proposal)[0]).content == CLEAN
    assert brief_of(proposal).size == len(CLEAN)
    page = client.get(proposal.get_absolute_url())
    assertContains(page, "download>")
    assertNotContains(page, "Moderators took it off")
    assertContains(page, "A cleaned file was put in its place by a moderator")
    assert letters("brief_new").get().to == proposal.email


@pytest.mark.parametrize("content", [None, b"", b"<html>"], ids=["none", "empty", "no PDF"])
def test_what_is_no_pdf_is_not_put_there(client, moderator, proposal, content):
    off(proposal)
    file = {} if content is None else {"brief": upload(content)}

    page = press(client, at_desk("brief", proposal), **file)

    assertContains(page, "errornote")
    assert brief_of(proposal).taken_off


def test_there_is_no_place_for_one_where_none_was_taken_off(proposal):
    off(hidden := with_brief(state=State.HIDDEN))
    for one in (proposal, make_proposal(), hidden):
        with pytest.raises(Refused):
            moderating.put_brief_in(one, CLEAN, by=make_moderator())
    with pytest.raises(PermissionDenied):
        moderating.put_brief_in(proposal, CLEAN, by=make_with_role(Role.EDITOR))


def test_the_cleaned_one_is_undone_as_all_is(client, proposal):
    off(proposal)
    moderating.put_brief_in(proposal, CLEAN, by=make_moderator())

    moderating.undo(proposal, by=make_moderator())

    assert client.get(addresses(proposal)[0]).status_code == 410
    assert bytes(brief_of(proposal).content) == b""
    assert not letters("brief_new").exists()
    with pytest.raises(Refused, match="deleted already"):
        moderating.undo(proposal, by=make_moderator())


def test_a_cleaned_one_can_be_taken_off_too(client, proposal):
    off(proposal)
    moderating.put_brief_in(proposal, CLEAN, by=make_moderator())
    off(proposal)

    assert client.get(addresses(proposal)[0]).status_code == 410
    moderating.undo(proposal, by=make_moderator())
    assert client.get(addresses(proposal)[0]).content == CLEAN


# --- What else reads the history ---------------------------------------------------------------


def test_the_files_say_so(client, proposal):
    step = off(proposal)

    data = client.get(reverse("data:proposals_json"))
    (told,) = json.loads(b"".join(data.streaming_content))["proposals"]

    assert told["brief"] is None
    assert told["brief_reason"] == "personal_data"
    assert told["brief_removed_at"] == step.at.isoformat()
    assert (told["removed_at"], told["state"]) == (None, "published")


def test_of_what_is_hidden_the_files_tell_when_that_was(client, proposal):
    hiding = moderating.hide(proposal, by=make_moderator(), reason="abuse", words="No.")
    off(proposal)

    data = client.get(reverse("data:proposals_json"))
    (told,) = json.loads(b"".join(data.streaming_content))["proposals"]

    assert told["removed_at"] == hiding.at.isoformat()
    assert (told["reason"], told["brief_reason"]) == ("abuse", None)
    gone = client.get(proposal.get_absolute_url())
    assertContains(gone, "Abuse", status_code=410)


def test_the_log_counts_it_and_nothing_twice(client, proposal):
    moderating.hide(with_brief(), by=make_moderator(), reason="abuse", words="No.")
    off(proposal)
    off(Proposal.objects.get(state="hidden"))
    off(with_brief(state=State.WAITING))

    (month,) = log.months()

    assert dict(month.done) == {"hidden": 1, "off": 3}
    assert month.median is None  # nothing that waited was decided about
    assert sum(month.by_reason) == 1
    assertContains(client.get(reverse("proposals:log")), "Files taken off")


def test_a_merged_one_is_told_of_once_on_the_page_it_is_part_of(client):
    into = make_proposal()
    merged = with_brief()
    moderating.merge(merged, into, by=make_moderator())
    off(again(merged))

    assertContains(client.get(into.get_absolute_url()), "Another was merged into this one", count=1)


def test_a_refusal_can_be_appealed_whatever_became_of_the_file():
    proposal = refused()
    step = proposal.last_step
    Step.objects.create(
        proposal=proposal, before="refused", after="refused", brief="off", by=step.by, **WHY
    )

    assert Appeal.put(step).refusal == step


def test_the_page_costs_as_much_with_the_mark_as_without(client, proposal):
    before = cost_of(client.get, proposal.get_absolute_url())
    off(proposal)

    assert cost_of(client.get, proposal.get_absolute_url()) == before
