"""The secrets of second factors are locked: a copy of the database opens nobody's account."""

import json
import time
from importlib import import_module
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from pytest_django.asserts import assertContains

from network.accounts.factors import SecondFactorAdapter
from network.accounts.locking import Lies, how_they_lie, lock_anew
from opengov_portal.lib.locks import MARK, NoKey, is_locked, locked, unlocked
from opengov_portal.lib.mail_check import Verdict
from opengov_portal.management.commands.check_deployment import factors
from tests.factories import PASSWORD, make_staff

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"
OLD, NEW = "old-" + "0123456789abcdef" * 4, "new-" + "0123456789abcdef" * 4
migration = import_module("network.migrations.0013_lock_factors")


def code(secret):
    cache.clear()  # a code works once, and time does not pass here
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in(client, person, answer):
    page = reverse("account_login")
    client.post(page, {"login": person.email, "password": PASSWORD})
    return client.post("/en/account/2fa/authenticate/", {"code": answer})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def all_that_is_kept():
    """Every cell of every table, with what sessions hold."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield from map(str, row)
    for session in Session.objects.all():
        yield json.dumps(session.get_decoded())


def faults():
    return [each.words for each in factors() if each.verdict is Verdict.BAD]


@pytest.fixture
def person():
    made = make_staff()
    EmailAddress.objects.create(user=made, email=made.email, primary=True, verified=True)
    return made


def kept_open(person):
    """As they lay before there was a lock."""
    Authenticator.objects.create(user=person, type="totp", data={"secret": SECRET})
    data = {"seed": "ab" * 40, "used_mask": 1}
    codes = Authenticator.objects.create(user=person, type="recovery_codes", data=data)
    return RecoveryCodes(codes)


# --- At rest ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor after the commit
def test_a_copy_of_the_database_shows_no_secret(client, person):
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(page := reverse("mfa_activate_totp")).context["form"].secret

    client.post(page, {"code": code(secret)})

    codes = Authenticator.objects.get(type="recovery_codes").wrap()
    seed = SecondFactorAdapter().decrypt(codes.instance.data["seed"])
    assert len(codes.generate_codes()) == 10
    kept = list(all_that_is_kept())
    for told in (secret, seed, *codes.generate_codes()):
        assert not [cell for cell in kept if told in cell]


def test_who_set_it_up_signs_in_with_the_app_and_with_a_code_kept_apart(client, person):
    TOTP.activate(person, SECRET)
    spare = RecoveryCodes.activate(person).generate_codes()[3]

    sign_in(client, person, code(SECRET))
    assert is_signed_in(client)
    client.logout()
    sign_in(client, person, spare)
    assert is_signed_in(client)
    client.logout()
    sign_in(client, person, spare)  # once
    assert not is_signed_in(client)


# --- Those of before ---------------------------------------------------------------------


def test_one_that_was_kept_open_still_works(client, person):
    kept_open(person)

    sign_in(client, person, code(SECRET))

    assert is_signed_in(client)


def test_the_migration_locks_them_and_they_work_as_before(client, person):
    before = kept_open(person).generate_codes()
    Authenticator.objects.create(user=person, type="webauthn", data={"name": "Key"})

    migration.lock(apps, None)
    migration.lock(apps, None)

    assert how_they_lie() == {Lies.LOCKED: 2}
    after = RecoveryCodes(Authenticator.objects.get(type="recovery_codes"))
    assert after.generate_codes() == before
    assert after.instance.data["used_mask"] == 1
    assert Authenticator.objects.get(type="webauthn").data == {"name": "Key"}
    sign_in(client, person, code(SECRET))
    assert is_signed_in(client)
    migration.unlock(apps, None)
    assert Authenticator.objects.get(type="totp").data == {"secret": SECRET}


def test_codes_that_were_made_elsewhere_are_locked_each(person):
    data = {"migrated_codes": ["11112222", "33334444"]}
    Authenticator.objects.create(user=person, type="recovery_codes", data=data)

    lock_anew()

    codes = Authenticator.objects.get()
    assert all(map(is_locked, codes.data["migrated_codes"]))
    assert RecoveryCodes(codes).generate_codes() == data["migrated_codes"]


# --- Another key -----------------------------------------------------------------------------


def test_after_a_change_of_key_the_old_one_opens_and_then_is_needed_no_more(
    client, person, settings
):
    settings.SECRET_KEY = OLD
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    sign_in(client, person, code(SECRET))
    assert is_signed_in(client)
    assert "2 second factors are locked with a key of SECRET_KEY_FALLBACKS" in faults()[0]

    said = StringIO()
    call_command("lock_factors", stdout=said)
    call_command("lock_factors", stdout=said)

    assert said.getvalue().splitlines() == [
        "Second factors locked anew: 2.",
        "Second factors locked anew: 0.",
    ]
    settings.SECRET_KEY_FALLBACKS = []
    client.logout()
    sign_in(client, person, code(SECRET))
    assert is_signed_in(client)
    assert not faults()


def test_with_the_key_gone_nobody_comes_in_and_is_told_why(client, person, settings):
    settings.SECRET_KEY = OLD
    TOTP.activate(person, SECRET)
    settings.SECRET_KEY = NEW

    answer = sign_in(client, person, code(SECRET))

    assertContains(answer, "Ask a colleague to take it off.", status_code=409)
    assert not is_signed_in(client)
    assert "locked with another SECRET_KEY" in faults()[0]
    said = StringIO()
    call_command("lock_factors", stdout=StringIO(), stderr=said)
    assert "No key there is opens 1 more" in said.getvalue()
    migration.lock(apps, None)  # breaks nothing
    assert how_they_lie() == {Lies.LOST: 1}


def test_what_lies_open_is_a_fault_of_a_server(person):
    kept_open(person)

    assert faults() == ["2 second factors lie open in the database: manage.py lock_factors."]


# --- The lock ------------------------------------------------------------------------------


def test_a_lock_opens_for_its_purpose_alone_and_only_whole():
    text = locked("é", "one")

    assert unlocked(text, "one") == "é"
    assert locked("é", "one") != text  # nobody sees that two are alike
    # One letter of it; of the last one most bits count for nothing.
    turned = text[:-9] + ("A" if text[-9] != "A" else "B") + text[-8:]
    for purpose, other in (("two", text), ("one", text[:-8]), ("one", turned), ("one", MARK)):
        with pytest.raises(NoKey):
            unlocked(other, purpose)
