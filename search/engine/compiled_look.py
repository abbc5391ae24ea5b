"""How is a second look taken by a kernel? The same as `second_look` takes it by numpy.

Importing this module imports numba.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from . import second_look
from .kernels import looked_into as fill
from .reference import Docs, Flags, Scores
from .second_look import FIELDS, LEAD, MOST_PLACES, WINDOW, Wanted
from .shelf import shelf_of
from .snapshot import View

EVERY: Final = 1 << 40  # places of a word


def looked_into(view: View, segment: int, words: Sequence[Wanted], idf: Scores, docs: Docs, seen: Flags) -> Scores:
    """As `second_look.looked_into`, to the last bit."""
    shelf = shelf_of(view)
    packed = shelf.packed[segment]
    start = view.parts[segment].post_start.data
    ranges: list[tuple[int, int, int, int, int]] = []
    owns: list[int] = []
    owner: list[int] = []
    begins = [0]
    for number, word in enumerate(words):
        for in_title, field in enumerate(FIELDS):
            here = (view.entry(field, root).numbers[segment] for root in word.roots)
            own = [term for term in here if term >= 0]
            alone = dict.fromkeys(own)
            for prefix in word.kin:
                first, last = shelf.with_prefix(segment, field, prefix)
                if 0 < start[last] - start[first] <= second_look.MOST_POSTINGS:
                    ranges.append((number, in_title, first, last, MOST_PLACES))
                    for term in own:
                        if first <= term < last:
                            alone.pop(term, None)
            ranges += [(number, in_title, term, term + 1, EVERY) for term in alone]
            owns += own
            owner += [number] * len(own)
            begins.append(len(owns))
    together = np.zeros(len(docs))
    fill(
        packed.table,
        packed.positions,
        docs,
        np.array(ranges, np.int64).reshape(-1, 5),
        np.array(owns, np.int64),
        np.array(owner, np.int64),
        np.array(begins, np.int64),
        idf,
        LEAD,
        WINDOW,
        seen,
        together,
    )
    return together
