"""Deciding about one proposal: a page with a button for each verb, and the button."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from network.admin.undoing import Undo, seen_in
from network.signed_in import SignedIn
from opengov_portal.lib.errors import Refused
from proposals import moderating
from proposals.emails import moderating as emails
from proposals.forms.briefs import BriefForm
from proposals.forms.moderating import MergeForm, RefusalForm, SentenceForm, StrikeForm
from proposals.models import Merge, Proposal, Step, Strike
from proposals.models.appeal import Appeal

CANDIDATES = 20  # offered to be merged into


class Act(NamedTuple):
    """One verb of the desk: its label, what is asked, its letter, and what is done."""

    label: Any
    do: Callable[..., Any]
    form: type[RefusalForm] | type[SentenceForm] | None = None
    letter: str = ""
    of_appeal: bool = False


ACTS = {
    "publish": Act(_("Publish"), moderating.publish, None, "published"),
    "refuse": Act(_("Refuse"), moderating.refuse, RefusalForm, "refused"),
    "hide": Act(_("Hide"), moderating.hide, RefusalForm, "hidden"),
    "restore": Act(_("Put back"), moderating.restore, None, "restored"),
    "keep": Act(_("Keep it as it is"), Proposal.keep, SentenceForm),
    "undo": Act(_("Undo"), moderating.undo),
    "take_brief_off": Act(
        _("Take the brief off"), moderating.take_brief_off, RefusalForm, "brief_off"
    ),
    "unkeep": Act(_("Undo"), Proposal.unkeep),
    "grant": Act(_("Grant the appeal"), moderating.grant, None, "appeal_granted", True),
    "deny": Act(_("Turn the appeal down"), moderating.deny, SentenceForm, "appeal_denied", True),
}


class Deciding:
    """The pages of the desk on which one proposal is decided. A GET changes nothing."""

    admin_site: Any
    opts: Any
    message_user: Any
    around: Any
    filtered: Any
    tell: Any
    to_queue: Any

    def one(self, request: SignedIn, pk: int) -> Proposal:
        """A proposal, for whoever may decide about it. Raises PermissionDenied for others."""
        found = Proposal.objects.select_related("appeal__refusal")
        proposal: Proposal = get_object_or_404(found, pk=pk)
        if not proposal.may_be_moderated_by(request.user):
            raise PermissionDenied
        return proposal

    def decide(self, request: SignedIn, pk: int, name: str) -> HttpResponseBase:
        """The page of one verb with the letter that it writes; and its button."""
        act, proposal = ACTS[name], self.one(request, pk)
        thing: Any = proposal
        if act.of_appeal:
            thing = get_object_or_404(Appeal, proposal=proposal)
            if not thing.may_be_decided_by(request.user):
                raise PermissionDenied
        form = None
        if act.form:
            form = act.form(request.POST or None, languages=[proposal.letters_language])
        if request.method == "POST" and (form is None or form.is_valid()):
            said = form.cleaned_data if form else {}
            if "preview" not in request.POST:
                seen = seen_in(request)
                return self.done(
                    request,
                    proposal,
                    lambda: act.do(thing, by=request.user, seen=seen, **said),
                    stays=name in {"undo", "unkeep"},
                    undo="unkeep" if name == "keep" else "undo",
                )
        said = {"reason": "", "words": "…"} | (form.cleaned_data if form and form.is_bound else {})
        return self.page(
            request,
            proposal,
            "decide.html",
            title=act.label,
            form=form,
            letter=preview(act.letter, proposal, said),
            **self.last_seen(proposal, name),
        )

    def last_seen(self, proposal: Proposal, name: str) -> dict[str, int]:
        """What a page is drawn with, where that is not the last step."""
        kept = proposal.last_keeping if name == "unkeep" else None
        return {"seen": kept.pk} if kept else {}

    def done(
        self,
        request: SignedIn,
        proposal: Proposal,
        do: Callable[[], Any],
        *,
        stays: bool = False,
        undo: str = "undo",
    ) -> HttpResponse:
        """Do it, say so with the way to undo it, and lead back to the queue, or stay.

        Who comes second is told who was first. `undo` is the verb that undoes it.
        """
        page = self.filtered(
            request, reverse("admin:proposals_proposal_change", args=[proposal.pk])
        )
        try:
            came = do()
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(page)
        step = getattr(came, "step", came)
        way = self.filtered(request, undo_url(proposal, undo))
        links = undoing(step, way) if undo == "undo" else [(way, _("Undo"))]
        self.tell(request, now_is(step, proposal), *links, (page, _("See it")))
        return redirect(page) if stays else self.to_queue(request)

    def page(
        self, request: SignedIn, proposal: Proposal, template: str, **context: Any
    ) -> HttpResponseBase:
        step = proposal.last_step
        whole = {
            **self.admin_site.each_context(request),
            **self.around(request, [proposal]),
            "opts": self.opts,
            "original": proposal,
            "proposal": proposal,
            "seen": step.pk if step else 0,
            **context,
        }
        return TemplateResponse(request, f"admin/proposals/proposal/{template}", whole)

    # --- Striking out ----------------------------------------------------------------

    def strike_page(self, request: SignedIn, pk: int) -> HttpResponseBase:
        """Personal data is struck out of what is good otherwise."""
        proposal = self.one(request, pk)
        form = StrikeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            return self.done(
                request,
                proposal,
                lambda: moderating.strike(proposal, by=request.user, **said),
                stays=True,
            )
        title = _("Strike out personal data")
        return self.page(request, proposal, "strike.html", title=title, form=form)

    def unstrike(self, request: SignedIn, pk: int, strike: int) -> HttpResponseBase:
        """A passage is put back; a page with a button, and the button."""
        proposal = self.one(request, pk)
        found = get_object_or_404(Strike, pk=strike, proposal=proposal)
        if request.method == "POST":
            return self.done(
                request,
                proposal,
                lambda: moderating.unstrike(found, by=request.user),
                stays=True,
            )
        return self.page(request, proposal, "decide.html", title=_("Put the passage back"))

    # --- The brief -------------------------------------------------------------------

    def brief_page(self, request: SignedIn, pk: int) -> HttpResponseBase:
        """A cleaned file, as its author sent it, in the place of one that was taken off."""
        proposal = self.one(request, pk)
        form = BriefForm(request.POST or None, request.FILES or None, request=request)
        if request.method == "POST" and form.is_valid():
            content, seen = form.cleaned_data["brief"], seen_in(request)
            return self.done(
                request,
                proposal,
                lambda: moderating.put_brief_in(proposal, content, by=request.user, seen=seen),
                stays=True,
            )
        title = _("Put a cleaned brief in")
        return self.page(request, proposal, "brief.html", title=title, form=form)

    # --- Merging -----------------------------------------------------------------------

    def merge_page(self, request: SignedIn, pk: int) -> HttpResponseBase:
        """Look for the other one, see both side by side with the letters, and merge."""
        proposal = self.one(request, pk)
        form = MergeForm(request.POST if request.method == "POST" else request.GET)
        said = form.cleaned_data if form.is_valid() else {}
        others = Proposal.objects.public().exclude(pk=proposal.pk)
        number: int | None = said.get("into")
        if request.method == "POST" and number:
            # It may be public no more since the page was drawn: then the verb says so.
            chosen, seen = get_object_or_404(Proposal, pk=number), seen_in(request)
            return self.done(
                request,
                proposal,
                lambda: moderating.merge(proposal, chosen, by=request.user, seen=seen),
            )
        into = others.filter(pk=number).first() if number else None
        return self.page(
            request,
            proposal,
            "merge.html",
            title=_("Merge into another"),
            form=form,
            into=into,
            found=candidates(others, said.get("q", "")),
            letters=merge_letters(proposal, into),
        )

    def part_page(self, request: SignedIn, pk: int) -> HttpResponseBase:
        """A merge is undone; a page with a button, and the button."""
        proposal = self.one(request, pk)
        merge = get_object_or_404(Merge.objects.standing(), proposal=proposal)
        if request.method == "POST":
            seen = seen_in(request)
            return self.done(
                request,
                proposal,
                lambda: moderating.part(merge, by=request.user, seen=seen),
                stays=True,
            )
        return self.page(request, proposal, "decide.html", title=_("Undo the merge"))


def undo_url(proposal: Proposal, verb: str = "undo") -> str:
    return reverse(f"admin:proposals_proposal_{verb}", args=[proposal.pk])


def undos(proposal: Proposal, url: Callable[[str], str]) -> list[Undo]:
    """What can still be undone of it; `url` leads to the page of a verb."""
    found = []
    step = proposal.last_step
    if step and step.can_be_undone:
        merged = proposal.state == Proposal.State.MERGED and not step.brief
        way = url("part" if merged else "undo")
        found += [Undo(way, step.pk, step.by, step.label, step.undo_until, letter_waits=True)]
    if (kept := proposal.last_keeping) is not None:
        until, label = kept.handled_at + Proposal.UNDO_WITHIN, ACTS["keep"].label
        found += [Undo(url("unkeep"), kept.pk, kept.handled_by, label, until)]
    return found


def undoing(step: Any, url: str) -> list[tuple[str, Any]]:
    """The way to undo what was just decided, where it can be: a page with a button."""
    return [(url, _("Undo"))] if isinstance(step, Step) and step.can_be_undone else []


def now_is(step: Any, proposal: Proposal) -> str:
    """What became of it, in a sentence."""
    is_undone = isinstance(step, Step) and step.undone_at is not None
    if is_undone or not isinstance(step, Step):
        return _("“%(title)s”: done.") % {"title": proposal}
    state = step.label
    return _("“%(title)s” is now: %(state)s.") % {"title": proposal, "state": state}


def candidates(others: Any, q: str) -> list[Proposal]:
    """Public proposals by words of the title, or by number."""
    words = q.replace("\0", "").split()
    if not words:
        return []
    if len(words) == 1 and words[0].isdecimal() and len(words[0]) < 19:
        return list(others.filter(pk=int(words[0])))
    wanted = Q(*(Q(title__icontains=word) for word in words))
    return list(others.filter(wanted).order_by("-supporters", "-pk")[:CANDIDATES])


def preview(letter: str, proposal: Proposal, said: dict[str, Any]) -> Any:
    """The letter that a verb would write, and to whom; None where it writes none."""
    if not letter:
        return None
    step = Step(proposal=proposal, reason=said["reason"], words=said["words"], pk=0)
    link = emails.appeal_url(proposal, step) if letter == "refused" else ""
    return emails.preview(letter, proposal, step=step, appeal_url=link)


def merge_letters(proposal: Proposal, into: Proposal | None) -> list[Any]:
    """The letters that a merge writes to both authors."""
    if into is None:
        return []
    merge = Merge(proposal=proposal, into=into)
    both = [("merged", proposal), ("merged_here", into)]
    said = [emails.preview(name, to, **emails.in_words(merge, to)) for name, to in both]
    return [letter for letter in said if letter]
