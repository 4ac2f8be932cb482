"""How a thing stood when its page was opened, so that no editor undoes another's work unseen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.models import Deed


def stands(thing: Any) -> str:
    """Names the last time that a thing was changed, by an editor or by a load."""
    last = Deed.objects.about(thing).done().order_by("-pk").values_list("pk", flat=True).first()
    changes = getattr(thing, "changes", None)
    change = changes.newest().values_list("pk", flat=True).first() if changes else None
    return f"{last or 0}-{change or 0}"


class StandingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Refuses to save, once, over what somebody else saved since the page was opened."""

    stood = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["stood"] = stands(self.instance)

    def clean_stood(self) -> str:
        """Keeps all that was typed; saved once more, it goes over the other's work knowingly."""
        now = str(self.initial.get("stood", ""))
        stood = self.cleaned_data["stood"]
        if stood and stood != now:
            sent: Any = self.data
            sent = sent.copy()
            sent[self.add_prefix("stood")] = now
            self.data = sent
            self.add_error(
                None,
                forms.ValidationError(
                    _(
                        "Somebody else has changed this since you opened it. What you typed is "
                        "still here: look at the history, then save again to put yours in its "
                        "place."
                    ),
                    code="changed_meanwhile",
                ),
            )
        return now
