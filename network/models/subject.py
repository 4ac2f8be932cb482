"""Subjects: what a promise, an idea or a person's interest is about, in the citizen's words."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import TagBase

from opengov_portal.lib.languages import Words, active


class SubjectQuerySet(models.QuerySet["Subject"]):
    def popular(self) -> Self:
        """Those with the most commitments first; none without any."""
        counted = self.annotate(uses=models.Count("commitment_tags")).filter(uses__gt=0)
        return counted.order_by("-uses", "slug")


class Subject(TagBase):
    """A tag with a label in each language, so that people browse by what they care about.

    `name` (from taggit) is the English label. Subjects are our own classification,
    not the plan's.
    """

    name_fr = models.CharField(
        _("name (French)"),
        max_length=100,
        unique=True,
        help_text=_("What people would call it in French."),
    )

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(name_fr=""),
                name="subject_name_in_both_languages",
            ),
        ]

    def __str__(self) -> str:
        return self.label.text

    def get_absolute_url(self) -> str:
        return reverse("commitments:index", query={"tag": self.slug})

    @property
    def label(self) -> Words:
        return Words(self.name_fr if active() == "fr" else self.name, active())
