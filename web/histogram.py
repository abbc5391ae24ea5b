"""How is a search spread over time, and how does one narrow it? Bars of years, and of months where they are few."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from search.request import Facet, SearchRequest, period_day
from search.results import FacetCount

from .i18n import Words

PERIODS: Final[tuple[Facet, ...]] = ("year", "month")
# The chart in its own units; the style sheet scales it to the column.
WIDTH: Final = 240.0
HEIGHT: Final = 64.0
LEAST_BAR: Final = 2.0
WIDEST_STEP: Final = 30.0
MOST_TICKS: Final = 5
MOST_GAP_YEARS: Final = 60
MOST_YEARS_OF_MONTHS: Final = 2  # chosen years that are shown month by month

Href = Callable[[SearchRequest], str]


@dataclass(frozen=True, slots=True)
class Bar:
    """One year or month. `period`: `2015` or `2015-12`, as a parameter; `x`, `y`, `width`, `height` in chart units;
    `tick`: what is written below, if anything is.
    """

    period: str
    name: str
    count: int
    x: float
    y: float
    width: float
    height: float
    href: str
    tick: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars side by side, gaps included."""

    by: Literal["year", "month"]
    heading: str
    bars: tuple[Bar, ...]


def charts_of(
    facets: Mapping[str, Sequence[FacetCount]] | None, asked: SearchRequest, href: Href, words: Words
) -> list[Chart]:
    """The charts of a page of answers; `href` leads to the search narrowed to a bar."""
    facets = facets or {}
    years = _with_gaps(sorted(int(c.value) for c in facets.get("year", ()) if c.value.isdecimal()))
    charts = []
    if len(years) > 1:
        counts = {c.value: c.count for c in facets.get("year", ())}
        charts.append(
            _chart("year", words.t("facet.year"), [f"{year:04}" for year in years], counts, asked, href, words)
        )
    months = _months(years, asked)
    if months:
        counts = {c.value: c.count for c in facets.get("month", ())}
        first, last = months[0][:4], months[-1][:4]
        heading = words.t("facet.month", years=first if first == last else f"{first}–{last}")
        charts.append(_chart("month", heading, months, counts, asked, href, words))
    return charts


def _months(years: Sequence[int], asked: SearchRequest) -> list[str]:
    """The months of the years that are chosen, or of the only one."""
    if asked.since and asked.until and asked.until.year - asked.since.year < MOST_YEARS_OF_MONTHS:
        shown: Iterable[int] = range(asked.since.year, asked.until.year + 1)
    elif len(years) == 1:
        shown = years
    else:
        return []
    return [f"{year:04}-{month:02}" for year in shown for month in range(1, 13)]


def _chart(
    by: Literal["year", "month"],
    heading: str,
    periods: Sequence[str],
    counts: Mapping[str, int],
    asked: SearchRequest,
    href: Href,
    words: Words,
) -> Chart:
    step = min(WIDEST_STEP, WIDTH / len(periods))
    highest = max((counts.get(period, 0) for period in periods), default=0) or 1
    every = max(1, -(-len(periods) // MOST_TICKS))
    bars = []
    for place, period in enumerate(periods):
        count = counts.get(period, 0)
        height = max(LEAST_BAR, HEIGHT * count / highest) if count else 0.0
        since, until = _ends(period)
        bars.append(
            Bar(
                period=period,
                name=words.month(period) if by == "month" else period,
                count=count,
                x=round(place * step, 2),
                y=round(HEIGHT - height, 2),
                width=round(step, 2),
                height=round(height, 2),
                href=href(replace(asked, since=since, until=until, offset=0)),
                tick="" if place % every else words.short_month(period) if by == "month" else period,
                chosen=bool(asked.since and asked.until and asked.since <= until and since <= asked.until),
            )
        )
    if all(bar.chosen for bar in bars):  # then none stands out
        bars = [replace(bar, chosen=False) for bar in bars]
    return Chart(by, heading, tuple(bars))


def _ends(period: str) -> tuple[date, date]:
    """The first and the last day of a year or month."""
    return period_day(period, last=False) or date.min, period_day(period, last=True) or date.max


def _with_gaps(years: list[int]) -> list[int]:
    """Years without articles too, unless one wild date would stretch the chart beyond use; years a URL can hold."""
    years = [year for year in years if 1 <= year <= 9999]
    if years and years[-1] - years[0] <= MOST_GAP_YEARS:
        return list(range(years[0], years[-1] + 1))
    return years
