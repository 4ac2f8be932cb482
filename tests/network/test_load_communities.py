"""The communities that the portal is shipped with: opened once, and then the staff's own."""

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command

from network.management.commands.load_communities import SHIPPED
from network.models import Community, Edition, Subject

pytestmark = pytest.mark.django_db


def load():
    said = StringIO()
    call_command("load_communities", stdout=said)
    return said.getvalue()


@pytest.fixture
def shipped():
    return json.loads(SHIPPED.read_text(encoding="utf-8"))["communities"]


def test_all_are_opened_with_their_words_in_both_languages(shipped):
    assert f"{len(shipped)} opened" in load()

    for words in shipped:
        community = Community.objects.get(slug=words["slug"])
        assert community.name_fr == words["name_fr"]
        assert community.why_en == words["why_en"]
        assert community.is_public


def test_each_is_tied_to_subjects_of_the_shipped_plans(shipped):
    call_command("load_plans", stdout=StringIO())
    load()

    for words in shipped:
        tied = Community.objects.get(slug=words["slug"]).issues
        assert set(tied.values_list("slug", flat=True)) == set(words["issues"]) != set()
    used = Subject.objects.filter(communities__isnull=False).distinct()
    assert not used.filter(commitment_tags__isnull=True).exists()


def test_a_second_time_changes_nothing():
    load()
    before = Edition.current()

    assert "0 opened" in load()
    assert Edition.current() == before


def test_what_staff_changed_stays_and_what_they_hid_stays_hidden():
    load()
    Community.objects.filter(slug="health").update(why_en="Our own", is_public=False)
    Community.objects.filter(slug="justice").delete()

    assert "1 opened" in load()

    health = Community.objects.get(slug="health")
    assert (health.why_en, health.is_public) == ("Our own", False)


def test_the_shipped_french_is_set_as_french_is(shipped):
    for words in shipped:
        for french in (words["name_fr"], words["why_fr"]):
            assert not re.search(r"['\"]|\.\.\.|\s[;?!]|  ", french), french
            assert not re.search(r"\w:", french), french
