from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client


@pytest.fixture
def plans(db):
    """The real plans and communities, as shipped: the examples of addresses are of them."""
    call_command("load_plans", stdout=StringIO())
    call_command("load_communities", stdout=StringIO())


@pytest.fixture
def visitor():
    """A browser that is shown the error page when something breaks, as people are."""
    visitor = Client(raise_request_exception=False)
    visitor.defaults["wsgi.url_scheme"] = "https"
    visitor.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    return visitor
