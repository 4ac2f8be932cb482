"""Drafts: what someone has begun to write, behind a private address."""

import secrets
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.confirmable import SECRET_BYTES, digest
from opengov_portal.lib.mail import ADDRESS_LENGTH, canonical
from opengov_portal.lib.seals import base32
from proposals.models.proposal import Proposal


class DraftQuerySet(models.QuerySet["Draft"]):
    def with_secret(self, secret: str) -> "Draft | None":
        """The one of a private address, while it is kept."""
        kept = self.filter(saved_at__gt=timezone.now() - Draft.KEPT)
        return kept.filter(secret_digest=digest(secret.strip().lower())).first()

    def stale(self) -> Self:
        return self.filter(saved_at__lte=timezone.now() - Draft.KEPT)


class Draft(models.Model):
    """An idea that someone keeps for later, all fields of the form as they were.

    Whoever has the link of the letter can read it, go on with it, and delete it; we keep
    the secret hashed. It goes 30 days after it was last saved, or once the idea that
    was made of it is confirmed.
    """

    KEPT = timedelta(days=30)

    email = models.CharField(_("address as typed"), max_length=ADDRESS_LENGTH)
    address = models.CharField(max_length=ADDRESS_LENGTH, db_index=True, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    data = models.JSONField(_("fields"), default=dict)
    secret_digest = models.CharField(max_length=64, unique=True, editable=False)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="drafts",
        verbose_name=_("proposal"),
    )

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.CheckConstraint(
                condition=~Q(email="") & ~Q(address=""), name="draft_for_an_address"
            ),
        ]

    # Known to the object that was just made, for its letter; kept nowhere.
    secret: str = ""

    def __str__(self) -> str:
        return self.email

    @classmethod
    def keep(cls, email: str, *, language: str, data: dict[str, Any]) -> "Draft":
        secret = base32(secrets.token_bytes(SECRET_BYTES))
        draft = cls.objects.create(
            email=email,
            address=canonical(email),
            language=language,
            data=data,
            secret_digest=digest(secret),
        )
        draft.secret = secret
        return draft

    @property
    def kept_until(self) -> datetime:
        return self.saved_at + self.KEPT

    def save_again(self, data: dict[str, Any]) -> None:
        """Keep what was written since; the thirty days begin anew."""
        self.data, self.saved_at = data, timezone.now()
        self.save(update_fields=["data", "saved_at"])
