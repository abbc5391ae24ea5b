"""What is heavy in a merge, compiled. The same functions as in `merging_arrays`, where they are described.

Numbers escaped in a byte (255: the next one of a list) are read from the beginning on, term after term.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .format import BLOCK, ESCAPE, TENTH

_OPTIONS: Final[dict[str, Any]] = {"cache": True, "nogil": True}

_Ints = NDArray[np.int64]


def union(data: NDArray[np.uint8], start: _Ints, field: NDArray[np.uint8], bounds: _Ints) -> tuple[_Ints, _Ints]:
    """See `merging_arrays`. Two dictionaries at a time, then the results of that."""
    same_as = np.arange(len(field))
    runs = [np.arange(low, high) for low, high in pairwise(bounds.tolist())]
    while len(runs) > 1:
        paired = [_merged(data, start, field, *runs[at : at + 2], same_as) for at in range(0, len(runs) - 1, 2)]
        runs = paired + runs[2 * len(paired) :]
    return _ranks(runs[0], same_as), runs[0]


@njit(**_OPTIONS)
def _merged(data, start, field, left, right, same_as):  # type: ignore[no-untyped-def]
    """The union of two sorted runs of terms; of a term in both the left one stays, and `same_as` leads there."""
    out = np.empty(len(left) + len(right), np.int64)
    i = j = made = 0
    while i < len(left) and j < len(right):
        one, other = left[i], right[j]
        order = np.int64(field[one]) - np.int64(field[other])
        if order == 0:
            size, other_size = start[one + 1] - start[one], start[other + 1] - start[other]
            a, b = start[one], start[other]
            for k in range(min(size, other_size)):
                order = np.int64(data[a + k]) - np.int64(data[b + k])
                if order != 0:
                    break
            if order == 0:
                order = size - other_size
        if order <= 0:
            out[made] = one
            i += 1
            if order == 0:
                same_as[other] = one
                j += 1
        else:
            out[made] = other
            j += 1
        made += 1
    while i < len(left):
        out[made] = left[i]
        i += 1
        made += 1
    while j < len(right):
        out[made] = right[j]
        j += 1
        made += 1
    return out[:made].copy()


@njit(**_OPTIONS)
def _ranks(union_of, same_as):  # type: ignore[no-untyped-def]
    """The place of each term in the union. `same_as` leads to lower numbers only."""
    rank = np.full(len(same_as), -1, np.int64)
    for place in range(len(union_of)):
        rank[union_of[place]] = place
    for term in range(len(same_as)):
        if same_as[term] != term:
            rank[term] = rank[same_as[term]]
    return rank


@njit(**_OPTIONS)
def gathered(data, start, which):  # type: ignore[no-untyped-def]
    """See `merging_arrays`."""
    starts = np.zeros(len(which) + 1, np.int64)
    for place in range(len(which)):
        starts[place + 1] = starts[place] + start[which[place] + 1] - start[which[place]]
    out = np.empty(starts[-1], np.uint8)
    for place in range(len(which)):
        begin = start[which[place]]
        for k in range(starts[place + 1] - starts[place]):
            out[starts[place] + k] = data[begin + k]
    return out, starts


@njit(**_OPTIONS)
def shared_prefixes(data, start, first):  # type: ignore[no-untyped-def]
    """See `merging_arrays`."""
    shared = np.zeros(len(start) - 1, np.uint8)
    for field in range(len(first) - 1):
        for number in range(first[field] + 1, first[field + 1]):
            one, other = start[number - 1], start[number]
            size = start[number + 1] - other
            most = min(other - one, size, 255)
            length = 0
            while length < most and data[one + length] == data[other + length]:
                length += 1
            # A character that both begin with is cut off.
            while 0 < length < size and data[other + length] & 0xC0 == 0x80:
                length -= 1
            shared[number] = length
    return shared


def _crc_table() -> NDArray[np.uint32]:
    """CRC-32 of each byte, reflected, polynomial 0x04C11DB7 (ISO 3309), as in zlib."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(0xEDB88320), table >> 1).astype(np.uint32)
    return table


_CRC: Final = _crc_table()


@njit(**_OPTIONS)
def hash_table(data, start, first):  # type: ignore[no-untyped-def]
    """See `merging_arrays`."""
    size = 2
    while 3 * size < 4 * (len(start) - 1):
        size *= 2
    table = np.zeros(size, np.uint32)
    for field in range(len(first) - 1):
        for number in range(first[field], first[field + 1]):
            code = np.uint32(field) ^ np.uint32(0xFFFFFFFF)
            for at in range(start[number], start[number + 1]):
                code = np.uint32(code >> np.uint32(8)) ^ _CRC[(code ^ data[at]) & np.uint32(0xFF)]
            slot = np.int64(code ^ np.uint32(0xFFFFFFFF)) & (size - 1)
            while table[slot] != 0:
                slot = (slot + 1) & (size - 1)
            table[slot] = number + 1
    return table


@njit(**_OPTIONS)
def counted(post_start, post_doc, post_tf, big_tf, pos_form, wide_form, forms_start, text_terms, docs_to):  # type: ignore[no-untyped-def]
    """See `merging_arrays`."""
    df = np.zeros(len(post_start) - 1, np.int64)
    tokens = np.zeros(forms_start[-1], np.int64)
    big = wide = 0
    read = np.int64(0)
    for term in range(len(df)):
        for posting in range(post_start[term], post_start[term + 1]):
            stays = docs_to[post_doc[posting]] >= 0
            if stays:
                df[term] += 1
            if term >= text_terms:
                continue
            count = np.int64(post_tf[posting])
            if count == ESCAPE:
                count = np.int64(big_tf[big])
                big += 1
            for place in range(read, read + count):
                form = np.int64(pos_form[place])
                if form == ESCAPE:
                    form = np.int64(wide_form[wide])
                    wide += 1
                if stays:
                    tokens[forms_start[term] + form] += 1
            read += count
    return df, tokens


@njit(**_OPTIONS)
def copied(  # type: ignore[no-untyped-def]
    post_start,
    post_doc,
    post_tf,
    big_tf,
    pos_form,
    wide_form,
    forms_start,
    text_terms,
    pos_at,
    docs_to,
    terms_to,
    forms_to,
    next_post,
    next_pos,
    doc,
    tf,
    at,
    form,
    out_big_at,
    out_big_tf,
    out_wide_at,
    out_wide_form,
    ends,
):
    """See `merging_arrays`."""
    big = wide = 0
    read = np.int64(0)
    for term in range(len(post_start) - 1):
        to = terms_to[term]  # −1 where no posting stays
        target = next_post[to] if to >= 0 else 0
        position = next_pos[to] if to >= 0 else 0
        forms = forms_start[term]
        for posting in range(post_start[term], post_start[term + 1]):
            count = np.int64(post_tf[posting])
            if count == ESCAPE and term < text_terms:
                count = np.int64(big_tf[big])
                big += 1
            document = docs_to[post_doc[posting]]
            if document >= 0:
                doc[target] = document
                tf[target] = post_tf[posting]
                if count >= ESCAPE:
                    out_big_at[ends[0]] = target
                    out_big_tf[ends[0]] = count
                    ends[0] += 1
                target += 1
            if term >= text_terms:
                continue
            for place in range(read, read + count):
                local = np.int64(pos_form[place])
                if local == ESCAPE:
                    local = np.int64(wide_form[wide])
                    wide += 1
                if document >= 0:
                    number = forms_to[forms + local]
                    at[position] = pos_at[place]
                    if number >= ESCAPE:
                        form[position] = ESCAPE
                        out_wide_at[ends[1]] = position
                        out_wide_form[ends[1]] = number
                        ends[1] += 1
                    else:
                        form[position] = number
                    position += 1
            read += count
        if to >= 0:
            next_post[to] = target
            next_pos[to] = position


@njit(**_OPTIONS)
def summed_up(  # type: ignore[no-untyped-def]
    post_start, post_doc, post_tf, big_tf, first, lens, inverse, block_start, last, top, position, tenth
):
    """See `merging_arrays`."""
    best = np.empty(TENTH)
    big = 0
    before = np.int64(0)
    for field in range(len(first) - 1):
        text = field < len(lens)
        for term in range(first[field], first[field + 1]):
            held = 0
            block = block_start[term]
            for start in range(post_start[term], post_start[term + 1], BLOCK):
                end = min(start + BLOCK, post_start[term + 1])
                position[block] = before
                most = 0.0
                for posting in range(start, end):
                    x = 1.0
                    if text:
                        count = np.int64(post_tf[posting])
                        if count == ESCAPE:
                            count = np.int64(big_tf[big])
                            big += 1
                        before += count
                        x = np.float64(count) * inverse[field, lens[field, post_doc[posting]]]
                    most = max(most, x)
                    if held < TENTH:
                        place = held
                        held += 1
                    elif x > best[TENTH - 1]:
                        place = TENTH - 1
                    else:
                        continue
                    while place > 0 and best[place - 1] < x:
                        best[place] = best[place - 1]
                        place -= 1
                    best[place] = x
                last[block] = post_doc[end - 1]
                top[block] = most
                block += 1
            if held == TENTH:
                tenth[term] = best[TENTH - 1]


def compile_all() -> None:
    """Compile every kernel for the types that it is called with, and keep what comes of it (numba's cache)."""
    ints, floats = np.zeros(1, np.int64), np.zeros((1, 256))
    starts = np.zeros(2, np.int64)
    data = np.zeros(1, np.uint8)
    wide = np.zeros(1, np.uint32)
    union(data, starts, data, np.array([0, 1, 1]))
    gathered(data, starts, ints)
    shared_prefixes(data, starts, starts)
    hash_table(data, starts, starts)
    for small, large in ((np.uint16, np.uint16), (np.uint16, np.uint32), (np.uint32, np.uint32)):
        # A segment's own arrays are read-only, which numba types apart.
        post = _read_only(starts, wide, data, wide)
        forms: tuple[Any, ...] = (*_read_only(data, wide, starts), 0)
        places = _read_only(np.zeros(1, small))
        if small is large:
            counted(*post, *forms, ints)
        copied(
            *(*post, *forms, *places, ints, np.zeros(1, np.int32), wide, ints, ints),
            *(wide, data, np.zeros(1, large), data, ints, wide, ints, wide, starts),
        )
    lens = np.zeros((1, 1), np.uint8)
    summed_up(starts, wide, data, wide, starts, lens, floats, starts, wide, floats[0], ints, floats[0])


def _read_only(*arrays: Any) -> tuple[Any, ...]:
    found = tuple(array.view() for array in arrays)
    for array in found:
        array.flags.writeable = False
    return found
