"""Requests to join: what someone asked for, until they show that the address is theirs."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.confirmable import Confirmable, ConfirmableQuerySet
from network.models.consent import ConsentWords
from network.models.organization import ORGANIZATION_NAME_LENGTH, Organization
from network.models.profile import NAME_LENGTH, Profile
from network.models.subject import Subject
from opengov_portal.lib.mail import canonical


class JoinRequest(Profile, Confirmable):
    """That someone asked to join with an address; one row for each letter that asks to confirm."""

    class How(models.TextChoices):
        """How it was asked for."""

        FORM = "form", _("By the form")
        MAIL = "mail", _("By a letter to join@")

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

    objects = ConfirmableQuerySet["JoinRequest"].as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        constraints = [
            *Profile.Meta.constraints,
            *Confirmable.Meta.constraints,
            # Of two that ask at once for one address, one gets the letter.
            models.UniqueConstraint(fields=["address", "ordinal"], name="join_request_in_turn"),
            models.CheckConstraint(
                condition=Q(ordinal__gte=1, ordinal__lte=5), name="join_request_letters_at_most"
            ),
            models.CheckConstraint(
                condition=Q(how__in=["form", "mail"]), name="join_request_how_known"
            ),
            models.CheckConstraint(
                condition=Q(words_language__in=[code for code, _label in settings.LANGUAGES]),
                name="join_request_words_language_known",
            ),
            models.CheckConstraint(
                condition=~Q(words="") & ~Q(version=""), name="join_request_in_words"
            ),
        ]

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
        asked.make_secrets()
        return asked

    # --- Questions -------------------------------------------------------------

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
