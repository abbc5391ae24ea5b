"""When is an answer still fresh? Its weak ETag names the index's generation and the question."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from flask import Response, request

from search.request import SearchRequest

from .params import to_params


def search_tag(generation: str, asked: SearchRequest, *more: str) -> str:
    """One tag for all ways of writing one question to one generation; `more` is what else the answer depends on."""
    return _digest(molva_version(), generation, repr(to_params(asked)), *more)


def fresh_or_unchanged(answer: Response, tag: str, *, weak: bool = True) -> Response:
    """`answer` with its ETag, or an empty 304 if the client already holds it. Weak: `took_ms` may differ."""
    answer.set_etag(tag, weak=weak)
    answer.headers["Cache-Control"] = "no-cache"
    answer.make_conditional(request)
    return answer


def content_tag(body: bytes) -> str:
    """The tag of an answer that depends on nothing but its own bytes."""
    return _digest(body.hex())


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()


@cache
def molva_version() -> str:
    """Of this Molva: another one may render the same page otherwise."""
    try:
        return version("molva")
    except PackageNotFoundError:
        return "source"
