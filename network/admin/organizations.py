"""Organizations, what is to change about them, who belongs to them, and what they sign."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from network import actions
from network.admin.window import ReadOnly, Window
from network.emails.words import language_of
from network.forms.organizations import RefusalForm
from network.models import (
    Affiliation,
    Edition,
    LetterOfIntent,
    Organization,
    Revision,
    Signature,
    User,
)
from network.signed_in import SignedIn
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.languages import LANGUAGES

if TYPE_CHECKING:
    Inline = admin.TabularInline[Any, Any]
else:
    Inline = admin.TabularInline


def first(*states: str) -> Case:
    """What waits comes first."""
    return Case(When(state__in=states, then=Value(0)), default=Value(1))


def each_or_said(
    window: Any, request: HttpRequest, things: QuerySet[Any], verb: Callable[[Any], None]
) -> None:
    """Does it to each; says how many it was done to, and why it was not to the others."""
    done = 0
    for thing in things:
        try:
            verb(thing)
            done += 1
        except Refused as refusal:
            window.message_user(request, f"{thing}: {refusal}", messages.WARNING)
    if done:
        said = ngettext("%(count)d was decided.", "%(count)d were decided.", done)
        window.message_user(request, said % {"count": done}, messages.SUCCESS)


def languages_of(user: User | None) -> tuple[str, ...]:
    """In which someone is written to; both, where nobody is."""
    return (language_of(user),) if user else LANGUAGES


class Decided(Window):
    """A window on what a moderator agrees to, or refuses with a reason.

    `agree` and `disagree` are the verbs; both are buttons on the page of one thing
    and actions on the list.
    """

    change_form_template = "admin/network/decided_change_form.html"
    agree_label: Any
    agreed_states: tuple[str, ...]
    refused_states: tuple[str, ...]

    def agree(self, thing: Any, request: SignedIn) -> None:
        raise NotImplementedError

    def disagree(self, thing: Any, request: SignedIn, reason: str, words: str) -> None:
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path(
                f"<int:pk>/{verb}/",
                self.admin_site.admin_view(getattr(self, f"{verb}_page")),
                name=f"{name}_{verb}",
            )
            for verb in ("agree", "refuse")
        ] + super().get_urls()

    def get_actions(self, request: HttpRequest) -> Any:
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def _one(self, request: HttpRequest, pk: int) -> Any:
        return get_object_or_404(self.get_queryset(request), pk=pk)

    def _back(self, thing: Any) -> HttpResponse:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return redirect(reverse(name, args=[thing.pk]))

    def agree_page(self, request: SignedIn, pk: int) -> HttpResponseBase:
        """A page with a button, and the button: a GET changes nothing."""
        thing = self._one(request, pk)
        if request.method == "POST":
            self.agree(thing, request)
            self.message_user(request, _("Done. They are told by letter."), messages.SUCCESS)
            return self._back(thing)
        return self._page(request, thing, self.agree_label, None)

    def refuse_page(self, request: SignedIn, pk: int) -> HttpResponseBase:
        """Asks for the reason and for the sentence that is sent."""
        thing = self._one(request, pk)
        form = RefusalForm(request.POST or None, languages=languages_of(thing.proposed_by))
        if request.method == "POST" and form.is_valid():
            self.disagree(thing, request, **form.cleaned_data)
            self.message_user(request, _("Refused. They are told by letter."), messages.SUCCESS)
            return self._back(thing)
        return self._page(request, thing, _("Refuse"), form)

    def _page(self, request: HttpRequest, thing: Any, title: Any, form: Any) -> HttpResponseBase:
        if not thing.may_be_moderated_by(request.user):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": thing,
            "title": title,
            "form": form,
        }
        return TemplateResponse(request, "admin/network/decide.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> Any:
        thing = more.get("obj")
        if thing is not None and thing.may_be_moderated_by(request.user):
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
            if thing.state not in self.agreed_states:
                context["agree_url"] = reverse(f"{name}_agree", args=[thing.pk])
                context["agree_label"] = self.agree_label
            if thing.state not in self.refused_states:
                context["refuse_url"] = reverse(f"{name}_refuse", args=[thing.pk])
        return super().render_change_form(request, context, *args, **more)

    @admin.action(description=_("Refuse the selected one…"), permissions=["change"])
    def refuse_one(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """One at a time: each refusal has a sentence of its own."""
        if queryset.count() != 1:
            self.message_user(
                request, _("Choose one: each is told its own reason."), messages.ERROR
            )
            return None
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_refuse"
        return redirect(reverse(name, args=[queryset.get().pk]))


@admin.register(Organization)
class OrganizationAdmin(Decided):
    """Organizations, those that wait first. Publishing and refusing write to the proposer."""

    agree_label = _("Publish")
    agreed_states = ("public",)
    refused_states = ("refused",)
    actions = ["publish", "refuse_one"]
    fieldsets = [
        (None, {"fields": ["state", "proposed_by", "proposed_at", "hint"]}),
        (None, {"fields": ["name_en", "name_fr", "slug", "about_en", "about_fr", "website"]}),
        (None, {"fields": ["sector", "province", "issues", "mail_domain", "founding"]}),
        (_("Decision"), {"fields": ["decided_by", "decided_at", "reason", "reason_words"]}),
    ]
    filter_horizontal = ["issues"]
    list_display = ["__str__", "state", "sector", "province", "proposed_by", "proposed_at", "hint"]
    list_filter = ["state", "sector", "province", "founding"]
    list_select_related = ["proposed_by"]
    ordering = [first("waiting"), "-proposed_at", "-pk"]
    readonly_fields = [
        "state", "proposed_by", "proposed_at", "hint", "decided_by", "decided_at", "reason",
        "reason_words",
    ]  # fmt: skip
    search_fields = ["name_en", "name_fr", "slug", "folded"]

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

    @transaction.atomic
    def changeform_view(self, request: Any, *args: Any, **more: Any) -> Any:
        if request.method == "POST":
            Edition.take_turn()
        return super().changeform_view(request, *args, **more)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.instance.is_public:
            Edition.advance()

    def agree(self, thing: Organization, request: SignedIn) -> None:
        actions.publish_organization(thing, by=request.user)

    def disagree(self, thing: Organization, request: SignedIn, reason: str, words: str) -> None:
        actions.refuse_organization(thing, by=request.user, reason=reason, words=words)

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
        "organization", "state", "proposed_by", "proposed_at", "differences", "decided_by",
        "decided_at", "reason", "reason_words",
    ]  # fmt: skip
    list_display = ["organization", "state", "proposed_by", "proposed_at", "what"]
    list_filter = ["state"]
    list_select_related = ["organization", "proposed_by"]
    ordering = [first("waiting"), "-proposed_at", "-pk"]
    readonly_fields = ["differences"]
    search_fields = ["organization__folded"]

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

    def disagree(self, thing: Revision, request: SignedIn, reason: str, words: str) -> None:
        actions.refuse_revision(thing, by=request.user, reason=reason, words=words)

    @admin.action(description=_("Agree to the selected changes"), permissions=["moderate"])
    def agree_all(self, request: SignedIn, queryset: QuerySet[Revision]) -> None:
        each_or_said(self, request, queryset, lambda one: self.agree(one, request))

    @admin.action(description=_("Refuse the selected one…"), permissions=["moderate"])
    def refuse_one(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return super().refuse_one(request, queryset)

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("network.change_organization")


@admin.register(Affiliation)
class AffiliationAdmin(Window):
    """Who belongs to what; those that wait to be confirmed first."""

    actions = ["confirm_representatives", "confirm_members", "refuse"]
    autocomplete_fields = ["organization"]
    fields = ["member", "organization", "state", "since", "hint", "decided_by", "decided_at"]
    list_display = ["member", "organization", "state", "hint", "since", "decided_by", "decided_at"]
    list_filter = ["state"]
    list_select_related = ["member__user", "organization", "decided_by"]
    ordering = [first("asked", "claimed"), "-since", "-pk"]
    raw_id_fields = ["member"]
    readonly_fields = ["state", "since", "hint", "decided_by", "decided_at"]
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

    @admin.action(description=_("Confirm: they represent it"), permissions=["confirm"])
    def confirm_representatives(self, request: SignedIn, queryset: QuerySet[Affiliation]) -> None:
        self._each(request, queryset, represents=True)

    @admin.action(description=_("Confirm: they belong to it"), permissions=["confirm"])
    def confirm_members(self, request: SignedIn, queryset: QuerySet[Affiliation]) -> None:
        self._each(request, queryset, represents=False)

    @admin.action(description=_("Refuse"), permissions=["confirm"])
    def refuse(self, request: SignedIn, queryset: QuerySet[Affiliation]) -> None:
        each_or_said(
            self, request, queryset, lambda one: actions.refuse_affiliation(one, by=request.user)
        )

    def _each(
        self, request: SignedIn, queryset: QuerySet[Affiliation], *, represents: bool
    ) -> None:
        def confirm(one: Affiliation) -> None:
            actions.confirm_affiliation(one, by=request.user, represents=represents)

        each_or_said(self, request, queryset, confirm)


class SignatureInline(Inline):
    """Signatures that came on paper are entered here; to withdraw one, delete it."""

    model = Signature
    autocomplete_fields = ["organization"]
    extra = 0
    fields = ["organization", "signed_on", "signed_by"]
    readonly_fields = ["signed_by"]


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

    @transaction.atomic
    def changeform_view(self, request: Any, *args: Any, **more: Any) -> Any:
        if request.method == "POST":
            Edition.take_turn()
        return super().changeform_view(request, *args, **more)

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
