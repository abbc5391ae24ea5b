"""What do kernels make of typed words? A plan of slots in groups, optional slots and pairs, as arrays: once for each
plan and state, since pages of one question and its filters share them.

Importing this module imports numba.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from math import inf
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.storage.format import TENTH

from . import plan
from .alarm import alarm
from .evaluate import Top
from .heap import Heap
from .kernels import words_top
from .kernels.lists import BITMAP, COLUMNS
from .scoring import FORM_WEIGHT, idf, saturated
from .segment_matches import words_of
from .shelf import MARK, UNBOUNDED, Found, Shelf
from .snapshot import Mask

REMEMBERED: Final = 1000  # plans
OPTIONAL: Final = -1  # the group of a slot that need not occur
_UNKNOWN: Final = -1.0  # no score is known to be reached
_SMALLEST: Final = 1e-300  # a weight that is more than nothing
# The row of a list without postings.
_ABSENT: Final = np.array([-1 if column == BITMAP else 0 for column in range(COLUMNS)], np.int64).tobytes()


class Here(NamedTuple):
    """A plan in one segment, as the kernel takes it. `floor`: a score that TENTH documents reach, −1: unknown."""

    lists: NDArray[np.int64]
    scales: NDArray[np.float64]
    forms: tuple[NDArray[np.int64], NDArray[np.int64]]
    floor: float


class Prepared(NamedTuple):
    """A plan as the kernel takes it; `words` and `pairs` see `kernels.typed`."""

    words: tuple[Any, ...]
    pairs: tuple[Any, ...]
    groups: int
    here: tuple[Here, ...]
    postings: int


class _Unusual(Exception):  # noqa: N818  (no error: the plan is answered another way)
    """The plan is another one."""


def typed_top(
    shelf: Shelf, node: plan.Node, k: int, masks: Sequence[Mask], count: bool, deadline: float | None
) -> Top | None:
    """The k best for typed words, bit by bit those of `engine.evaluate`; None for any other plan. Of no k they are
    only counted. Late, segments that were not looked at have none.
    """
    prepared = _prepared(shelf, node)
    if prepared is None:
        return None
    heap = Heap(max(k, 1))
    whole = count
    with alarm(deadline, prepared.postings) as late:
        for here, packed, mask in zip(prepared.here, shelf.packed, masks, strict=True):
            if deadline is not None and time.monotonic() >= deadline:
                whole = False
                break
            known = here.floor if 0 < k <= TENTH and not len(mask) else _UNKNOWN
            heap.filled, total = words_top(
                packed.table,
                packed.positions,
                mask,
                here.lists,
                here.scales,
                here.forms,
                prepared.words,
                prepared.pairs,
                prepared.groups,
                count,
                known if k > 0 else inf,
                heap.scores,
                heap.documents,
                heap.filled,
                late,
            )
            heap.total += total
    whole = whole and not late[0]
    return heap.top("eq" if whole else "gte")


def _prepared(shelf: Shelf, node: plan.Node) -> Prepared | None:
    known = shelf.plans.get(id(node))
    if known is None:
        try:
            made = _Preparing(shelf, node).prepared()
        except _Unusual:
            made = None
        if len(shelf.plans) >= REMEMBERED:
            shelf.plans.clear()
        known = shelf.plans[id(node)] = node, made  # the node lives as long as its id is known
    prepared: Prepared | None = known[1]
    return prepared


class _Preparing:
    """Arrays being made of a plan. Raises _Unusual."""

    def __init__(self, shelf: Shelf, node: plan.Node) -> None:
        self.shelf = shelf
        self.found: list[Found] = []
        self.place_of: dict[tuple[str, bytes], int] = {}
        self.slots: list[tuple[int, int, int]] = []
        self.slot_weights: list[tuple[float, float]] = []
        self.parts: list[int] = []
        self.part_weights: list[float] = []
        self.forms: list[tuple[tuple[int, ...], ...]] = []  # of each part, for each segment its form numbers
        self.ends: list[tuple[int, int, int, int]] = []
        self.boosts: list[float] = []
        self.members: list[int] = []
        self.member_weights: list[float] = []
        needed, optional = (node.needed, node.optional) if isinstance(node, plan.Maybe) else (node, plan.NOTHING)
        groups = needed.children if isinstance(needed, plan.All) else (needed,)
        for number, group in enumerate(groups):
            for slot in group.children if isinstance(group, plan.Any) else (group,):
                self._slot(slot, number)
        self.groups = len(groups)
        for extra in optional.children if isinstance(optional, plan.Any) else (optional,):
            if isinstance(extra, plan.Near):
                self._pair(extra)
            elif not isinstance(extra, plan.Nothing):
                if self.ends:  # scores are added in the order of the plan: the kernel adds slots first
                    raise _Unusual
                self._slot(extra, OPTIONAL)

    def _list(self, field: str, text: bytes) -> int:
        """The place of a term's list. A form has none, and a key field scores nothing."""
        known = self.place_of.get((field, text))
        if known is None:
            if text.startswith(MARK) or not self.shelf.view.is_text(field):
                raise _Unusual
            known = self.place_of[field, text] = len(self.found)
            self.found.append(self.shelf.found(field, text))
        return known

    def _slot(self, slot: plan.Node, group: int) -> None:
        if not isinstance(slot, plan.Slot):
            raise _Unusual
        first = len(self.parts)
        most = 0
        for field, weight in slot.fields:
            place = self._list(field, slot.root)
            most = max(most, self.found[place].df)
            self.parts.append(place)
            self.part_weights.append(_sound(weight))
            self.forms.append(() if slot.form is None else self.shelf.formed(field, slot.root, slot.form))
        worth = _sound(idf(self.shelf.view.docs, most) * slot.boost)
        formed = any(map(any, self.forms[first:]))
        self.slots.append((group, first, len(self.parts)))
        self.slot_weights.append((worth, FORM_WEIGHT * worth if formed else 0.0))

    def _pair(self, near: plan.Near) -> None:
        if near.slop != 0 or len(near.words) != 2:
            raise _Unusual
        ends = []
        distinct, _ = words_of(near)
        for word in near.words:
            for term in _terms(word):
                self.members.append(self._list(term.field, term.text))
                self.member_weights.append(0.0)
            ends.append(len(self.members))
        if len({term.field for word in near.words for term in _terms(word)}) != 1:
            raise _Unusual
        weighted = []
        for word in distinct:
            for term in _terms(word):
                place = self._list(term.field, term.text)
                weighted.append((-_sound(self.found[place].idf * term.boost), place))
        for light, place in sorted(weighted, key=lambda one: one[0]):
            self.members.append(place)
            self.member_weights.append(-light)
        begin = self.ends[-1][3] if self.ends else 0
        self.ends.append((begin, ends[0], ends[1], len(self.members)))
        self.boosts.append(_sound(near.boost))

    def prepared(self) -> Prepared:
        """All of it."""
        words = (
            np.array(self.slots, np.int64).reshape(-1, 3),
            np.array(self.slot_weights, np.float64).reshape(-1, 2),
            np.array(self.parts, np.int64),
            np.array(self.part_weights, np.float64),
        )
        pairs = (
            np.array(self.ends, np.int64).reshape(-1, 4),
            np.array(self.boosts, np.float64),
            np.array(self.members, np.int64),
            np.array(self.member_weights, np.float64),
        )
        here = tuple(self._here(segment) for segment in range(len(self.shelf.packed)))
        return Prepared(words, pairs, self.groups, here, sum(found.df for found in self.found))

    def _here(self, segment: int) -> Here:
        lists = [found.lists[segment] for found in self.found]
        rows = b"".join([_ABSENT if one is None else one.joined for one in lists])
        numbers: list[int] = []
        starts = [0]
        for forms in self.forms:
            numbers += forms[segment] if forms else ()
            starts.append(len(numbers))
        floor = _UNKNOWN
        if self.groups == 1:
            for (group, first, last), (worth, _) in zip(self.slots, self.slot_weights, strict=True):
                for part in range(first, last) if group != OPTIONAL else ():
                    one = lists[self.parts[part]]
                    if one is not None and one.tenth > 0.0 and worth >= _SMALLEST:
                        floor = max(floor, worth * saturated(self.part_weights[part] * one.tenth))
        return Here(
            np.frombuffer(rows, np.int64).reshape(-1, COLUMNS),
            np.array([1.0 if one is None else one.scale for one in lists]),
            (np.array(numbers, np.int64), np.array(starts, np.int64)),
            floor,
        )


def _terms(word: plan.Node) -> tuple[plan.Term, ...]:
    terms = word.children if isinstance(word, plan.Any) else (word,)
    found = tuple(term for term in terms if isinstance(term, plan.Term))
    if len(found) < len(terms):
        raise _Unusual
    return found


def _sound(weight: float) -> float:
    """A weight that bounds can use."""
    if not 0.0 <= weight < UNBOUNDED:
        raise _Unusual
    return weight
