"""Which plans need no tree walk? Flat ones: a term, any of some, all of some, a phrase, all of groups, a prefix or a
misspelling: `flat_top` answers them by one kernel call a segment.

Importing this module imports numba.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.analysis import FORM_MARK
from index.schema import Kind
from index.storage.format import TENTH
from index.storage.part import Part

from . import kernels, plan
from .evaluate import Relation, Top
from .kernels import primitives
from .kernels.lists import COLUMNS, END, START
from .scoring import saturated
from .shelf import MARK, UNBOUNDED, Found, List, Shelf, frozen, shelf_of
from .snapshot import Mask, Snapshot, View

UNKNOWN: Final = -1.0  # no score is known to be reached
SORTED: Final = 64  # hits that a kernel sorts; more are sorted by numpy
# A term of a plan: its weight (idf · boost) times −1, its place, its lists: sorted, they are in the canonical order.
Weighted: TypeAlias = tuple[float, int, Found]
Masks: TypeAlias = Sequence[Mask]  # for each segment which documents may be found; of no documents: all
_ONES: Final = np.ones(64)
_ZEROS: Final = np.zeros(64, np.int64)


def flat_top(
    snapshot: Snapshot, kind: Kind, node: plan.Node, k: int, passing: Sequence[Mask | None] | None, count: bool
) -> Top | None:
    """The k best documents of a flat plan, bit by bit those of `engine.evaluate`; None where the plan is not flat.

    `passing`: (docs,) masks, one a segment, of filters only: deletions are the snapshot's. Without `count` the total
    may be a lower bound.
    """
    shape = _SHAPES.get(type(node))
    if shape is None:
        return None
    shelf = shelf_of(snapshot.views[kind])
    masks = shelf.masks if passing is None else _masks(shelf.view, passing)
    if k > 0:
        return shape(shelf, node, k, masks, count)
    top = shape(shelf, node, 1, masks, count)
    return top if top is None else Top(top.docs[:0], top.scores[:0], top.total, top.relation)


def _masks(view: View, passing: Sequence[Mask | None]) -> Masks:
    return [
        frozen(live if passes is None else passes if live is None else live & passes)
        for live, passes in zip(view.live, passing, strict=True)
    ]


class _Answer:
    """The heap that goes from segment to segment."""

    __slots__ = ("documents", "filled", "scores", "total")

    def __init__(self, k: int) -> None:
        self.scores = np.empty(k)
        self.documents = np.empty(k, np.int64)
        self.filled = 0
        self.total = 0

    def top(self, relation: Relation) -> Top:
        n, scores, documents = self.filled, self.scores, self.documents
        total = self.total if self.total > n else n
        if n <= SORTED:
            kernels.best_first(scores, documents, n)
            if n < len(scores):
                return Top(documents[:n], scores[:n], total, relation)
            return Top(documents, scores, total, relation)
        order = np.lexsort((documents[:n], -scores[:n]))
        return Top(documents[order], scores[order], total, relation)


# -- terms


def _weighted(shelf: Shelf, terms: Sequence[plan.Node], least: float) -> list[Weighted] | None:
    """Each term with its lists, heaviest first; None where one is no term, is a form, or has a weight below `least` or
    beyond what bounds can use.
    """
    found = []
    for place, term in enumerate(terms):
        if type(term) is not plan.Term:
            return None
        one = shelf.found(term.field, term.text)
        weight = one.idf * term.boost
        if not least <= weight < UNBOUNDED:
            return None
        found.append((-weight, place, one))
    found.sort()
    return found


_SMALLEST: Final = 1e-300  # a weight that is more than nothing


def _rows(lists: Sequence[List]) -> Any:
    return np.frombuffer(b"".join([one.joined for one in lists]), np.int64).reshape(-1, COLUMNS)


def _scales(lists: Sequence[List]) -> NDArray[np.float64]:
    for one in lists:
        if one.scale != 1.0 or len(lists) > len(_ONES):
            return np.array([one.scale for one in lists])
    return _ONES


def _term(shelf: Shelf, node: Any, k: int, masks: Masks, count: bool) -> Top | None:
    found = shelf.found(node.field, node.text)
    weight = found.idf * node.boost
    if not _SMALLEST <= weight < UNBOUNDED:
        return None
    answer = _Answer(k)
    answer.total = found.df
    weights = np.array([weight])
    for one in found.here:
        mask = masks[one.segment]
        packed = shelf.packed[one.segment]
        floor = UNKNOWN
        if len(mask):
            passes = mask[packed.post[0][one.row[0, START] : one.row[0, END]]]
            answer.total += int(np.count_nonzero(passes)) - one.df
        elif k <= TENTH and one.tenth > 0.0:
            floor = weight * saturated(one.tenth)
        answer.filled = kernels.term_top(
            packed.post,
            shelf.inverse,
            mask,
            one.row,
            weights,
            one.scales,
            floor,
            packed.base,
            answer.scores,
            answer.documents,
            answer.filled,
        )
    return answer.top("eq")


def _any(shelf: Shelf, node: Any, k: int, masks: Masks, count: bool) -> Top | None:
    terms = _weighted(shelf, node.children, _SMALLEST)
    if terms is None:
        return None
    answer = _Answer(k)
    for segment, mask in enumerate(masks):
        here = []
        weights = []
        floor = UNKNOWN
        known = k <= TENTH and not len(mask)
        for light, _, found in terms:
            one = found.lists[segment]
            if one is not None:
                here.append(one)
                weights.append(-light)
                if known and one.tenth > 0.0:
                    floor = max(floor, -light * saturated(one.tenth))
        if not here:
            continue
        lists = _rows(here)
        packed = shelf.packed[segment]
        answer.filled = kernels.any_top(
            packed.post,
            shelf.inverse,
            mask,
            lists,
            np.array(weights),
            _scales(here),
            floor,
            packed.docs,
            packed.base,
            answer.scores,
            answer.documents,
            answer.filled,
        )
        if count:
            answer.total += kernels.any_count(packed.post, mask, lists, packed.docs)
    return answer.top("eq" if count else "gte")


def _all(shelf: Shelf, node: Any, k: int, masks: Masks, count: bool) -> Top | None:
    for child in node.children:
        if type(child) is not plan.Term:
            return _groups(shelf, node.children, k, masks, count)
    terms = _weighted(shelf, node.children, 0.0)
    return None if terms is None else _together(shelf, terms, k, masks, count, phrase=False)


def _phrase(shelf: Shelf, node: Any, k: int, masks: Masks, count: bool) -> Top | None:
    if node.slop != 1 or len(node.words) < 2 or not shelf.view.is_text(node.field):
        return None
    words = [plan.Term(node.field, word, node.boost) for word in node.words]
    terms = _weighted(shelf, words, 0.0)
    return None if terms is None else _together(shelf, terms, k, masks, count, phrase=True)


def _together(shelf: Shelf, terms: list[Weighted], k: int, masks: Masks, count: bool, *, phrase: bool) -> Top:
    """All of the terms, or as a phrase."""
    answer = _Answer(k)
    weights = np.array([-light for light, _, _ in terms])
    if phrase:
        offsets = np.array([place for _, place, _ in terms])
    else:
        offsets = _ZEROS if len(terms) <= len(_ZEROS) else np.zeros(len(terms), np.int64)
    for segment, mask in enumerate(masks):
        here = [one for _, _, found in terms if (one := found.lists[segment]) is not None]
        if len(here) < len(terms):
            continue
        packed = shelf.packed[segment]
        answer.filled, total = kernels.all_top(
            packed.post,
            packed.places,
            shelf.inverse,
            mask,
            _rows(here),
            offsets,
            weights,
            _scales(here),
            phrase,
            count,
            packed.docs,
            packed.base,
            answer.scores,
            answer.documents,
            answer.filled,
        )
        answer.total += total
    return answer.top("eq" if count else "gte")


def _groups(shelf: Shelf, children: Sequence[plan.Node], k: int, masks: Masks, count: bool) -> Top | None:
    """All of some groups, any term of each. Scores are added over the terms of all groups, heaviest first."""
    flat: list[plan.Node] = []
    group_of: list[int] = []
    for group, child in enumerate(children):
        members = child.children if type(child) is plan.Any else (child,)
        flat.extend(members)
        group_of.extend([group] * len(members))
    terms = _weighted(shelf, flat, _SMALLEST)
    if terms is None:
        return None
    answer = _Answer(k)
    for segment, mask in enumerate(masks):
        here = []
        weights = []
        groups = []
        for light, place, found in terms:
            one = found.lists[segment]
            if one is not None:
                here.append(one)
                weights.append(-light)
                groups.append(group_of[place])
        if len(set(groups)) < len(children):
            continue
        packed = shelf.packed[segment]
        answer.filled, total = kernels.groups_top(
            packed.post,
            packed.places,
            shelf.inverse,
            mask,
            _rows(here),
            np.array(groups),
            np.array(groups),
            np.array(weights),
            _scales(here),
            len(children),
            False,
            count,
            packed.docs,
            packed.base,
            answer.scores,
            answer.documents,
            answer.filled,
        )
        answer.total += total
    return answer.top("eq" if count else "gte")


# -- expansions


def _expansion(shelf: Shelf, node: Any, k: int, masks: Masks, count: bool) -> Top | None:
    """Every document scores the same, so the first ones are the best. Where a segment has one such term only it is
    scored as that term: not flat, unless it is the only segment.
    """
    if not node.constant:
        return None
    parts = shelf.view.parts
    numbers: list[NDArray[np.int64]] = []
    for part in parts:
        expanded = _expanded(part, node)
        if expanded is None or (len(expanded) == 1 and len(parts) > 1):
            return None
        numbers.append(expanded)
    if len(parts) == 1 and len(numbers[0]) == 1:
        return _term(shelf, plan.Term(node.field, parts[0].term(int(numbers[0][0])), node.alone), k, masks, count)
    documents = np.empty(k, np.int64)
    filled = total = 0
    for part, packed, terms, mask in zip(parts, shelf.packed, numbers, masks, strict=True):
        if len(terms):
            filled = kernels.first_of(part.post_doc, part.post_start, terms, mask, packed.base, documents, filled)
            if count:
                total += kernels.count_of(part.post_doc, part.post_start, terms, mask, part.docs)
    scores = np.full(filled, float(node.boost))
    return Top(documents[:filled], scores, max(total, filled), "eq" if count or filled < k else "gte")


def _expanded(part: Part, node: plan.Expansion) -> NDArray[np.int64] | None:
    """The terms of a part that answer a pattern, ascending; None where forms, without postings, may be among them."""
    match node.pattern:
        case plan.Prefixed(text) if text and not text.startswith(MARK):
            return np.arange(*_with_prefix(part, node.field, text))
        case plan.Fuzzy(text, edits, prefix) if prefix > 0 and text and not text.startswith(FORM_MARK):
            low, high = _with_prefix(part, node.field, text[:prefix].encode())
            return primitives.fuzzy(part.terms_bytes, part.terms_start, part.terms_lcp, text, edits, low, high)
    return None


def _with_prefix(part: Part, field: str, prefix: bytes) -> tuple[int, int]:
    """As `Part.with_prefix`, compiled."""
    terms = part.terms_of(field)
    letters = np.frombuffer(prefix, np.uint8)
    low, high = kernels.prefixed(part.terms_bytes, part.terms_start, terms.start, terms.stop, letters)
    return low, high


_SHAPES: Final[dict[type, Callable[[Shelf, Any, int, Masks, bool], Top | None]]] = {
    plan.Term: _term,
    plan.Any: _any,
    plan.All: _all,
    plan.Phrase: _phrase,
    plan.Expansion: _expansion,
}
