"""The figures as people read them, and whether each aim holds."""

from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from bench.serving import Cell

HEADINGS = (
    "| page | drawn | connections | requests/s | bare | ratio | p50 / p95 / p99 ms "
    "| bare p50 / p95 / p99 ms | bytes | queries |"
)
RULE = "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"


@dataclass
class Row:
    """One kind of page, on one database, kept or drawn anew, at so many connections.

    `bare` is the bare view of as many bytes, measured in the same run.
    """

    database: str
    page: str
    cached: bool
    connections: int
    seen: Cell
    bare: Cell
    queries: int

    @property
    def ratio(self) -> float:
        return self.seen.rate / self.bare.rate

    def line(self) -> str:
        cells = [
            self.page,
            "kept" if self.cached else "anew",
            str(self.connections),
            f"{self.seen.rate:.0f}" if self.seen.rate >= 10 else f"{self.seen.rate:.2f}",
            f"{self.bare.rate:.0f}",
            f"{self.ratio:.3f}",
            latencies(self.seen),
            latencies(self.bare),
            f"{self.seen.bytes:,.0f}",
            str(0 if self.cached else self.queries),
        ]
        fault = f" {self.seen.faults} answers were no page" if self.seen.faults else ""
        return "| " + " | ".join(cells) + " |" + fault

    def facts(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio}


def latencies(cell: Cell) -> str:
    return f"{cell.p50:.1f} / {cell.p95:.1f} / {cell.p99:.1f}"


@dataclass
class Aim:
    """Something the portal sets out to reach; `least` is a ratio, `most` milliseconds."""

    words: str
    pages: tuple[str, ...]
    cached: bool
    least: float = 0
    most: float = 0

    def verdict(self, rows: list[Row]) -> str:
        """A line that says whether it holds on every page and database it is about.

        Of a ratio the middle one of the connection counts is judged, and the lowest told.
        """
        mine = [row for row in rows if row.page in self.pages and row.cached == self.cached]
        if self.most:
            mine = [row for row in mine if row.connections == 1]
        if not mine:
            return f"not measured  {self.words}"
        if self.most:
            slowest = max(mine, key=lambda row: row.seen.p95)
            holds = slowest.seen.p95 < self.most
            figure = f"{slowest.seen.p95:.1f} ms ({slowest.page}, {slowest.database})"
        else:
            groups: dict[str, list[float]] = {}
            for row in mine:
                groups.setdefault(f"{row.page}, {row.database}", []).append(row.ratio)
            where = min(groups, key=lambda name: median(groups[name]))
            holds = median(groups[where]) >= self.least
            figure = f"{median(groups[where]):.3f}, lowest {min(groups[where]):.3f} ({where})"
        return f"{'holds' if holds else 'MISSED':<13} {self.words}: at worst {figure}"


IDEAS = ("proposals", "proposals filtered", "proposals search", "proposal", "ledger")
PAGES = ("home", "list", "filtered", "search", "commitment", *IDEAS)
AIMS = [
    Aim("a kept page, ratio at least 0.6", PAGES, cached=True, least=0.6),
    Aim("a commitment drawn anew, ratio at least 0.08", ("commitment",), cached=False, least=0.08),
    Aim("the list drawn anew, ratio at least 0.05", ("list",), cached=False, least=0.05),
    Aim("the filtered list drawn anew, ratio at least 0.05", ("filtered",), False, least=0.05),
    Aim("search drawn anew, ratio at least 0.05", ("search",), cached=False, least=0.05),
    Aim("search at one connection, p95 under 60 ms", ("search",), cached=False, most=60),
    Aim("a page of proposals drawn anew, ratio at least 0.05", IDEAS, cached=False, least=0.05),
    Aim("similar at one connection, p95 under 80 ms", ("similar",), cached=False, most=80),
]


def verdicts(rows: list[Row]) -> list[str]:
    return [aim.verdict(rows) for aim in AIMS]
