import re
from datetime import timedelta

import pytest
from django.utils import timezone

from network.models import Letter
from opengov_portal.lib import traps
from tests.forms import form_of
from tests.proposals.forwarding import NEW, SAID
from tests.proposals.news import MONDAY


@pytest.fixture
def slowly(monkeypatch):
    """As a person fills a form in: three seconds pass between its page and its button."""
    monkeypatch.setattr(traps, "seconds_since", lambda sealed: 3 if sealed else None)


@pytest.fixture
def fill_in(client, slowly):
    """Fills the form in as a browser does and presses a button of it, by default the first."""

    def fill(do="preview", address=NEW, network="192.0.2.7", browser=client, **fields):
        data = form_of(browser.get(address), "forward")
        data |= SAID
        if "email" not in form_of(browser.get(address), "forward"):
            data.pop("email")
        for name, value in fields.items():
            data[name] = value if isinstance(value, list) else [value]
        return browser.post(NEW, data | {"do": [do]}, headers={"x-forwarded-for": network})

    return fill


@pytest.fixture
def put_forward(client, fill_in):
    """Goes all the way through the preview, as a browser does."""

    def put(network="192.0.2.7", browser=client, **fields):
        data = form_of(fill_in(network=network, browser=browser, **fields), "forward")
        return browser.post(NEW, data | {"do": ["put"]}, headers={"x-forwarded-for": network})

    return put


@pytest.fixture
def say_yes(client):
    """Opens the link of the newest letter that asks to confirm, and presses its button."""

    def yes(email="ada@example.org"):
        letter = Letter.objects.filter(template="network/emails/confirm_asked", to=email).latest(
            "pk"
        )
        link = re.search(r"https?://[^/]+(/\S+/yes/\S+|/\S+/oui/\S+)", letter.text)[1]
        page = client.get(link)
        return client.post(link, form_of(page, "confirm"))

    return yes


@pytest.fixture
def morning(monkeypatch):
    """Makes it another morning, by whole days from a Monday."""

    def be(days):
        now = MONDAY + timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda: now)

    be(0)
    return be
