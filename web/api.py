"""What does the JSON endpoint answer? `/api/v1/…` and the two health checks, as the contract says."""

from __future__ import annotations

from flask import Blueprint, Response, request

from search.results import Stats

from .caching import content_tag, fresh_or_unchanged, search_tag
from .gate import current_searcher
from .params import read_request, read_suggest, refuse_all
from .problems import json_answer

api = Blueprint("api", __name__)


@api.get("/api/v1/search")
def search() -> Response:
    """One page of answers: `Page.to_dict()`."""
    asked = read_request(request.args)
    page = current_searcher().search(asked)
    return fresh_or_unchanged(json_answer(page.to_dict()), search_tag(page.index.generation, asked, "json"))


@api.get("/api/v1/articles/<id:article_id>")
def article(article_id: str) -> Response:
    """A whole article with its quotes: `StoredArticle.to_dict()`."""
    refuse_all(request.args)
    answer = json_answer(current_searcher().article(article_id).to_dict())
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


@api.get("/api/v1/quotes/<id:quote_id>")
def quote(quote_id: str) -> Response:
    """One quote and its place: `QuoteHit.to_dict()`."""
    refuse_all(request.args)
    answer = json_answer(current_searcher().quote(quote_id).to_dict())
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


@api.get("/api/v1/suggest")
def suggest() -> Response:
    """What a reader may be about to type: `Suggestions.to_dict()`."""
    typed, limit = read_suggest(request.args)
    answer = json_answer(current_searcher().suggest(typed, limit).to_dict())
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


@api.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return _uncached(json_answer({"status": "alive"}))


@api.get("/readyz")
def ready() -> Response:
    """The index is open: which one. 503 until then."""
    stats: Stats = current_searcher().stats()
    return _uncached(json_answer({"status": "ready", "generation": stats.generation, "articles": stats.articles}))


def _uncached(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
