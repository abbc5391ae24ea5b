"""How good is the ranking? nDCG, MRR and recall of what a searcher finds, over queries whose answers were judged.

Formulas, with grade g of the document at rank i, from 1:

    DCG@k      Σ (2^g − 1) / log₂(i + 1) over the first k; nDCG is its share of the DCG of the best order there is
    MRR@k      1 / i of the first relevant document among the first k, else 0
    recall@k   share of all relevant documents that are among the first k

Sources: Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques (2002), for nDCG; its gain 2^g − 1
and discount from Burges et al., Learning to rank using gradient descent (2005), the same as the plain gain where
grades are 0 and 1. Each is the mean over all queries that have a relevant document; what finds nothing counts as 0.
The order is the one that a reader sees: ties stay as the engine shows them, a document counts where it comes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Any, Final

from .errors import NotFoundError, QueryError
from .judgements import Judgements
from .request import HitType
from .results import Rewrite
from .searcher import Searcher

NEAR: Final = 10
"""Ranks that a reader looks at."""


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], most: int = NEAR) -> float:
    """nDCG of the first `most` documents; 0 where none is relevant."""
    ideal = _gain(sorted(grades.values(), reverse=True)[:most])
    return _gain([grades.get(document, 0) for document in _distinct(ranked, most)]) / ideal if ideal else 0.0


def reciprocal_rank(ranked: Sequence[str], grades: Mapping[str, int], most: int = NEAR) -> float:
    """1 / rank of the first relevant document among the first `most`, else 0."""
    for rank, document in enumerate(_distinct(ranked, most), 1):
        if grades.get(document, 0) > 0:
            return 1 / rank
    return 0.0


def recall(ranked: Sequence[str], grades: Mapping[str, int], most: int) -> float:
    """The share of the relevant documents that are among the first `most`; 0 where none is relevant."""
    relevant = {document for document, grade in grades.items() if grade > 0}
    return len(relevant.intersection(_distinct(ranked, most))) / len(relevant) if relevant else 0.0


def measures(ranked: Sequence[str], grades: Mapping[str, int], limit: int) -> dict[str, float]:
    """The figures of one query whose first `limit` documents are `ranked`; names as they are printed."""
    return {
        f"nDCG@{NEAR}": ndcg(ranked, grades),
        f"MRR@{NEAR}": reciprocal_rank(ranked, grades),
        f"recall@{NEAR}": recall(ranked, grades, NEAR),
        f"recall@{limit}": recall(ranked, grades, limit),
    }


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, 1))


def _distinct(ranked: Sequence[str], most: int) -> list[str]:
    return list(dict.fromkeys(ranked))[:most]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One query. `ranked`: ids found, best first; `total`: how many documents answer in all."""

    id: str
    text: str
    measures: Mapping[str, float]
    ranked: tuple[str, ...]
    total: int
    rewrites: tuple[Rewrite, ...] = ()
    refused: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """One query of `molva eval --json --each`; `ranked` holds the first ten."""
        return {
            "id": self.id,
            "text": self.text,
            **{name: round(value, 6) for name, value in self.measures.items()},
            "total": self.total,
            "ranked": list(self.ranked[:NEAR]),
            "rewrites": [one.to_dict() for one in self.rewrites],
            "refused": self.refused,
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All queries with a relevant document, and what could not be evaluated: ids, in the files' order."""

    each: tuple[Evaluated, ...]
    unjudged: tuple[str, ...] = field(default=())  # queries without a relevant document
    unasked: tuple[str, ...] = field(default=())  # judged queries that are not among the queries
    unknown: tuple[str, ...] = field(default=())  # relevant documents that the index does not hold

    @property
    def means(self) -> dict[str, float]:
        """Each measure's mean over the queries."""
        names = self.each[0].measures if self.each else ()
        return {name: sum(one.measures[name] for one in self.each) / len(self.each) for name in names}

    @property
    def without_hits(self) -> int:
        """How many queries found nothing."""
        return sum(not one.ranked for one in self.each)

    @property
    def rewritten(self) -> dict[str, int]:
        """How many queries were read in another way, by each kind of it."""
        return dict(sorted(Counter(kind for one in self.each for kind in {r.kind for r in one.rewrites}).items()))

    @property
    def refused(self) -> tuple[str, ...]:
        """Queries that the searcher refuses; they count as finding nothing."""
        return tuple(one.id for one in self.each if one.refused is not None)

    def to_dict(self, *, each: bool = False) -> dict[str, Any]:
        """The JSON of `molva eval --json`."""
        found: dict[str, Any] = {
            "measures": {name: round(value, 6) for name, value in self.means.items()},
            "queries": len(self.each),
            "without_hits": self.without_hits,
            "rewritten": dict(self.rewritten),
            "refused": list(self.refused),
            "unjudged": list(self.unjudged),
            "unasked": list(self.unasked),
            "unknown": list(self.unknown),
        }
        if each:
            found["each"] = [one.to_dict() for one in self.each]
        return found


def evaluate(
    searcher: Searcher,
    queries: Mapping[str, str],
    judgements: Judgements,
    *,
    kind: HitType = "article",
    limit: int = 100,
    rewrite: bool = True,
    told: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Ask `searcher` every query that has a relevant document, for its first `limit` documents (10 to 100). `told` is
    called with how many queries are done, of how many.
    """
    relevant = {query for query, grades in judgements.items() if any(grades.values())}
    asked = {query: text for query, text in queries.items() if query in relevant}
    each: list[Evaluated] = []
    for query, text in asked.items():
        each.append(_evaluated(searcher, query, text, judgements[query], kind, limit, rewrite))
        if told is not None:
            told(len(each), len(asked))
    return Evaluation(
        tuple(each),
        unjudged=tuple(query for query in queries if query not in relevant),
        unasked=tuple(query for query in judgements if query not in queries),
        unknown=tuple(_unknown(searcher, each, judgements, kind)),
    )


def _evaluated(
    searcher: Searcher, query: str, text: str, grades: Mapping[str, int], kind: HitType, limit: int, rewrite: bool
) -> Evaluated:
    try:
        page = searcher.search(text, type=kind, limit=limit, rewrite=rewrite, snippets=False)
    except QueryError as error:
        return Evaluated(query, text, measures((), grades, limit), (), 0, refused=error.code)
    ranked = tuple(hit.id for hit in page.hits)
    return Evaluated(query, text, measures(ranked, grades, limit), ranked, page.total.value, page.rewrites)


def _unknown(searcher: Searcher, each: Sequence[Evaluated], judgements: Judgements, kind: HitType) -> Iterator[str]:
    """Relevant documents of the queries that are asked which no id of the index is."""
    seen = {document for one in each for document in one.ranked}
    for one in each:
        for document, grade in judgements[one.id].items():
            if grade > 0 and document not in seen:
                seen.add(document)
                try:
                    searcher.article(document) if kind == "article" else searcher.quote(document)
                except NotFoundError:
                    yield document
