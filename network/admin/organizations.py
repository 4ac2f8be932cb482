"""Organizations, what is to change about them, who belongs to them, and what they sign."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from network import actions
from network.admin.deciding import Decided, Refusing, each_or_said, first
from network.admin.rows import RowsFormSet
from network.admin.signed import signed
from network.admin.window import ReadOnly, Window
from network.models import (
    Affiliation,
    Edition,
    LetterOfIntent,
    Organization,
    Revision,
    Signature,
)
from network.signed_in import SignedIn

if TYPE_CHECKING:
    Inline = admin.TabularInline[Any, Any]
else:
    Inline = admin.TabularInline


@admin.register(Organization)
class OrganizationAdmin(Decided):
    """Organizations, those that wait first. Publishing and refusing write to the proposer."""

    agree_label = _("Publish")
    agreed_states = ("public",)
    refused_states = ("refused",)
    actions = ["publish", "refuse_one"]
    fieldsets = [
        (None, {"fields": ["state", "proposer", "proposed_at", "hint"]}),
        (None, {"fields": ["name_en", "name_fr", "slug", "about_en", "about_fr", "website"]}),
        (None, {"fields": ["sector", "province", "issues", "mail_domain", "founding"]}),
        (_("Decision"), {"fields": ["decider", "decided_at", "reason", "reason_words"]}),
    ]
    filter_horizontal = ["issues"]
    list_display = ["__str__", "state", "sector", "province", "proposer", "proposed_at", "hint"]
    list_filter = ["state", "sector", "province", "founding"]
    list_select_related = ["proposed_by"]
    ordering = [first("waiting"), "-proposed_at", "-pk"]
    readonly_fields = [
        "state", "proposer", "proposed_at", "hint", "decider", "decided_at", "reason",
        "reason_words",
    ]  # fmt: skip
    search_fields = ["name_en", "name_fr", "slug", "folded"]

    proposer, decider = signed(Organization, "proposed_by"), signed(Organization, "decided_by")

    @admin.display(description=_("mail domain (a hint, decides nothing)"))
    def hint(self, organization: Organization) -> str:
        if not organization.proposed_by or not organization.mail_domains:
            return "—"
        if organization.is_matched_by(organization.proposed_by):
            return str(_("The proposer writes from it"))
        return str(_("The proposer writes from elsewhere"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A public address, once live, answers for ever: it is not changed after that."""
        fixed = obj is not None and obj.decided_at is not None
        return [*super().get_readonly_fields(request, obj), *(["slug"] if fixed else [])]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else {"slug": ["name_en", "name_fr"]}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.instance.is_public:
            Edition.advance()

    def agree(self, thing: Organization, request: SignedIn) -> None:
        actions.publish_organization(thing, by=request.user)

    def disagree(self, thing: Organization, request: SignedIn, **said: str) -> None:
        actions.refuse_organization(thing, by=request.user, **said)

    @admin.action(description=_("Publish the selected organizations"), permissions=["change"])
    def publish(self, request: SignedIn, queryset: QuerySet[Organization]) -> None:
        each_or_said(self, request, queryset, lambda one: self.agree(one, request))


@admin.register(Revision)
class RevisionAdmin(Decided, ReadOnly):
    """What representatives want changed; the page shows it once someone agrees."""

    agree_label = _("Agree to the change")
    agreed_states = ("applied", "replaced")
    refused_states = ("refused", "applied", "replaced")
    actions = ["agree_all", "refuse_one"]
    fields = [
        "organization", "state", "proposer", "proposed_at", "differences", "decider",
        "decided_at", "reason", "reason_words",
    ]  # fmt: skip
    list_display = ["organization", "state", "proposer", "proposed_at", "what"]
    list_filter = ["state"]
    list_select_related = ["organization", "proposed_by"]
    ordering = [first("waiting"), "-proposed_at", "-pk"]
    readonly_fields = ["differences", "proposer", "decider"]
    search_fields = ["organization__folded"]

    proposer, decider = signed(Revision, "proposed_by"), signed(Revision, "decided_by")

    @admin.display(description=_("what"))
    def what(self, revision: Revision) -> str:
        return ", ".join(revision.changed_fields)

    @admin.display(description=_("changes"))
    def differences(self, revision: Revision) -> SafeString:
        return format_html_join(
            "", "<p><strong>{}</strong><br><del>{}</del><br><ins>{}</ins></p>",
            revision.differences(),
        )  # fmt: skip

    def agree(self, thing: Revision, request: SignedIn) -> None:
        actions.apply_revision(thing, by=request.user)

    def disagree(self, thing: Revision, request: SignedIn, **said: str) -> None:
        actions.refuse_revision(thing, by=request.user, **said)

    @admin.action(description=_("Agree to the selected changes"), permissions=["moderate"])
    def agree_all(self, request: SignedIn, queryset: QuerySet[Revision]) -> None:
        each_or_said(self, request, queryset, lambda one: self.agree(one, request))

    @admin.action(description=_("Refuse the selected one…"), permissions=["moderate"])
    def refuse_one(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return super().refuse_one(request, queryset)

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("network.change_organization")


@admin.register(Affiliation)
class AffiliationAdmin(Refusing):
    """Who belongs to what; those that wait to be confirmed first."""

    actions = ["confirm_representatives", "confirm_members", "refuse_one"]
    autocomplete_fields = ["organization"]
    fields = [
        "member", "organization", "state", "since", "hint", "decided_by", "decided_at",
        "reason_words",
    ]  # fmt: skip
    list_display = ["member", "organization", "state", "hint", "since", "decided_by", "decided_at"]
    list_filter = ["state"]
    list_select_related = ["member__user", "organization", "decided_by"]
    ordering = [first("asked", "claimed"), "-since", "-pk"]
    raw_id_fields = ["member"]
    readonly_fields = ["state", "since", "hint", "decided_by", "decided_at", "reason_words"]
    personal = ("member__user__email",)
    search_fields = ["member__user__email", "member__user__name", "organization__folded"]

    @admin.display(description=_("mail domain (a hint, decides nothing)"))
    def hint(self, affiliation: Affiliation) -> str:
        if not affiliation.pk:
            return "—"
        return str(_("Writes from its mail domain")) if affiliation.is_matched else "—"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_confirm_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("network.change_affiliation")

    def may_decide(self, request: Any, thing: Affiliation) -> bool:
        return thing.may_be_confirmed_by(request.user)

    def can_be_refused(self, thing: Affiliation) -> bool:
        return thing.state != Affiliation.State.REFUSED

    def disagree(self, thing: Affiliation, request: SignedIn, **said: str) -> None:
        actions.refuse_affiliation(thing, by=request.user, **said)

    def waits_for(self, request: Any, thing: Affiliation) -> bool:
        return thing.state in ("asked", "claimed") and self.has_confirm_permission(request)

    @admin.action(description=_("Confirm: they represent it"), permissions=["confirm"])
    def confirm_representatives(self, request: SignedIn, queryset: QuerySet[Affiliation]) -> None:
        self._each(request, queryset, represents=True)

    @admin.action(description=_("Confirm: they belong to it"), permissions=["confirm"])
    def confirm_members(self, request: SignedIn, queryset: QuerySet[Affiliation]) -> None:
        self._each(request, queryset, represents=False)

    @admin.action(description=_("Refuse the selected one…"), permissions=["confirm"])
    def refuse_one(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return super().refuse_one(request, queryset)

    def _each(
        self, request: SignedIn, queryset: QuerySet[Affiliation], *, represents: bool
    ) -> None:
        def confirm(one: Affiliation) -> None:
            actions.confirm_affiliation(one, by=request.user, represents=represents)

        each_or_said(self, request, queryset, confirm)


class SignatureInline(Inline):
    """Signatures that came on paper are entered here; to withdraw one, delete it."""

    model = Signature
    formset = RowsFormSet
    autocomplete_fields = ["organization"]
    extra = 0
    fields = ["organization", "signed_on", "signer"]
    readonly_fields = ["signer"]

    signer = signed(Signature, "signed_by")


@admin.register(LetterOfIntent)
class LetterOfIntentAdmin(Window):
    """Letters of intent. Once signed, a letter's words stay as they are."""

    WORDS = ("title_en", "title_fr", "words_en", "words_fr")

    fields = [*WORDS, "opened_on", "source_url"]
    inlines = [SignatureInline]
    list_display = ["__str__", "opened_on"]
    ordering = ["-opened_on", "-pk"]
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 20})}}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self.WORDS) if obj and not obj.may_be_reworded else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and obj is not None and obj.may_be_reworded

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for signature in formset.save(commit=False):
            signature.signed_by = signature.signed_by or request.user
        formset.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        Edition.advance()

    def delete_model(self, request: HttpRequest, obj: LetterOfIntent) -> None:
        with transaction.atomic():
            Edition.take_turn()
            obj.delete()
            Edition.advance()
