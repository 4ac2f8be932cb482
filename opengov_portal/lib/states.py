"""Things with a life cycle: a table says where each state may go, verbs say who may ask."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q


class Stateful(models.Model):
    """A model whose `state` moves only along NEXT, and only through `_move`."""

    NEXT: ClassVar[Mapping[Any, set[Any]]]

    class Meta:
        abstract = True

    def _move(self, state: Any, only: Q | None = None, **facts: Any) -> bool:
        """Compare and set: of two who ask at once one wins, on every database.

        False when this object is not, or is no longer, where it thinks it is, when
        NEXT does not lead there, or when `only` does not hold of its row. `facts`
        are written with the state.
        """
        me: Any = self
        model: Any = type(self)
        before = me.state
        if state not in self.NEXT[before]:
            return False
        rows = model._default_manager.filter(only or Q(), pk=self.pk, state=before)
        if not rows.update(state=state, **facts):
            return False
        me.state = state
        for name, value in facts.items():
            if not hasattr(value, "resolve_expression"):
                setattr(self, name, value)
        return True
