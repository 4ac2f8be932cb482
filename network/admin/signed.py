"""Who put something in, or decided about it, on pages that are about nobody.

An address is for who needs it, and who looks at one is on record. So these pages show the
name of an account or, where it has none, its number.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model

from network.record import signer


def signed(model: type[Model], name: str) -> Callable[[Any, Any], str]:
    """A column of a window, or a field to read, in the place of one that names an account."""
    field: Any = model._meta.get_field(name)

    @admin.display(description=field.verbose_name, ordering=name)
    def shown(window: Any, thing: Any) -> str:
        user = getattr(thing, name)
        return signer(user) if user else "—"

    return shown
