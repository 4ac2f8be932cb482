"""What may be said in an idea: every field of the page, and what is kept of them."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, URLValidator
from django.forms.utils import ErrorDict
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from commitments.cards import Cards
from commitments.catalogue import Catalogue
from commitments.models import ActionPlan, Commitment
from network.forms.joining import SUGGESTED, public_organization
from network.forms.organizations import straight
from network.models import Organization, Subject
from network.models.organization import ORGANIZATION_NAME_LENGTH
from network.models.profile import NAME_LENGTH
from opengov_portal.lib.fields import AddressField
from opengov_portal.lib.languages import active
from opengov_portal.lib.names import NameField
from opengov_portal.lib.traps import TOO_QUICK, TrapForm
from proposals.consent import ForwardingWords
from proposals.forms.briefs import CHOOSER, content_of
from proposals.models import Brief, Consultation
from proposals.models.proposal import (
    ASK_LENGTH,
    GAIN_LENGTH,
    LINK_LENGTH,
    LINKS_MOST,
    PROBLEM_LENGTH,
    TITLE_LENGTH,
)

COMMITMENTS_MOST = ISSUES_MOST = 10
SELF, ORGANIZATION = "self", "organization"
TOO_LONG = ngettext_lazy(
    "This is one character too long: %(limit_value)d is the most. All of it is still here.",
    "This is %(over)d characters too long: %(limit_value)d is the most. All of it is still here.",
    "over",
)


class Shorter(MaxLengthValidator):
    """Says by how much a text is too long, and cuts nothing."""

    def __call__(self, value: str) -> None:
        over = len(value) - int(self.limit_value)
        if over > 0:
            params = {"limit_value": self.limit_value, "over": over}
            raise ValidationError(TOO_LONG, code="max_length", params=params)


class TextField(forms.CharField):
    """Plain words of a length that is shown while writing (`data-most`) and never cut."""

    def __init__(self, *, most: int, rows: int = 0, help_text: Any = "", **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        widget.attrs["data-most"] = most
        length = format_lazy(_("At most {most} characters."), most=most)
        told = format_lazy("{} {}", help_text, length) if help_text else length
        super().__init__(widget=widget, help_text=told, **kwargs)
        self.rows = rows
        self.validators += [Shorter(most), straight]

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text if self.rows else " ".join(text.split())


class LinksField(TextField):
    """A web address on each line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=LINKS_MOST * LINK_LENGTH, rows=3, **kwargs)
        self.help_text = kwargs.get("help_text", "")
        del self.widget.attrs["data-most"]

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > LINKS_MOST:
            raise ValidationError(
                _("These are more than %(most)d links. Choose those that matter most."),
                code="many",
                params={"most": LINKS_MOST},
            )
        return [self.checked(line) for line in dict.fromkeys(lines)]

    def checked(self, line: str) -> str:
        link = line if "://" in line else f"https://{line}"
        try:
            URLValidator(schemes=["http", "https"])(link)
            known = urlsplit(link)
        except (ValidationError, ValueError):
            known = None
        if known is None or known.username is not None or len(link) > LINK_LENGTH:
            raise ValidationError(
                _("“%(link)s” is no web address. It looks like https://example.org/page."),
                code="link",
                params={"link": line[:80]},
            )
        return link


class CallField(forms.ChoiceField):
    """A call; one that has closed meanwhile turns nobody away."""

    widget = forms.RadioSelect

    def valid_value(self, value: Any) -> bool:
        return True


class ProposeForm(TrapForm):
    """All that an idea says, and who says it. No account is needed."""

    marks_required = True

    call = CallField(label=_("Call for ideas"), required=False)
    title = TextField(
        label=_("Title"), most=TITLE_LENGTH, help_text=_("Your idea in one sentence.")
    )
    problem = TextField(
        label=_("The problem"), most=PROBLEM_LENGTH, rows=8,
        help_text=_("What is wrong today, and for whom? Say nothing that identifies others."),
    )  # fmt: skip
    ask = TextField(
        label=_("What we call for"), most=ASK_LENGTH, rows=8,
        help_text=_("What should government promise to do, so that one can tell if it did?"),
    )  # fmt: skip
    gain = TextField(label=_("Who gains"), most=GAIN_LENGTH, rows=4, required=False)
    language = forms.ChoiceField(
        label=_("In which language is it written?"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )
    links = LinksField(
        label=_("Links"), required=False,
        help_text=_("What supports your idea, up to five web addresses, one on each line."),
    )  # fmt: skip
    brief = forms.FileField(
        label=_("A brief"),
        required=False,
        allow_empty_file=True,
        help_text=_("One PDF of at most 10 MB. It becomes public with your idea."),
        widget=forms.FileInput(attrs=CHOOSER),
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    drop = forms.BooleanField(label=_("Leave this file out"), required=False)
    issues = forms.MultipleChoiceField(
        label=_("Issues it is about"), required=False, widget=forms.CheckboxSelectMultiple
    )
    commitments = forms.MultipleChoiceField(
        label=_("Commitments it relates to"), required=False, widget=forms.CheckboxSelectMultiple
    )
    speaker = forms.ChoiceField(
        label=_("Who puts it forward?"),
        choices=[(SELF, _("I do, for myself")), (ORGANIZATION, _("An organization"))],
        widget=forms.RadioSelect,
    )
    organization = NameField(
        label=_("Which organization?"),
        required=False,
        max_length=ORGANIZATION_NAME_LENGTH,
        help_text=_(
            "One that is listed here; begin to type to find it. Who represents it there, signed "
            "in, speaks for it at once; for anyone else, it is asked to confirm."
        ),
        widget=forms.TextInput(attrs={"list": "organizations", "autocomplete": "organization"}),
    )
    name = NameField(
        label=_("Your name"),
        required=False,
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    shown = forms.ChoiceField(
        label=_("May the public see your name?"),
        choices=[("yes", _("Yes, show it")), ("no", _("No, withhold it from the public"))],
        widget=forms.RadioSelect,
    )
    email = AddressField(help_text=_("We write to you about your idea. It is shown to nobody."))
    consent = forms.BooleanField(
        label=_("Your consent"),
        required=False,
        error_messages={
            "required": _("Tick this box if you agree: without it we publish nothing.")
        },
    )
    version = forms.Field(required=False, widget=forms.HiddenInput)
    draft = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, files: Any = None, *, request: HttpRequest, address: str = "",
        initial: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        first = {"language": active(), "speaker": SELF, **(initial or {})}
        super().__init__(data, files, initial=first)
        self.request, self.address = request, address
        self.initial["version"] = self.words.version
        self.choose("issues", [(slug, one.label.text) for slug, one in self.subjects.items()])
        self.choose("commitments", [(str(key), key) for key in self.promises.keys])
        self.choose("call", [(one.slug, str(one)) for one in self.calls])
        self.initial.setdefault("call", self.calls[0].slug)
        if address:
            del self.fields["email"]

    def choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    # --- What the page offers --------------------------------------------------

    @cached_property
    def words(self) -> ForwardingWords:
        return ForwardingWords.current(active())

    @cached_property
    def calls(self) -> list[Consultation]:
        """Those that take ideas now, the one that always does last."""
        return list(Consultation.objects.open().newest())

    @cached_property
    def subjects(self) -> dict[str, Subject]:
        return {subject.slug: subject for subject in Subject.objects.popular()}

    @cached_property
    def promises(self) -> Catalogue:
        return Catalogue.current()

    def promises_by_plan(self) -> Iterator[tuple[ActionPlan, SafeString]]:
        """The boxes of the commitments, by the plan they are in."""
        cards, chosen = Cards(self.promises), set(self["commitments"].value() or ())
        for plan in self.promises.plans:
            if places := self.promises.in_plan(plan.slug):
                yield plan, cards.boxes(places, "commitments", chosen)

    @cached_property
    def organizations(self) -> list[Organization]:
        return list(Organization.objects.public().order_by("pk")[:SUGGESTED])

    @cached_property
    def brief_kept(self) -> Brief | None:
        """The file that was handed in before, and is carried along."""
        mark = str(self["kept"].value() or "")
        return Brief.objects.signed(mark) if mark else None

    # --- Rules -----------------------------------------------------------------

    def clean_brief(self) -> bytes:
        return content_of(self.cleaned_data["brief"], name="brief", request=self.request)

    def clean_issues(self) -> list[Subject]:
        chosen = self.few("issues", ISSUES_MOST)
        return [self.subjects[slug] for slug in chosen]

    def clean_commitments(self) -> list[Commitment]:
        chosen = self.few("commitments", COMMITMENTS_MOST)
        found = Commitment.objects.filter(pk__in=chosen).select_related("plan")
        return list(found.in_plan_order())

    def few(self, name: str, most: int) -> list[str]:
        chosen: list[str] = self.cleaned_data[name]
        if len(chosen) > most:
            raise ValidationError(_("Choose %(most)d at most."), code="many", params={"most": most})
        return chosen

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("speaker") == ORGANIZATION and "organization" not in self.errors:
            named = said.get("organization", "")
            found = public_organization(named) if named else None
            if found is None:
                self.add_error("organization", NOT_LISTED if named else WHICH)
            said["for_organization"] = found
        if said.get("shown") == "yes" and "name" not in self.errors and not said.get("name"):
            self.add_error("name", NAMELESS)
        if said.get("version") != self.words.version:
            self.put("version", self.words.version)
            self.put("consent", "")
            self.add_error("consent", CHANGED)
        elif not said.get("consent") and "consent" not in self.errors:
            self.add_error("consent", self.fields["consent"].error_messages["required"])
        return super().clean()

    def keepable(self) -> bool:
        """Whether it can be kept for later: all it takes is an address."""
        wrong = {name: errors for name, errors in self.errors.items() if name == "email"}
        self._errors = ErrorDict(wrong)
        if self.sprung and not wrong:
            self.add_error(None, TOO_QUICK)
        return not self._errors

    # --- What is kept of it ----------------------------------------------------

    def carry(self, brief: Brief | None) -> None:
        """Carry a file along in place of the one before, or none."""
        self.put("kept", brief.mark if brief else "")
        self.put("drop", "")
        self.__dict__.pop("brief_kept", None)

    def said(self) -> dict[str, Any]:
        """As `forwarding.put_forward` takes it."""
        said = self.cleaned_data
        organization = said.get("for_organization")
        plain = ("title", "problem", "ask", "gain", "language", "links", "name")
        return {
            **{name: said[name] for name in plain},
            "name_shown": said["shown"] == "yes",
            "organization": organization,
            "call": next((one for one in self.calls if one.slug == said["call"]), None),
            "issues": said["issues"],
            "commitments": said["commitments"],
            "words": self.words,
            "brief": self.brief_kept,
            "draft": said["draft"],
        }


WHICH = ValidationError(_("Which organization? Or put it forward for yourself."), code="required")
NOT_LISTED = ValidationError(
    _("No organization is listed under this name. Look for it in the list, or put it in first."),
    code="unknown",
)
NAMELESS = ValidationError(_("Give your name, or withhold it."), code="required")
CHANGED = ValidationError(
    _("These words have changed meanwhile. Please read them again."), code="changed"
)

LISTS = {"issues", "commitments"}
# What a draft does not hold: what was agreed to, and what the page brings itself.
NOT_KEPT = {"consent", "version", "opened", "topic", "brief", "drop", "draft"}


def fields_of(sent: Mapping[str, Any]) -> dict[str, Any]:
    """All fields of the form as they were sent, to show them again or to keep them."""
    assert isinstance(sent, QueryDict)  # noqa: S101 - as views give it
    return {
        name: [str(one).replace("\0", "") for one in sent.getlist(name)]
        if name in LISTS
        else str(sent[name]).replace("\0", "")
        for name in ProposeForm.base_fields
        if name in sent and name not in NOT_KEPT
    }
