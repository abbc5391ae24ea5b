"""What do the parameters of a URL ask for? Strictly read into a SearchRequest, and written back into the shortest URL.

The endpoint and the page read with the same functions. The page is *lenient* in one respect: it skips parameters that
it does not know (`utm_source`) and those left empty by a form; the endpoint refuses both.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from search.errors import QueryError
from search.request import FACETS, KINDS, MAX_LIMIT, MAX_OFFSET, SORTS, TYPES, Facet, SearchRequest

Args = MultiDict[str, str]
Word = TypeVar("Word", bound=str)

FILTERS = ("speaker", "source", "author", "section", "kind")
SINGLE = ("q", "type", "limit", "offset", "sort", "from", "to", "facets", "rewrite", "strict", "explain")
KNOWN = SINGLE + FILTERS
# More than a page's worth of boxes to tick; a bound on what one URL may cost.
MAX_VALUES = 50
ASCII_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
ASCII_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)

DEFAULT = SearchRequest()


def read_request(args: Args, *, lenient: bool = False) -> SearchRequest:
    """The search that `args` ask for. Raises QueryError (`invalid_parameter`, `invalid_date`) with `parameter` set."""
    args = _known_only(args) if lenient else args
    _refuse_unknown(args)
    since = _date(args, "from", last=False)
    until = _date(args, "to", last=True)
    if since and until and since > until:
        raise QueryError(
            "invalid_date", f"from: {since} is later than to: {until}; expected from <= to", parameter="from"
        )
    return SearchRequest(
        q=args.get("q", DEFAULT.q),
        type=_choice(args, "type", TYPES, DEFAULT.type),
        limit=_number(args, "limit", 1, MAX_LIMIT, DEFAULT.limit),
        offset=_number(args, "offset", 0, MAX_OFFSET, DEFAULT.offset),
        sort=_choice(args, "sort", SORTS, DEFAULT.sort),
        since=since,
        until=until,
        speaker=_values(args, "speaker"),
        source=_values(args, "source"),
        author=_values(args, "author"),
        section=_values(args, "section"),
        kind=_kinds(args),
        facets=_facets(args),
        rewrite=_choice(args, "rewrite", ("auto", "off"), "auto") == "auto",
        strict=_choice(args, "strict", ("0", "1"), "0") == "1",
        explain=_choice(args, "explain", ("0", "1"), "0") == "1",
    )


def refuse_all(args: Args) -> None:
    """For endpoints without parameters. Raises QueryError (`invalid_parameter`)."""
    for name in args:
        raise _invalid(name, "unknown parameter", "none here")


def to_params(request: SearchRequest) -> list[tuple[str, str]]:
    """The parameters that ask for `request`, defaults left out: reading them back gives an equal request.

    Always in one order, values sorted, so that equal questions make equal URLs (and equal ETags).
    """
    params = [("q", request.q)] if request.q else []
    for name in ("type", "limit", "offset", "sort"):
        value = getattr(request, name)
        if value != getattr(DEFAULT, name):
            params.append((name, str(value)))
    if request.since:
        params.append(("from", _shortest(request.since, last=False)))
    if request.until:
        params.append(("to", _shortest(request.until, last=True)))
    for name in FILTERS:
        params += [(name, value) for value in sorted(getattr(request, name))]
    if request.facets:
        params.append(("facets", ",".join(request.facets)))
    if not request.rewrite:
        params.append(("rewrite", "off"))
    params += [(name, "1") for name in ("strict", "explain") if getattr(request, name)]
    return params


def with_value(request: SearchRequest, name: str, value: str) -> SearchRequest:
    """`request` narrowed by one more value of the filter `name`, from its first page."""
    values: tuple[str, ...] = getattr(request, name)
    return _with_values(request, name, values if value in values else (*values, value))


def without_value(request: SearchRequest, name: str, value: str) -> SearchRequest:
    """`request` without this value of the filter `name`, from its first page."""
    return _with_values(request, name, tuple(kept for kept in getattr(request, name) if kept != value))


def without_filters(request: SearchRequest) -> SearchRequest:
    """`request` with its words alone."""
    return replace(request, offset=0, since=None, until=None, speaker=(), source=(), author=(), section=(), kind=())


def _with_values(request: SearchRequest, name: str, values: tuple[str, ...]) -> SearchRequest:
    changes: dict[str, Any] = {name: values, "offset": 0}
    return replace(request, **changes)


def _known_only(args: Args) -> Args:
    return MultiDict([(name, value) for name, value in args.items(multi=True) if name in KNOWN and value.strip()])


def _refuse_unknown(args: Args) -> None:
    for name in args:
        if name not in KNOWN:
            raise _invalid(name, "unknown parameter", "one of " + ", ".join(KNOWN))
        if name in SINGLE and len(args.getlist(name)) > 1:
            raise _invalid(name, f"given {len(args.getlist(name))} times", "once")


def _choice(args: Args, name: str, words: tuple[Word, ...], default: Word) -> Word:
    found = args.get(name)
    if found is None:
        return default
    for word in words:
        if found == word:
            return word
    raise _invalid(name, f"found {_short(found)}", "one of " + ", ".join(words))


def _number(args: Args, name: str, least: int, most: int, default: int) -> int:
    found = args.get(name)
    if found is None:
        return default
    # int() alone would also take "١٢", "1_000", " 5" and "+5".
    if ASCII_NUMBER.fullmatch(found) and least <= int(found) <= most:
        return int(found)
    raise _invalid(name, f"found {_short(found)}", f"a whole number from {least} to {most}, digits 0-9 only")


def _date(args: Args, name: str, *, last: bool) -> date | None:
    """The first (or last) day of the year, month or day written."""
    found = args.get(name)
    if found is None:
        return None
    written = ASCII_DATE.fullmatch(found)
    if written:
        year, month, day = (int(part) if part else None for part in written.groups())
        assert year is not None  # noqa: S101 - the expression has no match without it
        try:
            return _day(year, month, day, last=last)
        except ValueError:
            pass
    raise QueryError(
        "invalid_date",
        f"{name}: found {_short(found)}; expected a date of the calendar as 2015, 2015-12 or 2015-12-15",
        parameter=name,
    )


def _day(year: int, month: int | None, day: int | None, *, last: bool) -> date:
    if month is None:
        return date(year, 12, 31) if last else date(year, 1, 1)
    if day is None:
        first = date(year, month, 1)
        return first.replace(day=monthrange(year, month)[1]) if last else first
    return date(year, month, day)


def _shortest(day: date, *, last: bool) -> str:
    """`2015` rather than `2015-01-01` (or `2015-12-31` at the far end), where it says the same."""
    for text in (f"{day.year:04}", f"{day.year:04}-{day.month:02}"):
        year, _, month = text.partition("-")
        if _day(int(year), int(month) if month else None, None, last=last) == day:
            return text
    return day.isoformat()


def _values(args: Args, name: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(args.getlist(name)))
    if len(values) > MAX_VALUES:
        raise _invalid(name, f"given {len(values)} values", f"at most {MAX_VALUES}")
    if any(not value.strip() for value in values):
        raise _invalid(name, "found an empty value", "a name, or no such parameter")
    return values


def _kinds(args: Args) -> tuple[str, ...]:
    kinds = _values(args, "kind")
    for kind in kinds:
        if kind not in KINDS:
            raise _invalid("kind", f"found {_short(kind)}", "one of " + ", ".join(KINDS))
    return kinds


def _facets(args: Args) -> tuple[Facet, ...]:
    found = args.get("facets")
    if found is None:
        return ()
    names = dict.fromkeys(found.split(","))
    known = tuple(facet for facet in FACETS if facet in names)
    for name in names:
        if name not in known:
            raise _invalid("facets", f"found {_short(name)}", "a comma-separated list of " + ", ".join(FACETS))
    return known


def _invalid(name: str, found: str, expected: str) -> QueryError:
    return QueryError("invalid_parameter", f"{_short(name, quote=False)}: {found}; expected {expected}", parameter=name)


def _short(text: str, *, quote: bool = True) -> str:
    short = text if len(text) <= 40 else text[:39] + "…"
    return f"“{short}”" if quote else short
