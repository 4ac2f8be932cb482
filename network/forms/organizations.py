"""What may be said of an organization, by the member who puts it in or speaks for it."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator, URLValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from network.forms.saved_words import OffersSavedWords
from network.models import Organization, Province, SavedWords, Sector, Subject
from network.models.organization import ORGANIZATION_NAME_LENGTH, REASON_LENGTH
from opengov_portal.lib.fields import SeveralField
from opengov_portal.lib.languages import active, alphabet_key, folded
from opengov_portal.lib.names import public_name

ABOUT_LENGTH = 2000  # characters
# Lines of work of a person, which no organization has.
OF_A_PERSON = {Sector.STUDENT, Sector.CITIZEN}
SECTORS = [("", _("Not said")), *(s for s in Sector.choices if s[0] not in OF_A_PERSON)]
PROVINCES = [("", _("Not said")), *Province.choices]
DOMAIN = RegexValidator(
    r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$",
    _("Write a domain such as example.org."),
    code="domain",
)


# What turns the direction of writing, and so makes words say another thing than they show.
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def straight(text: str) -> None:
    """Validates that nothing in a text turns the direction of writing."""
    if TURNING & set(text):
        raise forms.ValidationError(
            _("There is an invisible control character in this. Type it anew."), code="control"
        )


class LineField(forms.CharField):
    """A name that may be shown in public, its spaces tidied."""

    default_validators = [public_name, straight]

    def clean(self, value: Any) -> str:
        return " ".join(super().clean(value).split())


class AboutField(forms.CharField):
    """Plain paragraphs."""

    widget = forms.Textarea
    default_validators = [straight]

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        return text.replace("\r\n", "\n")


class IssuesField(SeveralField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class OrganizationForm(forms.Form):
    """All that a page says of an organization. A name in one language is enough."""

    name_en = LineField(
        label=_("Name in English"), required=False, max_length=ORGANIZATION_NAME_LENGTH
    )
    name_fr = LineField(
        label=_("Name in French"),
        required=False,
        max_length=ORGANIZATION_NAME_LENGTH,
        help_text=_("One name is enough. Give both only if it goes by both."),
    )
    about_en = AboutField(
        label=_("Who you are and what you do, in English"),
        required=False,
        max_length=ABOUT_LENGTH,
        help_text=_("Plain text, 2,000 characters at most. One language is enough."),
    )
    about_fr = AboutField(
        label=_("Who you are and what you do, in French"), required=False, max_length=ABOUT_LENGTH
    )
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=300,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
    )
    sector = forms.ChoiceField(label=_("Sector"), required=False, choices=SECTORS)
    province = forms.ChoiceField(
        label=_("Province or territory"), required=False, choices=PROVINCES
    )
    mail_domain = forms.CharField(
        label=_("Mail domain"),
        required=False,
        max_length=253,
        validators=[DOMAIN],
        help_text=_(
            "Such as example.org, if your people write from it. It helps to know them; it decides "
            "nothing, and it is not shown."
        ),
    )
    issues = IssuesField(
        label=_("Issues it works on"), required=False, queryset=Subject.objects.none()
    )

    def __init__(self, *args: Any, organization: Organization | None = None, **more: Any) -> None:
        self.organization = organization
        if organization:
            plain = [name for name in self.base_fields if name != "issues"]
            more["initial"] = {name: getattr(organization, name) for name in plain}
            more["initial"]["issues"] = list(organization.issues.values_list("pk", flat=True))
        super().__init__(*args, **more)
        subjects = Subject.objects.order_by("name_fr" if active() == "fr" else "name")
        self.fields["issues"].queryset = subjects  # type: ignore[attr-defined]
        known = sorted(subjects, key=lambda one: alphabet_key(one.label))
        self.fields["issues"].choices = [(one.pk, str(one.label)) for one in known]  # type: ignore[attr-defined]
        for name in ("about_en", "about_fr"):
            self.fields[name].widget.attrs["rows"] = 6
        for language in ("en", "fr"):
            for name in ("name", "about"):
                self.fields[f"{name}_{language}"].widget.attrs["lang"] = language

    def clean_mail_domain(self) -> str:
        return str(self.cleaned_data["mail_domain"]).strip().lower()

    def clean_name_en(self) -> str:
        return self._own("name_en")

    def clean_name_fr(self) -> str:
        return self._own("name_fr")

    def _own(self, field: str) -> str:
        """A name that no other organization on the list bears, in either language."""
        name: str = self.cleaned_data[field]
        if not name:
            return name
        key = folded(name)
        alike = Organization.objects.public().filter(folded__contains=key)
        if self.organization:
            alike = alike.exclude(pk=self.organization.pk)
        for other in alike.only("name_en", "name_fr"):
            if key in {folded(other.name_en), folded(other.name_fr)}:
                raise forms.ValidationError(
                    _("An organization of this name is listed already."), code="duplicate"
                )
        return name

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        names = ("name_en", "name_fr")
        if not any(said.get(name) or name in self.errors for name in names):
            self.add_error(
                f"name_{active()}",
                forms.ValidationError(
                    _("Give its name, in one language at least."), code="required"
                ),
            )
        return said


class WhyForm(forms.Form):
    """Why a tie to an organization, or a name, is turned down: a sentence for its member."""

    words = forms.CharField(
        label=capfirst(_("the reason in a sentence")),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        help_text=_("They read it as you write it: use their language. Name nobody else."),
    )


class RefusalForm(OffersSavedWords, forms.Form):
    """Why something is not listed: a reason, and a sentence that its proposer is sent."""

    saved_kind = SavedWords.Kind.ORGANIZATION
    saved_into = {"words": ""}

    reason = forms.ChoiceField(
        label=capfirst(_("reason")), choices=[("", "---------"), *Organization.Reason.choices]
    )
    words = forms.CharField(
        label=capfirst(_("the reason in a sentence")),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        help_text=_("They read it as you write it: use their language."),
    )
