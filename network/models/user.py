"""The user model: an email address instead of a user name."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes users and finds them whatever the case their address is typed in."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """In small letters, as allauth looks addresses up."""
        return super().normalize_email(email).lower()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user; without a password, one who signs in by an emailed code.

        Raises ValueError without an address.
        """
        if not email:
            raise ValueError("A user needs an email address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Staff made at the console: whoever types the address there vouches for it."""
        from allauth.account.models import EmailAddress  # it needs this model first

        user = self.create_user(
            email, password, **{**fields, "is_staff": True, "is_superuser": True}
        )
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who can sign in: a member of the network, or staff."""

    email = models.EmailField(_("email address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("May open the admin pages.")
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Untick to close the account; it is kept, so that its history is too."),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Of the admin pages; without one, the browser's."),
    )
    morning_letter = models.BooleanField(
        _("gets the morning letter"),
        default=False,
        help_text=_("What waits at the desk, once a day, for staff who ask for it."),
    )
    date_joined = models.DateTimeField(_("date joined"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions = [
            ("view_addresses", "Can see the addresses of people"),
            ("give_roles", "Can give roles to staff"),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_whatever_its_case",
                violation_error_message=_("There is an account with this address already."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = UserManager.normalize_email(self.email)
        twins = User.objects.filter(email__iexact=self.email).exclude(pk=self.pk)
        if twins.exists():
            raise ValidationError(
                {"email": _("There is an account with this address already.")}, code="duplicate"
            )

    def may_be_edited_by(self, user: "User | AnonymousUser") -> bool:
        """Nobody edits an account that may do more than their own."""
        if user.is_superuser or self.is_superuser:
            return user.is_superuser
        return not self.is_staff or user.has_perm("network.give_roles")

    def may_be_given_roles_by(self, user: "User | AnonymousUser") -> bool:
        return user.has_perm("network.give_roles") and self.may_be_edited_by(user)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
