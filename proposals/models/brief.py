"""Briefs: the one PDF that may come with an idea."""

from datetime import timedelta
from hashlib import sha256
from typing import Self

from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opengov_portal.lib.uploads import FILE_MOST
from proposals.models.draft import Draft
from proposals.models.proposal import Proposal

BRIEF_MOST = FILE_MOST
SIGNED = Signer(salt="portal.brief")


class BriefQuerySet(models.QuerySet["Brief"]):
    def light(self) -> Self:
        """All that is known of them but what is in them."""
        return self.defer("content")

    def signed(self, mark: str) -> "Brief | None":
        """The one that a form carries along, until it is put forward."""
        try:
            number = SIGNED.unsign(mark)
        except BadSignature:
            return None
        return self.light().filter(pk=number, proposal__isnull=True).first()

    def stale(self) -> Self:
        """Those whose idea was never put forward."""
        old = timezone.now() - Brief.KEPT
        return self.filter(proposal__isnull=True, draft__isnull=True, created_at__lte=old)


class Brief(models.Model):
    """A PDF of at most ten megabytes, as it was handed in; looked at by `proposals.pdf`.

    In the database, so that it comes and goes with its proposal (docs/decisions/0018).
    It is only ever answered as a download (`views.brief`).
    """

    KEPT = timedelta(days=2)

    proposal = models.OneToOneField(
        Proposal,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="brief",
        verbose_name=_("proposal"),
    )
    draft = models.ForeignKey(
        Draft,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="briefs",
        verbose_name=_("draft"),
    )
    content = models.BinaryField(_("content"))
    size = models.PositiveIntegerField(_("size in bytes"))
    digest = models.CharField(_("SHA-256"), max_length=64)
    created_at = models.DateTimeField(_("handed in"), default=timezone.now)

    objects = BriefQuerySet.as_manager()

    class Meta:
        verbose_name = _("brief")
        verbose_name_plural = _("briefs")
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=BRIEF_MOST), name="brief_not_too_large"
            ),
        ]

    def __str__(self) -> str:
        return f"PDF, {self.size} B"

    @classmethod
    def keep(cls, content: bytes) -> "Brief":
        """Keep a file that was looked at, until its idea is put forward."""
        digest = sha256(content).hexdigest()
        return cls.objects.create(content=content, size=len(content), digest=digest)

    @property
    def mark(self) -> str:
        """What the form carries along, which nobody else can make."""
        return SIGNED.sign(str(self.pk))
