"""What may one ask of a searcher? The parameters of the endpoint, checked, as one immutable value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, TypeVar

from index.words import word_set

from .errors import QueryError

Choice = TypeVar("Choice", bound=str)

HitType = Literal["article", "quote"]
Sort = Literal["relevance", "newest", "oldest"]
Reprinted = Literal["fold", "all"]
Facet = Literal["speaker", "source", "year", "month", "section", "kind"]

TYPES: tuple[HitType, ...] = ("article", "quote")
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
FACETS: tuple[Facet, ...] = ("speaker", "source", "year", "month", "section", "kind")
REPRINTED: tuple[Reprinted, ...] = ("fold", "all")
KINDS = ("direct", "partial", "pull", "indirect")
FILTERS = ("speaker", "source", "author", "section", "kind")  # each may be given several times: any of them
MAX_LIMIT = 100
MAX_OFFSET = 1000
_PERIOD: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)
_KEYWORDS: Final = word_set(
    "type limit offset cursor sort from to speaker source author section kind facets rewrite strict explain snippets "
    "reprints"
)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search. `since` and `until` are the parameters `from` and `to`, both inclusive. Several speakers, sources,
    authors, sections or kinds mean any of them. `snippets=False` gives ids and scores only. `reprints`: whether a quote
    and its reprints are one hit (`fold`) or one each (`all`). `cursor`: the `next` of the page before, instead of an
    offset.
    """

    q: str = ""
    type: HitType = "article"
    limit: int = 10
    offset: int = 0
    sort: Sort = "relevance"
    since: date | None = None
    until: date | None = None
    speaker: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
    rewrite: bool = True
    strict: bool = False
    explain: bool = False
    snippets: bool = True
    reprints: Reprinted = "fold"
    cursor: str | None = None


def request_of(q: str, parameters: Mapping[str, Any]) -> SearchRequest:
    """A request of Python keywords: the endpoint's parameters (`from` may be written `from_`), with Python's types.

    Dates are `date`, `2015`, `2015-12` or `2015-12-15`; a filter is one value or several. Raises QueryError.
    """
    given = {("from" if name == "from_" else name): value for name, value in parameters.items() if value is not None}
    unknown = sorted(set(given) - _KEYWORDS)
    if unknown:
        raise _invalid(unknown[0], "unknown parameter", "one of " + ", ".join(sorted(_KEYWORDS)))
    if not isinstance(q, str):
        raise _invalid("q", f"found {q!r:.40}", "a text")
    rewrite = given.get("rewrite", True)
    kinds = tuple(_one_of("kind", kind, KINDS) for kind in _several("kind", given))
    facets = {_one_of("facets", facet, FACETS) for facet in _several("facets", given, separator=",")}
    since, until = _day("from", given.get("from"), last=False), _day("to", given.get("to"), last=True)
    if since and until and since > until:
        raise QueryError(
            "invalid_date", f"from: {since} is later than to: {until}, expected from ≤ to", parameter="from"
        )
    cursor = given.get("cursor")
    if cursor is not None and not isinstance(cursor, str):
        raise _invalid("cursor", f"found {cursor!r:.40}", "the `next` of an answer")
    if cursor is not None and "offset" in given:
        raise _invalid("cursor", "given beside offset", "one of both")
    return SearchRequest(
        q=q,
        type=_one_of("type", given.get("type", "article"), TYPES),
        limit=_within("limit", given.get("limit", 10), 1, MAX_LIMIT),
        offset=_within("offset", given.get("offset", 0), 0, MAX_OFFSET),
        sort=_one_of("sort", given.get("sort", "relevance"), SORTS),
        since=since,
        until=until,
        speaker=_several("speaker", given),
        source=_several("source", given),
        author=_several("author", given),
        section=_several("section", given),
        kind=kinds,
        facets=tuple(facet for facet in FACETS if facet in facets),
        rewrite=rewrite if isinstance(rewrite, bool) else _one_of("rewrite", rewrite, ("auto", "off")) == "auto",
        strict=bool(given.get("strict", False)),
        explain=bool(given.get("explain", False)),
        snippets=bool(given.get("snippets", True)),
        reprints=_one_of("reprints", given.get("reprints", "fold"), REPRINTED),
        cursor=cursor,
    )


def period_day(written: str, *, last: bool) -> date | None:
    """The first (or last) day of `2015`, `2015-12` or `2015-12-15`; None where it is no such date."""
    found = _PERIOD.fullmatch(written)
    if found is None:
        return None
    year, month, day = int(found[1]), found[2], found[3]
    try:
        if day:
            return date(year, int(month), int(day))
        if month and last:
            from calendar import monthrange  # brings the module of locales

            return date(year, int(month), monthrange(year, int(month))[1])
        if month:
            return date(year, int(month), 1)
        return date(year, 12, 31) if last else date(year, 1, 1)
    except ValueError:
        return None


def _day(name: str, value: Any, *, last: bool) -> date | None:
    if value is None or isinstance(value, date):
        return value
    found = period_day(str(value), last=last)
    if found is None:
        raise QueryError(
            "invalid_date",
            f"{name}: found {str(value)[:40]!r}, expected a date like 2015, 2015-12 or 2015-12-15",
            parameter=name,
        )
    return found


def _one_of(name: str, value: Any, choices: tuple[Choice, ...]) -> Choice:
    for choice in choices:
        if value == choice:
            return choice
    raise _invalid(name, f"found {value!r:.40}", "one of " + ", ".join(choices))


def _within(name: str, value: Any, least: int, most: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    raise _invalid(name, f"found {value!r:.40}", f"a whole number from {least} to {most}")


def _several(name: str, given: Mapping[str, Any], *, separator: str | None = None) -> tuple[str, ...]:
    value = given.get(name, ())
    if isinstance(value, str):
        value = value.split(separator) if separator else [value] if value else []
    values = list(value)
    for one in values:
        if not isinstance(one, str):
            raise _invalid(name, f"found {one!r:.40}", "texts")
    return tuple(values)


def _invalid(name: str, found: str, expected: str) -> QueryError:
    return QueryError("invalid_parameter", f"{name}: {found}, expected {expected}", parameter=name)
