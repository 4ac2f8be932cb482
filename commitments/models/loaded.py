"""What a file last said, so that loading it again leaves editors' work alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Loaded(models.Model):
    """A fingerprint of what a file said about one thing when it was last loaded.

    While a file goes on saying the same, the thing is left as it is, whatever
    editors have made of it since; when the file says something new, that is written.
    `thing` names it: `commitment 2016-2018-19`.
    """

    thing = models.CharField(_("thing"), max_length=120, unique=True)
    digest = models.CharField(_("fingerprint"), max_length=64)

    class Meta:
        verbose_name = _("loaded record")
        verbose_name_plural = _("loaded records")

    def __str__(self) -> str:
        return self.thing
