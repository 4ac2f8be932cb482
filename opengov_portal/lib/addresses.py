"""Addresses that are asked for very often."""

from functools import lru_cache

from django.urls import reverse
from django.utils.translation import get_language


def numbered(view: str, number: int) -> str:
    """The address of a view that takes one number, in the active language.

    As `reverse` says; which tries every pattern of the portal again for each number.
    """
    before, after = _around(view, get_language())
    return f"{before}{number}{after}"


@lru_cache(maxsize=100)
def _around(view: str, language: str | None) -> tuple[str, str]:
    """What stands before the number and after it, in that language, which is the active one."""
    before, _number, after = reverse(view, args=[0]).partition("/0/")
    return f"{before}/", f"/{after}"
