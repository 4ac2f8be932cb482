"""Logs that nobody can forge, that hold no addresses, and that say which request they are of."""

import ipaddress
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured

BREAKS = str.maketrans({"\n": "\\n", "\r": "\\r", "\u2028": "\\u2028", "\u2029": "\\u2029"})
WORD = re.compile(r"[^\s<>()\[\]\"'“”«»,;:=|/]+")
NETWORK = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)|(?<![\w.:])[0-9a-fA-F:.]{3,45}(?!\w)"
)
# Networks of our own machines, which whoever mends a fault must be told.
OURS = [
    ipaddress.ip_network(network)
    for network in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
]
# What PostgreSQL tells of a row that it refuses: the row itself.
DETAIL = re.compile(r"^(\s*DETAIL:).*", re.MULTILINE)

# What these say at DEBUG is all that a page or a letter is drawn of, and each value that
# the database is asked for: names, codes, links. Never that, however loud the rest is.
TELLTALES = ("django.template", "django.db.backends")

# The request, or the task, that this process is about; empty between two.
about: ContextVar[str] = ContextVar("about", default="")


@contextmanager
def of_request(number: str) -> Iterator[None]:
    """What is logged meanwhile says that it is of this request."""
    before = about.set(number)
    try:
        yield
    finally:
        about.reset(before)


def without_persons(text: str) -> str:
    """A text without mailboxes, network addresses of the internet and rows of the database."""
    text = DETAIL.sub(r"\1 [left out]", text)
    return NETWORK.sub(_network, WORD.sub(_word, text) if "@" in text else text)


def _word(found: re.Match[str]) -> str:
    return "[mailbox]" if "@" in found[0][1:-1] else found[0]


def _network(found: re.Match[str]) -> str:
    try:
        place = ipaddress.ip_address(found[0].rstrip(".:"))
    except ValueError:  # a time of day, a version
        return found[0]
    return found[0] if any(place in network for network in OURS) else "[network]"


class OneLineFormatter(logging.Formatter):
    """One record, one line: a line break in any input cannot start a line of its own.

    A traceback keeps its lines, indented, so that none of them looks like a record.
    """

    def format(self, record: logging.LogRecord) -> str:
        record.about = about.get() or "-"
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        return without_persons(super().formatMessage(record)).translate(BREAKS)

    def formatException(self, ei: Any) -> str:
        trace = without_persons(super().formatException(ei))
        return "\n".join(f"    {line}" for line in trace.splitlines())


class JsonFormatter(logging.Formatter):
    """One record, one line of JSON, a traceback inside it; just these members, for ever."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_persons(record.getMessage()),
        }
        if number := about.get():
            told["request"] = number
        if record.exc_info:
            told["trace"] = without_persons(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False).translate(BREAKS)


def logging_to_stderr(level: str, form: str) -> dict[str, Any]:
    """Settings for `logging`: all of `level` and above, as lines of text or of JSON.

    Raises ImproperlyConfigured where `form` is neither.
    """
    if form not in {"text", "json"}:
        raise ImproperlyConfigured(f"LOG_FORMAT is “{form}”. It is text or json.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {
                "()": f"{__name__}.OneLineFormatter",
                "format": "{asctime} {levelname} {name} {about} {message}",
                "style": "{",
            },
            "json": {"()": f"{__name__}.JsonFormatter"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": "INFO"} for name in TELLTALES},
    }
