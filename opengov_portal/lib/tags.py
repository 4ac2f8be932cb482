"""Template filters that every page has without `{% load %}`."""

from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from opengov_portal.lib.languages import Words

register = template.Library()


@register.filter
def marked(words: Any) -> SafeString | str:
    """Words with `lang=` where they are not in the reader's language.

    `{{ commitment.title|marked }}`; anything else is only escaped.
    """
    return words.__html__() if isinstance(words, Words) else conditional_escape(words)
