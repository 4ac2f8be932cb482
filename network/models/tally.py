"""Tallies: how often something was asked lately, counted for all processes together."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class Limit(NamedTuple):
    """That `what` may be asked `times` within `seconds`; without `times` it is only counted."""

    what: str
    seconds: int
    times: int | None = None


class Tally(models.Model):
    """How often one thing was asked since its window began; the next ask after `until` begins anew.

    In the database, so that it holds over several processes without Redis too.
    Whose it is cannot be read from it: `key` is made with our own.
    """

    key = models.CharField(max_length=32, primary_key=True)
    times = models.PositiveIntegerField(_("times"), default=1)
    until = models.DateTimeField(_("until"), db_index=True)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")

    def __str__(self) -> str:
        return self.key

    @classmethod
    @transaction.atomic
    def count(cls, limits: Iterable[Limit]) -> "list[Tally]":
        """Count one more of each, and give them as they now stand, in the same order.

        Name the most particular first, always in one order: two who count at once
        then never wait for each other.
        """
        return [cls._one_more(limit) for limit in limits]

    @classmethod
    def _one_more(cls, limit: Limit) -> "Tally":
        made = salted_hmac("portal.tally", f"{limit.what}\n{limit.seconds}", algorithm="sha256")
        key = made.hexdigest()[:32]
        now = timezone.now()
        ends = now + timedelta(seconds=limit.seconds)
        mine = cls.objects.filter(pk=key)
        while not mine.filter(until__gt=now).update(times=F("times") + 1):
            if mine.filter(until__lte=now).update(times=1, until=ends):
                break
            # Of two that begin a window at once, one does; the other counts on.
            if cls._begin(key, ends):
                break
        return mine.get()

    @classmethod
    def _begin(cls, key: str, until: object) -> bool:
        _tally, made = cls.objects.get_or_create(pk=key, defaults={"times": 1, "until": until})
        return made

    def wait(self, limit: Limit) -> int:
        """How many seconds to wait before asking again; 0 within the limit."""
        if limit.times is None or self.times <= limit.times:
            return 0
        return max(1, int((self.until - timezone.now()).total_seconds()) + 1)

    @classmethod
    def forget(cls) -> int:
        """Delete those whose window is over. Returns how many."""
        deleted, _models = cls.objects.filter(until__lte=timezone.now()).delete()
        return deleted
