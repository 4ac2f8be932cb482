"""Calls for ideas: what is asked, from when to when, and by when there is an answer."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from commitments.models import ActionPlan
from network.models import User
from opengov_portal.lib import markdown
from opengov_portal.lib.dates import PartialDateField
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.languages import Words, in_each, pick
from proposals.models.timetable import NOTICE, Timetable
from proposals.models.turn import Turn

if TYPE_CHECKING:
    from proposals.models.proposal import Proposal, ProposalQuerySet

TITLE_LENGTH = 200  # characters
NAMED = 10  # unanswered ones that a refusal names
WAITS_AGAIN = _("An idea of this call waits again, for a moderator or for its answer.")


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def public(self) -> Self:
        """Those that are announced."""
        return self.filter(published_at__lte=timezone.now())

    def open(self) -> Self:
        """Those that take ideas now: begun, neither closed nor paused nor concluded."""
        now = timezone.now()
        return self.filter(
            Q(closes_at__isnull=True) | Q(closes_at__gt=now),
            published_at__lte=now,
            opens_at__lte=now,
            paused_at__isnull=True,
            concluded_at__isnull=True,
        )

    def current(self) -> Self:
        """Those that take ideas now or will: open, announced or paused."""
        to_come = Q(closes_at__isnull=True) | Q(closes_at__gt=timezone.now())
        return self.public().filter(to_come | Q(paused_at__isnull=False), concluded_at__isnull=True)

    def past(self) -> Self:
        """Those that take no ideas any more."""
        closed = Q(closes_at__lte=timezone.now(), paused_at__isnull=True)
        return self.public().filter(closed | Q(concluded_at__isnull=False))

    def newest(self) -> Self:
        return self.order_by("standing", "-opens_at", "-pk")

    def soonest(self) -> Self:
        """Open ones, then announced, then paused; the standing one closes the list.

        Among each, what closes first comes first.
        """
        paused = When(paused_at__isnull=False, then=Value(2))
        announced = When(opens_at__gt=timezone.now(), then=Value(1))
        waits = Case(paused, announced, default=Value(0))
        return self.order_by("standing", waits, "closes_at", "pk")


class Consultation(Timetable):
    """A call for ideas: a time in which ideas are asked for, mostly for one action plan.

    OGP's standard asks for two weeks' notice (NOTICE); opening sooner needs a reason,
    which is public. Once announced, its dates move only by verbs, each of which leaves
    a public `Turn`. One standing call never closes, so that no idea is turned away for
    its date. docs/calls.md tells the whole of it.
    """

    slug = models.SlugField(_("name in addresses"), max_length=80, unique=True)
    title_en = models.CharField(_("title (English)"), max_length=TITLE_LENGTH)
    title_fr = models.CharField(_("title (French)"), max_length=TITLE_LENGTH)
    body_en = models.TextField(_("what is asked (English, Markdown)"), max_length=10_000)
    body_fr = models.TextField(_("what is asked (French, Markdown)"), max_length=10_000)
    questions_en = models.TextField(
        _("guiding questions (English)"), blank=True, help_text=_("One on each line.")
    )
    questions_fr = models.TextField(
        _("guiding questions (French)"), blank=True, help_text=_("One on each line.")
    )
    afterwards_en = models.TextField(_("what happens afterwards (English)"), blank=True)
    afterwards_fr = models.TextField(_("what happens afterwards (French)"), blank=True)
    plan = models.ForeignKey(
        ActionPlan,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consultations",
        verbose_name=_("the plan it feeds"),
    )
    source_url = models.URLField(
        _("source"), max_length=500, blank=True, help_text=_("Where an earlier call was held.")
    )
    held = PartialDateField(
        _("held, as precisely as the source says"),
        help_text=_(
            "For an earlier call, held elsewhere, whose days are not known: 2016. When it opens "
            "and closes then only says where it stands in a list, and is not shown."
        ),
    )

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("call for ideas")
        verbose_name_plural = _("calls for ideas")
        constraints = [
            models.UniqueConstraint(
                fields=["standing"], condition=Q(standing=True), name="consultation_one_stands"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="consultation_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(standing=False, closes_at__isnull=False)
                | Q(standing=True, closes_at__isnull=True, published_at__isnull=False)
                & Q(paused_at__isnull=True, concluded_at__isnull=True)
                & Q(opens_at__lte=F("published_at")),
                name="consultation_standing_never_closes",
            ),
            models.CheckConstraint(
                # Of a call that was held elsewhere it is not known how it was announced.
                condition=Q(published_at__isnull=True)
                | Q(standing=True)
                | ~Q(source_url="")
                | ~Q(short_notice_en="")
                | Q(opens_at__gte=F("published_at") + NOTICE),
                name="consultation_two_weeks_notice_or_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=False)
                | Q(paused_at__isnull=True, concluded_at__isnull=True),
                name="consultation_announced_before_all_else",
            ),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(concluded_at__isnull=True),
                name="consultation_not_concluded_while_paused",
            ),
            models.CheckConstraint(
                condition=~Q(title_en="") & ~Q(title_fr="") & ~Q(body_en="") & ~Q(body_fr=""),
                name="consultation_in_both_languages",
            ),
            models.CheckConstraint(
                condition=Q(questions_en="", questions_fr="")
                | ~Q(questions_en="") & ~Q(questions_fr=""),
                name="consultation_questions_in_both_languages",
            ),
            models.CheckConstraint(
                condition=Q(afterwards_en="", afterwards_fr="")
                | ~Q(afterwards_en="") & ~Q(afterwards_fr=""),
                name="consultation_afterwards_in_both_languages",
            ),
            models.CheckConstraint(
                condition=Q(short_notice_en="", short_notice_fr="")
                | ~Q(short_notice_en="") & ~Q(short_notice_fr=""),
                name="consultation_notice_in_both_languages",
            ),
        ]

    def __str__(self) -> str:
        return self.title.text

    def get_absolute_url(self) -> str:
        return reverse("proposals:call", args=[self.slug])

    @property
    def title(self) -> Words:
        return pick(self, "title")

    @property
    def body(self) -> Words:
        return pick(self, "body")

    @property
    def afterwards(self) -> Words:
        return pick(self, "afterwards")

    @property
    def excerpt(self) -> str:
        """How it begins, in one line: its first paragraph, without marks."""
        beginning = markdown.plain(self.body.text[:1500]).partition("\n\n")[0]
        return Truncator(" ".join(beginning.split())).chars(240)

    # --- Questions -------------------------------------------------------------

    @property
    def questions(self) -> list[Words]:
        """The guiding questions, in the reader's language."""
        said = pick(self, "questions")
        return [Words(line.strip(), said.lang) for line in said.text.splitlines() if line.strip()]

    def waiting(self) -> "ProposalQuerySet":
        """Its ideas that wait for a moderator, the longest waiting first."""
        return self.proposals.waiting().order_by("waiting_since", "pk")

    def appealed(self) -> "ProposalQuerySet":
        """Its refused ideas whose author appealed, and that another moderator may yet publish."""
        mine = self.proposals.filter(appeal__isnull=False, appeal__decision__isnull=True)
        return mine.order_by("appeal__at", "pk")

    def unanswered(self) -> "ProposalQuerySet":
        """Its public ideas that wait for an answer, oldest first."""
        return self.proposals.public().unanswered().awaited().oldest()

    def shared_elsewhere(self) -> "ProposalQuerySet":
        """What ideas of it were merged into, in other calls, and share no answer of yet."""
        from proposals.models.merge import destinations

        merged = self.proposals.filter(merged_into__isnull=False).values_list("pk", flat=True)
        ends = {into[-1] for into in destinations(list(merged)).values()}
        others: ProposalQuerySet = self.proposals.model._default_manager.exclude(consultation=self)
        return others.public().unanswered().awaited().filter(pk__in=ends).oldest()

    def stranded(self) -> "ProposalQuerySet":
        """Its ideas that were merged into one that is gone, and went without an answer."""
        from proposals.models.merge import destinations

        merged = self.proposals.filter(merged_into__isnull=False).awaited()
        into = destinations(list(merged.values_list("pk", flat=True)))
        others: ProposalQuerySet = self.proposals.model._default_manager.unanswered()
        ends = others.exclude(state="published").filter(pk__in={each[-1] for each in into.values()})
        gone = set(ends.values_list("pk", flat=True))
        return merged.filter(pk__in=[pk for pk, each in into.items() if each[-1] in gone]).oldest()

    def open_ends(self) -> "list[Proposal]":
        """What keeps it from being concluded: ideas that wait for a moderator or an answer.

        A refused one waits for a moderator too while its author’s appeal does.
        An answer to an idea that was brought in may never be found: nobody waits for that.
        What was merged into one that is hidden or withdrawn is parted from it, and answered.
        """
        bare = ("pk", "title", "language", "state")
        alone = (self.waiting(), self.appealed(), self.unanswered())
        ends = (*alone, self.shared_elsewhere(), self.stranded())
        return [each for found in ends for each in found.only(*bare)]

    @classmethod
    def the_standing_one(cls) -> "Consultation":
        """The call that is always open, made with the tables."""
        return cls.objects.get(standing=True)

    @classmethod
    def that_takes(cls, call: "Consultation | None") -> "Consultation":
        """Where an idea for a call goes now: there while it is open, else to the standing one.

        Asked when an idea is put in, and again when it is confirmed: an idea is never
        turned away for its date.
        """
        found = cls.objects.open().filter(pk=call.pk).first() if call else None
        return found or cls.the_standing_one()

    # --- Verbs -----------------------------------------------------------------

    @transaction.atomic
    def conclude(self, *, by: User | AnonymousUser) -> "list[Proposal]":
        """No idea waits for its answer. Raises Refused, and says which does.

        What still waits for an organization to stand behind it goes to the standing call,
        and is given back; `proposals.concluding.conclude` tells whose it is.
        """
        self._begin(by)
        self._must_be_under_way()
        if self.state != self.State.CLOSED:
            self._refuse(_("This call has not closed yet: it is concluded after that."))
        # First: who vouches at this moment is waited for, and then waits for a moderator.
        late = self.proposals.filter(state="vouching")
        moved = list(late.values_list("pk", flat=True))
        late.update(consultation=Consultation.the_standing_one())
        if ends := self.open_ends():
            said = ngettext(
                "One proposal of this call still waits for a moderator or an answer: %(titles)s.",
                "%(count)s proposals of this call still wait for a moderator or an answer: "
                "%(titles)s.",
                len(ends),
            )
            titles = ", ".join(_("“%s”") % each.title for each in ends[:NAMED])
            more = "…" if len(ends) > NAMED else ""
            self._refuse(said % {"count": len(ends), "titles": titles + more})
        self._write(concluded_at=timezone.now())
        self._record(Turn.Act.CONCLUDED, by)
        ideas: ProposalQuerySet = self.proposals.model._default_manager.filter(pk__in=moved)
        return list(ideas.select_related("consultation", "user").order_by("pk"))

    @classmethod
    def reopen_over(cls, proposal: "Proposal", *, by: User) -> None:
        """Take back that calls are concluded in which this idea leaves one without an answer.

        Its own, and those of what was merged into it. Asked by each verb that may bring an
        idea back, within its turn: whoever may do that need not be one who runs calls.
        """
        ideas: ProposalQuerySet = type(proposal)._default_manager.all()
        here: set[int] = set()
        level = {proposal.pk}
        while level:
            here |= level
            level = set(ideas.filter(merged_into__in=level).values_list("pk", flat=True)) - here
        why = in_each(lambda: WAITS_AGAIN)
        concluded = cls.objects.filter(proposals__in=here, concluded_at__isnull=False)
        for call in concluded.distinct().order_by("pk"):
            if call.open_ends():
                call._write(concluded_at=None)
                call._record(Turn.Act.REOPENED, by, reason_en=why["en"], reason_fr=why["fr"])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Throw a draft away. Raises Refused once it is announced: its address lasts."""
        with transaction.atomic():
            drafts = Consultation.objects.filter(pk=self.pk, published_at__isnull=True)
            if not drafts.select_for_update().exists():
                raise Refused(_("A call that was announced is not deleted: its address lasts."))
            return super().delete(*args, **kwargs)
