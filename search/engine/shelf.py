"""What do kernels want of a view? Arrays of each part and a row for each list of postings, made once and kept with it.

Importing this module imports numba.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import nan
from struct import Struct
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis import FORM_MARK
from index.schema import TEXT_FIELDS
from index.storage.part import Part

from .kernels import prefixed
from .kernels.lists import COLUMNS
from .kernels.tables import table_of
from .lists import form_numbers
from .scoring import saturated
from .snapshot import ENTRIES, Mask, View

UNBOUNDED: Final = 1e30  # a scale that makes no bound of a bound: where a segment was built for another `b`
MARK: Final = FORM_MARK.encode()
_NO_FIELD: Final = (0, 0)
_LETTER: Final = np.dtype(np.uint8)
_NUMBER: Final = np.dtype(np.int64)
_row: Final = Struct("=7qd").pack  # the columns of a list, the scale by its bits


class List(NamedTuple):
    """A term's postings in one segment: its row of `kernels.lists` (and as bytes, to be joined), its df here, what its
    blocks' bounds are multiplied by, a normalised frequency that TENTH of its documents reach (0: unknown), and what
    that is worth.
    """

    segment: int
    row: NDArray[np.int64]
    joined: bytes
    scale: float
    df: int
    tenth: float
    worth: float


class Found(NamedTuple):
    """A term: its list in each segment (None: not there), those that are there, and its document frequency. Its idf is
    0 in a key field, and not a number where it is a form, which has no postings.
    """

    lists: tuple[List | None, ...]
    here: tuple[List, ...]
    df: int
    idf: float


class Packed(NamedTuple):
    """A part as kernels take it: its table and its positions. `kept`: the arrays that the table tells of; `terms`: of
    each field its first term and the one behind its last; `bounds`: field → (scale of upper bounds, of lower bounds).
    """

    table: NDArray[np.int64]
    positions: NDArray[Any]
    kept: tuple[NDArray[Any], ...]
    terms: dict[str, tuple[int, int]]
    bounds: dict[str, tuple[float, float]]
    base: int


class Shelf:
    """All of that for one view. `masks`: who lives, of no documents where all do."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.inverse = view.inverse.reshape(-1)
        self.packed = tuple(
            _packed(view, part, base, self.inverse) for part, base in zip(view.parts, view.base, strict=False)
        )
        self.masks = tuple(frozen(live) for live in view.live)
        self.found = lru_cache(maxsize=ENTRIES)(self._found)
        self.formed = lru_cache(maxsize=ENTRIES)(self._formed)
        self.with_prefix = lru_cache(maxsize=ENTRIES)(self._with_prefix)
        self.plans: dict[int, tuple[object, Any]] = {}  # id of a plan → the plan, and what `typed_words` made of it

    def _found(self, field: str, text: bytes) -> Found:
        view = self.view
        entry = view.entry(field, text)
        scored = view.is_text(field)
        place = view.number_of[field] if scored else 0
        lists = tuple(
            _list(segment, view.parts[segment], self.packed[segment], field, place, number)
            if number >= 0 and view.parts[segment].df(number)
            else None
            for segment, number in enumerate(entry.numbers)
        )
        worth = view.idf(entry.df) if scored else 0.0
        if scored and text.startswith(MARK):
            worth = nan
        return Found(lists, tuple(one for one in lists if one is not None), entry.df, worth)

    def _formed(self, field: str, root: bytes, form: bytes) -> tuple[tuple[int, ...], ...]:
        """The numbers that a form has among those of a root, for each segment."""
        roots, forms = (self.view.entry(field, text).numbers for text in (root, MARK + form))
        return tuple(
            tuple(form_numbers(part, number, one)) if number >= 0 and one >= 0 else ()
            for part, number, one in zip(self.view.parts, roots, forms, strict=True)
        )

    def _with_prefix(self, segment: int, field: str, prefix: bytes) -> tuple[int, int]:
        """As `Part.with_prefix`, compiled: the first term of a segment, and the one behind the last."""
        packed = self.packed[segment]
        first, last = packed.terms.get(field, _NO_FIELD)
        low, high = prefixed(packed.table, first, last, np.frombuffer(prefix, _LETTER))
        return low, high


def shelf_of(view: View) -> Shelf:
    """The shelf of a view."""
    found: Shelf | None = view.shelf
    if found is None:
        found = view.shelf = Shelf(view)
    return found


def frozen(mask: Mask | None) -> Mask:
    """A mask as kernels are compiled for: it cannot be written to; of no documents for None."""
    view = np.zeros(0, np.uint8) if mask is None else np.ascontiguousarray(mask, np.uint8).view()
    view.flags.writeable = False
    return view


def _packed(view: View, part: Part, base: int, inverse: NDArray[np.float64]) -> Packed:
    arrays = (
        part.post_doc,
        part.post_tf,
        part.big_at,
        part.big_tf,
        part.block_last,
        part.block_top,
        part.array("len"),
        part.array("dense.bits"),
        inverse,
        part.pos_form,
        part.wide_at,
        part.wide_form,
        part.terms_bytes,
    )
    starts = (part.block_pos, part.terms_start, part.post_start, part.block_start)
    terms = dict(zip(part.fields, pairwise(part.first), strict=True))
    bounds = {}
    for text in TEXT_FIELDS[view.kind]:
        ratio = view.mean[text.name] / part.mean[text.name]
        same = part.b[text.name] == text.b
        bounds[text.name] = (max(1.0, ratio), min(1.0, ratio)) if same else (UNBOUNDED, 0.0)
    return Packed(table_of(part.docs, base, arrays, starts), part.pos_at, (*arrays, *starts), terms, bounds, base)


def _list(segment: int, part: Part, packed: Packed, field: str, place: int, number: int) -> List:
    posts, blocks = part.post_start.data, part.block_start.data  # scalars: numpy's take several times as long to read
    start, end = posts[number], posts[number + 1]
    upper, lower = packed.bounds.get(field, (1.0, 0.0))
    dense = part.dense_row.get(number, -1)
    joined = _row(
        start,
        end,
        blocks[number],
        blocks[number + 1],
        place * part.docs,
        place * 256,
        dense * part.dense_bits.shape[1] if dense >= 0 else -1,
        upper,
    )
    row = np.frombuffer(joined, _NUMBER).reshape(1, COLUMNS)
    tenth = part.tenth(number) * lower
    return List(segment, row, joined, upper, end - start, tenth, saturated(tenth))
