import json
import re

import pytest
from django.db import connection
from django.utils import timezone

from commitments.catalogue import Catalogue as Commitments
from network.models import Edition
from proposals import answering, moderating
from proposals.catalogue import Catalogue
from proposals.models import Proposal, Support
from proposals.search import indexing
from tests.counting import cost_of
from tests.factories import (
    make_call,
    make_commitment,
    make_organization,
    make_proposal,
    make_response,
    make_staff,
    make_subject,
)

pytestmark = pytest.mark.django_db

UNSEEN = {
    Proposal.State.UNCONFIRMED,
    Proposal.State.VOUCHING,
    Proposal.State.WAITING,
    Proposal.State.REFUSED,
}


def read(client, proposal, language="en"):
    folder = {"en": "en/proposals", "fr": "fr/propositions"}[language]
    answer = client.get(f"/{folder}/{proposal.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def main(page):
    return re.search(r"<main.*</main>", page, re.S)[0]


def test_it_shows_the_words_as_they_were_written(client):
    proposal = make_proposal(title="Count the bees", problem="One line.\n\nAnother.\nAnd more.")

    page = read(client, proposal)

    assert "<h1>Count the bees</h1>" in page
    assert "<p>One line.</p>\n\n<p>Another.<br>And more.</p>" in page
    assert "What we call for" in page
    assert "Who gains" in page
    assert str(proposal.consultation.title) in page


@pytest.mark.parametrize("state", sorted(UNSEEN))
def test_what_is_not_published_is_not_there(client, state):
    facts = {"organization": make_organization()} if state == Proposal.State.VOUCHING else {}
    proposal = make_proposal(state=state, **facts)

    assert client.get(f"/en/proposals/{proposal.pk}/").status_code == 404


@pytest.mark.parametrize("number", [0, 10**6, 2**63, 10**30])
def test_a_number_of_none_is_not_there(client, number):
    assert client.get(f"/en/proposals/{number}/").status_code == 404


def test_words_in_the_other_language_are_marked_and_said_to_be(client):
    proposal = make_proposal(title="Compter les abeilles", problem="Nul ne sait.", language="fr")

    english, french = read(client, proposal), read(client, proposal, "fr")

    assert '<h1><span lang="fr">Compter les abeilles</span></h1>' in english
    assert 'class="prose" lang="fr"' in english
    assert "It was written in French" in english
    assert "<h1>Compter les abeilles</h1>" in french
    assert "Elle a été rédigée" not in french


def test_text_is_text(client):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'</main>"
    proposal = make_proposal(
        title=evil[:150], problem=evil, ask=evil, gain=evil, name=evil[:80], name_shown=True
    )

    page = read(client, proposal)

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count("</main>") == 1


def test_links_show_their_hosts_and_are_not_vouched_for(client):
    proposal = make_proposal(links=["https://example.org/a?b=1&c=2", "http://example.net/"])

    page = read(client, proposal)

    assert (
        '<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow ugc noopener">'
        "https://example.org/a?b=1&amp;c=2</a>" in page
    )
    assert "leads to example.net" in page
    every = re.findall(r'<a [^>]*href="https?://example[^>]*>', page)
    assert all('rel="nofollow ugc noopener"' in link for link in every)


@pytest.mark.parametrize(
    "links",
    [["javascript:alert(1)"], ["data:text/html,x"], ["https://[bad"], [7, None, {}], {"a": 1}, "x"],
)
def test_what_is_no_address_of_the_web_is_no_link(client, links):
    page = main(read(client, make_proposal(links=links)))

    assert "javascript:" not in page
    assert "ugc" not in page


def test_a_name_is_shown_only_where_its_author_said_so(client):
    shown = make_proposal(name="Grace Public", name_shown=True)
    withheld = make_proposal(name="Ada Secret", name_shown=False)

    assert "Grace Public" in read(client, shown)
    assert "Ada Secret" not in read(client, withheld)
    assert "Name withheld" in read(client, withheld)
    for proposal in (shown, withheld):
        assert proposal.email not in read(client, proposal)


def test_an_organization_is_named_once_it_has_confirmed(client):
    organization = make_organization(name_en="Friends of Otters")
    confirmed = make_proposal(organization=organization, vouched_at=timezone.now())
    waiting = make_proposal(organization=organization)

    assert "Friends of Otters" in main(read(client, confirmed))
    assert "Friends of Otters" not in main(read(client, waiting))


def test_it_leads_to_its_issues_its_call_and_the_commitments_it_relates_to(client):
    commitment = make_commitment(title_en="Publish the harbour records")
    proposal = make_proposal(issues=[make_subject(slug="harbours", name="Harbours")])
    proposal.commitments.add(commitment)
    Commitments.forget()

    page = read(client, proposal)

    assert '<a class="tag" href="/en/proposals/?issue=harbours">Harbours</a>' in page
    assert commitment.get_absolute_url() in page
    assert f"/en/proposals/calls/{proposal.consultation.slug}/" in page


def test_it_shows_what_is_like_it_but_not_itself(client):
    proposal = make_proposal(title="Count the otters", ask="", problem="x", gain="")
    twin = make_proposal(title="Count all otters", ask="", problem="x", gain="")
    indexing.rebuild()
    Catalogue.forget()

    page = main(read(client, proposal))

    assert "People have said something like this" in page
    assert twin.get_absolute_url() in page
    alike = page.split('id="alike"')[1]
    assert f'<a href="{proposal.get_absolute_url()}">' not in alike


def test_it_can_be_cited_and_shared_and_followed(client):
    proposal = make_proposal(title="Count the bees", name="Grace Public")

    page = read(client, proposal)

    assert "Grace Public, “Count the bees”, proposal" in page
    assert "mailto:?subject=Count%20the%20bees" in page
    assert f'/en/proposals/{proposal.pk}/feed/"' in page
    assert '<meta property="og:title" content="Count the bees">' in page


def test_machines_read_who_wrote_it_and_when_only_where_that_is_public(client):
    def facts(proposal):
        found = re.search(r'ld\+json">(.*?)</script>', read(client, proposal))[1]
        return json.loads(found)

    proposal = make_proposal(title="Bees </script>", name="Grace Public")

    said = facts(proposal)

    assert said["name"] == "Bees </script>"
    assert said["author"] == {"@type": "Person", "name": "Grace Public"}
    assert said["inLanguage"] == "en"
    assert "author" not in facts(make_proposal(name="Ada Secret", name_shown=False))


def test_the_page_costs_the_same_with_little_and_with_much_on_it(client):
    little, much = (
        make_proposal(consultation=make_call()),
        make_proposal(links=["https://a.example"]),
    )
    for _each in range(6):
        much.issues.add(make_subject())
        much.commitments.add(make_commitment())
        email = f"s{_each}@example.org"
        Support.objects.create(
            proposal=much, email=email, address=email, confirmed_at=timezone.now()
        )
    indexing.rebuild()
    Edition.advance()
    Catalogue.forget()

    costs = [cost_of(client.get, one.get_absolute_url()) for one in (little, much)]

    assert costs[0] == costs[1]
    # What it is drawn from, in one packet where the database takes it so; the edition, twice.
    assert costs[0] == (3 if connection.vendor == "postgresql" else 14)


def test_what_is_decided_about_it_shows_at_once(client):
    staff, other = make_staff(), make_proposal(title="Count all bees")
    proposal = make_proposal(title="Count the bees", problem="Ask Ada Lovelace of Hive Street.")
    assert "Ada Lovelace" in read(client, proposal)

    moderating.strike(proposal, by=staff, field="problem", passage="Ada Lovelace", why="Private.")
    assert "Ada Lovelace" not in read(client, proposal)
    assert "[personal information removed]" in read(client, proposal)

    moderating.merge(proposal, other, by=staff)
    assert "was merged into it. Support and the answer are there:" in read(client, proposal)
    assert "Put forward by others too" in read(client, other)

    stands = make_response(reason_en="One count is enough.")
    facts = {name: getattr(stands, name) for name in answering.FACTS}
    answering.answer(
        [other], answering.Said(institution=stands.institution, **facts), by=make_staff()
    )
    assert "One count is enough." in read(client, other)
    assert "One count is enough." in read(client, proposal)

    moderating.hide(other, by=staff, reason="abuse", words="You were rude.")
    gone = client.get(other.get_absolute_url())
    assert gone.status_code == 410
    assert "Count all bees" not in gone.content.decode()
    assert "Count all bees" not in read(client, proposal)
