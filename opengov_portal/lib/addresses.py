"""Addresses of pages, put together without asking Django for each one."""

import re
from functools import lru_cache

from django.urls import reverse
from django.utils.translation import override

from opengov_portal.lib.languages import active

PLAIN = re.compile(r"[-a-zA-Z0-9_]+")
WORD, NUMBER = "a-word-{}-of-an-address", 1_000_000_007


def address(view: str, *names: str | int) -> str:
    """`reverse(view, args=names)`, which finds the pattern only once.

    For names that stand in an address as they are: words of letters, digits and hyphens,
    and numbers. Raises NoReverseMatch where there is no such page.
    """
    if all(type(name) is int or PLAIN.fullmatch(str(name)) for name in names):
        return pattern(view, active(), tuple(map(type, names))) % names
    return reverse(view, args=names)


def numbered(view: str, number: int) -> str:
    """The address of a view that takes one number, in the active language."""
    return address(view, number)


@lru_cache(maxsize=500)
def pattern(view: str, language: str, kinds: tuple[type, ...]) -> str:
    """The address of a view in a language, with a blank for each name."""
    names: list[str | int] = [
        NUMBER + place if kind is int else WORD.format(place) for place, kind in enumerate(kinds)
    ]
    with override(language):
        found = reverse(view, args=names).replace("%", "%%")
    for name in names:
        found = found.replace(str(name), "%s", 1)
    return found
