"""Whoosh, searched exhaustively over our reader: what the engine must find, and with which scores.

What contradicts the documentation of Whoosh 2.7.4, or ends in an IndexError, is put right here, and only here:

- an `Or` that preloads loses what scores 0;
- a constant score is 1 or a sum, by the size of the index; a constant score of 0 is 1;
- `DisjunctionMax` compares scores of different documents;
- the matcher of `Require` excludes;
- `AndNot` lets its first document pass where the unwanted query began before it, and fails where it is skipped to its
  end;
- the optional part of an `AndMaybe` that is skipped to a document stays behind where the other part lands further on;
- an `InverseMatcher` may stop at a deleted document;
- span queries cannot estimate their size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from whoosh import query as wq
from whoosh.matching import AndMaybeMatcher, AndNotMatcher, DisjunctionMaxMatcher, ListMatcher, RequireMatcher
from whoosh.query import spans
from whoosh.searching import Searcher

from index.schema import Kind
from index.storage.rows import ArticleRows
from index.storage.segment import Segment
from index.storage.whoosh_reader import part_reader
from search.engine.ranking import KindBM25
from search.engine.snapshot import Snapshot
from tests.index.storage.naive import build


def snapshot_of(batches: Sequence[tuple[Sequence[ArticleRows], Sequence[int]]]) -> Snapshot:
    """One segment a batch; the numbers are its deleted articles."""
    segments = []
    for number, (rows, gone) in enumerate(batches):
        deleted: NDArray[np.bool_] = np.zeros(len(rows), np.bool_)
        deleted[[place for place in gone if place < len(rows)]] = True
        segments.append(Segment(build(rows), f"s{number}", deleted))
    return Snapshot(segments)


@contextmanager
def corrected() -> Iterator[None]:
    """Whoosh without the defects above."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wq.Or, "matcher_type", wq.Or.DEFAULT_MATCHER)
        patch.setattr(DisjunctionMaxMatcher, "score", _best_here)
        patch.setattr(wq.Require, "matcher", _required)
        patch.setattr(ListMatcher, "weight", _weight)
        patch.setattr(AndMaybeMatcher, "skip_to", _both_skipped)
        find_next = AndNotMatcher._find_next
        patch.setattr(AndNotMatcher, "_find_first", lambda self: _wanted(self, find_next))
        patch.setattr(AndNotMatcher, "_find_next", lambda self: _wanted(self, find_next))
        patch.setattr(spans.SpanQuery, "estimate_size", lambda self, reader: reader.doc_count_all())
        stock = wq.MultiTerm.matcher
        patch.setattr(wq.MultiTerm, "matcher", lambda self, *seen: _constant(self, stock, *seen))
        yield


def _best_here(self: Any) -> float:
    here = self.id()
    return float(max(m.score() for m in (self.a, self.b) if m.is_active() and m.id() == here))


def _required(self: Any, searcher: Any, context: Any = None) -> Any:
    return RequireMatcher(self.a.matcher(searcher, context), self.b.matcher(searcher, searcher.boolean_context()))


def _both_skipped(self: Any, document: int) -> bool:
    skipped = self.a.skip_to(document)
    if self.a.is_active() and self.b.is_active():
        self.b.skip_to(self.a.id())
    return bool(skipped)


def _wanted(self: Any, find_next: Any) -> Any:
    return find_next(self) if self.a.is_active() and self.b.is_active() else False


def _weight(self: Any) -> float:
    if self._all_weights is not None:
        return float(self._all_weights)
    return float(self._weights[self._i]) if self._weights else 1.0


def _constant(query: Any, stock: Any, searcher: Any, context: Any = None) -> Any:
    found = stock(query, searcher, context)
    if not query.constantscore or len(set(query._btexts(searcher.reader()))) < 2:
        return found
    return ListMatcher(list(found.all_ids()), all_weights=query.boost)


def answers(snapshot: Snapshot, query: wq.Query, kind: Kind) -> dict[int, float]:
    """Global document → score."""
    view = snapshot.views[kind]
    reader = part_reader(list(zip(view.parts, view.live, strict=True)))
    searcher = Searcher(reader, weighting=KindBM25(kind))
    found: dict[int, float] = {}
    with corrected():
        for leaf, base in searcher.leaf_searchers():
            matcher = query.matcher(leaf, searcher.context())
            while matcher.is_active():
                if not leaf.reader().is_deleted(matcher.id()):
                    found[matcher.id() + base] = matcher.score()
                matcher.next()
    return found
