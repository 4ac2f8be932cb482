"""Calls for ideas: written in both languages, announced, moved with a reason, concluded."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from network.admin.standing import StandingForm
from network.admin.window import Window
from network.models import Edition
from network.models.profile import Purpose
from proposals.calling import announcement_of
from proposals.concluding import conclude
from proposals.models import Consultation, Proposal, Turn

if TYPE_CHECKING:
    Inline = admin.TabularInline[Any, Any]
else:
    Inline = admin.TabularInline

SIDE_BY_SIDE = "side-by-side"
PAIRS = ("questions", "afterwards", "short_notice")


class AtATime(forms.DateTimeInput):
    """A day and an hour, in one box that browsers know."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def not_at_midnight(moment: Any) -> Any:
    """Raises ValidationError for an hour that half of its readers take for the next day."""
    if moment and localtime(moment).strftime("%H:%M") == "00:00":
        raise forms.ValidationError(
            _("Midnight is read as the end of either day: write 23:59 of the day before."),
            code="midnight",
        )
    return moment


class CallForm(StandingForm):
    """What is asked, in both languages, and when."""

    class Meta:
        model = Consultation
        exclude: Sequence[str] = []
        labels = {"plan": _("The plan it feeds")}
        help_texts = {
            "opens_at": _(
                "In the time of Ottawa. Two weeks after it is announced, or later: sooner needs "
                "a reason."
            ),
            "closes_at": _("In the time of Ottawa. Once announced it moves only with a reason."),
            "answers_due": _("A promise: from that day on, the ledger counts the days overdue."),
            "short_notice_en": _("Public, and only where it opens sooner than in two weeks."),
            "source_url": _("Only for an earlier call, which was held somewhere else."),
        }

    def clean_closes_at(self) -> Any:
        closes_at = not_at_midnight(self.cleaned_data["closes_at"])
        if closes_at is None:
            raise forms.ValidationError(_("Say when it closes."), code="required")
        return closes_at

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        said = self.cleaned_data
        for name in PAIRS:
            both = [said.get(f"{name}_{language}", "") for language in ("en", "fr")]
            if f"{name}_en" in self.fields and any(both) and not all(both):
                error = forms.ValidationError(_("Write it in both languages."), code="one_language")
                self.add_error(f"{name}_fr" if both[0] else f"{name}_en", error)
        opens, closes, due = (said.get(n) for n in ("opens_at", "closes_at", "answers_due"))
        if opens and closes and closes <= opens:
            error = forms.ValidationError(_("It closes after it opens."), code="order")
            self.add_error("closes_at", error)
        elif closes and due and due < localtime(closes).date():
            error = forms.ValidationError(_("Answers are due after it closes."), code="order")
            self.add_error("answers_due", error)
        return cleaned


class VerbForm(forms.Form):
    """What a verb is told besides; some are told nothing."""

    def __init__(self, *args: Any, call: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call = call


class ReasonForm(VerbForm):
    """Why, in both languages: it is public."""

    reason_en = forms.CharField(
        label=_("Reason (English)"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason_fr = forms.CharField(
        label=_("Reason (French)"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ExtendForm(ReasonForm):
    """A later closing, perhaps later answers, and why."""

    closes_at = forms.DateTimeField(
        label=_("Closes"), widget=AtATime, help_text=_("In the time of Ottawa.")
    )
    answers_due = forms.DateField(
        label=_("Answers are due by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    field_order = ["closes_at", "answers_due", "reason_en", "reason_fr"]

    def __init__(self, *args: Any, call: Consultation, **kwargs: Any) -> None:
        kwargs["initial"] = {"closes_at": call.closes_at, "answers_due": call.answers_due}
        super().__init__(*args, call=call, **kwargs)

    def clean_closes_at(self) -> Any:
        closes_at = not_at_midnight(self.cleaned_data["closes_at"])
        if self.call.closes_at and closes_at <= self.call.closes_at:
            raise forms.ValidationError(_("Choose a later closing than now."), code="order")
        return closes_at

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        closes, due = (self.cleaned_data.get(name) for name in ("closes_at", "answers_due"))
        if closes and due and due < localtime(closes).date():
            error = forms.ValidationError(_("Answers are due after it closes."), code="order")
            self.add_error("answers_due", error)
        return cleaned


class TurnInline(Inline):
    """What was done to it: a record that nobody changes."""

    model = Turn
    fields = ["at", "act", "by", "closes_now", "due_now", "reason_en", "reason_fr"]
    readonly_fields = ["at", "act", "by", "closes_now", "due_now", "reason_en", "reason_fr"]
    ordering = ["-at", "-pk"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Turn]:
        turns: QuerySet[Turn] = super().get_queryset(request)
        return turns.select_related("by", "consultation")


@admin.register(Consultation)
class CallAdmin(Window):
    """Its words can be put right; its dates move by verbs once it is announced."""

    # What is asked for, what it is told, what is said once it is done.
    VERBS: dict[str, tuple[Any, type[VerbForm], Any]] = {
        "publish": (_("Announce"), VerbForm, _("It is announced.")),
        "extend": (_("Extend"), ExtendForm, _("It closes later.")),
        "pause": (_("Pause"), ReasonForm, _("It is paused: it takes no ideas.")),
        "resume": (_("Resume"), VerbForm, _("It takes ideas again, and closes later.")),
        "conclude": (_("Conclude"), VerbForm, _("It is concluded.")),
        "reopen": (_("Reopen"), ReasonForm, _("It is no longer concluded.")),
    }

    actions = None
    change_form_template = "admin/proposals/consultation/change_form.html"
    form = CallForm
    formfield_overrides = {
        models.DateTimeField: {"form_class": forms.DateTimeField, "widget": AtATime}
    }
    inlines = [TurnInline]
    list_display = [
        "__str__", "where", "opens_at", "closes_at", "answers_due", "waiting", "unanswered",
        "not_found",
    ]  # fmt: skip
    ordering = ["-standing", "-opens_at", "-pk"]
    search_fields = ["title_en", "title_fr", "slug"]
    view_on_site = False  # the way there is shown once there is something to see

    # --- The list, and the page of one ------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        public = Q(proposals__state=Proposal.State.PUBLISHED)
        waits = Q(proposals__state=Proposal.State.WAITING)
        stands = Q(proposals__responses__isnull=False)
        stands &= Q(proposals__responses__replaced_at__isnull=True)
        brought = public & Q(proposals__import_key__isnull=False, answers_due__isnull=True)
        calls: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = calls.annotate(
            public_count=Count("proposals", filter=public, distinct=True),
            answered_count=Count("proposals", filter=public & stands, distinct=True),
            brought_count=Count("proposals", filter=brought, distinct=True),
            found_count=Count("proposals", filter=brought & stands, distinct=True),
            waiting_count=Count("proposals", filter=waits, distinct=True),
        )
        return counted

    @admin.display(description=_("state"))
    def where(self, call: Consultation) -> Any:
        return call.state.label

    @admin.display(description=_("waiting for a moderator"))
    def waiting(self, call: Any) -> int:
        return int(call.waiting_count)

    @admin.display(description=_("without an answer"))
    def unanswered(self, call: Any) -> int:
        return int(call.public_count - call.answered_count) - self.not_found(call)

    @admin.display(description=_("answer not found"))
    def not_found(self, call: Any) -> int:
        return int(call.brought_count - call.found_count)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        beside = {"classes": [SIDE_BY_SIDE]}
        words = [("title_en", "title_fr"), ("body_en", "body_fr"), ("questions_en", "questions_fr")]
        dates = ["opens_at", "closes_at", "answers_due", ("short_notice_en", "short_notice_fr")]
        fieldsets: list[Any] = [
            (_("What is asked"), {"classes": [SIDE_BY_SIDE], "fields": [*words, "slug", "plan"]}),
            (
                _("What happens afterwards"),
                beside | {"fields": [("afterwards_en", "afterwards_fr")]},
            ),
        ]
        if obj is None or not obj.standing:
            fieldsets.insert(1, (_("When"), beside | {"fields": [*dates, "source_url", "held"]}))
        return fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What was announced is a promise: its address and its dates stay, or move by verbs."""
        if obj is None or obj.published_at is None:
            return []
        dates = ["opens_at", "closes_at", "answers_due", "short_notice_en", "short_notice_fr"]
        return ["slug", *dates, "source_url", "held"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["title_en"]}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.published_at is None)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        obj.delete()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.instance.published_at and form.has_changed():
            Edition.advance()

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        call = context["original"]
        if call and call.may_be_run_by(request.user):
            context["verbs"] = [
                (reverse("admin:proposals_consultation_act", args=[call.pk, verb]), label)
                for verb, (label, _form, _said) in self.VERBS.items()
                if verb in call.verbs
            ]
        if call and call.is_current and request.user.has_perm("network.add_announcement"):
            context["announce_url"] = self.announce_url(call)
        return super().render_change_form(request, context, *args, **kwargs)

    def announce_url(self, call: Consultation) -> str:
        """A draft for the members who ticked the box of calls, begun from this one."""
        said = {"purpose": Purpose.CALLS.value, "slug": call.slug[:80]}
        for language in ("en", "fr"):
            with override(language):
                said |= announcement_of(call, language)
        return f"{reverse('admin:network_announcement_add')}?{urlencode(said)}"

    # --- The verbs ----------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        act = self.admin_site.admin_view(self.act)
        ours = path("<int:pk>/<slug:verb>/now/", act, name="proposals_consultation_act")
        return [ours, *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def act(self, request: Any, pk: int, verb: str) -> HttpResponse:
        """A page with what it means and a button; only the button does it."""
        call: Consultation | None = self.get_object(request, str(pk))
        if call is None or verb not in self.VERBS:
            raise Http404
        label, form_class, said = self.VERBS[verb]
        call.must_be_run_by(request.user)
        form = form_class(request.POST or None, call=call)
        ends = call.open_ends() if verb == "conclude" else []
        if request.method == "POST" and (form.is_valid() or not form.fields) and not ends:
            do = getattr(call, verb) if verb != "conclude" else partial(conclude, call)
            do(by=request.user, **getattr(form, "cleaned_data", {}))
            messages.success(request, said)
            return redirect("admin:proposals_consultation_change", call.pk)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": call,
            "title": label,
            "verb": verb,
            "form": form,
            "open_ends": ends,
            "not_found": self.not_found(call),
        }
        status = 409 if ends and request.method == "POST" else 200
        return render(request, "admin/proposals/consultation/act.html", context, status=status)
