"""What someone may tell of themselves, whether they ask to join or are a member."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from network.models.subject import Subject

NAME_LENGTH = 150  # characters


class Sector(models.TextChoices):
    """From which line of work someone comes, in the words of the founding call."""

    CIVIL_SOCIETY = "civil_society", _("Civil society organization")
    COMMUNITY = "community", _("Community group")
    ACADEMIA = "academia", _("University or research")
    BUSINESS = "business", _("Business")
    MEDIA = "media", _("News media")
    PUBLIC_SERVICE = "public_service", _("Public service")
    STUDENT = "student", _("Student")
    CITIZEN = "citizen", _("Citizen, on my own behalf")


class Province(models.TextChoices):
    """Provinces and territories, by their ISO 3166-2 letters; and abroad."""

    ALBERTA = "AB", _("Alberta")
    BRITISH_COLUMBIA = "BC", _("British Columbia")
    MANITOBA = "MB", _("Manitoba")
    NEW_BRUNSWICK = "NB", _("New Brunswick")
    NEWFOUNDLAND_AND_LABRADOR = "NL", _("Newfoundland and Labrador")
    NORTHWEST_TERRITORIES = "NT", _("Northwest Territories")
    NOVA_SCOTIA = "NS", _("Nova Scotia")
    NUNAVUT = "NU", _("Nunavut")
    ONTARIO = "ON", _("Ontario")
    PRINCE_EDWARD_ISLAND = "PE", _("Prince Edward Island")
    QUEBEC = "QC", _("Quebec")
    SASKATCHEWAN = "SK", _("Saskatchewan")
    YUKON = "YT", _("Yukon")
    ABROAD = "XX", _("Outside Canada")


class Purpose(models.TextChoices):
    """What someone agrees to: to be a member, and which letters to get. Each by itself."""

    MEMBERSHIP = "membership", _("Membership of the network")
    ANNOUNCEMENTS = "announcements", _("Announcements")
    CALLS = "calls", _("Calls for proposals")
    DIGESTS = "digests", _("Digests")
    FOLLOWING = "following", _("What they follow")


# What is sent to many, and only to those who ticked its box: the name of the box on
# a Profile is the value of its purpose.
LISTS = [Purpose.ANNOUNCEMENTS, Purpose.CALLS, Purpose.DIGESTS]


class Profile(models.Model):
    """Language, line of work, place, interests, and which letters someone asked for.

    Only the language is required. A box is never ticked for anyone.
    """

    language = models.CharField(_("language of letters"), max_length=2, choices=settings.LANGUAGES)
    sector = models.CharField(_("sector"), max_length=14, choices=Sector.choices, blank=True)
    province = models.CharField(
        _("province or territory"), max_length=2, choices=Province.choices, blank=True
    )
    issues = models.ManyToManyField(
        Subject, verbose_name=_("issues of interest"), blank=True, related_name="%(class)ss"
    )
    announcements = models.BooleanField(Purpose.ANNOUNCEMENTS.label, default=False)
    calls = models.BooleanField(Purpose.CALLS.label, default=False)
    digests = models.BooleanField(Purpose.DIGESTS.label, default=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(language__in=[code for code, _label in settings.LANGUAGES]),
                name="%(class)s_language_known",
            ),
            models.CheckConstraint(
                condition=Q(sector__in=["", *Sector.values]), name="%(class)s_sector_known"
            ),
            models.CheckConstraint(
                condition=Q(province__in=["", *Province.values]), name="%(class)s_province_known"
            ),
        ]

    @property
    def lists(self) -> list[Purpose]:
        """The letters to many that were asked for."""
        return [purpose for purpose in LISTS if getattr(self, purpose.value)]
