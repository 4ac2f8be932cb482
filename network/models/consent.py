"""Consents: what was agreed to, in which words, when and how. Nothing in here is ever edited."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from network.models.profile import Purpose
from network.models.user import User
from opengov_portal.lib.languages import colon
from opengov_portal.lib.mail import ADDRESS_LENGTH, canonical

ORIGIN_LENGTH = 60  # characters: an IPv6 network, or the Message-ID's digest of a letter

ORIGIN_KEPT = timedelta(days=30)
PROVES_FOR = timedelta(days=3 * 366)

BREAKS = re.compile(r"[ \n]+")  # French keeps its spaces that do not break


@dataclass(frozen=True)
class ConsentWords:
    """The exact words that ask for consent, in one language, and their version.

    They name the purpose, the sender, its mailing address, another contact, and
    that consent can be withdrawn (CASL s. 10, SOR/2012-36 s. 4). The version is
    drawn from the words, so it changes when they do.
    """

    language: str
    text: str

    @classmethod
    def current(cls, language: str) -> Self:
        """As they stand today in `templates/network/consent.txt`."""
        with override(language):
            sender = settings.SENDER_NAME_FR if language == "fr" else settings.SENDER_NAME
            text = render_to_string(
                "network/consent.txt",
                {
                    "sender_name": sender,
                    "mailing_address": settings.MAILING_ADDRESS,
                    "contact_address": settings.CONTACT_ADDRESS,
                },
            )
        return cls(language, " ".join(filter(None, BREAKS.split(text))))

    @property
    def version(self) -> str:
        return blake2b(self.text.encode(), digest_size=6).hexdigest()


def erased_mark(address: str) -> str:
    """What stands in the records of someone erased, in the place of their address."""
    made = salted_hmac("portal.erased", canonical(address), algorithm="sha256")
    return f"erased-{made.hexdigest()[:32]}"


def same_person(address: str) -> tuple[str, str]:
    """What an address stands in the records as, and what once its owner was erased."""
    return address, erased_mark(address)


class ConsentQuerySet(models.QuerySet["Consent"]):
    def of(self, address: str) -> Self:
        """Those of an address, however it is typed."""
        return self.filter(address=canonical(address))

    def of_account(self, user: User, address: str) -> Self:
        """Those of an account, under whichever address; and of its own, those of no account."""
        return self.filter(Q(user=user) | Q(user=None, address=canonical(address)))

    def oldest(self) -> Self:
        return self.order_by("at", "pk")

    def newest(self) -> Self:
        return self.order_by("-at", "-pk")

    def update(self, **fields: Any) -> NoReturn:
        raise TypeError("Consents are not edited: what was agreed to stays on record.")

    def forget_origins(self, now: datetime) -> int:
        """From which network they came, once that proves nothing any more; how many.

        Of a withdrawal after 30 days. Of a consent as long as it holds, and then for the
        three years in which it may be asked for (docs/keeping.md).
        """
        known = self.exclude(origin="")
        ended = Consent.objects.filter(
            address=OuterRef("address"),
            purpose=OuterRef("purpose"),
            act=Consent.Act.WITHDRAWN,
            at__gte=OuterRef("at"),
            at__lte=now - PROVES_FOR,
        )
        withdrawn = Q(act=Consent.Act.WITHDRAWN, at__lte=now - ORIGIN_KEPT)
        old = known.filter(withdrawn | Q(Exists(ended), act=Consent.Act.GIVEN))
        return super(ConsentQuerySet, old).update(origin="")

    def forget(self, address: str) -> int:
        """Keep of an erased person only what answers “did this address agree, and when?”.

        The address becomes a mark that only who has the address, and our key, can
        make again (`erased_mark`). Returns how many were changed.
        """
        mark = erased_mark(address)
        return super(ConsentQuerySet, self.of(address)).update(
            email=mark, address=mark, origin="", user=None
        )


class Consent(models.Model):
    """One thing that one address agreed to, or withdrew (CASL s. 13: we must be able to show it).

    Append-only, and the database holds it so (`lib.append_only`): a change of mind is another
    record. It outlives the member. Who it was can be forgotten; what was agreed to stays.
    """

    NEVER_CHANGED = ("purpose", "act", "words", "version", "language", "how", "asked_at", "at")

    class Act(models.TextChoices):
        GIVEN = "given", _("Given")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class How(models.TextChoices):
        """By which door it came."""

        FORM = "form", _("By the form, confirmed by the letter’s link")
        CODE = "code", _("By the form, confirmed by the letter’s code")
        REPLY = "reply", _("By a reply to the letter")
        MEMBER = "member", _("On the member’s own page")
        PAGE = "page", _("On the page of leaving")
        ONE_CLICK = "one_click", _("By the button of a mail program")
        MAIL = "mail", _("By a letter that said so")
        PAPER = "paper", _("On paper, entered by staff")
        STAFF = "staff", _("By staff")
        BOUNCED = "bounced", _("The address refuses letters for good")

    email = models.CharField(_("address as typed"), max_length=ADDRESS_LENGTH)
    address = models.CharField(max_length=ADDRESS_LENGTH, db_index=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name=_("account"),
    )
    purpose = models.CharField(_("purpose"), max_length=13, choices=Purpose.choices)
    act = models.CharField(_("given or withdrawn"), max_length=9, choices=Act.choices)
    words = models.TextField(_("the exact words"), blank=True)
    version = models.CharField(_("version of the words"), max_length=12, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    how = models.CharField(_("how"), max_length=9, choices=How.choices)
    origin = models.CharField(
        _("from which network"),
        max_length=ORIGIN_LENGTH,
        blank=True,
        help_text=_("IPv6 by its /64. Empty where it came by mail or on paper."),
    )
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    at = models.DateTimeField(_("confirmed"), default=timezone.now)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values), name="consent_purpose_known"
            ),
            models.CheckConstraint(
                condition=Q(act="given") & ~Q(words="") & ~Q(version="") | Q(act="withdrawn"),
                name="consent_given_in_words",
            ),
            models.CheckConstraint(
                condition=Q(
                    how__in=[
                        "form", "code", "reply", "member", "page", "one_click", "mail", "paper",
                        "staff", "bounced",
                    ]
                ),
                name="consent_how_known",
            ),
            models.CheckConstraint(
                condition=~Q(email="") & ~Q(address=""), name="consent_has_an_address"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}{colon()} {self.get_act_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises TypeError for one that is kept already."""
        if not self._state.adding:
            raise TypeError("Consents are not edited: what was agreed to stays on record.")
        super().save(*args, **kwargs)

    @classmethod
    def record(
        cls,
        act: "Consent.Act",
        purposes: Iterable[Purpose],
        *,
        user: User | None,
        email: str,
        language: str,
        how: "Consent.How",
        words: ConsentWords | None = None,
        origin: str = "",
        asked_at: datetime | None = None,
    ) -> None:
        """Put on record, in the transaction of the change it tells of, one row a purpose."""
        Consent.objects.bulk_create(
            Consent(
                email=email,
                address=canonical(email),
                user=user,
                purpose=purpose,
                act=act,
                words=words.text if words else "",
                version=words.version if words else "",
                language=language,
                how=how,
                origin=origin,
                asked_at=asked_at,
            )
            for purpose in purposes
        )
