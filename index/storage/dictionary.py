"""How does a sorted list of terms become arrays? Bytes behind each other, what neighbours share, a table to look up."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .format import Array, narrowed


def joined_texts(texts: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """UTF-8 bytes behind each other, and where each starts (one more)."""
    encoded = [text.encode() for text in texts]
    return np.frombuffer(b"".join(encoded), np.uint8), np.array([0, *accumulate(map(len, encoded))], np.int64)


def dictionary(fields: Sequence[Sequence[str]], kernels: Any) -> dict[str, Array]:
    """`terms.*` of a part. `fields`: the terms of each field, ascending; `kernels`: `writing_kernels`, or None."""
    encoded = [[term.encode() for term in terms] for terms in fields]
    data = np.frombuffer(b"".join(term for terms in encoded for term in terms), np.uint8)
    starts = np.array([0, *accumulate(len(term) for terms in encoded for term in terms)], np.int64)
    codes = [crc32(term, number) for number, terms in enumerate(encoded) for term in terms]
    table = np.zeros(2, np.uint32)
    while 3 * len(table) < 4 * len(codes):
        table = np.zeros(2 * len(table), np.uint32)
    _fill_table(codes, table, kernels)
    firsts = np.array([0, *accumulate(map(len, encoded))][:-1], np.int64)
    return {
        "terms.bytes": data,
        "terms.start": narrowed(starts),
        "terms.lcp": _shared_prefixes(data, starts, firsts[firsts < len(codes)]),
        "terms.hash": table,
    }


def _fill_table(codes: Sequence[int], table: NDArray[np.uint32], kernels: Any) -> None:
    if kernels is not None:
        kernels.fill_table(np.array(codes, np.uint32), table)
        return
    slots, mask = [0] * len(table), len(table) - 1
    for number, code in enumerate(codes, 1):
        slot = code & mask
        while slots[slot]:
            slot = (slot + 1) & mask
        slots[slot] = number
    table[:] = slots


def _shared_prefixes(
    data: NDArray[np.uint8], starts: NDArray[np.int64], firsts: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """(T,) bytes that each term shares with the one before it: whole characters, 255 at most; 0 at `firsts`."""
    sizes = np.diff(starts)
    shared = np.zeros(len(sizes), np.int64)
    least = np.minimum(sizes, np.concatenate((sizes[:1], sizes[:-1])))
    least[firsts] = 0
    alike = np.flatnonzero(least > 0)
    length = 0
    while len(alike) and length < 255:
        alike = alike[data[starts[alike] + length] == data[starts[alike - 1] + length]]
        length += 1
        shared[alike] = length
        alike = alike[least[alike] > length]
    # Cut characters: where the next byte of either goes on with one, back to where it begins.
    padded = np.append(data, np.zeros(1, np.uint8))
    inside = np.flatnonzero((shared > 0) & (shared < sizes))
    while len(inside):
        inside = inside[(padded[starts[inside] + shared[inside]] & 0xC0) == 0x80]
        shared[inside] -= 1
    return shared.astype(np.uint8)
