"""The record: what staff do and look at is written down, and nobody can change that."""

import csv
import io
import json

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from network.actions import erase, leave, publish_organization
from network.admin.recorded import Recorded
from network.models import Consent, Deed, Member, Organization, Stop
from tests.counting import cost_of
from tests.emptying import ONLY_ADDED_TO
from tests.factories import (
    make_community,
    make_member,
    make_organization,
    make_plan,
    make_staff,
    make_user,
)
from tests.forms import admin_name, form_of

pytestmark = pytest.mark.django_db
LIST = "admin:network_deed_changelist"


@pytest.fixture
def staff(staff, without_second_factor):
    return staff


def page_of(thing, name="change"):
    return reverse(admin_name(thing, name), args=[thing.pk])


def form_on(client, thing):
    return form_of(client.get(page_of(thing)), f"{thing._meta.model_name}_form")


# --- Only ever added to -----------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE network_deed SET name = 'another'",
        "UPDATE network_deed SET by_id = NULL",
        "DELETE FROM network_deed",
        "DELETE FROM network_deed WHERE id = (SELECT max(id) FROM network_deed)",
    ],
)
def test_the_database_itself_refuses_to_change_the_record(statement):
    Deed.record(Deed.Act.CHANGED, make_community(), by=make_staff())

    with (
        pytest.raises(DatabaseError, match="only ever added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert Deed.objects.get().name


@pytest.mark.parametrize(
    "statement",
    [
        *(f"UPDATE network_consent SET {name} = {name}" for name in Consent.NEVER_CHANGED),
        "DELETE FROM network_consent",
    ],
)
def test_nor_does_it_let_anybody_change_what_was_agreed_to(statement):
    make_member()

    with (
        pytest.raises(DatabaseError, match="only ever added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert Consent.objects.exists()


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite knows no TRUNCATE")
@pytest.mark.parametrize("table", ONLY_ADDED_TO)
def test_nor_can_they_be_emptied_at_once(table):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")


@pytest.mark.parametrize(
    "change",
    [
        lambda deed: deed.save(),
        lambda deed: deed.delete(),
        lambda deed: Deed.objects.update(name=""),
        lambda deed: Deed.objects.all().delete(),
    ],
)
def test_nor_does_the_code(change):
    deed = Deed.record(Deed.Act.CHANGED, make_community(), by=make_staff())

    with pytest.raises(TypeError):
        change(deed)


def test_nor_does_the_admin(client, staff):
    deed = Deed.record(Deed.Act.CHANGED, make_community(), by=staff)

    assert client.get(reverse("admin:network_deed_add")).status_code == 403
    assert client.post(page_of(deed), {"name": "another"}).status_code == 403
    assert client.post(page_of(deed, "delete"), {"post": "yes"}).status_code == 403
    assert Deed.objects.get(pk=deed.pk).name


def test_every_page_of_the_desk_is_on_record():
    assert not [
        model for model, page in admin.site._registry.items() if not isinstance(page, Recorded)
    ]


# --- What is done -----------------------------------------------------------------


def test_a_change_tells_who_and_what_was_before_and_after_and_why(client, staff):
    community = make_community(name_en="Bees")
    data = form_on(client, community) | {"name_en": ["Honey bees"], "_why": ["A better name"]}

    client.post(page_of(community), data)

    deed = Deed.objects.done().get()
    assert (deed.act, deed.by, deed.thing) == ("changed", staff, "network.community")
    assert (deed.key, deed.name) == (str(community.pk), "Honey bees")
    assert deed.changes == [{"field": "name_en", "before": "Bees", "after": "Honey bees"}]
    assert deed.why_en == "A better name"


def test_what_hangs_on_a_page_is_told_apart(client, staff):
    plan = make_plan()
    theme = plan.themes.create(slug="money", name_en="Money", name_fr="Argent")
    data = form_on(client, plan) | {"themes-0-name_en": ["Public money"]}

    client.post(page_of(plan), data)

    assert Deed.objects.done().get().changes == [
        {"field": "themes.name_en", "of": theme.slug, "before": "Money", "after": "Public money"}
    ]


def test_adding_and_removing_are_told_too(client, staff):
    client.post(reverse("admin:network_stop_add"), {"address": "ada@example.org", "scope": "all"})
    stop = Stop.objects.get()
    client.post(page_of(stop, "delete"), {"post": "yes", "_why": "A mistake."})
    plan = make_plan(title_en="A plan")
    client.post(page_of(plan, "delete"), {"post": "yes", "_why": "A mistake."})

    added, removed, lost = Deed.objects.done().oldest()
    assert (added.act, removed.act, lost.act) == ("added", "removed", "removed")
    assert {"field": "title_en", "before": "A plan", "after": None} in lost.changes
    assert "ada@" not in str([[deed.name, deed.changes] for deed in (added, removed)])
    assert {"field": "address"} in removed.changes


def test_several_removed_at_once_have_an_entry_each(client, staff):
    plans = [make_plan(), make_plan()]
    chosen = {"action": "delete_selected", "_selected_action": [one.pk for one in plans]}

    client.post(
        reverse("admin:commitments_actionplan_changelist"),
        chosen | {"post": "yes", "_why": "A mistake."},
    )

    assert Deed.objects.filter(act="removed").count() == 2


def test_a_save_that_changes_nothing_is_no_deed(client, staff):
    community = make_community()

    client.post(page_of(community), form_on(client, community))

    assert not Deed.objects.done().exists()


def test_a_verb_writes_it_whoever_calls_it():
    moderator, organization = make_staff(), make_organization(state="waiting", decided_at=None)

    publish_organization(organization, by=moderator)

    deed = Deed.objects.get()
    assert (deed.act, deed.by, deed.name) == ("agreed", moderator, str(organization))
    assert deed.changes == [{"field": "state", "before": "waiting", "after": "public"}]


def test_a_refusal_says_why(client, staff):
    organization = make_organization(state="waiting", decided_at=None)
    url = reverse("admin:network_organization_refuse", args=[organization.pk])

    client.post(url, {"reason": Organization.Reason.OUT_OF_SCOPE, "words": "It is a shop."})

    assert Deed.objects.get(act="refused").why_en == "It is a shop."


def test_what_is_undone_with_it_is_not_on_record():
    organization = make_organization(state="waiting", decided_at=None)

    with transaction.atomic():
        organization.publish(by=make_staff())
        transaction.set_rollback(True)

    assert not Deed.objects.exists()


def test_what_members_do_with_what_is_theirs_is_nobodys_record():
    assert Deed.record(Deed.Act.CHANGED, make_community(), by=make_user()) is None
    assert not Deed.objects.exists()


# --- Nothing of people in it --------------------------------------------------------


def test_of_a_person_it_holds_only_that_a_field_changed(client, staff):
    person = make_user(email="ada@example.org", name="Ada Lovelace")
    data = form_on(client, person) | {"name": ["Ada Byron"], "is_staff": ["on"]}

    client.post(page_of(person), data)

    deed = Deed.objects.done().get()
    assert deed.name == ""
    assert {"field": "name"} in deed.changes
    assert {"field": "is_staff", "before": "False", "after": "True"} in deed.changes
    assert "Ada" not in json.dumps(deed.changes)


@pytest.mark.parametrize("end", [leave, erase])
def test_who_leaves_leaves_nothing_in_it(client, staff, end):
    member = make_member(email="ada@example.org", name="Ada Lovelace")
    Member.objects.filter(pk=member.pk).update(listing="waiting")
    member.refresh_from_db()
    client.get(page_of(member))
    member.agree_to_listing(by=staff)
    written = list(Deed.objects.values())

    end(member, how=Consent.How.MEMBER)

    assert list(Deed.objects.values())[: len(written)] == written
    assert "ada" not in str(written).lower().replace("canada", "")


def test_an_account_that_is_gone_keeps_its_number_there(client, staff):
    colleague = make_staff(name="Grace")
    deed = Deed.record(Deed.Act.CHANGED, make_community(), by=colleague)
    number = colleague.pk
    colleague.delete()

    assert Deed.objects.get(pk=deed.pk).by_id == number
    assertContains(client.get(reverse(LIST)), f"Account {number}")
    assertContains(client.get(page_of(deed)), f"Account {number}")


# --- Reading it -------------------------------------------------------------------


def test_it_is_read_with_what_was_removed_and_added_told_apart(client, staff):
    community = make_community(why_en="Bees are counted by whoever looks.")
    data = form_on(client, community) | {"why_en": ["Bees are counted by everyone who looks."]}
    client.post(page_of(community), data)

    for url in (page_of(Deed.objects.done().get()), page_of(community, "history")):
        page = client.get(url)
        assertContains(page, "whoever</del>")
        assertContains(page, "everyone who</ins>")
        assertContains(page, "Removed:")


def test_it_is_read_in_both_languages(client, staff):
    community = make_community()
    data = form_on(client, community) | {"name_en": ["Wasps"], "is_public": []}
    client.post(page_of(community), data)
    staff.language = "fr"
    staff.save()

    assertContains(client.get(reverse(LIST)), "Modification")
    page = client.get(page_of(Deed.objects.done().get()))
    assertContains(page, "Retrait\N{NO-BREAK SPACE}:")


def test_it_is_searched_by_who_and_what_and_narrowed(client, staff):
    other = make_staff(name="Grace Hopper")
    Deed.record(Deed.Act.CHANGED, make_community(name_en="Bees"), by=other)
    Deed.record(Deed.Act.ADDED, make_community(name_en="Wasps"), by=staff)

    assertNotContains(client.get(reverse(LIST), {"q": "Grace"}), "Wasps")
    assertNotContains(client.get(reverse(LIST), {"q": "Wasps"}), "Bees")
    assertNotContains(client.get(reverse(LIST), {"act": "added"}), "Bees")
    page = client.get(reverse(LIST), {"thing": "network.member"})
    assertNotContains(page, "Bees")


def test_it_shows_no_address_of_staff(client, staff):
    nameless = make_staff(name="", email="who@example.org")
    Deed.record(Deed.Act.CHANGED, make_community(), by=nameless)

    assertNotContains(client.get(reverse(LIST)), "who@example.org")


def test_it_is_taken_along_as_it_is_shown_and_that_is_on_record(client, staff):
    Deed.record(Deed.Act.CHANGED, make_community(name_en="=BEES()"), by=staff)
    Deed.record(Deed.Act.ADDED, make_community(name_en="Wasps"), by=staff)

    sent = client.post(reverse("admin:network_deed_export", args=["csv"]) + "?act=changed")

    rows = list(csv.DictReader(io.StringIO(b"".join(sent).decode("utf-8-sig"))))
    assert [(row["act"], row["name"], row["by"]) for row in rows] == [
        ("changed", "'=BEES()", staff.name)
    ]
    assert Deed.objects.get(act="exported").by == staff
    sent = client.post(reverse("admin:network_deed_export", args=["json"]))
    lines = [json.loads(line) for line in b"".join(sent).splitlines()]
    assert {line["act"] for line in lines} >= {"changed", "added", "exported"}


def test_taking_it_along_is_asked_for_by_a_button(client, staff):
    url = reverse("admin:network_deed_export", args=["csv"])

    assert client.get(url).status_code == 405
    assert not Deed.objects.exists()


@pytest.mark.parametrize("query", ["id__in=a,b", "at__year=abc", "at__month=13&at__year=2026"])
def test_asked_for_with_what_no_column_holds_it_is_refused_and_nothing_broke(client, staff, query):
    assert client.post(f"/admin/network/deed/export/csv/?{query}").status_code == 400


@pytest.mark.parametrize("may", [False, True])
def test_who_may_see_it_is_a_permission(client, without_second_factor, may):
    from django.contrib.auth.models import Permission

    person = make_staff(is_superuser=False)
    if may:
        person.user_permissions.add(Permission.objects.get(codename="view_deed"))
    client.force_login(person)

    assert client.get(reverse(LIST)).status_code == (200 if may else 403)
    export = client.post(reverse("admin:network_deed_export", args=["csv"]))
    assert export.status_code == (200 if may else 403)


def test_its_list_costs_the_same_with_any_number(client, staff):
    community = make_community()
    Deed.record(Deed.Act.CHANGED, community, by=make_staff())
    client.get(reverse(LIST))

    few = cost_of(client.get, reverse(LIST))
    for _each in range(20):
        Deed.record(Deed.Act.CHANGED, community, by=make_staff())

    assert cost_of(client.get, reverse(LIST)) == few
