"""Where else proposals are shown: on communities' pages, in the sitemap, in kept pages."""

import pytest

from proposals.catalogue import Catalogue
from proposals.models import Proposal
from tests.counting import cost_of
from tests.factories import make_community, make_proposal, make_subject

pytestmark = pytest.mark.django_db


def test_a_community_shows_the_most_supported_ideas_on_its_issues(client):
    water, roads, other = make_subject(slug="water"), make_subject(slug="roads"), make_subject()
    community = make_community(issues=[water, roads])
    for n, issue in enumerate([water, roads, water, water]):
        made = make_proposal(issues=[issue], title=f"Idea {n}")
        Proposal.objects.filter(pk=made.pk).update(supporters=n)
    make_proposal(issues=[other], title="Elsewhere")
    Catalogue.forget()

    page = client.get(community.get_absolute_url()).content.decode()

    shown = [name for name in ("Idea 3", "Idea 2", "Idea 1", "Idea 0") if f">{name}<" in page]
    assert shown == ["Idea 3", "Idea 2", "Idea 1"]
    assert page.index("Idea 3") < page.index("Idea 2") < page.index("Idea 1")
    assert "Elsewhere" not in page
    assert "Read all 4 proposals" in page
    assert "/en/proposals/?issue=" in page


def test_a_community_without_ideas_asks_for_one(client):
    page = client.get(make_community(issues=[make_subject()]).get_absolute_url()).content.decode()

    assert "Nobody has put an idea forward on this yet." in page


def test_ideas_cost_a_communitys_page_no_query(client):
    issue = make_subject()
    community = make_community(issues=[issue])
    before = cost_of(client.get, community.get_absolute_url())
    for _each in range(5):
        make_proposal(issues=[issue])
    Catalogue.forget()

    assert cost_of(client.get, community.get_absolute_url()) == before


def test_the_sitemap_names_public_proposals_alone(client):
    public = make_proposal()
    hidden = make_proposal(state=Proposal.State.HIDDEN)

    page = client.get("/sitemap-proposals.xml").content.decode()

    assert f"/en/proposals/{public.pk}/" in page
    assert f"/fr/propositions/{public.pk}/" in page
    assert f"/en/proposals/{hidden.pk}/" not in page
