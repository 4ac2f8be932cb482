"""Nothing that arrives can break it: whatever the bytes, it is taken and has an outcome (M6)."""

import base64
import random
import re
import time

import pytest

from network.models import InboundMessage, Letter
from network.receiving import take
from network.receiving.headers import decoded
from network.receiving.reading import read
from tests.network.receiving.messages import ADA, JOIN, message, report, send

pytestmark = pytest.mark.django_db
State, Outcome = InboundMessage.State, InboundMessage.Outcome


def multipart(*parts, kind="mixed", boundary="b"):
    inner = "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--\n"
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inner}'


def nested(depth, kind="mixed", said="I want to join."):
    whole = f"Content-Type: text/plain\n\n{said}"
    for number in range(depth):
        whole = multipart(whole, kind=kind, boundary=f"b{number}")
    return whole


def passed_on(depth):
    whole = message("I want to join.").decode()
    for number in range(depth):
        whole = f"From: p{number}@example.org\nContent-Type: message/rfc822\n\n{whole}"
    return f"From: {ADA}\nTo: {JOIN}\nContent-Type: message/rfc822\n\n{whole}".encode()


PLAIN = "Content-Type: text/plain; charset=utf-8\n\nI want to join."
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>I want to <b>join</b>.</p>"
HEAD = f"From: {ADA}\nTo: {JOIN}\n"

ODD = {
    "nothing": b"",
    "one line": b"hello",
    "no headers": b"\n\nhello",
    "headers alone": f"{HEAD}Subject: hello".encode(),
    "no From": message(From=None),
    "an empty From": message(From=""),
    "a From that is none": message(From="undisclosed-recipients:;"),
    "two in From": message(From="ada@example.org, eve@example.org"),
    "two From": message(more=("From: eve@example.org",)),
    "a From in angles twice": message(From="<ada@example.org> <eve@example.org>"),
    "a From of 10,000 letters": message(From=f"{'a' * 10_000}@example.org"),
    "an unknown charset": message(Content_Type="text/plain; charset=x-martian"),
    "a charset that is a codec": message(Content_Type="text/plain; charset=zip"),
    "a charset that takes its time": message(
        "x-" * 100_000, Content_Type="text/plain; charset=punycode"
    ),
    "a lying charset": message("caf\udce9 \udcff\udcfe", Content_Type="text/plain; charset=utf-8"),
    "a charset with a NUL in it": message(
        "caf\udce9", Content_Type='text/plain; charset="latin\0-1"'
    ),
    "a charset that nothing may be wrong in": message(
        "caf\udce9", Content_Type="text/plain; charset=idna"
    ),
    "UTF-16 that is none": message("I want to join", Content_Type="text/plain; charset=utf-16"),
    "NULs": message("I want\0 to\0 join", Subject="He\0llo"),
    "line breaks in a header": message(Subject="=?utf-8?q?Hello=0D=0ABcc:_all=40example.org?="),
    "raw bytes in a header": message(Subject="R\udce9union", From=f"Zo\udce9 <{ADA}>"),
    "half characters in a header": message(Subject="=?utf-16?b?2AA=?= =?utf-8?b?7aCA?="),
    "right to left": message(
        "\u202egnp.exe \u2066 join", Subject="\u202eolleh", From=f"\u202ebob <{ADA}>"
    ),
    "broken base64": message("###not base64###", Content_Transfer_Encoding="base64"),
    "broken quoted-printable": message("=ZZ=9", Content_Transfer_Encoding="quoted-printable"),
    "an unknown encoding": message(Content_Transfer_Encoding="x-uuencode"),
    "a boundary that never comes": message("hi", Content_Type="multipart/mixed; boundary=nowhere"),
    "multipart without a boundary": message("hi", Content_Type="multipart/mixed"),
    "a thousand parts": (HEAD + multipart(*[PLAIN] * 1000)).encode(),
    "parts 1,000 deep": (HEAD + nested(1000)).encode(),
    "many lines 150 deep": (HEAD + nested(150, said="x\n" * 300_000)).encode(),
    "parts 15 deep": (HEAD + nested(15)).encode(),
    "passed on 500 times": passed_on(500),
    "passed on thrice": passed_on(3),
    "a report of nothing": message("--r\n\n--r--", Content_Type="multipart/report; boundary=r"),
    "a report that is text": message("5.1.1", Content_Type="message/delivery-status"),
    "plain and HTML": (HEAD + multipart(PLAIN, HTML, kind="alternative")).encode(),
    "HTML alone": (HEAD + HTML).encode(),
    "a file": (HEAD + multipart(PLAIN, "Content-Disposition: attachment\n\njoin")).encode(),
    "10,000 headers": message(more=tuple(f"X-{n}: {n}" for n in range(10_000))),
    "a header of a megabyte": message(Subject="=?utf-8?q?a?= " * 100_000),
    "5,000 references": message(References=" ".join(f"<{n}@example.org>" for n in range(5000))),
    "quotes without end, often": message(more=("To: " + '"\\' * 3000,) * 400),
    "an mbox": b"From ada@example.org Mon Nov 23 10:00:00 2026\n" + message(),
    "bare CR": message(crlf="\r"),
    "bare LF": message(crlf="\n"),
    "a Message-ID of 10,000": message(Message_ID=f"<{'a' * 10_000}@example.org>"),
    "brackets": message(Subject="(" * 5000, From="(" * 5000 + ADA),
    "quotes": message(Subject='"' * 5000, From='"\\' * 3000 + ADA),
    "deep HTML": message("<blockquote>" * 20_000 + "hi", Content_Type="text/html"),
    "HTML of nothing but angles": message("<" * 500_000, Content_Type="text/html"),
    "a parameter that never ends": message(Content_Type='text/plain; a="' + ";" * 100_000),
    "such parameters in many parts": (
        HEAD + multipart(*['Content-Type: multipart/mixed; a="' + ";" * 7000 + "\n\nhi"] * 100)
    ).encode(),
    "a report": report("5.1.1"),
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
def test_an_odd_message_is_taken_within_a_second_and_has_an_outcome(what):
    begun = time.process_time()
    row = send(ODD[what])

    assert row.state != State.RECEIVED
    assert row.outcome
    assert row.reason != "Judging it failed; the log says how."
    assert "\0" not in row.text + row.subject
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "what", ["no From", "an empty From", "a From that is none", "two in From", "two From",
             "a From in angles twice", "a From of 10,000 letters"]
)  # fmt: skip
def test_a_message_without_one_sender_is_for_staff_and_not_answered(what):
    row = send(ODD[what])

    assert (row.state, row.outcome) == (State.WAITING, Outcome.ODD)
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    "what", ["line breaks in a header", "NULs", "right to left", "raw bytes in a header",
             "a thousand parts", "parts 15 deep", "a lying charset", "broken base64", "bare CR"]
)  # fmt: skip
def test_a_person_who_writes_oddly_is_answered_and_only_they(what):
    row = send(ODD[what])

    letter = Letter.objects.get()
    assert letter.to == ADA
    assert row.answer == letter
    assert not {"\u202e", "\n", "\r", "\0"} & set(row.subject + row.sender_name)
    assert "Bcc" not in letter.headers


@pytest.mark.parametrize("what", ["a thousand parts", "parts 1,000 deep", "passed on 500 times"])
def test_what_is_not_all_looked_at_is_marked(what):
    assert send(ODD[what]).is_partial


def test_what_is_said_is_read_out_of_what_is_sent():
    assert read(ODD["plain and HTML"]).text == "I want to join."
    assert read(ODD["HTML alone"]).text == "I want to join ."
    assert read(ODD["a file"]).text == "I want to join."
    assert read(ODD["a lying charset"]).text == "café ÿþ"
    assert read(ODD["parts 15 deep"]).text == "I want to join."
    encoded = base64.b64encode("Je veux adhérer à ça".encode("latin-1")).decode()
    kind = "text/plain; charset=iso-8859-1"
    raw = message(encoded, Content_Type=kind, Content_Transfer_Encoding="base64")
    assert read(raw).text == "Je veux adhérer à ça"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("=?utf-8?B?w4kgYg==?=", "É b"),
        ("=?iso-8859-1?q?R=E9union?= du =?utf-8?q?r=C3=A9seau?=", "Réunion du réseau"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?B?w4kgYg?=", "É b"),
        ("=?utf-8?B?###?=", ""),
        ("=?martian?q?a=E9?=", "aé"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
    ],
)
def test_encoded_words_are_read(value, words):
    assert decoded(value) == words


# --- A thousand mutations -----------------------------------------------------------

SCRAPS = [
    b"\0", b"\r", b"\n", b"\r\n\r\n", b"=?utf-8?b?", b"?=", b"\xff\xfe", b"\xe2\x80\xae", b"<",
    b">", b"@", b"\"", b"(", b"\\", b"--b\r\n", b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"From: ", b"charset=utf-16", b"Content-Transfer-Encoding: base64\r\n", b"message/rfc822", b";",
    b":", b"%n", b"Message-ID: <\x00>\r\n", b"\xed\xa0\x80", b"Auto-Submitted: no\r\n", b"\x1b[2J",
    b"A" * 2000,
]  # fmt: skip


MESSAGE_ID = re.compile(rb"(?im)^message-id:.*\r?\n?")


def mutated(raw, chance):
    """The bytes with some lost, doubled, changed, moved, or scraps put in."""
    data = bytearray(raw)
    for _time in range(chance.randint(1, 12)):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.randint(0, 60))
        match chance.randrange(5):
            case 0:
                del data[at:end]
            case 1:
                data[at:at] = chance.choice(SCRAPS)
            case 2:
                data[at:end] = chance.randbytes(end - at)
            case 3:
                data[at:at] = data[at:end] * chance.randint(1, 5)
            case _:
                piece = bytes(data[at:end])
                del data[at:end]
                where = chance.randrange(len(data) + 1)
                data[where:where] = piece
    return bytes(data)


def test_a_thousand_mutated_messages_break_nothing(caplog):
    chance = random.Random(20261123)
    # Without their names, under which the second of two would not be looked at.
    corpus = [MESSAGE_ID.sub(b"", raw[:20_000]) for raw in [*ODD.values(), *[message()] * 10]]
    recipients = [JOIN, "join+secret@portal.example", "bounce+x@portal.example", "", "\0@\0"]
    senders = [ADA, "", None, "<>", "\0", "a" * 400]
    slowest = 0

    for _time in range(1000):
        raw = mutated(chance.choice(corpus), chance)
        begun = time.process_time()
        take(
            raw,
            way=chance.choice(list(InboundMessage.Way)),
            envelope_sender=chance.choice(senders),
            recipient=chance.choice(recipients),
        )
        slowest = max(slowest, time.process_time() - begun)

    assert InboundMessage.objects.count() > 980
    assert not InboundMessage.objects.unjudged().exists()
    assert "could not be judged" not in caplog.text
    assert ADA not in caplog.text
    assert slowest < 1
