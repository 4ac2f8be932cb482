"""Deciding about many proposals at once: all of them, or none."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from network.admin.undoing import LINKED
from network.signed_in import SignedIn
from opengov_portal.lib.errors import Refused
from proposals import moderating
from proposals.admin.deciding import preview, undo_url
from proposals.forms.moderating import RefusalForm
from proposals.models import Proposal, Step

MOST = 100  # at once, so that each can still be looked at


def as_seen(request: SignedIn, proposal: Proposal) -> int:
    """The step that the page of the many was drawn with, for one of them."""
    seen = request.POST.get(f"seen_{proposal.pk}", "")
    return int(seen) if seen.isdecimal() and len(seen) < 19 else -1


class Bulk:
    """The actions of the queue. Each has a page that says what it will do."""

    admin_site: Any
    opts: Any
    message_user: Any
    around: Any
    filtered: Any
    tell: Any

    @admin.action(description=_("Publish the selected proposals…"), permissions=["change"])
    def publish_selected(self, request: SignedIn, queryset: QuerySet[Proposal]) -> Any:
        return self.bulk(request, queryset, "publish_selected")

    @admin.action(description=_("Refuse the selected proposals…"), permissions=["change"])
    def refuse_selected(self, request: SignedIn, queryset: QuerySet[Proposal]) -> Any:
        return self.bulk(request, queryset, "refuse_selected")

    def bulk(
        self, request: SignedIn, queryset: QuerySet[Proposal], action: str
    ) -> HttpResponse | None:
        """First the page with all of them, then all or none."""
        chosen = list(queryset.order_by("waiting_since", "pk")[: MOST + 1])
        if len(chosen) > MOST:
            said = _("Choose %(most)d at most, so that each can be read.")
            self.message_user(request, said % {"most": MOST}, messages.ERROR)
            return None
        if mine := next((one for one in chosen if one.is_of(request.user)), None):
            said = _("You put “%(title)s” forward yourself: leave it to a colleague.")
            self.message_user(request, said % {"title": mine}, messages.ERROR)
            return None
        if not all(one.may_be_moderated_by(request.user) for one in chosen):
            raise PermissionDenied
        refusing = action == "refuse_selected"
        form = None
        if refusing:
            spoken = sorted({one.letters_language for one in chosen})  # one, or both
            form = RefusalForm(request.POST if "sure" in request.POST else None, languages=spoken)
        if "sure" in request.POST and (form is None or form.is_valid()):
            self.all_or_none(request, chosen, form.cleaned_data if form else None)
            return None
        return self.sure(request, chosen, action, form)

    def all_or_none(
        self, request: SignedIn, chosen: list[Proposal], refusal: dict[str, Any] | None
    ) -> None:
        """Does it to each, or to none; says how many, or why none."""
        seen = [(one, as_seen(request, one)) for one in chosen]
        try:
            if refusal is None:
                count = moderating.publish_all(seen, by=request.user)
                said = ngettext("%(count)d was published.", "%(count)d were published.", count)
            else:
                count = moderating.refuse_all(seen, by=request.user, **refusal)
                said = ngettext("%(count)d was refused.", "%(count)d were refused.", count)
        except Refused as stopped:
            none = _("Nothing was done to any of them.")
            self.message_user(request, f"{none} {stopped}", messages.ERROR)
        else:
            undo = _("Undo: “%(title)s”")
            links = [
                (self.filtered(request, undo_url(one)), undo % {"title": one})
                for one in chosen[:LINKED]
            ]
            self.tell(request, said % {"count": count}, *links)

    def sure(
        self, request: SignedIn, chosen: list[Proposal], action: str, form: Any
    ) -> HttpResponse:
        """The page that shows all of them and the letter, and asks."""
        steps = Step.objects.standing().filter(proposal__in=chosen).oldest()
        last = dict(steps.values_list("proposal_id", "pk"))
        said = {"reason": "", "words": "…"}
        context = {
            **self.admin_site.each_context(request),
            **self.around(request, chosen),
            "opts": self.opts,
            "title": _("Refuse") if form else _("Publish"),
            "chosen": [(one, last.get(one.pk, 0)) for one in chosen],
            "letter": preview("refused" if form else "published", chosen[0], said),
            "form": form,
            "action": action,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/proposals/proposal/bulk.html", context)
