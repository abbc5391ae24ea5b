"""Which k documents score best for any of some terms?

MaxScore (Turtle and Flood 1995) in windows of documents, as Lucene's bulk scorer does it. Lists come in the order in
which their scores are added, heaviest first. In a window each list gives a bit a document; bounds are added for 64
documents at a time, and only those that may win are scored. Where one list decides, its postings are walked instead.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from .bits import PLANES, WINDOW, mark, reaching
from .lists import (
    ASKED,
    BITMAP,
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
    bare,
    best_first,
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
from .tables import BASE, SIZE, asked_of, inverse_of, post_of

SPARSE: Final = 64  # postings of a list in a window below which windows are SPARSER times as long
SPARSER: Final = 4
FEW: Final = 16  # postings of all lists a window, below which every document is scored
# … and so it is where postings times lists are this few, in all and a window: measured from 400 to 60,000 postings in
# 100,000 and a million documents. Beyond, windows pass over most of them.
SHORT: Final = 4_096
SHORT_IN_WINDOW: Final = 144


@compiled
def any_top(
    table: Any,
    mask: Any,
    asked: Any,
    floor: Any,
    scores: Any,
    documents: Any,
    n: Any,
    late: Any,
) -> Any:
    """The best of any of the terms; n again. `asked`: rows of ASKED columns, one behind the other. `late` (1,): once
    not 0, what was found by then.
    """
    post, inv = post_of(table), inverse_of(table)
    size, base = table[SIZE], table[BASE]
    heaped(scores, documents, n)
    lists = asked.reshape((-1, ASKED))
    count = len(lists)
    weights, scales = np.empty(count), np.empty(count)
    asked_of(lists, np.empty(count, np.int64), weights, scales)
    postings = unmapped = np.int64(0)
    for t in range(count):
        postings += lists[t, END] - lists[t, START]
        if lists[t, BITMAP] < 0:
            unmapped += lists[t, END] - lists[t, START]
    looks, windows = postings * count, size + WINDOW
    short = looks < SHORT and looks * WINDOW < SHORT_IN_WINDOW * windows
    if short or postings * WINDOW < FEW * windows:
        n = few_top(post, inv, mask, lists, weights, base, scores, documents, n, lists[:, START].copy())
        best_first(scores, documents, n)
        return n
    words = WINDOW // 64 if unmapped * WINDOW > SPARSE * count * size else SPARSER * WINDOW // 64
    n = windows_top(
        post,
        inv,
        mask,
        lists,
        weights,
        scales,
        floor,
        size,
        base,
        scores,
        documents,
        n,
        late,
        lists[:, START].copy(),
        lists[:, FIRST_BLOCK].copy(),
        np.empty((count, words), np.uint64),
        np.empty((PLANES, words), np.uint64),
        np.empty(count),
        np.zeros((2, count + 1)),
    )
    best_first(scores, documents, n)
    return n


@bare
def few_top(
    post: Any,
    inv: Any,
    mask: Any,
    lists: Any,
    weights: Any,
    base: Any,
    scores: Any,
    documents: Any,
    n: Any,
    now: Any,
) -> Any:
    """As `any_top`, document after document. `now`: where each list stands."""
    docs, tf, big_at, big_tf, _, _, lens, _ = post
    count = len(lists)
    masked = len(mask) > 0
    while True:
        document = np.int64(FAR)
        for t in range(count):
            if now[t] < lists[t, END]:
                document = min(document, np.int64(docs[now[t]]))
        if document == FAR:
            return n
        score = 0.0
        for t in range(count):
            at = now[t]
            if at < lists[t, END] and docs[at] == document:
                score += weights[t] * gain(
                    tf, big_at, big_tf, lens, inv, at, document, lists[t, LENGTHS], lists[t, NORMS]
                )
                now[t] = at + 1
        if (n < len(scores) or score > scores[0]) and not (masked and mask[document] == 0):
            n = push(scores, documents, n, score, base + document)


@bare
def windows_top(
    post: Any,
    inv: Any,
    mask: Any,
    lists: Any,
    weights: Any,
    scales: Any,
    floor: Any,
    size: Any,
    base: Any,
    scores: Any,
    documents: Any,
    n: Any,
    late: Any,
    now: Any,
    block_now: Any,
    hit: Any,
    planes: Any,
    bound: Any,
    sums: Any,
) -> Any:
    """As `any_top`. `now`, `block_now`: where each list stands; `hit`: a bit for each document of a window that a list
    holds; the rest is for computing in.
    """
    docs, tf, big_at, big_tf, block_last, block_top, lens, bitmaps = post
    count = len(lists)
    window = hit.shape[1] << 6  # documents
    masked = len(mask) > 0
    rest, whole = sums[0], sums[1]  # what the lists from here on may add, in a window and at all
    for t in range(count):
        most = highest(block_top, lists[t, FIRST_BLOCK], lists[t, LAST_BLOCK])
        bound[t] = weights[t] * saturated(np.float64(most) * scales[t])
    suffix_sums(bound, whole)
    while True:
        least = threshold(scores, n, floor)
        first = np.int64(FAR)
        for t in range(count):
            if whole[t] > least and now[t] < lists[t, END]:
                first = min(first, np.int64(docs[now[t]]))
        if first == FAR or late[0] != 0:
            return n
        low = first - first % window
        high = low + window
        for t in range(count):
            most, block_now[t] = highest_within(docs, block_last, block_top, lists, t, block_now[t], low, high)
            bound[t] = weights[t] * saturated(np.float64(most) * scales[t])
        suffix_sums(bound, rest)
        alive = 0
        lone = 0
        needed = 0  # lists from here on cannot win by themselves
        for t in range(count):
            if rest[t] > least:
                needed = t + 1
                if bound[t] > 0.0:
                    alive += 1
                    lone = t
        if alive == 1:
            n = lone_top(
                post,
                inv,
                mask,
                lists,
                weights,
                scales,
                floor,
                base,
                scores,
                documents,
                n,
                lone,
                needed,
                high,
                rest,
                now,
                block_now,
            )
        elif alive > 1:
            words = mark(docs, bitmaps, block_last, lists, bound, now, block_now, low, size, hit)
            reaching(bound, hit, planes, least, words)
            chosen = planes[-1]
            for word in range(words):
                bits = chosen[word]
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
                    if possible <= least:
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
                            if score + possible <= least:
                                break
                    if n < len(scores) or score > scores[0]:
                        n = push(scores, documents, n, score, base + document)
                        least = threshold(scores, n, floor)
        for t in range(count):
            at = now[t]
            if whole[t] > least and at < lists[t, END] and docs[at] < high:
                origin = lists[t, START] - lists[t, FIRST_BLOCK] * BLOCK
                now[t], block_now[t] = seek(
                    docs, at, lists[t, END], high, block_last, block_now[t], lists[t, LAST_BLOCK], origin
                )


@bare
def suffix_sums(bound: Any, rest: Any) -> None:
    """`rest[t]`: the sum of the bounds from t on."""
    for t in range(len(bound) - 1, -1, -1):
        rest[t] = rest[t + 1] + bound[t]


@bare
def lone_top(
    post: Any,
    inv: Any,
    mask: Any,
    lists: Any,
    weights: Any,
    scales: Any,
    floor: Any,
    base: Any,
    scores: Any,
    documents: Any,
    n: Any,
    lone: Any,
    needed: Any,
    high: Any,
    rest: Any,
    now: Any,
    block_now: Any,
) -> Any:
    """The best of a window in which one list decides: its blocks one by one, without those that cannot win."""
    docs, tf, big_at, big_tf, block_last, block_top, lens, _ = post
    count = len(lists)
    masked = len(mask) > 0
    at, end = now[lone], lists[lone, END]
    weight, scale = weights[lone], scales[lone]
    lengths, norms = lists[lone, LENGTHS], lists[lone, NORMS]
    more = rest[needed]
    least = threshold(scores, n, floor)
    checked = at
    while at < end:
        document = np.int64(docs[at])
        if document >= high:
            break
        if at >= checked:
            ahead = (at - lists[lone, START]) // BLOCK
            checked = lists[lone, START] + (ahead + 1) * BLOCK
            top = np.float64(block_top[lists[lone, FIRST_BLOCK] + ahead])
            if weight * saturated(top * scale) + more <= least:
                at = min(checked, end)
                continue
        score = weight * gain(tf, big_at, big_tf, lens, inv, at, document, lengths, norms)
        at += 1
        if score + more <= least or (masked and mask[document] == 0):
            continue
        for t in range(needed, count):
            if score + rest[t] <= least:
                break
            place = now[t]
            if place < lists[t, END] and docs[place] < document:
                origin = lists[t, START] - lists[t, FIRST_BLOCK] * BLOCK
                place, block_now[t] = seek(
                    docs, place, lists[t, END], document, block_last, block_now[t], lists[t, LAST_BLOCK], origin
                )
                now[t] = place
            if place < lists[t, END] and docs[place] == document:
                score += weights[t] * gain(
                    tf, big_at, big_tf, lens, inv, place, document, lists[t, LENGTHS], lists[t, NORMS]
                )
        if n < len(scores) or score > scores[0]:
            n = push(scores, documents, n, score, base + document)
            least = threshold(scores, n, floor)
    now[lone] = at
    return n
