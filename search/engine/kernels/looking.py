"""Which words of a query stand in some documents, at their beginning, and close together?

What it finds is defined by `engine.second_look`, in numpy.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from .lists import FAR, bare, compiled, frequency
from .reading import run_of, ways_of
from .starts import start_at
from .tables import post_of

WORD, IN_TITLE, FIRST, LAST, MOST = range(5)  # columns of `ranges`
NOWHERE: Final = -FAR
FREE: Final = 4  # places in the table of documents, for each of them
OFTEN: Final = 16  # postings of a term, for each document, from which it is looked up rather than read through


@compiled
def looked_into(
    table: Any,
    positions: Any,
    docs: Any,
    ranges: Any,
    owns: Any,
    owner: Any,
    begins: Any,
    idf: Any,
    lead: Any,
    window: Any,
    seen: Any,
    together: Any,
) -> None:
    """Fill `seen` (3, W, n) with whether each of W words itself, it or a kindred one, and either at the beginning,
    stands in each of n documents (ascending), and `together` (n,) with what the words of its best stretch weigh.

    `ranges` (r, 5): terms of a word in a field, and how many places of the word itself are looked at, of kindred ones
    the first. `owns`: the terms of the words themselves, `owner`: whose each is; `begins`: where those of a word's text
    and title begin, word by word, and the end.
    """
    words, n = len(idf), len(docs)
    size = 64
    while size < FREE * n:
        size *= 2
    slots = np.full(size, -1, np.int64)
    for at in range(n):
        place = np.int64(docs[at]) & (size - 1)
        while slots[place] >= 0:
            place = (place + 1) & (size - 1)
        slots[place] = at
    in_title = np.zeros((words, n), np.bool_)
    runs = np.zeros((len(owns), n, 2), np.int64)
    post, ways = post_of(table), ways_of(table)
    for row in range(len(ranges)):
        of_range(post, ways, positions, docs, slots, ranges[row], owns, begins, lead, seen, in_title, runs)
    for word in range(words):
        for at in range(n):
            seen[0, word, at] |= in_title[word, at]
            seen[1, word, at] |= seen[2, word, at]
    last = np.zeros(words, np.int64)
    for at in range(n):
        title = 0.0
        for word in range(words):
            if in_title[word, at]:
                title += idf[word]
        together[at] = max(title, best_stretch(positions, runs, at, owner, idf, window, last))


@bare
def of_range(
    post: Any,
    ways: Any,
    positions: Any,
    docs: Any,
    slots: Any,
    asked: Any,
    owns: Any,
    begins: Any,
    lead: Any,
    seen: Any,
    in_title: Any,
    runs: Any,
) -> None:
    """What the terms of a range say. `slots`: a hash table of the documents."""
    listed, tf, big_at, big_tf = post[0], post[1], post[2], post[3]
    post_start, block_start, block_pos = ways
    word, title = asked[WORD], asked[IN_TITLE]
    low, high = begins[2 * word + title], begins[2 * word + title + 1]
    for term in range(asked[FIRST], asked[LAST]):
        own = np.int64(-1)
        for one in range(low, high):
            if owns[one] == term:
                own = np.int64(one)
        most = asked[MOST] if own >= 0 else 1
        start, end = start_at(post_start, term), start_at(post_start, term + 1)
        if start == end:
            continue
        if end - start > OFTEN * len(docs):
            for at in range(len(docs)):
                begin, behind = run_of(post, ways, term, docs[at])
                if begin < behind:
                    note(positions, at, word, title, own, begin, min(behind, begin + most), lead, seen, in_title, runs)
            continue
        begin = start_at(block_pos, start_at(block_start, term))
        for posting in range(start, end):
            behind = begin + frequency(tf, big_at, big_tf, posting)
            place = np.int64(listed[posting]) & (len(slots) - 1)
            while slots[place] >= 0:
                if docs[slots[place]] == listed[posting]:
                    note(
                        positions,
                        slots[place],
                        word,
                        title,
                        own,
                        begin,
                        min(behind, begin + most),
                        lead,
                        seen,
                        in_title,
                        runs,
                    )
                    break
                place = (place + 1) & (len(slots) - 1)
            begin = behind


@bare
def note(
    positions: Any,
    at: Any,
    word: Any,
    title: Any,
    own: Any,
    begin: Any,
    end: Any,
    lead: Any,
    seen: Any,
    in_title: Any,
    runs: Any,
) -> None:
    """A word stands in a document, or a kindred one (`own` below 0), at the positions [begin, end)."""
    if title == 1:
        seen[2, word, at] = True
        if own >= 0:
            in_title[word, at] = True
        return
    seen[1, word, at] = True
    if np.int64(positions[begin]) < lead:
        seen[2, word, at] = True
    if own >= 0:
        seen[0, word, at] = True
        runs[own, at, 0], runs[own, at, 1] = begin, end


@bare
def best_stretch(positions: Any, runs: Any, at: Any, owner: Any, idf: Any, window: Any, last: Any) -> Any:
    """The most that the words in any stretch of `window` tokens of a document weigh. Its runs are used up."""
    for word in range(len(last)):
        last[word] = NOWHERE
    best = 0.0
    while True:
        here = np.int64(FAR)
        for own in range(len(owner)):
            if runs[own, at, 0] < runs[own, at, 1]:
                here = min(here, np.int64(positions[runs[own, at, 0]]))
        if here == FAR:
            return best
        for own in range(len(owner)):
            if runs[own, at, 0] < runs[own, at, 1] and np.int64(positions[runs[own, at, 0]]) == here:
                last[owner[own]] = here
                runs[own, at, 0] += 1
        weight = 0.0
        for word in range(len(last)):
            if last[word] > here - window:
                weight += idf[word]
        best = max(best, weight)
