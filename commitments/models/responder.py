"""Responders: who speaks here for an institution of government."""

from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commitments.models.institution import Institution
from network import roles
from network.models import Edition, User
from network.roles import Role


class ResponderQuerySet(models.QuerySet["Responder"]):
    def hearing(self) -> Self:
        """Those who are written to of what is referred: they want it, and have the role still."""
        has_role = {"user__is_staff": True, "user__groups__name": Role.RESPONDER.value}
        return self.filter(letters=True, user__is_active=True, **has_role)


class Responder(models.Model):
    """That someone speaks for an institution: answers what was referred to it, and says
    how the commitments go that it leads. They have the role as long as they speak for one.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="speaks_for",
        verbose_name=_("account"),
        help_text=_("Its owner gets the role of a responder by this."),
    )
    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        related_name="responders",
        verbose_name=_("institution"),
    )
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    letters = models.BooleanField(
        _("gets letters"),
        default=True,
        db_default=True,
        editable=False,
        help_text=_("When something is referred to the institution. They choose at the desk."),
    )

    objects = ResponderQuerySet.as_manager()

    class Meta:
        verbose_name = _("responder")
        verbose_name_plural = _("responders")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "institution"],
                name="responder_once_an_institution",
                violation_error_message=_("They speak for this institution already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.institution}"

    @transaction.atomic
    def appoint(self, *, by: User) -> None:
        """From now on they speak for it."""
        self._ask(by)
        self.save()
        roles.appoint(self.user, Role.RESPONDER, by=by)

    @transaction.atomic
    def dismiss(self, *, by: User) -> None:
        """They no longer speak for it; who speaks for none has the role no longer."""
        self._ask(by)
        self.delete()
        if not Responder.objects.filter(user=self.user).exists():
            roles.dismiss(self.user, Role.RESPONDER, by=by)

    def _ask(self, by: User) -> None:
        """Of two who appoint and dismiss at once the second sees what the first did."""
        Edition.take_turn()
        if not self.user.may_be_given_roles_by(by):
            raise PermissionDenied
