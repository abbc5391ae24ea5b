"""Where do single words stand in all documents of a page? By one kernel call for each field, see `search.places`.

Importing this module imports numba.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .kernels import words_in as fill
from .kernels.standing import NONE, SKIPPED
from .shelf import shelf_of
from .snapshot import View

ROOM: Final = 4096  # places in all documents of a page
_FORMS: Final = 256  # of which the level is asked at once


def words_in(
    view: View,
    segment: int,
    docs: Sequence[int],
    sources: Sequence[tuple[int, int, int, int]],
    leaves: int,
    answers: NDArray[np.int8],
    level: Callable[[int, int], int | None],
    limits: tuple[int, int, int],
) -> list[tuple[NDArray[np.int64], list[int]] | None]:
    """Of each document (local numbers) its places, (m, 3): leaf, position, level, and for each of the `leaves` the bits
    of its levels; None where it has too many.

    `sources`, `answers` and `limits` (worst, stride, most): see `kernels.standing`; `level` says how well a form
    answers a source, by their numbers, and is asked once for each.
    """
    packed = shelf_of(view).packed[segment]
    numbers, rows = np.array(docs, np.int64), np.array(sources, np.int64).reshape(-1, 4)
    found, sizes = np.empty((ROOM, 3), np.int64), np.empty(len(docs), np.int64)
    unknown = np.empty((_FORMS, 2), np.int64)
    while True:
        seen = np.zeros((len(docs), leaves), np.int64)
        asked = fill(packed.table, packed.positions, numbers, rows, answers, *limits, found, sizes, seen, unknown)
        if not asked:
            break
        for source, form in unknown[:asked].tolist():
            known = level(source, form)
            answers[sources[source][2] + form] = NONE if known is None else known
    places: list[tuple[NDArray[np.int64], list[int]] | None] = []
    begin = 0
    for count, levels in zip(sizes.tolist(), seen.tolist(), strict=True):
        if count == SKIPPED:
            places.append(None)
        else:
            places.append((found[begin : begin + count], levels))
            begin += count
    return places
