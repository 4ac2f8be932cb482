"""What the address of a mailbox must be. The settings ask, so nothing of Django's is set up yet."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

HERE = {"127.0.0.1", "localhost", "::1"}


def checked_mailbox(url: str) -> str:
    """The address as it is, or none. Raises ImproperlyConfigured, and never repeats a password."""
    place = urlsplit(url)
    known = place.scheme in {"imap", "imap+ssl", "imap+tls"}
    if url and not (known and place.hostname and place.username):
        raise ImproperlyConfigured(
            "JOIN_IMAP_URL is no mailbox. It looks like imap+ssl://user:password@host:993/INBOX."
        )
    if place.scheme == "imap" and place.hostname not in HERE:
        raise ImproperlyConfigured(
            "JOIN_IMAP_URL would send the password in the clear. Beyond this machine use "
            "imap+ssl:// or imap+tls://."
        )
    return url
