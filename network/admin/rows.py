"""Rows that are kept on the page of the thing they hang on."""

from typing import TYPE_CHECKING, Any

from django.db.models import UniqueConstraint
from django.forms import BaseInlineFormSet, ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    FormSet = BaseInlineFormSet[Any, Any, Any]
else:
    FormSet = BaseInlineFormSet


class RowsFormSet(FormSet):
    """Says so where a row is the twin of one that somebody added since the page was opened.

    Django compares the rows of a page with each other; of those that are not on it, only
    the database would tell, by a fault.
    """

    def clean(self) -> None:
        super().clean()
        shown = [form.instance.pk for form in self.initial_forms]
        model: Any = self.model
        others = model._default_manager.filter(**{self.fk.name: self.instance.pk})
        unseen = others.exclude(pk__in=shown)
        if self.instance.pk is None or not unseen.exists():
            return
        for constraint in model._meta.constraints:
            if not isinstance(constraint, UniqueConstraint) or constraint.condition:
                continue
            names = [name for name in constraint.fields if name != self.fk.name]
            if len(names) == len(constraint.fields) or not names:
                continue
            taken = set(unseen.values_list(*names))
            for form in self.forms:
                self._tell(form, names, taken)

    def _tell(self, form: Any, names: list[str], taken: set[Any]) -> None:
        columns = [form.instance._meta.get_field(name).attname for name in names]
        mine = tuple(getattr(form.instance, column) for column in columns)
        is_kept = form.has_changed() and form not in self.deleted_forms
        if is_kept and mine in taken and names[0] in form.fields:
            error = ValidationError(
                _("Somebody has added one like this meanwhile. Open the page anew to see it."),
                code="added_meanwhile",
            )
            form.add_error(names[0], error)
