"""Saved words: reasons and answers in both languages, kept by whoever writes to people."""

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models

from network.admin.window import Window
from network.models import SavedWords


@admin.register(SavedWords)
class SavedWordsAdmin(Window):
    """Each beside its twin in the other language."""

    fieldsets = [
        (None, {"fields": ["kind"]}),
        (
            None,
            {
                "classes": ["side-by-side"],
                "fields": [("label_en", "label_fr"), ("words_en", "words_fr")],
            },
        ),
    ]
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 10})}}
    list_display = ["__str__", "kind"]
    list_filter = ["kind"]
    ordering = ["kind", "label_en", "pk"]
    search_fields = ["label_en", "label_fr", "words_en", "words_fr"]
