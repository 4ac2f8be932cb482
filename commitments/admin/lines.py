"""A list of short texts, edited as people write lists: one a line."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class LinesField(forms.CharField):
    """A list of texts in a box, one a line; blank lines count for nothing.

    With `each`, every line must be valid by that field, and a line that is not is
    named in the error.
    """

    def __init__(self, *args: Any, each: forms.CharField | None = None, **kwargs: Any) -> None:
        for name in ("encoder", "decoder"):  # what the column of JSON gives its own field
            kwargs.pop(name, None)
        self.each = each or forms.CharField(max_length=500)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}))
        if not kwargs.get("help_text"):
            kwargs["help_text"] = _("One a line.")
        super().__init__(*args, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(line) for line in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def validate(self, value: Any) -> None:
        super().validate(value)
        for line in value:
            try:
                self.each.clean(line)
            except forms.ValidationError as error:
                raise forms.ValidationError(
                    _("“%(line)s”: %(problem)s"),
                    code="line",
                    params={"line": line, "problem": " ".join(error.messages)},
                ) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(list(initial or []) != self.to_python(data))
