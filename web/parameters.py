"""Which parameters does each endpoint take? One table, by which they are read and by which `/openapi.json` tells them.

A parameter is read more strictly than libraries do: `int()`, and pydantic with it, takes "١٢", "1_000" and " 5"; a
parameter given twice, an empty one and an unknown one are mistakes of whoever asks, and are told so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from search.asking import MAX_SUGGESTIONS
from search.cursors import PATTERN as CURSOR_PATTERN
from search.errors import QueryError
from search.query.limits import MAX_LENGTH
from search.request import FACETS, KINDS, MAX_LIMIT, MAX_OFFSET, REPRINTED, SORTS, TYPES
from search.speakers import SORTS as SPEAKER_SORTS

from .schemas import Schema

Args = MultiDict[str, str]

# More than a page's worth of boxes to tick; a bound on what one URL may cost.
MAX_VALUES: Final = 50
MAX_SPEAKERS_OFFSET: Final = 1 << 31
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)
_MONTH: Final = "(0[1-9]|1[0-2])"
_YEAR: Final = "([0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"  # there is no year 0
_PERIOD: Final = rf"{_YEAR}(-{_MONTH}(-(0[1-9]|[12][0-9]|3[01]))?)?"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `schema` is that of its value, of one value where it may be given `several` times; `listed`:
    several values with commas between them. `read` makes a Python value of what is written, and raises QueryError.
    """

    name: str
    says: str
    schema: Schema
    read: Callable[[str, str], Any]
    several: bool = False
    listed: bool = False

    def of(self, args: Args) -> Any:
        """Its value. Raises QueryError (`invalid_parameter`)."""
        values = args.getlist(self.name)
        if self.several:
            return self._values(values)
        if len(values) > 1:
            raise invalid(self.name, f"given {len(values)} times", "once")
        return self.read(values[0], self.name)

    def _values(self, values: Sequence[str]) -> tuple[Any, ...]:
        if len(values) > MAX_VALUES:
            raise invalid(self.name, f"given {len(values)} values", f"at most {MAX_VALUES}")
        return tuple(self.read(value, self.name) for value in dict.fromkeys(values))


Parameters = tuple[Parameter, ...]


def read(args: Args, parameters: Parameters) -> dict[str, Any]:
    """The values of all that is given. Raises QueryError (`invalid_parameter`) for the first that cannot be read."""
    known = {one.name: one for one in parameters}
    for name in args:
        if name not in known:
            raise invalid(name, "unknown parameter", "one of " + ", ".join(known) if known else "none here")
    return {name: one.of(args) for name, one in known.items() if name in args}


def without(parameters: Parameters, *names: str) -> Parameters:
    """The same without some."""
    return tuple(one for one in parameters if one.name not in names)


# -- kinds of parameters


def text(name: str, says: str, *, longest: int | None = None, pattern: str | None = None) -> Parameter:
    """Any text; what it means is looked at by whoever is asked."""
    schema: Schema = {"type": "string"}
    if longest is not None:
        schema["maxLength"] = longest
    if pattern is not None:
        schema["pattern"] = f"^{pattern}$"
    return Parameter(name, says, schema, lambda found, _: found)


def number(name: str, says: str, least: int, most: int, default: int) -> Parameter:
    """A whole number in ASCII digits, without a sign, a leading zero or anything beside it."""

    def read_number(found: str, name: str) -> int:
        if _NUMBER.fullmatch(found) and least <= int(found) <= most:
            return int(found)
        raise invalid(name, f"found {short(found)}", f"a whole number from {least} to {most}, digits 0-9 only")

    return Parameter(
        name, says, {"type": "integer", "minimum": least, "maximum": most, "default": default}, read_number
    )


def flag(name: str, says: str) -> Parameter:
    """0 or 1."""

    def read_flag(found: str, name: str) -> bool:
        if found in ("0", "1"):
            return found == "1"
        raise invalid(name, f"found {short(found)}", "0 or 1")

    return Parameter(name, says, {"type": "integer", "enum": [0, 1], "default": 0}, read_flag)


def choice(name: str, says: str, choices: Sequence[str], *, several: bool = False) -> Parameter:
    """One of some words, the first by default; of `several`, all by default."""

    def read_choice(found: str, name: str) -> str:
        if found in choices:
            return found
        raise invalid(name, f"found {short(found)}", "one of " + ", ".join(choices))

    schema: Schema = {"type": "string", "enum": list(choices)}
    return Parameter(name, says, schema if several else {**schema, "default": choices[0]}, read_choice, several)


def listed(name: str, says: str, choices: Sequence[str]) -> Parameter:
    """Some of some words, with commas between them."""

    def read_listed(found: str, name: str) -> list[str]:
        values = found.split(",")
        for value in values:
            if value not in choices:
                raise invalid(name, f"found {short(value)}", "some of " + ", ".join(choices) + ", with commas between")
        return values

    return Parameter(name, says, {"type": "string", "enum": list(choices)}, read_listed, listed=True)


def names(name: str, says: str) -> Parameter:
    """One name or several, none of them blank."""

    def read_name(found: str, name: str) -> str:
        if found.strip():
            return found
        raise invalid(name, "found an empty value", "a name, or no such parameter")

    return Parameter(name, says, {"type": "string", "pattern": r"[^\s\u001c-\u001f]"}, read_name, several=True)


def invalid(name: str, found: str, expected: str) -> QueryError:
    """The error of a parameter that cannot be read."""
    return QueryError("invalid_parameter", f"{short(name, quote=False)}: {found}; expected {expected}", parameter=name)


def short(value: str, *, quote: bool = True) -> str:
    """A value for a message."""
    cut = value if len(value) <= 40 else value[:39] + "…"
    return f"“{cut}”" if quote else cut


# -- the parameters of each endpoint

Q: Final = text("q", "The query, in Molva's query language. Empty, it browses the newest.", longest=MAX_LENGTH)
LIMIT: Final = number("limit", "How many hits a page has.", 1, MAX_LIMIT, 10)
OFFSET: Final = number(
    "offset", "How many hits come before the page; further on than that, use cursor.", 0, MAX_OFFSET, 0
)
CURSOR: Final = text(
    "cursor",
    "The `next` of the page before, instead of offset. Pages by cursor make up one list of one generation of the "
    "index, whatever is published meanwhile; when that generation is gone, 410 stale_cursor.",
    pattern=CURSOR_PATTERN,
)
FROM, TO = (
    text(name, f"The {which} day: 2015, 2015-12 or 2015-12-15; inclusive.", pattern=_PERIOD)
    for name, which in (("from", "first"), ("to", "last"))
)

SEARCH: Final[Parameters] = (
    Q,
    choice("type", "What is looked for.", TYPES),
    LIMIT,
    OFFSET,
    CURSOR,
    choice("sort", "The order of hits. The undated come last by date.", SORTS),
    FROM,
    TO,
    names("speaker", "Only what these say: an id, a name, or a role; any of them."),
    names("source", "Only from these sources."),
    names("author", "Only by these authors."),
    names("section", "Only of these sections."),
    choice(
        "kind", "Only quotes of these kinds. Reported speech (indirect) only where it is named.", KINDS, several=True
    ),
    listed("facets", "What hits are counted by, each under all filters but its own.", FACETS),
    choice("rewrite", "Whether a query that finds next to nothing is repaired.", ("auto", "off")),
    choice("reprints", "Whether a quote and its reprints are one hit (fold) or one each.", REPRINTED),
    flag("strict", "Whether whatever would be a warning is refused."),
    flag("explain", "Whether each hit says why it answers."),
)
TIMELINE: Final[Parameters] = (
    *without(SEARCH, "limit", "offset", "cursor", "sort", "facets", "explain"),
    choice("by", "What a bar is.", ("year", "month")),
)
QUOTES_OF: Final[Parameters] = without(SEARCH, "type", "speaker")
FEED: Final[Parameters] = without(SEARCH, "facets", "explain")
SPEAKERS: Final[Parameters] = (
    text("q", "A name, initials, or a role; all speakers without it."),
    number("limit", "How many speakers a page has.", 1, MAX_LIMIT, 20),
    number("offset", "How many come before the page.", 0, MAX_SPEAKERS_OFFSET, 0),
    choice("sort", "By how much they say, by name, or by who spoke last.", SPEAKER_SORTS),
)
SUGGEST: Final[Parameters] = (
    text("q", "What was typed so far."),
    number("limit", "How many suggestions of each kind.", 1, MAX_SUGGESTIONS, 10),
)
NONE: Final[Parameters] = ()
