"""No page shows what a part of it was drawn of before (`opengov_portal.lib.moulds`).

A part whose shape leaves out something that it depends on would show one reader what was
another page's; so each page is drawn after all others, and again with nothing kept.
"""

import gc

import pytest
from django.urls import reverse
from django.utils.translation import override

from bench.made_up import build
from commitments.catalogue import Catalogue
from commitments.models import ActionPlan, Commitment, Institution
from opengov_portal.lib.moulds import Mould

pytestmark = pytest.mark.django_db
NAMED = (
    *("home", "about", "data", "commitments:index", "commitments:plans"),
    *("commitments:institutions", "proposals:index", "proposals:calls", "network:index"),
)


def pages():
    for language in ("en", "fr"):
        with override(language):
            yield from map(reverse, NAMED)
            yield from (f"{reverse('commitments:index')}?{asked}" for asked in asked_for())
            for thing in (ActionPlan, Institution, Commitment):
                yield from (one.get_absolute_url() for one in thing.objects.order_by("pk"))


def asked_for():
    return ("page=2", "q=budget&sort=title", "tag=open-data", "all=lead", "q=zzz", "irm=major")


def kept_by():
    """What each mould keeps; of a template, not before a page is drawn with it.

    By type: to ask a lazy object of a request of before for its class would work it out.
    """
    return [thing for thing in gc.get_objects() if issubclass(type(thing), Mould)]


def drawn(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content


@pytest.fixture
def made_up(db):
    """Some that have every status and kind of date."""
    build(plans=3, commitments=40, index=False)


@pytest.mark.parametrize("what", ["plans", "made_up"])
def test_a_page_is_the_same_whatever_was_drawn_before_it(client, settings, request, what):
    request.getfixturevalue(what)
    settings.PAGE_CACHE_SECONDS = 0
    addresses = [*pages()]
    for address in addresses:
        drawn(client, address)
    after_others = {address: drawn(client, address) for address in addresses}

    moulds = kept_by()
    assert len(moulds) > 50
    for address in addresses:
        for mould in moulds:
            mould.kept = {}
        Catalogue.forget()
        assert drawn(client, address) == after_others[address], address
