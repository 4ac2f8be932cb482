"""The edition: a number that is raised whenever something public changes."""

import time
from typing import ClassVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Edition(models.Model):
    """Which edition of the portal is being read.

    One row, raised in the transaction of every public change, so that pages and
    tallies drawn from older data are dropped: on every process and host, with
    no broker needed. It is here because every room above leans on this one.
    """

    ONLY = 1
    _known: ClassVar[tuple[float, int]] = (0.0, 0)

    number = models.PositiveBigIntegerField(_("number"), default=1)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="edition_is_one_row")]

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls, using: str = DEFAULT_DB_ALIAS) -> int:
        """The number of the present edition, asked of the database each time."""
        row = cls.objects.using(using).filter(pk=cls.ONLY).values_list("number", flat=True).first()
        return row or 0

    @classmethod
    def lately(cls) -> int:
        """The number as this process knew it at most EDITION_MEMO_SECONDS ago."""
        asked, number = cls._known
        now = time.monotonic()
        if now - asked >= settings.EDITION_MEMO_SECONDS:
            number = cls.current()
            cls._known = (now, number)
        return number

    @classmethod
    def take_turn(cls) -> None:
        """Wait for whoever is changing something public; others then wait for us to commit.

        Call it first in the transaction. Who waits before reading undoes no change
        made meanwhile, and two who wait for one thing never wait for each other.
        SQLite lets in one writer at a time by itself.
        """
        row = cls.objects.select_for_update().filter(pk=cls.ONLY)
        if row.first() is None:
            cls.objects.get_or_create(pk=cls.ONLY, defaults={"number": 0})
            row.first()

    @classmethod
    def advance(cls) -> None:
        """Say that something public has changed. Call it in the same transaction."""
        if not cls.objects.filter(pk=cls.ONLY).update(number=F("number") + 1):
            cls.objects.get_or_create(pk=cls.ONLY, defaults={"number": 1})
