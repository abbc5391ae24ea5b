"""What is a match worth? BM25 per field with the statistics of the field's own kind of document.

Whoosh's BM25F divides by all documents; articles and quotes share one index, so document count and mean length are
taken over the documents of one kind. Formula: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25
and Beyond (2009), with the idf of Lucene, ln(1 + (N − n + ½) / (n + ½)), which is never negative.
"""

from __future__ import annotations

from math import log
from typing import Any, Final

from whoosh.scoring import BaseScorer, WeightingModel, WeightLengthScorer

K1: Final = 1.2
B: Final = 0.75
# Titles and names are short by nature: their length says little.
FIELD_B: Final = {"title": 0.3, "speaker": 0.0, "quote": 0.5}


def idf(documents: int, frequency: int) -> float:
    """Inverse document frequency of a term that stands in `frequency` of `documents`."""
    return log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


class KindBM25(WeightingModel):  # type: ignore[misc]
    """BM25 with `counts`: documents of the kind that owns each text field."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: float = 1) -> BaseScorer:
        """Whoosh asks for one scorer a term."""
        if fieldname not in self.counts:
            return _Unscored()
        parent = searcher.get_parent()
        documents = max(self.counts[fieldname], 1)
        weight = idf(documents, parent.reader().doc_frequency(fieldname, text)) * qf
        mean = (parent.field_length(fieldname) or 1) / documents
        return _BM25Scorer(searcher, fieldname, text, weight, mean)


class _Unscored(BaseScorer):  # type: ignore[misc]
    """Fields that only filter."""

    def score(self, matcher: Any) -> float:
        return 0.0

    def max_quality(self) -> float:
        return 0.0


class _BM25Scorer(WeightLengthScorer):  # type: ignore[misc]
    def __init__(self, searcher: Any, fieldname: str, text: bytes, weight: float, mean: float) -> None:
        self.weight = weight
        self.mean = mean
        self.b = FIELD_B.get(fieldname, B)
        self.setup(searcher, fieldname, text)

    def _score(self, weight: float, length: float) -> float:
        return self.weight * weight * (K1 + 1) / (weight + K1 * (1 - self.b + self.b * length / self.mean))
