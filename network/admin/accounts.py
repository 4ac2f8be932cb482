"""Accounts, their second factors, and the journal of what staff did."""

from typing import TYPE_CHECKING, Any

from allauth.mfa.admin import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from network.actions import follow_new_address
from network.admin.window import ReadOnly, Searched, Window
from network.models import Edition, User

if TYPE_CHECKING:
    BaseUserAdmin = DjangoUserAdmin[User]
    NewUser = AdminUserCreationForm[User]
    KnownUser = UserChangeForm[User]
else:
    BaseUserAdmin = DjangoUserAdmin
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
class UserAdmin(Searched, BaseUserAdmin):
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

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.may_be_edited_by(request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A membership goes along; pages that name them are drawn anew."""
        Edition.take_turn()
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            follow_new_address(obj)
        if change and {"name", "is_active"} & set(form.changed_data):
            Edition.advance()

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
class AuthenticatorAdmin(Window):
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
class LogEntryAdmin(ReadOnly):
    """Who did what in these pages, and when. History is not edited."""

    date_hierarchy = "action_time"
    fields = ["action_time", "user", "content_type", "object_repr", "what"]
    list_display = ["action_time", "user", "content_type", "object_repr", "what"]
    list_display_links = None
    list_filter = ["action_flag"]
    list_select_related = ["user", "content_type"]
    ordering = ["-action_time", "-pk"]
    search_fields = ["object_repr", "user__email", "user__name"]

    @admin.display(description=_("what"))
    def what(self, entry: LogEntry) -> str:
        return entry.get_change_message() or entry.get_action_flag_display()
