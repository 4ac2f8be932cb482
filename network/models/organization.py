"""Organizations of the network."""

import unicodedata
from collections.abc import Iterator
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from network.models.decision import Decision, Undoable
from network.models.deed import Deed
from network.models.edition import Edition
from network.models.profile import Province, Sector
from network.models.subject import Subject
from network.models.user import User
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.languages import Words, folded, pick
from opengov_portal.lib.states import Stateful

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from network.models.affiliation import Affiliation
    from network.models.member import Member

ORGANIZATION_NAME_LENGTH = 200  # characters
REASON_LENGTH = 1000  # of the sentence that says why something is refused
# Names in addresses that lead to other pages, in either language.
TAKEN_SLUGS = {"new", "nouvelle"}
# What is searched in, as a reader may type it in either language.
SEARCHED = ("name_en", "name_fr", "about_en", "about_fr")
MOST_WORDS = 8


def signed_by(model: type[models.Model], user: User | None) -> Q:
    """Of rows that hang on an organization: those that name this account, if one is asked for."""
    if user is None:
        return Q()
    names = [field.name for field in model._meta.fields if field.related_model is User]
    return Q(*((name, user) for name in names), _connector=Q.OR) if names else Q(pk__in=[])


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def public(self) -> Self:
        """Those that a moderator agreed to."""
        return self.filter(state=Organization.State.PUBLIC)

    def waiting(self) -> Self:
        return self.filter(state=Organization.State.WAITING)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Everyone sees what is public; whoever put it in, and staff, what is not."""
        if not isinstance(user, User):
            return self.public()
        if user.is_staff and user.has_perm("network.view_organization"):
            return self.all()
        return self.filter(Q(state=Organization.State.PUBLIC) | Q(proposed_by=user))

    def represented_by(self, user: "User | AnonymousUser") -> Self:
        """Those that are public and that someone speaks for."""
        if not isinstance(user, User):
            return self.none()
        theirs = Q(affiliations__member__user=user, affiliations__state="representative")
        return self.public().filter(theirs)

    def saying(self, words: str) -> Self:
        """Those whose name or description has every one of the words, or begins of them."""
        for word in folded(words).split()[:MOST_WORDS]:
            self = self.filter(folded__contains=word)
        return self


class Organization(Undoable, Stateful):
    """A group that takes part in the network under its own name.

    Its words are its own, in one language or in both. Public once a moderator
    has agreed; refused only with a reason, which its proposer is told.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a moderator")
        PUBLIC = "public", _("Public")
        REFUSED = "refused", _("Refused")

    class Reason(models.TextChoices):
        """Why it is not listed."""

        NOT_AN_ORGANIZATION = "not_an_organization", _("It is no organization")
        DUPLICATE = "duplicate", _("It is listed already")
        NOT_REACHED = "not_reached", _("It could not be confirmed that it exists")
        OUT_OF_SCOPE = "out_of_scope", _("It has no tie to open government in Canada")
        WORDING = "wording", _("Its description breaks the rules of this site")

    NEXT = {
        State.WAITING: {State.PUBLIC, State.REFUSED},
        State.PUBLIC: {State.REFUSED},
        State.REFUSED: {State.PUBLIC},
    }

    DECIDED = ("state", "decided_by", "decided_at", "reason", "reason_words", "delisted_at")
    MOST_WAITING = 5  # put in by one member

    slug = models.SlugField(_("name in addresses"), max_length=80, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=ORGANIZATION_NAME_LENGTH, blank=True)
    name_fr = models.CharField(_("name (French)"), max_length=ORGANIZATION_NAME_LENGTH, blank=True)
    about_en = models.TextField(_("who it is, what it does (English)"), max_length=2000, blank=True)
    about_fr = models.TextField(_("who it is, what it does (French)"), max_length=2000, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    sector = models.CharField(_("sector"), max_length=14, choices=Sector.choices, blank=True)
    province = models.CharField(
        _("province or territory"), max_length=2, choices=Province.choices, blank=True
    )
    issues = models.ManyToManyField(
        Subject, verbose_name=_("issues it works on"), blank=True, related_name="organizations"
    )
    mail_domain = models.CharField(
        _("mail domain"),
        max_length=253,
        blank=True,
        help_text=_("Such as example.org. A member who writes from it is shown as a hint."),
    )
    founding = models.BooleanField(_("of the founding circle"), default=False)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposed_organizations",
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
    reason = models.CharField(_("reason"), max_length=19, choices=Reason.choices, blank=True)
    reason_words = models.TextField(
        _("the reason in a sentence"), max_length=REASON_LENGTH, blank=True
    )
    delisted_at = models.DateTimeField(
        _("no longer listed since"), null=True, blank=True, editable=False
    )
    folded = models.TextField(editable=False, default="")

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_en="") | ~Q(name_fr=""), name="organization_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True, reason="")
                | Q(state="public", decided_at__isnull=False, reason="")
                | Q(state="refused", decided_at__isnull=False)
                & ~Q(reason="") & ~Q(reason_words=""),
                name="organization_state_has_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(delisted_at__isnull=True) | Q(state="refused"),
                name="organization_delisted_is_refused",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name.text

    def get_absolute_url(self) -> str:
        return reverse("network:organization", args=[self.slug])

    @property
    def name(self) -> Words:
        return pick(self, "name")

    @property
    def about(self) -> Words:
        return pick(self, "about")

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding and self.slug in TAKEN_SLUGS:
            self.slug += "-1"
        self.fold()
        super().save(*args, **kwargs)

    def fold(self) -> None:
        """Write down what is searched in. Saving does; `bulk_create` is to be preceded by it."""
        self.folded = folded(" ".join(getattr(self, name) for name in SEARCHED))

    # --- Questions -------------------------------------------------------------

    @property
    def is_public(self) -> bool:
        return self.state == self.State.PUBLIC

    @property
    def shown_website(self) -> str:
        """The website as people write it."""
        return self.website.partition("://")[2].removesuffix("/")

    @property
    def mail_domains(self) -> set[str]:
        """Domains that would speak for it: the one it named, and its website's."""
        host = (urlsplit(self.website).hostname or "").removeprefix("www.")
        return {domain.lower() for domain in (self.mail_domain, host) if domain}

    def is_matched_by(self, user: User | None) -> bool:
        """Whether an address is at a domain of its own. A hint, which decides nothing."""
        host = user.email.rpartition("@")[2].lower() if user else ""
        return any(host == domain or host.endswith(f".{domain}") for domain in self.mail_domains)

    def is_represented_by(self, user: "User | AnonymousUser") -> bool:
        """Whether someone speaks for it: confirmed, and of an organization that is public."""
        return (
            self.is_public
            and user.is_authenticated
            and self.affiliations.representatives().filter(member__user=user).exists()
        )

    def may_be_moderated_by(self, user: "User | AnonymousUser") -> bool:
        return user.is_staff and user.has_perm("network.change_organization")

    def may_be_undone_by(self, user: "User | AnonymousUser") -> bool:
        return self.may_be_moderated_by(user)

    def may_be_revised_by(self, user: "User | AnonymousUser") -> bool:
        return self.is_represented_by(user)

    # --- What was done in its name -------------------------------------------------------

    def acts(self) -> Iterator[models.QuerySet[Any]]:
        """What hangs on it, here and in the rooms above, kind by kind.

        Who says that they belong to it, or asks to join with it, does nothing in its name.
        """
        for relation in self._meta.related_objects:
            if relation.get_accessor_name() not in {"affiliations", "join_requests"}:
                rows: Any = relation.related_model._base_manager
                yield rows.filter(**{relation.field.name: self})

    def newest_acts(self) -> dict[str, int]:
        """By kind, the last of what hangs on it."""
        last = ((rows.model._meta.label, rows.aggregate(last=Max("pk"))) for rows in self.acts())
        return {label: found["last"] or 0 for label, found in last}

    def acted_since(self, decision: Decision, by: User | None = None) -> bool:
        """Whether anything has come to hang on it since a decision that kept the newest then.

        With `by`: whether of theirs.
        """
        decided = self.affiliations.filter(decided_at__gt=decision.at)
        if (decided.filter(decided_by=by) if by else decided).exists():
            return True
        newest = decision.kept["newest"]
        later = (rows.filter(pk__gt=newest.get(rows.model._meta.label, 0)) for rows in self.acts())
        return any(rows.filter(signed_by(rows.model, by)).exists() for rows in later)

    # --- Verbs -----------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def propose(cls, *, by: "Member", issues: Any = (), **said: Any) -> "Organization":
        """Put an organization in; it waits for a moderator, and `by` asks to represent it."""
        Edition.take_turn()  # of two of one name at once, each gets an address of its own
        waiting = cls.objects.waiting().filter(proposed_by=by.user).count()
        if waiting >= cls.MOST_WAITING:
            raise Refused(
                _("Several organizations of yours wait for a moderator. Wait until they are read.")
            )
        name = said.get("name_en") or said.get("name_fr") or ""
        new = cls.objects.create(slug=cls.free_slug(name), proposed_by=by.user, **said)
        new.issues.set(issues)
        new.affiliations.create(member=by, state="asked")
        return new

    @classmethod
    def free_slug(cls, name: str) -> str:
        """A name in addresses that no organization has yet."""
        slug = slugify(unicodedata.normalize("NFKD", name))[:60].strip("-") or "organization"
        taken = set(cls.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
        numbered = (f"{slug}-{n}" for n in count(2))
        return next(each for each in chain([slug], numbered) if each not in taken | TAKEN_SLUGS)

    @transaction.atomic
    def publish(self, *, by: User) -> Decision | None:
        """A moderator agrees to it: it is listed."""
        return self._moderate(
            self.State.PUBLIC, by=by, reason="", reason_words="", delisted_at=None
        )

    @transaction.atomic
    def refuse(self, *, by: User, reason: str, words: str) -> Decision | None:
        """A moderator says no, or no longer, with a reason and a sentence for its proposer."""
        if reason not in self.Reason.values or not words.strip():
            raise ValueError("A refusal has a reason, and a sentence that says it.")
        return self._moderate(
            self.State.REFUSED,
            by=by,
            reason=reason,
            reason_words=words.strip(),
            delisted_at=timezone.now() if self.is_public else None,
        )

    def _moderate(self, state: State, *, by: User, **facts: Any) -> Decision | None:
        if not self.may_be_moderated_by(by):
            raise PermissionDenied
        Edition.take_turn()
        before, stood = self.state, self.stands()
        if not self._move(state, decided_by=by, decided_at=timezone.now(), **facts):
            raise Refused(_("Someone else has just decided about this organization."))
        Deed.record(
            Deed.Act.REFUSED if state == self.State.REFUSED else Deed.Act.AGREED,
            self,
            by=by,
            changes=[{"field": "state", "before": before, "after": str(state)}],
            why=facts["reason_words"],
        )
        Edition.advance()
        return self._decided(stood, by=by, newest=self.newest_acts())

    def _ask_to_undo(self, decision: Decision) -> None:
        """What has hung on it since it was listed is not taken from who put it there."""
        listed = decision.after["state"] == self.State.PUBLIC
        if listed and decision.before["state"] == self.State.WAITING and self.acted_since(decision):
            raise Refused(
                _(
                    "Somebody has acted for it since, so this can no longer be undone. You can "
                    "refuse it, with a reason."
                )
            )

    def _undone(self, decision: Decision, *, by: User) -> None:
        super()._undone(decision, by=by)
        Edition.advance()

    @transaction.atomic
    def claim(self, *, by: "Member", represent: bool) -> "Affiliation":
        """A member says that they belong to it, or asks to represent it.

        Somebody there, or staff, confirms it; until then it is told to nobody else.
        """
        Edition.take_turn()  # of two clicks, one makes the row
        if not self.is_public:
            raise Refused(_("This organization is not listed."))
        mine, _made = self.affiliations.get_or_create(member=by)
        mine.ask(represent=represent)
        return mine
