"""Answering at the desk: choose, write once, look at each row, and give it to all or none."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from network.models import Letter
from proposals import answering
from proposals.models import Lineage, Proposal, Response
from proposals.queues import answers_due
from tests.counting import cost_of
from tests.factories import (
    make_call,
    make_commitment,
    make_institution,
    make_proposal,
    make_response,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]

LIST = reverse("admin:proposals_toanswer_changelist")
PAGE = reverse("admin:proposals_toanswer_answer")


@pytest.fixture
def by(client):
    """Someone who may write answers, and nothing else."""
    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="add_response"))
    client.force_login(user)
    return user


def form(*proposals, **facts):
    institution = facts.pop("institution", None) or make_institution()
    return {
        "ids": "-".join(str(one.pk) for one in proposals),
        "outcome": "not_now",
        "reason_en": "The <b>hives</b> are asleep.",
        "reason_fr": "Les ruches dorment.",
        "institution": institution.pk,
        "office_en": "Bee Office",
        "office_fr": "Bureau des abeilles",
        "commitments": [],
        "answered_on": timezone.localdate().isoformat(),
        "source_url": "",
    } | facts


def give(client, data, seen=None):
    preview = client.post(PAGE, data | {"preview": "1"})
    seen = seen or preview.context["seen"]
    return client.post(PAGE, data | {"give": "1", "seen": seen})


def test_the_list_has_public_ones_only_and_what_waits_longest_first(client, by):
    late = make_proposal(title="Late one", published_at="2026-03-02T00:00Z")
    make_response(make_proposal(title="Answered one", published_at="2026-01-01T00:00Z"))
    make_proposal(title="Early one", published_at="2026-02-02T00:00Z")
    make_proposal(title="Hidden one", state="hidden")

    text = client.get(LIST).text

    assert text.index("Early one") < text.index("Late one") < text.index("Answered one")
    assert "Hidden one" not in text
    assert f"{PAGE}?ids={late.pk}" in text


def test_the_list_is_filtered_by_call_and_answer(client, by):
    call = make_call(answers_due=timezone.localdate().replace(year=2020))
    make_proposal(title="Overdue one", consultation=call)
    make_response(make_proposal(title="Answered one"))

    assert "Answered one" not in client.get(LIST, {"answer": "none"}).text
    assert "Overdue one" in client.get(LIST, {"answer": "late"}).text
    assert "Overdue one" not in client.get(LIST, {"answer": "not_now"}).text
    assert "Overdue one" in client.get(LIST, {"consultation__id__exact": call.pk}).text


def test_what_waits_for_an_answer_here_is_what_the_public_sees_waiting(client, by):
    """Of ideas held elsewhere, those whose call says by when there are answers."""
    elsewhere = {"import_key": "1", "source_url": "https://example.org/1"}
    make_proposal(title="Awaited one", consultation=make_call(), **elsewhere)
    past = make_call(answers_due=None, source_url="https://example.org/call")
    make_proposal(
        title="Lost one", consultation=past, published_at="2016-01-01T00:00Z", **elsewhere
    )

    everything = client.get(LIST).text
    assert everything.index("Awaited one") < everything.index("Lost one")
    waiting, lost = (client.get(LIST, {"answer": what}).text for what in ("none", "not_found"))
    assert ("Awaited one" in waiting, "Lost one" in waiting) == (True, False)
    assert ("Awaited one" in lost, "Lost one" in lost) == (False, True)
    assert [one.title for one in answers_due(by)] == ["Awaited one"]


def test_choosing_some_leads_to_the_form_for_them(client, by):
    some = [make_proposal(), make_proposal()]
    chosen = {"action": "answer_selected", "_selected_action": [one.pk for one in some]}

    response = client.post(LIST, chosen, follow=True)

    assertContains(response, "These 2 proposals will get the same answer:")
    assert not Response.objects.exists()


def test_choosing_too_many_says_so(client, by, monkeypatch):
    monkeypatch.setattr(answering, "MOST", 1)
    some = [make_proposal(), make_proposal()]
    chosen = {"action": "answer_selected", "_selected_action": [one.pk for one in some]}

    assertContains(client.post(LIST, chosen, follow=True), "Answer at most 1 at once.")


def test_the_preview_shows_each_row_what_stands_and_the_letter_and_writes_nothing(client, by):
    answered, new = make_proposal(title="Count bees"), make_proposal(letters_language="fr")
    make_response(answered, reason_en="Too early.")
    promise = make_commitment()

    response = client.post(PAGE, form(answered, new, commitments=[promise.pk]) | {"preview": "1"})

    assertContains(response, "Count bees")
    assertContains(response, "Too early.")
    assertContains(response, "The answer to your idea has changed")
    assertContains(response, "Votre idée a reçu sa réponse")
    assertContains(response, "The &lt;b&gt;hives&lt;/b&gt; are asleep.")
    assert Response.objects.count() == 1
    assert not Letter.objects.exists()


def test_giving_it_answers_all_of_them_and_tells_their_authors(client, by):
    some, promise = [make_proposal(), make_proposal()], make_commitment()

    response = give(client, form(*some, outcome="adopted", commitments=[promise.pk]))

    assertRedirects(response, LIST, fetch_redirect_response=False)
    assertContains(client.get(LIST), "2 proposals were answered")
    assert Response.objects.current().filter(written_by=by).count() == 2
    assert Lineage.objects.filter(commitment=promise).count() == 2
    assert Letter.objects.count() == 2


def test_one_that_cannot_be_answered_stops_all_of_them(client, by):
    good, hidden = make_proposal(), make_proposal(state="hidden")
    data = form(good, hidden)
    preview = client.post(PAGE, data | {"preview": "1"})
    assertContains(preview, "Cannot be answered:")
    assertNotContains(preview, 'name="give"')

    response = client.post(PAGE, data | {"give": "1", "seen": preview.context["seen"]})

    assertContains(response, "It is not public.", status_code=409)
    assert not Response.objects.exists()


def test_a_stale_preview_is_shown_anew_with_what_was_written_kept(client, by):
    proposal = make_proposal()
    data = form(proposal)
    seen = client.post(PAGE, data | {"preview": "1"}).context["seen"]
    make_response(proposal, reason_en="Someone was quicker.")

    response = client.post(PAGE, data | {"give": "1", "seen": seen})

    assertContains(response, "Something of this has changed since you looked", status_code=409)
    assertContains(response, "Someone was quicker.", status_code=409)
    assertContains(response, "Les ruches dorment.", status_code=409)
    assert Response.objects.count() == 1
    assert not Letter.objects.exists()


def test_a_second_press_of_the_same_button_writes_nothing_more(client, by):
    data = form(make_proposal())
    seen = client.post(PAGE, data | {"preview": "1"}).context["seen"]
    give(client, data, seen)

    assert give(client, data, seen).status_code == 409

    assert Response.objects.count() == Letter.objects.count() == 1


def test_changing_one_begins_with_what_stands(client, by):
    promise = make_commitment()
    proposal = make_proposal()
    make_response(proposal, [promise], reason_en="Too early.", office_en="Hive Desk")

    response = client.get(PAGE, {"ids": proposal.pk})

    assertContains(response, "Too early.")
    assertContains(response, "Hive Desk")
    assertContains(response, f'<option value="{promise.pk}" selected>')


def test_back_leads_to_the_form_with_what_was_written(client, by):
    response = client.post(PAGE, form(make_proposal()) | {"back": "1"})

    assertContains(response, "Les ruches dorment.")
    assertContains(response, 'name="preview"')


@pytest.mark.parametrize("name", ["outcome", "reason_en", "reason_fr", "institution", "office_en"])
def test_no_answer_without_outcome_reason_institution_and_office(client, by, name):
    response = client.post(PAGE, form(make_proposal()) | {name: "  ", "preview": "1"})

    assert response.context["form"].errors[name]
    assert "seen" not in response.context


def test_an_answer_is_not_of_a_day_to_come(client, by):
    response = client.post(PAGE, form(make_proposal(), answered_on="2999-01-01", preview="1"))

    assertContains(response, "This day is still to come.")


def test_a_get_gives_nothing(client, by):
    data = form(make_proposal())

    client.get(PAGE, data | {"give": "1"})

    assert not Response.objects.exists()


def test_moderators_without_that_permission_and_strangers_are_kept_out(client):
    proposal, moderator = make_proposal(), make_user(is_staff=True)
    moderator.user_permissions.add(Permission.objects.get(codename="change_proposal"))
    data = form(proposal) | {"give": "1", "seen": answering.fingerprint([])}

    assert client.post(PAGE, data).status_code == 302
    client.force_login(moderator)
    assert client.post(PAGE, data).status_code == 403
    assert client.get(LIST).status_code == 403

    assert not Response.objects.exists()


@pytest.mark.parametrize("ids", ["", "0", "x", "1-2-x", "9" * 40, "\0", "99999999999", "²"])
def test_ids_that_name_nothing_are_not_found(client, by, ids):
    assert client.get(PAGE, {"ids": ids}).status_code == 404


@pytest.mark.parametrize("junk", ["\0", "x" * 6000, "9" * 40, "-1", "[]", "𝟙"])
def test_no_input_breaks_the_form(client, by, junk):
    data = form(make_proposal())
    for name in data.keys() - {"ids"}:
        response = client.post(PAGE, data | {name: junk, "preview": "1"})
        assert response.status_code in {200, 400}, name
        response = client.post(PAGE, data | {name: junk, "give": "1", "seen": junk})
        assert response.status_code in {200, 302, 400, 409}, name


def test_the_history_of_answers_is_read_and_never_written(client, staff):
    old = make_response(replaced_at=timezone.now(), reason_en="Once upon a time.")
    make_response(old.proposal, reason_en="Now.")
    url = reverse("admin:proposals_response_change", args=[old.pk])

    assertContains(client.get(reverse("admin:proposals_response_changelist")), "Not now", count=3)
    assertContains(client.get(url), "Once upon a time.")
    assert client.post(url, {"reason_en": "x"}).status_code == 403
    assert client.get(reverse("admin:proposals_response_add")).status_code == 403


def test_the_page_of_one_shows_its_words_and_the_way_to_answer_it(client, by):
    proposal = make_proposal(problem="<script>bees</script>")

    response = client.get(reverse("admin:proposals_toanswer_change", args=[proposal.pk]))

    assertContains(response, f"{PAGE}?ids={proposal.pk}")
    assertContains(response, "&lt;script&gt;bees")


def test_the_list_and_the_preview_cost_the_same_with_one_or_many(client, by):
    def cost(*proposals):
        costs = [
            cost_of(client.get, LIST, {"consultation__id__exact": proposals[0].consultation_id})
        ]
        data = form(*proposals, institution=institution, commitments=[promise.pk])
        costs.append(cost_of(client.post, PAGE, data | {"preview": "1"}))
        return costs

    institution, promise = make_institution(), make_commitment()
    few, many = make_call(), make_call()
    one = [make_proposal(consultation=few)]
    five = [make_proposal(consultation=many) for _ in range(5)]
    for each in (*one, *five):
        make_response(each, [promise], institution=institution)

    assert cost(*one) == cost(*five)


def test_the_desk_speaks_french(client, by):
    by.language = "fr"
    by.save()
    proposal = make_proposal()
    client.cookies["django_language"] = "fr"

    text = client.post(PAGE, form(proposal) | {"preview": "1"}, HTTP_ACCEPT_LANGUAGE="fr").text

    assert "Rien n’est encore écrit." in text


def test_where_a_commitment_came_from_is_entered_with_its_source(client, staff):
    proposal, promise = make_proposal(), make_commitment()
    url = reverse("admin:proposals_lineage_add")
    data = {"proposal": proposal.pk, "commitment": promise.pk, "note_en": "", "note_fr": ""}

    assertContains(client.post(url, data | {"source_url": ""}), "This field is required.")
    source = "https://example.org/plan"
    assert client.post(url, data | {"source_url": source}).status_code == 302

    assert proposal.lineages.get().commitment == promise
    assertContains(client.get(promise.get_absolute_url()), source)
    told = proposal.happenings.get()
    assert (told.kind, told.commitment) == ("became", promise)


def test_what_an_answer_says_of_an_origin_is_not_edited_apart_from_it(client, staff):
    proposal, promise = make_proposal(), make_commitment()
    response = make_response(proposal, [promise])
    said = Lineage.objects.create(proposal=proposal, commitment=promise, response=response)
    url = reverse("admin:proposals_lineage_change", args=[said.pk])

    assert client.get(url).status_code == 200
    assert client.post(url, {"source_url": "https://example.org/"}).status_code == 403
    assert client.post(reverse("admin:proposals_lineage_delete", args=[said.pk])).status_code == 403
    assert Proposal.objects.filter(lineages=said).exists()
