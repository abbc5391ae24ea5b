"""What do the parameters of a URL ask for? Strictly read into a SearchRequest, and written back into the shortest URL.

The endpoint and the page read with the same functions. The page is *lenient* in one respect: it skips parameters that
it does not know (`utm_source`) and those left empty by a form; the endpoint refuses both.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Literal

from werkzeug.datastructures import MultiDict

from search.request import FILTERS, SearchRequest, period_day, request_of

from . import parameters
from .parameters import Args, Parameters, invalid, read

PAGE_ONLY = "cursor"  # what the page does not take: it has numbered pages
DEFAULT = SearchRequest()


def read_request(args: Args, known: Parameters = parameters.SEARCH, *, lenient: bool = False) -> SearchRequest:
    """The search that `args` ask for. Raises QueryError (`invalid_parameter`, `invalid_date`) with `parameter` set."""
    found = read(_known_only(args, known) if lenient else args, known)
    return request_of(found.pop("q", ""), found)


def read_timeline(args: Args) -> tuple[SearchRequest, Literal["year", "month"]]:
    """A search, and whether it is told by year or by month. Raises QueryError."""
    found = read(args, parameters.TIMELINE)
    by: Literal["year", "month"] = found.pop("by", "year")
    return request_of(found.pop("q", ""), found), by


def read_speakers(args: Args) -> dict[str, Any]:
    """What `Searcher.speakers` is asked. Raises QueryError (`invalid_parameter`)."""
    return read(args, parameters.SPEAKERS)


def read_quotes_of(args: Args, speaker: str, *, lenient: bool = False) -> SearchRequest:
    """The search for the quotes of one speaker, the newest first unless words are asked for. Raises QueryError."""
    for name in ("type", "speaker"):
        if name in args and not lenient:
            raise invalid(name, "unknown parameter", "none of it here: the address says whose quotes")
    asked = replace(read_request(args, parameters.QUOTES_OF, lenient=lenient), type="quote", speaker=(speaker,))
    return asked if "sort" in args or asked.q else replace(asked, sort="newest")


def read_suggest(args: Args) -> tuple[str, int]:
    """What was typed so far, and how many suggestions of a kind are wanted. Raises QueryError (`invalid_parameter`)."""
    found = read(args, parameters.SUGGEST)
    return found.get("q", ""), found.get("limit", 10)


def refuse_all(args: Args) -> None:
    """For endpoints without parameters. Raises QueryError (`invalid_parameter`)."""
    read(args, parameters.NONE)


def to_params(request: SearchRequest) -> list[tuple[str, str]]:
    """The parameters that ask for `request`, defaults left out: reading them back gives an equal request.

    Always in one order, values sorted, so that equal questions make equal URLs (and equal ETags).
    """
    params = [("q", request.q)] if request.q else []
    for name in ("type", "limit", "offset", "cursor", "sort"):
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
    return replace(
        request, offset=0, cursor=None, since=None, until=None, speaker=(), source=(), author=(), section=(), kind=()
    )


def for_speakers(request: SearchRequest) -> SearchRequest:
    """What `request` is about, its words and filters, whatever is shown of it and whoever speaks."""
    kept = {name: getattr(request, name) for name in ("q", "since", "until", *FILTERS, "rewrite")}
    return SearchRequest(**{**kept, "speaker": ()})


def _with_values(request: SearchRequest, name: str, values: tuple[str, ...]) -> SearchRequest:
    changes: dict[str, Any] = {name: values, "offset": 0, "cursor": None}
    return replace(request, **changes)


def _known_only(args: Args, known: Parameters) -> Args:
    names = {one.name for one in known} - {PAGE_ONLY}
    return MultiDict([(name, value) for name, value in args.items(multi=True) if name in names and value.strip()])


def _shortest(day: date, *, last: bool) -> str:
    """`2015` rather than `2015-01-01` (or `2015-12-31` at the far end), where it says the same."""
    for text in (f"{day.year:04}", f"{day.year:04}-{day.month:02}"):
        if period_day(text, last=last) == day:
            return text
    return day.isoformat()
