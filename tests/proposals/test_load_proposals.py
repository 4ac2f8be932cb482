"""The one real case that ships: with its sources, and with nothing that they do not tell."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Edition
from proposals.loading import load
from proposals.management.commands.load_proposals import SHIPPED
from proposals.models import Consultation, Lineage, Proposal, Response
from tests.factories import make_commitment, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def promise():
    """The commitment that the shipped idea became, as far as the load needs it."""
    plan = make_plan(slug="2016-2018", released="2016-07-15", title_en="Third Plan")
    return make_commitment(plan, number=19, code="2016-2018-19", title_en="Engage Civil Society")


def run():
    call_command("load_proposals", verbosity=0)


def written(tmp_path, change):
    said = json.loads(SHIPPED.read_text(encoding="utf-8"))
    change(said)
    path = tmp_path / "ideas.json"
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


def test_the_idea_of_2016_is_followed_to_commitment_19(client, promise):
    run()

    idea = Proposal.objects.get()
    assert idea.title == "Establish a multi-stakeholder forum"
    assert idea.source_url == "https://open.canada.ca/en/idea/establish-multi-stakeholder-forum"
    assert str(idea.put_forward_on) == str(idea.published_on) == "2016"
    page = client.get(f"/en/proposals/{idea.pk}/")
    assertContains(page, "Became commitment 19 of “Third Plan”:")
    assertContains(page, idea.source_url)
    assertContains(client.get(promise.get_absolute_url()), idea.title)


def test_what_the_sources_do_not_tell_is_not_told(client, promise):
    run()

    idea = Proposal.objects.get()
    assert (idea.problem, idea.name, idea.email, idea.user_id) == ("", "", "", None)
    assert (idea.votes_elsewhere, idea.comments_elsewhere) == (None, None)
    assert not Response.objects.exists()
    assertContains(client.get("/en/proposals/ledger/"), "No answer was found in the sources")
    for address in (idea.get_absolute_url(), "/en/proposals/ledger/"):
        assertNotContains(client.get(address), "Jan.")


def test_nothing_made_up_ships_beside_it(promise):
    run()

    assert Proposal.objects.count() == Lineage.objects.count() == 1
    assert set(Consultation.objects.values_list("slug", flat=True)) == {"any-time", "2016"}


def test_the_call_of_then_is_over_and_its_page_shows_no_day_that_is_not_known(client, promise):
    run()

    call = Consultation.objects.get(slug="2016")
    assert not call.is_open
    with override("fr"):
        french = [call.get_absolute_url(), reverse("proposals:calls")]
    for address in (call.get_absolute_url(), reverse("proposals:calls"), *french):
        page = client.get(address)
        assert page.status_code == 200
        for day in ("Jan.", "Dec.", "janvier", "décembre", "2016-01-01", "2016-12-31"):
            assertNotContains(page, day)


def test_run_again_it_changes_nothing_and_leaves_what_staff_did(promise):
    run()
    Proposal.objects.update(title="As staff struck it")
    Consultation.objects.filter(slug="2016").update(body_en="As staff wrote it")
    before = Edition.current()

    run()

    assert Proposal.objects.get().title == "As staff struck it"
    assert Consultation.objects.get(slug="2016").body_en == "As staff wrote it"
    assert Edition.current() == before


def test_without_the_plans_nothing_is_loaded_and_the_reason_is_said():
    with pytest.raises(CommandError, match="run load_plans first"):
        run()

    assert not Proposal.objects.exists()
    assert not Consultation.objects.filter(slug="2016").exists()


def spoil(*path, value):
    def change(said):
        for key in path[:-1]:
            said = said[key]
        said[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (spoil("calls", value="x"), "must be a list"),
        (spoil("proposals", value=[1]), "must be a list"),
        (spoil("proposals", 0, "title", value=""), "title: must be a text"),
        (spoil("proposals", 0, "title", value="\0"), "title: must be a text"),
        (spoil("proposals", 0, "title", value="x" * 301), "longer than 300"),
        (spoil("proposals", 0, "language", value="de"), "must be en or fr"),
        (spoil("proposals", 0, "dated", value="lately"), "is not a date"),
        (spoil("proposals", 0, "source_url", value="javascript:1"), "is not a web address"),
        (spoil("proposals", 0, "call", value="other"), "is not a call of this file"),
        (spoil("proposals", 0, "votes", value=3), "is not known here"),
        (spoil("proposals", 0, "led_to", value={}), "must be a list"),
        (spoil("proposals", 0, "led_to", 0, "commitment", value="2016-2018-99"), "not loaded"),
        (spoil("proposals", 0, "led_to", 0, "note_fr", value=None), "must be a text"),
        (spoil("calls", 0, "plan", value="1999"), "not loaded"),
        (spoil("calls", 0, "held", value="then"), "is not a date"),
    ],
)
def test_a_file_with_anything_wrong_in_it_loads_nothing(tmp_path, promise, change, why):
    path = written(tmp_path, change)

    with pytest.raises(CommandError, match=why):
        call_command("load_proposals", path, verbosity=0)

    assert not Proposal.objects.exists()
    assert not Consultation.objects.filter(slug="2016").exists()


def test_it_says_how_many_were_added(promise):
    assert load(SHIPPED) == 1
    assert load(SHIPPED) == 0
