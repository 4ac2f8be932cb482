"""Every page of allauth's that can be reached is drawn by us, in the reader's language."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.utils.translation import override

from tests.addresses import examples
from tests.factories import make_member, make_staff, make_user

pytestmark = pytest.mark.django_db
OF_ALLAUTH = ("account_", "mfa_", "usersessions_", "socialaccount_")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ALIKE = {"Code", "OpenGov Portal"}  # the same word in both languages


def shown_again(client, user):
    """Signed in, and just now asked for the second factor once more."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True}
    ]
    session["_account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def readers():
    """Whoever comes there: nobody, a member, staff with nothing yet, staff with everything."""
    yield Client()
    client = Client()
    client.force_login(make_member().user)
    yield client
    for has_all in (False, True):
        staff = make_staff()
        EmailAddress.objects.create(user=staff, email=staff.email, primary=True, verified=True)
        if has_all:
            TOTP.activate(staff, SECRET)
            RecoveryCodes.activate(staff)
        yield shown_again(Client(), staff)
    closed = Client()
    closed.force_login(make_user())
    yield closed


def pages():
    for name, address in examples():
        if name.startswith(OF_ALLAUTH):
            yield name, address


def test_every_page_is_drawn_by_our_own_templates():
    seen, drawn = set(), set()
    for client in readers():
        client.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
        for name, address in pages():
            response = client.get(address)
            for template in response.templates:
                seen.add(template.name)
                path = str(template.origin)
                assert "/allauth/templates/" not in path, f"{address} is drawn by {path}"
            if response.status_code == 200:
                drawn.add(name)

    assert {"account/login.html", "mfa/index.html", "account/password_change.html"} <= seen
    assert len(drawn) >= 20


def words_of(text):
    main = text[text.index("<main") : text.index("</main>")]
    found = re.findall(r"<(h1|h2|label|button|a|p|li|legend)\b[^>]*>(.*?)</\1>", main, re.S)
    words = {re.sub(r"<[^>]+>", "", inner).strip() for _tag, inner in found}
    return {word for word in words if re.search(r"[A-Za-z]{3}", word) and "@" not in word}


def test_no_word_of_a_page_is_left_in_english():
    staff = make_staff()
    EmailAddress.objects.create(user=staff, email=staff.email, primary=True, verified=True)
    TOTP.activate(staff, SECRET)
    RecoveryCodes.activate(staff)
    clients = [Client(), shown_again(Client(), staff)]
    english, french = {}, {}
    for n, client in enumerate(clients):
        client.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
        for name, address in pages():
            response = client.get(address)
            if response.status_code == 200 and "text/html" in response["Content-Type"]:
                (french if address.startswith("/fr/") else english)[(n, name)] = words_of(
                    response.text
                )

    assert english.keys() == french.keys()
    for page, words in french.items():
        assert words, page
        assert not words & english[page] - ALIKE, page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_passkeys_first_name_is_in_the_readers_language(language):
    from allauth.mfa.adapter import get_adapter

    with override(language):
        name = get_adapter().generate_authenticator_name(make_user(), Authenticator.Type.WEBAUTHN)

    assert name == {"en": "Passkey 1", "fr": "Clé d’accès 1"}[language]
