"""When do words stand next to each other? A phrase: one behind another. Near: all within a window, in any order.

A window of n words with slop s spans at most n + s positions. Whoosh's own span queries know neither alternatives at
one place (`Or` loses positions when it preloads) nor a list of them (`SpanNear2` of 2.7.4 cannot estimate its size).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from heapq import nlargest
from typing import Any, Final

from whoosh import query as wq
from whoosh.matching import IntersectionMatcher, ListMatcher, NullMatcher, UnionMatcher
from whoosh.query import spans
from whoosh.util import make_binary_tree

EXPANSIONS: Final = 64


def windows(places: Sequence[Sequence[int]], slop: int) -> list[tuple[int, int]]:
    """`(first, last)` of each place where the words stand near; `places[i]` are the sorted positions of word i.

    Each word has a position of its own: «очень очень» needs two of them. Of the windows with one beginning the
    shortest counts.
    """
    if slop == 0:
        return _in_order(places)
    groups = Counter(map(tuple, places))
    taken = sorted(set().union(*groups))
    apart = sum(map(len, groups)) == len(taken)
    found: list[tuple[int, int]] = []
    for first in taken:
        # Each group of k same words needs k positions from `first` on: none of them can end the window earlier.
        ends = [_nth_from(positions, first, needed) for positions, needed in groups.items()]
        if any(end is None or end - first >= len(places) + slop for end in ends):
            continue
        last = max(end for end in ends if end is not None)
        if not apart:
            last = _shortest(places, first, last, first + len(places) + slop)
        if last >= 0 and last - first >= len(places) - 1:
            found.append((first, last))
    return found


def _nth_from(positions: Sequence[int], first: int, nth: int) -> int | None:
    """The nth of the sorted `positions` that are `first` or later."""
    at = bisect_left(positions, first) + nth - 1
    return positions[at] if at < len(positions) else None


def _shortest(places: Sequence[Sequence[int]], first: int, least: int, bound: int) -> int:
    """Where the shortest window from `first` ends, at `least` or later and before `bound`; -1 where there is none."""
    inside = [[p for p in ones if first <= p < bound] for ones in places]
    for last in sorted({p for ones in inside for p in ones if p >= least}):
        if _all_placed([[p for p in ones if p <= last] for ones in inside]):
            return last
    return -1


def _all_placed(places: Sequence[Sequence[int]]) -> bool:
    """Whether each word can have a position of its own (augmenting paths, as in bipartite matching)."""
    owner: dict[int, int] = {}

    def placed(word: int, tried: set[int]) -> bool:
        for position in places[word]:
            if position not in tried:
                tried.add(position)
                if position not in owner or placed(owner[position], tried):
                    owner[position] = word
                    return True
        return False

    return all(placed(word, set()) for word in range(len(places)))


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
        """Whoosh's seam: a matcher over one segment. A word that comes several times is looked up once."""
        distinct = list(dict.fromkeys(self.words))
        matchers = [word.matcher(searcher, context) for word in distinct]
        return _NearMatcher(matchers, [distinct.index(word) for word in self.words], self.slop, self.boost)


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
    """Any term of the vocabulary that begins so, or is at most so many edits away: the EXPANSIONS most frequent.

    Unlike Whoosh's own it is bounded, keeps positions where they are wanted, and scores its terms.
    """

    def __init__(self, fieldname: str, text: str, *, edits: int = 0, prefix: int = 0, places: bool = False) -> None:
        self.fieldname = fieldname
        self.text = text
        self.places = places  # whether positions are wanted: without them it is cheaper
        self.edits = edits
        self.prefix = prefix  # letters that must be the same, of a misspelled word
        self.q = wq.Prefix(fieldname, text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expanded) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.fieldname, self.text, self.edits))

    def __repr__(self) -> str:
        return f"Expanded({self.fieldname!r}, {self.text!r}, edits={self.edits})"

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Whoosh's seam: a matcher over one segment. The terms are those of the whole index."""
        reader = searcher.get_parent().reader()
        if self.edits:
            texts = reader.terms_within(self.fieldname, self.text, self.edits, prefix=self.prefix)
        else:
            texts = (text.decode() for text in reader.expand_prefix(self.fieldname, self.text))
        best = nlargest(EXPANSIONS, ((reader.doc_frequency(self.fieldname, text), text) for text in texts))
        if not best:
            return NullMatcher()
        terms = [wq.Term(self.fieldname, text) for _, text in best]
        if self.places:
            return AnyForm(terms).matcher(searcher, context)
        scores: dict[int, float] = {}
        for term in terms:
            matcher = term.matcher(searcher, context)
            while matcher.is_active():
                scores[matcher.id()] = scores.get(matcher.id(), 0.0) + matcher.score()
                matcher.next()
        documents = sorted(scores)
        return ListMatcher(documents, [scores[document] for document in documents])


class NumberRange(wq.NumericRange):  # type: ignore[misc]
    """Whoosh's numeric range without scores: with them it preloads its tiers, and loses what scores nothing."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Whoosh's seam: a matcher over one segment."""
        return super().matcher(searcher, searcher.boolean_context())
