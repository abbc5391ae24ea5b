"""What can a document be worth for typed words, and what do its positions say?

`words` are (slots, their weights, parts, weights of parts): a slot is (group, first part, one behind the last), group
−1 where it need not occur, and weighs idf · boost, and as much again for its form (0 without one); a part is a list, a
root in one field. `pairs` are (ends, boosts, members, their weights): members [end 0, end 1) are the lists of the
first word, up to end 2 those of the second, up to end 3 those whose scores are added, in that order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .lists import BLOCK, FIRST_BLOCK, START, bare, frequency, saturated
from .starts import start_at


@bare
def most(x: Any, words: Any, pairs: Any) -> Any:
    """The highest score that a document can have whose normalised frequencies are at most these, 0 for no hit."""
    slots, weights, parts, part_weights = words
    ends, boosts, members, member_weights = pairs
    total = 0.0
    for slot in range(len(slots)):
        frequencies = 0.0
        for part in range(slots[slot, 1], slots[slot, 2]):
            frequencies += part_weights[part] * x[parts[part]]
        if frequencies > 0.0:
            total += (weights[slot, 0] + weights[slot, 1]) * saturated(frequencies)
    for pair in range(len(ends)):
        first = second = 0.0
        for member in range(ends[pair, 0], ends[pair, 1]):
            first += x[members[member]]
        for member in range(ends[pair, 1], ends[pair, 2]):
            second += x[members[member]]
        if first > 0.0 and second > 0.0:
            value = 0.0
            for member in range(ends[pair, 2], ends[pair, 3]):
                value += member_weights[member] * saturated(x[members[member]])
            total += boosts[pair] * value
    return total


@bare
def weakest_first(top: Any, x: Any, order: Any, words: Any, pairs: Any) -> None:
    """The lists in `order`, those first that are worth least alone."""
    for t in range(len(top)):
        x[t] = 0.0
    for t in range(len(top)):
        x[t] = top[t]
        worth_alone = most(x, words, pairs)
        x[t] = 0.0
        place = t
        while place > 0 and top[order[place - 1]] > worth_alone:
            order[place] = order[place - 1]
            place -= 1
        order[place] = t
        top[t] = worth_alone


@bare
def locate(tf: Any, big_at: Any, big_tf: Any, tokens: Any, lists: Any, t: Any, now: Any, known: Any) -> None:
    """Where the positions of the posting begin and end at which list t stands: known[1, t] and known[2, t].

    `known` (3, lists): the last posting looked for (−1: none), where its positions begin and end (−1: not looked for
    in this document).
    """
    if known[2, t] >= 0:
        return
    ahead = (now[t] - lists[t, START]) // BLOCK
    posting = lists[t, START] + ahead * BLOCK
    if posting <= known[0, t] <= now[t]:
        posting, place = known[0, t], known[1, t]
    else:
        place = start_at(tokens[0], lists[t, FIRST_BLOCK] + ahead)
    while posting < now[t]:
        place += frequency(tf, big_at, big_tf, posting)
        posting += 1
    known[0, t], known[1, t] = posting, place
    known[2, t] = place + frequency(tf, big_at, big_tf, posting)


@bare
def in_form(
    tf: Any, big_at: Any, big_tf: Any, tokens: Any, lists: Any, wanted: Any, t: Any, now: Any, known: Any
) -> Any:
    """How often list t stands in one of these forms in the document."""
    locate(tf, big_at, big_tf, tokens, lists, t, now, known)
    _, _, forms, wide_at, wide_form = tokens
    total = np.int64(0)
    for place in range(known[1, t], known[2, t]):
        form = np.int64(forms[place])
        if form == 255:
            low, high = 0, len(wide_at)
            while low < high:
                middle = (low + high) >> 1
                if wide_at[middle] < place:
                    low = middle + 1
                else:
                    high = middle
            form = np.int64(wide_form[low])
        for one in wanted:
            if one == form:
                total += 1
                break
    return total


@bare
def beside(
    tf: Any, big_at: Any, big_tf: Any, tokens: Any, lists: Any, one: Any, other: Any, now: Any, known: Any
) -> Any:
    """Whether list `other` stands right behind list `one` somewhere in the document."""
    locate(tf, big_at, big_tf, tokens, lists, one, now, known)
    locate(tf, big_at, big_tf, tokens, lists, other, now, known)
    positions = tokens[1]
    begin, end = known[1, other], known[2, other]
    for place in range(known[1, one], known[2, one]):
        wanted = np.int64(positions[place]) + 1
        while begin < end and np.int64(positions[begin]) < wanted:
            begin += 1
        if begin == end:
            return False
        if np.int64(positions[begin]) == wanted:
            return True
    return False
