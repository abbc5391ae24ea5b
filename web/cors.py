"""May a page of another site read an answer in the browser? Of the endpoint, where the setting names its origin.

Nothing is answered by who asks, there are no cookies: so credentials are never allowed, and `*` gives nothing away
that is not public. Source: https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from __future__ import annotations

from typing import Final

from flask import Response, request

from .problems import is_machine_path

SHOWN: Final = "ETag, Retry-After, X-Request-Id"
SENT: Final = "If-None-Match, X-Request-Id"
MAX_AGE: Final = 86_400  # seconds that a browser may remember what it was allowed


def allow_origin(response: Response, origins: tuple[str, ...]) -> Response:
    """The answer with what lets these origins read it."""
    if not origins or not is_machine_path(request.path):
        return response
    if "*" in origins:
        allowed: str | None = "*"
    else:
        response.vary.add("Origin")
        origin = request.headers.get("Origin")
        allowed = origin if origin in origins else None
    if allowed is None:
        return response
    response.headers["Access-Control-Allow-Origin"] = allowed
    response.headers["Access-Control-Expose-Headers"] = SHOWN
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = SENT
        response.headers["Access-Control-Max-Age"] = str(MAX_AGE)
    return response
