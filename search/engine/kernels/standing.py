"""Where do words stand in some documents, and how well is each answered there?

What it finds is defined by `search.places`, in Python.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from .lists import bare, compiled, inlined
from .reading import form_at, run_of, ways_of
from .tables import post_of, tokens_of

LEAF, ROOT, ANSWERS, BESIDE = range(4)  # columns of `sources`
LEVEL: Final = 2  # column of `found`, behind leaf and position
NONE, UNKNOWN, ASKED = -1, -2, -3  # in `answers`, where there is no level
SKIPPED: Final = -1


@compiled
def words_in(
    table: Any,
    positions: Any,
    docs: Any,
    sources: Any,
    answers: Any,
    worst: Any,
    stride: Any,
    most: Any,
    found: Any,
    sizes: Any,
    seen: Any,
    unknown: Any,
) -> Any:
    """Fill `found` (m, 3) with leaf, position and level of each place of n documents, in the order of the text, one
    document behind the other, and `sizes` (n,) with how many there are: SKIPPED where a document has tokens from
    `stride` on, or more than `most` of them, or no room is left. `seen` (n, leaves): a bit for each level of a leaf.

    `sources` (s, 4): roots, those of a leaf next to each other, the surest first, those that count BESIDE others only
    last. `answers`: a level form by form, from where each source says on; `worst` counts only where its leaf stands no
    better in the document. `unknown` (u, 2): source and form of what has no level yet, which are then ASKED; how many
    is returned, and without their levels the places are not all of them.
    """
    post, ways, tokens = post_of(table), ways_of(table), tokens_of(table, positions)
    count = len(sources)
    standing, here = np.empty(count, np.int64), np.empty((count, 2), np.int64)
    best = np.empty(seen.shape[1], np.int64)
    some, beside = np.empty((len(found), 3), np.int64), np.empty((len(found), 3), np.int64)
    rows = asked = np.int64(0)
    for at in range(len(docs)):
        own = behind = places = light = np.int64(0)
        last = np.int64(-1)
        for source in range(count):
            begin, end = run_of(post, ways, sources[source, ROOT], docs[at])
            if begin == end:
                continue
            standing[behind] = source
            here[behind, 0], here[behind, 1] = begin, end
            behind += 1
            if sources[source, BESIDE] != 0:
                light += end - begin
            else:
                own = behind
                places += end - begin
                last = max(last, np.int64(positions[end - 1]))
        if places > most or last >= stride or rows + places + light > len(found):
            sizes[at] = SKIPPED
            continue
        size, asked = merged(
            tokens, sources, answers, worst, standing, here, 0, own, some, 0, best, some, unknown, asked
        )
        more = np.int64(0)
        if size > 0 and behind > own:
            more, asked = merged(
                tokens, sources, answers, worst, standing, here, own, behind, some, size, best, beside, unknown, asked
            )
        first = second = np.int64(0)
        for row in range(rows, rows + size + more):
            if second == more or (first < size and some[first, 1] <= beside[second, 1]):
                copied(some, first, found, row)
                first += 1
            else:
                copied(beside, second, found, row)
                second += 1
            seen[at, found[row, LEAF]] |= 1 << found[row, LEVEL]
        rows += size + more
        sizes[at] = size + more
    return asked


@inlined
def copied(rows: Any, row: Any, out: Any, place: Any) -> None:
    """A row, put elsewhere."""
    out[place, 0], out[place, 1], out[place, 2] = rows[row, 0], rows[row, 1], rows[row, 2]


@bare
def merged(
    tokens: Any,
    sources: Any,
    answers: Any,
    worst: Any,
    standing: Any,
    here: Any,
    low: Any,
    high: Any,
    near: Any,
    nearest: Any,
    best: Any,
    out: Any,
    unknown: Any,
    asked: Any,
) -> Any:
    """How many places the sources `standing[low:high]` have, in `out`, position by position, and how many forms were
    asked for. Where `nearest` is not 0, only those right before or behind one of so many places `near`.
    """
    positions = tokens[1]
    for leaf in range(len(best)):
        best[leaf] = worst
    size = around = np.int64(0)
    while True:
        chosen = position = np.int64(-1)
        for one in range(low, high):
            if here[one, 0] < here[one, 1]:
                ahead = np.int64(positions[here[one, 0]])
                if chosen < 0 or ahead < position:
                    chosen, position = np.int64(one), ahead
        if chosen < 0:
            break
        place, source = here[chosen, 0], standing[chosen]
        here[chosen, 0] += 1
        if nearest > 0:
            while around < nearest and near[around, 1] < position - 1:
                around += 1
            row, stands = around, False
            while row < nearest and near[row, 1] <= position + 1:
                stands = stands or near[row, 1] != position
                row += 1
            if not stands:
                continue
        form = form_at(tokens, place)
        level = np.int64(answers[sources[source, ANSWERS] + form])
        if level == UNKNOWN and asked < len(unknown):
            unknown[asked, 0], unknown[asked, 1] = source, form
            answers[sources[source, ANSWERS] + form] = ASKED
            asked += 1
        if level < 0:
            continue
        leaf = sources[source, LEAF]
        row = np.int64(size - 1)  # a surer root of the leaf may have answered here
        while row >= 0 and out[row, 1] == position and out[row, 0] != leaf:
            row -= 1
        if row < 0 or out[row, 1] != position:
            out[size, 0], out[size, 1], out[size, 2] = leaf, position, level
            size += 1
            best[leaf] = min(best[leaf], level)
    kept = np.int64(0)
    for one in range(size):
        if out[one, 2] < worst or best[out[one, 0]] == worst:
            copied(out, one, out, kept)
            kept += 1
    return kept, asked
