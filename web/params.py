"""What do the parameters of a URL ask for? Strictly read into a SearchRequest, and written back into the shortest URL.

The endpoint and the page read with the same functions. The page is *lenient* in one respect: it skips parameters that
it does not know (`utm_source`) and those left empty by a form; the endpoint refuses both.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any, Final, Literal

from werkzeug.datastructures import MultiDict

from search.errors import QueryError
from search.request import FILTERS, SearchRequest, period_day, request_of

Args = MultiDict[str, str]

PLAIN = ("type", "sort", "from", "to", "facets", "rewrite", "reprints")  # read by search.request
SINGLE = ("q", "type", "limit", "offset", "sort", "from", "to", "facets", "rewrite", "strict", "explain", "reprints")
KNOWN = SINGLE + FILTERS
PERIODS: Final[tuple[Literal["year", "month"], ...]] = ("year", "month")
# More than a page's worth of boxes to tick; a bound on what one URL may cost.
MAX_VALUES = 50
ASCII_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)

DEFAULT = SearchRequest()


def read_request(args: Args, *, lenient: bool = False) -> SearchRequest:
    """The search that `args` ask for. Raises QueryError (`invalid_parameter`, `invalid_date`) with `parameter` set."""
    args = _known_only(args) if lenient else args
    _refuse_unknown(args)
    given: dict[str, object] = {name: args[name] for name in PLAIN if name in args}
    given |= {name: _number(args[name], name) for name in ("limit", "offset") if name in args}
    given |= {name: _flag(args[name], name) for name in ("strict", "explain") if name in args}
    given |= {name: _values(args, name) for name in FILTERS}
    return request_of(args.get("q", ""), given)


def read_timeline(args: Args) -> tuple[SearchRequest, Literal["year", "month"]]:
    """A search, and whether it is told by year or by month. Raises QueryError."""
    if len(args.getlist("by")) > 1:
        raise _invalid("by", f"given {len(args.getlist('by'))} times", "once")
    by = args.get("by", "year")
    for known in PERIODS:
        if by == known:
            asked = MultiDict([(name, value) for name, value in args.items(multi=True) if name != "by"])
            for name in ("limit", "offset", "sort", "facets", "explain"):
                if name in asked:
                    raise _invalid(name, "unknown parameter", "none of a page's here")
            return read_request(asked), known
    raise _invalid("by", f"found {_short(by)}", "one of " + ", ".join(PERIODS))


def read_speakers(args: Args) -> dict[str, Any]:
    """What `Searcher.speakers` is asked. Raises QueryError (`invalid_parameter`)."""
    for name in args:
        if name not in ("q", "limit", "offset", "sort"):
            raise _invalid(name, "unknown parameter", "one of q, limit, offset, sort")
        if len(args.getlist(name)) > 1:
            raise _invalid(name, f"given {len(args.getlist(name))} times", "once")
    found: dict[str, Any] = {name: args[name] for name in ("q", "sort") if name in args}
    return found | {name: _number(args[name], name) for name in ("limit", "offset") if name in args}


def read_quotes_of(args: Args, speaker: str, *, lenient: bool = False) -> SearchRequest:
    """The search for the quotes of one speaker, the newest first unless words are asked for. Raises QueryError."""
    for name in ("type", "speaker"):
        if name in args and not lenient:
            raise _invalid(name, "unknown parameter", "none of it here: the address says whose quotes")
    kept = MultiDict([(name, value) for name, value in args.items(multi=True) if name not in ("type", "speaker")])
    asked = replace(read_request(kept, lenient=lenient), type="quote", speaker=(speaker,))
    return asked if "sort" in args or asked.q else replace(asked, sort="newest")


def read_suggest(args: Args) -> tuple[str, int]:
    """What was typed so far, and how many suggestions of a kind are wanted. Raises QueryError (`invalid_parameter`)."""
    for name in args:
        if name not in ("q", "limit"):
            raise _invalid(name, "unknown parameter", "q or limit")
        if len(args.getlist(name)) > 1:
            raise _invalid(name, f"given {len(args.getlist(name))} times", "once")
    return args.get("q", ""), _number(args["limit"], "limit") if "limit" in args else 10


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
    if request.reprints != DEFAULT.reprints:
        params.append(("reprints", request.reprints))
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


def _number(found: str, name: str) -> int:
    # int() alone would also take "١٢", "1_000", " 5" and "+5".
    if ASCII_NUMBER.fullmatch(found):
        return int(found)
    raise _invalid(name, f"found {_short(found)}", "a whole number, digits 0-9 only")


def _flag(found: str, name: str) -> bool:
    if found in ("0", "1"):
        return found == "1"
    raise _invalid(name, f"found {_short(found)}", "0 or 1")


def _shortest(day: date, *, last: bool) -> str:
    """`2015` rather than `2015-01-01` (or `2015-12-31` at the far end), where it says the same."""
    for text in (f"{day.year:04}", f"{day.year:04}-{day.month:02}"):
        if period_day(text, last=last) == day:
            return text
    return day.isoformat()


def _values(args: Args, name: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(args.getlist(name)))
    if len(values) > MAX_VALUES:
        raise _invalid(name, f"given {len(values)} values", f"at most {MAX_VALUES}")
    if any(not value.strip() for value in values):
        raise _invalid(name, "found an empty value", "a name, or no such parameter")
    return values


def _invalid(name: str, found: str, expected: str) -> QueryError:
    return QueryError("invalid_parameter", f"{_short(name, quote=False)}: {found}; expected {expected}", parameter=name)


def _short(text: str, *, quote: bool = True) -> str:
    short = text if len(text) <= 40 else text[:39] + "…"
    return f"“{short}”" if quote else short
