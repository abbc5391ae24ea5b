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
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from whoosh import query as wq

from index import schema
from index.errors import IndexingError
from index.storage import folder as layout
from index.storage.payload import unpack_article, unpack_quote
from index.storage.whoosh_files import count_live, open_whoosh

from .errors import IndexUnavailableError, NotFoundError, QueryError
from .filters import Filters
from .hits import Hits
from .marking import Leaf
from .query.build import SCOPES, any_of, build
from .query.language import Parsed, parse, to_text
from .query.tree import Everything, Node, Or
from .ranking import KindBM25, idf
from .request import TYPES, SearchRequest, Sort, request_of
from .results import QUOTES_A_HIT, FacetCount, Hit, IndexState, Page, QuoteBrief, QuoteHit, Stats, StoredArticle, Total

_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_EMPTY: Final = dict.fromkeys(map(ord, '"«»„“”()*'))  # what may stand in an empty query, or says «everything»
_TEXT_FIELDS: Final = {"article": ("title", "text"), "quote": ("quote", "article_title")}
# Fields that both kinds of document have: their statistics are taken over all of them.
_SHARED_FIELDS: Final = ("speaker", "source", "author", "section")


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
        """A name of this state that no other has."""
        return layout.generation_name(self.number, self.manifest)

    @property
    def state(self) -> IndexState:
        """For the page."""
        return IndexState(self.generation, self.counts["article"], self.counts["quote"])


@dataclass(slots=True)
class Answer:
    """What the index says to one question. `documents`: payload and score of each hit of the page; `quotes`: payloads
    of the matching quotes of these articles, the best first; `weights`: the rarity of each leaf.
    """

    index: IndexState
    totals: dict[str, int]
    documents: list[tuple[bytes, float]]
    facets: dict[str, tuple[FacetCount, ...]] | None
    weights: list[float] = field(default_factory=list)
    quotes: list[bytes] = field(default_factory=list)


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
            # Whoosh's frequencies and lengths count deleted documents until a merge; so must what they are divided by.
            written = {kind: reader.doc_frequency("doc", kind) for kind in counts}
            both = written["article"] + written["quote"]
            by_field = {name: written[kind] for kind, names in _TEXT_FIELDS.items() for name in names}
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
        return self._search(replace(request, q=_SURROGATES.sub("\ufffd", request.q)))

    def _search(self, request: SearchRequest) -> Page:
        began = time.perf_counter()
        parsed = understood(request.q)
        if request.strict and parsed.warnings:
            first = parsed.warnings[0]
            raise QueryError(first.code, first.message, span=(first.span.start, first.span.end))
        hits = Hits(parsed.node, request.type, explain=request.explain)
        with self._lock:
            answer = self._answer(request, parsed.node, hits)
        return Page(
            query=request.q,
            type=request.type,
            interpreted=to_text(parsed.node),
            total=Total(answer.totals[request.type]),
            totals=answer.totals,
            hits=_made(answer, hits, request, parsed.node),
            took_ms=round((time.perf_counter() - began) * 1000, 2),
            index=answer.index,
            warnings=parsed.warnings,
            facets=answer.facets,
        )

    def _answer(self, request: SearchRequest, node: Node, hits: Hits) -> Answer:
        """(Under the lock.) All that has to be read of the index for one question."""
        snapshot = self._current()
        searcher = snapshot.searcher
        found = {kind: run(searcher, build(node, SCOPES[kind]), scored=kind == request.type) for kind in TYPES}
        filters = Filters(request, searcher)
        kept = {kind: filters.keep(matches) for kind, matches in found.items()}
        scores = found[request.type]
        ranked = _ranked(snapshot, kept[request.type], scores, request.sort, ranks=hits.ranks)
        chosen = ranked[request.offset : request.offset + request.limit]
        stored = [searcher.stored_fields(doc) for doc in chosen]
        answer = Answer(
            index=snapshot.state,
            totals={kind: len(docs) for kind, docs in kept.items()},
            documents=[(row["payload"], scores[doc]) for doc, row in zip(chosen, stored, strict=True)],
            facets=filters.counts(scores, request.facets) if request.facets else None,
        )
        if request.type == "article":
            answer.weights = _weights(snapshot, hits.leaves)
            if request.snippets and stored:
                answer.quotes = _quotes_of(searcher, [row["sync"][0] for row in stored], node, filters)
        return answer

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
        return Hits(Everything(), "quote").quote(*unpack_quote(stored["payload"]), 0.0)

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


def _ranked(snapshot: Snapshot, answers: set[int], scores: dict[int, float], sort: Sort, *, ranks: bool) -> list[int]:
    """Document numbers in the order asked for; ties by day, the newest first, then by document number."""
    if not answers:
        return []
    day = snapshot.searcher.reader().column_reader("c_day")
    days = {doc: int(day[doc]) for doc in answers}
    if sort == "oldest":
        undated = 2**31
        return sorted(answers, key=lambda d: (undated if days[d] == schema.NO_DAY else days[d], d))
    if sort == "newest" or not ranks:
        return sorted(answers, key=lambda d: (-days[d], d))
    return sorted(answers, key=lambda d: (-scores[d], -days[d], d))


def _weights(snapshot: Snapshot, leaves: Sequence[Leaf]) -> list[float]:
    """Rarity of each leaf: the idf of its rarest word in texts."""
    reader = snapshot.searcher.reader()
    documents = max(reader.doc_frequency("doc", "article"), 1)
    return [
        max(idf(documents, reader.doc_frequency("text", word.asked.roots[0])) for word in leaf.words) for leaf in leaves
    ]


def _quotes_of(searcher: Any, article_ids: Sequence[str], node: Node, filters: Filters) -> list[bytes]:
    """Payloads of the matching quotes of these articles that pass the filters, the best first."""
    ours = any_of([wq.Term("article", article_id) for article_id in article_ids])
    matches = run(searcher, wq.And([ours, build(node, SCOPES["quote"])]), scored=True)
    best = sorted(filters.keep(matches), key=lambda doc: (-matches[doc], doc))
    return [searcher.stored_fields(doc)["payload"] for doc in best]


def _made(answer: Answer, hits: Hits, request: SearchRequest, node: Node) -> tuple[Hit, ...]:
    """The page's hits."""
    if request.type == "quote":
        return tuple(hits.quote(*unpack_quote(data), score) for data, score in answer.documents)
    under: dict[str, list[QuoteBrief]] = {}
    briefs = Hits(node, "quote")
    for data in answer.quotes:
        quote, _ = unpack_quote(data)
        shown = under.setdefault(quote.article_id, [])
        if len(shown) < QUOTES_A_HIT:
            shown.append(briefs.brief(quote))
    articles = [(unpack_article(data), score) for data, score in answer.documents]
    return tuple(
        hits.article(article, score, answer.weights, tuple(under.get(article.id, ())), show=request.snippets)
        for article, score in articles
    )


def understood(text: str) -> Parsed:
    """The query's tree. Punctuation alone («-», «?!») asks for nothing, while an empty query browses."""
    parsed = parse(text)
    if isinstance(parsed.node, Everything) and any(map(_is_seen, text.translate(_EMPTY))):
        return replace(parsed, node=Or(()))
    return parsed


def _is_seen(char: str) -> bool:
    """Whether a character is neither blank, control nor invisible."""
    return unicodedata.category(char)[0] not in "ZC"


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
