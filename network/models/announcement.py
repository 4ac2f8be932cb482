"""Announcements: what staff tell the members who asked to hear it, and the archive of it."""

import json
from datetime import datetime
from hashlib import blake2b
from typing import Any, Self

from celery import signature
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from network.models.deed import Deed
from network.models.edition import Edition
from network.models.letter import Letter
from network.models.member import Member, MemberQuerySet
from network.models.profile import LISTS, Purpose
from network.models.stop import Stop
from network.models.subject import Subject
from network.models.user import User
from opengov_portal.lib import markdown
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.languages import Words, pick
from opengov_portal.lib.states import Stateful
from opengov_portal.lib.tasks import ask

WRITING = "network.tasks.write_announcements"
TITLE_LENGTH = 150  # characters
WORDS_LENGTH = 20_000  # characters, so that a letter stays far below what mail servers take


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def public(self) -> Self:
        """Those on the site: from the moment that sending began."""
        return self.filter(published_at__isnull=False)

    def newest(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def being_sent(self) -> Self:
        return self.filter(state=Announcement.State.SENDING)

    def due(self) -> Self:
        """Those whose hour has come."""
        return self.filter(state=Announcement.State.SCHEDULED, send_at__lte=timezone.now())


class Announcement(Stateful):
    """Something that staff tell the network, in both languages, to those who asked for its kind.

    Its letters are written in batches, in the order of the members; `cursor` is the
    last member reached, moved on in the transaction that writes a batch. The key of
    each letter names the announcement and the member, so nobody gets two.

    What it says is fixed once it is to be sent; what turns out wrong is put right by a
    correction beside it, since addresses last.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("To be sent at a time")
        SENDING = "sending", _("Being sent")
        PAUSED = "paused", _("Paused")
        SENT = "sent", _("Sent")

    NEXT = {
        State.DRAFT: {State.SCHEDULED, State.SENDING},
        State.SCHEDULED: {State.DRAFT, State.SENDING},
        State.SENDING: {State.PAUSED, State.SENT},
        State.PAUSED: {State.SENDING},
        State.SENT: set(),
    }

    # What staff write, and what `revise` keeps.
    WRITTEN = (
        "slug", "purpose", "title_en", "title_fr", "words_en", "words_fr",
        "provinces", "sectors", "languages",
    )  # fmt: skip

    slug = models.SlugField(
        _("name in addresses"),
        max_length=80,
        unique=True,
        help_text=_("The last part of its address on the site, in both languages."),
    )
    purpose = models.CharField(
        _("to whom ticked"),
        max_length=13,
        choices=[(p.value, p.label) for p in LISTS],
        default=Purpose.ANNOUNCEMENTS,
    )
    title_en = models.CharField(_("title (English)"), max_length=TITLE_LENGTH)
    title_fr = models.CharField(_("title (French)"), max_length=TITLE_LENGTH)
    words_en = models.TextField(
        _("text (English)"),
        max_length=WORDS_LENGTH,
        help_text=_("Markdown, without pictures."),
    )
    words_fr = models.TextField(
        _("text (French)"),
        max_length=WORDS_LENGTH,
        help_text=_("Markdown, without pictures."),
    )
    # Whom it is for, among those who ticked its box; empty means all.
    issues = models.ManyToManyField(
        Subject,
        verbose_name=_("issues"),
        blank=True,
        related_name="announcements",
        help_text=_("Members with at least one of these. None chosen: all."),
    )
    provinces = models.JSONField(_("provinces and territories"), default=list, blank=True)
    sectors = models.JSONField(_("sectors"), default=list, blank=True)
    languages = models.JSONField(_("languages of letters"), default=list, blank=True)

    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    send_at = models.DateTimeField(_("to be sent"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    written_at = models.DateTimeField(_("all written"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)
    cursor = models.PositiveBigIntegerField(default=0, editable=False)
    expected = models.PositiveIntegerField(
        _("members it is for, when it began"), default=0, editable=False
    )
    written = models.PositiveIntegerField(_("letters written"), default=0, editable=False)
    correction_en = models.TextField(
        _("correction (English)"),
        max_length=2000,
        blank=True,
        help_text=_("Shown above it on the site; no letter tells of it. Markdown."),
    )
    correction_fr = models.TextField(
        _("correction (French)"),
        max_length=2000,
        blank=True,
        help_text=_("Shown above it on the site; no letter tells of it. Markdown."),
    )
    corrected_at = models.DateTimeField(_("corrected"), null=True, blank=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        permissions = [("send_announcement", "Can send announcements to members")]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["announcements", "calls", "digests"]),
                name="announcement_purpose_known",
            ),
            models.CheckConstraint(
                condition=~Q(title_en="") & ~Q(title_fr="") & ~Q(words_en="") & ~Q(words_fr=""),
                name="announcement_in_both_languages",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                & Q(published_at__isnull=True, written_at__isnull=True, finished_at__isnull=True)
                | Q(state="scheduled", send_at__isnull=False)
                & Q(published_at__isnull=True, written_at__isnull=True, finished_at__isnull=True)
                | Q(state__in=["sending", "paused"], published_at__isnull=False)
                & Q(finished_at__isnull=True)
                | Q(state="sent", published_at__isnull=False)
                & Q(written_at__isnull=False, finished_at__isnull=False),
                name="announcement_state_has_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(correction_en="", correction_fr="")
                | ~Q(correction_en="") & ~Q(correction_fr="") & Q(corrected_at__isnull=False),
                name="announcement_corrected_in_both_languages",
            ),
        ]

    def __str__(self) -> str:
        return self.title.text

    def get_absolute_url(self) -> str:
        return reverse("network:announcement", args=[self.slug])

    # --- Questions -------------------------------------------------------------

    @property
    def title(self) -> Words:
        return pick(self, "title")

    @property
    def words(self) -> Words:
        return pick(self, "words")

    @property
    def correction(self) -> Words:
        return pick(self, "correction")

    @property
    def excerpt(self) -> str:
        """How it begins, in one line: its first paragraph, without marks."""
        beginning = markdown.plain(self.words.text[:1500]).partition("\n\n")[0]
        return Truncator(" ".join(beginning.split())).chars(240)

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed, or thrown away."""
        return self.state == self.State.DRAFT

    @property
    def fingerprint(self) -> str:
        """Differs as soon as what it says, or whom it is for, does."""
        facts = [getattr(self, name) for name in self.WRITTEN]
        issues = sorted(self.issues.values_list("pk", flat=True))
        return blake2b(json.dumps([*facts, issues]).encode(), digest_size=12).hexdigest()

    def may_be_sent_by(self, user: User | AnonymousUser) -> bool:
        return user.is_active and user.is_staff and user.has_perm("network.send_announcement")

    def chosen(self) -> MemberQuerySet:
        """The members who ticked its box and whom staff chose it for."""
        members = Member.objects.receiving(Purpose(self.purpose)).filter(user__is_active=True)
        if self.provinces:
            members = members.filter(province__in=self.provinces)
        if self.sectors:
            members = members.filter(sector__in=self.sectors)
        if self.languages:
            members = members.filter(language__in=self.languages)
        if issues := list(self.issues.values_list("pk", flat=True)):
            interests = Member.issues.through.objects.filter(subject__in=issues)
            members = members.filter(Exists(interests.filter(member=OuterRef("pk"))))
        if self.published_at:  # who joins while it is sent hears of the next one
            members = members.filter(joined_at__lte=self.published_at)
        return members

    def audience(self) -> MemberQuerySet:
        """The members it goes to: those chosen whose address gets letters."""
        stops = Stop.objects.filter(address=OuterRef("address"))
        return self.chosen().filter(~Exists(stops))

    def unticked(self) -> Q:
        """Of its letters: those whose reader has since left, or wants no more of its kind."""
        box = {f"member__{self.purpose}": True}
        readers = User.objects.filter(pk=OuterRef("user_id"), is_active=True, **box)
        return ~Q(Exists(readers))

    def held(self) -> Q:
        """Of its letters: all, while it is paused."""
        paused = Announcement.objects.filter(pk=self.pk, state=self.State.PAUSED)
        return Q(Exists(paused))

    # --- Verbs -----------------------------------------------------------------

    def revise(self) -> None:
        """Keep what was changed of a draft. Raises Refused once it is to be sent.

        The row is held until the transaction ends, so whoever sends it meanwhile
        sends the whole of the change or none of it.
        """
        facts = {name: getattr(self, name) for name in self.WRITTEN}
        if not Announcement.objects.filter(pk=self.pk, state=self.State.DRAFT).update(**facts):
            raise Refused(_("This announcement is no draft any more, so it can’t be changed."))

    def discard(self) -> None:
        """Throw a draft away. Raises Refused once it is to be sent."""
        draft = Announcement.objects.filter(pk=self.pk, state=self.State.DRAFT)
        with transaction.atomic():
            if not draft.select_for_update().exists():
                raise Refused(_("This announcement is no draft any more: its address lasts."))
            draft.delete()

    @transaction.atomic
    def send(self, *, by: User | AnonymousUser, seen: str = "") -> None:
        """Put it on the site, and begin to write its letters.

        `seen` is the fingerprint of what was looked at before; one that was changed
        since is Refused.
        """
        self._allow(by)
        Edition.take_turn()
        if not self._begin(sent_by=by):
            raise self._refusal(self.State.SENDING)
        self._must_be(seen)
        Deed.record(Deed.Act.SENT, self, by=by)

    @transaction.atomic
    def send_when_due(self) -> bool:
        """Its hour has come. False when another was quicker, or it was called off meanwhile."""
        Edition.take_turn()
        return self._begin(Q(send_at__lte=timezone.now()))

    @transaction.atomic
    def schedule(self, *, by: User | AnonymousUser, at: datetime, seen: str = "") -> None:
        """Have it sent at a time to come. `seen` is as `send` takes it."""
        self._allow(by)
        if at <= timezone.now():
            raise Refused(_("That time has passed: choose one that is still to come."))
        self._go(by, self.State.SCHEDULED, send_at=at, sent_by=by)
        self._must_be(seen)

    @transaction.atomic
    def unschedule(self, *, by: User | AnonymousUser) -> None:
        """Call it off before its hour: it is a draft again."""
        self._allow(by)
        self._go(by, self.State.DRAFT, send_at=None, sent_by=None)

    @transaction.atomic
    def pause(self, *, by: User | AnonymousUser) -> None:
        """Write no more of its letters, and post none of those written, until it is resumed."""
        self._allow(by)
        self._go(by, self.State.PAUSED)

    @transaction.atomic
    def resume(self, *, by: User | AnonymousUser) -> None:
        """Go on where it was paused."""
        self._allow(by)
        self._go(by, self.State.SENDING, Q(state=self.State.PAUSED))
        # The days after which a letter is given up begin anew, and so does its date.
        owed = Letter.objects.filter(announcement=self, state=Letter.State.OWED)
        owed.update(owed_since=timezone.now())
        ask(signature(WRITING))

    def advance(self, reached: int, written: int) -> bool:
        """So many letters were written, up to that member; in the transaction that writes them.

        False when another has written them, or when it was paused meanwhile.
        """
        before = {"pk": self.pk, "state": self.State.SENDING, "cursor": self.cursor}
        rows = Announcement.objects.filter(written_at__isnull=True, **before)
        return bool(rows.update(cursor=reached, written=F("written") + written))

    def mark_written(self) -> bool:
        """Every member has been reached."""
        before = {"pk": self.pk, "state": self.State.SENDING, "cursor": self.cursor}
        rows = Announcement.objects.filter(written_at__isnull=True, **before)
        return bool(rows.update(written_at=timezone.now()))

    def finish(self) -> bool:
        """All its letters are on their way, or won't go. False while some are owed."""
        owed = Letter.objects.owed().filter(announcement=OuterRef("pk"))
        done = Q(~Exists(owed), written_at__isnull=False)
        return self._move(self.State.SENT, done, finished_at=timezone.now())

    @transaction.atomic
    def correct(self, *, by: User | AnonymousUser, en: str, fr: str) -> None:
        """Say on the site what was wrong in it, in both languages; nothing takes it back."""
        self._allow(by)
        Edition.take_turn()
        facts = {"correction_en": en, "correction_fr": fr}
        now = timezone.now() if en else None
        if not Announcement.objects.public().filter(pk=self.pk).update(corrected_at=now, **facts):
            raise Refused(_("Only what is on the site can be corrected."))
        Edition.advance()

    def _allow(self, user: User | AnonymousUser) -> None:
        if not self.may_be_sent_by(user):
            raise PermissionDenied

    def _begin(self, only: Q | None = None, **facts: Any) -> bool:
        only = Q(only or Q(), published_at__isnull=True)  # what was begun is resumed
        if not self._move(self.State.SENDING, only, published_at=timezone.now(), **facts):
            return False
        self.refresh_from_db()
        self.expected = self.audience().count()
        self.save(update_fields=["expected"])
        Edition.advance()
        ask(signature(WRITING))
        return True

    def _go(self, by: Any, state: State, only: Q | None = None, **facts: Any) -> None:
        before = self.state
        if not self._move(state, only, **facts):
            raise self._refusal(state)
        Deed.moved(self, before, by=by)

    def _refusal(self, state: "Announcement.State") -> Refused:
        words = _("This announcement can’t go from “%(before)s” to “%(after)s”, or no longer.")
        return Refused(words % {"before": self.get_state_display(), "after": state.label})

    def _must_be(self, seen: str) -> None:
        self.refresh_from_db()
        if seen and seen != self.fingerprint:
            raise Refused(_("It was changed since you looked at it. Look again before you send."))
