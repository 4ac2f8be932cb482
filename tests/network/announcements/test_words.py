"""Each letter is whole, in its reader's language, and says how to leave."""

import pytest

from network import announcing
from network.announcing import send_trial, write_due
from network.models import Incomplete, Stop
from opengov_portal.lib.mail import BadLetter
from tests.factories import make_readers
from tests.network.announcements.sending import begun, letters

pytestmark = pytest.mark.django_db


def test_each_letter_is_whole_and_in_its_readers_language(staff):
    make_readers(1)
    make_readers(1, language="fr")
    announcement = begun(
        staff, title_en="Two & two", words_en="# Now\n\n[Here](https://example.org/)"
    )

    write_due()

    english, french = letters(announcement)
    assert english.subject == "Two & two"
    assert "Two & two" in english.text
    assert "<h1>Two &amp; two</h1>" in english.html
    assert "<h2>Now</h2>" in english.html
    assert "Here (https://example.org/)" in english.text
    assert "https://portal.example/en/network/announcements/" in english.text
    assert "L’<em>appel</em> est ouvert." in french.html
    assert "L’appel est ouvert." in french.text
    assert "The Example Network" in english.text
    assert "Le Réseau d’exemple" in french.html
    assert 'lang="fr"' in french.html
    assert "https://portal.example/fr/" in french.text
    assert "ticked the box" in english.text


def test_each_says_how_to_leave_once_in_each_place_and_by_one_click(client, staff):
    """SECURITY.md C3, U1, U2, of every letter and not of one in a language."""
    make_readers(3)
    make_readers(3, language="fr")
    announcement = begun(staff)

    write_due()

    ways_out = {letter.leave_url for letter in letters(announcement)}
    assert len(ways_out) == 6
    for letter in letters(announcement):
        assert letter.headers["List-Unsubscribe"] == f"<{letter.leave_url}>"
        assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter.headers["Auto-Submitted"] == "auto-generated"
        for part in (letter.text, letter.html):
            assert part.count(letter.leave_url) == 1
            assert sum(part.count(other) for other in ways_out) == 1
            assert "1 Example Street, Ottawa ON  K1A 0A1" in part
            assert "contact@portal.example" in part
    address = letter.leave_url.removeprefix("https://portal.example")
    answer = client.post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Stop.objects.of(letter.to).exists()


@pytest.mark.parametrize(
    "lacking", ["SENDER_NAME", "SENDER_NAME_FR", "MAILING_ADDRESS", "CONTACT_ADDRESS"]
)
def test_without_what_the_law_asks_no_letter_is_written(staff, settings, lacking, caplog):
    make_readers(2, language="fr" if lacking.endswith("_FR") else "en")
    announcement = begun(staff)
    setattr(settings, lacking, "")

    assert write_due()[0] == 0

    assert not letters(announcement).exists()
    assert "lacks" in caplog.text
    with pytest.raises(Incomplete):
        send_trial(announcement, to=staff)


def test_one_that_cannot_be_written_keeps_no_other_waiting(staff, monkeypatch):
    make_readers(1)
    broken, whole = begun(staff), begun(staff)
    real = announcing.Sheet.context

    def context(announcement, language):
        if announcement.pk == broken.pk:
            raise BadLetter("made up")
        return real(announcement, language)

    monkeypatch.setattr(announcing.Sheet, "context", staticmethod(context))

    assert write_due()[0] == 1
    assert letters(whole).count() == 1


HOSTILE = """<script>alert(1)</script>

[one](javascript:alert(2)) [two](data:text/html,x) [three](//evil.example/)

![a picture](https://evil.example/pixel.png)

<img src=x onerror=alert(3)><style>*{display:none}</style>
"""


def test_nothing_in_its_words_acts_or_is_loaded(staff):
    make_readers(1)
    announcement = begun(staff, words_en=HOSTILE, title_en="<b>Bold</b> & {{ secret }}")

    write_due()

    html = letters(announcement).get().html
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("<style") == 1  # every letter's own
    assert "javascript:" not in html.split("href=")[1]
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert "<b>Bold" not in html
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; {{ secret }}" in html
