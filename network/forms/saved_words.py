"""Offering saved words on a form: a choice, a button that puts them in, and no blank left."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from network.models import SavedWords
from network.models.saved_words import BLANK

if TYPE_CHECKING:
    Form = forms.BaseForm
    Choice = forms.ModelChoiceField[SavedWords]
else:
    Form, Choice = object, forms.ModelChoiceField

USE = "use"  # the name of the button


class ChoiceWithButton(forms.Select):
    """A choice, and beside it the button that puts the chosen words into the form."""

    template_name = "admin/saved_words.html"


class OffersSavedWords(Form):
    """A form of staff that offers saved words of one `saved_kind`.

    `saved_into` names the fields that they are put into, after what stands there, each with
    its language; where it names none, they are put in the `languages` of who is written to.
    “Use” decides nothing: the form is shown again with all that was typed. A form that
    still holds a blank is refused.
    """

    saved_kind: ClassVar[SavedWords.Kind]
    saved_into: ClassVar[Mapping[str, str]]

    def __init__(self, *args: Any, languages: Iterable[str] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.languages = tuple(languages)
        self.fields["saved"] = Choice(
            label=_("Saved words"),
            required=False,
            queryset=SavedWords.objects.for_use(self.saved_kind),
            widget=ChoiceWithButton,
            help_text=_("They are added after what you wrote; then fill in each ___."),
        )
        names = list(self.fields)
        names.insert(names.index(next(iter(self.saved_into))), names.pop())
        self.order_fields(names)
        self.is_using = self.is_bound and USE in self.data
        self.found_none = self.is_using and not self._put_in()

    def written_in(self) -> tuple[str, ...]:
        """The languages of who is written to."""
        return self.languages

    def _put_in(self) -> bool:
        """Put the chosen words into what was typed; whether any were chosen."""
        chosen = self.data.get(self.add_prefix("saved"), "")
        known = self.fields["saved"].queryset  # type: ignore[attr-defined]
        saved = known.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 19 else None
        if saved is None:
            return False
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for field, language in self.saved_into.items():
            name = self.add_prefix(field)
            said = saved.in_languages([language] if language else self.written_in())
            typed = (data.get(name) or "").rstrip()
            data[name] = f"{typed}\n\n{said}" if typed else said
        data[self.add_prefix("saved")] = ""
        self.data = data
        return True

    def full_clean(self) -> None:
        if not self.is_using:
            super().full_clean()
            return
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data: dict[str, Any] = {}
        if self.found_none:
            self.add_error(
                "saved", forms.ValidationError(_("Choose which words first."), code="none")
            )

    def is_valid(self) -> bool:
        return super().is_valid() and not self.is_using

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        said.pop("saved", None)
        for field in self.saved_into:
            if BLANK.search(said.get(field) or ""):
                self.add_error(
                    field,
                    forms.ValidationError(
                        _("There is still a blank to fill in here: ___."), code="blank"
                    ),
                )
        return said
