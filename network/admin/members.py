"""Members, and what was agreed to."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from network.actions import refuse_name
from network.admin.deciding import Refusing
from network.admin.window import ReadOnly
from network.models import Consent, Member
from network.signed_in import SignedIn
from opengov_portal.lib.errors import Refused


@admin.register(Member)
class MemberAdmin(Refusing):
    """Who belongs to the network: whose name waits for a moderator first.

    What members chose is theirs to change. Staff agree to names, and say who was
    there at the founding.
    """

    actions = ["agree_to_listing", "refuse_one"]
    refuse_label = _("Do not show the name")
    date_hierarchy = "joined_at"
    fields = [
        "user", "listing", "listing_since", "listing_reason", "founding", "language", "sector",
        "province", "announcements", "calls", "digests", "issues", "communities", "joined_at",
    ]  # fmt: skip
    readonly_fields = [
        "user", "listing", "listing_since", "listing_reason", "language", "sector", "province",
        "announcements", "calls", "digests", "issues", "communities", "joined_at",
    ]  # fmt: skip
    list_display = [
        "user", "name", "listing", "listing_since", "language", "sector", "province", "joined_at",
    ]  # fmt: skip
    list_filter = ["listing", "founding", "language", "sector", "province", "communities"]
    list_select_related = ["user"]
    ordering = [Case(When(listing="waiting", then=Value(0)), default=Value(1)), "-pk"]
    personal = ("user__email",)
    search_fields = ["user__email", "user__name"]

    @admin.display(description=_("name"))
    def name(self, member: Member) -> str:
        return member.user.name

    @admin.action(description=_("Show the names of the selected members"), permissions=["change"])
    def agree_to_listing(self, request: SignedIn, queryset: QuerySet[Member]) -> None:
        """Of each; those of whom that cannot be decided are left as they are."""
        done, left = [], 0
        for member in queryset.select_related("user"):
            try:
                member.agree_to_listing(by=request.user)
                done.append(member)
            except Refused:
                left += 1
        if done:
            said = ngettext(
                "%(count)d member was decided on.", "%(count)d members were decided on.", len(done)
            )
            self.tell(request, said % {"count": len(done)}, *self.undo_links(request, done))
        if left:
            said = ngettext(
                "%(count)d member was left as they are: they do not ask to be shown, or were "
                "decided on already.",
                "%(count)d members were left as they are: they do not ask to be shown, or were "
                "decided on already.",
                left,
            )
            messages.warning(request, said % {"count": left})

    @admin.action(
        description=_("Do not show the name of the selected member…"), permissions=["change"]
    )
    def refuse_one(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return super().refuse_one(request, queryset)

    def can_be_refused(self, thing: Member) -> bool:
        return thing.listing in (Member.Listing.WAITING, Member.Listing.AGREED)

    def disagree(self, thing: Member, request: SignedIn, **said: str) -> None:
        refuse_name(thing, by=request.user, **said)

    def waits_for(self, request: Any, thing: Member) -> bool:
        return thing.listing == "waiting" and thing.may_be_moderated_by(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Consent)
class ConsentAdmin(ReadOnly):
    """The record of consent. Nobody edits it."""

    date_hierarchy = "at"
    fields = [
        "email", "user", "purpose", "act", "words", "version", "language", "how", "origin",
        "asked_at", "at",
    ]  # fmt: skip
    list_display = ["at", "email", "purpose", "act", "how", "version"]
    list_filter = ["act", "purpose", "how", "language"]
    ordering = ["-at", "-pk"]
    personal = ("email", "origin")
    search_fields = ["email"]
