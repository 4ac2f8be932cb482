"""Nobody sees an address of a person in the admin who is not there for it (`view_addresses`)."""

import pytest
from django.contrib import admin
from django.urls import reverse
from pytest_django.asserts import assertContains

from commitments.models import Institution, Responder
from network import roles
from network.admin.window import Discreet
from network.models import Deed
from network.roles import Role
from opengov_portal.lib.veils import veiled
from tests.everything import admin_addresses, make_everything
from tests.factories import make_staff, make_with_role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]

MARK = "zqxmark"
BLIND = [role for role in Role if roles.SEES_ADDRESSES not in roles.powers_of(role)]
LISTS = sorted(
    f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist" for m in admin.site._registry
)


@pytest.fixture
def things():
    return make_everything(MARK)


@pytest.fixture(params=BLIND)
def blind(request, client, things):
    person = make_with_role(request.param)
    if request.param is Role.RESPONDER:
        Responder.objects.create(user=person, institution=Institution.objects.get())
    client.force_login(person)
    return person


def rows(answer):
    """What a list found; only that a search box repeats what was typed differs."""
    return [row.pk for row in answer.context["cl"].result_list]


def test_these_roles_see_no_addresses_and_these_do():
    assert set(BLIND) == {Role.EDITOR, Role.RESPONDER, Role.AUDITOR}


def test_no_page_shows_an_address_to_who_may_not_see_them(client, blind, things):
    opened = 0
    for name, address in admin_addresses(things):
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        assert MARK not in body.decode().lower(), name
        assert MARK not in str(answer.headers).lower(), name
        opened += answer.status_code == 200
    assert opened > (90 if Role.AUDITOR in roles.roles_of(blind) else 10)


def test_the_same_pages_show_it_to_who_may(client, things):
    """So that the test above can fail: the mark is where an address would be."""
    client.force_login(make_with_role(Role.ADMINISTRATOR))
    showing = {name for name, url in admin_addresses(things) if MARK in client.get(url).text}

    for shown in ("user", "member", "emailaddress", "inboundmessage", "joinrequest",
                  "confirmation", "letter", "stop", "consent", "affiliation"):  # fmt: skip
        assert any(f"_{shown}_changelist" in name for name in showing), shown
    assert {"proposals_proposal_change", "network_inboundmessage_raw"} <= showing


def test_no_search_answers_for_an_address(client, blind, things):
    for name in LISTS:
        nothing = client.get(reverse(name), {"q": "no-such-word-anywhere"})
        if nothing.status_code == 200:
            for words in (MARK, f"{MARK}-member@example.org", "example.org"):
                assert rows(client.get(reverse(name), {"q": words})) == rows(nothing), name


LOOKUPS = [
    "email__startswith", "address__startswith", "to__startswith", "text__contains",
    "sender__startswith", "subject__contains", "user__email__startswith",
    "object_repr__contains", "answer__written_by__email__startswith",
    "answer__proposal__email__startswith", "member__user__email__startswith",
    "password__startswith", "secret_digest__startswith", "origin__startswith",
]  # fmt: skip


def test_no_list_is_narrowed_by_what_it_does_not_show(rf):
    """Not for administrators either: what a letter says opens things."""
    request = rf.get("/")
    request.user = make_staff()
    for model, window in admin.site._registry.items():
        for lookup in LOOKUPS:
            assert not window.lookup_allowed(lookup, MARK, request), (model, lookup)


def test_who_tries_is_told_that_it_is_no_way_to_ask(client, things):
    client.force_login(make_with_role(Role.AUDITOR))

    for name in ("network_letter", "network_user", "proposals_proposal", "proposals_toanswer"):
        url = reverse(f"admin:{name}_changelist")
        assert client.get(url, {"address__startswith": MARK}).status_code == 400


def test_the_search_of_the_desk_answers_for_none_either(client, blind, things):
    found = client.get(reverse("admin:search"), {"q": MARK})

    assert found.status_code == 403 or found.context["found"] == []


def test_a_suggestion_answers_for_no_address(client, things):
    client.force_login(make_with_role(Role.AUDITOR))
    fields = {"app_label": "network", "model_name": "affiliation", "field_name": "organization"}

    answer = client.get(reverse("admin:autocomplete"), fields | {"term": MARK})

    assert answer.json()["results"] == []


def test_every_window_leaves_out_what_is_personal():
    for model, window in admin.site._registry.items():
        assert isinstance(window, Discreet), model


@pytest.mark.parametrize("form", ["csv", "json"])
def test_nor_does_a_file_that_is_taken_along(client, things, form):
    Deed.objects.create(act="changed", thing="network.stop", key="1", name=f"{MARK}@example.org")
    client.force_login(make_with_role(Role.AUDITOR))

    answer = client.post(reverse("admin:network_deed_export", args=[form]))

    body = b"".join(answer.streaming_content).decode()
    assert "network.stop" in body
    assert MARK not in body


def test_who_may_see_addresses_still_finds_people_by_them(client, things):
    client.force_login(make_with_role(Role.MODERATOR))

    answer = client.get(reverse("admin:network_member_changelist"), {"q": MARK})

    assert rows(answer) == [things["network.member"].pk]
    assertContains(answer, f"{MARK}-member@example.org")


def test_an_auditor_saves_no_message_as_it_came(client, things):
    client.force_login(make_with_role(Role.AUDITOR))
    url = reverse("admin:network_inboundmessage_raw", args=[things["network.inboundmessage"].pk])

    assert client.get(url).status_code == 403


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Write to ada@example.org, please", "Write to …, please"),
        ("<bdi>ada.b+c@example.org</bdi>", "<bdi>…</bdi>"),
        ("mailto:ada%40example.org?x", "mailto:…?x"),
        ("&lt;ada@example.org&gt;", "&lt;…&gt;"),
        ("Ada@exa…", "……"),
        ("élodie@exemple.ca", "…"),
        ('<input value="ada@example.org">', '<input value="ada@example.org">'),
        ("<textarea>\nada@example.org</textarea>", "<textarea>\nada@example.org</textarea>"),
        ("at 5 @ noon, @ada", "at 5 @ noon, @ada"),
    ],
)
def test_an_address_is_veiled_wherever_it_stands_but_in_what_is_typed(text, seen):
    assert veiled(text, "…") == seen


def test_a_long_page_is_veiled_in_the_time_its_length_takes():
    assert veiled("a" * 1_000_000 + " @", "…").endswith("a @")
