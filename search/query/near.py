"""When do words stand next to each other? A phrase: one behind another. Near: all within a window, in any order.

A window of n words with slop s spans at most n + s positions. Whoosh's own span queries know neither alternatives at
one place (`Or` loses positions when it preloads) nor a list of them (`SpanNear2` of 2.7.4 cannot estimate its size).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from whoosh import query as wq
from whoosh.matching import IntersectionMatcher, UnionMatcher
from whoosh.query import spans
from whoosh.util import make_binary_tree


def windows(places: Sequence[Sequence[int]], slop: int) -> list[tuple[int, int]]:
    """`(first, last)` of each place where the words stand near; `places[i]` are the sorted positions of word i."""
    if slop == 0:
        return _in_order(places)
    found: list[tuple[int, int]] = []
    queue = sorted((position, word) for word, ones in enumerate(places) for position in ones)
    latest: dict[int, int] = {}
    for position, word in queue:
        latest[word] = position
        if len(latest) == len(places):
            first = min(latest.values())
            if len(places) - 1 <= position - first < len(places) + slop:
                found.append((first, position))
    return found


def _in_order(places: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    starts = set(places[0])
    for shift, ones in enumerate(places[1:], 1):
        starts &= {position - shift for position in ones}
    return [(start, start + len(places) - 1) for start in sorted(starts)]


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
        """Whoosh's seam: a matcher over one segment."""
        matchers = [word.matcher(searcher, context) for word in self.words]
        return _NearMatcher(matchers, self.slop, self.boost)


class _NearMatcher(spans.SpanWrappingMatcher):  # type: ignore[misc]
    def __init__(self, matchers: list[Any], slop: int, boost: float) -> None:
        self.matchers = matchers
        self.slop = slop
        self.weight_of_score = boost
        super().__init__(make_binary_tree(IntersectionMatcher, matchers))

    def _get_spans(self) -> list[spans.Span]:
        places = [sorted({span.start for span in matcher.spans()}) for matcher in self.matchers]
        return [spans.Span(first, last) for first, last in windows(places, self.slop)]

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


class NumberRange(wq.NumericRange):  # type: ignore[misc]
    """Whoosh's numeric range without scores: with them it preloads its tiers, and loses what scores nothing."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Whoosh's seam: a matcher over one segment."""
        return super().matcher(searcher, searcher.boolean_context())
