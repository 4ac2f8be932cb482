"""Masks: sets of commitments as whole numbers, one bit for each.

Python's own integers make them: sets meet with `&`, join with `|`, and are
counted with `.bit_count()`, in microseconds for ten thousand.
"""

from collections.abc import Iterable, Iterator, Sequence

ONE = ord("1")


def mask_of(places: Iterable[int], size: int) -> int:
    """The set of these places, each below `size`."""
    bits = bytearray(b"0") * (size or 1)
    for place in places:
        bits[~place] = ONE  # the lowest stands last
    return int(bits, 2)


def places_in(mask: int, start: int = 0, stop: int | None = None) -> list[int]:
    """The places in a set, lowest first, from the `start`-th to before the `stop`-th."""
    bits = bin(mask)[:1:-1]  # lowest first, without its 0b
    found: list[int] = []
    place = bits.find("1")
    seen = 0
    while place >= 0 and (stop is None or seen < stop):
        if seen >= start:
            found.append(place)
        seen += 1
        place = bits.find("1", place + 1)
    return found


def in_order(mask: int, order: Sequence[int], start: int, stop: int) -> list[int]:
    """As `places_in`, but in the order given, which names every place once."""
    bits = bin(mask)[:1:-1].ljust(len(order), "0")
    found: list[int] = []
    seen = 0
    for place in order:
        if bits[place] == "1":
            if seen >= stop:
                break
            if seen >= start:
                found.append(place)
            seen += 1
    return found


def levels(masks: Iterable[int], within: int) -> Iterator[tuple[int, int]]:
    """Parts `within` by in how many of the masks they are, most first, with that number.

    Counts in binary, a plane a digit, so that it costs the same for one or
    ten thousand.
    """
    planes: list[int] = []
    for mask in masks:
        carry = mask & within
        for digit, plane in enumerate(planes):
            planes[digit], carry = plane ^ carry, plane & carry
        if carry:
            planes.append(carry)
    yield from _split(planes, within, 0)


def _split(planes: list[int], part: int, number: int) -> Iterator[tuple[int, int]]:
    if not part:
        return
    if not planes:
        yield number, part
        return
    *rest, highest = planes
    yield from _split(rest, part & highest, number + (1 << len(rest)))
    yield from _split(rest, part & ~highest, number)
