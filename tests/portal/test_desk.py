"""The desk: what waits for staff, each role's own, on the first page of the admin."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from commitments.models import Change
from network import desk
from network.models import InboundMessage, Letter, Organization, User
from network.roles import Role
from network.tasks import write_morning_letters
from proposals.models import Flag, Proposal
from tests.factories import (
    make_commitment,
    make_institution,
    make_member,
    make_organization,
    make_plan,
    make_proposal,
    make_with_role,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
DESK, MORNING = "/admin/", "/admin/network/user/morning/"
NOW = timezone.now


def piles(user):
    return {str(pile.queue.label): pile for pile in desk.waiting_for(user)}


def test_each_role_sees_its_own_queues():
    seen = {role: set(piles(make_with_role(role))) for role in Role}

    assert {"Proposals to moderate", "Appeals", "Flagged proposals"} <= seen[Role.MODERATOR]
    assert "Organizations to agree to" in seen[Role.MODERATOR]
    assert seen[Role.CORRESPONDENT] == {"Messages to answer", "Letters that failed"}
    assert "Commitments without an update for six months" in seen[Role.EDITOR]
    assert "Proposals to moderate" not in seen[Role.EDITOR]
    assert seen[Role.AUDITOR] == set()
    assert seen[Role.ADMINISTRATOR] == {str(queue.label) for queue in desk.QUEUES}


def test_a_queue_says_how_much_waits_since_when_and_what_is_overdue(client, settings):
    settings.MODERATION_DAYS = 14
    for days in (1, 5, 20):
        make_proposal(state=Proposal.State.WAITING, waiting_since=NOW() - timedelta(days=days))
    moderator = make_with_role(Role.MODERATOR)

    pile = piles(moderator)["Proposals to moderate"]

    assert (pile.count, pile.days, pile.late) == (3, 20, 1)
    client.force_login(moderator)
    page = client.get(DESK)
    assertContains(page, '<a href="/admin/proposals/proposal/">Proposals to moderate</a>')
    assertContains(page, "<td>20 days</td>")
    assertContains(page, '<strong class="overdue">⚠ 1</strong>')


def test_a_name_waits_since_its_member_asked_for_it_to_be_shown():
    moderator, ada, eve = make_with_role(Role.MODERATOR), make_member(), make_member()
    with patch("django.utils.timezone.now", return_value=NOW() - timedelta(days=9)):
        ada.show_name(True)
    eve.show_name(True)

    pile = piles(moderator)["Names that members would show"]
    assert (pile.count, pile.days, pile.late) == (2, 9, 1)

    ada.agree_to_listing(by=moderator)
    assert piles(moderator)["Names that members would show"].days == 0
    ada.undo(by=moderator)
    assert piles(moderator)["Names that members would show"].days == 9
    ada.rename("Ada Byron")
    pile = piles(moderator)["Names that members would show"]
    assert (pile.count, pile.days, pile.late) == (2, 0, 0)


def test_what_is_overdue_comes_first_and_what_is_empty_last():
    make_organization(state=Organization.State.WAITING, decided_at=None)
    make_proposal(state=Proposal.State.WAITING, waiting_since=NOW() - timedelta(days=90))

    found = list(piles(make_with_role(Role.MODERATOR)).values())

    assert [bool(pile.late) for pile in found[:2]] == [True, False]
    assert found[1].count == 1
    assert not any(pile.count for pile in found[2:])


def test_every_kind_is_counted():
    make_commitment(make_plan(starts="2020", ends="2099"), summary_en="Only in English.")
    Change.objects.update(at=NOW() - timedelta(days=200))
    Flag.put(make_proposal(), reason="abuse")
    make_organization(state=Organization.State.WAITING, decided_at=None)
    InboundMessage.objects.create(
        key="a", size=1, raw=b"-", state="waiting", outcome="kept", judged_at=NOW(), way="pipe"
    )
    make_member(listing="waiting")
    failed = {"state": Letter.State.FAILED, "attempts": 1, "last_error": "550 no such user"}
    Letter.objects.update(**failed, next_try_at=None)
    make_member().affiliations.create(organization=make_organization(), state="asked")
    make_plan(summary_fr="En français seulement.")
    make_institution(short_en="MOB", short_fr="")

    found = piles(make_with_role(Role.ADMINISTRATOR))

    empty = {label for label, pile in found.items() if not pile.count}
    assert empty == {"Appeals", "Changes to organizations", "Proposals to moderate"}
    assert found["Answers due"].count == 1


@pytest.mark.parametrize("role", Role)
def test_every_queue_leads_to_a_list_of_just_what_it_counts(client, role):
    make_commitment(make_plan(starts="2020", ends="2099"), summary_en="Only in English.")
    make_proposal(state=Proposal.State.WAITING, waiting_since=NOW())
    flagged = make_proposal()
    for reason in ("abuse", "spam"):
        Flag.objects.create(proposal=flagged, reason=reason)
    person = make_with_role(role)
    client.force_login(person)

    for pile in desk.waiting_for(person):
        page = client.get(pile.queue.url)

        assert page.status_code == 200, pile.queue.url
        assert page.context["cl"].result_count == pile.count, pile.queue.url


@pytest.mark.parametrize("text", ["summary", "period_note", "themes_note"])
def test_a_plan_with_a_text_in_one_language_waits_for_the_other(client, text):
    editor = make_with_role(Role.EDITOR)
    client.force_login(editor)
    half, whole = make_plan(**{f"{text}_en": "Words."}), {f"{text}_en": "-", f"{text}_fr": "-"}
    make_plan(**whole)
    make_plan()

    pile = piles(editor)["Plans with a text in one language only"]

    assert pile.count == 1
    assert list(client.get(pile.queue.url).context["cl"].result_list) == [half]


def test_an_institution_with_an_acronym_in_one_language_waits_for_the_other(client):
    editor = make_with_role(Role.EDITOR)
    client.force_login(editor)
    half = make_institution(short_en="MOB", short_fr="")
    make_institution(short_en="MOW", short_fr="MG")
    make_institution(short_en="", short_fr="")

    pile = piles(editor)["Institutions with an acronym in one language only"]

    assert pile.count == 1
    assert list(client.get(pile.queue.url).context["cl"].result_list) == [half]


def test_a_plan_that_is_over_needs_no_update():
    make_commitment(make_plan(starts="2012-04", ends="2014-06-30"))
    runs = make_commitment(make_plan(starts="2020", ends=str(NOW().year)))
    Change.objects.all().delete()
    editor = make_with_role(Role.EDITOR)

    assert piles(editor)["Commitments without an update for six months"].count == 1

    Change.objects.create(kind="changed", code=runs.code, commitment=runs, plan=runs.plan)
    assert piles(editor)["Commitments without an update for six months"].count == 0


def test_the_desk_costs_one_query_a_queue_however_much_waits(django_assert_num_queries):
    person = make_with_role(Role.ADMINISTRATOR)
    person.get_all_permissions()
    with django_assert_num_queries(len(desk.QUEUES)):
        list(desk.waiting_for(person))

    for _number in range(5):
        make_proposal(state=Proposal.State.WAITING, waiting_since=NOW())
        make_organization(state=Organization.State.WAITING, decided_at=None)
    with django_assert_num_queries(len(desk.QUEUES)):
        list(desk.waiting_for(person))


def test_who_has_no_queue_is_told_that_nothing_waits(client):
    client.force_login(make_with_role(Role.AUDITOR))

    assertContains(client.get(DESK), "Nothing waits for you here.")


def test_staff_ask_for_the_morning_letter_and_stop_it(client):
    moderator = make_with_role(Role.MODERATOR)
    client.force_login(moderator)
    button = '<button name="wanted" value="{}">'

    assertContains(client.get(DESK), button.format("yes"))
    page = client.post(MORNING, {"wanted": "yes"}, follow=True)
    assertContains(page, button.format("no"))
    assertContains(page, "You get the morning letter.")
    page = client.post(MORNING, {"wanted": "no"}, follow=True)
    assertContains(page, button.format("yes"))
    assert client.get(MORNING).status_code == 405


def test_the_morning_letter_says_what_waits_once_a_day_in_their_language():
    make_proposal(
        state=Proposal.State.WAITING, waiting_since=NOW() - timedelta(days=90), title="Secret bees"
    )
    make_with_role(Role.MODERATOR)  # did not ask
    make_with_role(Role.CORRESPONDENT, morning_letter=True)  # nothing waits for them
    asked = make_with_role(Role.MODERATOR, morning_letter=True, language="fr")
    closed = make_with_role(Role.MODERATOR, morning_letter=True)
    User.objects.filter(pk=closed.pk).update(is_active=False)

    assert write_morning_letters() == write_morning_letters() == 1

    letter = Letter.objects.get(template="network/emails/morning")
    assert letter.to == asked.email
    said = "Propositions à modérer\xa0: 1 (1 en retard); attente la plus longue\xa0: 90 jours"
    assert said in letter.text
    assert "(1 en retard); attente la plus longue\xa0: 90 jours</li>" in letter.html
    assert "https://portal.example/admin/proposals/proposal/" in letter.text
    assert "1 chose" in letter.subject
    assert "Secret bees" not in letter.text + letter.html


def test_the_desk_is_for_staff(client):
    assertRedirects(client.get(DESK), "/admin/login/?next=/admin/", fetch_redirect_response=False)
    client.force_login(make_member().user)
    page = client.get(DESK, follow=True)
    assertNotContains(page, "What waits", status_code=page.status_code)


def test_the_desk_speaks_french(client):
    person = make_with_role(Role.MODERATOR, language="fr")
    client.force_login(person)

    assertContains(client.get(DESK), "Ce qui attend")


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "Proposals to answer"), ("fr", "Propositions auxquelles répondre")],
)
def test_a_list_is_called_what_it_lists(client, language, name):
    person = make_with_role(Role.ADMINISTRATOR, language=language)
    client.force_login(person)

    response = client.get("/admin/proposals/toanswer/")

    assertContains(response, f"<h1>{name}</h1>", html=True)
    assertContains(response, f"<title>{name} | ")
