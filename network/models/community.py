"""Communities of practice: people who work on one issue, and what the plan means for them."""

from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from network.models.edition import Edition
from network.models.subject import Subject
from opengov_portal.lib.languages import Words, pick

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from network.models.user import User


class CommunityQuerySet(models.QuerySet["Community"]):
    def public(self) -> Self:
        return self.filter(is_public=True)

    def with_counts(self) -> Self:
        """Adds `promised`: how many commitments touch its issues."""
        touching = Count("issues__commitment_tags__content_object", distinct=True)
        return self.annotate(promised=touching)


class Community(models.Model):
    """A community of practice: a page for one issue, and an invitation to those who work on it."""

    slug = models.SlugField(_("name in addresses"), max_length=60, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=100)
    name_fr = models.CharField(_("name (French)"), max_length=100)
    why_en = models.TextField(
        _("what the plan means for them (English)"),
        help_text=_("One or two short paragraphs, to people who never heard of open government."),
    )
    why_fr = models.TextField(
        _("what the plan means for them (French)"),
        help_text=_("One or two short paragraphs, to people who never heard of open government."),
    )
    issues = models.ManyToManyField(
        Subject,
        verbose_name=_("issues"),
        blank=True,
        related_name="communities",
        help_text=_("Commitments and proposals with one of these are shown on its page."),
    )
    is_public = models.BooleanField(_("public"), default=True)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name = _("community of practice")
        verbose_name_plural = _("communities of practice")
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_en="") & ~Q(name_fr="") & ~Q(why_en="") & ~Q(why_fr=""),
                name="community_in_both_languages",
            ),
        ]

    def __str__(self) -> str:
        return self.name.text

    def get_absolute_url(self) -> str:
        return reverse("network:community", args=[self.slug])

    @property
    def name(self) -> Words:
        return pick(self, "name")

    @property
    def why(self) -> Words:
        return pick(self, "why")

    def commitment_tags(self) -> Any:
        """What ties commitments to its issues: rows that the room above hangs on Subject."""
        hung: Any = Subject._meta.get_field("commitment_tags")
        return hung.related_model._default_manager.filter(tag__communities=self)

    def may_be_joined_by(self, user: "User | AnonymousUser") -> bool:
        """Members of the network, and nobody else."""
        return self.members.model.behind(user) is not None

    def has(self, user: "User | AnonymousUser") -> bool:
        """Whether they are in it."""
        return user.is_authenticated and self.members.filter(user=user).exists()

    @transaction.atomic
    def join(self, *, by: "User") -> None:
        """Joining twice changes nothing more. Raises PermissionDenied unless a member asks."""
        Edition.take_turn()
        member = self.members.model.behind(by)
        if member is None:
            raise PermissionDenied
        if not self.has(by):
            self.members.add(member)
            self._publish(member)

    @transaction.atomic
    def leave(self, *, by: "User") -> None:
        """Leaving twice changes nothing more. Raises PermissionDenied unless a member asks."""
        Edition.take_turn()
        member = self.members.model.behind(by)
        if member is None:
            raise PermissionDenied
        if self.has(by):
            self.members.remove(member)
            self._publish(member)

    def _publish(self, member: Any) -> None:
        """A name that appears or goes is a change of the page; an unseen member is none."""
        if member.listing == member.Listing.AGREED:
            Edition.advance()
