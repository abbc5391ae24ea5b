"""How does the embedded engine of this version answer? Over Whoosh's reader, exhaustively, in five steps.

request → query tree (`query.language`) → engine query (`query.build`) → all matches with scores → filters, facets,
sorting, the page's hits with their marks (`marking`, `snippets`).

Whoosh's own pruning of the top ten is wrong for trees of this shape, so every match is scored. A searcher holds one
published state; `search` looks at two small files first and opens a newer one between queries. One question at a time:
Whoosh's files keep a reading position, so that threads which share a reader garble each other (seen: 1 in 480).
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from whoosh import query as wq

from index import schema
from index.analysis import tokens
from index.errors import IndexingError
from index.model import Article, Quote
from index.storage import folder as layout
from index.storage.payload import unpack_article, unpack_quote
from index.storage.whoosh_files import count_live, open_whoosh

from .errors import IndexUnavailableError, NotFoundError, QueryError
from .explain import explained
from .filters import Filters, facet_counts
from .marking import LEVELS, Leaf, find, leaves_of, spans_of
from .query.build import SCOPES, any_of, build
from .query.language import Parsed, parse, to_text
from .query.tree import Everything, Or
from .ranking import KindBM25, idf
from .request import TYPES, HitType, SearchRequest, request_of
from .results import (
    ArticleHit,
    ArticlePlace,
    Hit,
    IndexState,
    Marked,
    Page,
    QuoteBrief,
    QuoteHit,
    Stats,
    StoredArticle,
    Total,
)
from .snippets import snippets

QUOTES_A_HIT: Final = 3
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_EMPTY: Final = dict.fromkeys(map(ord, '"«»„“”()*'))  # what may stand in an empty query, or says «everything»
_TEXT_FIELDS: Final = {"article": ("title", "text"), "quote": ("quote", "article_title")}
# Fields that both kinds of document have: their statistics are taken over all of them.
_SHARED_FIELDS: Final = ("speaker", "source", "author", "section")
_RANKING: Final = frozenset({"title", "text", "about"})
_MARKED_IN: Final = {"article": frozenset({"title", "text", "about"}), "quote": frozenset({"text", "about"})}


@dataclass(slots=True)
class Snapshot:
    """One published state, open for reading. `stamp` tells it from a newer one."""

    stamp: tuple[Any, ...]
    number: str
    manifest: layout.Manifest
    searcher: Any
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def generation(self) -> str:
        """`<generation>.<publish>`: a name of this state that no other has."""
        return f"{self.number}.{self.manifest.publish}"

    @property
    def state(self) -> IndexState:
        """For the page."""
        return IndexState(self.generation, self.counts["article"], self.counts["quote"])


class WhooshSearcher:
    """See `search.searcher.Searcher`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._snapshot = self._open()

    # -- states

    def _stamp(self) -> tuple[Any, ...]:
        try:
            number = layout.live_generation(self.folder)
            found = (layout.generation_folder(self.folder, number) / "manifest.json").stat()
        except (IndexingError, OSError) as error:
            raise IndexUnavailableError(str(error)) from error
        return number, found.st_ino, found.st_mtime_ns, found.st_size

    def _open(self) -> Snapshot:
        """The live state. A publish may replace files between two looks, so it is tried a few times."""
        for attempt in range(5):
            stamp = self._stamp()
            try:
                manifest = layout.read_manifest(self.folder, stamp[0])
                index = open_whoosh(layout.generation_folder(self.folder, stamp[0]))
                searcher = index.searcher()
            except Exception as error:
                if attempt == 4:
                    raise IndexUnavailableError(str(error)) from error
                time.sleep(0.05)
                continue
            reader = searcher.reader()
            counts = {kind: count_live(reader, kind) for kind in ("article", "quote")}
            both = counts["article"] + counts["quote"]
            by_field = {name: counts[kind] for kind, names in _TEXT_FIELDS.items() for name in names}
            searcher.weighting = KindBM25({**by_field, **dict.fromkeys(_SHARED_FIELDS, both)})
            return Snapshot(stamp, stamp[0], manifest, searcher, counts)
        raise AssertionError("unreachable")

    def _current(self) -> Snapshot:
        """(Under the lock.) The newest published state; the one at hand where a newer one cannot be read."""
        try:
            if self._stamp() != self._snapshot.stamp:
                self._snapshot, old = self._open(), self._snapshot
                old.searcher.close()
        except IndexUnavailableError:
            if not (self.folder / "CURRENT").exists():
                raise
        return self._snapshot

    # -- questions

    def search(self, q: str | SearchRequest = "", **parameters: Any) -> Page:
        """See the protocol."""
        request = replace(q, **parameters) if isinstance(q, SearchRequest) else request_of(q, parameters)
        with self._lock:
            return self._search(replace(request, q=_SURROGATES.sub("\ufffd", request.q)))

    def _search(self, request: SearchRequest) -> Page:
        began = time.perf_counter()
        parsed = understood(request.q)
        if request.strict and parsed.warnings:
            first = parsed.warnings[0]
            raise QueryError(first.code, first.message, span=(first.span.start, first.span.end))
        snapshot = self._current()
        filters = Filters.of(request)
        found = {kind: self._matching(snapshot, parsed, kind, scored=kind == request.type) for kind in TYPES}
        kept = {kind: filters.keep(snapshot.searcher, matches) for kind, matches in found.items()}
        answers = kept[request.type]
        ranked = self._ranked(snapshot, answers, found[request.type], request, parsed)
        chosen = ranked[request.offset : request.offset + request.limit]
        hits = self._hits(snapshot, chosen, found[request.type], request, parsed)
        facets = None
        if request.facets:
            facets = facet_counts(snapshot.searcher, found[request.type], filters, request.facets)
        return Page(
            query=request.q,
            type=request.type,
            interpreted=to_text(parsed.node),
            total=Total(len(answers)),
            totals={kind: len(docs) for kind, docs in kept.items()},
            hits=hits,
            took_ms=round((time.perf_counter() - began) * 1000, 2),
            index=snapshot.state,
            warnings=parsed.warnings,
            facets=facets,
        )

    def _matching(self, snapshot: Snapshot, parsed: Parsed, kind: HitType, *, scored: bool) -> dict[int, float]:
        """All documents of a kind that match the query, with scores (0 where not `scored`)."""
        return run(snapshot.searcher, build(parsed.node, SCOPES[kind]), scored=scored)

    def _ranked(
        self, snapshot: Snapshot, answers: set[int], scores: dict[int, float], request: SearchRequest, parsed: Parsed
    ) -> list[int]:
        """Document numbers in the order asked for; ties by day, then by document number."""
        if not answers:
            return []
        day = snapshot.searcher.reader().column_reader("c_day")
        days = {doc: int(day[doc]) for doc in answers}
        browse = not leaves_of(parsed.node, _RANKING)
        if request.sort == "oldest":
            undated = 2**31
            return sorted(answers, key=lambda d: (undated if days[d] == schema.NO_DAY else days[d], d))
        if request.sort == "newest" or browse:
            return sorted(answers, key=lambda d: (-days[d], d))
        return sorted(answers, key=lambda d: (-scores[d], -days[d], d))

    # -- hits

    def _hits(
        self,
        snapshot: Snapshot,
        docs: Sequence[int],
        scores: dict[int, float],
        request: SearchRequest,
        parsed: Parsed,
    ) -> tuple[Hit, ...]:
        stored = [snapshot.searcher.stored_fields(doc)["payload"] for doc in docs]
        leaves = leaves_of(parsed.node, _MARKED_IN[request.type])
        if request.type == "quote":
            return tuple(
                self._quote_hit(unpack_quote(data), scores[doc], leaves, request)
                for doc, data in zip(docs, stored, strict=True)
            )
        articles = [unpack_article(data) for data in stored]
        weights = self._weights(snapshot, leaves)
        quotes = self._quotes_under(snapshot, articles, request, parsed) if request.snippets else {}
        return tuple(
            self._article_hit(article, scores[doc], leaves, weights, quotes.get(article.id, ()), request)
            for doc, article in zip(docs, articles, strict=True)
        )

    def _weights(self, snapshot: Snapshot, leaves: Sequence[Leaf]) -> list[float]:
        """Rarity of each leaf: the idf of its rarest word in texts."""
        reader = snapshot.searcher.reader()
        documents = max(snapshot.counts["article"], 1)

        def rarity(leaf: Leaf) -> float:
            roots = [word.asked.roots[0] for word in leaf.words]
            return max(idf(documents, reader.doc_frequency("text", root)) for root in roots)

        return [rarity(leaf) for leaf in leaves]

    def _article_hit(
        self,
        article: Article,
        score: float,
        leaves: Sequence[Leaf],
        weights: Sequence[float],
        quotes: tuple[QuoteBrief, ...],
        request: SearchRequest,
    ) -> ArticleHit:
        body = article.body
        in_title, in_body = tokens(article.title), tokens(body)
        title_found, body_found = find(leaves, in_title), find(leaves, in_body)
        best: dict[int, int] = {}
        for place in [*title_found, *body_found]:
            best[place.leaf] = min(best.get(place.leaf, place.level), place.level)
        shown = snippets(body, in_body, body_found, leaves, weights) if request.snippets else ()
        return ArticleHit(
            id=article.id,
            score=round(score, 6),
            match=LEVELS[max(best.values(), default=0)],
            title=Marked(article.title, tuple(spans_of(title_found, leaves, in_title))),
            snippets=shown,
            published=article.published,
            source=article.source,
            author=article.author,
            section=article.section,
            url=article.url,
            quotes=quotes,
            explain=explained(leaves, title_found, body_found) if request.explain else None,
        )

    def _quotes_under(
        self, snapshot: Snapshot, articles: Sequence[Article], request: SearchRequest, parsed: Parsed
    ) -> dict[str, tuple[QuoteBrief, ...]]:
        """The best matching quotes of each article, under the same filters."""
        if not articles:
            return {}
        ours = any_of([wq.Term("article", article.id) for article in articles])
        matches = run(snapshot.searcher, wq.And([ours, build(parsed.node, SCOPES["quote"])]), scored=True)
        kept = Filters.of(request).keep(snapshot.searcher, matches)
        leaves = leaves_of(parsed.node, _MARKED_IN["quote"])
        found: dict[str, list[QuoteBrief]] = {}
        for doc in sorted(kept, key=lambda d: (-matches[d], d)):
            quote, _ = unpack_quote(snapshot.searcher.stored_fields(doc)["payload"])
            under = found.setdefault(quote.article_id, [])
            if len(under) < QUOTES_A_HIT:
                marked = Marked(quote.text, self._spans(quote.text, leaves))
                under.append(QuoteBrief(quote.id, marked, quote.kind, quote.speaker, quote.mention))
        return {article_id: tuple(under) for article_id, under in found.items()}

    @staticmethod
    def _spans(text: str, leaves: Sequence[Leaf]) -> Any:
        text_tokens = tokens(text)
        return tuple(spans_of(find(leaves, text_tokens), leaves, text_tokens))

    def _quote_hit(
        self, stored: tuple[Quote, dict[str, str | None]], score: float, leaves: Sequence[Leaf], request: SearchRequest
    ) -> QuoteHit:
        quote, of = stored
        text_tokens = tokens(quote.text)
        found = find(leaves, text_tokens)
        best: dict[int, int] = {}
        for place in [*found, *find(leaves, tokens(quote.speaker.name) if quote.speaker else [])]:
            best[place.leaf] = min(best.get(place.leaf, place.level), place.level)
        return QuoteHit(
            id=quote.id,
            score=round(score, 6),
            match=LEVELS[max(best.values(), default=0)],
            marked=Marked(quote.text, tuple(spans_of(found, leaves, text_tokens))),
            kind=quote.kind,
            speaker=quote.speaker,
            mention=quote.mention,
            cue=quote.cue,
            resolved_by=quote.resolved_by,
            confidence=quote.confidence,
            article=ArticlePlace(
                id=quote.article_id,
                title=of["title"] or "",
                published=of["published"],
                source=of["source"],
                url=of["url"],
                start=quote.start,
                end=quote.end,
            ),
            explain=explained(leaves, [], found) if request.explain else None,
        )

    # -- whole documents

    def article(self, article_id: str) -> StoredArticle:
        """See the protocol."""
        with self._lock:
            searcher = self._current().searcher
            stored = searcher.document(key="a:" + article_id)
            if stored is None:
                raise NotFoundError(f"no article has the id {article_id!r}")
            rows = list(searcher.documents(doc="quote", article=article_id))
        article = unpack_article(stored["payload"])
        quotes = sorted((unpack_quote(row["payload"])[0] for row in rows), key=lambda q: (q.start, q.end))
        return StoredArticle(article, tuple(quotes))

    def quote(self, quote_id: str) -> QuoteHit:
        """See the protocol."""
        with self._lock:
            stored = self._current().searcher.document(key="q:" + quote_id)
        if stored is None:
            raise NotFoundError(f"no quote has the id {quote_id!r}")
        return self._quote_hit(unpack_quote(stored["payload"]), 0.0, (), SearchRequest())

    def stats(self) -> Stats:
        """See the protocol."""
        with self._lock:
            snapshot = self._current()
            speakers = sum(1 for _ in snapshot.searcher.reader().lexicon("speaker_key"))
        manifest = snapshot.manifest
        return Stats(
            articles=snapshot.counts["article"],
            quotes=snapshot.counts["quote"],
            speakers=speakers,
            segments=len(snapshot.searcher.leaf_searchers()),
            bytes=sum(size for size, _ in manifest.files.values()),
            generation=snapshot.generation,
            created=manifest.created,
            schema=manifest.schema,
            engine=manifest.engine,
        )

    def close(self) -> None:
        """See the protocol."""
        self._snapshot.searcher.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def understood(text: str) -> Parsed:
    """The query's tree. Punctuation alone («-», «?!») asks for nothing, while an empty query browses."""
    parsed = parse(text)
    if isinstance(parsed.node, Everything) and text.translate(_EMPTY).strip():
        return replace(parsed, node=Or(()))
    return parsed


def run(searcher: Any, query: wq.Query, *, scored: bool) -> dict[int, float]:
    """Every document that matches, in ascending order, with its score."""
    found: dict[int, float] = {}
    for part, offset in searcher.leaf_searchers():
        context = part.boolean_context() if not scored else _scoring_context(searcher)
        matcher = query.matcher(part, context)
        while matcher.is_active():
            found[matcher.id() + offset] = matcher.score() if scored else 0.0
            matcher.next()
    return found


def _scoring_context(searcher: Any) -> Any:
    from whoosh.searching import SearchContext

    return SearchContext(weighting=searcher.weighting)
