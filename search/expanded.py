"""Which forms do the prefixes and misspelled words of a question stand for?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from index.analysis import FORM_MARK

from .engine.expansion import most_frequent
from .engine.plan import Fuzzy, Prefixed
from .engine.scoring import EXPANSIONS
from .engine.segment_run import CutShort, Deadline
from .engine.snapshot import View
from .leaves import WordPattern
from .query.scope import FUZZY_PREFIX


def pattern_of(word: WordPattern) -> Prefixed | Fuzzy:
    """The terms that a prefix or a misspelled word asks for."""
    text = FORM_MARK + word.form
    return Prefixed(text.encode()) if word.prefix else Fuzzy(text, word.fuzzy, len(FORM_MARK) + FUZZY_PREFIX)


class Forms:
    """Which forms the prefixes and misspelled words of a question stand for: those that the evaluation took."""

    def __init__(self, view: View, primitives: Any, clock: Deadline) -> None:
        self.view = view
        self.primitives = primitives
        self.clock = clock
        self.cut: set[str] = set()  # words (folded) of which more forms answer than were taken
        self._known: dict[tuple[str, WordPattern], list[list[int]]] = {}

    def of(self, segment: int) -> Callable[[str, WordPattern], Sequence[int]]:
        """What `Places` asks for in a segment."""

        def expand(field: str, word: WordPattern) -> Sequence[int]:
            known = self._known.get((field, word))
            if known is None:
                known = self._known[field, word] = self._expanded(field, word)
            return known[segment]

        return expand

    def _expanded(self, field: str, word: WordPattern) -> list[list[int]]:
        pattern = pattern_of(word)
        try:
            found = most_frequent(self.view.parts, field, pattern, self.primitives, self.clock.check)
        except CutShort:
            return [[] for _ in self.view.parts]
        taken = {part.term(number) for part, numbers in zip(self.view.parts, found, strict=True) for number in numbers}
        begin = None
        if isinstance(pattern, Prefixed):
            begin = sum(len(part.with_prefix(field, pattern.text)) for part in self.view.parts)
        if len(taken) == EXPANSIONS and begin != EXPANSIONS:
            self.cut.add(word.form)
        return found
