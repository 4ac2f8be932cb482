"""Referrals: which institution was asked to answer a proposal."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commitments.models import Institution
from network.models import User
from proposals.models.proposal import Proposal


class ReferralQuerySet(models.QuerySet["Referral"]):
    def oldest(self) -> Self:
        return self.order_by("at", "pk")


class Referral(models.Model):
    """That staff passed a proposal on to an institution, for it to answer.

    One may be referred to several: whichever answers first gives the answer that stands,
    and only it, or staff, may change that.
    """

    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, related_name="referrals", verbose_name=_("proposal")
    )
    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        related_name="referrals",
        verbose_name=_("institution"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("referred by"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "institution"], name="referral_once_an_institution"
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal} → {self.institution}"

    def may_be_taken_back_by(self, user: User | AnonymousUser) -> bool:
        return user.has_perm("proposals.delete_referral")
