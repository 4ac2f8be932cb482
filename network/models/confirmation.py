"""Confirmations: the one letter by which the owner of an address says yes to what was asked."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.confirmable import Confirmable, ConfirmableQuerySet
from opengov_portal.lib.mail import canonical


class Confirmation(Confirmable):
    """That something was asked for with an address, in a room above this one.

    What was asked for (an idea put forward, a support, a wish to follow) leads to its
    confirmation and is nobody's word before that is confirmed. What the same browser
    asks within PACE hangs on the same confirmation: one letter, one yes.
    """

    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    ordinal = models.PositiveIntegerField(
        _("which letter to this address"), null=True, blank=True, editable=False
    )

    objects = ConfirmableQuerySet["Confirmation"].as_manager()

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        constraints = [
            *Confirmable.Meta.constraints,
            # Of two that ask at once for one address, one gets the letter.
            models.UniqueConstraint(fields=["address", "ordinal"], name="confirmation_in_turn"),
            models.CheckConstraint(
                condition=Q(language__in=[code for code, _label in settings.LANGUAGES]),
                name="confirmation_language_known",
            ),
        ]

    @classmethod
    @transaction.atomic
    def ask(
        cls, email: str, *, language: str, origin: str = "", here: "Confirmation | None" = None
    ) -> "Confirmation":
        """A confirmation to hang something on; a letter is due if it has a `secret`.

        `here` is what this browser asked for before, where it did: within PACE, and for
        the same address, that one is given back, and its letter will do. Where the
        address has had its letters for now (PACE, LETTERS since it last said yes) the
        row is kept without one: the next letter to this address tells of it too.
        """
        now = timezone.now()
        if (
            here
            and here.address == canonical(email)
            and here.may_be_confirmed
            and now - here.created_at < cls.PACE
        ):
            return here
        asked = cls.unasked(email, language=language, origin=origin)
        asked.created_at = now
        mine = cls.objects.of(email)
        last, at = (
            mine.filter(ordinal__isnull=False)
            .order_by("-ordinal")
            .values_list("ordinal", "created_at")
            .first()
        ) or (0, None)
        yes = mine.filter(state=cls.State.CONFIRMED).newest().first()
        unanswered = mine.filter(ordinal__gt=(yes and yes.ordinal) or 0).count()
        if unanswered < cls.LETTERS and not (at and now - at < cls.PACE):
            asked.ordinal = last + 1
        Confirmation.objects.bulk_create([asked], ignore_conflicts=True)
        kept = cls.objects.filter(secret_digest=asked.secret_digest).first()
        if kept is None:  # another has just had the letter
            asked.ordinal = None
            Confirmation.objects.bulk_create([asked])
            kept = cls.objects.get(secret_digest=asked.secret_digest)
        if kept.ordinal:
            kept.secret, kept.code = asked.secret, asked.code
        return kept

    @classmethod
    def unasked(cls, email: str, *, language: str, origin: str = "") -> "Confirmation":
        """One that is not kept, with a secret and a code of its own."""
        asked = cls(email=email, address=canonical(email), language=language, origin=origin)
        asked.make_secrets()
        return asked
