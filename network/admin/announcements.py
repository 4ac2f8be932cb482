"""Announcements: written in both languages, looked at, tried, and then sent."""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from network import announcing
from network.admin.standing import StandingForm
from network.admin.window import Window
from network.models import Announcement, Letter, Province, Sector
from network.views.announcements import shown
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.languages import other
from opengov_portal.lib.mail import CONTROL, BadLetter
from opengov_portal.lib.pages import View

SIDE_BY_SIDE = "side-by-side"
LANGUAGES = dict(settings.LANGUAGES)
# The last part of the feed's address, which would be taken for an announcement's.
RESERVED = {"feed", "fil"}
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def several(choices: Any, label: Any) -> forms.MultipleChoiceField:
    """Boxes to tick, none of which means all."""
    return forms.MultipleChoiceField(
        label=capfirst(label),
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all."),
    )


class AnnouncementForm(StandingForm):
    """What is said, in both languages, and to whom."""

    provinces = several(Province.choices, _("provinces and territories"))
    sectors = several(Sector.choices, _("sectors"))
    languages = several(settings.LANGUAGES, _("languages of letters"))

    class Meta:
        model = Announcement
        exclude: Sequence[str] = []
        widgets = {"issues": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False  # the English title makes it

    def clean_title_en(self) -> str:
        return self.one_line("title_en")

    def clean_title_fr(self) -> str:
        return self.one_line("title_fr")

    def one_line(self, name: str) -> str:
        """A title fit for the subject of a letter."""
        title = " ".join(self.cleaned_data[name].split())
        if CONTROL.search(title):
            raise forms.ValidationError(
                _("A title is one line, without control characters."), code="control"
            )
        return title

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"] or slugify(self.cleaned_data.get("title_en", ""))
        slug = slug[:80].strip("-")
        if not slug or slug in RESERVED:
            raise forms.ValidationError(
                _("Write another name, in letters, figures and hyphens: this one is taken."),
                code="reserved",
            )
        return slug

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        said = [bool(self.cleaned_data.get(f"correction_{language}")) for language in LANGUAGES]
        if any(said) and not all(said):
            raise forms.ValidationError(
                _("Write the correction in both languages."), code="one_language"
            )
        return cleaned


class SendForm(forms.Form):
    """When it is sent, and which of its states was looked at."""

    when = forms.ChoiceField(
        label=_("When"),
        choices=[("now", _("Now")), ("later", _("At a time"))],
        widget=forms.RadioSelect,
        initial="now",
    )
    at = forms.DateTimeField(
        label=_("The time"),
        required=False,
        help_text=_("In the time of Ottawa. It is sent within a minute after."),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "aria-describedby": "at-hint"},
            format="%Y-%m-%dT%H:%M",
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("when") == "later" and "at" not in self.errors:
            at = self.cleaned_data.get("at")
            if not at or at <= timezone.now():
                self.add_error(
                    "at", forms.ValidationError(_("Choose a time still to come."), code="past")
                )
        return cleaned


@admin.register(Announcement)
class AnnouncementAdmin(Window):
    """What it says can be changed until it is to be sent; then only a correction is added."""

    actions = None
    change_form_template = "admin/network/announcement/change_form.html"
    form = AnnouncementForm
    list_display = ["__str__", "state", "purpose", "send_at", "published_at", "expected", "written"]
    list_filter = ["state", "purpose"]
    ordering = ["-pk"]
    search_fields = ["title_en", "title_fr", "slug"]
    view_on_site = False  # the way there is shown once there is something to see
    STEPS = {"pause": _("Paused."), "resume": _("Resumed."), "unschedule": _("A draft again.")}

    # --- The page of one --------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        whom: list[Any] = ["purpose", "issues", "provinces", "sectors", "languages"]
        if obj and not obj.is_draft:
            whom = ["purpose", "whom"]
        words = [("title_en", "title_fr"), ("words_en", "words_fr"), "slug"]
        fieldsets: list[Any] = [
            (_("What it says"), {"classes": [SIDE_BY_SIDE, "tall"], "fields": words}),
            (_("For whom, among those who ticked its box"), {"fields": whom}),
        ]
        if obj and obj.published_at:
            correction = {"classes": [SIDE_BY_SIDE], "fields": [("correction_en", "correction_fr")]}
            fieldsets.insert(0, (_("Correction"), correction))
        return fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if not obj or obj.is_draft:
            return []
        fixed = ["slug", "purpose", "title_en", "title_fr", "words_en", "words_fr"]
        correction = [] if obj.may_be_sent_by(request.user) else ["correction_en", "correction_fr"]
        return [*fixed, "whom", *correction]

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ["title_en"]}

    @admin.display(description=_("chosen"))
    def whom(self, announcement: Announcement) -> str:
        chosen = [
            *(str(issue) for issue in announcement.issues.order_by("slug")),
            *(str(Province(code).label) for code in announcement.provinces),
            *(str(Sector(code).label) for code in announcement.sectors),
            *(str(LANGUAGES[code]) for code in announcement.languages),
        ]
        return ", ".join(chosen) or gettext("All")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_draft)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """By the verbs; what came too late to be kept is refused, not dropped."""
        if not change:
            obj.made_by = request.user
            super().save_model(request, obj, form, change)
        elif obj.is_draft or "words_en" in request.POST:
            obj.revise()
        elif {"correction_en", "correction_fr"} & set(form.changed_data):
            obj.correct(by=request.user, en=obj.correction_en, fr=obj.correction_fr)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        obj.discard()

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        announcement = context["original"]
        if announcement:
            context |= {
                "may_send": announcement.may_be_sent_by(request.user),
                "State": Announcement.State,
                "numbers": None if announcement.published_at else numbers(announcement),
                "progress": progress(announcement) if announcement.published_at else None,
            }
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Looking at it, and sending it ------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        views: dict[str, tuple[str, View]] = {
            "<int:pk>/preview/": ("preview", self.preview),
            "<int:pk>/preview/<str:language>/page/": ("page", self.preview_page),
            "<int:pk>/preview/<str:language>/letter/": ("letter", self.preview_letter),
            "<int:pk>/trial/": ("trial", self.trial),
            "<int:pk>/send/": ("send", self.send),
            "<int:pk>/<str:step>/now/": ("step", self.step),
        }
        ours = [
            path(address, self.admin_site.admin_view(view), name=f"network_announcement_{name}")
            for address, (name, view) in views.items()
        ]
        return [*ours, *super().get_urls()]

    def found(self, request: HttpRequest, pk: int, language: str = "en") -> Announcement:
        """Raises Http404 for what is not there, or not to be seen."""
        announcement: Announcement | None = self.get_object(request, str(pk))
        if (
            announcement is None
            or language not in LANGUAGES
            or not self.has_view_permission(request, announcement)
        ):
            raise Http404
        return announcement

    def page(
        self, request: HttpRequest, name: str, announcement: Announcement, **context: Any
    ) -> HttpResponse:
        """A page of ours, in the admin's own look."""
        whole = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": announcement,
            **context,
        }
        return render(request, f"admin/network/announcement/{name}.html", whole)

    def back(self, announcement: Announcement) -> HttpResponse:
        return redirect("admin:network_announcement_change", announcement.pk)

    @method_decorator(require_safe)
    def preview(self, request: Any, pk: int) -> HttpResponse:
        """All that it becomes, in both languages; nothing is written or sent."""
        announcement = self.found(request, pk)
        title = gettext("Previews")
        try:
            letters = drawn(announcement, request.user)
        except BadLetter as error:
            return self.page(request, "preview", announcement, title=title, problem=error)
        return self.page(request, "preview", announcement, title=title, letters=letters)

    @method_decorator(require_safe)
    def preview_page(self, request: HttpRequest, pk: int, language: str) -> HttpResponse:
        """Its page on the site, as readers will see it."""
        announcement = self.found(request, pk, language)
        name = "admin:network_announcement_"
        with override(language):
            context = {
                **shown(announcement),
                "preview": reverse(f"{name}preview", args=[pk]),
                "twin_url": reverse(f"{name}page", args=[pk, other(language)]),
            }
            response = render(request, "network/announcement.html", context)
        response.headers["Content-Language"] = language
        return response

    @method_decorator(require_safe)
    def preview_letter(self, request: Any, pk: int, language: str) -> HttpResponse:
        """The HTML of its letter, as a mail program gets it."""
        announcement = self.found(request, pk, language)
        try:
            html = announcing.letter_to(request.user, announcement, language, trial=False).html
        except BadLetter as error:
            raise Refused(str(error)) from error
        response = HttpResponse(html)
        response.headers["Content-Language"] = language
        # The one style sheet that every letter carries, and no other.
        digests = [sha256(style.encode()).digest() for style in STYLE.findall(html)[:1]]
        allowed = [f"'sha256-{b64encode(digest).decode()}'" for digest in digests]
        response._csp_update = {"style-src": allowed}  # type: ignore[attr-defined]
        return response

    @method_decorator(require_POST)
    def trial(self, request: Any, pk: int) -> HttpResponse:
        """Both letters, to whoever asks."""
        announcement = self.found(request, pk)
        if not self.has_change_permission(request, announcement):
            raise Http404
        try:
            announcing.send_trial(announcement, to=request.user)
        except BadLetter as error:
            raise Refused(str(error)) from error
        said = gettext("A trial in both languages goes to %(address)s.")
        messages.success(request, said % {"address": request.user.email})
        return self.back(announcement)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def send(self, request: Any, pk: int) -> HttpResponse:
        """The last look: to how many, and when. Only the POST sends."""
        announcement = self.found(request, pk)
        form = SendForm(request.POST or None, initial={"seen": announcement.fingerprint})
        context = {"title": gettext("Send"), "form": form, "numbers": numbers(announcement)}
        context["may_send"] = announcement.may_be_sent_by(request.user)
        if request.method == "POST" and not context["may_send"]:
            raise PermissionDenied
        try:
            drawn(announcement, request.user)
        except BadLetter as error:
            return self.page(request, "send", announcement, problem=error, **context)
        if request.method != "POST" or not form.is_valid():
            return self.page(request, "send", announcement, **context)
        seen, at = form.cleaned_data["seen"], form.cleaned_data["at"]
        if form.cleaned_data["when"] == "later":
            announcement.schedule(by=request.user, at=at, seen=seen)
            said = _("It will be sent at the time you chose.")
        else:
            announcement.send(by=request.user, seen=seen)
            said = _("It is on the site, and its letters are being written.")
        messages.success(request, said)
        return self.back(announcement)

    @method_decorator(require_POST)
    def step(self, request: Any, pk: int, step: str) -> HttpResponse:
        """Pause, resume, or call it off before its hour."""
        announcement = self.found(request, pk)
        if step not in self.STEPS:
            raise Http404
        getattr(announcement, step)(by=request.user)
        messages.success(request, self.STEPS[step])
        return self.back(announcement)


def drawn(announcement: Announcement, user: Any) -> list[Letter]:
    """Its letter in each language. Raises BadLetter."""
    return [
        announcing.letter_to(user, announcement, language, trial=False) for language in LANGUAGES
    ]


def numbers(announcement: Announcement) -> dict[str, Any]:
    """To how many it would go now, by language, and how many chosen ones get no letters."""
    rows = announcement.audience().values_list("language").annotate(Count("pk"))
    by_language = dict(rows.order_by("language"))
    total = sum(by_language.values())
    return {
        "total": total,
        "by_language": [(LANGUAGES[code], by_language.get(code, 0)) for code in LANGUAGES],
        "stopped": announcement.chosen().count() - total,
    }


def progress(announcement: Announcement) -> dict[str, Any]:
    """How far its letters are."""
    rows = Letter.objects.filter(announcement=announcement).values_list("state")
    counts = Counter(dict(rows.annotate(Count("pk")).order_by("state")))
    return {"states": [(state, state.label, counts[state.value]) for state in Letter.State]}
