"""What may be said when joining: on the form, on the page of the letter's link, and as a code."""

import re
import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from network.models import (
    LISTS,
    ConsentWords,
    JoinRequest,
    Organization,
    Province,
    Sector,
    Subject,
)
from network.models.organization import ORGANIZATION_NAME_LENGTH
from network.models.profile import NAME_LENGTH
from opengov_portal.lib.fields import AddressField
from opengov_portal.lib.languages import active
from opengov_portal.lib.names import NameField, name_key
from opengov_portal.lib.traps import KeptForm, TrapForm

SUGGESTED = 300  # organizations that the form offers while one types
NOT_CHOSEN = ("", _("I would rather not say"))


class ChoicesForm(KeptForm):
    """All that may be chosen besides the address; only the language and consent are required."""

    marks_required = True  # most of it is not, so templates/django/forms/field.html says what is

    name = NameField(
        label=_("Your name"),
        required=False,
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language of your letters"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    organization = NameField(
        label=_("Organization"),
        required=False,
        max_length=ORGANIZATION_NAME_LENGTH,
        help_text=_(
            "Leave this empty if you join for yourself. Begin to type to find one that is "
            "listed, or write the name of a new one."
        ),
        widget=forms.TextInput(attrs={"list": "organizations", "autocomplete": "organization"}),
    )
    province = forms.ChoiceField(
        label=_("Province or territory"), required=False, choices=[NOT_CHOSEN, *Province.choices]
    )
    sector = forms.ChoiceField(
        label=_("Line of work"), required=False, choices=[NOT_CHOSEN, *Sector.choices]
    )
    issues = forms.MultipleChoiceField(
        label=_("Issues you care about"), required=False, widget=forms.CheckboxSelectMultiple
    )
    announcements = forms.BooleanField(
        label=_("Announcements"),
        required=False,
        help_text=_("What the network has to say, a few times a year."),
    )
    calls = forms.BooleanField(
        label=_("Calls for proposals"),
        required=False,
        help_text=_("When government or the network asks for ideas."),
    )
    digests = forms.BooleanField(
        label=_("Digests"),
        required=False,
        help_text=_("What changed on the portal, at most once a month."),
    )
    consent = forms.BooleanField(
        label=_("Your consent"),
        required=False,
        error_messages={"required": _("Tick this box if you agree: nobody joins without it.")},
    )
    version = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, asked: JoinRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"language": active()} if asked is None else chosen_in(asked)
        self.agreed = asked is not None and asked.agreed
        issues = self.fields["issues"]
        assert isinstance(issues, forms.MultipleChoiceField)  # noqa: S101 - for the types
        issues.choices = [(slug, subject.label.text) for slug, subject in self.subjects.items()]
        if not self.agreed:
            self.fields["consent"].required = True
            self.initial["version"] = self.words.version

    @cached_property
    def words(self) -> ConsentWords:
        """The words of consent that the page shows."""
        return ConsentWords.current(active())

    @cached_property
    def subjects(self) -> dict[str, Subject]:
        """The issues to choose from: the tags of the commitments."""
        return {subject.slug: subject for subject in Subject.objects.popular()}

    @cached_property
    def organizations(self) -> list[Organization]:
        """Those to choose from while one types."""
        return list(Organization.objects.public().order_by("pk")[:SUGGESTED])

    @property
    def lists(self) -> list[forms.BoundField]:
        return [self[purpose.value] for purpose in LISTS]

    def clean(self) -> dict[str, Any]:
        """What was agreed to must be what is shown today: else it is shown, and asked, again."""
        super().clean()
        if not self.agreed and self.cleaned_data.get("version") != self.words.version:
            self.put("version", self.words.version)
            self.put("consent", "")
            self.errors.pop("consent", None)
            self.add_error(
                "consent",
                ValidationError(
                    _("These words have changed meanwhile. Please read them again."),
                    code="changed",
                ),
            )
        return self.cleaned_data

    def said(self) -> dict[str, Any]:
        """As `JoinRequest.ask` and `JoinRequest.choose` take it."""
        fields = ["name", "language", "province", "sector", *(each.value for each in LISTS)]
        named = self.cleaned_data["organization"]
        known = public_organization(named) if named else None
        return {
            **{field: self.cleaned_data[field] for field in fields},
            "issues": [self.subjects[slug] for slug in self.cleaned_data["issues"]],
            "organization": known,
            "organization_name": "" if known else named,
            "words": None if self.agreed else self.words,
        }


class JoinForm(TrapForm, ChoicesForm):
    """The form that anyone fills in to join; no password, and one letter to confirm."""

    email = AddressField()

    field_order = ["email"]

    def __init__(self, *args: Any, again: JoinRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if again:
            self.initial = {**self.initial, **chosen_in(again), "email": again.email}


class CodeForm(forms.Form):
    """The six digits of the letter, however they are set apart."""

    code = forms.CharField(
        label=_("The six digits of the letter"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Type the six digits that are in the letter.")},
    )

    def clean_code(self) -> str:
        typed = unicodedata.normalize("NFKC", self.cleaned_data["code"])
        code = re.sub(r"[\s\-–.]", "", typed)
        if not re.fullmatch(r"[0-9]{6}", code):
            raise ValidationError(self.fields["code"].error_messages["required"], code="digits")
        return code


def chosen_in(asked: JoinRequest) -> dict[str, Any]:
    """What a request holds, as the form shows it."""
    organization = asked.organization
    return {
        "name": asked.name,
        "language": asked.language,
        "organization": organization.name.text if organization else asked.organization_name,
        "province": asked.province,
        "sector": asked.sector,
        "issues": [subject.slug for subject in asked.issues.all()],
        # Who wrote a letter has ticked nothing yet: a reply asks for what the letter names,
        # this page for what is ticked on it.
        **({} if asked.how == asked.How.MAIL else {one.value: True for one in asked.lists}),
    }


def public_organization(name: str) -> Organization | None:
    """The one that is listed under this name in either language, case and accents aside."""
    typed = name_key(name)
    for each in Organization.objects.public().order_by("pk"):
        if typed in {name_key(each.name_en), name_key(each.name_fr)}:
            return each
    return None
