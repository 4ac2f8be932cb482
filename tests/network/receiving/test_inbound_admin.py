"""Staff see what waits, read it as plain words, and answer it."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from network.models import InboundMessage, Letter
from network.receiving import answer
from opengov_portal.lib.errors import Refused
from tests.counting import cost_of
from tests.factories import make_staff, make_user
from tests.network.receiving.messages import ADA, message, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
State, Outcome = InboundMessage.State, InboundMessage.Outcome
LIST = "admin:network_inboundmessage_changelist"


@pytest.fixture
def clerk(client):
    """May look, and nothing else."""
    person = make_staff(is_superuser=False)
    person.user_permissions.set(Permission.objects.filter(codename="view_inboundmessage"))
    client.force_login(person)
    return person


def waiting(body="When is the meeting?", **made):
    return send(body=body, to="contact@portal.example", **made)


def page(row, name="change"):
    return reverse(f"admin:network_inboundmessage_{name}", args=[row.pk])


def write(client, row, text="On Monday.\nBring a friend.", language="en"):
    data = {"answer-text": text, "answer-language": language}
    return client.post(page(row, "answer"), data, follow=True)


def test_what_waits_comes_first(client, staff):
    first = waiting()
    for _each in range(3):
        send(Precedence="bulk")

    [top, *_others] = client.get(reverse(LIST)).context["cl"].result_list
    assert top == first


def test_a_message_is_shown_as_words_alone(client, staff):
    row = waiting('<img src="https://evil.example/x.png"><script>alert(1)</script> \u202etxet',
                  Subject="<b>Hello</b>")  # fmt: skip

    response = client.get(page(row))

    assertContains(response, "&lt;script&gt;alert(1)&lt;/script&gt;")
    assertNotContains(response, "<script>alert")
    assertNotContains(response, 'src="https://evil')
    assertContains(response, '<pre class="inbound-words" dir="auto"')
    assertContains(response, "<bdi>&lt;b&gt;Hello&lt;/b&gt;</bdi>", html=True)


def test_html_of_theirs_is_never_drawn(client, staff):
    row = waiting("<p>Hello <a href='https://evil.example'>you</a></p>", Content_Type="text/html")

    response = client.get(page(row))

    assertContains(response, "Hello you")
    assertNotContains(response, "evil.example")


def test_a_message_is_saved_as_it_came_and_opened_by_no_browser(client, staff):
    row = waiting("<script>alert(1)</script>", Content_Type="text/html")

    response = client.get(page(row, "raw"))

    assert response.headers["Content-Type"].startswith("text/plain")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.content == bytes(InboundMessage.objects.get().raw)


def test_staff_answer_in_the_thread_by_a_letter(client, staff):
    row = waiting(Message_ID="<one@example.org>", Subject="A question")

    assertContains(write(client, row), "Your answer goes in an hour.")

    letter = Letter.objects.get()
    assert (letter.to, letter.subject) == (ADA, "Re: A question")
    assert "On Monday.\nBring a friend." in letter.text
    assert letter.headers["In-Reply-To"] == "<one@example.org>"
    row.refresh_from_db()
    assert (row.state, row.answered_by, row.answer) == (State.ANSWERED, staff, letter)
    assert row.done_at


def test_an_answer_is_in_the_language_that_staff_chose(client, staff):
    write(client, waiting(), language="fr")
    assert Letter.objects.get().language == "fr"


def test_a_message_is_answered_once(client, staff):
    row = waiting()
    write(client, row)

    assert write(client, row, "Again").status_code == 409

    assert Letter.objects.count() == 1
    with pytest.raises(Refused):
        answer(row, text="Again", language="en", by=staff)


def test_an_answer_without_words_is_not_sent(client, staff):
    row = waiting()

    write(client, row, "  ")

    assert not Letter.objects.exists()
    row.refresh_from_db()
    assert row.state == State.WAITING


def test_a_message_without_a_sender_has_no_box_for_an_answer(client, staff):
    row = send(From=None)

    assertNotContains(client.get(page(row)), "Send the answer")
    assert write(client, row).status_code == 409


def test_who_may_only_look_answers_nothing(client, clerk):
    row = waiting()

    assertNotContains(client.get(page(row)), "Send the answer")
    assert write(client, row).status_code == 403
    client.post(reverse(LIST), {"action": "mark_done", "_selected_action": [row.pk]})

    row.refresh_from_db()
    assert row.state == State.WAITING
    assert not Letter.objects.exists()


@pytest.mark.parametrize("name", ["change", "answer", "raw"])
def test_nobody_else_comes_in(client, name):
    row = waiting()
    for person in (None, make_user()):
        if person:
            client.force_login(person)
        method = client.post if name == "answer" else client.get
        assert method(page(row, name)).status_code == 302
    assert not Letter.objects.exists()


def test_staff_without_a_right_to_messages_do_not_see_them(client):
    client.force_login(make_staff(is_superuser=False))
    row = waiting()
    assert client.get(page(row)).status_code == 403
    assert client.get(page(row, "raw")).status_code == 403


def test_opening_a_message_changes_nothing(client, staff):
    row = waiting()
    before = InboundMessage.objects.values().get()

    client.get(page(row))
    client.get(page(row, "raw"))
    assert client.get(page(row, "answer")).status_code == 405
    assert client.post(page(row, "raw")).status_code == 405

    assert InboundMessage.objects.values().get() == before


def test_staff_say_that_nothing_more_is_to_be_done(client, staff):
    row, other = waiting(), send(Precedence="bulk")
    data = {"action": "mark_done", "_selected_action": [row.pk, other.pk]}

    assertContains(client.post(reverse(LIST), data, follow=True), "1 message waits no more.")

    row.refresh_from_db()
    assert (row.state, row.outcome) == (State.DONE, Outcome.KEPT)
    assert row.done_at


def test_what_a_colleague_was_quicker_with_is_told_and_the_others_are_done(
    client, staff, monkeypatch
):
    rows = [waiting(f"Question {number}") for number in range(3)]
    mark_done = InboundMessage.mark_done

    def slow(row, *, by):
        if row == rows[1]:
            InboundMessage.objects.filter(pk=row.pk).update(state=State.DONE, done_at=row.judged_at)
        return mark_done(row, by=by)

    monkeypatch.setattr(InboundMessage, "mark_done", slow)
    data = {"action": "mark_done", "_selected_action": [row.pk for row in rows]}

    page = client.post(reverse(LIST), data, follow=True)

    assertContains(page, "2 messages wait no more.")
    assertContains(page, "This message does not wait any more.")
    assert not InboundMessage.objects.filter(state=State.WAITING).exists()


@pytest.mark.parametrize("text", ["ada", "\0", "'", "x" * 5000])
def test_any_search_is_answered(client, staff, text):
    waiting()
    assert client.get(reverse(LIST), {"q": text}).status_code == 200


def test_the_list_costs_the_same_with_any_number(client, staff):
    def cost():
        return cost_of(client.get, reverse(LIST))

    waiting()
    cost()
    few = cost()
    for _each in range(10):
        waiting()

    assert cost() == few


def test_messages_are_neither_written_here_nor_changed_nor_deleted(client, staff):
    row = send(message())

    assert client.post(page(row), {"state": "done"}).status_code == 403
    assert client.get(reverse("admin:network_inboundmessage_add")).status_code == 403
    assert client.post(page(row, "delete"), {"post": "yes"}).status_code == 403
