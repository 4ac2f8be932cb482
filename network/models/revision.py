"""Revisions: what representatives want changed about their organization."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from network.models.decision import Decision, Facts, Undoable, facts_of, values_of
from network.models.deed import Deed
from network.models.edition import Edition
from network.models.organization import Organization
from network.models.subject import Subject
from network.models.user import User
from opengov_portal.lib.differences import differences, state_of
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.states import Stateful

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class RevisionQuerySet(models.QuerySet["Revision"]):
    def waiting(self) -> Self:
        return self.filter(state=Revision.State.WAITING)


class Revision(Undoable, Stateful):
    """What a representative wants changed on their organization's page.

    The page keeps the words that a moderator agreed to until one agrees to these.
    A later one takes the place of one that waits.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a moderator")
        REPLACED = "replaced", _("Replaced by a later one")
        APPLIED = "applied", _("Agreed to")
        REFUSED = "refused", pgettext_lazy("change", "Refused")

    NEXT = {
        State.WAITING: {State.REPLACED, State.APPLIED, State.REFUSED},
        State.REPLACED: set(),
        State.APPLIED: set(),
        State.REFUSED: {State.APPLIED},
    }

    FIELDS = (
        "name_en", "name_fr", "about_en", "about_fr", "website", "sector", "province",
        "mail_domain",
    )  # fmt: skip

    DECIDED = ("state", "decided_by", "decided_at", "reason", "reason_words")

    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="revisions",
        verbose_name=_("organization"),
    )
    changes = models.JSONField(
        _("changes"), help_text=_("The new value of each field that is to change.")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(
        _("reason"), max_length=19, choices=Organization.Reason.choices, blank=True
    )
    reason_words = models.TextField(_("the reason in a sentence"), max_length=1000, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("change to an organization")
        verbose_name_plural = _("changes to organizations")
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(state="waiting"), name="revision_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "replaced"], decided_at__isnull=True, reason="")
                | Q(state="applied", decided_at__isnull=False, reason="")
                | Q(state="refused", decided_at__isnull=False)
                & ~Q(reason="") & ~Q(reason_words=""),
                name="revision_state_has_its_facts",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.organization)

    @classmethod
    @transaction.atomic
    def propose(
        cls, organization: Organization, *, by: User, issues: Any, **said: Any
    ) -> "Revision | None":
        """What differs from the page as it is; None where nothing does."""
        if not organization.may_be_revised_by(by):
            raise PermissionDenied
        Edition.take_turn()  # of two at once the later one waits, and replaces
        changes = {
            name: said[name]
            for name in cls.FIELDS
            if name in said and said[name] != getattr(organization, name)
        }
        wanted = sorted(issue.pk for issue in issues)
        if wanted != sorted(organization.issues.values_list("pk", flat=True)):
            changes["issues"] = wanted
        for earlier in organization.revisions.waiting():
            earlier._move(cls.State.REPLACED)
        if not changes:
            return None
        return cls.objects.create(organization=organization, changes=changes, proposed_by=by)

    @property
    def changed_fields(self) -> list[str]:
        """Their names, as staff read them."""
        return [
            str(Organization._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            for name in self.changes
        ]

    def differences(self) -> list[tuple[str, str, str]]:
        """What would change: the field, what it says now, what it would say."""
        now: dict[str, Any] = {name: getattr(self.organization, name) for name in self.FIELDS}
        labels = dict(Subject.objects.values_list("pk", "name"))
        now["issues"] = list(self.organization.issues.values_list("pk", flat=True))

        def said(value: Any) -> str:
            if isinstance(value, list):
                return ", ".join(sorted(labels.get(one, "?") for one in value))
            return str(value)

        return [
            (label, said(now[name]), said(value))
            for label, (name, value) in zip(self.changed_fields, self.changes.items(), strict=True)
        ]

    def may_be_moderated_by(self, user: "User | AnonymousUser") -> bool:
        return self.organization.may_be_moderated_by(user)

    def may_be_undone_by(self, user: "User | AnonymousUser") -> bool:
        return self.may_be_moderated_by(user)

    @transaction.atomic
    def apply(self, *, by: User) -> Decision | None:
        """A moderator agrees: the page says so from now on."""
        turned = self._decide(self.State.APPLIED, by=by, reason="", reason_words="")
        organization = Organization.objects.get(pk=self.organization_id)
        stood, page = state_of(organization), facts_of(organization, self._fields())
        issues = sorted(organization.issues.values_list("pk", flat=True))
        for name in self._fields():
            setattr(organization, name, self.changes[name])
        if not organization.name_en and not organization.name_fr:
            raise Refused(_("This would leave the organization without a name."))
        self._keep(organization, self.changes.get("issues"))
        changes = differences(stood, state_of(organization))
        Deed.record(Deed.Act.AGREED, organization, by=by, changes=changes, told_by=self)
        return self._decided(turned, by=by, page=page, issues=issues)

    @transaction.atomic
    def refuse(self, *, by: User, reason: str, words: str) -> Decision | None:
        """A moderator says no, with a reason and a sentence for who proposed it."""
        if reason not in Organization.Reason.values or not words.strip():
            raise ValueError("A refusal has a reason, and a sentence that says it.")
        turned = self._decide(self.State.REFUSED, by=by, reason=reason, reason_words=words.strip())
        Deed.record(Deed.Act.REFUSED, self.organization, by=by, why=words, told_by=self)
        return self._decided(turned, by=by)

    def _decide(self, state: State, *, by: User, **facts: Any) -> Facts:
        """Moves it; gives how it stood before."""
        if not self.may_be_moderated_by(by):
            raise PermissionDenied
        Edition.take_turn()
        stood = self.stands()
        if not self._move(state, decided_by=by, decided_at=timezone.now(), **facts):
            raise Refused(_("This change was decided already, or a later one took its place."))
        return stood

    def _fields(self) -> list[str]:
        """The columns of the organization that it is about."""
        return [name for name in self.FIELDS if name in self.changes]

    def _keep(self, organization: Organization, issues: list[int] | None) -> None:
        organization.save(update_fields=[*self._fields(), "folded"])
        if issues is not None:
            organization.issues.set(Subject.objects.filter(pk__in=issues))
        self.organization = organization
        Edition.advance()

    # --- Undoing -----------------------------------------------------------------------

    def _ask_to_undo(self, decision: Decision) -> None:
        """The page is put back only if it says what was agreed to, and nothing waits instead."""
        waits = decision.before["state"] == self.State.WAITING
        if waits and self.organization.revisions.waiting().exists():
            raise Refused(_("A later change waits already, so this can no longer be undone."))
        if decision.after["state"] != self.State.APPLIED:
            return
        organization = Organization.objects.get(pk=self.organization_id)
        agreed = {name: self.changes[name] for name in self._fields()}
        now = {name: getattr(organization, name) for name in agreed}
        issues = sorted(organization.issues.values_list("pk", flat=True))
        if now != agreed or issues != self.changes.get("issues", issues):
            raise Refused(_("The page was changed again since, so this can no longer be undone."))

    def _undone(self, decision: Decision, *, by: User) -> None:
        organization = Organization.objects.get(pk=self.organization_id)
        stood = state_of(organization)
        if "page" in decision.kept:
            for name, value in values_of(organization, decision.kept["page"]).items():
                setattr(organization, name, value)
            issues = decision.kept["issues"] if "issues" in self.changes else None
            self._keep(organization, issues)
        changes = differences(stood, state_of(organization))
        Deed.record(Deed.Act.UNDONE, organization, by=by, changes=changes, told_by=self)
