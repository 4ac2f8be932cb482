"""When a call is announced, opens, pauses and closes, and the verbs that move it."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models import Deed, Edition, User
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.languages import Words, pick
from proposals.models.turn import Turn

NOTICE = timedelta(days=14)  # asked for by OGP’s standard


def days_until(moment: datetime) -> int:
    """Whole days from today until the day of a moment, in the portal's time zone; 0 today."""
    return (timezone.localdate(moment) - timezone.localdate()).days


def next_border(calls: "Iterable[Timetable]") -> datetime:
    """When what is said of these calls stops being true: one opens or closes, or the day ends."""
    now = timezone.now()
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    borders = [timezone.make_aware(datetime.combine(tomorrow, time.min))]
    borders += [border for call in calls for border in (call.opens_at, call.closes_at) if border]
    return min(border for border in borders if border > now)


class Timetable(models.Model):
    """The dates of a call. Once announced they move only by verbs, each on public record."""

    class State(models.TextChoices):
        """Where a call is: not kept, but told by its dates and the hour."""

        DRAFT = "draft", _("Draft")
        ANNOUNCED = "announced", _("Announced")
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed")
        CONCLUDED = "concluded", _("Concluded")

    # Which verbs each state takes.
    VERBS: dict[State, tuple[str, ...]] = {
        State.DRAFT: ("publish",),
        State.ANNOUNCED: ("extend", "pause"),
        State.OPEN: ("extend", "pause"),
        State.PAUSED: ("resume",),
        State.CLOSED: ("extend", "conclude"),
        State.CONCLUDED: ("reopen",),
    }
    # The shape beside the word: the fuller, the further along.
    MARKS = {
        State.DRAFT: "unknown",
        State.ANNOUNCED: "unknown",
        State.OPEN: "moving",
        State.PAUSED: "slow",
        State.CLOSED: "still",
        State.CONCLUDED: "done",
    }

    standing = models.BooleanField(_("always open"), default=False, editable=False)
    published_at = models.DateTimeField(_("announced"), null=True, blank=True, editable=False)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    answers_due = models.DateField(_("answers are due by"), null=True, blank=True)
    short_notice_en = models.TextField(_("why it opens sooner (English)"), blank=True)
    short_notice_fr = models.TextField(_("why it opens sooner (French)"), blank=True)
    paused_at = models.DateTimeField(_("paused since"), null=True, blank=True, editable=False)
    concluded_at = models.DateTimeField(_("concluded"), null=True, blank=True, editable=False)
    turns: Any
    afterwards_en: Any
    source_url: Any

    class Meta:
        abstract = True

    @property
    def short_notice(self) -> Words:
        return pick(self, "short_notice")

    # --- Questions -------------------------------------------------------------

    @property
    def state(self) -> State:
        now = timezone.now()
        if self.published_at is None or self.published_at > now:
            return self.State.DRAFT
        if self.concluded_at is not None:
            return self.State.CONCLUDED
        if self.paused_at is not None:
            return self.State.PAUSED
        if self.opens_at > now:
            return self.State.ANNOUNCED
        if self.closes_at is not None and self.closes_at <= now:
            return self.State.CLOSED
        return self.State.OPEN

    @property
    def mark(self) -> str:
        """The shape of its state."""
        return self.MARKS[self.state]

    @property
    def is_open(self) -> bool:
        """Whether it takes ideas now."""
        return self.state == self.State.OPEN

    @property
    def days_left(self) -> int | None:
        """Whole days until the last day on which it takes ideas: 0 on that day, None if none."""
        if self.closes_at is None or self.state in (self.State.CLOSED, self.State.CONCLUDED):
            return None
        # One that closes at midnight takes its last idea on the day before.
        last = self.closes_at - timedelta(microseconds=1)
        return (timezone.localdate(last) - timezone.localdate(self.paused_at)).days

    @property
    def days_to_opening(self) -> int:
        return max(days_until(self.opens_at), 0)

    @property
    def is_short_of_notice(self) -> bool:
        """Whether it opens, or would if announced now, before two weeks have passed."""
        return self.opens_at < (self.published_at or timezone.now()) + NOTICE

    @property
    def closing_if_resumed(self) -> datetime | None:
        """When it would close if it were resumed now.

        Later by the days that the pause took from it, begun ones counted whole, at the same
        hour of the day: a pause never shortens the time that people have.
        """
        if self.closes_at is None or self.paused_at is None:
            return self.closes_at
        lost = timezone.now() - max(self.paused_at, self.opens_at)
        days = max(-(-lost // timedelta(days=1)), 0)
        wall = timezone.localtime(self.closes_at).replace(tzinfo=None) + timedelta(days=days)
        return timezone.make_aware(wall)

    @property
    def is_current(self) -> bool:
        """Whether it takes ideas now, or will."""
        return self.state in (self.State.ANNOUNCED, self.State.OPEN, self.State.PAUSED)

    @property
    def is_past_elsewhere(self) -> bool:
        """Whether it is an earlier call, which was held and closed somewhere else."""
        closed = self.closes_at is not None and self.closes_at <= timezone.now()
        return bool(self.source_url) and closed

    @property
    def may_bring_news(self) -> bool:
        """Whether something may still come of it that those who follow it are told."""
        return not self.is_past_elsewhere or self.answers_due is not None

    @property
    def verbs(self) -> tuple[str, ...]:
        """What can be done to it as it stands."""
        return () if self.standing else self.VERBS[self.state]

    def may_be_run_by(self, user: User | AnonymousUser) -> bool:
        allowed = user.has_perm("proposals.change_consultation")
        return user.is_active and user.is_staff and allowed

    def must_be_run_by(self, user: User | AnonymousUser) -> None:
        if not self.may_be_run_by(user):
            raise PermissionDenied

    # --- Verbs -----------------------------------------------------------------

    @transaction.atomic
    def publish(self, *, by: User | AnonymousUser) -> None:
        """Announce it: its page is public, and its dates are promised.

        It opens two weeks later at the soonest, or says in both languages why sooner. An
        hour of opening that has passed becomes now: nothing opens before it is announced.
        An earlier call, held elsewhere, is only put on record.
        """
        self._begin(by)
        now = timezone.now()
        if self.published_at is not None:
            self._refuse(_("This call has been announced already."))
        if self.is_past_elsewhere:
            self._write(published_at=self.opens_at)
            return self._record(Turn.Act.RECORDED, by)
        if self.closes_at is None or self.closes_at <= now:
            self._refuse(_("It would have closed already: give it a later closing first."))
        if not self.afterwards_en or self.answers_due is None:
            self._refuse(_("Say first what happens afterwards, and by when answers are due."))
        self._must_be_due_after(self.answers_due, self.closes_at)
        opens = max(self.opens_at, now)
        if opens < now + NOTICE and not self.short_notice_en:
            self._refuse(
                _(
                    "It would open less than two weeks after it is announced. Say why, in both "
                    "languages, or open it later."
                )
            )
        self._write(published_at=now, opens_at=opens)
        soon = self.is_short_of_notice
        reason_en, reason_fr = self.short_notice_en, self.short_notice_fr
        return self._record(
            Turn.Act.PUBLISHED,
            by,
            reason_en=reason_en if soon else "",
            reason_fr=reason_fr if soon else "",
        )

    @transaction.atomic
    def extend(
        self,
        *,
        by: User | AnonymousUser,
        closes_at: datetime,
        answers_due: date | None = None,
        reason_en: str,
        reason_fr: str,
    ) -> None:
        """Close it later; one that has closed takes ideas again. `answers_due` may move too."""
        self._begin(by)
        self._must_be_under_way()
        if self.paused_at is not None:
            self._refuse(_("This call is paused: resume it first."))
        before, due_before = self.closes_at, self.answers_due
        if before is None or closes_at <= before or closes_at <= timezone.now():
            self._refuse(_("An extension ends later than the call did, and is still to come."))
        due = answers_due or due_before
        self._must_be_due_after(due, closes_at)
        self._write(closes_at=closes_at, answers_due=due)
        self._record(
            Turn.Act.EXTENDED,
            by,
            closed_before=before,
            closes_now=closes_at,
            due_before=due_before,
            due_now=due,
            reason_en=reason_en,
            reason_fr=reason_fr,
        )

    @transaction.atomic
    def pause(self, *, by: User | AnonymousUser, reason_en: str, reason_fr: str) -> None:
        """Take no ideas for a while, as during an election; the closing waits with it."""
        self._begin(by)
        self._must_be_under_way()
        if self.state not in (self.State.ANNOUNCED, self.State.OPEN):
            self._refuse(_("Only a call that is open, or will be, can be paused."))
        self._write(paused_at=timezone.now())
        self._record(
            Turn.Act.PAUSED,
            by,
            closed_before=self.closes_at,
            reason_en=reason_en,
            reason_fr=reason_fr,
        )

    @transaction.atomic
    def resume(self, *, by: User | AnonymousUser) -> None:
        """Take ideas again. Closing, and the answers, come later by the length of the pause."""
        self._begin(by)
        self._must_be_under_way()
        before, closes, due_before = self.closes_at, self.closing_if_resumed, self.answers_due
        if self.paused_at is None or before is None or closes is None:
            self._refuse(_("This call is not paused."))
        days = (timezone.localdate(closes) - timezone.localdate(before)).days
        due = due_before + timedelta(days=days) if due_before else None
        self._write(paused_at=None, closes_at=closes, answers_due=due)
        self._record(
            Turn.Act.RESUMED,
            by,
            closed_before=before,
            closes_now=closes,
            due_before=due_before,
            due_now=due,
        )

    @transaction.atomic
    def reopen(self, *, by: User | AnonymousUser, reason_en: str, reason_fr: str) -> None:
        """Take back that it is concluded: there is something to put right. It stays closed."""
        self._begin(by)
        if self.concluded_at is None:
            self._refuse(_("This call has not been concluded."))
        self._write(concluded_at=None)
        self._record(Turn.Act.REOPENED, by, reason_en=reason_en, reason_fr=reason_fr)

    def _begin(self, by: User | AnonymousUser) -> None:
        """Whoever may, one after the other, and from how it stands now."""
        self.must_be_run_by(by)
        Edition.take_turn()
        self.refresh_from_db()
        if self.standing:
            self._refuse(_("This call is always open: it is neither closed, paused nor moved."))

    def _must_be_under_way(self) -> None:
        if self.published_at is None:
            self._refuse(_("This call has not been announced."))
        if self.concluded_at is not None:
            self._refuse(_("This call has been concluded."))

    def _must_be_due_after(self, due: date | None, closes_at: datetime) -> None:
        if due is not None and due < timezone.localdate(closes_at):
            self._refuse(_("Answers cannot be due before the call closes: choose a later day."))

    def _write(self, **facts: Any) -> None:
        """Compare and set: of two who ask at once one wins, on every database."""
        names = ("published_at", "paused_at", "concluded_at", "closes_at")
        stood = {name: getattr(self, name) for name in names}
        same = {name: value for name, value in stood.items() if value is not None}
        none = {f"{name}__isnull": True for name, value in stood.items() if value is None}
        rows = type(self)._default_manager.filter(pk=self.pk, **same, **none)
        if not rows.update(**facts):
            self._refuse(_("Someone else has just changed this call."))
        for name, value in facts.items():
            setattr(self, name, value)

    def _record(self, act: Turn.Act, by: User | AnonymousUser, **facts: Any) -> None:
        said = {name: facts.pop(name, "").strip() for name in ("reason_en", "reason_fr")}
        turn = self.turns.create(act=act, by=by, **facts, **said)
        Deed.record(Deed.Act.DECIDED, self, by=by, told_by=turn)
        # Within the turn that each verb took first (`Happening`).
        me: Any = self
        if act != Turn.Act.RECORDED:  # an earlier call is no news
            me.happenings.create(kind="announced" if act == Turn.Act.PUBLISHED else act)
        Edition.advance()

    def _refuse(self, why: Any) -> NoReturn:
        raise Refused(why)
