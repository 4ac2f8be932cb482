"""What is logged: one line each, of which request, and of nobody."""

import io
import json
import logging
import sys
import time

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory

from opengov_portal.celery import app
from opengov_portal.lib.logs import (
    JsonFormatter,
    OneLineFormatter,
    about,
    logging_to_stderr,
    of_request,
)
from opengov_portal.lib.tasks import ask
from opengov_portal.middleware import RequestIdMiddleware

log = logging.getLogger("tests.logs")
FORMS = {
    "text": OneLineFormatter("{levelname} {about} {message}", style="{"),
    "json": JsonFormatter(),
}
HEARD = []


@app.task(name="tests.say_who_asked")
def say_who_asked():
    HEARD.append(about.get())


@app.task(name="tests.fail_and_say_who_asked")
def fail_and_say_who_asked():
    HEARD.append(about.get())
    raise RuntimeError("a made-up fault")


@pytest.fixture(autouse=True)
def nothing_heard():
    HEARD.clear()


def record(message, *values, broken=False):
    trace = None
    if broken:
        try:
            raise ValueError("one\nERROR forged by ada@example.org")
        except ValueError:
            trace = sys.exc_info()
    return logging.LogRecord("portal", logging.ERROR, "", 1, message, values, trace)


# --- Of which request --------------------------------------------------------


def test_every_answer_says_its_number(client, db):
    said = {client.get(address)["X-Request-ID"] for address in ("/healthz", "/en/", "/nowhere")}

    assert len(said) == 3
    assert all(len(number) == 32 for number in said)


def test_the_number_that_the_front_server_gave_is_kept(client, settings):
    settings.TRUST_PROXY = True

    assert client.get("/healthz", headers={"X-Request-ID": "a-12345678"})["X-Request-ID"] == (
        "a-12345678"
    )


@pytest.mark.parametrize("forged", ["short", "a" * 65, "12345678\r\nSet-Cookie: a=b", "1234567é"])
def test_what_is_no_number_is_not_repeated(client, settings, forged):
    settings.TRUST_PROXY = True

    assert client.get("/healthz", HTTP_X_REQUEST_ID=forged)["X-Request-ID"] != forged


def test_without_a_front_server_nobody_says_the_number(client, settings):
    settings.TRUST_PROXY = False

    response = client.get("/healthz", headers={"X-Request-ID": "a-12345678"})

    assert response["X-Request-ID"] != "a-12345678"


@pytest.mark.parametrize("form", FORMS)
def test_a_line_says_of_which_request_it_is(form):
    with of_request("a-12345678"):
        line = FORMS[form].format(record("hello"))

    assert "a-12345678" in line
    assert "a-12345678" not in FORMS[form].format(record("hello"))


def test_what_a_page_logs_says_its_number(monkeypatch, settings):
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(JsonFormatter())
    monkeypatch.setattr(log, "handlers", [handler])

    def view(request):
        log.warning("asked")
        return HttpResponse()

    response = RequestIdMiddleware(view)(RequestFactory().get("/"))

    assert json.loads(heard.getvalue())["request"] == response["X-Request-ID"]


# --- Along to the worker -----------------------------------------------------


def test_a_task_here_is_of_the_request_that_asked(db, django_capture_on_commit_callbacks):
    with of_request("a-12345678"), django_capture_on_commit_callbacks(execute=True):
        ask(say_who_asked)
        ask(fail_and_say_who_asked)

    assert HEARD == ["a-12345678", "a-12345678"]
    assert about.get() == ""


def test_the_number_travels_with_the_message(db, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    app.conf.task_always_eager = False
    monkeypatch.setattr(app.amqp, "send_task_message", lambda *args, **told: sent.append(told))

    with of_request("a-12345678"), django_capture_on_commit_callbacks(execute=True):
        ask(say_who_asked)

    assert sent[0]["headers"]["about"] == "a-12345678"


def test_a_worker_takes_the_number_from_the_message():
    say_who_asked.apply(headers={"about": "a-12345678"})
    say_who_asked.apply(task_id="by-the-clock")

    assert HEARD == ["a-12345678", "by-the-clock"]


# --- Of nobody ---------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("ada@example.org was refused", "ada"),
        ("to=<ada.b+list@mail.example.org>, refused", "example.org"),
        ("'ada@example.org'", "ada"),
        ("élodie@exemple.ca", "élodie"),
        ("from 192.0.2.7", "192.0.2.7"),
        ("from 198.51.100.23:4711.", "198.51.100.23"),
        ("from 2001:db8::7, twice", "2001:db8::7"),
        ("refused\nDETAIL:  Failing row contains (1, Ada Lovelace).", "Lovelace"),
    ],
)
def test_no_person_is_in_a_line(form, said, secret):
    assert secret not in FORMS[form].format(record("%s", said))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "said",
    [
        "127.0.0.1:6379 refused",
        "connection to 10.0.0.5 failed",
        "[::1]:5432",
        "at 12:30:45.123",
        "version 15.20",
        "@shared_task",
        "a @ b",
        "2 :: 3",
    ],
)
def test_what_mends_a_fault_is_left(form, said):
    assert said in FORMS[form].format(record("%s", said))


def test_no_one_is_in_a_trace():
    for form in FORMS.values():
        line = form.format(record("broke", broken=True))

        assert "forged by [mailbox]" in line
        assert "ada" not in line


def test_a_long_line_is_looked_through_in_the_time_that_its_length_takes():
    begun = time.perf_counter()
    FORMS["json"].format(record("a" * 300_000 + "@" + "1:" * 100_000))

    assert time.perf_counter() - begun < 1


# --- One line ----------------------------------------------------------------


@pytest.mark.parametrize("told", ["a\nb", "a\r\nb", "a\u2028b", 'a"b', "a\\nb"])
def test_a_record_is_one_line_of_json_whatever_is_in_it(told):
    line = FORMS["json"].format(record("%s", told, broken=True))

    assert len(line.splitlines()) == 1
    read = json.loads(line)
    assert read["message"] == told
    assert "Traceback" in read["trace"]
    assert read.keys() == {"time", "level", "logger", "message", "trace"}


def test_what_a_record_has_besides_is_not_told():
    record_ = record("hello")
    record_.request = "GET /en/?q=ada"

    assert "ada" not in FORMS["json"].format(record_)
    assert "ada" not in FORMS["text"].format(record_)


def test_another_form_stops_the_start_with_what_to_set():
    with pytest.raises(ImproperlyConfigured, match="LOG_FORMAT is “xml”"):
        logging_to_stderr("WARNING", "xml")


def test_both_forms_are_taken_by_logging():
    for form in ("text", "json"):
        logging.config.DictConfigurator(logging_to_stderr("WARNING", form)).configure_formatter(
            logging_to_stderr("WARNING", form)["formatters"][form]
        )
    assert settings.LOGGING["root"]["level"] == "WARNING"
