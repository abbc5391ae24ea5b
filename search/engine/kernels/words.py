"""Which k documents score best for what people type?

All of some groups, each any of some slots: a slot is a root in several fields, scored as one word, worth more where
the asked form stands; beside them optional slots, and pairs of words that are worth more side by side. In windows of
documents bits tell who matches. What a document may be worth at most is told by the best scores of blocks, then by its
own frequencies; positions, for forms and pairs, are read where that may still win.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from .lists import (
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
    frequency,
    heaped,
    highest,
    highest_within,
    push,
    saturated,
    seek,
    threshold,
)
from .matching import mark_among, matching, screen, sift, skip_to, smallest
from .tables import BASE, SIZE, inverse_of, post_of, tokens_of
from .typed import beside, in_form, most, weakest_first

MANY: Final = 8  # documents of a window from which it pays to look for lists that cannot win alone
PER_WINDOW: Final = 256  # postings of the list that decides how long windows are
NARROWEST: Final = 8  # words of 64 documents
WIDEST: Final = 1024


@compiled
def words_top(
    table: Any,
    positions: Any,
    mask: Any,
    lists: Any,
    scales: Any,
    forms: Any,
    words: Any,
    pairs: Any,
    groups: Any,
    counting: Any,
    floor: Any,
    scores: Any,
    documents: Any,
    n: Any,
    late: Any,
) -> Any:
    """The best of all `groups`, n again, and how many documents match where `counting`.

    `words` and `pairs`: see `typed`, lists by their place in `lists` (empty ones too); `forms`: (form numbers, where
    those of each part begin, one more than parts). `late` (1,): once not 0, what was found by then.
    """
    count = len(lists)
    sizes = np.zeros(groups, np.int64)
    lead, deciding = smallest(lists, words, sizes)
    size = table[SIZE]
    width = NARROWEST
    while width < WIDEST and (width << 6) * deciding < PER_WINDOW * size:
        width *= 2
    heaped(scores, documents, n)
    n, total = typed_top(
        post_of(table),
        tokens_of(table, positions),
        inverse_of(table),
        mask,
        lists,
        scales,
        forms,
        words,
        pairs,
        counting,
        floor,
        size,
        table[BASE],
        scores,
        documents,
        n,
        late,
        lead,
        (lists[:, START].copy(), lists[:, FIRST_BLOCK].copy()),
        np.zeros((count, width), np.uint64),
        np.zeros((2, width), np.uint64),
        np.zeros((3, count)),
        sizes,
        np.zeros((5, count), np.int64),
    )
    best_first(scores, documents, n)
    return n, total


@bare
def typed_top(
    post: Any,
    tokens: Any,
    inv: Any,
    mask: Any,
    lists: Any,
    scales: Any,
    forms: Any,
    words: Any,
    pairs: Any,
    counting: Any,
    floor: Any,
    size: Any,
    base: Any,
    scores: Any,
    documents: Any,
    n: Any,
    late: Any,
    lead: Any,
    cursor: Any,
    hit: Any,
    joined: Any,
    bounds: Any,
    sizes: Any,
    numbers: Any,
) -> Any:
    """As `words_top`. `cursor`: where each list stands, and its block; `hit` and `joined`: a bit for each document of
    a window that a list holds, or all groups; the rest is for computing in.
    """
    docs, tf, big_at, big_tf, block_last, block_top, lens, _ = post
    now, block_now = cursor
    slots, _, parts, _ = words
    count, groups = len(lists), len(sizes)
    window = hit.shape[1] << 6
    together, some = joined[0], joined[1]
    top, x, inverse = bounds[0], bounds[1], bounds[2]
    order, marked = numbers[0], numbers[1]
    known = numbers[2:]
    for group in range(groups):
        if sizes[group] == 0:
            return n, np.int64(0)
    most_frequent = 0
    for t in range(count):
        known[0, t] = -1
        top[t] = np.float64(highest(block_top, lists[t, FIRST_BLOCK], lists[t, LAST_BLOCK])) * scales[t]
        if lists[t, END] - lists[t, START] > lists[most_frequent, END] - lists[most_frequent, START]:
            most_frequent = t
    weakest_first(top, x, order, words, pairs)
    total = np.int64(0)
    while True:
        least = threshold(scores, n, floor)
        first = np.int64(FAR)
        for slot in range(len(slots)):
            if slots[slot, 0] == lead:
                for part in range(slots[slot, 1], slots[slot, 2]):
                    t = parts[part]
                    if now[t] < lists[t, END]:
                        first = min(first, np.int64(docs[now[t]]))
        if first == FAR or late[0] != 0:
            return n, total
        low = first - first % window
        high = low + window
        wide = min(hit.shape[1], ((size + 63) >> 6) - (low >> 6))
        for t in range(count):
            marked[t] = 0
        found = np.int64(1)
        if groups > 1:  # mostly no document matches, and no bounds are needed
            found = matching(
                post, lists, words, lead, groups, cursor, low, size, hit, marked, together, some, wide, mask
            )
        hopeless = found == 0
        if not hopeless:
            for t in range(count):
                best, block_now[t] = highest_within(docs, block_last, block_top, lists, t, block_now[t], low, high)
                top[t] = np.float64(best) * scales[t]
            hopeless = most(top, words, pairs) <= least
        if groups == 1 and (counting or not hopeless):
            found = matching(
                post, lists, words, lead, groups, cursor, low, size, hit, marked, together, some, wide, mask
            )
        if counting:
            total += found
        if found > 0 and not hopeless:
            for t in range(count):
                if marked[t] == 0:
                    mark_among(post, lists, t, cursor, low, size, hit, together, wide, found)
            if found > MANY and least > 0.0:
                sift(top, x, order, words, pairs, least, hit, together, some, wide)
                screen(
                    post, inv, lists, cursor, most_frequent, top, x, words, pairs, least, low, hit, together, some, wide
                )
            for word in range(wide):
                bits = together[word]
                while bits != 0:
                    lowest = bits & (~bits + ONE)
                    bits ^= lowest
                    for t in range(count):
                        x[t] = top[t] if hit[t, word] & lowest != 0 else 0.0
                    if most(x, words, pairs) <= least:
                        continue
                    document = low + (word << 6) + PLACE[np.int64((lowest * BRUIJN) >> np.uint64(58))]
                    for t in range(count):
                        if x[t] > 0.0:
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
                            inverse[t] = inv[lists[t, NORMS] + np.int64(lens[lists[t, LENGTHS] + document])]
                            x[t] = np.float64(frequency(tf, big_at, big_tf, at)) * inverse[t]
                    possible = most(x, words, pairs)
                    if possible <= least:
                        continue
                    score = worth(post, tokens, lists, forms, words, pairs, now, known, x, inverse, possible, least)
                    if n < len(scores) or score > scores[0]:
                        n = push(scores, documents, n, score, base + document)
                        least = threshold(scores, n, floor)
        for slot in range(len(slots)):
            if slots[slot, 0] == lead:
                for part in range(slots[slot, 1], slots[slot, 2]):
                    skip_to(docs, block_last, lists, parts[part], cursor, high)


@bare
def worth(
    post: Any,
    tokens: Any,
    lists: Any,
    forms: Any,
    words: Any,
    pairs: Any,
    now: Any,
    known: Any,
    x: Any,
    inverse: Any,
    possible: Any,
    least: Any,
) -> Any:
    """The score of the document at which the lists stand whose x is not 0; −1 where it proves not to win."""
    tf, big_at, big_tf = post[1], post[2], post[3]
    slots, weights, parts, part_weights = words
    ends, boosts, members, member_weights = pairs
    form_numbers, form_starts = forms
    for t in range(len(x)):
        known[2, t] = -1
    needed = 0.0
    extra = 0.0
    for slot in range(len(slots)):
        frequencies = 0.0
        for part in range(slots[slot, 1], slots[slot, 2]):
            if x[parts[part]] > 0.0:
                frequencies += part_weights[part] * x[parts[part]]
        if frequencies == 0.0:
            continue
        value = weights[slot, 0] * saturated(frequencies)
        if weights[slot, 1] > 0.0:
            formed = 0.0
            for part in range(slots[slot, 1], slots[slot, 2]):
                t = parts[part]
                if x[t] > 0.0 and form_starts[part] < form_starts[part + 1]:
                    stands = in_form(
                        tf,
                        big_at,
                        big_tf,
                        tokens,
                        lists,
                        form_numbers[form_starts[part] : form_starts[part + 1]],
                        t,
                        now,
                        known,
                    )
                    formed += part_weights[part] * (np.float64(stands) * inverse[t])
            if formed > 0.0:
                value += weights[slot, 1] * saturated(formed)
            possible -= (weights[slot, 0] + weights[slot, 1]) * saturated(frequencies) - value
            if possible <= least:
                return -1.0
        if slots[slot, 0] >= 0:
            needed += value
        else:
            extra += value
    for pair in range(len(ends)):
        value = 0.0
        first = second = False
        for member in range(ends[pair, 0], ends[pair, 1]):
            first = first or x[members[member]] > 0.0
        for member in range(ends[pair, 1], ends[pair, 2]):
            second = second or x[members[member]] > 0.0
        if not (first and second):
            continue
        for member in range(ends[pair, 2], ends[pair, 3]):
            if x[members[member]] > 0.0:
                value += member_weights[member] * saturated(x[members[member]])
        value *= boosts[pair]
        stood = False
        for one in range(ends[pair, 0], ends[pair, 1]):
            for other in range(ends[pair, 1], ends[pair, 2]):
                if not stood and x[members[one]] > 0.0 and x[members[other]] > 0.0:
                    stood = beside(tf, big_at, big_tf, tokens, lists, members[one], members[other], now, known)
        if stood:
            extra += value
        else:
            possible -= value
            if possible <= least:
                return -1.0
    return needed + extra
