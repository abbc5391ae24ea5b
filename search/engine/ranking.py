"""How do Whoosh's matchers score as we do? BM25F (`engine.scoring`) behind Whoosh's weighting interface.

Whoosh's own BM25F adds saturated scores and divides by the segment's statistics; here they are those of the whole
index, asked of the searcher's parent. This is the slow path that the engine is compared with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from whoosh import query as wq
from whoosh.matching import UnionMatcher, WrappingMatcher
from whoosh.scoring import BaseScorer, WeightingModel, WeightLengthScorer
from whoosh.util import make_binary_tree

from index.analysis import FORM_MARK
from index.schema import TEXT_FIELDS, Kind

from .scoring import FORM_WEIGHT, K1, idf, saturated

FIELD_B: Final[dict[Kind, dict[str, float]]] = {
    kind: {field.name: field.b for field in fields} for kind, fields in TEXT_FIELDS.items()
}

__all__ = ["FIELD_B", "K1", "AcrossFields", "FieldStatistics", "KindBM25", "TermWorth", "idf", "saturated"]


@dataclass(frozen=True, slots=True)
class FieldStatistics:
    """Of one field: documents of its kind, their mean length in tokens, and how much length counts."""

    documents: int
    mean: float
    b: float

    def normalised(self, frequency: float, length: float) -> float:
        """A term's frequency as it would be in a document of mean length."""
        return frequency / (1 - self.b + self.b * length / self.mean)


@dataclass(frozen=True, slots=True)
class TermWorth:
    """What a term of this weight is worth, by its frequency in a document of some length."""

    weight: float
    statistics: FieldStatistics

    def of(self, frequency: float, length: float) -> float:
        """The score."""
        return self.weight * saturated(self.statistics.normalised(frequency, length))


class KindBM25(WeightingModel):  # type: ignore[misc]
    """Whoosh's seam: scores terms of one kind of document. Key fields score nothing."""

    def __init__(self, kind: Kind) -> None:
        self.kind: Kind = kind

    def statistics(self, searcher: Any, field: str) -> FieldStatistics:
        """Of `field` over the whole index."""
        reader = searcher.get_parent().reader()
        documents = max(reader.doc_count_all(), 1)
        tokens = reader.field_length(field)
        return FieldStatistics(documents, tokens / documents if tokens else 1.0, FIELD_B[self.kind][field])

    def of_term(self, searcher: Any, field: str, df: int, boost: float = 1.0) -> TermWorth:
        """Of a term that stands in `df` documents."""
        if field not in FIELD_B[self.kind]:
            return TermWorth(0.0, FieldStatistics(1, 1.0, 0.0))
        statistics = self.statistics(searcher, field)
        return TermWorth(idf(statistics.documents, df) * boost, statistics)

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: float = 1) -> BaseScorer:
        """Whoosh asks for one scorer a term."""
        if fieldname not in FIELD_B[self.kind]:
            return _Unscored()
        df = searcher.get_parent().reader().doc_frequency(fieldname, text)
        return _BM25Scorer(searcher, fieldname, text, self.of_term(searcher, fieldname, df, qf))


class _Unscored(BaseScorer):  # type: ignore[misc]
    """Fields that only filter."""

    def score(self, matcher: Any) -> float:
        return 0.0

    def max_quality(self) -> float:
        return 0.0


class _BM25Scorer(WeightLengthScorer):  # type: ignore[misc]
    def __init__(self, searcher: Any, fieldname: str, text: bytes, worth: TermWorth) -> None:
        self.worth = worth
        self.setup(searcher, fieldname, text)

    def _score(self, weight: float, length: float) -> float:
        return self.worth.of(weight, length)


class AcrossFields(wq.Query):  # type: ignore[misc]
    """One root in any of some fields (name, weight), scored as one word by BM25F and multiplied by `boost`.

    Its idf is that of the field where it stands in most documents. Where `form` (folded) is asked for, the positions
    in that form add FORM_WEIGHT times what they are worth; it never matches more documents.
    """

    def __init__(
        self, text: str, fields: tuple[tuple[str, float], ...], boost: float = 1.0, form: str | None = None
    ) -> None:
        self.text = text
        self.fields = fields
        self.boost = boost
        self.form = form
        self.q = wq.Or([wq.Term(name, text) for name, _ in fields])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AcrossFields) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.text, self.fields, self.boost, self.form))

    def __repr__(self) -> str:
        return f"AcrossFields({self.text!r}, {self.fields!r}, boost={self.boost}, form={self.form!r})"

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
        self.query = query
        self.searcher = searcher
        self.statistics = [weighting.statistics(searcher, name) for name, _ in query.fields]
        reader = searcher.get_parent().reader()
        most = max(reader.doc_frequency(name, query.text) for name, _ in query.fields)
        self.idf = idf(self.statistics[0].documents, most) * query.boost

    def score(self) -> float:
        document = self.id()
        x = x_of_form = 0.0
        for leaf, (name, weight), statistics in zip(self.leaves, self.query.fields, self.statistics, strict=True):
            if leaf.is_active() and leaf.id() == document:
                length = self.searcher.doc_field_length(document, name)
                places = leaf.value_as("positions")
                x += weight * statistics.normalised(len(places), length)
                x_of_form += weight * statistics.normalised(len(self._in_form(name, document, places)), length)
        return self.idf * saturated(x) + FORM_WEIGHT * self.idf * saturated(x_of_form)

    def _in_form(self, field: str, document: int, places: list[int]) -> set[int]:
        """Those of the root's positions where the form stands that is asked for."""
        reader = self.searcher.reader()
        if self.query.form is None or (field, FORM_MARK + self.query.form) not in reader:
            return set()
        matcher = reader.postings(field, FORM_MARK + self.query.form)
        while matcher.is_active() and matcher.id() < document:
            matcher.next()
        here = matcher.is_active() and matcher.id() == document
        return set(places) & set(matcher.value_as("positions")) if here else set()
