"""Where do the terms of a plan stand in one segment, and how much do they weigh in the whole index?"""

from __future__ import annotations

import time
from typing import Any as Whatever

from .expansion import expanded, most_frequent
from .lists import List
from .plan import Blend, Expansion
from .reference import Numbers, Scores
from .snapshot import View

_BIG = 1 << 14  # postings of a list before which the clock is looked at


class CutShort(Exception):  # noqa: N818  (it is no error: what was found by then is the answer)
    """The deadline has come."""


class Deadline:
    """A monotonic time after which `check` raises CutShort; None: never."""

    def __init__(self, at: float | None) -> None:
        self.at = at

    def check(self) -> None:
        """Raises CutShort when it is late."""
        if self.at is not None and time.monotonic() >= self.at:
            raise CutShort

    def passed(self) -> bool:
        """Whether it is late."""
        return self.at is not None and time.monotonic() >= self.at


class SegmentLists:
    """Lists of one segment of a view, for one evaluation, which remembers them."""

    def __init__(self, view: View, segment: int, primitives: Whatever, deadline: Deadline) -> None:
        self.view = view
        self.segment = segment
        self.part = view.parts[segment]
        self.p = primitives
        self.deadline = deadline
        self._lists: dict[object, List | None] = {}
        self._blends: dict[int, tuple[object, List, float]] = {}

    # -- lists of terms

    def term_list(self, field: str, text: bytes) -> List | None:
        """The postings of a term; None where the segment has none."""
        key = (field, text)
        try:
            return self._lists[key]
        except KeyError:
            pass
        number = self.view.entry(field, text).numbers[self.segment]
        found = self.view.postings(self.segment, number) if number >= 0 else None
        if found is not None and len(found.docs) > _BIG:
            self.deadline.check()
        self._lists[key] = found
        return found

    def weight(self, field: str, text: bytes) -> float:
        """The idf of a term; 0 in a field that only filters."""
        view = self.view
        return view.idf(view.df(field, text)) if view.is_text(field) else 0.0

    def x(self, field: str, postings: List, chosen: Numbers | None = None) -> Scores:
        """Normalised frequencies of (chosen) postings."""
        number = self.view.number_of[field]
        docs = postings.docs if chosen is None else postings.docs[chosen]
        found: Scores = self.p.normalised(
            postings.frequencies(chosen), docs, self.part.len[number], self.view.inverse[number]
        )
        return found

    def expansion(self, node: Expansion) -> list[int]:
        """The term numbers that a pattern stands for in this segment."""
        found = expanded(self.part, node.field, node.pattern, self.p, self.deadline.check)
        numbers: list[int] = found.tolist()
        return numbers

    def blend(self, node: Blend) -> tuple[List, float]:
        """The tokens of a blend in this segment as one list, and the idf of all of them together."""
        known = self._blends.get(id(node))
        if known is None:
            view = self.view
            chosen = view.kept.get(
                (node.field, node.pattern),
                lambda: most_frequent(view.parts, node.field, node.pattern, self.p, self.deadline.check),
                lambda numbers: 1000 * len(numbers),
            )
            lists = []
            for segment, numbers in enumerate(chosen):
                self.deadline.check()
                lists.append(view.tokens(segment, tuple(numbers)))
            found = lists[self.segment], view.idf(sum(len(tokens.docs) for tokens in lists))
            known = self._blends[id(node)] = (node, *found)
        return known[1], known[2]
