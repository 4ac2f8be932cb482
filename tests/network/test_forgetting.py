"""The night: what has been kept long enough goes, each kind is counted, and staff can read it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from network import forgetting
from network.actions import leave
from network.forgetting import keep_little, steps
from network.models import Consent, InboundMessage, Letter, Night
from network.models.night import KINDS
from proposals.models import Flag, Proposal
from tests.counting import cost_of
from tests.factories import make_member, make_proposal, make_staff
from tests.network.letters import as_state, make_letter
from tests.network.receiving.messages import send
from tests.night import forgotten

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def ago(days):
    return timezone.now() - DAY * days


def test_every_kind_has_a_name_that_staff_can_read():
    assert steps().keys() == KINDS.keys()


def test_a_night_without_anything_to_forget_says_so():
    night = keep_little()

    assert set(night.counts.values()) == {0}
    assert Night.objects.get() == night


@pytest.mark.parametrize(("days", "origin"), [(29, "192.0.2.0"), (30, "")])
def test_the_network_of_an_idea_goes_after_thirty_days(days, origin):
    idea = make_proposal(origin="192.0.2.0")
    Proposal.objects.filter(pk=idea.pk).update(created_at=ago(days))

    assert forgotten("networks_of_proposals") == (origin == "")

    idea.refresh_from_db()
    assert idea.origin == origin


@pytest.mark.parametrize(("days", "known"), [(29, True), (30, False)])
def test_that_of_a_flag_too(days, known):
    Flag.put(make_proposal(), reason="abuse", network="192.0.2.7")
    Flag.objects.update(at=ago(days))

    keep_little()

    assert (Flag.objects.get().network is not None) == known


def networks_forgotten(days):
    """How many consents lose theirs on the night so many days from now."""
    return Consent.objects.forget_origins(timezone.now() + DAY * days)


def test_where_a_consent_came_from_is_kept_while_it_holds():
    make_member(origin="192.0.2.7")

    assert networks_forgotten(4000) == 0
    assert forgotten("networks_of_consents") == 0
    assert set(Consent.objects.values_list("origin", flat=True)) == {"192.0.2.7"}


def test_and_three_years_after_it_was_withdrawn():
    leave(make_member(origin="192.0.2.7"), how=Consent.How.MEMBER, origin="192.0.2.9")
    given, withdrawn = (Consent.objects.filter(act=act) for act in ("given", "withdrawn"))

    assert networks_forgotten(29) == 0
    assert networks_forgotten(3 * 366 - 1) == withdrawn.count()
    assert set(Consent.objects.values_list("act", "origin")) == {
        ("given", "192.0.2.7"), ("withdrawn", "")
    }  # fmt: skip
    assert networks_forgotten(3 * 366) == given.count()
    assert set(Consent.objects.values_list("origin", flat=True)) == {""}


def test_a_message_as_it_came_goes_after_ninety_days_though_staff_have_not_answered():
    send(body="A question to all of you")
    InboundMessage.objects.update(state="waiting", outcome="kept", done_at=None,
                                  judged_at=timezone.now(), received_at=ago(89))  # fmt: skip
    assert forgotten("raw_messages") == 0

    InboundMessage.objects.update(received_at=ago(90))

    assert forgotten("raw_messages") == 1
    message = InboundMessage.objects.get()
    assert bytes(message.raw) == b""
    assert message.text
    assert settings.INBOUND_KEPT_DAYS == 90


@pytest.mark.parametrize(
    ("state", "days", "left"),
    [("posted", 179, 1), ("posted", 180, 0), ("failed", 180, 0), ("owed", 400, 1)],
)
def test_letters_go_after_half_a_year_unless_they_are_owed(state, days, left):
    as_state(make_letter(), Letter.State(state))
    Letter.objects.update(owed_since=ago(days))

    keep_little()

    assert Letter.objects.count() == left


def test_what_fails_keeps_nothing_else_from_being_forgotten(monkeypatch, caplog):
    def fails(now):
        raise RuntimeError("a made-up fault")

    monkeypatch.setitem(forgetting.FORGETS, "requests", fails)
    idea = make_proposal(origin="192.0.2.0")
    Proposal.objects.filter(pk=idea.pk).update(created_at=ago(30))

    night = keep_little()

    assert night.counts["requests"] is None
    assert night.failed
    assert night.counts["networks_of_proposals"] == 1
    assert "could not forget: requests" in caplog.text


def test_a_second_time_finds_nothing():
    idea = make_proposal(origin="192.0.2.0")
    Proposal.objects.filter(pk=idea.pk).update(created_at=ago(30))

    assert forgotten() == 1
    assert forgotten() == 0


def test_by_hand_too(capsys):
    call_command("keep_little")

    assert "requests: 0" in capsys.readouterr().out
    assert Night.objects.count() == 1


def test_staff_read_of_each_night_and_change_nothing(client, without_second_factor):
    staff = make_staff()
    client.force_login(staff)
    night = Night.objects.create(counts={"requests": 3, "letters": 0, "drafts": None})
    url = reverse("admin:network_night_changelist")

    assertContains(client.get(url), "requests to join: 3; drafts: failed")
    assert client.get(reverse("admin:network_night_add")).status_code == 403
    change = reverse("admin:network_night_change", args=[night.pk])
    assert client.post(change, {"counts": "{}"}).status_code == 403
    few = cost_of(client.get, url)
    for _each in range(10):
        Night.objects.create(counts={"requests": 1})
    assert cost_of(client.get, url) == few
    staff.language = "fr"
    staff.save()
    assertContains(client.get(url), "brouillons\N{NO-BREAK SPACE}: échec")
