"""Nobody can be worked out from the figures: every way a page could have come about is tried.

A page shows the total; two tables whose lines are all of the members (the circle and
the languages); and open tables, in which those who said nothing have no line: the
places, the months, each circle's lines of work. Tables are counted apart, so whatever
any of them may be alone, they may be together with any other of the same total: it is
enough to try all totals with all lines of each table.

`shown` is the rule that the portal keeps (`network.reach.rounded`); a rule that gives
somebody away is shown to be caught.
"""

from collections import defaultdict
from functools import cache
from itertools import combinations_with_replacement, product

import pytest

from network.reach import LEAST, STEP, rounded

MOST = LEAST + 14  # members tried: beyond, only the same figures with five more come
ALIKE = 4  # at least so many numbers of people fit each “fewer than five”


def lines(total, count):
    """Every way in which `total` people or fewer stand in `count` lines."""
    for edges in combinations_with_replacement(range(total + 1), count):
        yield tuple(b - a for a, b in zip((0, *edges), edges, strict=False))


def pages(shown):
    """What the total and the two full tables may show, and all (members, founding) behind it."""
    behind = defaultdict(set)
    languages = defaultdict(set)
    circles = defaultdict(set)
    for members in range(MOST + 1):
        for part in range(members + 1):
            split = shown(part), shown(members - part)
            languages[shown(members), split].add(members)
            circles[shown(members), split].add((members, part))
    for (total, circle), states in circles.items():
        for (same, language), sizes in languages.items():
            if same == total:
                fitting = {state for state in states if state[0] in sizes}
                if fitting:
                    behind[total, circle, language] |= fitting
    # At the edge of what is tried, states that would fit were left out.
    return {page: states for page, states in behind.items() if page[0] < rounded(MOST)}


PAGES = pages(rounded)


def fits(figures, cell, sizes, shown):
    """Which numbers of people a line may stand for, where its table may have `sizes` in all."""
    others = sum(figures) - figures[cell]
    return {
        n for n in range(max(sizes) + 1) if shown(n) == figures[cell] and n + others <= max(sizes)
    }


def given_away(pages, shown, alike=ALIKE):
    """The first line under five that fewer than `alike` numbers fit; None if there is none."""
    for (total, circle, language), states in pages.items():
        for place, figure in enumerate(circle):
            found = {(part, members - part)[place] for members, part in states}
            if not figure and len(found) < alike:
                return "circle", total, circle, language, found
        for place, figure in enumerate(language):
            found = {
                n
                for members in {members for members, _part in states}
                for n in range(members + 1)
                if (shown(n), shown(members - n))[:: 1 if place == 0 else -1] == language
            }
            if not figure and len(found) < alike:
                return "language", total, circle, language, found
        for population in (
            {members for members, _part in states},
            {part for _members, part in states},
            {members - part for members, part in states},
        ):
            for figures in open_tables(max(population), shown):
                for cell, figure in enumerate(figures):
                    found = fits(figures, cell, population, shown)
                    if not figure and len(found) < alike:
                        return "open", total, circle, language, figures, found
    return None


@cache
def open_tables(size, shown, count=3):
    """What a table of `count` lines, and one line that is not shown, may show of `size` people."""
    return {tuple(map(shown, table)) for table in lines(size, count)}


def test_no_line_under_five_is_given_away():
    assert given_away(PAGES, rounded) is None


def test_more_than_the_page_tells_is_not_told_by_its_open_tables():
    """Their lines are at most as many as the total says already, so they narrow nothing."""
    for states in PAGES.values():
        for population in (
            {members for members, _part in states},
            {part for _members, part in states},
            {members - part for members, part in states},
        ):
            for size in population:
                for figures in open_tables(size, rounded):
                    assert sum(figures) <= min(population)


def test_the_short_way_to_what_fits_a_line_is_the_long_way():
    """`fits` leaves out trying every table; here every table is tried."""
    for sizes in ({7, 8, 9}, {10, 11, 12, 13, 14}):
        tried = defaultdict(lambda: [set(), set(), set()])
        for size in sizes:
            for table in lines(size, 3):
                for cell, n in enumerate(table):
                    tried[tuple(map(rounded, table))][cell].add(n)
        for figures, cells in tried.items():
            for cell, found in enumerate(cells):
                assert fits(figures, cell, sizes, rounded) == found


def test_a_page_that_told_the_exact_total_would_be_caught():
    def exact_total(pages):
        for (total, circle, language), states in pages.items():
            for members, _part in states:
                same = {state for state in states if state[0] == members}
                yield (total, circle, language), same

    caught = [given_away({page: states}, rounded) for page, states in exact_total(PAGES)]
    assert any(caught)


@pytest.mark.parametrize("step", [1, 2])
def test_a_finer_rule_would_be_caught(step):
    def finer(count):
        return 0 if count < STEP else count - count % step

    assert given_away(pages(finer), finer) is not None


def test_a_table_that_left_nobody_out_would_be_caught():
    """Five lines of four people each: the total of twenty alone would tell them all."""
    figures = (0, 0, 0, 0, 0)
    members = range(20, 25)

    closed = [
        table
        for table in product(range(STEP), repeat=5)
        if sum(table) in members and tuple(map(rounded, table)) == figures
    ]
    assert closed == [(4, 4, 4, 4, 4)]
    for cell in range(5):
        assert len(fits(figures, cell, members, rounded)) == STEP
