"""Subjects: what people care about."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from taggit.admin import Tag

from commitments.admin.public import PublicAdmin
from network.models import Subject

# taggit's own tags have no French; ours are the subjects. Importing Tag from its pages
# registers them now, so that they are not registered after this.
admin.site.unregister(Tag)


@admin.register(Subject)
class SubjectAdmin(PublicAdmin):
    fields = [("name", "name_fr"), "slug"]
    fixed = ("slug",)
    suggested = {"slug": ("name",)}
    list_display = ["name", "name_fr", "commitments"]
    list_display_links = ["name", "name_fr"]
    ordering = ["name", "pk"]
    search_fields = ["name", "name_fr", "slug"]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        said = {
            "name": _("What people would call it in English."),
            "slug": _("Small letters and hyphens, such as open-data. Chosen once."),
        }
        return super().get_form(request, *args, **{"help_texts": said, **kwargs})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subject]:
        subjects = super().get_queryset(request)
        return subjects.annotate(used=Count("commitment_tags"))  # type: ignore[no-any-return]

    @admin.display(description=_("commitments"), ordering="used")
    def commitments(self, subject: Any) -> int:
        """How many commitments are about it."""
        return int(subject.used)
