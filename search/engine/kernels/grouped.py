"""Which k documents score best of those that hold a term of every group?

What a search over several fields or forms becomes: an And of Ors. In windows of documents each group gives a bit a
document, from the bitmaps of its frequent terms and the postings of the others; documents with a bit of every group
are looked up in each list, heaviest first, as long as they can win.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .bits import WINDOW, mark, ones
from .lists import (
    ASKED,
    BLOCK,
    BRUIJN,
    END,
    FAR,
    FIRST_BLOCK,
    LAST_BLOCK,
    LENGTHS,
    NORMS,
    ONE,
    PLACE,
    START,
    among,
    bare,
    best_first,
    better,
    compiled,
    gain,
    heaped,
    highest_within,
    push,
    saturated,
    seek,
    threshold,
)
from .positions import stands
from .tables import BASE, BLOCK_POS, SIZE, asked_of, inverse_of, post_of, starts_of


@compiled
def groups_top(
    table: Any,
    positions: Any,
    mask: Any,
    asked: Any,
    groups: Any,
    counting: Any,
    scores: Any,
    documents: Any,
    n: Any,
    late: Any,
) -> Any:
    """The best of all `groups`, n again, and how many documents match where `counting`.

    `asked`: rows of ASKED columns, one behind the other, in the order in which their scores are added; a list's role is
    its group. `late` (1,): once not 0, what was found by then.
    """
    heaped(scores, documents, n)
    lists = asked.reshape((-1, ASKED))
    count = len(lists)
    roles, weights, scales = np.empty(count, np.int64), np.empty(count), np.empty(count)
    asked_of(lists, roles, weights, scales)
    n, total = met_top(
        table,
        positions,
        mask,
        lists,
        roles,
        roles,
        weights,
        scales,
        groups,
        False,
        counting,
        scores,
        documents,
        n,
        roles[:0],
        late,
    )
    best_first(scores, documents, n)
    return n, total


@compiled
def met_top(
    table: Any,
    positions: Any,
    mask: Any,
    lists: Any,
    roles: Any,
    offsets: Any,
    weights: Any,
    scales: Any,
    groups: Any,
    phrase: Any,
    counting: Any,
    scores: Any,
    documents: Any,
    n: Any,
    apart: Any,
    late: Any,
) -> Any:
    """As `groups_top`, with a heap that is one before and after. In a `phrase` each list is a group and stands at its
    offset. Documents of a phrase in `apart`, ascending, do not match.
    """
    count = len(lists)
    return meetings_top(
        post_of(table),
        (starts_of(table, BLOCK_POS), positions),
        inverse_of(table),
        mask,
        lists,
        roles,
        offsets,
        weights,
        scales,
        phrase,
        counting,
        table[SIZE],
        table[BASE],
        scores,
        documents,
        n,
        apart,
        late,
        lists[:, START].copy(),
        lists[:, FIRST_BLOCK].copy(),
        np.zeros((count, WINDOW // 64), np.uint64),
        np.zeros((groups, WINDOW // 64), np.uint64),
        np.empty(count),
        np.zeros(groups, np.int64),
        np.full((4, count), -1, np.int64),
    )


@bare
def meetings_top(
    post: Any,
    places: Any,
    inv: Any,
    mask: Any,
    lists: Any,
    roles: Any,
    offsets: Any,
    weights: Any,
    scales: Any,
    phrase: Any,
    counting: Any,
    size: Any,
    base: Any,
    scores: Any,
    documents: Any,
    n: Any,
    apart: Any,
    late: Any,
    now: Any,
    block_now: Any,
    hit: Any,
    joined: Any,
    bound: Any,
    sizes: Any,
    known: Any,
) -> Any:
    """As `met_top`. `places`: where the positions of each block begin, and the positions; `now`, `block_now`: where
    each list stands; `hit` and `joined`: a bit for each document of a window that a list holds, or a group; the rest is
    for computing in.
    """
    docs, tf, big_at, big_tf, block_last, block_top, lens, bitmaps = post
    count, groups = len(lists), len(joined)
    masked = len(mask) > 0
    lead = smallest(lists, roles, sizes)
    total = np.int64(0)
    simply = counting and not masked and not phrase  # bits are counted, without looking at documents
    while True:
        first = np.int64(FAR)
        for t in range(count):
            if roles[t] == lead and now[t] < lists[t, END]:
                first = min(first, np.int64(docs[now[t]]))
        if first == FAR or late[0] != 0:
            return n, total
        low = first - first % WINDOW
        high = low + WINDOW
        for group in range(groups):
            sizes[group] = 0
        possible = 0.0
        for t in range(count):
            most, block_now[t] = highest_within(docs, block_last, block_top, lists, t, block_now[t], low, high)
            bound[t] = weights[t] * saturated(np.float64(most) * scales[t])
            possible += bound[t]
            if most > 0.0:
                sizes[roles[t]] = 1
        least = threshold(scores, n, -1.0)
        present = True
        for group in range(groups):
            present = present and sizes[group] > 0
        hopeless = possible <= least
        if present and (counting or not hopeless):
            words = mark(docs, bitmaps, block_last, lists, bound, now, block_now, low, size, hit)
            for group in range(groups):
                for word in range(words):
                    joined[group, word] = 0
            for t in range(count):
                group = roles[t]
                for word in range(words):
                    joined[group, word] |= hit[t, word]
            for group in range(1, groups):
                for word in range(words):
                    joined[0, word] &= joined[group, word]
            if simply:
                for word in range(words):
                    total += ones(joined[0, word])
            for word in range(words):
                bits = joined[0, word]
                if hopeless and simply:
                    break
                while bits != 0:
                    lowest = bits & (~bits + ONE)
                    bits ^= lowest
                    document = low + (word << 6) + PLACE[np.int64((lowest * BRUIJN) >> np.uint64(58))]
                    if masked and mask[document] == 0:
                        continue
                    possible = 0.0
                    for t in range(count):
                        if hit[t, word] & lowest != 0:
                            possible += bound[t]
                    if not phrase:
                        total += np.int64(not simply)
                    if possible <= least and not (phrase and counting):
                        continue
                    score = 0.0
                    for t in range(count):
                        if hit[t, word] & lowest != 0:
                            at, block_now[t] = seek(
                                docs,
                                now[t],
                                lists[t, END],
                                document,
                                block_last,
                                block_now[t],
                                lists[t, LAST_BLOCK],
                                lists[t, START] - lists[t, FIRST_BLOCK] * BLOCK,
                            )
                            now[t] = at
                            score += weights[t] * gain(
                                tf, big_at, big_tf, lens, inv, at, document, lists[t, LENGTHS], lists[t, NORMS]
                            )
                            possible -= bound[t]
                            if score + possible <= least and not (phrase and counting):
                                break
                    wins = n < len(scores) or better(scores, documents, score, base + document)
                    if phrase:
                        if not wins and not counting:
                            continue
                        if len(apart) > 0 and among(apart, document):
                            continue
                        if not stands(places, tf, big_at, big_tf, lists, offsets, now, known):
                            continue
                        total += 1
                    if wins:
                        n = push(scores, documents, n, score, base + document)
                        least = threshold(scores, n, -1.0)
        for t in range(count):
            at = now[t]
            if roles[t] == lead and at < lists[t, END] and docs[at] < high:
                origin = lists[t, START] - lists[t, FIRST_BLOCK] * BLOCK
                now[t], block_now[t] = seek(
                    docs, at, lists[t, END], high, block_last, block_now[t], lists[t, LAST_BLOCK], origin
                )


@bare
def smallest(lists: Any, roles: Any, sizes: Any) -> Any:
    """The group with the fewest postings."""
    for group in range(len(sizes)):
        sizes[group] = 0
    for t in range(len(lists)):
        sizes[roles[t]] += lists[t, END] - lists[t, START]
    least = 0
    for group in range(len(sizes)):
        if sizes[group] < sizes[least]:
            least = group
    return least
