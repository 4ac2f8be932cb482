"""Proposals: ideas of what government should promise."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelsearch import index
from modelsearch.queryset import SearchableQuerySetMixin

from commitments.models import Commitment
from commitments.search.wording import Wording
from network.models import Confirmation, Organization, Subject, User
from network.models.consent import ORIGIN_LENGTH
from network.models.profile import NAME_LENGTH
from opengov_portal.lib.addresses import numbered
from opengov_portal.lib.dates import PartialDate, PartialDateField
from opengov_portal.lib.languages import Words
from opengov_portal.lib.mail import ADDRESS_LENGTH
from proposals.models.authored import Authored
from proposals.models.consultation import Consultation
from proposals.models.moderated import Moderated
from proposals.models.word import ProposalWord
from proposals.wording import texts

TITLE_LENGTH, GAIN_LENGTH = 150, 1000  # characters
PROBLEM_LENGTH = ASK_LENGTH = 5000
LINKS_MOST = 5
LINK_LENGTH = 500
# Ideas of earlier consultations are as long as they are.
WHOLE_LENGTH = 60_000


# Whose answer is awaited: of an earlier call, held elsewhere, one may have been given there.
AWAITED = Q(import_key__isnull=True) | Q(consultation__answers_due__isnull=False)


class ProposalQuerySet(SearchableQuerySetMixin, models.QuerySet["Proposal"]):
    def public(self) -> Self:
        """Those that a moderator agreed to, and that stand by themselves."""
        return self.filter(state=Proposal.State.PUBLISHED)

    def addressed(self) -> Self:
        """Those whose page answers: public ones, merged ones, and the marks of removed ones.

        What its author took back before it was ever public leaves no mark.
        """
        return self.filter(state__in=Proposal.ADDRESSED, published_at__isnull=False)

    def waiting(self) -> Self:
        """Those that wait for a moderator."""
        return self.filter(state=Proposal.State.WAITING)

    def unanswered(self) -> Self:
        """Those without an answer that stands."""
        return self.exclude(responses__in=answers_that_stand())

    def awaited(self) -> Self:
        """Those whose answer is to be given here."""
        return self.filter(AWAITED)

    def newest(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def oldest(self) -> Self:
        return self.order_by("published_at", "pk")


def answers_that_stand() -> models.QuerySet[Any]:
    from proposals.models.response import Response

    return Response.objects.current()


class Proposal(index.Indexed, Authored, Moderated):
    """An idea of what government should promise, put forward by a person or an organization.

    Public once its address is confirmed and a moderator has agreed. Its words are kept
    as they were written, in their own language; nobody edits them, but staff can strike out
    personal data (`Strike`), and what is here is then without it. Every one of them
    ends with a public answer (`Response`).
    """

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("Waiting for its author to confirm")
        VOUCHING = "vouching", _("Waiting for its organization to confirm")
        WAITING = "waiting", _("Waiting for a moderator")
        PUBLISHED = "published", _("Published")
        REFUSED = "refused", pgettext_lazy("proposal", "Refused")
        HIDDEN = "hidden", _("Hidden")
        MERGED = "merged", _("Merged into another")
        WITHDRAWN = "withdrawn", _("Withdrawn by its author")

    class Reason(models.TextChoices):
        """Why a proposal is refused or hidden."""

        OFF_TOPIC = "off_topic", _("Off topic")
        DUPLICATE = "duplicate", _("Duplicate")
        PERSONAL_DATA = "personal_data", _("Personal data")
        ABUSE = "abuse", _("Abuse")
        ADVERTISING = "advertising", _("Advertising")
        NOT_UNDERSTANDABLE = "not_understandable", _("Not understandable")
        OTHER = "other", _("Other")

    NEXT = {
        State.UNCONFIRMED: {State.VOUCHING, State.WAITING},
        State.VOUCHING: {State.WAITING, State.WITHDRAWN},
        State.WAITING: {State.PUBLISHED, State.REFUSED, State.WITHDRAWN},
        State.PUBLISHED: {
            State.HIDDEN,
            State.MERGED,
            State.WITHDRAWN,
            State.WAITING,
            State.REFUSED,
        },
        State.REFUSED: {State.PUBLISHED, State.WAITING},
        State.HIDDEN: {State.PUBLISHED},
        State.MERGED: {State.PUBLISHED},
        State.WITHDRAWN: set(),
    }
    # Their address answers, be it with a mark that something was here, once it was public.
    ADDRESSED = (State.PUBLISHED, State.HIDDEN, State.MERGED, State.WITHDRAWN)

    consultation = models.ForeignKey(
        Consultation,
        on_delete=models.PROTECT,
        related_name="proposals",
        verbose_name=_("call for ideas"),
    )
    title = models.CharField(_("title"), max_length=300)
    # Empty only where it was put forward elsewhere, and its words stand there alone.
    problem = models.TextField(_("the problem"), max_length=WHOLE_LENGTH, blank=True)
    ask = models.TextField(_("what we call for"), max_length=WHOLE_LENGTH, blank=True)
    gain = models.TextField(_("who gains"), max_length=WHOLE_LENGTH, blank=True)
    language = models.CharField(
        _("language of the words"), max_length=2, choices=settings.LANGUAGES
    )
    links = models.JSONField(_("links"), default=list, blank=True)
    issues = models.ManyToManyField(
        Subject, verbose_name=_("issues"), blank=True, related_name="proposals"
    )
    commitments = models.ManyToManyField(
        Commitment,
        verbose_name=_("commitments it relates to"),
        blank=True,
        related_name="proposals",
    )

    # Whose it is: personal, none of it public but a name that is shown.
    email = models.CharField(_("address as typed"), max_length=ADDRESS_LENGTH, blank=True)
    address = models.CharField(max_length=ADDRESS_LENGTH, blank=True, db_index=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    name_shown = models.BooleanField(_("the name is shown"), default=False)
    organization = models.ForeignKey(
        Organization,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("for the organization"),
    )
    vouched_at = models.DateTimeField(
        _("the organization confirmed it"), null=True, blank=True, editable=False
    )
    denied_at = models.DateTimeField(
        _("the organization denied it"), null=True, blank=True, editable=False
    )
    letters_language = models.CharField(
        _("language of letters"), max_length=2, choices=settings.LANGUAGES, default="en"
    )
    origin = models.CharField(_("from which network"), max_length=ORIGIN_LENGTH, blank=True)
    consent = models.TextField(_("the exact words of consent"), blank=True)
    consent_version = models.CharField(_("version of the words"), max_length=12, blank=True)
    consent_language = models.CharField(
        _("language of the words of consent"),
        max_length=2,
        choices=settings.LANGUAGES,
        blank=True,
    )

    state = models.CharField(
        _("state"), max_length=11, choices=State.choices, default=State.UNCONFIRMED
    )
    confirmation = models.ForeignKey(
        Confirmation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("confirmation"),
    )
    created_at = models.DateTimeField(_("put forward"), default=timezone.now)
    confirmed_at = models.DateTimeField(
        pgettext_lazy("proposal", "confirmed"), null=True, blank=True
    )
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    # Counted with each support, so that a list sorted by it need not count them all.
    supporters = models.PositiveIntegerField(_("supporters"), default=0, editable=False)

    # Brought in from an earlier consultation, held elsewhere.
    import_key = models.CharField(
        _("key in the import"), max_length=100, null=True, blank=True, editable=False
    )
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    dated = PartialDateField(
        _("put forward, as precisely as the source says"),
        help_text=_(
            "Where the source gives no day: 2016. The moments above then only say where it "
            "stands in a list, and are not shown."
        ),
    )
    votes_elsewhere = models.PositiveIntegerField(_("votes there"), null=True, blank=True)
    comments_elsewhere = models.PositiveIntegerField(_("comments there"), null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    # Indexed when we say so (`proposals.search.indexing`), once its issues are written too.
    search_auto_update = False
    search_fields = [index.SearchField("index_text")]
    WORDS = ProposalWord

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes = [
            models.Index(fields=["state", "-published_at", "-id"], name="proposal_newest"),
            models.Index(fields=["state", "waiting_since"], name="proposal_waiting"),
            # All that the ledger counts and sorts by, so that it reads no words of theirs.
            models.Index(
                fields=["state", "published_at", "consultation", "import_key"],
                name="proposal_in_the_ledger",
            ),
            models.Index(fields=["state", "-supporters", "-id"], name="proposal_most_supported"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "import_key"], name="proposal_imported_once"
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | ~Q(state="merged") & Q(merged_into__isnull=True),
                name="proposal_merged_into_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["unconfirmed"], confirmed_at__isnull=True)
                | ~Q(state="unconfirmed") & Q(confirmed_at__isnull=False),
                name="proposal_confirmed_before_all_else",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "hidden", "merged"])
                | Q(published_at__isnull=False),
                name="proposal_published_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(language__in=["en", "fr"]), name="proposal_language_known"
            ),
            models.CheckConstraint(
                condition=~Q(problem="")
                | ~Q(state__in=["waiting", "published"])
                | Q(import_key__isnull=False) & ~Q(source_url=""),
                name="proposal_says_what_the_problem_is",
            ),
            models.CheckConstraint(
                condition=~Q(state="vouching") | Q(organization__isnull=False),
                name="proposal_vouched_for_by_an_organization",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return numbered("proposals:proposal", self.pk)

    # --- Search ----------------------------------------------------------------

    @classmethod
    def get_indexed_objects(cls) -> ProposalQuerySet:
        """Those that are found, with all that they are found by."""
        return cls.objects.public().select_related("organization").prefetch_related("issues")

    @cached_property
    def wording(self) -> Wording:
        """What it is found by, as it stood when this was first asked."""
        return Wording(texts(self))

    def index_text(self) -> str:
        return self.wording.index_text()

    # --- Questions -------------------------------------------------------------

    @property
    def heading(self) -> Words:
        """Its title, in the language it was written in."""
        return Words(self.title, self.language)

    @property
    def put_forward_on(self) -> PartialDate:
        """The day it was put forward, or as much of it as is known."""
        return self.dated or the_day(self.created_at)

    @property
    def published_on(self) -> PartialDate | None:
        """The day it was published, or as much of it as is known; None before it is."""
        if self.published_at is None:
            return None
        return self.dated or the_day(self.published_at)

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether it was put forward in an earlier call, on another site."""
        return self.import_key is not None

    @property
    def is_awaited(self) -> bool:
        """Whether its answer is to be given here: as AWAITED."""
        return not self.is_from_elsewhere or self.consultation.answers_due is not None

    @property
    def is_public(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def is_addressed(self) -> bool:
        """Whether its page answers: as `addressed`."""
        return self.state in self.ADDRESSED and self.published_at is not None

    @property
    def speaks_for_organization(self) -> bool:
        """Whether it is the organization's own: it was vouched for by who may."""
        return self.organization_id is not None and self.vouched_at is not None

    @property
    def shown_name(self) -> str:
        """The author's name if it may be shown; empty where it is withheld or not known."""
        return self.name if self.name_shown else ""

    def is_of(self, user: User | AnonymousUser) -> bool:
        """Whether someone signed in put it forward."""
        return user.is_authenticated and self.user_id == user.pk

    def brief_may_be_read_by(self, user: User | AnonymousUser) -> bool:
        """Whether someone may read its PDF: anyone while it is public, else who has a say in it."""
        if self.state in {self.State.PUBLISHED, self.State.MERGED}:
            return True
        if self.state == self.State.VOUCHING and self.may_be_vouched_for_by(user):
            return True
        return self.is_of(user) or self.may_be_moderated_by(user)


def the_day(moment: datetime) -> PartialDate:
    """The day of a moment, in the portal's time zone."""
    return PartialDate(timezone.localdate(moment).isoformat())
