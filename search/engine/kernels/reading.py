"""Where do the tokens of a term stand in a document, and in which form? What kernels share that read some documents
rather than lists.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from .lists import BLOCK, bare, frequency, inlined
from .starts import start_at
from .tables import BLOCK_POS, BLOCK_START, POST_START, starts_of

WIDE: Final = 255  # a form's number beyond a byte


@inlined
def found_at(ascending: Any, low: Any, high: Any, wanted: Any) -> Any:
    """The first place of [low, high) that is not less than what is wanted."""
    while low < high:
        middle = (low + high) >> 1
        if ascending[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def ways_of(table: Any) -> Any:
    """(where the postings of terms begin, their blocks, the positions of blocks)"""
    return starts_of(table, POST_START), starts_of(table, BLOCK_START), starts_of(table, BLOCK_POS)


@bare
def run_of(post: Any, ways: Any, term: Any, document: Any) -> Any:
    """Where in the part the positions of a term in a document begin and end; both 0 where it does not stand there."""
    docs, tf, big_at, big_tf, _, _, _, _ = post
    post_start, block_start, block_pos = ways
    start, end = start_at(post_start, term), start_at(post_start, term + 1)
    posting = found_at(docs, start, end, document)
    if posting == end or docs[posting] != document:
        return np.int64(0), np.int64(0)
    block = (posting - start) // BLOCK
    place = start_at(block_pos, start_at(block_start, term) + block)
    for before in range(start + block * BLOCK, posting):
        place += frequency(tf, big_at, big_tf, before)
    return place, place + frequency(tf, big_at, big_tf, posting)


@inlined
def form_at(tokens: Any, place: Any) -> Any:
    """The number of the form at a place of the positions."""
    _, _, forms, wide_at, wide_form = tokens
    form = np.int64(forms[place])
    return form if form != WIDE else np.int64(wide_form[found_at(wide_at, 0, len(wide_at), place)])
