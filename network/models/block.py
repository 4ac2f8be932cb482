"""Blocks: an address, a domain or a network that is not listened to for a while, and why."""

import ipaddress
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from network.models.deed import Deed
from network.models.user import User
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.languages import colon
from opengov_portal.lib.mail import ADDRESS_LENGTH, BadLetter, canonical, postal

# The widest networks that one block may name: a mistake shuts out no country.
WIDEST = {4: 16, 6: 32}
# The longest that one may last: an end that nobody lives to see is none.
LONGEST = timedelta(days=3653)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# As DNS has names: labels of letters, figures and hyphens, two of them at least.
LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = re.compile(rf"{LABEL}(?:\.{LABEL})+")


def domains(address: str) -> Iterator[str]:
    """The domain of an address, and those above it, down to two labels."""
    labels = canonical(address).rpartition("@")[2].split(".")
    for first in range(max(len(labels) - 1, 1)):
        yield ".".join(labels[first:])


def networks(origin: str) -> Iterator[str]:
    """Every network that may be blocked and that an origin is in; `origin` is `network_of`'s."""
    try:
        known = ipaddress.ip_network(origin)
    except ValueError:
        return
    for prefix in range(known.prefixlen, WIDEST[known.version] - 1, -1):
        yield str(known.supernet(new_prefix=prefix))


class BlockQuerySet(models.QuerySet["Block"]):
    def standing(self) -> Self:
        """Those that stop something now: not over, and not lifted."""
        return self.filter(until__gt=timezone.now(), lifted_at__isnull=True)

    def stop(self, email: str = "", origin: str = "") -> bool:
        """Whether who asks with this address, from this network, is not listened to.

        One query, the same for every address (SECURITY.md A2).
        """
        kinds = Block.Kind
        mine = Q(kind=kinds.NETWORK, value__in=list(networks(origin)))
        if email:
            mine |= Q(kind=kinds.ADDRESS, value=canonical(email))
            mine |= Q(kind=kinds.DOMAIN, value__in=list(domains(email)))
        return self.standing().filter(mine).exists()

    def stale(self, now: datetime) -> Self:
        """Over, or lifted, for as long as what was never confirmed is kept."""
        old = now - Block.KEPT
        return self.filter(Q(until__lte=old) | Q(lifted_at__lte=old))

    def newest(self) -> Self:
        return self.order_by("-created_at", "-pk")


class Block(models.Model):
    """That staff do not listen to an address, a domain or a network, until an hour.

    Who is blocked gets the answer that everyone gets (SECURITY.md D2), and no letter;
    leaving goes on working. It has a reason that staff read, and an end.
    """

    KEPT = timedelta(days=30)

    class Kind(models.TextChoices):
        ADDRESS = "address", _("An address")
        DOMAIN = "domain", _("A mail domain, with those below it")
        NETWORK = "network", _("A network")

    kind = models.CharField(_("what is blocked"), max_length=7, choices=Kind.choices)
    value = models.CharField(
        _("which"),
        max_length=ADDRESS_LENGTH,
        help_text=_("Such as someone@example.org, example.org, 203.0.113.7 or 203.0.113.0/24."),
    )
    reason = models.CharField(
        _("reason"), max_length=500, help_text=_("Only staff read it. Name nobody who is harmed.")
    )
    until = models.DateTimeField(_("until"))
    created_at = models.DateTimeField(_("blocked at"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("blocked by"),
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("lifted by"),
    )

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        indexes = [models.Index(fields=["value", "kind"], name="block_of_a_value")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["address", "domain", "network"]), name="block_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(value="") & ~Q(reason=""), name="block_says_whom_and_why"
            ),
            models.CheckConstraint(
                condition=Q(until__gt=models.F("created_at")), name="block_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{colon()} {self.value}"

    # --- Questions -------------------------------------------------------------

    @property
    def stands(self) -> bool:
        return self.lifted_at is None and self.until > timezone.now()

    @staticmethod
    def may_be_put_by(user: User | AnonymousUser) -> bool:
        return user.is_active and user.is_staff and user.has_perm("network.add_block")

    # --- Verbs -----------------------------------------------------------------

    def clean(self) -> None:
        """Bring the value to the form that is looked for. Raises ValidationError for none."""
        super().clean()
        if self.kind and self.value:
            self.value = {"address": an_address, "domain": a_domain, "network": a_network}[
                self.kind
            ](self.value.strip())
        if self.until and self.until <= timezone.now():
            raise ValidationError({"until": _("Give an end that is still to come.")})
        if self.until and self.until > timezone.now() + LONGEST:
            raise ValidationError({"until": _("Give an end within ten years.")})

    @classmethod
    def put(cls, *, by: User | AnonymousUser, **facts: Any) -> Self:
        """Block what `kind` and `value` name, for a `reason`, `until` an hour.

        Raises PermissionDenied, or ValidationError where it names nothing that can be blocked.
        """
        if not cls.may_be_put_by(by):
            raise PermissionDenied
        block = cls(created_by_id=by.pk, **facts)
        block.full_clean()
        block.save()
        Deed.record(Deed.Act.ADDED, block, by=by)
        return block

    def lift(self, *, by: User | AnonymousUser) -> None:
        """Listen again. The record stays until it is forgotten."""
        if not self.may_be_put_by(by):
            raise PermissionDenied
        now = timezone.now()
        standing = Block.objects.standing().filter(pk=self.pk)
        if not standing.update(lifted_at=now, lifted_by_id=by.pk):
            raise Refused(gettext("This block is over already."))
        self.lifted_at = now
        Deed.record(Deed.Act.REMOVED, self, by=by)


def an_address(value: str) -> str:
    try:
        return canonical(postal(value))
    except BadLetter as error:
        raise ValidationError({"value": _("This is no mail address.")}) from error


def a_domain(value: str) -> str:
    """A domain of two labels at least: `ca` alone would shut out a country.

    A whole address is none: who means one person is not to block all others there.
    """
    said = value.removeprefix("@")
    domain = canonical(f"x@{said}").rpartition("@")[2]
    if "@" in said or not DOMAIN.fullmatch(domain):
        raise ValidationError({"value": _("This is no domain, such as example.org.")})
    return domain


def a_network(value: str) -> str:
    try:
        known = ipaddress.ip_network(value, strict=False)
    except ValueError as error:
        raise ValidationError(
            {"value": _("This is no network, such as 203.0.113.7 or 203.0.113.0/24.")}
        ) from error
    known = as_it_is_counted(known)
    if known.version == 6 and known.prefixlen > 64:
        known = known.supernet(new_prefix=64)
    if known.prefixlen < WIDEST[known.version]:
        raise ValidationError(
            {"value": _("This network is too wide: /16 at most, or /32 where it is IPv6.")}
        )
    return str(known)


def as_it_is_counted(known: Network) -> Network:
    """IPv4 that is written within IPv6 is IPv4: so `lib.requests.network_of` counts it."""
    mapped = known.network_address.ipv4_mapped if known.version == 6 else None
    if mapped is None or known.prefixlen < 96:
        return known
    return ipaddress.ip_network((int(mapped), known.prefixlen - 96))
