"""Which k documents score best of those that hold all terms, or hold them as a phrase?

The rarest list leads; of its blocks those that cannot win are skipped; a bitmap settles most documents for a frequent
term with one bit. Lists of like sizes are met in windows of bits instead (`grouped`). Positions are read last, and only
for documents whose score would win.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from .bits import WINDOW
from .grouped import met_top
from .lists import (
    ASKED,
    BITMAP,
    BLOCK,
    END,
    FIRST_BLOCK,
    LAST_BLOCK,
    LENGTHS,
    NORMS,
    ONE,
    START,
    among,
    bare,
    best_first,
    better,
    compiled,
    gain,
    heaped,
    highest,
    highest_within,
    push,
    saturated,
    seek,
    threshold,
)
from .positions import stands
from .tables import BASE, BLOCK_POS, SIZE, asked_of, inverse_of, post_of, starts_of

# What steps cost, against marking one posting in a window (measured): looking for a document in a list, or in a
# bitmap, and a window of one list.
SEEKING: Final = 10
TESTING: Final = 4
A_WINDOW: Final = 100


@compiled
def all_top(
    table: Any,
    positions: Any,
    mask: Any,
    asked: Any,
    phrase: Any,
    counting: Any,
    scores: Any,
    documents: Any,
    n: Any,
    late: Any,
) -> Any:
    """The best of all terms; n again, and how many documents match where `counting`.

    `asked`: rows of ASKED columns, one behind the other, in the order in which their scores are added; in a `phrase` a
    list's role is its offset. `late` (1,): once not 0, what was found by then.
    """
    heaped(scores, documents, n)
    lists = asked.reshape((-1, ASKED))
    count = len(lists)
    offsets, weights, scales = np.empty(count, np.int64), np.empty(count), np.empty(count)
    asked_of(lists, offsets, weights, scales)
    n, total = together_top(
        table,
        positions,
        mask,
        lists,
        offsets,
        weights,
        scales,
        phrase,
        counting,
        scores,
        documents,
        n,
        offsets[:0],
        late,
    )
    best_first(scores, documents, n)
    return n, total


@compiled
def together_top(
    table: Any,
    positions: Any,
    mask: Any,
    lists: Any,
    offsets: Any,
    weights: Any,
    scales: Any,
    phrase: Any,
    counting: Any,
    scores: Any,
    documents: Any,
    n: Any,
    apart: Any,
    late: Any,
) -> Any:
    """As `all_top`, with a heap that is one before and after. Documents in `apart`, ascending, do not match."""
    count = len(lists)
    size = table[SIZE]
    orders = np.empty((2, count), np.int64)
    ranked, order = orders[0], orders[1]
    by_size(lists, ranked, order)
    rarest = lists[ranked[0], END] - lists[ranked[0], START]
    postings = np.int64(0)
    for t in range(count):
        if lists[t, BITMAP] < 0:
            postings += lists[t, END] - lists[t, START]
    windows = min(rarest, size // WINDOW + 1)
    step = TESTING if lists[ranked[min(1, count - 1)], BITMAP] >= 0 or lists[ranked[-1], BITMAP] >= 0 else SEEKING
    if step * rarest > postings + A_WINDOW * count * windows:
        return met_top(
            table,
            positions,
            mask,
            lists,
            np.arange(count),
            offsets,
            weights,
            scales,
            count,
            phrase,
            counting,
            scores,
            documents,
            n,
            apart,
            late,
        )
    rows, numbers, floats = np.empty((count, ASKED), np.int64), np.empty((3, count), np.int64), np.empty((2, count))
    in_order(lists, offsets, weights, scales, ranked, rows, numbers, floats)
    return led_top(
        post_of(table),
        (starts_of(table, BLOCK_POS), positions),
        inverse_of(table),
        mask,
        rows,
        numbers[0],
        order,
        floats[0],
        floats[1],
        phrase,
        counting,
        table[BASE],
        scores,
        documents,
        n,
        apart,
        late,
        numbers[1],
        numbers[2],
        np.empty((2, count)),
        np.empty((count, BLOCK), np.int64),
        np.full((4, count), -1, np.int64),
    )


@bare
def by_size(lists: Any, ranked: Any, order: Any) -> None:
    """The lists in `ranked`, the shortest first, and in `order` the place that each has there."""
    for t in range(len(lists)):
        size, place = lists[t, END] - lists[t, START], t
        while place > 0 and lists[ranked[place - 1], END] - lists[ranked[place - 1], START] > size:
            ranked[place] = ranked[place - 1]
            place -= 1
        ranked[place] = t
    for place in range(len(ranked)):
        order[ranked[place]] = place


@bare
def in_order(
    lists: Any, offsets: Any, weights: Any, scales: Any, ranked: Any, rows: Any, numbers: Any, floats: Any
) -> None:
    """The lists as they are ranked: their rows, in `numbers` their offsets, first postings and first blocks, in
    `floats` their weights and scales. To pick them by an array of places takes as long as to find a rare phrase.
    """
    for place in range(len(ranked)):
        t = ranked[place]
        for column in range(rows.shape[1]):
            rows[place, column] = lists[t, column]
        numbers[0, place], numbers[1, place], numbers[2, place] = offsets[t], lists[t, START], lists[t, FIRST_BLOCK]
        floats[0, place], floats[1, place] = weights[t], scales[t]


@bare
def led_top(
    post: Any,
    places: Any,
    inv: Any,
    mask: Any,
    lists: Any,
    offsets: Any,
    order: Any,
    weights: Any,
    scales: Any,
    phrase: Any,
    counting: Any,
    base: Any,
    scores: Any,
    documents: Any,
    n: Any,
    apart: Any,
    late: Any,
    now: Any,
    block_now: Any,
    bounds: Any,
    met: Any,
    known: Any,
) -> Any:
    """As `all_top`, led by the rarest list: `lists` come by size, `order` tells in which order scores are added. Where
    `counting` nothing is skipped. `now`, `block_now`: where each list stands; `met`: where each list has each candidate
    of a block; the rest is for computing in.
    """
    docs, tf, big_at, big_tf, block_last, block_top, lens, bitmaps = post
    count = len(lists)
    k = len(scores)
    masked = len(mask) > 0
    highest_of, bound = bounds[0], bounds[1]  # what each list may add at all, and beside a block
    total = np.int64(0)
    for t in range(count):
        most = highest(block_top, lists[t, FIRST_BLOCK], lists[t, LAST_BLOCK])
        highest_of[t] = weights[t] * saturated(np.float64(most) * scales[t])
        bound[t] = highest_of[t]
    least = threshold(scores, n, -1.0)
    more = True
    block = lists[0, FIRST_BLOCK]
    for start in range(lists[0, START], lists[0, END], BLOCK):
        if late[0] != 0:
            break
        end = min(start + BLOCK, lists[0, END])
        if n == k and not counting:
            possible = bounds_beside(
                docs, block_last, block_top, lists, weights, scales, block, start, highest_of, block_now, bound, least
            )
            if possible <= least:
                block += 1
                continue
        block += 1
        many = end - start
        for place in range(many):
            met[0, place] = start + place
        for t in range(1, count):
            if lists[t, BITMAP] >= 0:
                many = with_bits(docs, bitmaps, lists[t, BITMAP], met, t, many)
        for t in range(1, count):
            if lists[t, BITMAP] < 0:
                many, now[t], block_now[t], open_end = with_postings(
                    docs, block_last, lists, t, now[t], block_now[t], met, many
                )
                more = more and open_end
        for place in range(many):
            document = np.int64(docs[met[0, place]])
            if masked and mask[document] == 0:
                continue
            possible = 0.0
            for t in range(count):
                possible += bound[t]
                if t == 0 or lists[t, BITMAP] < 0:
                    now[t] = met[t, place]
            score = 0.0
            for t in order:
                if t > 0 and lists[t, BITMAP] >= 0:
                    now[t], block_now[t] = seek(
                        docs,
                        now[t],
                        lists[t, END],
                        document,
                        block_last,
                        block_now[t],
                        lists[t, LAST_BLOCK],
                        lists[t, START] - lists[t, FIRST_BLOCK] * BLOCK,
                    )
                score += weights[t] * gain(
                    tf, big_at, big_tf, lens, inv, now[t], document, lists[t, LENGTHS], lists[t, NORMS]
                )
                possible -= bound[t]
                if score + possible <= least and not counting:
                    break
            wins = n < k or better(scores, documents, score, base + document)
            if not wins and not counting:
                continue
            if len(apart) > 0 and among(apart, document):
                continue
            if phrase and not stands(places, tf, big_at, big_tf, lists, offsets, now, known):
                continue
            total += 1
            if wins:
                n = push(scores, documents, n, score, base + document)
                least = threshold(scores, n, -1.0)
        if not more:
            break
    return n, total


@bare
def bounds_beside(
    docs: Any,
    block_last: Any,
    block_top: Any,
    lists: Any,
    weights: Any,
    scales: Any,
    block: Any,
    start: Any,
    highest_of: Any,
    block_now: Any,
    bound: Any,
    least: Any,
) -> Any:
    """What a document of the leading list's block may score at most, and in `bound` what each list may add. The blocks
    of other lists are looked at only where their highest do not tell.
    """
    bound[0] = weights[0] * saturated(np.float64(block_top[block]) * scales[0])
    possible = bound[0]
    for t in range(1, len(lists)):
        bound[t] = highest_of[t]
        possible += bound[t]
    if possible <= least:
        return possible
    first, last = np.int64(docs[start]), np.int64(block_last[block])
    possible = bound[0]
    for t in range(1, len(lists)):
        most, block_now[t] = highest_within(docs, block_last, block_top, lists, t, block_now[t], first, last + 1)
        bound[t] = weights[t] * saturated(np.float64(most) * scales[t])
        possible += bound[t]
    return possible


@bare
def with_bits(docs: Any, bitmaps: Any, row: Any, met: Any, t: Any, many: Any) -> Any:
    """The candidates whose bits are set stay; how many. Without branches: most bits cannot be foretold."""
    kept = np.int64(0)
    for place in range(many):
        posting = met[0, place]
        document = np.int64(docs[posting])
        met[0, kept] = posting
        kept += np.int64((bitmaps[row + (document >> 6)] >> np.uint64(document & 63)) & ONE)
    return kept


@bare
def with_postings(docs: Any, block_last: Any, lists: Any, t: Any, at: Any, block: Any, met: Any, many: Any) -> Any:
    """The candidates that list t holds stay: how many, where it was left, and whether it goes on."""
    end, last_block = lists[t, END], lists[t, LAST_BLOCK]
    origin = lists[t, START] - lists[t, FIRST_BLOCK] * BLOCK
    kept = 0
    for place in range(many):
        document = docs[met[0, place]]
        at, block = seek(docs, at, end, document, block_last, block, last_block, origin)
        if at >= end:
            return kept, at, block, False
        if docs[at] == document:
            for other in range(t):
                met[other, kept] = met[other, place]
            met[t, kept] = at
            kept += 1
    return kept, at, block, True
