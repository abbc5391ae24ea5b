"""How does a cluster answer one question? It finds, counts and orders; what stands where in the hits is read by us.

Plan → query (`opensearch_query`), filters → queries, all searches of a page in one request; then the stored documents
of its hits → hits (`opensearch_hits`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from index import schema
from index.opensearch_documents import key_of, term
from index.schema import KINDS, Kind

from .answer import cut_forms, late
from .closer import sought
from .documents import asks_for_retold
from .engine.second_look import LOOKED_AT
from .errors import NotOnThisEngineError
from .facets import OWN_FILTER
from .filters import DATE
from .opensearch_cluster import Asked, Response
from .opensearch_facets import FacetSearch
from .opensearch_hits import STORED, ClusterHits, weighing
from .opensearch_query import Query, matching_terms, patterns_of, query_of, spoken, terms_of
from .opensearch_state import ClusterState, count_of, counting
from .question import Question
from .request import SearchRequest
from .results import FacetCount, Hit, Page, Total

WINDOW: Final = 10_000  # hits up to which a cluster counts off an offset (index.max_result_window)
MOST_AGAIN: Final = 10_000  # quotes with reprints that answer, of which the first of each is shown


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
        made = ClusterHits(self)
        hits, total = self._hits(made, found), count_of(found)
        totals = {kind: total, other: count_of(count)}
        warnings = (*self.question.warnings, *cut_forms(self.question.typed, made.cut))
        if made.late:  # all is found and counted, not all of it is marked
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

    def _hits(self, made: ClusterHits, response: Response) -> tuple[Hit, ...]:
        found = response["hits"]["hits"]
        if found:
            self.after = tuple(found[-1]["sort"])
        return made.articles(found) if self.request.type == "article" else made.quotes(found)

    # -- what is searched

    def _ask_frequencies(self) -> None:
        """Of all terms that the page needs, in one request."""
        for kind in KINDS:
            wanted = [one for question in self._questions() for one in terms_of(question.plans[kind])]
            if kind == "article":
                wanted += [term(root.decode()) for word in self.wanted for root in word.roots]
                wanted += weighing(self.question.leaves[kind])
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
        if self.looks:
            first, size = 0, max(request.offset + request.limit, LOOKED_AT)
        body: dict[str, Any] = {
            "query": self.to_show(kind),
            "sort": self._sort(),
            "size": size,
            "track_total_hits": True,
            "track_scores": True,
            "_source": [*STORED, "id", "article_id"] if kind == "quote" else [*STORED, "id"],
        }
        if self.held.after is not None and not self.looks:
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
    def looks(self) -> bool:
        """Whether the best hits, some of which are on the page, are looked at twice."""
        return bool(self.wanted) and self._by_relevance and self.request.offset < LOOKED_AT

    def _sort(self) -> list[dict[str, Any]]:
        ties = [{"order": "asc"}, *([{"place": "asc"}] if self.request.type == "quote" else [])]
        if self._by_relevance:
            return [{"_score": "desc"}, *ties]
        direction = "asc" if self.request.sort == "oldest" else "desc"
        return [{"day": {"order": direction, "missing": "_last"}}, *ties]

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
