"""What can a reader click to narrow a search, or to widen it again? Values with counts, chips, and bars of years."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from search.request import FILTERS, Facet, SearchRequest
from search.results import FacetCount, Page

from .i18n import Words
from .links import Links
from .params import with_value, without_value

ON_PAGE: tuple[Facet, ...] = ("speaker", "source", "year")
LISTED = ("speaker", "source")
MOST_VALUES = 10
# The chart in its own units; the style sheet scales it to the column.
CHART_WIDTH = 240.0
CHART_HEIGHT = 64.0
LEAST_BAR = 2.0
WIDEST_STEP = 30.0
MOST_GAP_YEARS = 60


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a filter. `href` adds it, or takes it out if `chosen`; `count` is None where nobody counted."""

    label: str
    href: str
    count: int | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one facet, the chosen ones first."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One year: `x`, `y`, `width`, `height` in chart units. `label`: whether the year is written below."""

    year: int
    count: int
    x: float
    y: float
    width: float
    height: float
    href: str
    label: bool
    chosen: bool


def groups_of(page: Page, asked: SearchRequest, links: Links) -> list[Group]:
    """The facets shown as lists; those with nothing to click are left out."""
    groups = (_group(name, (page.facets or {}).get(name, ()), asked, links) for name in LISTED)
    return [group for group in groups if group.values]


def chips_of(asked: SearchRequest, links: Links, words: Words) -> list[Value]:
    """All that narrows this search now; each `href` takes one out."""
    chips = [
        Value(_label(name, value, words), links.search(without_value(asked, name, value)), chosen=True)
        for name in FILTERS
        for value in getattr(asked, name)
    ]
    if asked.since or asked.until:
        undated = replace(asked, since=None, until=None, offset=0)
        chips.append(Value(_dates(asked.since, asked.until, words), links.search(undated), chosen=True))
    return chips


def bars_of(page: Page, asked: SearchRequest, links: Links) -> list[Bar]:
    """A bar a year, gaps included; none if there is but one year to choose from."""
    return bars((page.facets or {}).get("year", ()), asked, lambda dated: links.search(dated))


def bars(years_counted: Iterable[FacetCount], asked: SearchRequest, href: Callable[[SearchRequest], str]) -> list[Bar]:
    """A bar a year; `href` leads to the search narrowed to it."""
    counts = {int(c.value): c.count for c in years_counted if c.value.isdecimal()}
    if len(counts) < 2:
        return []
    years = _with_gaps(sorted(counts))
    step = min(WIDEST_STEP, CHART_WIDTH / len(years))
    highest = max(counts.values()) or 1
    every = max(1, -(-len(years) // 5))
    made = []
    for place, year in enumerate(years):
        count = counts.get(year, 0)
        height = max(LEAST_BAR, CHART_HEIGHT * count / highest) if count else 0.0
        made.append(
            Bar(
                year=year,
                count=count,
                x=round(place * step, 2),
                y=round(CHART_HEIGHT - height, 2),
                width=round(step, 2),
                height=round(height, 2),
                href=href(replace(asked, since=date(year, 1, 1), until=date(year, 12, 31), offset=0)),
                label=place % every == 0,
                chosen=bool(asked.since and asked.until and asked.since.year <= year <= asked.until.year),
            )
        )
    return made


def _group(name: str, counted: Iterable[FacetCount], asked: SearchRequest, links: Links) -> Group:
    counts = {c.value: c.count for c in counted}
    chosen: tuple[str, ...] = getattr(asked, name)
    more = [value for value, count in counts.items() if value not in chosen and count][:MOST_VALUES]
    return Group(
        name,
        (
            *(Value(v, links.search(without_value(asked, name, v)), counts.get(v), chosen=True) for v in chosen),
            *(Value(v, links.search(with_value(asked, name, v)), counts[v]) for v in more),
        ),
    )


def _label(name: str, value: str, words: Words) -> str:
    return words.t(f"kind.{value}") if name == "kind" else value


def _dates(since: date | None, until: date | None, words: Words) -> str:
    if since and until:
        if (since, until) == (date(since.year, 1, 1), date(since.year, 12, 31)):
            return str(since.year)
        return words.t("dates.between", since=words.date(since), until=words.date(until))
    if since:
        return words.t("dates.since", since=words.date(since))
    return words.t("dates.until", until=words.date(until or date.max))


def _with_gaps(years: list[int]) -> list[int]:
    """Years without articles too, unless one wild date would stretch the chart beyond use; years a URL can hold."""
    years = [year for year in years if 1 <= year <= 9999]
    if years and years[-1] - years[0] <= MOST_GAP_YEARS:
        return list(range(years[0], years[-1] + 1))
    return years
