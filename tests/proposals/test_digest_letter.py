"""The letter of a digest: who sends it, how to leave, and only text."""

import pytest
from django.test import Client

from network.models import Consent, Stop
from proposals.models import Follow, Follower
from proposals.tasks import write_digests
from tests.factories import make_follow, make_proposal
from tests.proposals.news import answer, letters, supported

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_letter_says_who_sends_it_and_how_to_leave_in_each_language(
    morning, settings, language
):
    proposal = make_proposal(title="Count the bees")
    make_follow(proposal, language=language)
    answer(proposal)
    morning(1)
    write_digests()

    [letter] = letters()
    for part in (settings.MAILING_ADDRESS, settings.CONTACT_ADDRESS, letter.leave_url):
        assert part in letter.text
    assert ("Ce que vous suivez" in letter.subject) == (language == "fr")
    assert "Count the bees" not in letter.subject
    if language == "fr":
        assert '<span lang="en">Count the bees</span>' in letter.html


def test_one_click_of_a_mail_program_ends_it_all_and_on_record(morning):
    proposal = make_proposal()
    make_follow(proposal)
    answer(proposal)
    morning(1)
    write_digests()
    program = Client(enforce_csrf_checks=True, headers={"x-forwarded-proto": "https"})
    way_out = letters()[0].leave_url.removeprefix("https://portal.example")
    assert program.get(way_out).status_code == 200
    assert Follower.objects.exists()

    for _time in range(2):
        response = program.post(way_out, {"List-Unsubscribe": "One-Click"})

        assert response.status_code == 200
    assert not Follow.objects.exists()
    assert Consent.objects.newest().first().act == Consent.Act.WITHDRAWN
    assert Stop.objects.exists()
    supported(proposal)
    morning(2)
    assert write_digests() == 0


def test_a_visitors_words_are_only_text(morning):
    proposal = make_proposal(title="<b>Bees</b> & \u202e")
    make_follow(proposal)
    answer(proposal)
    morning(1)
    write_digests()

    assert "<b>" not in letters()[0].html
