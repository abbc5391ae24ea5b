"""Which documents cannot be among the best? Those whose score is too low even if every extra came on top.

Forms and neighbourhood need positions, which cost most of a question; what they can add is known without them. The
documents of the highest bounds are scored first; the k-th best of them is what others must be able to reach.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from .plan import (
    All,
    Any,
    Blend,
    Complement,
    Constant,
    Days,
    Everything,
    Maybe,
    Near,
    Node,
    Phrase,
    Slot,
    Term,
    Without,
)
from .reference import Docs, Numbers, Scores
from .scoring import FORM_WEIGHT
from .segment_matches import words_of
from .segment_run import SegmentRun

FROM: Final = 2048  # documents from which bounds pay
LEADING: Final = 16  # times k documents are scored first
_SAFE: Final = 1 + 1e-9  # bounds are sums of another order


def pays(node: Node) -> bool:
    """Whether a plan has extras that bounds can save: a conjunction with forms, or an optional part."""
    return isinstance(node, Maybe | All) or (isinstance(node, Without) and pays(node.wanted))


def survivors(run: SegmentRun, node: Node, docs: Docs, k: int) -> Numbers | None:
    """Places of those documents that may be among the k best, ascending; None where nothing is saved."""
    leading = LEADING * k
    if len(docs) < max(FROM, 2 * leading):
        return None
    bounds = upper(run, node, docs)
    if bounds is None:
        return None
    lead = np.sort(np.argpartition(bounds, len(bounds) - leading)[len(bounds) - leading :])
    scores = run.scores(node, docs[lead])
    least = np.partition(scores, leading - k)[leading - k]
    kept: Numbers = np.flatnonzero(bounds * _SAFE >= least)
    return kept if 2 * len(kept) < len(docs) else None


def upper(run: SegmentRun, node: Node, docs: Docs) -> Scores | None:
    """(n,) What no document's score passes; None where that is not known."""
    match node:
        case Slot(_, _, boost, form) if boost >= 0:
            worth = run.values(node if form is None else Slot(node.root, node.fields, boost), docs)
            return worth if form is None else worth * (1 + FORM_WEIGHT)
        case Term(_, _, boost) | Blend(_, _, boost) if boost >= 0:
            return run.values(node, docs)
        case Any(children) | All(children):
            return _sum(run, children, docs)
        case Maybe(needed, optional):
            return _sum(run, (needed, optional), docs)
        case Without(wanted):
            return upper(run, wanted, docs)
        case Near(_, _, boost) if boost >= 0:
            words, _ = words_of(node)
            found = _sum(run, words, docs, together=all(map(_scores, words)))
            return None if found is None else found * boost
        case Phrase(field, texts, _, boost) if boost >= 0:
            return _sum(run, tuple(Term(field, text, boost) for text in texts), docs, together=boost > 0)
        case Everything(score) | Complement(_, score) | Constant(_, score) | Days(_, _, score) if score >= 0:
            return np.full(len(docs), score)
    return None


def _scores(word: Node) -> bool:
    """Whether a word scores wherever it stands."""
    match word:
        case Term(_, _, boost) | Blend(_, _, boost):
            return boost > 0
        case Any(children):
            return all(map(_scores, children))
    return False


def _sum(run: SegmentRun, nodes: tuple[Node, ...], docs: Docs, *, together: bool = False) -> Scores | None:
    """The sum of several bounds; `together`: 0 where one of them is 0, since all of them must match."""
    sums = np.zeros(len(docs))
    every = np.ones(len(docs), np.bool_)
    for node in nodes:
        found = upper(run, node, docs)
        if found is None:
            return None
        sums += found
        if together:
            every &= found > 0
    return np.where(every, sums, 0.0) if together else sums
