"""Referring at the desk: choose proposals, choose who is to answer them, and take it back."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from commitments.models import Institution
from network.signed_in import SignedIn
from proposals import answering, referring
from proposals.models import Referral

if TYPE_CHECKING:
    Several = forms.ModelMultipleChoiceField[Institution]
else:
    Several = forms.ModelMultipleChoiceField

LARGEST = 2**31  # beyond any key


class ReferForm(forms.Form):
    """Who is asked to answer."""

    institutions = Several(
        label=_("Institutions"),
        queryset=Institution.objects.order_by("name_en"),
        widget=forms.SelectMultiple(attrs={"size": 12}),
        help_text=_("Of several, whichever answers first gives the answer that stands."),
    )


class Referring:
    """The pages on which proposals are passed on to institutions."""

    admin_site: Any
    _page: Any
    filtered: Any
    to_queue: Callable[[HttpRequest], HttpResponse]

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, "proposals_toanswer"
        return [
            path("refer/", wrap(self.refer_page), name=f"{name}_refer"),
            path("referral/<int:pk>/take-back/", wrap(self.take_back), name=f"{name}_take_back"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def has_refer_permission(self, request: SignedIn) -> bool:
        return referring.may_refer(request.user)

    @admin.action(description=_("Refer the selected proposals…"), permissions=["refer"])
    def refer_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self.chosen(request, queryset, "refer", gettext("Refer at most %(count)d at once."))

    def chosen(
        self, request: HttpRequest, queryset: QuerySet[Any], page: str, too_many: str
    ) -> HttpResponse | None:
        """To the page that asks what to do with those that were ticked."""
        keys = list(queryset.values_list("pk", flat=True)[: answering.MOST + 1])
        if len(keys) > answering.MOST:
            messages.error(request, too_many % {"count": answering.MOST})
            return None
        return redirect(self.filtered(request, address(page, keys)))

    def refer_page(self, request: SignedIn) -> HttpResponse:
        """Who is asked; only the button asks them."""
        if not referring.may_refer(request.user):
            raise PermissionDenied
        found = [row for row in answering.rows(asked(request)) if row.proposal.is_public]
        if not found:
            raise Http404
        form = ReferForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            proposals = [row.proposal for row in found]
            count = referring.refer(proposals, form.cleaned_data["institutions"], by=request.user)
            said = ngettext("%(count)d referral was made.", "%(count)d referrals were made.", count)
            messages.success(request, said % {"count": count})
            for institution in referring.unheard(form.cleaned_data["institutions"]):
                said = gettext("Nobody is written to at %(name)s: nobody there gets letters.")
                messages.warning(request, said % {"name": institution})
            return self.to_queue(request)
        ids = joined(row.proposal.pk for row in found)
        page: HttpResponse = self._page(
            request, "refer", _("Refer to an institution"), rows=found, form=form, ids=ids
        )
        return page

    @method_decorator(require_POST)
    def take_back(self, request: SignedIn, pk: int) -> HttpResponse:
        """An institution is no longer asked."""
        found = Referral.objects.select_related("proposal__consultation", "institution")
        referral = get_object_or_404(found, pk=pk)
        referring.take_back(referral, by=request.user)
        messages.success(request, _("It is no longer referred to this institution."))
        return redirect("admin:proposals_toanswer_change", referral.proposal_id)


def asked(request: HttpRequest) -> list[int]:
    """The keys that the address or the form names; what is no key is left out."""
    said = request.POST.get("ids") or request.GET.get("ids") or ""
    keys = {int(one) for one in said.split("-") if one.isdecimal() and len(one) < 11}
    return sorted(key for key in keys if key < LARGEST)[: answering.MOST]


def joined(keys: Any) -> str:
    return "-".join(str(key) for key in keys)


def address(page: str, keys: Any) -> str:
    """Of a page for several proposals: `answer` or `refer`."""
    return reverse(f"admin:proposals_toanswer_{page}") + f"?ids={joined(keys)}"
