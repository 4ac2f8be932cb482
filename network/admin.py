"""Accounts, the letters that are written to people, and the journal of what staff did."""

from typing import TYPE_CHECKING, Any

from allauth.mfa.admin import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from network.models import Letter, Stop, User

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    BaseUserAdmin = DjangoUserAdmin[User]
    NewUser = AdminUserCreationForm[User]
    KnownUser = UserChangeForm[User]
else:
    ModelAdmin, BaseUserAdmin = admin.ModelAdmin, DjangoUserAdmin
    NewUser, KnownUser = AdminUserCreationForm, UserChangeForm


class NewUserForm(NewUser):
    class Meta:
        model = User
        fields = ("email", "name")
        field_classes: dict[str, type[forms.Field]] = {}


class UserForm(KnownUser):
    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type[forms.Field]] = {}


@admin.register(User)
class UserAdmin(BaseUserAdmin):
    """Accounts are closed, not deleted: what they did stays signed."""

    POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")

    form = UserForm
    add_form = NewUserForm
    fieldsets = [
        (None, {"fields": ("email", "name", "language", "password")}),
        (_("What they may do"), {"fields": ("is_active", *POWERS)}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    ]
    add_fieldsets = [
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
    ]
    list_display = ["email", "name", "is_active", "is_staff", "is_superuser", "last_login"]
    list_filter = ["is_staff", "is_superuser", "is_active", "groups"]
    list_per_page = 50
    ordering = ["email"]
    readonly_fields = ["last_login", "date_joined"]
    search_fields = ["email", "name"]
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        language = self.admin_site.admin_view(self.choose_language)
        return [path("language/", language, name="network_user_language"), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        powers = () if request.user.is_superuser else self.POWERS
        return [*super().get_readonly_fields(request, obj), *powers]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        # PostgreSQL has no text with a NUL in it, and raises when asked for one.
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.may_be_edited_by(request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @method_decorator(require_POST)
    def choose_language(self, request: Any) -> HttpResponse:
        """The language in which the admin speaks to the one who asks."""
        language = request.POST.get("language", "")
        if language in dict(settings.LANGUAGES):
            User.objects.filter(pk=request.user.pk).update(language=language)
        back = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        return redirect(back if safe else reverse("admin:index"))


# allauth's page would show the secrets of second factors, and let them be edited.
admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class AuthenticatorAdmin(ModelAdmin):
    """Second factors. Delete one for a colleague who has lost a phone or a key."""

    fields = ["user", "type", "created_at", "last_used_at"]
    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    ordering = ["user__email", "pk"]
    search_fields = ["user__email", "user__name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.user.may_be_edited_by(request.user))


@admin.register(LogEntry)
class LogEntryAdmin(ModelAdmin):
    """Who did what in these pages, and when. History is not edited."""

    date_hierarchy = "action_time"
    fields = ["action_time", "user", "content_type", "object_repr", "what"]
    list_display = ["action_time", "user", "content_type", "object_repr", "what"]
    list_display_links = None
    list_filter = ["action_flag"]
    list_per_page = 50
    list_select_related = ["user", "content_type"]
    ordering = ["-action_time", "-pk"]
    search_fields = ["object_repr", "user__email", "user__name"]
    show_full_result_count = False

    @admin.display(description=_("what"))
    def what(self, entry: LogEntry) -> str:
        return entry.get_change_message() or entry.get_action_flag_display()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Letter)
class LetterAdmin(ModelAdmin):
    """The outbox, what failed first. What letters say is not shown: it opens things."""

    actions = ["post_again"]
    date_hierarchy = "owed_since"
    fields = [
        "subject", "to", "user", "language", "kind", "template", "state", "attempts",
        "last_error", "owed_since", "next_try_at", "claimed_until", "posted_at", "message_id",
    ]  # fmt: skip
    list_display = ["subject", "to", "state", "attempts", "last_error", "owed_since", "posted_at"]
    list_filter = ["state", "kind", "language", "template"]
    list_per_page = 50
    ordering = [Case(When(state=Letter.State.FAILED, then=Value(0)), default=Value(1)), "-pk"]
    search_fields = ["to", "subject", "message_id"]
    show_full_result_count = False

    @admin.action(description=_("Post the selected letters again"), permissions=["post"])
    def post_again(self, request: HttpRequest, queryset: QuerySet[Letter]) -> None:
        """Those that failed or were withheld; the others are left as they are."""
        again = [letter for letter in queryset if letter.may_be_posted_again]
        for letter in again:
            letter.post_again()
        left = queryset.count() - len(again)
        if again:
            said = ngettext(
                "%(count)d letter is owed again.", "%(count)d letters are owed again.", len(again)
            )
            messages.success(request, said % {"count": len(again)})
        if left:
            said = ngettext(
                "%(count)d letter was left as it is: only one that failed or was withheld goes "
                "again.",
                "%(count)d letters were left as they are: only those that failed or were "
                "withheld go again.",
                left,
            )
            messages.warning(request, said % {"count": left})

    def has_post_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("network.change_letter")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Stop)
class StopAdmin(ModelAdmin):
    """Addresses that are not written to. Delete one only when its owner asks to hear again."""

    fields = ["address", "scope"]
    list_display = ["address", "scope", "how", "at"]
    list_filter = ["how", "scope"]
    list_per_page = 50
    ordering = ["-at", "-pk"]
    search_fields = ["address"]
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def save_model(self, request: HttpRequest, obj: Stop, form: Any, change: bool) -> None:
        obj.how = Stop.How.STAFF
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
