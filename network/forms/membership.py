"""What a member may change of their own membership."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from network.actions import Choices
from network.forms.joining import NOT_CHOSEN
from network.models import LISTS, Community, Member, Province, Sector, Subject
from network.models.profile import NAME_LENGTH
from opengov_portal.lib.fields import SeveralField
from opengov_portal.lib.languages import alphabet_key
from opengov_portal.lib.names import public_name

if TYPE_CHECKING:
    MemberModelForm = forms.ModelForm[Member]
else:
    MemberModelForm = forms.ModelForm


class MemberForm(MemberModelForm):
    """All that is the member's to say. `choices` is handed to `actions.change_membership`."""

    name = forms.CharField(
        label=_("Name"), max_length=NAME_LENGTH, required=False, validators=[public_name]
    )
    shown = forms.BooleanField(
        label=_("Show my name on the pages of my communities and organizations"),
        required=False,
        help_text=_("A moderator reads it first. Nothing else about you is ever shown."),
    )

    class Meta:
        model = Member
        fields = [
            "announcements", "calls", "digests", "language", "sector", "province", "issues",
            "communities",
        ]  # fmt: skip
        field_classes = {"issues": SeveralField, "communities": SeveralField}
        labels = {
            "language": _("Language of your letters"),
            "sector": _("Line of work"),
            "issues": _("Issues you care about"),
        }
        widgets = {
            "language": forms.RadioSelect,
            "issues": forms.CheckboxSelectMultiple,
            "communities": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "announcements": _("What the network has to say, a few times a year."),
            "calls": _("When government or the network asks for ideas."),
            "digests": _("What changed on the portal, at most once a month."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        me = self.instance
        self.fields["name"].initial = me.user.name
        self.stopped = me.is_stopped
        if self.stopped:  # a tick would promise letters that do not come
            self.initial.update(dict.fromkeys((purpose.value for purpose in LISTS), False))
        self.fields["shown"].initial = me.listing != Member.Listing.NO
        choices: dict[str, Any] = self.fields
        choices["language"].choices = settings.LANGUAGES
        choices["sector"].choices = [NOT_CHOSEN, *Sector.choices]
        choices["province"].choices = [NOT_CHOSEN, *Province.choices]
        choices["issues"].choices = named(Subject.objects.popular() | me.issues.all())
        choices["communities"].queryset = Community.objects.public()
        choices["communities"].choices = named(Community.objects.public())

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("shown") and not cleaned.get("name") and "name" not in self.errors:
            self.add_error(
                "name",
                forms.ValidationError(_("Give a name if you want it shown."), code="required"),
            )
        return cleaned

    @property
    def choices(self) -> Choices:
        """What was chosen, once the form is valid."""
        said = self.cleaned_data
        # Not offered, so nobody takes them or drops them here.
        hidden = self.instance.communities.filter(is_public=False)
        return Choices(
            name=said["name"],
            shown=said["shown"],
            purposes=[purpose for purpose in LISTS if said[purpose.value]],
            facts={name: said[name] for name in ("language", "sector", "province")},
            issues=said["issues"],
            communities=[*said["communities"], *hidden],
        )


def named(things: Any) -> list[tuple[int, str]]:
    """Choices in the order of the reader's alphabet."""
    return sorted(((one.pk, str(one)) for one in things), key=lambda pair: alphabet_key(pair[1]))
