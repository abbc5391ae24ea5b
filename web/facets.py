"""What can a reader click to narrow a search, or to widen it again? Values with counts, and chips of what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from search.request import FACETS, FILTERS, Facet, HitType, SearchRequest
from search.results import FacetCount, Page

from .histogram import PERIODS
from .i18n import Words
from .links import Links
from .params import with_value, without_value

LISTED: Final[dict[HitType, tuple[Facet, ...]]] = {
    "article": ("speaker", "source", "section"),
    "quote": ("speaker", "kind", "source", "section"),
}
COUNTED: Final = {kind: tuple(one for one in FACETS if one in (*listed, *PERIODS)) for kind, listed in LISTED.items()}
MOST_VALUES: Final = 8  # of one facet, before the reader asks for more


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a filter. `href` adds it, or takes it out if `chosen`; `count` is None where nobody counted."""

    label: str
    href: str
    count: int | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one facet, the chosen ones first; `more` is shown when it is asked for."""

    name: str
    shown: tuple[Value, ...]
    more: tuple[Value, ...]


def groups_of(page: Page, asked: SearchRequest, links: Links, words: Words) -> list[Group]:
    """The facets shown as lists; those with nothing to click are left out."""
    counted = page.facets or {}
    groups = (_group(name, counted.get(name, ()), asked, links, words) for name in LISTED[asked.type])
    return [group for group in groups if group.shown]


def chips_of(asked: SearchRequest, href: Callable[[SearchRequest], str], words: Words) -> list[Value]:
    """All that narrows this search now; each `href`, of the search without it, takes one out."""
    chips = [
        Value(_label(name, value, words), href(without_value(asked, name, value)), chosen=True)
        for name in FILTERS
        for value in getattr(asked, name)
    ]
    if asked.since or asked.until:
        undated = replace(asked, since=None, until=None, offset=0)
        chips.append(Value(_dates(asked.since, asked.until, words), href(undated), chosen=True))
    return chips


def _group(name: str, counted: Iterable[FacetCount], asked: SearchRequest, links: Links, words: Words) -> Group:
    counts = {c.value: c.count for c in counted}
    chosen: tuple[str, ...] = getattr(asked, name)
    values = [
        Value(
            _label(name, value, words),
            links.search(without_value(asked, name, value)),
            counts.get(value),
            chosen=True,
        )
        for value in chosen
    ]
    values += [
        Value(_label(name, value, words), links.search(with_value(asked, name, value)), count)
        for value, count in counts.items()
        if value not in chosen and count
    ]
    most = max(MOST_VALUES, len(chosen))
    # One value behind «more» takes as much room as «more» itself.
    return (
        Group(name, tuple(values), ())
        if len(values) <= most + 1
        else Group(name, tuple(values[:most]), tuple(values[most:]))
    )


def _label(name: str, value: str, words: Words) -> str:
    return words.t(f"kind.{value}") if name == "kind" else value


def _dates(since: date | None, until: date | None, words: Words) -> str:
    if since and until:
        if (since, until) == (date(since.year, 1, 1), date(until.year, 12, 31)):
            return str(since.year) if since.year == until.year else f"{since.year}–{until.year}"
        return words.t("dates.between", since=words.date(since), until=words.date(until))
    if since:
        return words.t("dates.since", since=words.date(since))
    return words.t("dates.until", until=words.date(until or date.max))
