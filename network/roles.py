"""Roles: what each group of staff may do, and who is in which.

A room says what its roles may do when the portal starts (`AppConfig.ready`), by the names
of permissions; docs/roles.md is drawn from that. After every migration the groups are made
to hold just that. Who asks whether someone may do something asks for the permission, in
the verb; a role is only asked for to choose what to show.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import Any

from django.apps import apps as present
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from network.models import Edition, User

SEES_ADDRESSES = "network.view_addresses"


class Role(models.TextChoices):
    """What someone on staff is here for; each is the name of a group."""

    MODERATOR = "moderator", _("Moderator")
    EDITOR = "editor", _("Editor")
    CORRESPONDENT = "correspondent", _("Correspondent")
    RESPONDER = "responder", _("Responder of an institution")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


# What a role is for, in the words that stand beside its box.
PURPOSES = {
    Role.MODERATOR: _("Decides what waits: proposals, appeals, flags, organizations, who speaks."),
    Role.EDITOR: _("Keeps plans, commitments, calls and pages, and enters answers that came in."),
    Role.CORRESPONDENT: _("Writes announcements, answers mail, looks after letters."),
    Role.RESPONDER: _("Answers for a government institution. Sees no address of any citizen."),
    Role.AUDITOR: _("Reads everything but addresses, and changes nothing."),
    Role.ADMINISTRATOR: _("May do all of it, and gives roles."),
}

# Come and go with an appointment, which a room keeps, and with nothing else.
APPOINTED = {Role.RESPONDER}

Powers = Mapping[Role, Set[str]]
POWERS: dict[Role, set[str]] = defaultdict(set)


def may(acts: str, *things: str) -> set[str]:
    """Names of permissions: each act on each thing, `may("view change", "network.member")`."""
    parts = [thing.split(".") for thing in things]
    return {f"{room}.{act}_{model}" for room, model in parts for act in acts.split()}


def say(powers: Powers) -> None:
    """Say what roles may do in a room; once, in `AppConfig.ready`."""
    for role, names in powers.items():
        POWERS[role] |= names


def powers_of(role: Role) -> set[str]:
    """The permissions of a role, by name: what rooms said, all to read, or all there are."""
    if role is Role.ADMINISTRATOR:
        return {name for model in present.get_models() for name in _all_about(model)}
    if role is Role.AUDITOR:
        return {f"{m._meta.app_label}.view_{m._meta.model_name}" for m in present.get_models()}
    return set(POWERS[role])


def _all_about(model: type[models.Model]) -> list[str]:
    meta = model._meta
    acts = [f"{act}_{meta.model_name}" for act in meta.default_permissions]
    return [f"{meta.app_label}.{name}" for name in (*acts, *(said[0] for said in meta.permissions))]


# --- Who is in which ---------------------------------------------------------------


def roles_of(user: User | AnonymousUser) -> set[Role]:
    """Which roles someone has; one query. Whoever may do everything is an administrator."""
    if not isinstance(user, User) or not user.is_active or not user.is_staff:
        return set()
    held = held_by(user)
    return held | {Role.ADMINISTRATOR} if user.is_superuser else held


def held_by(user: User) -> set[Role]:
    """The roles that were given to someone, whether or not the account is open."""
    names = user.groups.filter(name__in=Role.values).values_list("name", flat=True)
    return {Role(name) for name in names}


def sees_addresses(user: Any) -> bool:
    """Whether someone may see what is personal: the addresses of people."""
    return bool(user.has_perm(SEES_ADDRESSES))


@transaction.atomic
def give(user: User, roles: Iterable[Role], *, by: User) -> None:
    """Give someone these roles and no others; whoever has one is staff, and only they.

    A role that they were appointed to they keep, and get no other way. What an account
    may do besides, by groups and permissions of its own, stays.
    """
    Edition.take_turn()
    _hold(user, set(roles) - APPOINTED | held_by(user) & APPOINTED, by=by)


@transaction.atomic
def appoint(user: User, role: Role, *, by: User) -> None:
    """They have this role too. Called by the verb that keeps the appointment."""
    _hold(user, held_by(user) | {role}, by=by)


@transaction.atomic
def dismiss(user: User, role: Role, *, by: User) -> None:
    """They have this role no longer. Called by the verb that ends the last appointment."""
    _hold(user, held_by(user) - {role}, by=by)


def _hold(user: User, chosen: Set[Role], *, by: User) -> None:
    if not user.may_be_given_roles_by(by):
        raise PermissionDenied
    others = user.groups.exclude(name__in=Role.values)
    user.groups.set([*others, *Group.objects.filter(name__in=chosen)])
    is_staff = bool(chosen) or user.is_superuser
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])


# --- Keeping the groups ---------------------------------------------------------------


def make(
    sender: Any = None, apps: Apps | None = None, using: str = "default", **kwargs: Any
) -> None:
    """After the tables are made, or emptied: each role's group holds what it may do.

    Called by Django (`post_migrate`). Django itself makes the permissions of an app only
    when its turn comes, which may be later than ours: so they are asked for first.
    """
    held = apps or present
    try:
        groups: Any = held.get_model("auth", "Group").objects.using(using)
        permissions: Any = held.get_model("auth", "Permission").objects.using(using)
    except LookupError:  # the tables of an earlier time
        return
    for config in present.get_app_configs():
        create_permissions(config, verbosity=0, using=using, apps=held)
    keys = {
        f"{room}.{codename}": pk
        for pk, room, codename in permissions.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    for role in Role:
        group, _made = groups.get_or_create(name=role.value)
        group.permissions.set([keys[name] for name in powers_of(role) if name in keys])
