"""When do words stand next to each other? A phrase: one behind another. Near: all within a window, in any order.

A window of n words with slop s spans at most n + s positions. Whoosh's own span queries know neither alternatives at
one place (`Or` loses positions when it preloads) nor a list of them (`SpanNear2` of 2.7.4 cannot estimate its size).
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as wq
from whoosh.matching import IntersectionMatcher, ListMatcher, NullMatcher, UnionMatcher, WrappingMatcher
from whoosh.query import spans
from whoosh.util import make_binary_tree

from index.storage.whoosh_reader import PartReader
from search.engine.scoring import EXPANSIONS

from .windows import windows

__all__ = ["AnyForm", "AnyOf", "Boosted", "Chosen", "Expanded", "Near", "NumberRange", "windows"]


class _Sized:
    """Whoosh orders matchers by how much they may find; a span query's estimate is that of the query it wraps."""

    q: wq.Query

    def estimate_size(self, reader: Any) -> int:
        """An upper bound of what may match."""
        return int(self.q.estimate_size(reader))

    def estimate_min_size(self, reader: Any) -> int:
        """A lower bound of what may match."""
        return int(self.q.estimate_min_size(reader))


class Near(_Sized, spans.SpanQuery):  # type: ignore[misc]
    """All of `words` (queries that know positions) near each other, see `windows`. The score is their scores' sum."""

    def __init__(self, words: Sequence[wq.Query], slop: int, boost: float) -> None:
        self.words = list(words)
        self.slop = slop
        self.boost = boost
        self.q = wq.And(self.words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Near) and (self.words, self.slop, self.boost) == (other.words, other.slop, other.boost)

    def __hash__(self) -> int:
        return hash((tuple(self.words), self.slop, self.boost))

    def __repr__(self) -> str:
        return f"Near({self.words!r}, slop={self.slop}, boost={self.boost})"

    def is_leaf(self) -> bool:
        """It has children."""
        return False

    def apply(self, fn: Any) -> Near:
        """The same query over changed children."""
        return Near([fn(word) for word in self.words], self.slop, self.boost)

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Whoosh's seam: a matcher over one segment. A word that comes several times is looked up once."""
        words = [_alone(word) for word in self.words]
        distinct = list(dict.fromkeys(words))
        matchers = [word.matcher(searcher, context) for word in distinct]
        return _NearMatcher(matchers, [distinct.index(word) for word in words], self.slop, self.boost)


def _alone(word: wq.Query) -> wq.Query:
    """Any of one term is this term, and the same word as it."""
    return word.queries[0] if isinstance(word, AnyForm) and len(word.queries) == 1 else word


class _NearMatcher(spans.SpanWrappingMatcher):  # type: ignore[misc]
    def __init__(self, matchers: list[Any], order: list[int], slop: int, boost: float) -> None:
        self.matchers = matchers
        self.order = order  # word of the phrase → its matcher
        self.slop = slop
        self.weight_of_score = boost
        super().__init__(make_binary_tree(IntersectionMatcher, matchers))

    def _get_spans(self) -> list[spans.Span]:
        places = [sorted({span.start for span in matcher.spans()}) for matcher in self.matchers]
        found = windows([places[word] for word in self.order], self.slop)
        return [spans.Span(first, last) for first, last in found]

    def score(self) -> float:
        return float(self.child.score()) * self.weight_of_score

    def replace(self, minquality: float = 0) -> Any:
        """Never: the words' matchers are read beside the intersection."""
        return self if self.is_active() else spans.mcore.NullMatcher()


class AnyOf(_Sized, wq.Query):  # type: ignore[misc]
    """Any of some queries; the score is their scores' sum.

    Whoosh's own `Or` may preload scores into an array, and then loses matches that score nothing, and positions.
    """

    join: Any = UnionMatcher

    def __init__(self, queries: Sequence[wq.Query]) -> None:
        self.queries = list(queries)
        self.q = wq.Or(self.queries)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.queries == getattr(other, "queries", None)

    def __hash__(self) -> int:
        return hash(tuple(self.queries))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.queries!r})"

    def is_leaf(self) -> bool:
        """It has children."""
        return False

    def apply(self, fn: Any) -> AnyOf:
        """The same query over changed children."""
        return type(self)([fn(query) for query in self.queries])

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Whoosh's seam: a matcher over one segment."""
        return make_binary_tree(self.join, [query.matcher(searcher, context) for query in self.queries])


class _AnyMatcher(spans.SpanOr.SpanOrMatcher):  # type: ignore[misc]
    def _get_spans(self) -> list[spans.Span]:
        """As the parent's, but spans that touch stay apart: they are neighbouring words."""
        active = [matcher for matcher in (self.a, self.b) if matcher.is_active()]
        at = min(matcher.id() for matcher in active)
        return sorted({span for matcher in active if matcher.id() == at for span in matcher.spans()})


class AnyForm(AnyOf):
    """Any of some terms of one field, with the positions of all of them."""

    join = _AnyMatcher


class Expanded(_Sized, wq.Query):  # type: ignore[misc]
    """Any term of the vocabulary that begins so, or is at most so many edits away: the EXPANSIONS that stand most often
    in the whole index, scored as one term. Its frequency is theirs together, its documents those with any of them.
    """

    def __init__(self, fieldname: str, text: str, *, edits: int = 0, prefix: int = 0) -> None:
        self.fieldname = fieldname
        self.text = text
        self.edits = edits
        self.prefix = prefix  # letters that must be the same, of a misspelled word
        self.q = wq.Prefix(fieldname, text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expanded) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.fieldname, self.text, self.edits))

    def __repr__(self) -> str:
        return f"Expanded({self.fieldname!r}, {self.text!r}, edits={self.edits})"

    def terms(self, reader: Any) -> list[str]:  # type: ignore[override,unused-ignore]
        """The terms that it stands for, over the whole index; of those that stand as often the first by bytes."""
        if self.edits:
            texts = reader.terms_within(self.fieldname, self.text, self.edits, prefix=self.prefix)
        else:
            texts = (text.decode() for text in reader.expand_prefix(self.fieldname, self.text))
        counted = [(-reader.frequency(self.fieldname, text), text.encode()) for text in set(texts)]
        return [text.decode() for _, text in nsmallest(EXPANSIONS, counted)]

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Whoosh's seam: a matcher over one segment."""
        parent = searcher.get_parent().reader()
        texts = self.terms(parent)
        weighting = context.weighting if context is not None and context.weighting else searcher.weighting
        places = _places(searcher.reader(), self.fieldname, texts)
        if not places:
            return NullMatcher()
        # Deleted documents count until a merge, so the readers are asked without their deletions.
        df = sum(len(_places(PartReader(leaf.part), self.fieldname, texts)) for leaf, _ in parent.leaf_readers())
        scorer = weighting.of_term(searcher, self.fieldname, df)
        documents = sorted(places)
        scores = [scorer.of(len(places[doc]), searcher.doc_field_length(doc, self.fieldname, 1)) for doc in documents]
        return _PlacedMatcher(documents, scores, [sorted(places[doc]) for doc in documents])


def _places(reader: Any, field: str, texts: Sequence[str]) -> dict[int, set[int]]:
    """Document → the positions of any of some terms."""
    found: dict[int, set[int]] = {}
    for text in texts:
        if (field, text) in reader:
            matcher = reader.postings(field, text)
            while matcher.is_active():
                found.setdefault(matcher.id(), set()).update(matcher.value_as("positions"))
                matcher.next()
    return found


class _PlacedMatcher(ListMatcher):  # type: ignore[misc]
    """Documents with scores and positions."""

    def __init__(self, documents: Sequence[int], scores: Sequence[float], places: Sequence[Sequence[int]]) -> None:
        super().__init__(documents, scores)
        self._of = dict(zip(documents, places, strict=True))

    def spans(self) -> list[spans.Span]:
        return [spans.Span(place, place) for place in self._of[self.id()]]


class Boosted(wq.WrappingQuery):  # type: ignore[misc]
    """`child` with its score multiplied: a compound of one query keeps its boost and does not apply it."""

    def __init__(self, child: wq.Query, boost: float) -> None:
        super().__init__(child)
        self.boost = boost

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Boosted) and (self.child, self.boost) == (other.child, other.boost)

    def __hash__(self) -> int:
        return hash((self.child, self.boost))

    def __repr__(self) -> str:
        return f"Boosted({self.child!r}, {self.boost})"

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Whoosh's seam: the child's matcher under a boost."""
        return WrappingMatcher(self.child.matcher(searcher, context), boost=self.boost)


class Chosen(wq.Query):  # type: ignore[misc]
    """Documents that are known already, `docs[s]` of each segment; only the planned way of evaluation knows it."""

    def __init__(self, docs: tuple[NDArray[np.uint32], ...]) -> None:
        self.docs = docs

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Whoosh has no way to say which segment it asks."""
        raise NotImplementedError("chosen documents are evaluated by engine.plan")


class NumberRange(wq.NumericRange):  # type: ignore[misc]
    """Whoosh's numeric range without scores: with them it preloads its tiers, and loses what scores nothing."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Whoosh's seam: a matcher over one segment."""
        return super().matcher(searcher, searcher.boolean_context())
