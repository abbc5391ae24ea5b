"""What does the JSON endpoint answer? `/api/v1/…` and the two health checks, as the contract says."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from .caching import content_tag, fresh_or_unchanged, search_tag
from .gate import answer_to, current_searcher
from .params import read_quotes_of, read_request, read_speakers, read_suggest, read_timeline, refuse_all
from .problems import json_answer

api = Blueprint("api", __name__)


@api.get("/api/v1/search")
def search() -> Response:
    """One page of answers: `Page.to_dict()`."""
    asked = read_request(request.args)
    page = answer_to(asked)
    return fresh_or_unchanged(json_answer(page.to_dict()), search_tag(page.index.stamp, asked, "json"))


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


@api.get("/api/v1/reprints/<id:quote_id>")
def reprints(quote_id: str) -> Response:
    """A quote and all its reprints, from the first date on: `{"count", "quotes": [QuoteHit.to_dict(), …]}`."""
    refuse_all(request.args)
    found = current_searcher().reprints(quote_id)
    answer = json_answer({"count": len(found), "quotes": [one.to_dict() for one in found]})
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


@api.get("/api/v1/timeline")
def timeline() -> Response:
    """How many documents answer in each year or month: `Timeline.to_dict()`."""
    asked, by = read_timeline(request.args)
    found = current_searcher().timeline(asked, by)
    return fresh_or_unchanged(json_answer(found.to_dict()), search_tag(found.index.stamp, asked, "timeline", by))


@api.get("/api/v1/speakers")
def speakers() -> Response:
    """The speakers of the archive: `SpeakerPage.to_dict()`."""
    answer = json_answer(current_searcher().speakers(**read_speakers(request.args)).to_dict())
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


@api.get("/api/v1/speakers/<speaker_id>")
def speaker(speaker_id: str) -> Response:
    """One speaker, and the words that are most theirs: `SpeakerFound.to_dict()` and `"words"`."""
    refuse_all(request.args)
    searcher = current_searcher()
    words = [{"word": one.text, "quotes": one.quotes} for one in searcher.words_of_speaker(speaker_id)]
    answer = json_answer({**searcher.speaker(speaker_id).to_dict(), "words": words})
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


@api.get("/api/v1/speakers/<speaker_id>/quotes")
def quotes_of_speaker(speaker_id: str) -> Response:
    """The quotes of one speaker, the newest first: a page of answers, and `"speaker"`."""
    searcher = current_searcher()
    found = searcher.speaker(speaker_id)
    asked = read_quotes_of(request.args, found.id)
    page = answer_to(asked)
    answer = json_answer({"speaker": found.to_dict(), **page.to_dict()})
    return fresh_or_unchanged(answer, search_tag(page.index.stamp, asked, "quotes of a speaker"))


@api.get("/api/v1/suggest")
def suggest() -> Response:
    """What a reader may be about to type: `Suggestions.to_dict()`."""
    typed, limit = read_suggest(request.args)
    answer = json_answer(current_searcher().suggest(typed, limit).to_dict())
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)


@api.get("/healthz")
def alive() -> Response:
    """The process answers."""
    refuse_all(request.args)
    return _uncached(json_answer({"status": "alive"}))


@api.get("/readyz")
def ready() -> Response:
    """The index is open: which one. 503 until then."""
    refuse_all(request.args)
    index = current_searcher().listing(0, 0).index
    return _uncached(json_answer({"status": "ready", "generation": index.generation, "articles": index.articles}))


@api.get("/metrics")
def metrics() -> Response:
    """Not here: see `web.metrics`."""
    raise NotFound("metrics are answered at an address of their own: molva serve --metrics-port")


def _uncached(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
