"""Queues at the desk: who else looks, the filters that stay, the undo, and the next that waits."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.core.cache import caches
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from network.models import Letter, Organization, Revision
from network.roles import Role
from proposals.models import Proposal
from tests.factories import (
    make_member,
    make_organization,
    make_proposal,
    make_with_role,
)
from tests.forms import form_of
from tests.network.letters import as_state, make_letter
from tests.network.organizations import make_affiliation
from tests.network.receiving.messages import send
from tests.proposals.moderation.desk import WHY, again, appealed, make_moderator, waiting
from tests.proposals.test_answers_admin import form as answer_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
FILTERS = "?language__exact=en"
KEPT = "?_changelist_filters=language__exact%3Den"


@pytest.fixture(autouse=True)
def nobody_looks():
    caches["presence"].clear()


@pytest.fixture
def ada(client):
    person = make_with_role(Role.ADMINISTRATOR, name="Ada")
    client.force_login(person)
    return person


def url(name, *args):
    return reverse(f"admin:{name}", args=args)


def links(response):
    """The links of the page, by the words on them."""
    found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', response.text, re.DOTALL)
    return {unescape(re.sub(r"<[^>]+>", "", words)).strip(): unescape(to) for to, words in found}


def press(client, address, form="decide", **fields):
    """Open the page as a browser does, and send its form to where the page was."""
    data = form_of(client.get(address), form)
    return client.post(address, data | {name: [said] for name, said in fields.items()})


def things():
    """One of what waits in each queue, and the page on which it is decided about."""
    organization = Organization.propose(by=make_member(), name_en="Otters")
    listed = make_organization()
    revision = Revision.objects.create(
        organization=listed, changes={"name_en": "New"}, proposed_by=make_member().user
    )
    message = send(body="When is it?", to="contact@portal.example")
    idea, answered = waiting(title="Bees"), make_proposal(title="Wasps")
    return {
        "proposals_proposal": (idea, url("proposals_proposal_refuse", idea.pk)),
        "network_organization": (organization, url("network_organization_refuse", organization.pk)),
        "network_revision": (revision, url("network_revision_agree", revision.pk)),
        "network_affiliation": (a := make_claim(), url("network_affiliation_change", a.pk)),
        "network_member": (
            m := make_member(listing="waiting"),
            url("network_member_change", m.pk),
        ),
        "network_letter": (
            letter := as_state(make_letter(), Letter.State.FAILED),
            url("network_letter_change", letter.pk),
        ),
        "network_inboundmessage": (message, url("network_inboundmessage_change", message.pk)),
        "proposals_toanswer": (
            answered,
            url("proposals_toanswer_answer") + f"?ids={answered.pk}",
        ),
    }


def make_claim():
    return make_affiliation(state="asked")


QUEUES = [
    "proposals_proposal", "network_organization", "network_revision", "network_affiliation",
    "network_member", "network_inboundmessage", "network_letter", "proposals_toanswer",
]  # fmt: skip


# --- Who else has it open -------------------------------------------------------------


@pytest.mark.parametrize("queue", QUEUES)
def test_each_page_says_who_else_has_it_open(client, ada, queue):
    thing, page = things()[queue]
    change = url(f"{queue}_change", thing.pk)
    assertNotContains(client.get(page), "opened this")
    client.force_login(make_with_role(Role.ADMINISTRATOR, name="Bob"))

    for address in (page, change):
        assertContains(client.get(address), "Ada opened this just now.", count=1)

    client.force_login(ada)
    assertContains(client.get(change), "Bob opened this just now.", count=1)


def test_many_that_are_decided_at_once_say_who_has_one_of_them_open(client, ada):
    idea = waiting()
    client.get(url("proposals_proposal_change", idea.pk))
    client.force_login(make_moderator(name="Bob"))
    chosen = {"action": "publish_selected", "_selected_action": [idea.pk, waiting().pk]}

    page = client.post(url("proposals_proposal_changelist"), chosen)

    assertContains(page, "Ada opened this just now.", count=1)


def test_a_list_opens_nothing(client, ada):
    idea = waiting()
    client.get(url("proposals_proposal_changelist"))
    client.force_login(make_moderator(name="Bob"))
    assertNotContains(client.get(url("proposals_proposal_change", idea.pk)), "opened this")


# --- The next that waits ----------------------------------------------------------------


@pytest.mark.parametrize("queue", QUEUES)
def test_a_queue_leads_to_the_next_that_waits(client, ada, queue):
    things()
    response = client.get(url(f"{queue}_changelist"))

    to = next(to for words, to in links(response).items() if words.startswith("Next: "))

    assert client.get(to).status_code == 200


def test_two_who_work_on_one_queue_are_led_to_different_things(client, ada):
    first, second = waiting(title="Bees"), waiting(title="Wasps")
    client.get(url("proposals_proposal_change", first.pk))
    assert "Next: Bees" in links(client.get(url("proposals_proposal_changelist")))

    client.force_login(make_moderator(name="Bob"))
    assert "Next: Wasps" in links(client.get(url("proposals_proposal_changelist")))

    client.force_login(ada)
    client.get(url("proposals_proposal_change", second.pk))
    client.force_login(make_moderator(name="Eve"))
    assert "Next: Bees" in links(client.get(url("proposals_proposal_changelist")))


def test_nothing_is_next_where_nothing_waits_or_for_who_does_not_decide(client, ada):
    make_proposal()
    assertNotContains(client.get(url("proposals_proposal_changelist") + "?desk=all"), "Next: ")
    waiting()
    client.force_login(make_with_role(Role.AUDITOR))
    assertNotContains(client.get(url("proposals_proposal_changelist")), "Next: ")


def test_the_next_is_of_the_list_as_it_is_filtered(client, ada):
    waiting(title="An English one", language="en")
    french = waiting(title="Une autre", language="fr")

    found = links(client.get(url("proposals_proposal_changelist") + "?language__exact=fr"))

    change = url("proposals_proposal_change", french.pk)
    assert found["Next: Une autre"] == f"{change}?_changelist_filters=language__exact%3Dfr"


@pytest.mark.parametrize("filters", ["?desk=appeals", "?desk=flagged"])
def test_appeals_and_flags_wait_too(client, ada, filters):
    appealed(by=make_moderator(), title="Appealed")
    make_proposal(title="Flagged").flags.create(reason="abuse")

    response = client.get(url("proposals_proposal_changelist") + filters)

    assertContains(response, "Next: ")


# --- The filters, the message and the undo ------------------------------------------------


def test_from_the_list_to_the_decision_and_back_the_filters_stay(client, ada):
    first, second = waiting(title="Bees"), waiting(title="Wasps")
    queue = url("proposals_proposal_changelist")
    change = links(client.get(queue + FILTERS))["Bees"]
    assert change == url("proposals_proposal_change", first.pk) + KEPT
    refuse = links(client.get(change))["Refuse…"]
    assert refuse == url("proposals_proposal_refuse", first.pk) + KEPT
    assert links(client.get(refuse))["Back to the queue"] == queue + FILTERS

    response = press(client, refuse, **WHY)

    assertRedirects(response, queue + FILTERS, fetch_redirect_response=False)
    page = client.get(response.url)
    found = links(page)
    assertContains(page, "“Bees” is now: Refused.")
    assert found["Undo"] == url("proposals_proposal_undo", first.pk) + KEPT
    assert found["Next: Wasps"] == url("proposals_proposal_change", second.pk) + KEPT


def test_the_undo_of_the_message_is_a_page_with_a_button(client, ada):
    idea = waiting(title="Bees")
    response = press(client, url("proposals_proposal_publish", idea.pk) + KEPT)
    undo = links(client.get(response.url))["Undo"]
    assert client.get(undo).status_code == 200
    assert again(idea).state == Proposal.State.PUBLISHED

    response = press(client, undo)

    assert again(idea).state == Proposal.State.WAITING
    change = url("proposals_proposal_change", idea.pk)
    assertRedirects(response, change + KEPT, fetch_redirect_response=False)
    assert "Undo" not in links(client.get(response.url))


def test_a_merge_is_undone_from_the_message(client, ada):
    idea, other = make_proposal(title="Bees"), make_proposal(title="Wasps")
    page = url("proposals_proposal_merge", idea.pk) + f"{KEPT}&into={other.pk}"

    response = press(client, page)
    undo = links(client.get(response.url))["Undo"]
    press(client, undo)

    assert again(idea).state == Proposal.State.PUBLISHED


def test_looking_for_another_to_merge_into_keeps_the_filters(client, ada):
    idea, other = make_proposal(title="Bees"), make_proposal(title="Wasps")
    page = url("proposals_proposal_merge", idea.pk)
    asked = form_of(client.get(page + KEPT), "look") | {"q": ["Wasps"]}

    found = links(client.get(page, asked))

    to = next(to for words, to in found.items() if words.startswith("Wasps"))
    assert to == f"?into={other.pk}&{KEPT[1:]}"


def test_keeping_what_was_flagged_offers_its_own_undo_and_not_that_of_what_was_before(client, ada):
    idea = waiting(title="Bees")
    press(client, url("proposals_proposal_publish", idea.pk))
    idea.flags.create(reason="abuse")

    response = press(client, url("proposals_proposal_keep", idea.pk), words="It is fine.")

    # The message of publishing was shown on the page that keeps it.
    found = links(client.get(response.url))
    assert found["Undo"] == url("proposals_proposal_unkeep", idea.pk)
    assertRedirects(response, url("proposals_proposal_changelist"), fetch_redirect_response=False)


def test_each_of_many_can_be_undone_from_the_message(client, ada):
    both = [waiting(title="Bees"), waiting(title="Wasps")]
    queue = url("proposals_proposal_changelist") + FILTERS
    chosen = {"action": "publish_selected", "_selected_action": [one.pk for one in both]}
    data = form_of(client.post(queue, chosen), "decide")

    response = client.post(queue, data)

    assertRedirects(response, queue, fetch_redirect_response=False)
    found = links(client.get(queue))
    for one in both:
        assert found[f"Undo: “{one.title}”"] == url("proposals_proposal_undo", one.pk) + KEPT


def test_an_organization_is_decided_about_and_the_filters_stay(client, ada):
    thing, _page = things()["network_organization"]
    kept = "?_changelist_filters=state__exact%3Dwaiting"
    change = url("network_organization_change", thing.pk)
    publish = links(client.get(change + kept))["Publish…"]
    assert publish == url("network_organization_agree", thing.pk) + kept

    response = press(client, publish)

    queue = url("network_organization_changelist")
    assertRedirects(response, f"{queue}?state__exact=waiting", fetch_redirect_response=False)
    page = client.get(response.url)
    assertContains(page, "“Otters”: Done. They are told by letter in an hour.")
    assert links(page)["Undo"] == url("network_organization_undo", thing.pk) + kept
    assert links(page)["See it"] == change + kept


@pytest.mark.parametrize("verb", ["grant", "deny"])
def test_what_was_decided_about_an_appeal_is_undone_from_the_message(client, ada, verb):
    appeal = appealed(by=make_moderator(), title="Bees")
    said = {"words": "It stays."} if verb == "deny" else {}
    response = press(client, url(f"proposals_proposal_{verb}", appeal.proposal_id), **said)

    press(client, links(client.get(response.url))["Undo"])

    assert again(appeal).waits
    assert again(appeal.proposal).state == Proposal.State.REFUSED


def test_an_answer_to_a_message_leads_back_to_the_list_as_it_was(client, ada):
    message, page = things()["network_inboundmessage"]
    kept = "?_changelist_filters=state__exact%3Dwaiting"
    shown = client.get(page + kept)
    action = url("network_inboundmessage_answer", message.pk) + kept
    assertContains(shown, f'action="{action}"')

    response = client.post(action, form_of(shown, "answer") | {"answer-text": ["On Monday."]})

    queue = url("network_inboundmessage_changelist")
    assertRedirects(response, f"{queue}?state__exact=waiting", fetch_redirect_response=False)


def test_answers_lead_back_to_the_list_as_it_was_with_the_way_to_change_them(client, ada):
    idea = make_proposal(title="Bees")
    queue = url("proposals_toanswer_changelist")
    answer = links(client.get(f"{queue}?answer=none"))["Answer"]
    preview = client.post(answer, answer_form(idea) | {"preview": "yes"})
    data = answer_form(idea) | {"give": "yes", "seen": preview.context["seen"]}

    response = client.post(answer, data)

    assertRedirects(response, f"{queue}?answer=none", fetch_redirect_response=False)
    change = links(client.get(response.url))["Change the answer"]
    assert f"ids={idea.pk}" in change
    assert client.get(change).status_code == 200


@pytest.mark.parametrize(
    "forged", ["https://evil.example/", "//evil.example", "next=//evil.example", "%0d%0aX: y", "\0"]
)
def test_forged_filters_lead_nowhere_else(client, ada, forged):
    idea = waiting()
    page = url("proposals_proposal_publish", idea.pk)

    response = client.post(
        f"{page}?_changelist_filters={forged}", form_of(client.get(page), "decide")
    )

    assert response.status_code == 302
    to = urlsplit(response.url)
    assert (to.scheme, to.netloc) == ("", "")
    assert to.path == url("proposals_proposal_changelist")


def test_what_an_author_wrote_is_only_shown_in_the_message(client, ada):
    idea = waiting(title='<b>Bees</b> & "wasps"')

    response = press(client, url("proposals_proposal_publish", idea.pk))

    assertContains(client.get(response.url), "“&lt;b&gt;Bees&lt;/b&gt; &amp; &quot;wasps&quot;”")


def test_all_of_it_is_said_in_french_too(client, ada):
    idea = waiting(title="Bees")
    client.get(url("proposals_proposal_change", idea.pk))
    client.force_login(make_with_role(Role.ADMINISTRATOR, name="Bob", language="fr"))
    page = url("proposals_proposal_publish", idea.pk)
    assertContains(client.get(page), "Ada vient d’ouvrir cette page.")
    waiting(title="Wasps")

    found = links(client.get(press(client, page).url))

    assert {"Annuler", "Suivant\N{NO-BREAK SPACE}: Wasps"} <= found.keys()
