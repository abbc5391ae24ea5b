"""How do the documents that a cluster has found become hits? They are made a small segment in memory
(`opensearch_local`), and marked, cut and looked at twice there, as over our own segments.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from index.model import Article, Quote
from index.opensearch_documents import term
from index.schema import Kind
from index.storage.payload import packed_text, unpack_article, unpack_quote

from .answer import MARKING
from .closer import told
from .engine.second_look import LOOKED_AT
from .engine.segment_run import Deadline
from .hits import Hits
from .leaves import Leaf
from .opensearch_local import Local, article_row, quote_row
from .opensearch_query import matching_terms
from .opensearch_state import ClusterState
from .places import Places
from .results import QUOTES_A_HIT, Hit, Marked, QuoteBrief, Reprints

if TYPE_CHECKING:
    from .opensearch_answer import ClusterAnswer

STORED: Final = ["stored"]


class ClusterHits:
    """Those of one answer. `cut`: see `expanded.Forms`; `late`: whether time was up before all was marked."""

    def __init__(self, answer: ClusterAnswer) -> None:
        self.answer = answer
        self.state = answer.state
        self.request = answer.request
        self.question = answer.question
        self.cut: set[str] = set()
        self._clock: Deadline | None = None
        self._read: list[Places] = []

    @property
    def late(self) -> bool:
        """See the class."""
        return any(places.late for places in self._read)

    def marked(self, article: Article) -> tuple[Marked, Marked]:
        """Title and text of an article with what the question finds in them."""
        leaves = self.question.leaves["article"]
        local = self._local("article", [article])
        read = self._places(local, leaves, every=False).reader(0)
        return Hits(self.question.node, "article", leaves).marked(article, read)

    def _score(self, hit: Mapping[str, Any]) -> float:
        return float(hit["_score"] or 0.0) if self.question.ranks(self.request.type) else 0.0

    def articles(self, found: Sequence[dict[str, Any]]) -> tuple[Hit, ...]:
        """Articles, the best of them looked at twice, with their quotes."""
        request, leaves = self.request, self.question.leaves["article"]
        articles = [unpack_article(packed_text(hit["_source"]["stored"])) for hit in found]
        scores = [self._score(hit) for hit in found]
        local = self._local("article", articles)
        shown = list(range(len(found)))
        closer: Callable[[int], str | None] = lambda number: None  # noqa: E731 - nothing was seen closer
        if self.answer.looks and found:
            first = self._local("article", articles[:LOOKED_AT]) if len(found) > LOOKED_AT else local
            order, worth, look = first.looked_at(self.answer.wanted, scores[: len(shown[:LOOKED_AT])])
            shown[: len(order)] = order
            scores = [*worth, *scores[len(order) :]]
            closer = lambda number: told(self.answer.names, look, number)  # noqa: E731
            shown = shown[request.offset : request.offset + request.limit]
            scores = scores[request.offset : request.offset + request.limit]
        places = self._places(local, leaves, every=request.explain)
        weights = self._weights(leaves) if request.snippets else None
        made = Hits(self.question.node, "article", leaves, weights, explain=request.explain)
        under = self._quotes_under([articles[number].id for number in shown])
        return tuple(
            made.article(
                articles[number],
                score,
                tuple(under.get(articles[number].id, ())),
                places.reader(number),
                closer(number) if request.explain else None,
            )
            for number, score in zip(shown, scores, strict=True)
        )

    def quotes(self, found: Sequence[dict[str, Any]]) -> tuple[Hit, ...]:
        """Quotes."""
        leaves = self.question.leaves["quote"]
        stored = [unpack_quote(packed_text(hit["_source"]["stored"])) for hit in found]
        local = self._local("quote", [quote for quote, _ in stored])
        places = self._places(local, leaves, every=self.request.explain)
        made = Hits(self.question.node, "quote", leaves, explain=self.request.explain)
        reprints = reprints_of(self.state, [quote.id for quote, _ in stored])
        return tuple(
            made.quote(
                quote,
                article,
                self._score(hit),
                places.reader(number),
                self.state.speakers.speaker_of(quote.id),
                reprints.get(quote.id),
            )
            for number, (hit, (quote, article)) in enumerate(zip(found, stored, strict=True))
        )

    def _quotes_under(self, article_ids: Sequence[str]) -> dict[str, list[QuoteBrief]]:
        """The best matching quotes of these articles that pass the filters."""
        if not article_ids or not self.request.snippets or not self.state.index.quotes:
            return {}
        among = [*self.answer.filters("quote"), matching_terms("article_id", article_ids)]
        body = {
            "query": self.answer.filtered(self.answer.query("quote"), among),
            "size": len(article_ids),
            "_source": False,
            "collapse": {
                "field": "article_id",
                "inner_hits": {
                    "name": "best",
                    "size": QUOTES_A_HIT,
                    "_source": STORED,
                    "sort": [{"_score": "desc"}, {"place": "asc"}],
                    "track_scores": True,
                },
            },
        }
        best = [
            hit
            for article in self.state.search("quote", body)["hits"]["hits"]
            for hit in article["inner_hits"]["best"]["hits"]["hits"]
        ]
        quotes = [unpack_quote(packed_text(hit["_source"]["stored"]))[0] for hit in best]
        leaves = self.question.leaves["quote"]
        places = self._places(self._local("quote", quotes), leaves, every=self.request.explain)
        made = Hits(self.question.node, "quote", leaves)
        under: dict[str, list[QuoteBrief]] = {}
        for number, quote in enumerate(quotes):
            brief = made.brief(quote, places.reader(number), self.state.speakers.speaker_of(quote.id))
            under.setdefault(quote.article_id, []).append(brief)
        return under

    def _local(self, kind: Kind, documents: Sequence[Article] | Sequence[Quote]) -> Local:
        rows = [article_row(one) if isinstance(one, Article) else quote_row(one) for one in documents]
        return Local(kind, rows, self.state.frequencies[kind], self.state.lengths[kind])

    def _places(self, local: Local, leaves: Sequence[Leaf], *, every: bool) -> Places:
        """What reads documents, for as long as the page may take; `late` says whether that was enough."""
        if self._clock is None:
            self._clock = Deadline(time.monotonic() + max(MARKING, self.state.deadline))
        self._read.append(local.places(leaves, self._clock, every=every, cut=self.cut))
        return self._read[-1]

    def _weights(self, leaves: Sequence[Leaf]) -> list[float]:
        """Rarity of each leaf: the idf of its rarest word."""
        from .engine.scoring import idf

        frequencies = self.state.frequencies["article"]
        documents = frequencies.documents()
        return [max(idf(max(documents, df), df) for df in frequencies.all_of(weighing([leaf]))) for leaf in leaves]


def weighing(leaves: Sequence[Leaf]) -> list[str]:
    """The term by whose rarity each word of a leaf weighs in snippets."""
    return [term(word.asked.roots[0]) for leaf in leaves for word in leaf.words]


def reprints_of(state: ClusterState, quote_ids: Sequence[str]) -> dict[str, Reprints]:
    """What is told of the clusters of some quotes; those without reprints are left out."""
    clusters = {one: some for one in quote_ids if (some := state.speakers.reprints_of(one))}
    every = list(dict.fromkeys(one for some in clusters.values() for one in some))
    if not every:
        return {}
    stored = stored_quotes(state, every)
    found = {}
    for one, some in clusters.items():
        known = [stored[other] for other in some if other in stored]
        sources = dict.fromkeys(of["source"] for _, of in known if of["source"])
        articles = {quote.article_id for quote, _ in known}
        found[one] = Reprints(len(some), len(articles), tuple(sources), known[0][1]["published"] if known else None)
    return found


def stored_quotes(state: ClusterState, quote_ids: Sequence[str]) -> dict[str, tuple[Quote, dict[str, str | None]]]:
    """Some quotes, by id, each with what is told of its article."""
    body = {"query": matching_terms("id", quote_ids), "size": len(quote_ids), "_source": STORED}
    hits = state.search("quote", body)["hits"]["hits"]
    found = [unpack_quote(packed_text(hit["_source"]["stored"])) for hit in hits]
    return {quote.id: (quote, article) for quote, article in found}
