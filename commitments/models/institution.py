"""The institutions that answer for commitments."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from network.models import User
from opengov_portal.lib.addresses import address
from opengov_portal.lib.languages import Words, pick


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def with_counts(self) -> Self:
        """Adds `led` and `supported`: commitments it leads, and others that it helps with.

        Where sources differ it may be named as both, of one: that one it leads.
        """
        led = Count("leads", filter=Q(leads__role="lead"))
        return self.annotate(led=led, supported=Count("leads__commitment", distinct=True) - led)

    def spoken_for_by(self, user: User | AnonymousUser) -> Self:
        """Those that someone was appointed to speak for."""
        return self.filter(responders__user=user) if isinstance(user, User) else self.none()


class Institution(models.Model):
    """A department or agency of government that leads or supports a commitment."""

    slug = models.SlugField(
        _("name in addresses"), max_length=60, unique=True, help_text=_("Such as tbs-sct.")
    )
    name_en = models.CharField(
        _("name (English)"), max_length=200, help_text=_("In full, as it calls itself today.")
    )
    name_fr = models.CharField(
        _("name (French)"),
        max_length=200,
        help_text=_("In full, as it calls itself in French today."),
    )
    short_en = models.CharField(
        _("acronym (English)"), max_length=40, blank=True, help_text=_("Such as TBS.")
    )
    short_fr = models.CharField(
        _("acronym (French)"), max_length=40, blank=True, help_text=_("Such as SCT.")
    )

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_en="") & ~Q(name_fr=""),
                name="institution_name_in_both_languages",
            ),
        ]

    def __str__(self) -> str:
        return self.name.text

    def get_absolute_url(self) -> str:
        return address("commitments:institution", self.slug)

    def is_spoken_for_by(self, user: User | AnonymousUser) -> bool:
        return Institution.objects.spoken_for_by(user).filter(pk=self.pk).exists()

    @property
    def name(self) -> Words:
        return pick(self, "name")

    @property
    def short(self) -> Words:
        return pick(self, "short")
