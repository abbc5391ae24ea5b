"""Which terms answer a pattern? In one segment all of them; for a prefix or a misspelling in a query the most frequent
of the whole index.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from index.storage.part import Part

from .lists import form_totals
from .plan import Between, Fuzzy, Listed, Matching, Pattern, Prefixed
from .reference import Numbers
from .scoring import EXPANSIONS

_CANDIDATES = 16 * EXPANSIONS  # of each segment, to choose the most frequent of all segments from
_AT_ONCE = 1 << 16  # terms that are compared with a misspelled word before the clock is looked at
_NONE: Numbers = np.zeros(0, np.int64)


def expanded(part: Part, field: str, pattern: Pattern, primitives: Any, check: Callable[[], None]) -> Numbers:
    """The numbers of a segment's terms that answer, ascending. `check` is called now and then, and may raise."""
    match pattern:
        case Prefixed(text):
            return _numbers(part.with_prefix(field, text))
        case Fuzzy(text, edits, prefix):
            near = part.with_prefix(field, text[:prefix].encode())
            if not near:
                return _NONE
            found = []
            for low in range(near.start, near.stop, _AT_ONCE):
                check()
                high = min(low + _AT_ONCE, near.stop)
                found.append(
                    primitives.fuzzy(part.terms_bytes, part.terms_start, part.terms_lcp, text, edits, low, high)
                )
            return np.concatenate(found)
        case Matching(expression, start):
            matches = re.compile(expression).match
            kept = []
            for place, number in enumerate(part.with_prefix(field, start.encode())):
                if place % 1024 == 0:
                    check()
                if matches(part.term(number).decode()):
                    kept.append(number)
            return np.array(kept, np.int64)
        case Between():
            return _numbers(_between(part, field, pattern))
        case Listed(texts):
            numbers = {part.number(field, text) for text in texts}
            return np.array(sorted(numbers - {-1}), np.int64)


def _numbers(terms: range) -> Numbers:
    return np.arange(terms.start, max(terms.start, terms.stop))


def _between(part: Part, field: str, pattern: Between) -> range:
    terms = part.terms_of(field)
    low, high = terms.start, terms.stop
    if pattern.first is not None:
        low = part.at_or_after(field, pattern.first)
        if not pattern.with_first and low < high and part.term(low) == pattern.first:
            low += 1
    if pattern.last is not None:
        end = part.at_or_after(field, pattern.last)
        high = end + 1 if pattern.with_last and end < high and part.term(end) == pattern.last else end
    return range(low, high)


def most_frequent(
    parts: Sequence[Part], field: str, pattern: Prefixed | Fuzzy, primitives: Any, check: Callable[[], None]
) -> list[list[int]]:
    """For each segment the numbers of those EXPANSIONS terms that stand most often in all of them; of equals the first
    by bytes. (Of several segments each proposes its own most frequent, sixteen times as many.)
    """
    proposals: list[tuple[Numbers, Numbers]] = []
    for part in parts:
        check()
        numbers = expanded(part, field, pattern, primitives, check)
        totals = _totals(part, numbers)
        most = EXPANSIONS if len(parts) == 1 else _CANDIDATES
        chosen = np.sort(primitives.best(numbers.astype(np.uint32), totals.astype(np.float64), most))
        proposals.append((numbers[chosen], totals[chosen]))
    if len(parts) == 1:
        return [proposals[0][0].tolist()]
    counts: dict[bytes, int] = {}
    for part, (numbers, _) in zip(parts, proposals, strict=True):
        counts.update(dict.fromkeys(map(part.term, numbers.tolist()), 0))
    in_parts = [{text: part.number(field, text) for text in counts} for part in parts]
    for part, known in zip(parts, in_parts, strict=True):
        here = sorted(number for number in known.values() if number >= 0)
        of_number = dict(zip(here, _totals(part, np.array(here, np.int64)).tolist(), strict=True))
        for text, number in known.items():
            counts[text] += of_number.get(number, 0)
    best = sorted(counts, key=lambda text: (-counts[text], text))[:EXPANSIONS]
    return [sorted(known[text] for text in best if known[text] >= 0) for known in in_parts]


def _totals(part: Part, numbers: Numbers) -> Numbers:
    """(n,) How often each term stands in the segment: a form its tokens, another term its documents at least."""
    if not len(numbers):
        return _NONE
    low, high = int(numbers[0]), int(numbers[-1]) + 1
    own = part.post_start[numbers + 1] - part.post_start[numbers]
    totals: Numbers = np.maximum(form_totals(part, low, high)[numbers - low], own)
    return totals
