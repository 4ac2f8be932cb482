"""What moderators do with a proposal: publish, refuse, hide, restore, and undo."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import Deed, Edition, User
from network.models.decision import UNDO_WITHIN
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.states import Stateful

if TYPE_CHECKING:
    from proposals.models.step import Step

WORDS_LENGTH = 1000  # characters of the sentence that says a reason


class Moderated(Stateful):
    """The verbs of moderators, and who may use them.

    Each verb writes a `Step`. `seen` is the step that the moderator saw last (0 for none):
    who decides on an older page than that is told who was first. Without it only the
    state must be as this object knows it.
    """

    UNDO_WITHIN = UNDO_WITHIN

    if TYPE_CHECKING:
        State: Any
        Reason: Any
        steps: Any
        flags: Any
        state: str
        waiting_since: Any

    class Meta:
        abstract = True

    # --- Questions -------------------------------------------------------------

    def may_be_moderated_by(self, user: User | AnonymousUser) -> bool:
        """Never by who put it forward: of what is theirs a colleague decides."""
        me: Any = self
        may = user.is_staff and user.has_perm("proposals.change_proposal")
        return may and not me.is_of(user)

    @property
    def last_step(self) -> "Step | None":
        """The step that led to where it is: the latest that was not undone."""
        step: Step | None = self.steps.standing().newest().first()
        return step

    @property
    def last_move(self) -> "Step | None":
        """The same, whatever was done to its brief since."""
        step: Step | None = self.steps.standing().moves().newest().first()
        return step

    @property
    def is_gone(self) -> bool:
        """Whether its page is but a mark that something was here."""
        return self.state in {self.State.HIDDEN, self.State.WITHDRAWN}

    @property
    def can_be_undone(self) -> bool:
        step = self.last_step
        return step is not None and step.can_be_undone

    # --- Verbs -----------------------------------------------------------------

    @transaction.atomic
    def publish(self, *, by: User, seen: int | None = None) -> "Step":
        """A moderator agrees to it: everyone can read it.

        One that was refused is published the same way, unless its author appealed:
        that another moderator decides (`Appeal.grant`).
        """
        self._ask(by, seen)
        if self.appeal_waits:
            raise Refused(_("Its author has appealed: decide about the appeal."))
        return self._publish(by=by)

    def _publish(self, *, by: User) -> "Step":
        before = (self.State.WAITING, self.State.REFUSED)
        return self._decide(self.State.PUBLISHED, before, by=by, published_at=timezone.now())

    @transaction.atomic
    def refuse(self, *, by: User, reason: str, words: str, seen: int | None = None) -> "Step":
        """A moderator says no, with a reason and a sentence for its author."""
        said = self._reason(reason, words)
        self._ask(by, seen)
        return self._decide(self.State.REFUSED, (self.State.WAITING,), by=by, said=said)

    @transaction.atomic
    def hide(self, *, by: User, reason: str, words: str, seen: int | None = None) -> "Step":
        """A moderator takes it off the site; its address tells the date and the reason code.

        What hangs on it stays. The flags that waited are answered by it.
        """
        said = self._reason(reason, words)
        self._ask(by, seen)
        step = self._decide(self.State.HIDDEN, (self.State.PUBLISHED,), by=by, said=said)
        self._answer_flags(by=by, words=said["words"], at=step.at)
        return step

    @transaction.atomic
    def restore(self, *, by: User, seen: int | None = None) -> "Step":
        """A moderator puts it back where everyone can read it."""
        self._ask(by, seen)
        return self._decide(self.State.PUBLISHED, (self.State.HIDDEN,), by=by)

    @transaction.atomic
    def keep(self, *, by: User, words: str, seen: int | None = None) -> int:
        """A moderator looked at what visitors flagged, and it stays; how many were answered."""
        if not words.strip():
            raise ValueError("That it stays has a sentence which says why.")
        self._ask(by, seen)
        kept = self._answer_flags(by=by, words=words.strip(), at=timezone.now())
        if not kept:
            raise Refused(_("Someone else has just looked at what was flagged."))
        Deed.record(Deed.Act.DECIDED, self, by=by, changes=[{"field": "flags"}])
        return kept

    @property
    def last_keeping(self) -> Any:
        """A flag of those that were last answered by keeping it, if that can still be undone.

        What hiding answered is undone with the hiding.
        """
        if self.state != self.State.PUBLISHED:
            return None
        hidden = self.steps.filter(after=self.State.HIDDEN).values("at")
        since = timezone.now() - self.UNDO_WITHIN
        kept = self.flags.filter(handled_at__gt=since).exclude(handled_at__in=hidden)
        return kept.select_related("handled_by").order_by("-handled_at", "-pk").first()

    @transaction.atomic
    def unkeep(self, *, by: User, seen: int | None = None) -> int:
        """Any moderator has what was flagged wait anew, within an hour; how many flags.

        `seen` is the flag that names the answer they saw (`last_keeping`).
        """
        self._ask(by, None)
        last = self.last_keeping
        if last is None or (seen is not None and seen != last.pk):
            raise Refused(_("This can no longer be undone."))
        mine = self.flags.filter(handled_at=last.handled_at)
        reopened: int = mine.update(handled_at=None, handled_by=None, handled_words="")
        Deed.record(Deed.Act.UNDONE, self, by=by, changes=[{"field": "flags"}])
        return reopened

    @transaction.atomic
    def undo(self, *, by: User, seen: int | None = None) -> "Step":
        """Any moderator takes the last decision back, within an hour of it; gives that step.

        It stays in the history, marked; the proposal is where it was. About an appeal,
        who refused the proposal cannot undo what another decided. A merge is undone by
        `Merge.undo`.
        """
        self._ask(by, seen)
        step = self.last_step
        is_merge = step is not None and step.after == self.State.MERGED and not step.brief
        if step is None or not step.can_be_undone or is_merge:
            raise Refused(_("This can no longer be undone."))
        appeal = self._appeal_decided_by(step)
        if appeal and not appeal.may_be_decided_by(by):
            raise PermissionDenied
        if step.before != step.after:
            self._go_back(step)
        self._take_back(step)
        step.mark_undone(by=by)
        if appeal:
            appeal.reopen()
        Edition.advance()
        self._reopen(by=by)
        return step

    def _go_back(self, step: "Step") -> None:
        """To where it was before a step, if nothing has come to hang on it since."""
        facts: dict[str, Any] = {}
        if step.after == self.State.PUBLISHED and step.before != self.State.HIDDEN:
            facts["published_at"] = None
            me: Any = self
            if me.responses.exists() or me.merged.exists():
                raise Refused(_("An answer or another proposal hangs on it already."))
        if not self._move(self.State(step.before), **facts):
            raise Refused(self._who_was_first())
        if step.after == self.State.HIDDEN:
            self._tell(step.after)

    # --- What all of them do ------------------------------------------------------

    def _ask(self, by: User, seen: int | None) -> None:
        """First in each verb: who may not is told so, and who comes second waits, then is told."""
        if not self.may_be_moderated_by(by):
            raise PermissionDenied
        Edition.take_turn()
        self._state.fields_cache.pop("appeal", None)  # as it was before the turn
        step = self.last_step
        if seen is not None and seen != (step.pk if step else 0):
            raise Refused(self._who_was_first())

    def _decide(
        self,
        state: Any,
        before: Collection[Any],
        *,
        by: User,
        said: dict[str, str] | None = None,
        **facts: Any,
    ) -> "Step":
        was = self.state
        if was not in before or not self._move(state, **facts):
            raise Refused(self._who_was_first())
        Edition.advance()
        step: Step = self.steps.create(before=was, after=state, by=by, **said or {})
        self._tell(was)
        self._reopen(by=by)
        return step

    def _reopen(self, *, by: User) -> None:
        """A call that was concluded is so no longer, where this came back to wait in it."""
        me: Any = self
        type(me.consultation).reopen_over(me, by=by)

    def _tell(self, was: Any) -> None:
        """Write down, for those who follow it, where everyone can now see that it is.

        Within the turn of the edition (`Happening`). Nothing is written down for a move that
        is undone, but where it now is: who was told of the one is told of the other.
        """
        me: Any = self
        now = self.state
        back = now == self.State.PUBLISHED and was in {self.State.HIDDEN, self.State.MERGED}
        if now in me.ADDRESSED:
            me.happenings.create(kind="restored" if back else now)

    def _reason(self, reason: str, words: str) -> dict[str, str]:
        if reason not in self.Reason.values or not words.strip():
            raise ValueError("A refusal has a reason, and a sentence that says it.")
        return {"reason": reason, "words": words.strip()}

    def _who_was_first(self) -> str:
        """What the second of two is told."""
        step = self.last_step
        if step is None or step.by is None:
            return _("This proposal was moved meanwhile. Look at it again.")
        said = _("%(who)s was first, at %(when)s: this proposal is now “%(state)s”. Look again.")
        return said % {
            "who": step.by,
            "when": timezone.localtime(step.at).strftime("%H:%M"),
            "state": step.label,
        }

    def _answer_flags(self, *, by: User, words: str, at: datetime) -> int:
        flags: models.QuerySet[Any] = self.flags.open()
        # From which network it came is of no more use.
        return flags.update(handled_at=at, handled_by=by, handled_words=words, network=None)

    def _take_back(self, step: "Step") -> None:
        """What came of a decision that is undone: flags wait anew, and nothing is appealed."""
        if step.brief:
            from proposals.models.brief import Brief

            Brief.undo(step)
            return
        if step.after == self.State.HIDDEN:
            mine = self.flags.filter(handled_at=step.at)
            mine.update(handled_at=None, handled_by=None, handled_words="")
        appeal = getattr(self, "appeal", None)
        if appeal and appeal.refusal_id == step.pk:
            appeal.delete()

    @property
    def appeal_waits(self) -> bool:
        """Whether its author appealed, and nobody has decided yet."""
        appeal = getattr(self, "appeal", None)
        return appeal is not None and appeal.waits

    def _appeal_decided_by(self, step: "Step") -> Any:
        appeal = getattr(self, "appeal", None)
        return appeal if appeal and appeal.decision_id == step.pk else None
