"""How does a cluster answer one question? It finds, counts and orders; what stands where in the hits is read here.

Plan → query (`opensearch_query`), filters → queries, all searches of a page in one request; then the stored documents
of its hits → a small segment in memory (`opensearch_local`) → marks, snippets and `match` as over our own segments.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from index import schema
from index.model import Article, Quote
from index.opensearch_documents import key_of, term
from index.schema import KINDS, Kind
from index.storage.payload import packed_text, unpack_article, unpack_quote

from .answer import MARKING, cut_forms, late
from .closer import sought, told
from .documents import asks_for_retold
from .engine.second_look import LOOKED_AT
from .engine.segment_run import Deadline
from .errors import NotOnThisEngineError
from .facets import OWN_FILTER
from .filters import DATE
from .hits import Hits
from .leaves import Leaf
from .opensearch_cluster import Asked, Response
from .opensearch_facets import FacetSearch
from .opensearch_local import Local, article_row, quote_row
from .opensearch_query import Query, matching_terms, patterns_of, query_of, spoken, terms_of
from .opensearch_state import ClusterState, count_of, counting
from .places import Places
from .question import Question
from .request import SearchRequest
from .results import QUOTES_A_HIT, FacetCount, Hit, Marked, Page, QuoteBrief, Reprints, Total

WINDOW: Final = 10_000  # hits up to which a cluster counts off an offset (index.max_result_window)
MOST_AGAIN: Final = 10_000  # quotes with reprints that answer, of which the first of each is shown
_STORED: Final = ["stored"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a held list a page begins: the list, and the sort keys of the hit before it, where they are known."""

    pit: str | None = None
    after: tuple[Any, ...] | None = None


class ClusterAnswer:
    """One question to one generation. `before`: what it finds, few documents, is told elsewhere: it is no hit here.
    `held`: the list that the page is one of. `after` is then where the page behind this one begins.
    """

    def __init__(
        self,
        state: ClusterState,
        request: SearchRequest,
        question: Question,
        *,
        before: Question | None = None,
        held: Place | None = None,
    ) -> None:
        self.state = state
        self.request = request
        self.question = question
        self.before = before
        self.held = held or Place()
        self.after: tuple[Any, ...] | None = None
        self.retold = asks_for_retold(question.typed)
        self.names, self.wanted = sought(question, request.type)
        self._clock: Deadline | None = None
        self._read: list[Places] = []
        self._cut: set[str] = set()  # see `expanded.Forms`

    # -- the page

    def page(self) -> Page:
        """The answer, with the page's own time left out."""
        request, kind = self.request, self.request.type
        other: Kind = "quote" if kind == "article" else "article"
        self._ask_frequencies()
        facets = FacetSearch(self) if request.facets else None
        searches = [self._list(), self.state.asked(other, counting(self.to_show(other)))]
        searches += [] if facets is None else facets.searches()
        found, count, *counted = self.state.cluster.search(searches)
        hits, total = self._hits(found), count_of(found)
        totals = {kind: total, other: count_of(count)}
        warnings = (*self.question.warnings, *cut_forms(self.question.typed, self._cut))
        if any(places.late for places in self._read):  # all is found and counted, not all of it is marked
            warnings = (*warnings, late(request.q))
        return Page(
            query=request.q,
            type=kind,
            interpreted=self.question.interpreted,
            total=Total(total),
            totals={one: totals[one] for one in KINDS},
            hits=hits,
            took_ms=0.0,
            index=self.state.index,
            warnings=warnings,
            facets=None if facets is None else facets.counts(counted),
        )

    def count(self) -> int:
        """How many documents answer, whatever the filters."""
        kind = self.request.type
        return count_of(self.state.search(kind, counting(self.query(kind))))

    def marked(self, article: Article) -> tuple[Marked, Marked]:
        """Title and text of an article with what the question finds in them."""
        leaves = self.question.leaves["article"]
        local = self._local("article", [article])
        read = self._places(local, leaves, every=False).reader(0)
        return Hits(self.question.node, "article", leaves).marked(article, read)

    # -- what is searched

    def _ask_frequencies(self) -> None:
        """Of all terms that the page needs, in one request."""
        for kind in KINDS:
            wanted = [one for question in self._questions() for one in terms_of(question.plans[kind])]
            if kind == "article":
                wanted += [term(root.decode()) for word in self.wanted for root in word.roots]
                wanted += self._of_leaves(self.question.leaves[kind])
            known = self.state.frequencies[kind]
            known.all_of(wanted)
            known.forms.all_of(one for question in self._questions() for one in patterns_of(question.plans[kind]))

    def _questions(self) -> list[Question]:
        return [self.question] if self.before is None else [self.question, self.before]

    def query(self, kind: Kind, question: Question | None = None) -> Query:
        """What answers the question, whatever the filters."""
        asked = question or self.question
        return query_of(asked.plans[kind], kind, self.state.frequencies[kind], legacy=self.state.cluster.legacy)

    def to_show(self, kind: Kind) -> Query:
        """What answers and passes the filters, without what `before` finds, and of a quote and its reprints the first
        that answers alone.
        """
        unwanted = [self.query(kind, self.before)] if self.before is not None and kind == self.request.type else []
        if kind == "quote" and self.hidden:
            unwanted.append(matching_terms("id", self.hidden))
        return self.filtered(self.query(kind), self.filters(kind), unwanted)

    def filters(self, kind: Kind, *, but: str = "") -> list[Query]:
        """What the parameters beside the query ask of one kind of document, `but` one of them."""
        request = self.request
        wanted: dict[str, Query] = {}
        for name in ("source", "author", "section"):
            values = getattr(request, name)
            if values:
                wanted[name] = matching_terms(f"{name}_key", [key_of(value) for value in values])
        if request.speaker:
            named = [one for value in request.speaker for one in self.state.speakers.speaking(value)]
            wanted["speaker"] = spoken(list(dict.fromkeys(named)))
        if request.kind:
            wanted["kind"] = matching_terms("kind", request.kind)
        elif kind == "quote" and not self.retold:
            wanted["kind"] = {"bool": {"must_not": [{"term": {"kind": schema.RETOLD}}]}}
        if request.since or request.until:
            bounds = {"gte": request.since, "lte": request.until}
            days = {name: day.toordinal() - schema.EPOCH for name, day in bounds.items() if day is not None}
            wanted[DATE] = {"range": {"day": days}}
        return [query for name, query in wanted.items() if name != but]

    def filtered(self, query: Query, filters: Sequence[Query], unwanted: Sequence[Query] = ()) -> Query:
        """A query under conditions."""
        if not filters and not unwanted:
            return query
        return {"bool": {"must": [query], "filter": list(filters), "must_not": list(unwanted)}}

    @cached_property
    def hidden(self) -> list[str]:
        """The quotes of which another reprint is shown."""
        if self.request.reprints == "all" or not self.state.index.quotes:
            return []
        speakers = self.state.speakers
        if not speakers.clustered:
            return []
        among = [*self.filters("quote"), matching_terms("id", speakers.clustered)]
        searches = [self.filtered(self.query("quote"), among)]
        if self.before is not None and self.request.type == "quote":
            searches.append(self.filtered(self.query("quote", self.before), among))
        found = [
            _ids_of(response)
            for response in self.state.cluster.search(
                [self.state.asked("quote", _listing(query)) for query in searches]
            )
        ]
        told = found[1] if len(found) > 1 else []
        return speakers.told_again(list(dict.fromkeys([*found[0], *told])), told)

    def _list(self) -> Asked:
        """The search for the page's hits: more of them where the best are looked at twice."""
        request, kind = self.request, self.request.type
        first, size = request.offset, request.limit
        if self._looks:
            first, size = 0, max(request.offset + request.limit, LOOKED_AT)
        body: dict[str, Any] = {
            "query": self.to_show(kind),
            "sort": self._sort(),
            "size": size,
            "track_total_hits": True,
            "track_scores": True,
            "_source": [*_STORED, "id", "article_id"] if kind == "quote" else [*_STORED, "id"],
        }
        if self.held.after is not None and not self._looks:
            body["search_after"] = list(self.held.after)
        elif first + size > WINDOW:
            raise NotOnThisEngineError(
                f"hits {first + 1} to {first + size}: on OpenSearch a list of two questions behind each other is told "
                f"up to its {WINDOW}th hit; ask more narrowly, or the embedded engine"
            )
        else:
            body["from"] = first
        return Asked(self.state.names[kind], body, self.held.pit)

    @property
    def _by_relevance(self) -> bool:
        return self.request.sort == "relevance" and self.question.ranks(self.request.type)

    @property
    def _looks(self) -> bool:
        """Whether the best hits, some of which are on the page, are looked at twice."""
        return bool(self.wanted) and self._by_relevance and self.request.offset < LOOKED_AT

    def _sort(self) -> list[dict[str, Any]]:
        ties = [{"order": "asc"}, *([{"place": "asc"}] if self.request.type == "quote" else [])]
        if self._by_relevance:
            return [{"_score": "desc"}, *ties]
        direction = "asc" if self.request.sort == "oldest" else "desc"
        return [{"day": {"order": direction, "missing": "_last"}}, *ties]

    # -- hits

    def _hits(self, response: Response) -> tuple[Hit, ...]:
        found = response["hits"]["hits"]
        if found:
            self.after = tuple(found[-1]["sort"])
        return self._articles(found) if self.request.type == "article" else self._quotes(found)

    def _score(self, hit: Mapping[str, Any]) -> float:
        return float(hit["_score"] or 0.0) if self.question.ranks(self.request.type) else 0.0

    def _articles(self, found: Sequence[dict[str, Any]]) -> tuple[Hit, ...]:
        request, leaves = self.request, self.question.leaves["article"]
        articles = [unpack_article(packed_text(hit["_source"]["stored"])) for hit in found]
        scores = [self._score(hit) for hit in found]
        local = self._local("article", articles)
        shown = list(range(len(found)))
        closer: Callable[[int], str | None] = lambda number: None  # noqa: E731 - nothing was seen closer
        if self._looks and found:
            first = self._local("article", articles[:LOOKED_AT]) if len(found) > LOOKED_AT else local
            order, worth, look = first.looked_at(self.wanted, scores[: len(shown[:LOOKED_AT])])
            shown[: len(order)] = order
            scores = [*worth, *scores[len(order) :]]
            closer = lambda number: told(self.names, look, number)  # noqa: E731
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

    def _quotes(self, found: Sequence[dict[str, Any]]) -> tuple[Hit, ...]:
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
        among = [*self.filters("quote"), matching_terms("article_id", article_ids)]
        body = {
            "query": self.filtered(self.query("quote"), among),
            "size": len(article_ids),
            "_source": False,
            "collapse": {
                "field": "article_id",
                "inner_hits": {
                    "name": "best",
                    "size": QUOTES_A_HIT,
                    "_source": _STORED,
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
        """What reads documents, for as long as the page may take; `_read` knows whether that was enough."""
        if self._clock is None:
            self._clock = Deadline(time.monotonic() + max(MARKING, self.state.deadline))
        self._read.append(local.places(leaves, self._clock, every=every, cut=self._cut))
        return self._read[-1]

    def _of_leaves(self, leaves: Sequence[Leaf]) -> list[str]:
        """The term by whose rarity each word of a leaf weighs in snippets."""
        return [term(word.asked.roots[0]) for leaf in leaves for word in leaf.words]

    def _weights(self, leaves: Sequence[Leaf]) -> list[float]:
        """Rarity of each leaf: the idf of its rarest word."""
        from .engine.scoring import idf

        frequencies = self.state.frequencies["article"]
        documents = frequencies.documents()
        return [
            max(idf(max(documents, df), df) for df in frequencies.all_of(self._of_leaves([leaf]))) for leaf in leaves
        ]

    # -- over time

    def periods(self, facet: Literal["year", "month"]) -> tuple[tuple[FacetCount, ...], int, Total]:
        """Years or months of what answers under all filters, how many are undated, and how many there are."""
        kind = self.request.type
        self._ask_frequencies()
        body = counting(self.to_show(kind)) | {"aggs": {facet: period_counts(facet)}}
        found = self.state.search(kind, body)
        counts = periods_of(found["aggregations"][facet]["buckets"], facet)
        total = count_of(found)
        return counts, total - sum(one.count for one in counts), Total(total)

    def own_filter(self, facet: str) -> str:
        """The filter that a facet is counted without."""
        return OWN_FILTER[facet]  # type: ignore[index]


def period_counts(facet: str) -> Query:
    """What counts years or months."""
    return {"terms": {"field": facet, "size": 12_000, "order": {"_key": "asc"}}}


def periods_of(buckets: Sequence[Mapping[str, Any]], facet: str) -> tuple[FacetCount, ...]:
    """Years or months in their order."""
    counts = []
    for bucket in buckets:
        key = int(bucket["key"])
        written = f"{key:04d}" if facet == "year" else f"{key // 100:04d}-{key % 100:02d}"
        counts.append(FacetCount(written, int(bucket["doc_count"])))
    return tuple(counts)


def _listing(query: Query) -> dict[str, Any]:
    return {"query": query, "size": MOST_AGAIN, "_source": ["id"], "track_total_hits": MOST_AGAIN + 1}


def _ids_of(response: Response) -> list[str]:
    if count_of(response) > MOST_AGAIN:
        raise NotOnThisEngineError(
            f"more than {MOST_AGAIN:,} quotes with reprints answer: on OpenSearch so many are not folded; ask with "
            "reprints=all, or more narrowly"
        )
    return [hit["_source"]["id"] for hit in response["hits"]["hits"]]


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
    body = {"query": matching_terms("id", quote_ids), "size": len(quote_ids), "_source": _STORED}
    hits = state.search("quote", body)["hits"]["hits"]
    found = [unpack_quote(packed_text(hit["_source"]["stored"])) for hit in hits]
    return {quote.id: (quote, article) for quote, article in found}
