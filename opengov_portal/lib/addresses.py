"""Addresses of pages, put together without asking Django for each one."""

import re
from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from opengov_portal.lib.languages import active

PLAIN = re.compile(r"[-a-zA-Z0-9_]+")
WORD, NUMBER = "aword{}ofanaddress", 1_000_000_007


def address(view: str, *names: str | int) -> str:
    """`reverse(view, args=names)`, which finds the pattern only once.

    For names that stand in an address as they are: words of letters, digits and hyphens,
    and numbers. Raises NoReverseMatch where there is no such page.
    """
    found = all(map(is_plain, names)) and pattern(view, active(), tuple(map(type, names)))
    return found.format(*names) if found else reverse(view, args=names)


def address_in(language: str, view: str, names: dict[str, Any]) -> str:
    """`reverse(view, kwargs=names)` in that language, in the same way."""
    values = names.values()
    if all(map(is_plain, values)):
        found = pattern(view, language, tuple(map(type, values)), tuple(names))
        if found:
            return found.format(*values)
    with override(language):
        return reverse(view, kwargs=names)


def numbered(view: str, number: int) -> str:
    """The address of a view that takes one number, in the active language."""
    return address(view, number)


def is_plain(name: object) -> bool:
    """Whether it stands in an address as it is."""
    return type(name) is int or (isinstance(name, str) and PLAIN.fullmatch(name) is not None)


@lru_cache(maxsize=500)
def pattern(view: str, language: str, kinds: tuple[type, ...], named: tuple[str, ...] = ()) -> str:
    """The address of a view in a language, with a blank for each name.

    Empty where it takes no such name as we try: it is choosy, or there is no such page.
    """
    names: list[str | int] = [
        NUMBER + place if kind is int else WORD.format(place) for place, kind in enumerate(kinds)
    ]
    given = dict(zip(named, names, strict=True)) if named else None
    with override(language):
        try:
            found = reverse(view, args=None if named else names, kwargs=given)
        except NoReverseMatch:
            return ""
    for place, name in enumerate(names):
        found = found.replace(str(name), f"{{{place}}}", 1)
    return found
