"""Which commitment is about which subject."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase

from network.models import Subject


class SubjectTag(ItemBase):
    """That a commitment is about a subject."""

    content_object = models.ForeignKey(
        "commitments.Commitment", on_delete=models.CASCADE, related_name="subject_tags"
    )
    tag = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="commitment_tags")

    class Meta:
        verbose_name = _("subject of a commitment")
        verbose_name_plural = _("subjects of commitments")
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "tag"], name="subject_once_a_commitment"
            )
        ]

    def __str__(self) -> str:
        return str(self.tag)
