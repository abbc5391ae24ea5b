"""Which address of a page is the one to keep? Without the language, what led here, and whatever says nothing.

It is told in a header (`Link: <…>; rel="canonical"`, RFC 6596) and, for those who only read HTML, in an element.
"""

from __future__ import annotations

from flask import Response, request, url_for

from search.errors import QueryError

from .gate import public
from .links import Links
from .params import read_request

PAGES = ("pages.", "speakers.", "embedding.")
ASKING = ("pages.search", "speakers.speaker")  # where parameters say what is on the page


def with_canonical(response: Response) -> Response:
    """The page with its canonical address."""
    endpoint = request.endpoint or ""
    if response.status_code in (200, 304) and endpoint.startswith(PAGES) and response.mimetype == "text/html":
        response.headers.add("Link", f'<{canonical()}>; rel="canonical"')
    return response


def canonical() -> str:
    """The address to keep of the page that answers now."""
    return public(_path(request.endpoint or ""))


def _path(endpoint: str) -> str:
    here = url_for(endpoint, **(request.view_args or {}))
    if endpoint not in ASKING:
        return here
    try:
        asked = read_request(request.args, lenient=True)
    except QueryError:
        return here
    if endpoint == "pages.search":
        return Links().search(asked)
    return Links().speaker((request.view_args or {})["speaker_id"], asked)
