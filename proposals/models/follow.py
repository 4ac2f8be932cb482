"""Follows: who wants to be told, by mail, of what becomes of something."""

from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commitments.models import Commitment
from network.models import Confirmation, Subject
from opengov_portal.lib.languages import Words
from opengov_portal.lib.mail import ADDRESS_LENGTH
from opengov_portal.lib.seals import TOKEN_LENGTH, new_token, sealed, unsealed
from proposals.models.consultation import Consultation
from proposals.models.proposal import Proposal

TARGETS = ("proposal", "consultation", "commitment", "subject")


class Rhythm(models.TextChoices):
    """How often there is a letter, if there is news."""

    DAILY = "daily", _("Each morning")
    WEEKLY = "weekly", _("Each Monday")


class FollowerQuerySet(models.QuerySet["Follower"]):
    def under_seal(self, text: str) -> "Follower | None":
        """The one whose private page a sealed token leads to."""
        token = unsealed(text, "following")
        return self.filter(token=token).first() if token else None

    def due(self, today: date) -> Self:
        """Those whose morning it is: daily ones not yet told today, weekly ones not since Monday.

        So a Monday on which nothing ran is made good for on the next day.
        """
        monday = today - timedelta(days=today.weekday())
        return self.filter(
            Q(rhythm=Rhythm.DAILY, told_on__lt=today) | Q(rhythm=Rhythm.WEEKLY, told_on__lt=monday)
        )


class Follower(models.Model):
    """An address that follows something: how often and in which language it is written to.

    There is one letter a morning for all that it follows. `told_happening` and
    `told_change` are the last of either log that it has been told of; they move on in
    the transaction that writes the letter, and only from where they were read.
    """

    email = models.CharField(_("address as typed"), max_length=ADDRESS_LENGTH)
    address = models.CharField(max_length=ADDRESS_LENGTH, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name=_("account"),
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    rhythm = models.CharField(
        _("how often"), max_length=6, choices=Rhythm.choices, default=Rhythm.WEEKLY
    )
    token = models.CharField(
        max_length=TOKEN_LENGTH, unique=True, default=new_token, editable=False
    )
    since = models.DateTimeField(_("since"), default=timezone.now)
    told_on = models.DateField(_("last looked for news"), default=timezone.localdate)
    told_happening = models.PositiveBigIntegerField(default=0, editable=False)
    told_change = models.PositiveBigIntegerField(default=0, editable=False)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        indexes = [models.Index(fields=["rhythm", "told_on"], name="follower_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(rhythm__in=["daily", "weekly"]), name="follower_rhythm_known"
            ),
            models.CheckConstraint(
                condition=Q(language__in=["en", "fr"]), name="follower_language_known"
            ),
            models.CheckConstraint(
                condition=~Q(email="") & ~Q(address=""), name="follower_has_an_address"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def seal(self) -> str:
        """What its private page is found by, under a seal that only we can make."""
        return sealed(self.token, "following")


class FollowQuerySet(models.QuerySet["Follow"]):
    def confirmed(self) -> Self:
        return self.filter(follower__isnull=False)

    def waiting(self) -> Self:
        return self.filter(follower__isnull=True)

    def with_target(self) -> Self:
        return self.select_related(
            "proposal__merged_into", "consultation", "commitment__plan", "subject"
        )

    def oldest(self) -> Self:
        return self.order_by("asked_at", "pk")


class Follow(models.Model):
    """That an address follows one proposal, call, commitment or issue, from when it confirmed.

    Until then it holds what was asked for: how often, in which language, and the words
    that were agreed to. `since_happening` and `since_change` are the last of either log
    when it was confirmed: what came before is no news.
    """

    email = models.CharField(_("address as typed"), max_length=ADDRESS_LENGTH)
    address = models.CharField(max_length=ADDRESS_LENGTH, db_index=True, editable=False)
    follower = models.ForeignKey(
        Follower,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="follows",
        verbose_name=_("follower"),
    )
    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="follows",
        verbose_name=_("proposal"),
    )
    consultation = models.ForeignKey(
        Consultation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="follows",
        verbose_name=_("call for ideas"),
    )
    commitment = models.ForeignKey(
        Commitment,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="follows",
        verbose_name=_("commitment"),
    )
    subject = models.ForeignKey(
        Subject,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="follows",
        verbose_name=_("issue"),
    )
    language = models.CharField(_("language asked for"), max_length=2, choices=settings.LANGUAGES)
    rhythm = models.CharField(_("how often, as asked"), max_length=6, choices=Rhythm.choices)
    words = models.TextField(_("the exact words of consent"), blank=True)
    words_language = models.CharField(
        _("language of the words of consent"), max_length=2, choices=settings.LANGUAGES
    )
    confirmation = models.ForeignKey(
        Confirmation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="follows",
        verbose_name=_("confirmation"),
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    since_happening = models.PositiveBigIntegerField(default=0, editable=False)
    since_change = models.PositiveBigIntegerField(default=0, editable=False)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    proposal__isnull=False, consultation__isnull=True,
                    commitment__isnull=True, subject__isnull=True,
                )
                | Q(
                    proposal__isnull=True, consultation__isnull=False,
                    commitment__isnull=True, subject__isnull=True,
                )
                | Q(
                    proposal__isnull=True, consultation__isnull=True,
                    commitment__isnull=False, subject__isnull=True,
                )
                | Q(
                    proposal__isnull=True, consultation__isnull=True,
                    commitment__isnull=True, subject__isnull=False,
                ),
                name="follow_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(follower__isnull=True, confirmed_at__isnull=True)
                | Q(follower__isnull=False, confirmed_at__isnull=False),
                name="follow_confirmed_by_its_follower",
            ),
            models.CheckConstraint(
                condition=~Q(email="") & ~Q(address=""), name="follow_has_an_address"
            ),
            *(
                models.UniqueConstraint(
                    fields=["follower", target],
                    condition=Q(follower__isnull=False) & Q(**{f"{target}__isnull": False}),
                    name=f"follow_{target}_once",
                )
                for target in TARGETS
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.target)

    @property
    def kind(self) -> str:
        """Which of TARGETS it follows."""
        return next(name for name in TARGETS if getattr(self, f"{name}_id") is not None)

    @property
    def target(self) -> Any:
        return getattr(self, self.kind)

    @property
    def heading(self) -> Words:
        return heading_of(self.target)


def heading_of(target: Any) -> Words:
    """What a thing that is followed is called; nothing for a proposal that is not to be read."""
    if isinstance(target, Proposal):
        readable = target.state in {Proposal.State.PUBLISHED, Proposal.State.MERGED}
        return target.heading if readable else Words("", target.language)
    words: Words = target.label if isinstance(target, Subject) else target.title
    return words
