"""How does the endpoint say that something went wrong? As `application/problem+json` (RFC 9457), made here only."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import NotRequired, TypedDict

from flask import Response, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed, TooManyRequests

from search.errors import (
    IndexUnavailableError,
    LateError,
    NamesakesError,
    NotFoundError,
    NotOnThisEngineError,
    QueryError,
    StaleCursorError,
)

JSON = "application/json; charset=utf-8"
PROBLEM_JSON = "application/problem+json"
RETRY_SECONDS = 5
MACHINE_PATHS = (
    "/api/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/opensearch",
    "/search.atom",
    "/sitemap",
    "/robots.txt",
)

# Codes that are not here are HTTP's own, and their type is about:blank.
TITLES = {
    "invalid_parameter": "A parameter cannot be read",
    "invalid_date": "A date cannot be read",
    "only_negative": "The query only excludes",
    "query_too_long": "The query is too long",
    "prefix_too_short": "The prefix is too short",
}


class ProblemJson(TypedDict):
    """What went wrong (RFC 9457). `code` is for programs; `span` is the place in the query that is to blame,
    `parameter` the parameter, `namesakes` the ids of the speakers who are called so.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    span: NotRequired[list[int]]
    parameter: NotRequired[str]
    namesakes: NotRequired[list[str]]


def is_machine_path(path: str) -> bool:
    """Whether errors under this path are read by programs."""
    return path == "/api" or path.startswith(MACHINE_PATHS)


def json_answer(data: object, *, status: int = 200, content_type: str = JSON) -> Response:
    """`data` as JSON in UTF-8, letters unescaped."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate, which UTF-8 cannot hold, becomes "\udXXX": in JSON that is the same character.
    return Response(text.encode("utf-8", "backslashreplace"), status=status, content_type=content_type)


def problem_of(error: Exception) -> Response:
    """The answer to any error: ours, HTTP's, or one that nobody foresaw (whose details stay in the log)."""
    if isinstance(error, QueryError):
        place: dict[str, object] = {}
        if error.span is not None:
            place["span"] = list(error.span)
        if error.parameter is not None:
            place["parameter"] = error.parameter
        title = TITLES.get(error.code, "The query cannot be read")
        return _problem(400, error.code, title, str(error), type_=_explained(error.code), **place)
    if isinstance(error, NamesakesError):
        return _problem(404, "namesakes", "Several speakers are called so", str(error), namesakes=list(error.ids))
    if isinstance(error, NotFoundError):
        return _problem(404, "not_found", "Not Found", str(error) or "no article, quote or speaker has this id")
    if isinstance(error, StaleCursorError):
        return _problem(410, "stale_cursor", "The list that this cursor is of is gone", str(error))
    if isinstance(error, NotOnThisEngineError):
        return _problem(501, "not_on_this_engine", "The engine of this index cannot do that", str(error))
    if isinstance(error, IndexUnavailableError):
        return _later(_problem(503, "index_unavailable", "The index is not open", str(error)), RETRY_SECONDS)
    if isinstance(error, LateError):
        return _later(_problem(503, "late", "The deadline cut the page off", str(error)), 1)
    if isinstance(error, HTTPException) and error.code is not None and error.code < 500:
        answer = _problem(error.code, code_of(error.code), _phrase(error.code), error.description or "")
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        if isinstance(error, TooManyRequests):
            _later(answer, error.retry_after if isinstance(error.retry_after, int) else RETRY_SECONDS)
        return answer
    return _problem(
        500, "internal_error", "Internal Server Error", "the server failed; the log says where, please report it"
    )


def status_of(error: Exception) -> int:
    """The HTTP status of any error."""
    return problem_of(error).status_code


def _problem(
    status: int, code: str, title: str, detail: str, *, type_: str = "about:blank", **more: object
) -> Response:
    data = {"type": type_, "title": title, "status": status, "detail": detail, "code": code, **more}
    answer = json_answer(data, status=status, content_type=PROBLEM_JSON)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _later(answer: Response, seconds: int) -> Response:
    """The problem, and when it is worth to ask again."""
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _explained(code: str) -> str:
    return url_for("pages.help_page", _anchor=code) if code in TITLES else "about:blank"


def code_of(status: int) -> str:
    """HTTP's own words for a status, as a code: `not_found`."""
    return _phrase(status).lower().replace(" ", "_").replace("-", "_")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
