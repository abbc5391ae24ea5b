"""Which k documents score best for one term? Its blocks tell, but for those that cannot win."""

from __future__ import annotations

from typing import Any

import numpy as np

from .lists import (
    BLOCK,
    END,
    FIRST_BLOCK,
    K1,
    K1_PLUS_1,
    LENGTHS,
    NORMS,
    SCALE,
    START,
    bare,
    best_first,
    gain,
    heaped,
    push,
    threshold,
)
from .tables import BASE, float_of, inverse_of, post_of


@bare
def term_top(
    table: Any,
    mask: Any,
    lists: Any,
    weight: Any,
    floor: Any,
    scores: Any,
    documents: Any,
    n: Any,
) -> Any:
    """The best of one term, whose row is the only one of `lists`; n again."""
    docs, tf, big_at, big_tf, _, block_top, lens, _ = post_of(table)
    inv, base = inverse_of(table), table[BASE]
    heaped(scores, documents, n)
    at, end, block = lists[0, START], lists[0, END], lists[0, FIRST_BLOCK]
    lengths, norms = lists[0, LENGTHS], lists[0, NORMS]
    k = len(scores)
    scale = float_of(lists[0, SCALE])
    masked = len(mask) > 0
    limit = top_limit(threshold(scores, n, floor), weight, scale)
    while at < end:
        stop = min(at + BLOCK, end)
        if np.float64(block_top[block]) > limit:
            changed = False
            for posting in range(at, stop):
                document = np.int64(docs[posting])
                score = weight * gain(tf, big_at, big_tf, lens, inv, posting, document, lengths, norms)
                if (n < k or score > scores[0]) and not (masked and mask[document] == 0):
                    n = push(scores, documents, n, score, base + document)
                    changed = True
            if changed and n == k:
                limit = top_limit(threshold(scores, n, floor), weight, scale)
        at = stop
        block += 1
    best_first(scores, documents, n)
    return n


@bare
def top_limit(least: Any, weight: Any, scale: Any) -> Any:
    """The largest x of a block that cannot bring a score above `least`; −1 where every block may."""
    share = least / weight
    if not 0.0 < share < K1_PLUS_1 - 1e-3:  # near its limit saturation cannot be turned round exactly
        return -1.0
    return K1 * share / (K1_PLUS_1 - share) * (1.0 - 1e-9) / scale
