"""What is a match worth? BM25F with the statistics of the field's own kind of document.

A word's frequencies in all fields are added up, each weighted and normalised by its own field's length, before they
saturate: a word in title and text is one word, not two. Whoosh's own BM25F adds saturated scores and divides by all
documents; articles and quotes share one index, so document count and mean length are taken over one kind.

Formula: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), section 3.6, with the
idf of Lucene, ln(1 + (N − n + ½) / (n + ½)), which is never negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any, Final

from whoosh import query as wq
from whoosh.matching import UnionMatcher, WrappingMatcher
from whoosh.scoring import BaseScorer, WeightingModel, WeightLengthScorer
from whoosh.util import make_binary_tree

K1: Final = 1.2
B: Final = 0.75
# Titles and names are short by nature: their length says little.
FIELD_B: Final = {"title": 0.3, "speaker": 0.0, "quote": 0.5}


def idf(documents: int, frequency: int) -> float:
    """Inverse document frequency of a term that stands in `frequency` of `documents`."""
    return log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


@dataclass(frozen=True, slots=True)
class FieldStatistics:
    """Of one field: documents of its kind, their mean length in terms, and how much length counts."""

    documents: int
    mean: float
    b: float

    def normalised(self, frequency: float, length: float) -> float:
        """A term's frequency as it would be in a document of mean length."""
        return frequency / (1 - self.b + self.b * length / self.mean)


def saturated(frequency: float) -> float:
    """What a normalised frequency is worth: K1 + 1 at most."""
    return frequency * (K1 + 1) / (frequency + K1)


class KindBM25(WeightingModel):  # type: ignore[misc]
    """Whoosh's seam: scores terms of one field. `counts`: documents of the kind that owns each text field."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts

    def statistics(self, searcher: Any, field: str) -> FieldStatistics:
        """Of `field` over the whole index."""
        documents = max(self.counts[field], 1)
        length = searcher.get_parent().field_length(field) or 1
        return FieldStatistics(documents, length / documents, FIELD_B.get(field, B))

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: float = 1) -> BaseScorer:
        """Whoosh asks for one scorer a term."""
        if fieldname not in self.counts:
            return _Unscored()
        statistics = self.statistics(searcher, fieldname)
        frequency = searcher.get_parent().reader().doc_frequency(fieldname, text)
        return _BM25Scorer(searcher, fieldname, text, idf(statistics.documents, frequency) * qf, statistics)


class _Unscored(BaseScorer):  # type: ignore[misc]
    """Fields that only filter."""

    def score(self, matcher: Any) -> float:
        return 0.0

    def max_quality(self) -> float:
        return 0.0


class _BM25Scorer(WeightLengthScorer):  # type: ignore[misc]
    def __init__(self, searcher: Any, fieldname: str, text: bytes, weight: float, statistics: FieldStatistics) -> None:
        self.weight = weight
        self.statistics = statistics
        self.setup(searcher, fieldname, text)

    def _score(self, weight: float, length: float) -> float:
        return self.weight * saturated(self.statistics.normalised(weight, length))


class AcrossFields(wq.Query):  # type: ignore[misc]
    """One term in any of some fields (name, weight), scored as one by BM25F and multiplied by `boost`.

    Its idf is that of the field where it is most frequent.
    """

    def __init__(self, text: str, fields: tuple[tuple[str, float], ...], boost: float) -> None:
        self.text = text
        self.fields = fields
        self.boost = boost
        self.q = wq.Or([wq.Term(name, text) for name, _ in fields])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AcrossFields) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.text, self.fields, self.boost))

    def __repr__(self) -> str:
        return f"AcrossFields({self.text!r}, {self.fields!r}, boost={self.boost})"

    def estimate_size(self, reader: Any) -> int:
        """An upper bound of what may match."""
        return int(self.q.estimate_size(reader))

    def estimate_min_size(self, reader: Any) -> int:
        """A lower bound of what may match."""
        return int(self.q.estimate_min_size(reader))

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Whoosh's seam: a matcher over one segment."""
        leaves = [wq.Term(name, self.text).matcher(searcher, searcher.boolean_context()) for name, _ in self.fields]
        union = make_binary_tree(UnionMatcher, leaves)
        weighting = context.weighting if context is not None else None
        return union if weighting is None else _AcrossMatcher(union, leaves, self, searcher, weighting)


class _AcrossMatcher(WrappingMatcher):  # type: ignore[misc]
    def __init__(self, union: Any, leaves: list[Any], query: AcrossFields, searcher: Any, weighting: KindBM25) -> None:
        super().__init__(union)
        self.leaves = leaves
        self.fields = query.fields
        self.searcher = searcher
        self.statistics = [weighting.statistics(searcher, name) for name, _ in query.fields]
        reader = searcher.get_parent().reader()
        most = max(reader.doc_frequency(name, query.text) for name, _ in query.fields)
        self.idf = idf(self.statistics[0].documents, most) * query.boost

    def score(self) -> float:
        document = self.id()
        frequency = 0.0
        for leaf, (name, weight), statistics in zip(self.leaves, self.fields, self.statistics, strict=True):
            if leaf.is_active() and leaf.id() == document:
                length = self.searcher.doc_field_length(document, name)
                frequency += weight * statistics.normalised(leaf.weight(), length)
        return self.idf * saturated(frequency)
