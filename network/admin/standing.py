"""How a thing stood when its page was opened, so that no editor undoes another's work unseen."""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django import forms
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from network.models import Deed, Edition
from network.record import who

NEVER = "0-0"  # changed: what a page that does not say how the thing stood has seen
MOST = 20  # of what was changed meanwhile, on the page that tells of it


@contextmanager
def turn_of(request: HttpRequest) -> Iterator[None]:
    """A form that was sent waits for another that is being saved, or for a load.

    So of two that are sent at once the second reads what the first has saved.
    """
    if request.method != "POST":
        yield
        return
    with transaction.atomic():
        Edition.take_turn()
        yield


def stands(things: Sequence[Any]) -> str:
    """Names the last time that any of these was changed, by an editor or by a load."""
    last = Deed.objects.about_any(things).done().order_by("-pk").values_list("pk", flat=True)
    changes = getattr(things[0], "changes", None)
    change = changes.newest().values_list("pk", flat=True).first() if changes else None
    return f"{last.first() or 0}-{change or 0}"


def done_since(things: Sequence[models.Model], stood: str) -> list[Deed]:
    """What the record tells of these since then, newest first."""
    number = stood.partition("-")[0]
    last = int(number) if number.isdecimal() and len(number) < 19 else 0
    later = Deed.objects.about_any(things).done().filter(pk__gt=last)
    return list(later.newest().select_related("by")[:MOST])


class Gone(NamedTuple):
    """A row of the page that somebody else deleted, and what was typed into it by name."""

    kind: str
    typed: list[tuple[str, str]]


def without_gone(
    sent: Any, prefix: str, model: type[models.Model], there: Collection[int]
) -> tuple[Any, list[Gone]]:
    """What was sent of rows, without those that are not there any more; and these.

    Django would take them for faults that nobody can put right, and not draw them.
    """
    said = sent.get(f"{prefix}-INITIAL_FORMS", "")
    initial = int(said) if said.isdecimal() and len(said) < 7 else 0
    rows = _rows(sent, prefix)
    known = [row for n, row in rows.items() if n < initial]
    new = [row for n, row in rows.items() if n >= initial]
    keys = {(str(key),) for key in there}
    stay = [row for row in known if row.get("id") in keys]
    if len(stay) == len(known):
        return sent, []
    kept = sent.copy()
    for key in sent:
        if re.match(rf"{re.escape(prefix)}-\d+-", key):
            del kept[key]
    for n, row in enumerate([*stay, *new]):
        for name, values in row.items():
            kept.setlist(f"{prefix}-{n}-{name}", values)
    kept[f"{prefix}-TOTAL_FORMS"] = str(len(stay) + len(new))
    kept[f"{prefix}-INITIAL_FORMS"] = str(len(stay))
    gone = [row for row in known if row not in stay]
    return kept, [Gone(str(model._meta.verbose_name), _typed(model, row)) for row in gone]


def _rows(sent: Any, prefix: str) -> dict[int, dict[str, tuple[str, ...]]]:
    """What was sent of each row, by its number and then by the field."""
    rows: dict[int, dict[str, tuple[str, ...]]] = {}
    for key in sent:
        if found := re.fullmatch(rf"{re.escape(prefix)}-(\d{{1,6}})-([^-]+)", key):
            rows.setdefault(int(found[1]), {})[found[2]] = tuple(sent.getlist(key))
    return dict(sorted(rows.items()))


def _typed(model: type[models.Model], row: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """What stands in a row, as it was typed; what leads to another thing has no words here."""
    fields = [one for one in model._meta.concrete_fields if not one.is_relation]
    said = [(one, row[one.name][0]) for one in fields if any(row.get(one.name, ()))]
    return [
        (str(capfirst(one.verbose_name)), str(dict(one.flatchoices).get(value, value)))
        for one, value in said
        if not one.primary_key
    ]


class Stood(forms.CharField):
    """Goes with the form and is no part of the thing: it never counts as a change."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class StandingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Refuses to save, once, over what somebody else saved since the page was opened.

    The page that comes back tells who changed what (`meanwhile`), with all that was typed.
    """

    stood = Stood(required=False)

    meanwhile: Sequence[Deed] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["stood"] = self.stands  # asked for by those pages alone that show it

    def minded(self) -> list[models.Model]:
        """Whose changes matter: the thing's, and of what else its page has to do with."""
        return [self.instance]

    def stands(self) -> str:
        return stands(self.minded())

    def clean_stood(self) -> str:
        """Keeps all that was typed; saved once more, it goes over the other's work knowingly."""
        stood: str = self.cleaned_data["stood"] or NEVER
        if not self.instance.pk:
            return stood
        now = self.stands()
        if stood != now or getattr(self.instance, "has_gone_rows", False):
            self.meanwhile = done_since(self.minded(), stood)
            sent: Any = self.data
            sent = sent.copy()
            sent[self.add_prefix("stood")] = now
            self.data = sent
            self.add_error(None, forms.ValidationError(self.told(), code="changed_meanwhile"))
        return now

    def told(self) -> str:
        """What whoever comes second is told."""
        names = dict.fromkeys(who(deed) for deed in self.meanwhile) or [_("A command or a file")]
        said = _(
            "Changed since you opened this page, by: %(who)s. What you typed is still here. See "
            "below what was changed, then save again to put yours in its place."
        )
        return said % {"who": ", ".join(str(name) for name in names)}
