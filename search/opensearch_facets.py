"""How are the matches on a cluster spread over a facet's values? By aggregations, under all filters but its own.

A quote and its reprints count once under a value: quotes that have reprints are left out of the aggregation, and the
few that answer are counted here, a cluster once a value. An article with words of one speaker under two names counts
once, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from index import schema

from .facets import MOST_VALUES, OWN_FILTER
from .opensearch_cluster import Asked, Response
from .opensearch_query import Query, matching_terms
from .request import Facet
from .results import FacetCount

if TYPE_CHECKING:
    from .opensearch_answer import ClusterAnswer

VALUES: Final = 5_000  # of a facet that a shard tells; the 50 most frequent of a question are shown
SIGHTINGS: Final = 60_000  # the cluster makes 65,535 buckets at most
MOST_AGAIN: Final = 10_000
_FIELDS: Final[dict[str, str]] = {
    "speaker": "sighting",
    "source": "facet_source",
    "section": "facet_section",
    "kind": "facet_kind",
    "year": "year",
    "month": "month",
}


class FacetSearch:
    """The facets of one question: what is asked for them, and what comes of the answers, in the same order."""

    def __init__(self, answer: ClusterAnswer) -> None:
        self.answer = answer
        self.request = answer.request
        self.kind = answer.request.type
        speakers = answer.state.speakers if self.kind == "quote" and self.request.reprints == "fold" else None
        self._clustered = [] if speakers is None else speakers.clustered
        told = self.kind == "article" and "speaker" in self.request.facets
        self._twice = answer.state.speakers.twice if told else {}

    def searches(self) -> list[Asked]:
        """One a facet, and one more where quotes have reprints, or articles name a speaker twice."""
        found = []
        for facet in self.request.facets:
            filters = self.answer.filters(self.kind, but=OWN_FILTER[facet])
            clustered = [matching_terms("id", self._clustered)] if self._clustered else []
            query = self.answer.filtered(self.answer.query(self.kind), filters, clustered)
            body = {"query": query, "size": 0, "aggs": {facet: _counting(facet)}}
            found.append(self.answer.state.asked(self.kind, body))
            if facet == "speaker" and self._twice:
                twice = self.answer.filtered(
                    self.answer.query(self.kind), [*filters, matching_terms("id", [*self._twice])]
                )
                found.append(
                    self.answer.state.asked(self.kind, {"query": twice, "size": MOST_AGAIN, "_source": ["id"]})
                )
            if clustered:
                again = self.answer.filtered(self.answer.query(self.kind), [*filters, *clustered])
                body = {"query": again, "size": MOST_AGAIN, "_source": ["id", _FIELDS[facet]]}
                found.append(self.answer.state.asked(self.kind, body))
        return found

    def counts(self, responses: Sequence[Response]) -> dict[str, tuple[FacetCount, ...]]:
        """The values of each facet."""
        left = iter(responses)
        found = {}
        for facet in self.request.facets:
            counts = _buckets(next(left), facet)
            if facet == "speaker" and self._twice:
                counts.subtract(n for hit in next(left)["hits"]["hits"] for n in self._twice[hit["_source"]["id"]])
            if self._clustered:
                self._add_again(counts, next(left), facet)
            found[str(facet)] = self._told(facet, counts)
        return found

    def _add_again(self, counts: Counter[Any], response: Response, facet: Facet) -> None:
        """Of each cluster one a value."""
        speakers = self.answer.state.speakers
        pairs = set()
        for hit in response["hits"]["hits"]:
            value = hit["_source"].get(_FIELDS[facet])
            for one in value if isinstance(value, list) else [value]:
                if one is not None:
                    told = speakers.owner_of.get(one) if facet == "speaker" else one
                    pairs.add((speakers.cluster_of(hit["_source"]["id"]), told, one))
        seen = set()
        for cluster, told, one in sorted(pairs, key=repr):
            if (cluster, told) not in seen:
                seen.add((cluster, told))
                counts[one] += 1

    def _told(self, facet: Facet, counts: Counter[Any]) -> tuple[FacetCount, ...]:
        if facet == "speaker":
            return self._speakers(counts)
        if facet == "year":
            return tuple(FacetCount(f"{value:04d}", counts[value]) for value in sorted(counts))
        if facet == "month":
            return tuple(FacetCount(f"{v // 100:04d}-{v % 100:02d}", counts[v]) for v in sorted(counts))
        return spelt_once(counts)

    def _speakers(self, counts: Counter[Any]) -> tuple[FacetCount, ...]:
        speakers = self.answer.state.speakers
        of: Counter[int] = Counter()
        for sighting, count in counts.items():
            owner = speakers.owner_of.get(sighting)
            if owner is not None:
                of[owner] += count
        told = [(speakers.archive.speakers[number].label, count) for number, count in of.items()]
        best = sorted(told, key=lambda one: (-one[1], one[0]))[:MOST_VALUES]
        return tuple(FacetCount(label, count) for label, count in best)


def spelt_once(counts: Counter[str]) -> tuple[FacetCount, ...]:
    """The most frequent values, those that a filter takes for the same as one; see `facets.Values`."""
    spellings: dict[str, list[str]] = {}
    for value in counts:
        spellings.setdefault(schema.exact_key(value), []).append(value)
    shown = []
    for some in spellings.values():
        spelt = min(some, key=lambda value: (-counts[value], -value.count("ё"), value))
        shown.append((spelt, sum(counts[value] for value in some)))
    best = sorted(shown, key=lambda one: (-one[1], one[0]))[:MOST_VALUES]
    return tuple(FacetCount(value, count) for value, count in best)


def _counting(facet: Facet) -> Query:
    size = SIGHTINGS if facet == "speaker" else 12_000 if facet in ("year", "month") else VALUES
    return {"terms": {"field": _FIELDS[facet], "size": size, "shard_size": size}}


def _buckets(response: Response, facet: Facet) -> Counter[Any]:
    return Counter({one["key"]: int(one["doc_count"]) for one in response["aggregations"][facet]["buckets"]})
