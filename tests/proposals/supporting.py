"""Supporting as a visitor does: the form, the letter's link, its button."""

import re

from django.test import Client

from network.models import Letter
from opengov_portal.lib import traps
from tests.forms import form_of

SITE = "https://portal.example"


def fill_in(client, url, form_id="ask", **fields):
    """Fill a form in as a browser does, after as long as a person takes."""
    data = form_of(client.get(url), form_id)
    for name, value in fields.items():
        data[name] = value if isinstance(value, list) else [value]
    before = traps.seconds_since
    traps.seconds_since = lambda sealed: 3 if sealed else None
    try:
        return client.post(url, data)
    finally:
        traps.seconds_since = before


def confirm_link(letter=None):
    """The path of the link in the newest letter that asks to confirm."""
    letter = letter or Letter.objects.filter(kind="confirm").latest("pk")
    return re.search(rf"{SITE}(/\S+/(?:yes|oui)/\S+)", letter.text)[1]


def press_yes(client, link=None):
    """Open the letter's link and press its button; the answer that follows."""
    link = link or confirm_link()
    return client.post(link, form_of(client.get(link), "confirm"), follow=True)


def number(proposal):
    proposal.refresh_from_db()
    assert proposal.supporters == proposal.supports.of_people().count()
    return proposal.supporters


def browser():
    """Another one, that knows nothing of the first."""
    other = Client()
    other.defaults["wsgi.url_scheme"] = "https"
    other.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    return other
