"""A3: whoever opens every address, by GET and by HEAD, leaves the database as it was."""

from contextlib import contextmanager
from hashlib import sha256

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import serializers
from django.db import connection
from django.urls import URLPattern, get_resolver, reverse

from tests.addresses import examples
from tests.answers import whole
from tests.factories import make_commitment, make_staff

# A session may begin or be renewed; it is not what the portal keeps for anyone. And that
# staff looked at what tells of people is written down, which is no change of any of it.
NOT_CONTENT = {"sessions.session", "network.deed"}
ASIDE = ("django_session", "network_deed")


def checksum():
    """One number for all that the database holds."""
    digest = sha256()
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        if model._meta.label_lower not in NOT_CONTENT and not model._meta.proxy:
            rows = model._default_manager.order_by("pk")
            digest.update(serializers.serialize("json", rows).encode())
    return digest.hexdigest()


def admin_addresses(commitment):
    """Every address of the admin, with an example of its arguments."""
    admin = next(r for r in get_resolver().url_patterns if getattr(r, "namespace", "") == "admin")
    for pattern in admin.url_patterns:
        inner = pattern.url_patterns if not isinstance(pattern, URLPattern) else [pattern]
        for each in inner:
            if not each.name or each.name == "logout":
                continue
            if "object_id" in str(each.pattern):
                model = each.name.rpartition("_")[0]
                if model == "commitments_commitment":
                    yield reverse(f"admin:{each.name}", args=[commitment.pk])
            elif "<" not in str(each.pattern):
                try:
                    yield reverse(f"admin:{each.name}")
                except Exception:  # needs arguments this walk has no example of
                    continue


def test_the_checksum_sees_a_change(db):
    commitment = make_commitment()
    before = checksum()

    commitment.title_en = "Another promise"
    commitment.save()

    assert checksum() != before


@contextmanager
def unchanged():
    """Nothing is written while inside; `asked` is to be told each address, to name the culprit."""
    before, asked, written = checksum(), [], []

    def watch(execute, sql, *args):
        is_content = not any(table in sql for table in ASIDE)
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and is_content:
            written.append((asked[-1], sql))
        return execute(sql, *args)

    with connection.execute_wrapper(watch):
        yield asked
    assert not written
    assert checksum() == before


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_every_address_changes_nothing(visitor, plans, method):
    with unchanged() as asked:
        for _name, address in examples():
            asked.append(address)
            whole(getattr(visitor, method)(address))


@pytest.mark.parametrize("method", ["get", "head"])
def test_nor_does_it_for_someone_signed_in(visitor, plans, method, settings):
    settings.REQUIRE_STAFF_MFA = False
    staff = make_staff()
    EmailAddress.objects.create(user=staff, email=staff.email, primary=True, verified=True)
    addresses = [address for _name, address in examples()]
    addresses += admin_addresses(make_commitment())
    visitor.force_login(staff)

    with unchanged() as asked:
        for address in addresses:
            asked.append(address)
            whole(getattr(visitor, method)(address))
    assert len(addresses) > 100
