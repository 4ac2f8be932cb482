"""The letter of intent that organizations sign, and their signatures."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.edition import Edition
from network.models.organization import Organization
from network.models.user import User
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.languages import Words, alphabet_key, pick

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class LetterOfIntentQuerySet(models.QuerySet["LetterOfIntent"]):
    def public(self) -> Self:
        """Those that are open for signatures, or were."""
        return self.filter(opened_on__lte=timezone.localdate())

    def newest(self) -> Self:
        return self.order_by("-opened_on", "-pk")


class LetterOfIntent(models.Model):
    """The letter by which organizations say that they take part, in both languages."""

    title_en = models.CharField(_("title (English)"), max_length=200)
    title_fr = models.CharField(_("title (French)"), max_length=200)
    words_en = models.TextField(_("text (English)"), help_text=_("Markdown."))
    words_fr = models.TextField(_("text (French)"), help_text=_("Markdown."))
    opened_on = models.DateField(
        _("open for signatures since"),
        null=True,
        blank=True,
        help_text=_("Empty while it is being written: it is not shown."),
    )
    source_url = models.URLField(_("source"), max_length=500, blank=True)

    objects = LetterOfIntentQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter of intent")
        verbose_name_plural = _("letters of intent")

    def __str__(self) -> str:
        return self.title.text

    def get_absolute_url(self) -> str:
        return reverse("network:letter_of_intent", args=[self.pk])

    @property
    def title(self) -> Words:
        return pick(self, "title")

    @property
    def words(self) -> Words:
        return pick(self, "words")

    @property
    def is_public(self) -> bool:
        return self.opened_on is not None and self.opened_on <= timezone.localdate()

    @property
    def may_be_reworded(self) -> bool:
        """Nobody changes what others have signed."""
        return not self.signatures.exists()

    def signatories(self) -> list["Signature"]:
        """Signatures of the organizations that are listed, by day and then by name."""
        public = Q(organization__state=Organization.State.PUBLIC)
        signed = self.signatures.filter(public).select_related("organization")
        return sorted(signed, key=lambda one: (one.signed_on, alphabet_key(one.organization.name)))

    def may_be_signed_by(self, user: "User | AnonymousUser", organization: Organization) -> bool:
        return organization.is_represented_by(user)

    @transaction.atomic
    def sign(self, organization: Organization, *, by: User) -> "Signature":
        """A representative signs for their organization, once, today."""
        Edition.take_turn()  # of two clicks, one signs
        if not self.may_be_signed_by(by, organization):
            raise PermissionDenied
        if not self.is_public:
            raise Refused(_("This letter is not open for signatures."))
        if self.signatures.filter(organization=organization).exists():
            raise Refused(_("Your organization has signed this letter already."))
        Edition.advance()
        return self.signatures.create(
            organization=organization, signed_on=timezone.localdate(), signed_by=by
        )


class SignatureQuerySet(models.QuerySet["Signature"]):
    def public(self) -> Self:
        """Those of letters that are public, with the letter."""
        opened = self.filter(letter__opened_on__lte=timezone.localdate())
        return opened.select_related("letter")

    def newest(self) -> Self:
        return self.order_by("-signed_on", "-pk")


class Signature(models.Model):
    """That an organization signed a letter of intent, and on which day."""

    letter = models.ForeignKey(
        LetterOfIntent,
        on_delete=models.PROTECT,
        related_name="signatures",
        verbose_name=_("letter of intent"),
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="signatures",
        verbose_name=_("organization"),
    )
    signed_on = models.DateField(_("signed on"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
        help_text=_("The representative, or the colleague on staff who had it on paper."),
    )

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "organization"], name="signature_once_a_letter"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}, {self.signed_on}"
