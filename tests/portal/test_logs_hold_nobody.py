"""Whatever people and staff do, the log at its loudest names nobody and opens nothing."""

import io
import logging
import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from network.models import Letter, Member
from opengov_portal.lib.logs import TELLTALES, OneLineFormatter, logging_to_stderr
from proposals.models import Proposal
from tests.factories import make_join_request, make_member, make_proposal, make_staff
from tests.forms import form_of
from tests.network.joining import link, press
from tests.network.receiving.messages import confirming, reply, send
from tests.network.test_sign_in_by_code import by_code, code_sent
from tests.proposals import forwarding
from tests.proposals.supporting import fill_in, press_yes

pytestmark = pytest.mark.django_db
ADA = "ada.lovelace@example.org"
PLACE = "203.0.113.77"


@pytest.fixture
def log():
    """All that every logger there is would write at LOG_LEVEL=DEBUG, and louder."""
    written, raised = io.StringIO(), []
    handler = logging.StreamHandler(written)
    handler.setFormatter(OneLineFormatter("{asctime} {levelname} {name} {message}", style="{"))
    handler.setLevel(logging.DEBUG)
    root = logging.getLogger()
    known = set(root.manager.loggerDict) | set(TELLTALES)
    loggers = [root, *(logging.getLogger(name) for name in known)]
    quiet = logging_to_stderr("DEBUG", "text")["loggers"]
    for logger in loggers:
        raised.append((logger, logger.level, logger.disabled))
        logger.setLevel(quiet.get(logger.name, {"level": "DEBUG"})["level"])
        logger.disabled = False
    root.addHandler(handler)
    logging.getLogger("portal").debug("listening")
    yield written
    root.removeHandler(handler)
    for logger, level, disabled in raised:
        logger.setLevel(level)
        logger.disabled = disabled


@pytest.fixture
def secrets(client):
    """All that letters and pages gave away to their readers, gathered at the end."""

    def gathered():
        texts = Letter.objects.values_list("text", flat=True)
        said = "\n".join([*texts, *(proposal.token for proposal in Proposal.objects.all())])
        said += "\n".join(Letter.objects.values_list("token", flat=True))
        return set(re.findall(r"[A-Za-z0-9_:=-]{24,}|\b\d{6}\b|\b[A-Z]{4}-[A-Z]{4}\b", said))

    return gathered


def names_nobody(written):
    text = written.getvalue()
    assert "listening" in text
    for line in text.splitlines():
        assert "@" not in line.replace("join@portal.example", ""), line
        assert "lovelace" not in line.lower(), line
        assert PLACE not in line, line


def opens_nothing(written, secrets):
    text = written.getvalue()
    found = [secret for secret in secrets if secret in text]
    assert not found, [line for line in text.splitlines() if any(one in line for one in found)]


@pytest.fixture
def client(client):
    client.defaults["REMOTE_ADDR"] = PLACE
    return client


def test_joining_and_leaving(client, log, secrets):
    asked = make_join_request(email=ADA, name="Ada Lovelace")
    press(client, link(asked))
    member = Member.objects.get()
    client.force_login(member.user)
    client.get("/en/network/member/")
    client.get(link(asked))
    client.get(link(asked).replace(asked.secret, "a" * 32))
    opened = secrets() | {asked.secret, asked.code}
    client.post(reverse("network:leave_network"))

    assert not Member.objects.exists()
    names_nobody(log)
    opens_nothing(log, opened)


def test_signing_in_by_code_and_failing_to(client, log, secrets):
    make_member(email=ADA)
    by_code(client, ADA)
    opened = secrets() | {code_sent(ADA)}
    client.post("/en/account/logout/")
    data = form_of(client.get("/en/account/login/"), "password")
    client.post("/en/account/login/", data | {"login": [ADA], "password": ["a wrong one"]})

    names_nobody(log)
    opens_nothing(log, opened)


def test_putting_an_idea_forward_and_supporting_one(client, log, secrets):
    forwarding.put(ADA, name="Ada Lovelace")
    press_yes(client)
    public = make_proposal()
    fill_in(client, reverse("proposals:support", args=[public.pk]), email="bea@example.org")
    press_yes(client)
    opened = secrets()
    client.get(reverse("proposals:yours", args=[Proposal.objects.earliest("pk").secret]))

    names_nobody(log)
    opens_nothing(log, opened)


def test_mail_that_comes_in(client, log, secrets):
    send(sender=ADA, From=f"Ada Lovelace <{ADA}>")
    opened = secrets()
    letter = confirming(ADA)
    if letter:
        reply(letter, sender=ADA, From=f"Ada Lovelace <{ADA}>")
    send(b"\xff\xfe broken", sender=ADA)

    names_nobody(log)
    opens_nothing(log, opened | secrets())


def test_letters_that_cannot_go(client, log, secrets, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    make_member(email=ADA, name="Ada Lovelace")
    opened = secrets()

    call_command("post_letters")

    names_nobody(log)
    opens_nothing(log, opened)


def test_what_staff_and_the_night_do(client, log, secrets, without_second_factor, tmp_path):
    member = make_member(email=ADA, name="Ada Lovelace")
    client.force_login(make_staff(email="colleague@example.org"))
    opened = secrets()
    for name, thing in (("member", member), ("user", member.user)):
        client.get(reverse(f"admin:network_{name}_changelist"), {"q": ADA})
        client.get(reverse(f"admin:network_{name}_change", args=[thing.pk]))
    client.get(f"/en/network/{ADA}/")
    call_command("keep_little")
    call_command("person", ADA, export=str(tmp_path / "held.json"))
    call_command("person", ADA, erase=True, yes=True)

    names_nobody(log)
    opens_nothing(log, opened)


def test_a_fault_in_the_middle_of_it(client, log, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError(f"cannot reach {ADA} from {PLACE}")

    monkeypatch.setattr("network.views.joining.ask_to_join", fails, raising=False)
    client.raise_request_exception = False
    logging.getLogger("portal").error("A letter to %s could not go", ADA)
    client.get("/en/")

    names_nobody(log)
