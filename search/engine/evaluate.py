"""Which documents answer a plan best? Segment after segment, exactly, until the deadline.

`engine.segment_run` does the work in one segment, with numpy or with compiled operations of the same names; flat
plans go to kernels that pass over what cannot win, where they are loaded (`flat`). All ways give the same documents
with the same floats, ties by document number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any as Whatever
from typing import Final, Literal, NamedTuple

import numpy as np

from index.schema import NO_DAY, Kind
from index.storage.format import BLOCK

from . import bounds, reference
from .plan import Node, Term
from .reference import Docs, Numbers, Scores
from .segment_lists import CutShort, Deadline
from .segment_run import SegmentRun
from .snapshot import Mask, Snapshot, View

Passing = Sequence[Mask | None] | None  # for each segment which documents pass the filters; None: all
Relation = Literal["eq", "gte"]
_BLOCKS_FROM: Final = 16  # blocks of a list from which the best ones are looked at first


class Top(NamedTuple):
    """The best documents, best first: global numbers (i64) and scores. `relation`: whether `total` is all that
    match, or at least so many do.
    """

    docs: Numbers
    scores: Scores
    total: int
    relation: Relation = "eq"


class Evaluator:
    """Answers over one snapshot; shared by threads. `primitives`: the module of array operations; `flat`: what answers
    flat plans, `engine.shapes.flat_top`.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        primitives: Whatever = reference,
        flat: Callable[..., Top | None] | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.primitives = primitives
        self.flat = flat

    def top(
        self,
        node: Node,
        kind: Kind,
        k: int,
        *,
        passing: Passing = None,
        count: bool = True,
        deadline: float | None = None,
    ) -> Top:
        """The k best. Without `count` the total may be a lower bound. `deadline` is a time of `time.monotonic`: late,
        the answer is what was found by then.
        """
        if self.flat is not None:
            answer = self.flat(self.snapshot, kind, node, k, passing, count, deadline)
            if answer is not None:
                return answer
        view = self.snapshot.views[kind]
        parts: list[tuple[Numbers, Scores]] = []
        total, relation = 0, _eq()
        for run, mask in self._runs(view, passing, deadline):
            try:
                docs, scores, found, exact = self._best_of(run, node, mask, k, count)
            except CutShort:
                relation = "gte"
                continue
            total += found
            if run.cut or not exact:
                relation = "gte"
            parts.append((docs.astype(np.int64) + view.base[run.segment], scores))
        if not parts:
            return Top(np.zeros(0, np.int64), np.zeros(0), total, relation)
        numbers, worth = parts[0]
        if len(parts) > 1:
            numbers = np.concatenate([some for some, _ in parts])
            worth = np.concatenate([some for _, some in parts])
            order = np.lexsort((numbers, -worth))[:k]
            numbers, worth = numbers[order], worth[order]
        return Top(numbers, worth, total, relation)

    def matches(
        self, node: Node, kind: Kind, *, passing: Passing = None, deadline: float | None = None
    ) -> list[tuple[Docs, Scores]]:
        """For each segment all documents that match, ascending, by local number, and their scores. Late, segments that
        were not looked at have none.
        """
        view = self.snapshot.views[kind]
        found: list[tuple[Docs, Scores]] = []
        for run, mask in self._runs(view, passing, deadline):
            try:
                found.append(run.found(node, mask))
            except CutShort:
                found.append((np.zeros(0, np.uint32), np.zeros(0)))
        return found

    def documents(
        self, node: Node, kind: Kind, *, passing: Passing = None, deadline: float | None = None
    ) -> tuple[list[Docs], Relation]:
        """For each segment all documents that match, ascending, by local number, without scores."""
        view = self.snapshot.views[kind]
        found: list[Docs] = []
        relation = _eq()
        for run, mask in self._runs(view, passing, deadline):
            try:
                docs = run.docs(node)
            except CutShort:
                docs, relation = np.zeros(0, np.uint32), "gte"
            found.append(docs if mask is None else docs[mask[docs] != 0])
        return found, relation

    def total(
        self, node: Node, kind: Kind, *, passing: Passing = None, deadline: float | None = None
    ) -> tuple[int, Relation]:
        """How many documents match, without finding out which where kernels can count."""
        if self.flat is not None:
            answer = self.flat(self.snapshot, kind, node, 0, passing, True, deadline)
            if answer is not None:
                return answer.total, answer.relation
        found, relation = self.documents(node, kind, passing=passing, deadline=deadline)
        return sum(map(len, found)), relation

    def newest(self, node: Node, kind: Kind, k: int, *, passing: Passing = None, deadline: float | None = None) -> Top:
        """The k newest, ties by document number, the undated last. Their scores are 0."""
        return self._by_day(node, kind, k, passing, deadline, newest=True)

    def oldest(self, node: Node, kind: Kind, k: int, *, passing: Passing = None, deadline: float | None = None) -> Top:
        """The k oldest, ties by document number, the undated last. Their scores are 0."""
        return self._by_day(node, kind, k, passing, deadline, newest=False)

    def _by_day(self, node: Node, kind: Kind, k: int, passing: Passing, deadline: float | None, *, newest: bool) -> Top:
        view = self.snapshot.views[kind]
        found, relation = self.documents(node, kind, passing=passing, deadline=deadline)
        ranks, numbers = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for segment, docs in enumerate(found):
            days = view.parts[segment].day[docs].astype(np.int64)
            rank = np.where(days == NO_DAY, 1 << 40, -days if newest else days)
            if k < len(docs):
                least = np.partition(rank, k - 1)[k - 1] if k else -1 << 40
                chosen = np.flatnonzero(rank <= least)
                chosen = chosen[np.lexsort((docs[chosen], rank[chosen]))[:k]]
                rank, docs = rank[chosen], docs[chosen]
            ranks.append(rank)
            numbers.append(docs.astype(np.int64) + view.base[segment])
        rank, number = np.concatenate(ranks), np.concatenate(numbers)
        best = number[np.lexsort((number, rank))[:k]]
        return Top(best, np.zeros(len(best)), sum(map(len, found)), relation)

    # -- one segment

    def _runs(self, view: View, passing: Passing, deadline: float | None) -> list[tuple[SegmentRun, Mask | None]]:
        clock = Deadline(deadline)
        stock = _Stock(view)
        runs = []
        for segment in range(len(view.parts)):
            mask = view.live[segment]
            chosen = None if passing is None else passing[segment]
            if chosen is not None:
                mask = chosen if mask is None else chosen & mask
            runs.append((SegmentRun(view, segment, self.primitives, clock, stock), mask))
        return runs

    def _best_of(
        self, run: SegmentRun, node: Node, mask: Mask | None, k: int, count: bool
    ) -> tuple[Docs, Scores, int, bool]:
        """(documents, scores, how many match, whether exactly)"""
        if isinstance(node, Term) and mask is None:
            quick = self._frequent_term(run, node, k)
            if quick is not None:
                return quick
        if bounds.pays(node) and k > 0:
            docs = run.docs(node)
            docs = docs if mask is None else docs[mask[docs] != 0]
            total, kept = len(docs), None
            try:
                kept = bounds.survivors(run, node, docs, k)
            except CutShort:
                run.cut = True
            docs = docs if kept is None else docs[kept]
            scores = run.scores(node, docs)
        else:
            docs, scores = run.found(node, mask)
            total = len(docs)
        chosen = self.primitives.best(docs, scores, k)
        return docs[chosen], scores[chosen], total, True

    def _frequent_term(self, run: SegmentRun, node: Term, k: int) -> tuple[Docs, Scores, int, bool] | None:
        """The best of a term by its blocks: those of the highest bounds tell what the k-th best is worth at least, and
        blocks that cannot reach it are passed over. None where that does not pay or no bounds hold.
        """
        postings = run.term_list(node.field, node.text)
        number = run.view.entry(node.field, node.text).numbers[run.segment]
        if postings is None or number < 0 or not run.part.df(number) or not run.view.is_text(node.field):
            return None
        part, start, end = run.part, int(run.part.block_start[number]), int(run.part.block_start[number + 1])
        scale = run.view.bound_scale(run.segment, node.field)
        leading = k // 64 + 4
        if end - start < max(_BLOCKS_FROM, 4 * leading) or scale is None:
            return None
        tops = part.block_top[start:end] * scale * (1 + 1e-12)
        lead = np.argpartition(tops, len(tops) - leading)[len(tops) - leading :]
        x = run.x(node.field, postings, _in_blocks(np.sort(lead), len(postings.docs)))
        if len(x) < k:
            return None
        least = np.partition(x, len(x) - k)[len(x) - k]
        kept = np.flatnonzero(tops >= least)
        if 2 * len(kept) > len(tops):
            return None
        chosen = _in_blocks(kept, len(postings.docs))
        weight = run.weight(node.field, node.text) * node.boost
        docs, scores = postings.docs[chosen], run.p.worth(run.x(node.field, postings, chosen), weight)
        best = self.primitives.best(docs, scores, k)
        return docs[best], scores[best], len(postings.docs), True


def _eq() -> Relation:
    return "eq"


def _in_blocks(blocks: Numbers, postings: int) -> Numbers:
    at: Numbers = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
    return at[at < postings]


class _Stock:
    """Whoosh's own matchers over its reader of the view, made when a plan first needs them."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._leaves: list[Whatever] | None = None
        self._weighting: Whatever = None
        self._searcher: Whatever = None

    def __call__(self, query: Whatever, segment: int, check: Callable[[], None]) -> tuple[Docs, Scores]:
        """All documents of a segment that match, and their scores."""
        from whoosh.searching import SearchContext, Searcher

        from index.storage.whoosh_reader import part_reader

        from .ranking import KindBM25

        if self._leaves is None:
            self._weighting = KindBM25(self._view.kind)
            reader = part_reader(list(zip(self._view.parts, self._view.live, strict=True)))
            searcher = Searcher(reader, weighting=self._weighting)
            self._searcher = searcher  # its leaves hold it weakly
            self._leaves = [leaf for leaf, _ in searcher.leaf_searchers()]
        matcher = query.matcher(self._leaves[segment], SearchContext(weighting=self._weighting))
        docs: list[int] = []
        scores: list[float] = []
        while matcher.is_active():
            if len(docs) % 1024 == 0:
                check()
            docs.append(matcher.id())
            scores.append(matcher.score())
            matcher.next()
        return np.array(docs, np.uint32), np.array(scores, np.float64)
