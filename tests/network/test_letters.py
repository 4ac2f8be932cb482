"""Letters are written with the change they tell of, once, whole, and in the reader's language."""

import re
import threading

import pytest
from django.core import mail
from django.db import connection, transaction

from network.models import Incomplete, Letter
from opengov_portal.lib.mail import BadLetter
from opengov_portal.lib.seals import sealed
from tests.factories import make_user
from tests.network.letters import ANNOUNCEMENT, TRIAL, make_letter

pytestmark = pytest.mark.django_db

# Every template that goes to many: each must be complete, in both languages.
LIST_TEMPLATES = [TRIAL, ANNOUNCEMENT]


# --- What it says -----------------------------------------------------------------


def test_a_letter_is_written_in_the_readers_language():
    english, french = make_letter(language="en"), make_letter(language="fr")

    assert english.subject == "A trial letter"
    assert french.subject != english.subject
    assert 'lang="fr"' in french.html
    assert "The Example Network" in english.text
    assert "Le Réseau d’exemple" in french.text
    assert "/fr/" in french.text


def test_it_says_who_writes_from_where_whom_to_ask_and_why():
    letter = make_letter()

    for part in (letter.text, letter.html):
        assert "The Example Network" in part
        assert "1 Example Street, Ottawa ON  K1A 0A1" in part
        assert "contact@portal.example" in part
        assert "You get this letter because" in part


def test_it_loads_nothing_from_anywhere():
    html = make_letter(kind=Letter.Kind.LIST).html

    assert not re.search(r"(?i)<img|<link|src=|url\(|@import|<script", html)
    assert "color-scheme" in html
    assert "max-width" in html


def test_only_the_html_is_escaped(template):
    name = template("Hello {{ name }}")

    letter = make_letter(name, context={"name": "<Zoé & Ada's>"})

    assert letter.subject == "Hello <Zoé & Ada's>"
    assert "Hello <Zoé & Ada's>" in letter.text
    assert "Hello &lt;Zoé &amp; Ada&#x27;s&gt;" in letter.html


@pytest.mark.parametrize("name", ["Ada\r\nBcc: all@example.org", "Ada\nx", "A\x00da", "A\u2028b"])
def test_a_subject_with_a_line_break_is_refused(template, name):
    with pytest.raises(BadLetter):
        make_letter(template("Hello {{ name }}"), context={"name": name})
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example.org\nBcc: all@example.org",
        "Ada <ada@example.org>",
        "ada@example.org, bob@example.org",
        f"{'a' * 250}@example.org",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(to):
    with pytest.raises(BadLetter) as refusal:
        make_letter(to=to)
    assert not to or to not in str(refusal.value)


@pytest.mark.parametrize(
    "headers",
    [
        {"References": "<a@b>\r\nBcc: all@example.org"},
        {"X-Note\r\nBcc": "all@example.org"},
        {"Bcc": "all@example.org"},
        {"from": "someone@example.org"},
        {"List-Unsubscribe": "<https://elsewhere.example/>"},
        {"X-Note": "a", "x-note": "b"},
        {"References": "<a@b> " * 1000},
    ],
)
def test_a_header_that_could_begin_another_or_say_two_things_is_refused(headers):
    with pytest.raises(BadLetter):
        make_letter(headers=headers)


def test_a_reply_to_that_is_no_address_is_refused():
    with pytest.raises(BadLetter):
        make_letter(reply_to="a@example.org\r\nBcc: b@example.org")


def test_what_is_too_long_is_refused(template):
    with pytest.raises(BadLetter):
        make_letter(template("{{ name }}"), context={"name": "x" * 201})
    with pytest.raises(BadLetter):
        make_letter(template("Hello", "{{ name }}"), context={"name": "x" * 300_000})


def test_an_answer_says_that_it_is_automatic_and_which_letter_it_answers():
    letter = make_letter(headers={"In-Reply-To": "<a@b>", "References": "<z@b> <a@b>"})

    assert letter.headers["Auto-Submitted"] == "auto-replied"
    assert letter.headers["References"] == "<z@b> <a@b>"
    assert make_letter().headers["Auto-Submitted"] == "auto-generated"


def test_every_letter_has_a_name_of_its_own_at_our_host():
    names = {make_letter().message_id for _each in range(3)}

    assert len(names) == 3
    assert all(re.fullmatch(r"<[0-9a-f]{32}@portal\.example>", name) for name in names)


# --- Letters to many ---------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", LIST_TEMPLATES)
def test_a_list_letter_says_how_to_leave_once_in_each_place(name, language):
    letter = make_letter(name, language=language, kind=Letter.Kind.LIST)

    leave = letter.leave_url
    assert leave.startswith("https://portal.example/")
    assert letter.headers["List-Unsubscribe"] == f"<{leave}>"
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.text.count(leave) == 1
    assert letter.html.count(leave) == 1


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "lacking", ["SENDER_NAME", "SENDER_NAME_FR", "MAILING_ADDRESS", "CONTACT_ADDRESS"]
)
@pytest.mark.parametrize("name", LIST_TEMPLATES)
def test_a_list_letter_without_sender_or_address_cannot_be_built(settings, name, lacking, language):
    if lacking.startswith("SENDER"):
        lacking = "SENDER_NAME_FR" if language == "fr" else "SENDER_NAME"
    setattr(settings, lacking, "")

    with pytest.raises(Incomplete):
        make_letter(name, language=language, kind=Letter.Kind.LIST)
    assert not Letter.objects.exists()


def test_a_list_letter_whose_template_forgets_the_way_out_cannot_be_built(template):
    words = "{{ sender_name }} {{ mailing_address }} {{ contact_address }}"

    with pytest.raises(Incomplete, match="a way out"):
        make_letter(template("Hello", words), kind=Letter.Kind.LIST)


def test_an_answer_has_no_way_out_for_there_is_nothing_to_leave():
    letter = make_letter()

    assert "List-Unsubscribe" not in letter.headers
    assert "To get no more" not in letter.text


# --- Once --------------------------------------------------------------------------


def test_asking_twice_writes_once():
    first = make_letter(key="one", language="en")
    second = make_letter(key="one", language="fr")

    assert second == first
    assert second.subject == first.subject
    assert Letter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_taken_back_writes_to_nobody():
    with transaction.atomic():
        make_letter()
        transaction.set_rollback(True)

    assert not Letter.objects.exists()
    assert not mail.outbox


@pytest.mark.django_db(transaction=True)
def test_it_goes_after_the_commit_and_not_before():
    with transaction.atomic():
        letter = make_letter(to="ada@example.org")
        before = len(mail.outbox)

    assert before == 0
    [message] = mail.outbox
    assert message.to == ["ada@example.org"]
    letter.refresh_from_db()
    assert letter.state == Letter.State.POSTED


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_two_who_ask_at_once_write_once():
    """The second waits for the first, which has not committed, and then finds its letter."""
    written, may_commit, found = threading.Event(), threading.Event(), []

    def first():
        with transaction.atomic():
            found.append(make_letter(key="one").pk)
            written.set()
            may_commit.wait(10)
        connection.close()

    def second():
        written.wait(10)
        threading.Timer(0.3, may_commit.set).start()
        found.append(make_letter(key="one").pk)
        connection.close()

    asking = [threading.Thread(target=each) for each in (first, second)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(20)

    assert len(found) == 2
    assert len(set(found)) == 1
    assert Letter.objects.count() == 1


# --- Seals -------------------------------------------------------------------------


def test_a_bounce_is_believed_only_under_our_seal():
    letter = make_letter()
    address = letter.bounce_address

    assert len(address.partition("@")[0]) <= 64
    assert Letter.objects.bounced_to(address) == letter
    assert Letter.objects.bounced_to(address.upper()) == letter
    for forged in [
        "bounce@portal.example",
        f"bounce+{letter.token}@portal.example",
        f"bounce+{sealed(letter.token, 'leave')}@portal.example",
        f"bounce+{sealed('aaaaaaaaaaaaaaaa', 'bounce')}@portal.example",
        "bounce+é\0@portal.example",
        "",
    ]:
        assert Letter.objects.bounced_to(forged) is None


def test_a_key_that_was_changed_leaves_old_links_whole(settings):
    token = sealed(make_letter().token, "leave")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"

    assert Letter.objects.under_seal(token, "leave")
    settings.SECRET_KEY_FALLBACKS = []
    assert not Letter.objects.under_seal(token, "leave")


def test_a_letter_knows_the_account_it_is_for_and_outlives_it():
    user = make_user()
    letter = make_letter(user=user)
    assert list(user.letters.all()) == [letter]

    user.delete()

    letter.refresh_from_db()
    assert letter.user is None
