"""Nights: what the portal forgot, a row a night."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# What is forgotten, by the name it is counted under.
KINDS = {
    "requests": _("requests to join"),
    "confirmations": _("confirmations"),
    "messages": _("messages received"),
    "raw_messages": _("messages as they came"),
    "letters": _("letters"),
    "networks_of_consents": _("networks that consents came from"),
    "sessions": _("sessions"),
    "networks_of_sessions": _("networks that sessions began from"),
    "blocks": _("blocks"),
    "decisions": _("decisions that can no longer be undone"),
    "changes_of_address": _("changes of address"),
    "tallies": _("tallies"),
    "briefs": _("briefs"),
    "drafts": _("drafts"),
    "proposals": _("proposals never confirmed"),
    "supports": _("supports never confirmed"),
    "follows": _("follows never confirmed"),
    "networks_of_proposals": _("networks that proposals came from"),
    "networks_of_flags": _("networks that flags came from"),
}


class NightQuerySet(models.QuerySet["Night"]):
    def newest(self) -> Self:
        return self.order_by("-at", "-pk")


class Night(models.Model):
    """What one night forgot: how many of each kind, by the names of `KINDS`.

    A count of None is a kind that could not be forgotten; the log says why.
    """

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    counts = models.JSONField(_("how many were forgotten"), default=dict)

    objects = NightQuerySet.as_manager()

    class Meta:
        verbose_name = _("night")
        verbose_name_plural = _("nights")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d}"

    @property
    def failed(self) -> bool:
        return None in self.counts.values()
