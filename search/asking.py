"""What is the same in every engine before anything is searched? Parameters are checked, a query's own options are taken
in, and what is no text is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from .errors import QueryError
from .question import Question
from .request import MAX_LIMIT, SearchRequest, request_of

MAX_SUGGESTIONS: Final = 50  # of a kind
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """`text` with halves of characters, which cannot be encoded, replaced."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def as_request(q: str | SearchRequest, parameters: Mapping[str, Any]) -> SearchRequest:
    """The request of a call. Raises QueryError."""
    request = replace(q, **parameters) if isinstance(q, SearchRequest) else request_of(q, parameters)
    return request if request.q.isascii() else replace(request, q=without_surrogates(request.q))


def as_typed(request: SearchRequest, question: Question) -> SearchRequest:
    """The request with the options that stand in its query. Raises QueryError for a warning, where it is strict."""
    refuse_warnings(request, question)
    if question.options.sort and request.sort == "relevance":
        return replace(request, sort=question.options.sort)
    return request


def refuse_warnings(request: SearchRequest, question: Question) -> None:
    """Raises QueryError for the first warning of a strict request."""
    if request.strict and question.warnings:
        first = question.warnings[0]
        raise QueryError(first.code, first.message, span=(first.span.start, first.span.end))


def check_speakers(limit: int, offset: int, sort: str) -> None:
    """Raises QueryError for what no list of speakers has."""
    from .speakers import SORTS

    if sort not in SORTS:
        raise QueryError(
            "invalid_parameter", f"sort: found {sort!r:.40}, expected one of {', '.join(SORTS)}", parameter="sort"
        )
    for name, value, least, most in (("limit", limit, 1, MAX_LIMIT), ("offset", offset, 0, 1 << 31)):
        _within(name, value, least, most)


def check_suggestions(limit: int) -> None:
    """Raises QueryError for a number of suggestions that is not given."""
    _within("limit", limit, 1, MAX_SUGGESTIONS)


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise QueryError(
            "invalid_parameter",
            f"{name}: found {value}, expected a whole number from {least} to {most}",
            parameter=name,
        )
