"""Stops: addresses that are not written to, and why."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opengov_portal.lib.languages import colon
from opengov_portal.lib.mail import ADDRESS_LENGTH, canonical


class StopQuerySet(models.QuerySet["Stop"]):
    def of(self, address: str) -> Self:
        """Those of an address, however it is typed."""
        return self.filter(address=canonical(address))

    def newest(self) -> Self:
        return self.order_by("-at", "-pk")


class Stop(models.Model):
    """That an address gets no more letters of a kind, from the moment this is kept.

    It is asked of at the moment a letter is posted, so nothing that was written
    before goes out after. Lifted when the owner of the address asks to hear again.
    """

    class Scope(models.TextChoices):
        """Which letters are stopped."""

        LISTS = "lists", _("Letters of the network")
        ALL = "all", _("Every letter")

    class How(models.TextChoices):
        """How it came about."""

        PAGE = "page", _("On the page of leaving")
        ONE_CLICK = "one_click", _("By the button of a mail program")
        REPLY = "reply", _("By a reply to a letter")
        MEMBER = "member", _("On the member's own page")
        STAFF = "staff", _("By staff")
        BOUNCED = "bounced", _("The address refuses letters for good")

    address = models.CharField(
        _("address"),
        max_length=ADDRESS_LENGTH,
        help_text=_("In small letters and without what stands after a +."),
    )
    scope = models.CharField(
        _("which letters"), max_length=5, choices=Scope.choices, default=Scope.LISTS
    )
    how = models.CharField(_("how"), max_length=9, choices=How.choices)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    objects = StopQuerySet.as_manager()

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        constraints = [
            models.UniqueConstraint(fields=["address", "scope"], name="stop_once_a_scope"),
            models.CheckConstraint(
                condition=Q(scope__in=["lists", "all"]), name="stop_scope_known"
            ),
            models.CheckConstraint(
                condition=Q(how__in=["page", "one_click", "reply", "member", "staff", "bounced"]),
                name="stop_how_known",
            ),
            models.CheckConstraint(condition=~Q(address=""), name="stop_has_an_address"),
        ]

    def __str__(self) -> str:
        return f"{self.address}{colon()} {self.get_scope_display()}"

    def clean(self) -> None:
        super().clean()
        self.address = canonical(self.address)

    @classmethod
    def put(cls, address: str, *, how: "Stop.How", scope: "Stop.Scope | None" = None) -> None:
        """Stop letters to an address; doing it twice, or two at once, changes nothing more."""
        stop = Stop(address=canonical(address), how=how, scope=scope or cls.Scope.LISTS)
        Stop.objects.bulk_create([stop], ignore_conflicts=True)

    @classmethod
    def lift(cls, address: str) -> None:
        """Write to an address again: its owner has just asked for it."""
        cls.objects.of(address).delete()
