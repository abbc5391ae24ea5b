"""How do kernels get at the arrays of a segment? By one array of numbers, its *table*: where each lies in memory, and
how long it is.

To hand an array over takes some 40 ns, a tuple of arrays more; a rare word is found in 700 ns, and every kernel wants
ten to fifteen arrays. Who makes a table keeps its arrays as long as the table is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import arrayobj
from numpy.typing import NDArray

from .lists import FAR, ROLE, SCALE, WEIGHT, bare, inlined

_arrays: Any = arrayobj
_tools: Any = cgutils
# Places in a table: how many documents, the global number of the first; then of each array its address and its length.
SIZE, BASE, ARRAYS = range(3)
(DOCS, TF, BIG_AT, BIG_TF, BLOCK_LAST, BLOCK_TOP, LENS, BITS, INVERSE, FORMS, WIDE_AT, WIDE_FORM, TERM_BYTES) = range(
    ARRAYS, ARRAYS + 26, 2
)
# … and of starts (see `starts`) the address of their words, and how many words each has.
BLOCK_POS, TERM_START, POST_START, BLOCK_START = range(ARRAYS + 26, ARRAYS + 34, 2)
TYPES: Final[tuple[Any, ...]] = (
    np.uint32,
    np.uint8,
    np.int64,
    np.uint32,
    np.uint32,
    np.float32,
    np.uint8,
    np.uint64,
    np.float64,
    np.uint8,
    np.int64,
    np.uint32,
    np.uint8,
)


def table_of(size: int, base: int, arrays: Sequence[NDArray[Any]], starts: Sequence[NDArray[Any]]) -> NDArray[np.int64]:
    """The table of a segment. `arrays` and `starts`: in the order of their places, contiguous. Raises TypeError."""
    found = [size, base]
    for array, expected in zip(arrays, TYPES, strict=True):
        if array.dtype != expected or not array.flags.c_contiguous:
            raise TypeError(f"an array of {array.dtype}, expected contiguous {np.dtype(expected)}")
        found += (array.ctypes.data, array.size)
    for array in starts:
        found += (array.ctypes.data, array.itemsize // 4)
    table = np.array(found, np.int64)
    table.flags.writeable = False
    return table


def _array_at(typing: Any, address: Any, length: Any, item: Any) -> Any:
    """numba's seam: the array of `length` items of a type that lies at an address; it is not to be written to."""
    array = types.Array(item.dtype, 1, "C", readonly=True)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        made = _arrays.make_array(array)(context, builder)
        width = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(item.dtype)))
        _arrays.populate_array(
            made,
            data=builder.inttoptr(arguments[0], made.data.type),
            shape=_tools.pack_array(builder, [arguments[1]]),
            strides=_tools.pack_array(builder, [width]),
            itemsize=width,
            meminfo=None,
        )
        return made._getvalue()

    return array(types.int64, types.int64, item), generate


array_at: Any = intrinsic(_array_at)


def _float_of(typing: Any, bits: Any) -> Any:
    """numba's seam: the float that an int64 has the bits of."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.int64), generate


float_of: Any = intrinsic(_float_of)


@bare
def asked_of(lists: Any, roles: Any, weights: Any, scales: Any) -> None:
    """The roles, weights and scales of lists of ASKED columns."""
    for t in range(len(lists)):
        roles[t], weights[t], scales[t] = lists[t, ROLE], float_of(lists[t, WEIGHT]), float_of(lists[t, SCALE])


@inlined
def post_of(table: Any) -> Any:
    """What `lists` calls a post."""
    return (
        array_at(table[DOCS], table[DOCS + 1], np.uint32),
        array_at(table[TF], table[TF + 1], np.uint8),
        array_at(table[BIG_AT], table[BIG_AT + 1], np.int64),
        array_at(table[BIG_TF], table[BIG_TF + 1], np.uint32),
        array_at(table[BLOCK_LAST], table[BLOCK_LAST + 1], np.uint32),
        array_at(table[BLOCK_TOP], table[BLOCK_TOP + 1], np.float32),
        array_at(table[LENS], table[LENS + 1], np.uint8),
        array_at(table[BITS], table[BITS + 1], np.uint64),
    )


@inlined
def inverse_of(table: Any) -> Any:
    """What frequencies are multiplied by, field by field and length byte by length byte."""
    return array_at(table[INVERSE], table[INVERSE + 1], np.float64)


@inlined
def starts_of(table: Any, place: Any) -> Any:
    """The starts at a place, as `start_at` reads them."""
    return array_at(table[place], FAR, np.uint32), table[place + 1]


@inlined
def tokens_of(table: Any, positions: Any) -> Any:
    """(starts of the positions of blocks, positions, their forms, where forms are wide, the wide ones)"""
    return (
        starts_of(table, BLOCK_POS),
        positions,
        array_at(table[FORMS], table[FORMS + 1], np.uint8),
        array_at(table[WIDE_AT], table[WIDE_AT + 1], np.int64),
        array_at(table[WIDE_FORM], table[WIDE_FORM + 1], np.uint32),
    )
