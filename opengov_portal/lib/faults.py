"""Telling a Sentry of faults, where SENTRY_DSN names one: what broke and where, never for whom."""

from typing import TYPE_CHECKING, Any

from opengov_portal.lib.logs import about, without_persons

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

# All that is told of an event. What a later release of Sentry's adds is not among it.
TOLD = {
    *("event_id", "timestamp", "platform", "level", "logger", "transaction", "environment"),
    *("exception", "logentry", "tags", "release", "sdk"),
}


def report_to(dsn: str, environment: str) -> None:
    """Report what is logged as an error, and what nothing caught, from now on."""
    import sentry_sdk
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.django import DjangoIntegration

    sentry_sdk.init(
        dsn,
        environment=environment,
        integrations=[DjangoIntegration(), CeleryIntegration()],
        auto_enabling_integrations=False,
        before_send=without_anybody,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        traces_sample_rate=None,
    )


def without_anybody(event: "Event", hint: "Hint") -> "Event":
    """What broke and where, in our own code's words; the log has the rest, under the same number.

    No request, user or host. No message of an exception, because it may repeat what someone
    typed. No address of the page either, because a letter's links hold secrets: `transaction`
    is the pattern that it matched.
    """
    told: Any = {name: value for name, value in event.items() if name in TOLD}
    if "exception" in told:
        told["exception"] = {"values": [broken(each) for each in told["exception"]["values"]]}
    if "logentry" in told:
        told["logentry"] = {"message": without_persons(told["logentry"].get("message", ""))}
    told["tags"] = {"request": about.get()}
    return told  # type: ignore[no-any-return]


def broken(one: dict[str, Any]) -> dict[str, Any]:
    """An exception: its type, and the lines of code that led to it."""
    told = {name: value for name, value in one.items() if name in {"type", "module", "stacktrace"}}
    for frame in (told.get("stacktrace") or {}).get("frames", []):
        frame.pop("vars", None)
    return told
