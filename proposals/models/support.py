"""Supports: who stands behind a proposal. There is no vote against."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models import Confirmation, Organization
from opengov_portal.lib.mail import ADDRESS_LENGTH
from opengov_portal.lib.seals import TOKEN_LENGTH, sealed, unsealed
from proposals.models.proposal import Proposal


class SupportQuerySet(models.QuerySet["Support"]):
    def confirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)

    def under_seal(self, text: str) -> Self:
        """The one that `token` names, if it still stands."""
        number = unsealed(text, "support")
        return self.confirmed().filter(pk=number) if number else self.none()

    def of_people(self) -> Self:
        """Those that the number counts."""
        return self.confirmed().filter(organization__isnull=True)

    def of_organizations(self) -> Self:
        """Those that are shown by name, apart from the number."""
        return self.confirmed().filter(organization__isnull=False)


class Support(models.Model):
    """That a person, or an organization, supports a proposal: once each, until withdrawn.

    A person is known by their address (its canonical form) and is never named;
    an organization, by whoever speaks for it, is. It counts once confirmed, and
    withdrawing deletes it. One that waits for its confirmation may be a wish to
    withdraw (`withdrawing`): whoever has no account withdraws by the same door.

    Whoever changes the supports of proposals first locks the rows of those proposals,
    lowest first (`proposals.supporting.locked`): so nobody waits in a ring, and the
    number kept with each proposal is right.
    """

    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, related_name="supports", verbose_name=_("proposal")
    )
    email = models.CharField(_("address as typed"), max_length=ADDRESS_LENGTH, blank=True)
    address = models.CharField(max_length=ADDRESS_LENGTH, blank=True, db_index=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="supports",
        verbose_name=_("account"),
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="supports",
        verbose_name=_("organization"),
    )
    confirmation = models.ForeignKey(
        Confirmation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="supports",
        verbose_name=_("confirmation"),
    )
    withdrawing = models.BooleanField(_("asks to withdraw"), default=False, editable=False)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    carried_from = models.ForeignKey(
        Proposal,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("carried over from"),
        help_text=_("The proposal that was merged into this one."),
    )

    objects = SupportQuerySet.as_manager()

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("supports")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "address"],
                condition=Q(organization__isnull=True, confirmed_at__isnull=False),
                name="support_once_a_person",
            ),
            models.UniqueConstraint(
                fields=["proposal", "organization"],
                condition=Q(organization__isnull=False),
                name="support_once_an_organization",
            ),
            models.CheckConstraint(
                condition=Q(organization__isnull=True) & ~Q(email="") & ~Q(address="")
                | Q(organization__isnull=False, email="", address=""),
                name="support_of_an_address_or_an_organization",
            ),
            models.CheckConstraint(
                condition=Q(withdrawing=False) | Q(confirmed_at__isnull=True),
                name="support_withdrawn_is_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}"

    @property
    def token(self) -> str:
        """What its own private page is found by, under a seal that only we can make."""
        return sealed(f"{self.pk:0{TOKEN_LENGTH}}", "support")
