"""What each night forgot, to read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from network.admin.window import ReadOnly
from network.models import Night
from network.models.night import KINDS
from opengov_portal.lib.languages import colon


@admin.register(Night)
class NightAdmin(ReadOnly):
    """A row a night: how many of each kind were forgotten, and what could not be."""

    date_hierarchy = "at"
    fields = ["at", "forgotten"]
    list_display = ["at", "forgotten"]
    ordering = ["-at", "-pk"]

    @admin.display(description=_("how many were forgotten"))
    def forgotten(self, night: Night) -> str:
        failed, mark = _("failed"), colon()
        # In one order: PostgreSQL keeps the names of JSON in its own.
        names = [*filter(night.counts.__contains__, KINDS), *(night.counts.keys() - KINDS.keys())]
        counted = [(name, night.counts[name]) for name in names]
        said = [
            f"{KINDS.get(name, name)}{mark} {failed if count is None else count}"
            for name, count in counted
            if count != 0
        ]
        return "; ".join(said) or str(_("nothing"))
