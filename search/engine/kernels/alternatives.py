"""Which k documents score best of those that any of a few patterns or phrases matches?

Patterns (a prefix or a misspelling, over a few fields): each gives a bit a document in windows of documents. What a
document with such and such bits scores is known beforehand, so only documents with bits that win are looked at.

Two phrases (over two fields): all documents of the rarer one are found first, and what the other one adds to them;
then the best of the other one among the rest.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from .bits import ones
from .conjunction import together_top
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
    bare,
    best_first,
    compiled,
    gain,
    heaped,
    highest,
    push,
    saturated,
    seek,
)
from .positions import stands
from .starts import start_at
from .tables import BASE, BLOCK_POS, POST_START, SIZE, asked_of, inverse_of, post_of, starts_of

SPAN: Final = 16_384  # documents of a window
ABOVE: Final = 1 + 1e-9  # bounds are sums of another order


@compiled
def patterns_top(
    table: Any,
    mask: Any,
    asked: Any,
    terms: Any,
    counting: Any,
    scores: Any,
    documents: Any,
    n: Any,
) -> Any:
    """The best of any pattern; n again, and how many documents match where `counting`.

    `asked`: a row of ASKED + 1 columns of each pattern, one behind the other. A pattern is worth its weight, or that
    times the gain of its only term, whose row it is; other patterns have rows of nothing. From its role on to before
    what stands behind it in the row reach its terms: their numbers, or their places in `terms` where that is not empty.
    """
    lists = asked.reshape((-1, ASKED + 1))
    count = len(lists)
    worth, scales, firsts = np.empty(count), np.empty(count), np.empty(count, np.int64)
    asked_of(lists, firsts, worth, scales)
    groups = np.zeros(count + 1, np.int64)
    for g in range(count):
        groups[g + 1] = groups[g] + lists[g, ASKED] - firsts[g]
    now, ends = np.empty(groups[count], np.int64), np.empty(groups[count], np.int64)
    starts = starts_of(table, POST_START)
    for g in range(count):
        for place in range(groups[g], groups[g + 1]):
            term = firsts[g] + place - groups[g]
            if len(terms) > 0:
                term = terms[term]
            now[place], ends[place] = start_at(starts, term), start_at(starts, term + 1)
    heaped(scores, documents, n)
    n, total = spans_top(
        post_of(table),
        inverse_of(table),
        mask,
        now,
        ends,
        groups,
        lists,
        worth,
        scales,
        counting,
        table[SIZE],
        table[BASE],
        scores,
        documents,
        n,
        np.empty(1 << count),
        np.zeros((count, SPAN >> 6), np.uint64),
        np.zeros((2, SPAN >> 12), np.uint64),
        lists[:, START].copy(),
        np.empty(1 << count, np.int64),
    )
    best_first(scores, documents, n)
    return n, total


@bare
def spans_top(
    post: Any,
    inv: Any,
    mask: Any,
    now: Any,
    ends: Any,
    groups: Any,
    lists: Any,
    worth: Any,
    scales: Any,
    counting: Any,
    size: Any,
    base: Any,
    scores: Any,
    documents: Any,
    n: Any,
    table: Any,
    hit: Any,
    touched: Any,
    read: Any,
    wins: Any,
) -> Any:
    """As `patterns_top`. `now`, `ends`: where the postings of each term begin and end; `table`: the most that a
    document scores by which patterns match; `hit`: a bit for each document of a window that a pattern matches, all 0
    between windows; `touched` (2, words): a bit for each word of `hit` with any, and the same of words that nobody has
    to look at; `read`: where each of `lists` stands; `wins` is for computing in.
    """
    docs, tf, big_at, big_tf, _, block_top, lens, _ = post
    count = len(worth)
    k = len(scores)
    masked = len(mask) > 0
    fill(table, block_top, lists, worth, scales)
    total = np.int64(0)
    winners = winning(table, wins, scores[0] if n == k else -1.0)
    for low in range(0, size, SPAN):
        if n == k and table[-1] <= scores[0] and not counting:
            break
        leader = -1 if counting else rarest_needed(wins, winners, now, ends, groups)
        for g in range(count):
            seen = touched[0 if leader < 0 or g == leader else 1]
            bits_of(docs, now, ends, groups[g], groups[g + 1], low, hit[g], seen)
        for some in range(touched.shape[1]):
            left = touched[0, some]
            touched[0, some] = 0
            while left != 0:
                one = left & (~left + ONE)
                left ^= one
                word = (some << 6) + PLACE[np.int64((one * BRUIJN) >> np.uint64(58))]
                if counting:
                    found = hit[0, word]
                    for g in range(1, count):
                        found |= hit[g, word]
                    total += passing(found, mask, low + (word << 6))
                bits = np.uint64(0)
                for place in range(winners):
                    found = ~np.uint64(0)
                    for g in range(count):
                        if wins[place] >> g & 1:
                            found &= hit[g, word]
                    bits |= found
                while bits != 0:
                    lowest = bits & (~bits + ONE)
                    bits ^= lowest
                    document = low + (word << 6) + PLACE[np.int64((lowest * BRUIJN) >> np.uint64(58))]
                    if masked and mask[document] == 0:
                        continue
                    which = 0
                    exact = True
                    for g in range(count):
                        if hit[g, word] & lowest != 0:
                            which |= 1 << g
                            exact = exact and lists[g, END] == 0
                    if n == k and table[which] <= scores[0]:
                        continue
                    score = table[which]
                    if not exact:
                        score = 0.0
                        for g in range(count):
                            if which >> g & 1 and lists[g, END] == 0:
                                score += worth[g]
                            elif which >> g & 1:
                                at = read[g]
                                while docs[at] < document:
                                    at += 1
                                read[g] = at
                                score += worth[g] * gain(
                                    tf, big_at, big_tf, lens, inv, at, document, lists[g, LENGTHS], lists[g, NORMS]
                                )
                    if n < k or score > scores[0]:
                        n = push(scores, documents, n, score, base + document)
                        if n == k:
                            winners = winning(table, wins, scores[0])
                for g in range(count):
                    hit[g, word] = 0
        if leader >= 0:
            for g in range(count):
                for word in range(SPAN >> 6):
                    hit[g, word] = 0
    return n, total


@bare
def fill(table: Any, block_top: Any, lists: Any, worth: Any, scales: Any) -> None:
    """What a document scores whose patterns are the bits of a place in the table: exactly where no term scores."""
    for which in range(len(table)):
        total = 0.0
        exact = True
        for g in range(len(worth)):
            if which >> g & 1 and lists[g, END] == 0:
                total += worth[g]
            elif which >> g & 1:
                most = highest(block_top, lists[g, FIRST_BLOCK], lists[g, LAST_BLOCK])
                total += worth[g] * saturated(np.float64(most) * scales[g])
                exact = False
        table[which] = total if exact else total * ABOVE


@bare
def bits_of(docs: Any, now: Any, ends: Any, first: Any, last: Any, low: Any, hit: Any, touched: Any) -> None:
    """A bit for each document of the window at `low` that any of the terms [first, last) holds, and for its word."""
    for term in range(first, last):
        at, end = now[term], ends[term]
        while at < end:
            place = np.int64(docs[at]) - low
            if place >= SPAN:
                break
            hit[place >> 6] |= ONE << np.uint64(place & 63)
            touched[place >> 12] |= ONE << np.uint64((place >> 6) & 63)
            at += 1
        now[term] = at


@bare
def passing(found: Any, mask: Any, low: Any) -> Any:
    """How many of the documents of a word of bits pass."""
    if len(mask) == 0 or found == 0:
        return ones(found)
    total = np.int64(0)
    for place in range(min(64, len(mask) - low)):
        if mask[low + place] != 0:
            total += np.int64((found >> np.uint64(place)) & ONE)
    return total


@bare
def winning(table: Any, wins: Any, least: Any) -> Any:
    """Which patterns a document must match to score more than `least`, in `wins`; how many choices there are. Of two,
    one of which asks for more than the other, only the other is needed.
    """
    many = 0
    for which in range(1, len(table)):
        if table[which] > least:
            more = False
            for place in range(many):
                more = more or wins[place] & which == wins[place]
            if not more:
                wins[many] = which
                many += 1
    return many


@bare
def rarest_needed(wins: Any, winners: Any, now: Any, ends: Any, groups: Any) -> Any:
    """Of the patterns that every winner matches the one with the fewest postings left; −1 where there is none."""
    needed = ~np.int64(0)
    for place in range(winners):
        needed &= wins[place]
    least, found = np.int64(FAR), -1
    for g in range(len(groups) - 1):
        if needed >> g & 1:
            left = np.int64(0)
            for term in range(groups[g], groups[g + 1]):
                left += ends[term] - now[term]
            if left < least:
                least, found = left, g
    return found


@compiled
def phrases_top(
    table: Any,
    positions: Any,
    mask: Any,
    asked: Any,
    first: Any,
    most: Any,
    counting: Any,
    scores: Any,
    documents: Any,
    n: Any,
    late: Any,
) -> Any:
    """The best of two phrases; n again, and how many documents match where `counting`.

    `asked`: as to `conjunction.all_top`. The `first` lists are those of the phrase that fewer documents can hold,
    `most` at most; each in the order in which its scores are added.
    """
    heaped(scores, documents, n)
    lists = asked.reshape((-1, ASKED))
    count = len(lists)
    offsets, weights, scales = np.empty(count, np.int64), np.empty(count), np.empty(count)
    asked_of(lists, offsets, weights, scales)
    some = np.empty(most)
    found = np.empty(most, np.int64)
    others = lists[first:]
    if first > 0:
        many, _ = together_top(
            table,
            positions,
            mask,
            lists[:first],
            offsets[:first],
            weights[:first],
            scales[:first],
            True,
            False,
            some,
            found,
            0,
            found[:0],
            late,
        )
        order = np.argsort(found[:many])
        found, some = found[order] - table[BASE], some[order]
        n = both_top(
            post_of(table),
            (starts_of(table, BLOCK_POS), positions),
            inverse_of(table),
            others,
            offsets[first:],
            weights[first:],
            table[BASE],
            scores,
            documents,
            n,
            found,
            some,
            others[:, START].copy(),
            others[:, FIRST_BLOCK].copy(),
            np.full((4, len(others)), -1, np.int64),
        )
    n, total = together_top(
        table,
        positions,
        mask,
        others,
        offsets[first:],
        weights[first:],
        scales[first:],
        True,
        counting,
        scores,
        documents,
        n,
        found,
        late,
    )
    best_first(scores, documents, n)
    return n, total + len(found)


@bare
def both_top(
    post: Any,
    places: Any,
    inv: Any,
    lists: Any,
    offsets: Any,
    weights: Any,
    base: Any,
    scores: Any,
    documents: Any,
    n: Any,
    found: Any,
    some: Any,
    now: Any,
    block_now: Any,
    known: Any,
) -> Any:
    """The best of documents `found`, ascending, that score `some` and what a phrase adds; n again."""
    docs, tf, big_at, big_tf, block_last, _, lens, _ = post
    k = len(scores)
    for one in range(len(found)):
        document = found[one]
        met = True
        for t in range(len(lists)):
            end = lists[t, END]
            if now[t] < end and docs[now[t]] < document:
                origin = lists[t, START] - lists[t, FIRST_BLOCK] * BLOCK
                now[t], block_now[t] = seek(
                    docs, now[t], end, document, block_last, block_now[t], lists[t, LAST_BLOCK], origin
                )
            if now[t] >= end or docs[now[t]] != document:
                met = False
                break
        score = some[one]
        if met and stands(places, tf, big_at, big_tf, lists, offsets, now, known):
            more = 0.0
            for t in range(len(lists)):
                more += weights[t] * gain(
                    tf, big_at, big_tf, lens, inv, now[t], document, lists[t, LENGTHS], lists[t, NORMS]
                )
            score += more
        if n < k or score > scores[0]:
            n = push(scores, documents, n, score, base + document)
    return n
