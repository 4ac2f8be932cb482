"""Reading a JSON file that may be anything at all."""

import json
from pathlib import Path
from typing import Any, NoReturn

from commitments.loading.problems import BadFile, Place, shown

LARGEST = 200_000_000  # bytes


def read_json(path: Path) -> dict[str, Any]:
    """The object a JSON file holds. Raises BadFile, whatever else the file holds."""
    place = Place(path.name)
    try:
        if path.stat().st_size > LARGEST:
            place.refuse("", f"is larger than {LARGEST // 1_000_000} MB.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadFile(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise BadFile(f"{path.name}: is not UTF-8 text.") from error
    try:
        found = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once_each)
    except json.JSONDecodeError as error:
        raise BadFile(
            f"{path.name}: is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise BadFile(f"{path.name}: is nested too deeply.") from error
    except ValueError as error:
        raise BadFile(f"{path.name}: {error}") from error
    if not isinstance(found, dict):
        place.refuse("", "must hold an object, such as {“plans”: […]}.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a value JSON knows.")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        owner = record.get("id", record.get("number"))
        where = f" in the record {shown(owner)}" if owner is not None else ""
        raise ValueError(f"the key {shown(twice)} is given twice{where}.")
    return record
