"""Where commitments came from, as sources say: entered by hand."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from network.admin.standing import StandingForm
from network.admin.window import Window
from network.models import Edition
from proposals.happenings import Kind, record
from proposals.models import Lineage


class LineageForm(StandingForm):
    """What a source says of where a commitment came from."""

    class Meta:
        model = Lineage
        fields = ["proposal", "commitment", "note_en", "note_fr", "source_url"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "source_url" in self.fields:
            self.fields["source_url"].required = True


@admin.register(Lineage)
class LineageAdmin(Window):
    """Where commitments came from, by a source; what an answer says so is changed with it."""

    autocomplete_fields = ["commitment"]
    form = LineageForm
    list_display = ["proposal", "commitment", "response", "source_url"]
    list_select_related = ["proposal", "commitment__plan", "response__proposal"]
    ordering = ["-pk"]
    raw_id_fields = ["proposal"]
    search_fields = ["proposal__title", "commitment__title_en", "commitment__label_fr"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        said = obj is not None and obj.response_id is not None
        return not said and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        said = obj is not None and obj.response_id is not None
        return not said and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> Any:
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            record(Kind.BECAME, proposal=obj.proposal, commitment=obj.commitment)
        Edition.advance()

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        Edition.take_turn()
        super().delete_model(request, obj)
        Edition.advance()
