"""Staff have roles: groups that hold what the code says, given by administrators alone."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from pytest_django.asserts import assertContains

from network import roles
from network.models import User
from network.roles import Role
from tests.factories import (
    make_institution,
    make_responder,
    make_staff,
    make_user,
    make_with_role,
)
from tests.forms import form_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]


def page_of(user):
    return reverse("admin:network_user_change", args=[user.pk])


@pytest.fixture
def administrator(client):
    person = make_with_role(Role.ADMINISTRATOR)
    client.force_login(person)
    return person


def chosen(client, person, *names):
    """The page of someone, sent with these roles ticked and no other."""
    data = form_of(client.get(page_of(person)), "user_form") | {"roles": [*names]}
    return client.post(page_of(person), data)


@pytest.mark.parametrize("role", Role)
def test_each_role_has_a_group_that_holds_just_what_the_code_says(role):
    held = Group.objects.get(name=role).permissions.values_list(
        "content_type__app_label", "codename"
    )

    assert {".".join(pair) for pair in held} == roles.powers_of(role)


def test_every_permission_that_a_room_names_is_one_that_there_is():
    there_are = roles.powers_of(Role.ADMINISTRATOR)

    for role in Role:
        if role is not Role.AUDITOR:
            assert roles.powers_of(role) <= there_are, role


def test_what_was_changed_by_hand_is_put_back_by_the_next_migration():
    group = Group.objects.get(name=Role.EDITOR)
    group.permissions.set(Permission.objects.filter(codename="view_addresses"))
    Group.objects.get(name=Role.AUDITOR).delete()

    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)

    editor = make_with_role(Role.EDITOR)
    assert editor.has_perm("commitments.change_commitment")
    assert not editor.has_perm("network.view_addresses")
    assert Group.objects.filter(name=Role.AUDITOR).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_groups_are_there_after_the_tables_were_emptied():
    call_command("flush", interactive=False, verbosity=0)

    assert set(Group.objects.values_list("name", flat=True)) == set(Role)
    assert make_with_role(Role.MODERATOR).has_perm("proposals.change_proposal")


def test_the_auditor_may_read_everything_but_addresses_and_change_nothing():
    powers = roles.powers_of(Role.AUDITOR)

    assert all(name.partition(".")[2].startswith("view_") for name in powers)
    assert roles.SEES_ADDRESSES not in powers


def test_anyone_else_can_ask_which_roles_someone_has():
    both = make_with_role(Role.EDITOR, Role.MODERATOR)
    former = make_with_role(Role.EDITOR, is_active=False)
    left = make_with_role(Role.EDITOR)
    User.objects.filter(pk=left.pk).update(is_staff=False)
    left.refresh_from_db()

    assert roles.roles_of(both) == {Role.EDITOR, Role.MODERATOR}
    assert roles.roles_of(make_staff()) == {Role.ADMINISTRATOR}
    for person in (make_user(), former, left, AnonymousUser()):
        assert roles.roles_of(person) == set()


def test_an_administrator_gives_a_role_by_ticking_it(client, administrator):
    person = make_user()
    assertContains(client.get(page_of(person)), "Answers for a government institution.")

    assert chosen(client, person, "moderator", "editor").status_code == 302

    person = User.objects.get(pk=person.pk)
    assert person.is_staff
    assert roles.roles_of(person) == {Role.MODERATOR, Role.EDITOR}
    assert person.has_perm("proposals.change_proposal")


def test_whoever_loses_their_last_role_is_staff_no_more(client, administrator):
    person = make_with_role(Role.EDITOR)
    club = Group.objects.create(name="a club of theirs")
    person.groups.add(club)

    chosen(client, person)

    person = User.objects.get(pk=person.pk)
    assert not person.is_staff
    assert list(person.groups.all()) == [club]


def test_a_responder_is_made_by_an_appointment_and_by_no_box(client, administrator):
    person, appointed = make_user(), make_responder(make_institution())
    assertContains(client.get(page_of(person)), "Responders are appointed")
    box = '<input type="checkbox" name="roles" value="responder" id="id_roles_3" disabled{}>'
    assertContains(client.get(page_of(person)), box.format(""), html=True)
    assertContains(client.get(page_of(appointed)), box.format(" checked"), html=True)

    chosen(client, person, "responder", "editor")
    chosen(client, appointed)
    roles.give(person, [Role.RESPONDER, Role.EDITOR], by=administrator)
    roles.give(appointed, [], by=administrator)

    assert roles.roles_of(User.objects.get(pk=person.pk)) == {Role.EDITOR}
    assert roles.roles_of(User.objects.get(pk=appointed.pk)) == {Role.RESPONDER}
    assert appointed.speaks_for.exists()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_no_other_role_gives_roles(client, role):
    mine, other = make_with_role(role), make_user()
    client.force_login(mine)

    for person in (mine, other):
        assert client.post(page_of(person), {"roles": ["administrator"]}).status_code == 403
        with pytest.raises(PermissionDenied):
            roles.give(person, [Role.ADMINISTRATOR], by=mine)
    assert roles.roles_of(mine) == {role}
    assert roles.roles_of(other) == set()


def test_an_administrator_gives_nobody_what_only_the_console_gives(client, administrator):
    person, chief = make_user(), make_staff()
    data = form_of(client.get(page_of(person)), "user_form") | {"is_superuser": ["on"]}

    client.post(page_of(person), data)

    person.refresh_from_db()
    assert not person.is_superuser
    assert client.post(page_of(chief), {"roles": []}).status_code == 403
    with pytest.raises(PermissionDenied):
        roles.give(chief, [], by=administrator)


def test_a_clerk_of_accounts_does_not_touch_those_on_staff(client):
    clerk, colleague = make_staff(is_superuser=False), make_with_role(Role.EDITOR)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    client.force_login(clerk)
    password = reverse("admin:auth_user_password_change", args=[colleague.pk])

    assert client.post(page_of(colleague), {"email": "mine@example.org"}).status_code == 403
    assert client.post(password, {"password1": "x", "password2": "x"}).status_code == 403


def test_people_are_found_by_role(client, administrator):
    editor, other = make_with_role(Role.EDITOR), make_user()

    answer = client.get(reverse("admin:network_user_changelist"), {"role": "editor"})

    assertContains(answer, editor.name)
    assert other.name not in answer.content.decode()
    assert client.get(reverse("admin:network_user_changelist"), {"role": "\0"}).status_code == 200


def test_a_role_is_read_and_not_edited(client, administrator):
    group = Group.objects.get(name=Role.EDITOR)
    page = reverse("admin:auth_group_change", args=[group.pk])

    assertContains(client.get(reverse("admin:auth_group_changelist")), "Editor")
    assertContains(client.get(page), "Can change commitment")
    assert client.post(page, {"permissions": []}).status_code == 403
    assert client.get(reverse("admin:auth_group_add")).status_code == 403


def test_a_role_opens_no_page_without_the_second_factor(client, settings):
    settings.REQUIRE_STAFF_MFA = True
    for role in Role:
        client.force_login(make_with_role(role))
        assert client.get(reverse("admin:index")).status_code == 302
