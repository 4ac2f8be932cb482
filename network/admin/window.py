"""What every window of this room on its nouns has in common."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class Searched:
    """A search box that takes any input at all."""

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        # PostgreSQL has no text with a NUL in it, and raises when asked for one.
        found: tuple[Any, bool] = super().get_search_results(  # type: ignore[misc]
            request, queryset, search_term.replace("\0", "")
        )
        return found


class Window(Searched, ModelAdmin):
    """Fifty rows a page, not counted where that would be slow."""

    list_per_page = 50
    show_full_result_count = False


class ReadOnly(Window):
    """History and records: looked at, and changed by nobody here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
