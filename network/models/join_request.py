"""Requests to join: what someone asked for, until they show that the address is theirs."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from network.models.consent import ORIGIN_LENGTH, ConsentWords
from network.models.organization import ORGANIZATION_NAME_LENGTH, Organization
from network.models.profile import NAME_LENGTH, Profile
from network.models.subject import Subject
from opengov_portal.lib.mail import ADDRESS_LENGTH, canonical
from opengov_portal.lib.seals import base32
from opengov_portal.lib.states import Stateful

SECRET_BYTES = 20  # 160 random bits (SECURITY.md D1 asks for 128)
CODE_DIGITS = 6


def digest(secret: str) -> str:
    """How a secret is kept. It is random and long, so no salt is needed."""
    return sha256(secret.encode()).hexdigest()


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def of(self, address: str) -> Self:
        """Those for an address, however it is typed."""
        return self.filter(address=canonical(address))

    def with_secret(self, secret: str) -> "JoinRequest | None":
        """The request of a link or of a reply; in whatever case a mail program put it."""
        return self.filter(secret_digest=digest(secret.strip().lower())).first()

    def stale(self, now: datetime) -> Self:
        """Of no more use: unconfirmed for KEPT, or confirmed that long ago (SECURITY.md D5)."""
        return self.filter(created_at__lte=now - JoinRequest.KEPT)

    def newest(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def forget(self) -> int:
        """Delete them, some hundreds at a time so that nobody waits long. Returns how many."""
        forgotten = 0
        while some := list(self.values_list("pk", flat=True)[:500]):
            JoinRequest.objects.filter(pk__in=some).delete()
            forgotten += len(some)
        return forgotten


class JoinRequest(Profile, Stateful):
    """That someone asked to join with an address; one row for each letter that asks to confirm.

    Whoever has the secret of that letter (its link, its reply address) or its code
    shows that the address is theirs. Nothing here is believed before that.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a confirmation")
        CONFIRMED = "confirmed", _("Confirmed")

    class How(models.TextChoices):
        """How it was asked for."""

        FORM = "form", _("By the form")
        MAIL = "mail", _("By a letter to join@")

    NEXT = {State.WAITING: {State.CONFIRMED}, State.CONFIRMED: set()}

    VALID = timedelta(days=7)
    KEPT = timedelta(days=30)
    CODE_VALID = timedelta(minutes=15)
    CODE_TRIES = 5
    # SECURITY.md D3: letters ever to an address that has not confirmed, and their pace.
    LETTERS = 5
    PACE = timedelta(minutes=15)

    email = models.CharField(_("address as typed"), max_length=ADDRESS_LENGTH)
    address = models.CharField(max_length=ADDRESS_LENGTH, db_index=True, editable=False)
    ordinal = models.PositiveSmallIntegerField(_("which request of this address"), editable=False)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    organization = models.ForeignKey(
        Organization,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="join_requests",
        verbose_name=_("organization"),
    )
    organization_name = models.CharField(
        _("name of a new organization"), max_length=ORGANIZATION_NAME_LENGTH, blank=True
    )
    how = models.CharField(_("how"), max_length=4, choices=How.choices)
    words = models.TextField(_("the exact words of consent"))
    version = models.CharField(_("version of the words"), max_length=12)
    words_language = models.CharField(
        _("language of the words"), max_length=2, choices=settings.LANGUAGES
    )
    origin = models.CharField(_("from which network"), max_length=ORIGIN_LENGTH, blank=True)
    secret_digest = models.CharField(max_length=64, unique=True, editable=False)
    code_digest = models.CharField(max_length=64, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        constraints = [
            *Profile.Meta.constraints,
            # Of two that ask at once for one address, one gets the letter.
            models.UniqueConstraint(fields=["address", "ordinal"], name="join_request_in_turn"),
            models.CheckConstraint(
                condition=Q(ordinal__gte=1, ordinal__lte=5), name="join_request_letters_at_most"
            ),
            models.CheckConstraint(condition=Q(code_tries__lte=5), name="join_request_code_tries"),
            models.CheckConstraint(
                condition=Q(state="waiting", confirmed_at__isnull=True)
                | Q(state="confirmed", confirmed_at__isnull=False),
                name="join_request_state_has_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(how__in=["form", "mail"]), name="join_request_how_known"
            ),
            models.CheckConstraint(
                condition=Q(words_language__in=[code for code, _label in settings.LANGUAGES]),
                name="join_request_words_language_known",
            ),
            models.CheckConstraint(
                condition=~Q(email="") & ~Q(address="") & ~Q(words="") & ~Q(version=""),
                name="join_request_for_an_address_in_words",
            ),
        ]

    # Known to the object that `ask` gave, for its letter; kept nowhere.
    secret: str = ""
    code: str = ""

    def __str__(self) -> str:
        return self.email

    # --- Asking ----------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def ask(
        cls,
        email: str,
        *,
        language: str,
        how: "JoinRequest.How",
        origin: str = "",
        words: ConsentWords | None = None,
        issues: Iterable[Subject] = (),
        **said: Any,
    ) -> "JoinRequest | None":
        """A request for an address, its `secret` and `code` known to this object alone.

        `words` are those of consent as they were shown; without any, those that the
        letter will show.

        None where the address has had its letters for now (PACE, LETTERS): who asks
        is told the same either way. `said` are fields of the form. Of two that ask
        at once for one address, one gets the request.
        """
        now = timezone.now()
        before = cls.objects.of(email).newest().values_list("ordinal", "created_at")
        last, at = before.first() or (0, None)
        if last >= cls.LETTERS or (at and now - at < cls.PACE):
            return None
        asked = cls.unasked(email, language=language, how=how, origin=origin, words=words, **said)
        asked.ordinal, asked.created_at = last + 1, now
        cls.objects.bulk_create([asked], ignore_conflicts=True)
        mine = cls.objects.filter(secret_digest=asked.secret_digest).first()
        if mine is None:
            return None
        mine.issues.set(issues)
        mine.secret, mine.code = asked.secret, asked.code
        return mine

    @classmethod
    def unasked(
        cls,
        email: str,
        *,
        language: str,
        words: ConsentWords | None = None,
        issues: Iterable[Subject] = (),
        **said: Any,
    ) -> Self:
        """One that is not kept, with a secret and a code of its own. Takes what `ask` takes."""
        words = words or ConsentWords.current(language)
        asked = cls(
            email=email,
            address=canonical(email),
            language=language,
            words=words.text,
            version=words.version,
            words_language=words.language,
            **said,
        )
        asked.secret = base32(secrets.token_bytes(SECRET_BYTES))
        asked.code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        asked.secret_digest = digest(asked.secret)
        asked.code_digest = asked.digest_of(asked.code)
        return asked

    def digest_of(self, code: str) -> str:
        """How a code is kept: six digits are few, so under our key and with the secret's digest."""
        made = salted_hmac("portal.join.code", self.secret_digest + code, algorithm="sha256")
        return made.hexdigest()

    # --- Questions -------------------------------------------------------------

    @property
    def expires_at(self) -> datetime:
        return self.created_at + self.VALID

    @property
    def is_expired(self) -> bool:
        return self.state == self.State.WAITING and timezone.now() >= self.expires_at

    @property
    def may_be_confirmed(self) -> bool:
        return self.state == self.State.WAITING and not self.is_expired

    @property
    def agreed(self) -> bool:
        """Whether the words of consent were ticked, and are today's: else they are asked again."""
        current = ConsentWords.current(self.words_language)
        return self.how == self.How.FORM and self.version == current.version

    # --- Verbs -----------------------------------------------------------------

    def choose(
        self, *, issues: Iterable[Subject], words: ConsentWords | None = None, **said: Any
    ) -> bool:
        """Ask for something else than before, with the words of consent where they were shown anew.

        False, and nothing is changed, once it is confirmed.
        """
        if words:
            said |= {"words": words.text, "version": words.version}
            said["words_language"] = words.language
        mine = JoinRequest.objects.filter(pk=self.pk, state=self.State.WAITING)
        if self.state != self.State.WAITING or not mine.update(**said):
            return False
        for name, value in said.items():
            setattr(self, name, value)
        self.issues.set(issues)
        return True

    def try_code(self, code: str) -> bool:
        """Whether these digits are its code; each try counts, CODE_TRIES in CODE_VALID at most.

        The try is counted before the digits are looked at, so that many at once
        are no way round the limit.
        """
        since = timezone.now() - self.CODE_VALID
        left = JoinRequest.objects.filter(
            pk=self.pk,
            state=self.State.WAITING,
            code_tries__lt=self.CODE_TRIES,
            created_at__gt=since,
        )
        if not left.update(code_tries=F("code_tries") + 1):
            return False
        return constant_time_compare(self.digest_of(code), self.code_digest)

    def mark_confirmed(self) -> bool:
        """Its address is its owner's. False when it was confirmed before, or came too late.

        `network.actions.confirm` calls it, in the transaction that makes the member.
        """
        now = timezone.now()
        in_time = Q(created_at__gt=now - self.VALID)
        return self._move(self.State.CONFIRMED, in_time, confirmed_at=now)

    @property
    def consent_words(self) -> ConsentWords:
        """The words as they were shown, though they may have changed since."""
        return ConsentWords(self.words_language, self.words)

    def profile(self) -> Mapping[str, Any]:
        """What it says for a member of the same fields, but for the issues."""
        return {
            "language": self.language,
            "sector": self.sector,
            "province": self.province,
            **{purpose.value: True for purpose in self.lists},
        }
