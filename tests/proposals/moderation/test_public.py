"""What the public meets: flags, the one appeal, the mark of what is gone, the log."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Edition
from opengov_portal.lib.errors import Refused
from proposals import moderating
from proposals.log import months
from proposals.models import Appeal, Flag, Proposal, Step
from tests.counting import cost_of
from tests.factories import make_proposal
from tests.forms import form_of
from tests.proposals.moderation.desk import (
    WHY,
    again,
    appealed,
    letters,
    make_moderator,
    refused,
    waiting,
)

pytestmark = pytest.mark.django_db
State = Proposal.State


# --- Flags -----------------------------------------------------------------------------


def flag(client, proposal, network="198.51.100.7", **fields):
    url = reverse("proposals:flag", args=[proposal.pk])
    data = form_of(client.get(url), "flag") | {"reason": "abuse", "words": "Look."} | fields
    return client.post(url, data, REMOTE_ADDR=network)


def test_a_visitor_flags_a_public_proposal_without_saying_who_they_are(client):
    proposal = make_proposal()
    url = reverse("proposals:flag", args=[proposal.pk])
    assertContains(client.get(proposal.get_absolute_url()), url)
    edition = Edition.current()

    response = flag(client, proposal, words="<b>Look</b>")

    assert response.status_code == 302
    assertContains(client.get(response["Location"]), "Thank you")
    put = Flag.objects.get()
    assert (put.reason, put.words, put.proposal) == ("abuse", "<b>Look</b>", proposal)
    assert "198" not in put.network
    assert Edition.current() == edition


def test_from_one_network_it_counts_once_and_anew_once_it_was_looked_at(client):
    proposal = make_proposal()
    flag(client, proposal)
    flag(client, proposal, reason="other")
    assert Flag.objects.count() == 1
    flag(client, proposal, network="203.0.113.9")
    assert Flag.objects.count() == 2
    proposal.keep(by=make_moderator(), words="It is fair.")

    Flag.put(proposal, reason="abuse", network="198.51.100.7")

    assert Flag.objects.open().count() == 1


def test_too_many_flags_are_told_to_wait(client):
    many = [make_proposal() for _n in range(4)]
    for proposal in many[:3]:
        assert flag(client, proposal).status_code == 302
    response = flag(client, many[3])
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert Flag.objects.count() == 3


def test_a_machine_is_thanked_and_not_counted(client):
    assert flag(client, make_proposal(), topic="buy").status_code == 302
    assert not Flag.objects.exists()


@pytest.mark.parametrize("state", [s for s in State if s != State.PUBLISHED])
def test_only_what_is_public_is_flagged(client, state):
    fields = {"merged_into": make_proposal()} if state == State.MERGED else {}
    if state == State.VOUCHING:
        from tests.factories import make_organization

        fields = {"organization": make_organization()}
    proposal = make_proposal(state=state, **fields)
    url = reverse("proposals:flag", args=[proposal.pk])
    assert client.get(url).status_code == 404
    assert client.post(url, {"reason": "abuse"}).status_code == 404


@pytest.mark.parametrize("value", ["", "x", "\0", "y" * 3000, "\u202eabc"])
def test_any_flag_is_answered(client, value):
    proposal = make_proposal()
    assert flag(client, proposal, reason=value).status_code == 200
    assert flag(client, proposal, words=value).status_code in {200, 302}


# --- The appeal ------------------------------------------------------------------------


def link(language="en"):
    text = letters("refused").get().text
    return next(line for line in text.split() if "/appeal/" in line or "/recours/" in line)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_refused_author_appeals_by_one_click_in_the_letter(client, language):
    proposal = refused(letters_language=language)
    url = link().removeprefix("https://portal.example")
    page = client.get(url)
    assertContains(page, "It is about &lt;bees&gt;.")
    assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert "no-store" in page["Cache-Control"]
    client.head(url)
    assert not Appeal.objects.exists()

    response = client.post(url, form_of(page, "appeal"), follow=True)

    assert response.status_code == 200
    assert Appeal.objects.get().proposal == proposal
    assertNotContains(response, 'id="appeal"')
    assert client.post(url, {"words": "again"}).status_code == 409
    assert Appeal.objects.count() == 1


def test_the_page_says_what_came_of_it(client):
    appeal = appealed()
    url = reverse("proposals:appeal", args=[Appeal.token_for(appeal.refusal)])
    assertContains(client.get(url), "Another moderator will decide")
    moderating.deny(appeal, by=make_moderator(), words="Still <not> it.")
    assertContains(client.get(url), "Still &lt;not&gt; it.")
    Appeal.objects.update(decision=None)
    moderating.grant(again(appeal), by=make_moderator())
    assertContains(client.get(url), "Your appeal was granted")


@pytest.mark.parametrize("granted", [True, False])
def test_the_page_says_nothing_of_then_that_is_no_longer_so(client, granted):
    appeal, moderator = appealed(), make_moderator()
    if granted:
        moderating.grant(appeal, by=moderator)
        moderating.hide(again(appeal.proposal), by=moderator, **WHY)
    else:
        moderating.deny(appeal, by=moderator, words="Still not it.")
        moderating.publish(again(appeal.proposal), by=moderator)

    page = client.get(reverse("proposals:appeal", args=[Appeal.token_for(appeal.refusal)]))

    assertContains(page, "Your appeal was granted." if granted else "It no longer stands.")
    assertNotContains(page, "your idea is published")
    assertNotContains(page, "this decision stands")


def test_a_link_of_our_own_making_alone_opens_it(client):
    proposal = refused()
    token = Appeal.token_for(proposal.last_step)
    for wrong in (token[:-1] + ("a" if token[-1] != "a" else "b"), "x", "9" * 42, f"{token}x"):
        assert client.get(reverse("proposals:appeal", args=[wrong])).status_code == 404
        assert client.post(reverse("proposals:appeal", args=[wrong])).status_code == 404


def test_nothing_is_appealed_once_the_refusal_no_longer_stands(client):
    proposal = refused()
    refusal = proposal.last_step
    url = reverse("proposals:appeal", args=[Appeal.token_for(refusal)])
    moderating.publish(again(proposal), by=make_moderator())
    assertContains(client.get(url), "no longer stands")
    assert client.post(url).status_code == 409
    moderating.undo(again(proposal), by=make_moderator())
    assertContains(client.get(url), 'id="appeal"')
    moderating.undo(again(proposal), by=make_moderator())
    assert client.get(url).status_code == 404


def test_an_appeal_goes_with_the_refusal_that_was_undone(client):
    first, second = make_moderator(), make_moderator()
    proposal = appealed(first).proposal
    moderating.undo(again(proposal), by=first)
    assert not Appeal.objects.exists()
    moderating.refuse(again(proposal), by=second, **WHY)
    url = reverse("proposals:appeal", args=[Appeal.token_for(again(proposal).last_step)])

    assert client.post(url, {"words": "Once more."}).status_code == 302

    appeal = Appeal.objects.get()
    assert (appeal.may_be_decided_by(second), appeal.may_be_decided_by(first)) == (False, True)
    assert url in letters("refused").get().text


def test_while_an_appeal_waits_who_refused_does_not_publish_it_either():
    person = make_moderator()
    appeal = appealed(person)
    with pytest.raises(Refused, match="appealed"):
        moderating.publish(again(appeal.proposal), by=person)


def test_an_appeal_that_comes_while_who_refused_decides_is_seen():
    person = make_moderator()
    proposal = refused(person)
    before = Proposal.objects.select_related("appeal").get(pk=proposal.pk)
    Appeal.put(proposal.last_step)

    with pytest.raises(Refused, match="appealed"):
        moderating.publish(before, by=person)


def test_who_refused_does_not_undo_what_another_decided_about_the_appeal():
    from django.core.exceptions import PermissionDenied

    person = make_moderator()
    appeal = appealed(person)
    moderating.grant(appeal, by=make_moderator())
    with pytest.raises(PermissionDenied):
        moderating.undo(again(appeal.proposal), by=person)
    assert again(appeal.proposal).state == State.PUBLISHED


@pytest.mark.parametrize("value", ["\0", "y" * 3000, "\u202eabc"])
def test_any_words_of_an_appeal_are_answered(client, value):
    url = reverse("proposals:appeal", args=[Appeal.token_for(refused().last_step)])
    assert client.post(url, {"words": value}).status_code == 200
    assert not Appeal.objects.exists()


# --- What is gone ------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_hidden_leaves_its_date_and_reason_and_no_title(client, language):
    proposal = make_proposal(title="Zebulon")
    moderating.hide(proposal, by=make_moderator(name="Rufus"), reason="abuse", words="Too <rude>.")
    with override(language):
        url = proposal.get_absolute_url()

    response = client.get(url)

    assert response.status_code == 410
    text = response.text
    assert ("Abuse" if language == "en" else "Propos abusifs") in text
    assert str(timezone.localdate().year) in text
    for word in ("Zebulon", "rude", "Rufus", proposal.name):
        assert word not in text


def test_what_is_withdrawn_leaves_its_date(client):
    proposal = make_proposal(title="Zebulon")
    proposal._move(State.WITHDRAWN)
    proposal.steps.create(before="published", after="withdrawn")
    response = client.get(proposal.get_absolute_url())
    assertContains(response, "Its author has taken it back", status_code=410)
    assertNotContains(response, "Zebulon", status_code=410)


def test_what_hangs_on_what_is_hidden_stays_and_is_back_with_it(client):
    proposal = make_proposal()
    Flag.put(proposal, reason="abuse", network="198.51.100.7")
    proposal.supports.create(email="a@example.org", address="a@example.org")
    moderating.hide(proposal, by=make_moderator(), **WHY)
    moderating.restore(proposal, by=make_moderator())
    assert client.get(proposal.get_absolute_url()).status_code == 200
    assert proposal.supports.count() == proposal.flags.count() == 1


@pytest.mark.parametrize("state", [State.WAITING, State.REFUSED, State.UNCONFIRMED])
def test_what_was_never_public_is_not_found(client, state):
    fields = {"confirmed_at": None} if state == State.UNCONFIRMED else {}
    assert client.get(make_proposal(state=state, **fields).get_absolute_url()).status_code == 404


# --- The log ----------------------------------------------------------------------------


def test_the_log_counts_by_month_and_reason_and_names_nobody(client):
    url = reverse("proposals:log")
    assertContains(client.get(url), "Nothing has been decided yet.")
    person = make_moderator(name="Rufus")
    now = timezone.now()
    for days in (2, 4, 9):
        proposal = waiting(title="Zebulon", waiting_since=now - timedelta(days=days))
        moderating.publish(proposal, by=person)
    moderating.refuse(waiting(waiting_since=now - timedelta(days=5)), by=person, **WHY)
    moderating.hide(make_proposal(), by=person, reason="abuse", words="No.")
    moderating.grant(appealed(waiting_since=now - timedelta(days=5)), by=person)
    moderating.deny(appealed(waiting_since=now - timedelta(days=5)), by=person, words="No.")
    undone = waiting()
    moderating.publish(undone, by=person)
    moderating.undo(again(undone), by=person)
    old = waiting(waiting_since=now - timedelta(days=100))
    moderating.refuse(old, by=person, **WHY)
    Step.objects.filter(proposal=old).update(at=now - timedelta(days=62))
    make_imported(person)

    latest, oldest = months()

    done = dict(latest.done)
    assert done == {"published": 3, "refused": 3, "hidden": 1, "granted": 1, "denied": 1}
    assert latest.by_reason == [3, 0, 0, 1, 0, 0, 0]
    assert round(latest.median, 1) == 5.0
    assert round(oldest.median) == 38
    page = client.get(url)
    assertContains(page, timezone.localtime().strftime("%B %Y"))
    assertNotContains(page, "Zebulon")
    assertNotContains(page, "Rufus")
    with override("fr"):
        assert client.get(reverse("proposals:log")).status_code == 200


def make_imported(person):
    proposal = waiting(import_key="12")
    moderating.publish(proposal, by=person)


def test_the_log_costs_as_much_for_many(client):
    url = reverse("proposals:log")
    moderating.refuse(waiting(), by=make_moderator(), **WHY)
    few = cost_of(client.get, url)
    for month in range(1, 7):
        proposal = waiting()
        moderating.refuse(proposal, by=make_moderator(), **WHY)
        Step.objects.filter(proposal=proposal).update(
            at=timezone.now() - timedelta(days=31 * month)
        )
    assert cost_of(client.get, url) == few
    assert len(months()) == 7
