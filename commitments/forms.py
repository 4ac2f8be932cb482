"""Forms: what may be asked of the commitments."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commitments.facets import Faceted
from commitments.search.folding import tidy

MOST_VALUES = 50


class AnyText(forms.CharField):
    """A line of any text at all: what is no character is dropped, not refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.validators = []

    def to_python(self, value: Any) -> str:
        return tidy(str(value or "")).strip()


class Several(forms.Field):
    """Any number of values under one name; those it does not know are the form's to judge."""

    widget = forms.SelectMultiple

    def clean(self, value: Iterable[str] | None) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value or ()))[:MOST_VALUES]


class SearchForm(forms.Form):
    """A search with filters. There is no wrong one: what is not known is left out.

    `strangers` then says that something was. Names are the same in both
    languages, so that an address means the same in its twin.
    """

    FILTERS: ClassVar = {
        "tag": _("Subject"),
        "plan": _("Action plan"),
        "theme": _("Theme of the plan"),
        "lead": _("Led by"),
        "value": _("OGP value"),
        "government": _("Government says"),
        "irm": _("Independent reviewers (IRM) say"),
        "network": _("The network says"),
    }
    SORTS: ClassVar = {
        "best": _("Best match"),
        "newest": _("Newest plan first"),
        "oldest": _("Oldest plan first"),
        "title": _("Title, A to Z"),
    }

    q = AnyText(label=_("Search the commitments"))
    exact = AnyText()
    sort = AnyText(label=_("Sort by"))
    all = Several()

    def __init__(self, asked: QueryDict, *, catalogue: Faceted) -> None:
        super().__init__(asked)
        self.fields.update({name: Several() for name in self.FILTERS})
        self.catalogue = catalogue
        self.full_clean()
        given = {name: self.cleaned_data[name] for name in self.FILTERS}
        self.chosen: dict[str, tuple[str, ...]] = {
            name: tuple(value for value in values if value and catalogue.knows(name, value))
            for name, values in given.items()
        }
        self.strangers = any(
            value and not catalogue.knows(name, value)
            for name, values in given.items()
            for value in values
        )

    @property
    def is_exact(self) -> bool:
        """Whether to search for exactly what was typed."""
        return bool(self.cleaned_data["exact"])

    @property
    def opened(self) -> tuple[str, ...]:
        """The filters whose every value is to be shown."""
        return tuple(name for name in self.cleaned_data["all"] if name in self.FILTERS)

    @property
    def default_order(self) -> str:
        """Best match for a search; without words to match, the newest plan first."""
        return "best" if self.cleaned_data["q"] else "newest"

    @property
    def order(self) -> str:
        """One of SORTS."""
        asked: str = self.cleaned_data["sort"]
        if asked not in self.SORTS or (asked == "best" and not self.cleaned_data["q"]):
            return self.default_order
        return asked

    @property
    def orders(self) -> list[tuple[str, str | Promise, bool]]:
        """What to choose from: value, label, and whether it is in force.

        The default has an empty value, so that it follows the search as it changes.
        """
        offered = [name for name in self.SORTS if name != "best" or self.cleaned_data["q"]]
        return [
            ("" if name == self.default_order else name, self.SORTS[name], name == self.order)
            for name in offered
        ]
