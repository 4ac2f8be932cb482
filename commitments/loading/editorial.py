"""The editorial supplement: subjects, and the French of notes kept in English."""

from typing import Any

from commitments.loading.wanted import WantedFile


def apply_editorial(raw: dict[str, Any], file: str, wanted: WantedFile) -> None:
    """Add to what a file wants what our editors wrote. Raises BadFile."""
