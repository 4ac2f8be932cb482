"""Accounts, their addresses and second factors, and groups of them."""

from typing import TYPE_CHECKING, Any

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from allauth.usersessions.admin import UserSession
from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from network import emails, roles
from network.actions import move_account
from network.admin.recorded import Recorded
from network.admin.window import Discreet, ReadOnly, Window
from network.models import Deed, Edition, User
from network.roles import PURPOSES, Role

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


def each_role() -> list[tuple[str, str]]:
    """A box a role, with what it is for."""
    return [(role.value, f"{role.label}{_(':')} {PURPOSES[role]}") for role in Role]


class RoleBoxes(forms.CheckboxSelectMultiple):
    """A box a role. One that comes with an appointment shows whether they have it, no more."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if value in roles.APPOINTED:
            option["attrs"]["disabled"] = True
        return option


class UserForm(KnownUser):
    """An account; whoever is given a role is staff by it."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=each_role,
        required=False,
        widget=RoleBoxes,
        help_text=_(
            "Whoever has a role may open the admin, with a second factor. Responders are "
            "appointed, and dismissed, at “Responders”: the role comes and goes with that."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "roles" in self.fields:
            self.held = roles.held_by(self.instance)
            self.initial["roles"] = [role.value for role in Role if role in self.held]

    def clean_roles(self) -> list[str]:
        """What their appointments give stays, whatever was sent."""
        chosen = {Role(name) for name in self.cleaned_data["roles"]}
        kept = chosen - roles.APPOINTED | self.held & roles.APPOINTED
        return [role.value for role in Role if role in kept]

    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type[forms.Field]] = {}


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Role.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        name = self.value()
        return queryset.filter(groups__name=name) if name in Role.values else queryset


@admin.register(User)
class UserAdmin(Discreet, Recorded, BaseUserAdmin):
    """Accounts are closed, not deleted: what they did stays signed."""

    POWERS = ("is_staff", "is_superuser", "user_permissions")

    form = UserForm
    add_form = NewUserForm
    fieldsets = [
        (None, {"fields": ("email", "name", "language", "password")}),
        (_("What they may do"), {"fields": ("is_active", "roles", *POWERS)}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    ]
    add_fieldsets = [
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
    ]
    list_display = ["email", "name", "is_active", "is_staff", "is_superuser", "last_login"]
    list_filter = [RoleFilter, "is_staff", "is_superuser", "is_active"]
    list_per_page = 50
    ordering = ["email"]
    personal = ("email", "password")
    readonly_fields = ["last_login", "date_joined"]
    search_fields = ["email", "name"]
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        language = self.admin_site.admin_view(self.choose_language)
        morning = self.admin_site.admin_view(self.choose_morning_letter)
        return [
            path("language/", language, name="network_user_language"),
            path("morning/", morning, name="network_user_morning"),
            *super().get_urls(),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        powers = [] if request.user.is_superuser else list(self.POWERS)
        if obj is None or not obj.may_be_given_roles_by(request.user):
            powers.append("roles")
        return [*super().get_readonly_fields(request, obj), *powers]

    @admin.display(description=_("Roles"))
    def roles(self, user: User) -> str:
        return ", ".join(str(role.label) for role in Role if role in roles.roles_of(user)) or "—"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.may_be_edited_by(request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A membership goes along; pages that name them are drawn anew.

        Both mailboxes are told of another address: nobody asked them.
        """
        Edition.take_turn()
        if change and "email" in form.changed_data:
            old = User.objects.get(pk=obj.pk).email
            move_account(obj, obj.email)
            emails.moved_by_staff(obj, old, obj.email)
        super().save_model(request, obj, form, change)
        if change and {"name", "is_active"} & set(form.changed_data):
            Edition.advance()

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "roles" in form.changed_data:
            chosen = [Role(name) for name in form.cleaned_data["roles"]]
            roles.give(form.instance, chosen, by=request.user)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """A colleague's password: they are told, and are signed out everywhere."""
        user = self.get_object(request, id)
        before = user.password if user else ""
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        if user and User.objects.filter(pk=user.pk).exclude(password=before).exists():
            emails.account_notice(user, "password_changed")
        elif user and answer.status_code == 200:
            self.looked_at(request, user)
        return answer

    def log_change(self, request: Any, obj: User, message: Any) -> Any:
        """Also of another password, which has a page of its own."""
        if hasattr(request, "stood"):
            return super().log_change(request, obj, message)
        changed = [{"field": "password"}]
        return Deed.record(Deed.Act.CHANGED, obj, by=request.user, changes=changed)

    @method_decorator(require_POST)
    def choose_language(self, request: Any) -> HttpResponse:
        """The language in which the admin speaks to the one who asks."""
        language = request.POST.get("language", "")
        if language in dict(settings.LANGUAGES):
            User.objects.filter(pk=request.user.pk).update(language=language)
        back = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        return redirect(back if safe else reverse("admin:index"))

    @method_decorator(require_POST)
    def choose_morning_letter(self, request: Any) -> HttpResponse:
        """Whether the one who asks gets the morning letter."""
        wanted = request.POST.get("wanted") == "yes"
        User.objects.filter(pk=request.user.pk).update(morning_letter=wanted)
        said = _("You get the morning letter.") if wanted else _("No more morning letters.")
        messages.success(request, said)
        return redirect("admin:index")


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(ReadOnly):
    """The roles: what each may do is written in the portal's code (network.roles)."""

    fields = ["role", "purpose", "permissions"]
    list_display = ["role", "purpose"]
    ordering = ["pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        found: QuerySet[Group] = super().get_queryset(request).filter(name__in=Role.values)
        return found

    @admin.display(description=_("role"))
    def role(self, group: Group) -> str:
        return str(Role(group.name).label)

    @admin.display(description=_("what it is for"))
    def purpose(self, group: Group) -> str:
        return str(PURPOSES[Role(group.name)])


# allauth's pages would show the secrets of second factors and let them be edited, and
# show where everyone is signed in from.
admin.site.unregister([Authenticator, UserSession])
if apps.is_installed("allauth.socialaccount"):  # SOCIAL_PROVIDERS: said there, kept nowhere
    from allauth.socialaccount.admin import SocialAccount, SocialApp, SocialToken

    admin.site.unregister([SocialAccount, SocialApp, SocialToken])


@admin.register(Authenticator)
class AuthenticatorAdmin(Window):
    """Second factors. Delete one for a colleague who has lost a phone or a key."""

    fields = ["user", "type", "created_at", "last_used_at"]
    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    ordering = ["user__email", "pk"]
    personal = ("user__email",)
    search_fields = ["user__email", "user__name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.user.may_be_edited_by(request.user))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        emails.account_notice(obj.user, "factor_removed")

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for each in queryset:
            self.delete_model(request, each)


# allauth's page would let addresses be marked as verified by hand.
admin.site.unregister(EmailAddress)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnly):
    """The addresses of accounts: their owners change and verify them."""

    fields = ["user", "email", "verified", "primary"]
    list_display = ["user", "email", "verified", "primary"]
    list_filter = ["verified", "primary"]
    list_select_related = ["user"]
    ordering = ["-pk"]
    personal = ("email", "user__email")
    search_fields = ["email", "user__email", "user__name"]
