"""Another address for an account: it moves once both mailboxes have said yes."""

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.confirmable import SECRET_BYTES, digest
from network.models.user import User, UserManager
from opengov_portal.lib.mail import ADDRESS_LENGTH
from opengov_portal.lib.seals import base32


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    def waiting(self) -> Self:
        """Those that may still be agreed to."""
        return self.filter(asked_at__gt=timezone.now() - AddressChange.VALID)

    def with_secret(self, secret: str) -> "AddressChange | None":
        """The one that a letter's link leads to, whichever mailbox it came to."""
        mark = digest(secret.strip().lower())
        either = Q(old_digest=mark) | Q(new_digest=mark)
        return self.waiting().filter(either).select_related("user").first()

    def stale(self, now: datetime) -> Self:
        return self.filter(asked_at__lte=now - AddressChange.VALID)


class AddressChange(models.Model):
    """That someone wants their account under another address. One at a time.

    Whoever reads the old mailbox may be a thief at an open computer, and whoever
    typed the new address may have mistyped it: so both are asked. There is a row for
    as long as it waits; asking anew, and taking it back, ends it.
    """

    VALID = timedelta(days=7)

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="address_change",
        verbose_name=_("account"),
    )
    old = models.EmailField(_("address until now"), max_length=ADDRESS_LENGTH)
    new = models.EmailField(_("new address"), max_length=ADDRESS_LENGTH)
    old_digest = models.CharField(max_length=64, unique=True, editable=False)
    new_digest = models.CharField(max_length=64, unique=True, editable=False)
    old_agreed_at = models.DateTimeField(_("agreed at the old one"), null=True, blank=True)
    new_agreed_at = models.DateTimeField(_("agreed at the new one"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")
        constraints = [
            models.CheckConstraint(
                condition=~Q(old=models.F("new")), name="address_change_to_other"
            )
        ]

    # Known to the object that was just made, for its letters; kept nowhere.
    old_secret: str = ""
    new_secret: str = ""

    def __str__(self) -> str:
        return str(self.user)

    # --- Questions -------------------------------------------------------------

    @property
    def expires_at(self) -> datetime:
        return self.asked_at + self.VALID

    def is_agreed_by(self, secret: str) -> bool:
        """Whether the mailbox with that secret has said yes already."""
        is_old = digest(secret.strip().lower()) == self.old_digest
        return bool(self.old_agreed_at if is_old else self.new_agreed_at)

    @property
    def is_agreed(self) -> bool:
        return bool(self.old_agreed_at and self.new_agreed_at)

    # --- Verbs -----------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def ask(cls, user: User, new: str) -> Self:
        """From now on both mailboxes may say yes; what was asked before may not."""
        cls.objects.filter(user=user).delete()
        change = cls(user=user, old=user.email, new=UserManager.normalize_email(new))
        change.old_secret = base32(secrets.token_bytes(SECRET_BYTES))
        change.new_secret = base32(secrets.token_bytes(SECRET_BYTES))
        change.old_digest, change.new_digest = digest(change.old_secret), digest(change.new_secret)
        change.save()
        return change

    def agree(self, secret: str) -> None:
        """One of the two mailboxes says yes. Saying so twice changes nothing."""
        mark = digest(secret.strip().lower())
        now = timezone.now()
        mine = AddressChange.objects.filter(pk=self.pk)
        mine.filter(old_digest=mark, old_agreed_at=None).update(old_agreed_at=now)
        mine.filter(new_digest=mark, new_agreed_at=None).update(new_agreed_at=now)
        self.refresh_from_db()
