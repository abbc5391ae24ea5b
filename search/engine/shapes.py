"""Which plans need no tree walk? Flat ones: a term, any of some, all of some, a phrase, all of groups, a prefix or a
misspelling: `flat_top` answers them by one kernel call a segment.

Importing this module imports numba.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from struct import Struct
from typing import Any, Final, TypeAlias

import numpy as np

from index.schema import Kind
from index.storage.format import TENTH

from . import kernels, patterns, plan
from .alarm import Alarm, alarm
from .evaluate import Top
from .heap import Heap
from .kernels.lists import END, START
from .shelf import UNBOUNDED, Found, Shelf, frozen, shelf_of
from .snapshot import Mask, Snapshot, View
from .typed_words import typed_top

UNKNOWN: Final = -1.0  # no score is known to be reached
# A term of a plan: its weight (idf · boost) times −1, its place, its lists: sorted, they are in the canonical order.
Weighted: TypeAlias = tuple[float, int, Found]
Masks: TypeAlias = Sequence[Mask]  # for each segment which documents may be found; of no documents: all
_NUMBER: Final = np.dtype(np.int64)
_asked: Final = Struct("=dq").pack  # the columns WEIGHT and ROLE


def flat_top(
    snapshot: Snapshot,
    kind: Kind,
    node: plan.Node,
    k: int,
    passing: Sequence[Mask | None] | None,
    count: bool,
    deadline: float | None = None,
) -> Top | None:
    """The k best documents of a flat plan, bit by bit those of `engine.evaluate`; None where the plan is not flat.

    `passing`: (docs,) masks, one a segment, of filters only: deletions are the snapshot's. Without `count` the total
    may be a lower bound. `deadline`: a time of `time.monotonic`; late, the answer is what was found by then.
    """
    shape = _SHAPES.get(type(node))
    if shape is None and type(node) not in _WORDS:
        return None
    shelf = shelf_of(snapshot.views[kind])
    masks = shelf.masks if passing is None else _masks(shelf.view, passing)
    top = shape(shelf, node, k or 1, masks, count, deadline) if shape is not None else None
    if top is None and type(node) in _WORDS:
        top = typed_top(shelf, node, k, masks, count, deadline)
    return top if top is None or k > 0 else Top(top.docs[:0], top.scores[:0], top.total, top.relation)


def _masks(view: View, passing: Sequence[Mask | None]) -> Masks:
    return [
        frozen(live if passes is None else passes if live is None else live & passes)
        for live, passes in zip(view.live, passing, strict=True)
    ]


# -- terms


def _weighted(shelf: Shelf, terms: Sequence[plan.Node], least: float) -> list[Weighted] | None:
    """Each term with its lists, heaviest first; None where one is no term, is a form, or has a weight below `least` or
    beyond what bounds can use.
    """
    found = []
    look_up = shelf.found
    for place, term in enumerate(terms):
        if type(term) is not plan.Term:
            return None
        one = look_up(term.field, term.text)
        weight = one.idf * term.boost
        if not least <= weight < UNBOUNDED:
            return None
        found.append((-weight, place, one))
    found.sort()
    return found


def _lists(terms: Sequence[Weighted], segment: int) -> list[bytes] | None:
    """What kernels are asked of all terms in a segment, to be joined; a term's role is its place. None where one is not
    there.
    """
    here: list[bytes] = []
    for light, place, found in terms:
        one = found.lists[segment]
        if one is None:
            return None
        here += (one.joined, _asked(-light, place))
    return here


_SMALLEST: Final = 1e-300  # a weight that is more than nothing


def _alarm(deadline: float | None, terms: Sequence[Weighted]) -> Alarm:
    """For work on the lists of these terms; to count them takes as long as to find a rare word."""
    return alarm(deadline, 0 if deadline is None else sum([found.df for _, _, found in terms]))


def _term(shelf: Shelf, node: Any, k: int, masks: Masks, count: bool, deadline: float | None) -> Top | None:
    found = shelf.found(node.field, node.text)
    weight = found.idf * node.boost
    if not _SMALLEST <= weight < UNBOUNDED:
        return None
    answer = Heap(k)
    answer.total = found.df
    for one in found.here:
        mask = masks[one.segment]
        packed = shelf.packed[one.segment]
        floor = UNKNOWN
        if len(mask):
            documents = shelf.view.parts[one.segment].post_doc
            passes = mask[documents[one.row[0, START] : one.row[0, END]]]
            answer.total += int(np.count_nonzero(passes)) - one.df
        elif k <= TENTH and one.worth > 0.0:
            floor = weight * one.worth
        answer.filled = kernels.term_top(
            packed.table,
            mask,
            one.row,
            weight,
            floor,
            answer.scores,
            answer.documents,
            answer.filled,
        )
    return answer.top("eq")


def _any(shelf: Shelf, node: Any, k: int, masks: Masks, count: bool, deadline: float | None) -> Top | None:
    kind = type(node.children[0])
    if kind is plan.Expansion:
        return _patterns(shelf, node.children, k, masks, count)
    if kind is plan.Phrase:
        return _phrases(shelf, node, k, masks, count, deadline)
    terms = _weighted(shelf, node.children, _SMALLEST)
    if terms is None:
        return None
    answer = Heap(k)
    with _alarm(deadline, terms) as late:
        for segment, mask in enumerate(masks):
            here: list[bytes] = []
            floor = UNKNOWN
            known = k <= TENTH and not len(mask)
            for light, _, found in terms:
                one = found.lists[segment]
                if one is not None:
                    last, weight = one, -light
                    here += (one.joined, _asked(weight, 0))
                    if known and one.worth > 0.0 and weight * one.worth > floor:
                        floor = weight * one.worth
            if not here:
                continue
            packed = shelf.packed[segment]
            heap = answer.scores, answer.documents, answer.filled
            if len(here) == 2 and not count:
                answer.filled = kernels.term_top(packed.table, mask, last.row, weight, floor, *heap)
                continue
            asked = np.frombuffer(b"".join(here), _NUMBER)
            answer.filled = kernels.any_top(packed.table, mask, asked, floor, *heap, late)
            if count:
                answer.total += kernels.any_count(packed.table, mask, asked)
    return answer.top("eq" if count and not late[0] else "gte")


def _all(shelf: Shelf, node: Any, k: int, masks: Masks, count: bool, deadline: float | None) -> Top | None:
    for child in node.children:
        if type(child) is not plan.Term:
            return _groups(shelf, node.children, k, masks, count, deadline)
    terms = _weighted(shelf, node.children, 0.0)
    return None if terms is None else _together(shelf, terms, k, masks, count, deadline, phrase=False)


def _words(shelf: Shelf, phrase: plan.Phrase, least: float) -> list[Weighted] | None:
    """The words of a phrase as `_weighted` gives terms; None too where the phrase has gaps or is no phrase."""
    if phrase.slop != 1 or len(phrase.words) < 2 or not shelf.view.is_text(phrase.field):
        return None
    found = []
    field, boost, look_up = phrase.field, phrase.boost, shelf.found
    for place, word in enumerate(phrase.words):
        one = look_up(field, word)
        weight = one.idf * boost
        if not least <= weight < UNBOUNDED:
            return None
        found.append((-weight, place, one))
    found.sort()
    return found


def _phrase(shelf: Shelf, node: Any, k: int, masks: Masks, count: bool, deadline: float | None) -> Top | None:
    terms = _words(shelf, node, 0.0)
    return None if terms is None else _together(shelf, terms, k, masks, count, deadline, phrase=True)


def _together(
    shelf: Shelf, terms: list[Weighted], k: int, masks: Masks, count: bool, deadline: float | None, *, phrase: bool
) -> Top:
    """All of the terms, or as a phrase."""
    answer = Heap(k)
    with _alarm(deadline, terms) as late:
        for segment, mask in enumerate(masks):
            here = _lists(terms, segment)
            if here is None:
                continue
            packed = shelf.packed[segment]
            answer.filled, total = kernels.all_top(
                packed.table,
                packed.positions,
                mask,
                np.frombuffer(b"".join(here), _NUMBER),
                phrase,
                count,
                answer.scores,
                answer.documents,
                answer.filled,
                late,
            )
            answer.total += total
    return answer.top("eq" if count and not late[0] else "gte")


def _groups(
    shelf: Shelf, children: Sequence[plan.Node], k: int, masks: Masks, count: bool, deadline: float | None
) -> Top | None:
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
    answer = Heap(k)
    with _alarm(deadline, terms) as late:
        for segment, mask in enumerate(masks):
            here: list[bytes] = []
            groups: set[int] = set()
            for light, place, found in terms:
                one = found.lists[segment]
                if one is not None:
                    group = group_of[place]
                    here += (one.joined, _asked(-light, group))
                    groups.add(group)
            if len(groups) < len(children):
                continue
            packed = shelf.packed[segment]
            answer.filled, total = kernels.groups_top(
                packed.table,
                packed.positions,
                mask,
                np.frombuffer(b"".join(here), _NUMBER),
                len(children),
                count,
                answer.scores,
                answer.documents,
                answer.filled,
                late,
            )
            answer.total += total
    return answer.top("eq" if count and not late[0] else "gte")


# -- alternatives that are no terms


def _phrases(shelf: Shelf, node: Any, k: int, masks: Masks, count: bool, deadline: float | None) -> Top | None:
    """Any of two phrases. Where a segment has the words of one only, that one is all there is to find."""
    if len(node.children) != 2:
        return None
    both = []
    for child in node.children:
        terms = _words(shelf, child, _SMALLEST) if type(child) is plan.Phrase else None
        if terms is None:
            return None
        both.append(terms)
    answer = Heap(k)
    with _alarm(deadline, both[0] + both[1]) as late:
        for segment, mask in enumerate(masks):
            here = [
                (_fewest(terms, segment), asked, len(terms))
                for terms in both
                if (asked := _lists(terms, segment)) is not None
            ]
            if not here:
                continue
            most, asked, first = here[0]
            if len(here) == 1:
                first = most = 0
            elif here[1][0] < most:
                most, first = here[1][0], here[1][2]
                asked = here[1][1] + asked
            else:
                asked += here[1][1]
            packed = shelf.packed[segment]
            answer.filled, total = kernels.phrases_top(
                packed.table,
                packed.positions,
                mask,
                np.frombuffer(b"".join(asked), _NUMBER),
                first,
                most,
                count,
                answer.scores,
                answer.documents,
                answer.filled,
                late,
            )
            answer.total += total
    return answer.top("eq" if count and not late[0] else "gte")


def _fewest(terms: Sequence[Weighted], segment: int) -> int:
    """How many documents of a segment a phrase can stand in."""
    return min([one.df for _, _, found in terms if (one := found.lists[segment]) is not None])


def _expansion(shelf: Shelf, node: Any, k: int, masks: Masks, count: bool, deadline: float | None) -> Top | None:
    """Every document scores the same, so the first ones are the best; but for a segment where one term only answers."""
    if not node.constant:
        return None
    parts = shelf.view.parts
    documents = np.empty(k, _NUMBER)
    filled = total = 0
    for segment, mask in enumerate(masks):
        found = patterns.terms_of(shelf, segment, node)
        if found is None:
            return None
        first, last, terms = found
        if last - first == 1:
            if len(parts) > 1:
                return _patterns(shelf, (node,), k, masks, count)
            term = parts[0].term(int(terms[first]) if len(terms) else first)
            return _term(shelf, plan.Term(node.field, term, node.alone), k, masks, count, deadline)
        if first < last:
            table = shelf.packed[segment].table
            filled = kernels.first_of(table, first, last, terms, mask, documents, filled)
            if count:
                total += kernels.count_of(table, first, last, terms, mask)
    scores = np.empty(filled)
    scores.fill(node.boost)
    return Top(documents[:filled], scores, max(total, filled), "eq" if count or filled < k else "gte")


def _patterns(shelf: Shelf, nodes: Sequence[plan.Node], k: int, masks: Masks, count: bool) -> Top | None:
    """Any of a few expansions."""
    if len(nodes) > patterns.FEW:
        return None
    answer = Heap(k)
    for segment, mask in enumerate(masks):
        here = patterns.expanded(shelf, nodes, segment)
        if here is None:
            return None
        answer.filled, total = kernels.patterns_top(
            shelf.packed[segment].table,
            mask,
            *here,
            count,
            answer.scores,
            answer.documents,
            answer.filled,
        )
        answer.total += total
    return answer.top("eq" if count else "gte")


_WORDS: Final = frozenset({plan.Slot, plan.Any, plan.All, plan.Maybe})  # plans of typed words
_SHAPES: Final[dict[type, Callable[[Shelf, Any, int, Masks, bool, float | None], Top | None]]] = {
    plan.Term: _term,
    plan.Any: _any,
    plan.All: _all,
    plan.Phrase: _phrase,
    plan.Expansion: _expansion,
}
