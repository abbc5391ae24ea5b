"""What does a search give back? Frozen values; `to_dict()` is the JSON of the contract, made nowhere else.

A page has ten hits with some fifty values in them: those are named tuples, which are made in a quarter of the time; so
are their classes, when a new process begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from index.model import Article, Quote, QuoteKind, ResolvedBy, Span, Speaker

from .highlight import mark_html

if TYPE_CHECKING:
    from .json_types import (
        ArticleHitJson,
        ArticleJson,
        ArticlePlaceJson,
        PageJson,
        QuoteBriefJson,
        QuoteHitJson,
        ReprintsJson,
        RewriteJson,
        SnippetJson,
        SpeakerJson,
        StoredQuoteJson,
        WarningJson,
    )

Match = Literal["exact", "lemma", "stem"]
Relation = Literal["eq", "gte"]
QUOTES_A_HIT = 3  # matching quotes under an article


class Marked(NamedTuple):
    """A stretch of text with what matched in it. `spans` lie beside `text`; `start` is its place in the article."""

    text: str
    spans: tuple[Span, ...] = ()
    start: int | None = None

    @property
    def html(self) -> str:
        """Escaped text in which `<mark>` is the only markup."""
        return mark_html(self.text, self.spans)

    def to_dict(self) -> SnippetJson:
        """`{"text", "spans", "html"}`, and `"start"` for a snippet."""
        if self.start is None:
            return {"text": self.text, "spans": [list(s) for s in self.spans], "html": self.html}
        return {"text": self.text, "spans": [list(s) for s in self.spans], "start": self.start, "html": self.html}


def speaker_dict(speaker: Speaker | None) -> SpeakerJson | None:
    """`{"id", "name"}` or None; of namesakes with `"label"`, which tells them apart."""
    if speaker is None:
        return None
    if speaker.label:
        return {"id": speaker.id, "name": speaker.name, "label": speaker.label}
    return {"id": speaker.id, "name": speaker.name}


@dataclass(frozen=True, slots=True)
class Reprints:
    """What a hit tells of its cluster: how many quotes it has, in how many articles, where and since when."""

    count: int
    articles: int
    sources: tuple[str, ...]
    first: str | None

    def to_dict(self) -> ReprintsJson:
        """`{"count", "articles", "sources", "first"}`."""
        return {
            "count": self.count,
            "articles": self.articles,
            "sources": list(self.sources),
            "first": self.first,
        }


class QuoteBrief(NamedTuple):
    """A matching quote under its article's hit."""

    id: str
    marked: Marked
    kind: QuoteKind
    speaker: Speaker | None
    mention: str | None

    def to_dict(self) -> QuoteBriefJson:
        """As in the contract's article hit."""
        return {
            "id": self.id,
            "text": self.marked.text,
            "spans": [list(s) for s in self.marked.spans],
            "html": self.marked.html,
            "kind": self.kind,
            "speaker": speaker_dict(self.speaker),
            "mention": self.mention,
        }


class ArticleHit(NamedTuple):
    """One article that answers the query."""

    id: str
    score: float
    match: Match
    title: Marked
    snippets: tuple[Marked, ...]
    published: str | None
    source: str | None
    author: str | None
    section: str | None
    url: str | None
    quotes: tuple[QuoteBrief, ...]
    explain: str | None = None

    def to_dict(self) -> ArticleHitJson:
        """As in the contract."""
        found: ArticleHitJson = {
            "id": self.id,
            "type": "article",
            "score": self.score,
            "match": self.match,
            "title": self.title.to_dict(),
            "snippets": [s.to_dict() for s in self.snippets],
            "published": self.published,
            "source": self.source,
            "author": self.author,
            "section": self.section,
            "url": self.url,
            "quotes": [q.to_dict() for q in self.quotes],
        }
        if self.explain is not None:
            found["explain"] = self.explain
        return found


class ArticlePlace(NamedTuple):
    """Where a quote stands: its article, and `[start, end)` in the article's text."""

    id: str
    title: str
    published: str | None
    source: str | None
    url: str | None
    start: int
    end: int

    def to_dict(self) -> ArticlePlaceJson:
        """As in the contract's quote hit."""
        return {
            "id": self.id,
            "title": self.title,
            "published": self.published,
            "source": self.source,
            "url": self.url,
            "start": self.start,
            "end": self.end,
        }


class QuoteHit(NamedTuple):
    """One quote that answers the query, and its place."""

    id: str
    score: float
    match: Match
    marked: Marked
    kind: QuoteKind
    speaker: Speaker | None
    mention: str | None
    cue: str | None
    resolved_by: ResolvedBy | None
    confidence: float
    article: ArticlePlace
    explain: str | None = None
    reprints: Reprints | None = None

    def to_dict(self) -> QuoteHitJson:
        """As in the contract."""
        found: QuoteHitJson = {
            "id": self.id,
            "type": "quote",
            "score": self.score,
            "match": self.match,
            "text": self.marked.text,
            "spans": [list(s) for s in self.marked.spans],
            "html": self.marked.html,
            "kind": self.kind,
            "speaker": speaker_dict(self.speaker),
            "mention": self.mention,
            "cue": self.cue,
            "resolved_by": self.resolved_by,
            "confidence": self.confidence,
            "article": self.article.to_dict(),
            "reprints": None if self.reprints is None else self.reprints.to_dict(),
        }
        if self.explain is not None:
            found["explain"] = self.explain
        return found


Hit = ArticleHit | QuoteHit


class Total(NamedTuple):
    """How many documents answer: exactly (`eq`) or at least (`gte`)."""

    value: int
    relation: Relation = "eq"


class Warning(NamedTuple):  # noqa: A001 - the contract's word
    """Something in the query that was read in another way than it was typed."""

    code: str
    message: str
    span: Span

    def to_dict(self) -> WarningJson:
        """`{"code", "message", "span"}`."""
        return {"code": self.code, "message": self.message, "span": list(self.span)}


class Rewrite(NamedTuple):
    """A repair that was tried because the literal query found nothing or next to nothing."""

    kind: Literal["layout", "translit", "spelling"]
    before: str
    after: str

    def to_dict(self) -> RewriteJson:
        """`{"kind", "from", "to"}`."""
        return {"kind": self.kind, "from": self.before, "to": self.after}


@dataclass(frozen=True, slots=True)
class FacetCount:
    """One value of a facet and in how many answering documents it stands. `value` is the filter's parameter value."""

    value: str
    count: int


class IndexState(NamedTuple):
    """Which index answered. `decided`: what tells apart two states of `speakers.json`."""

    generation: str
    articles: int
    quotes: int
    decided: str = ""

    @property
    def stamp(self) -> str:
        """What changes whenever answers may."""
        return f"{self.generation} {self.decided}"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of answers. `totals` counts both types, whichever was asked for; `next` is the cursor of the page behind
    this one, None at the end. `listed`: whether no deadline cut off the list of hits itself.
    """

    query: str
    type: Literal["article", "quote"]
    interpreted: str
    total: Total
    totals: dict[str, int]
    hits: tuple[Hit, ...]
    took_ms: float
    index: IndexState
    warnings: tuple[Warning, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    facets: dict[str, tuple[FacetCount, ...]] | None = None
    next: str | None = None
    listed: bool = True

    def to_dict(self) -> PageJson:
        """The JSON of `GET /api/v1/search`."""
        found: PageJson = {
            "query": self.query,
            "type": self.type,
            "interpreted": self.interpreted,
            "rewrites": [r.to_dict() for r in self.rewrites],
            "warnings": [w.to_dict() for w in self.warnings],
            "total": {"value": self.total.value, "relation": self.total.relation},
            "totals": {"article": self.totals["article"], "quote": self.totals["quote"]},
            "took_ms": self.took_ms,
            "index": {
                "generation": self.index.generation,
                "articles": self.index.articles,
                "quotes": self.index.quotes,
            },
            "hits": [hit.to_dict() for hit in self.hits],
            "next": self.next,
        }
        if self.facets is not None:
            found["facets"] = {
                name: [{"value": c.value, "count": c.count} for c in counts] for name, counts in self.facets.items()
            }
        return found


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """A whole article with all its quotes, in the order of the text."""

    article: Article
    quotes: tuple[Quote, ...]

    def to_dict(self) -> ArticleJson:
        """The JSON of `GET /api/v1/articles/{id}`."""
        article = self.article
        return {
            "id": article.id,
            "title": article.title,
            "text": article.text,
            "holes": [list(hole) for hole in article.holes],
            "published": article.published,
            "source": article.source,
            "author": article.author,
            "section": article.section,
            "url": article.url,
            "extra": dict(article.extra),
            "quotes": [stored_quote_dict(quote) for quote in self.quotes],
        }


def stored_quote_dict(quote: Quote) -> StoredQuoteJson:
    """A quote beside its article's text: `start`, `end` and `spans` are offsets into that text."""
    return {
        "id": quote.id,
        "text": quote.text,
        "start": quote.start,
        "end": quote.end,
        "spans": [list(span) for span in quote.spans],
        "kind": quote.kind,
        "speaker": speaker_dict(quote.speaker),
        "mention": quote.mention,
        "cue": quote.cue,
        "resolved_by": quote.resolved_by,
        "confidence": quote.confidence,
    }


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the articles of the index, in its order: id and ISO date (None: undated) of each."""

    articles: tuple[tuple[str, str | None], ...]
    index: IndexState


class Stats(NamedTuple):
    """What is in the index. `bytes` on disk; `created` is an ISO time in UTC."""

    articles: int
    quotes: int
    speakers: int
    segments: int
    bytes: int
    generation: str
    created: str
    schema: int
    engine: str

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `molva stats --json`."""
        return {name: getattr(self, name) for name in self._fields}
