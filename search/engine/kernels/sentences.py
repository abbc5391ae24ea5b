"""Which sentences of a text show best where words stand in it?

What it chooses is defined by `search.snippets` and `index.analysis.sentences`, in Python.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from .lists import bare, compiled, inlined
from .offsets import token_places

LEAF, POSITION, LEVEL = range(3)  # columns of `rows`
BEGIN, END, FIRST, BEHIND = range(4)  # columns of `chosen`
PLACE, WHOLE = range(2, 4)  # … and of a candidate, behind BEGIN and END
# What a character may be, bits of its kind.
STOPS, CLOSES, SPACE, OPENS, BEGINS, WORD, CAPITAL, BEFORE_INITIAL = (np.uint8(1 << bit) for bit in range(8))
NEW_LINE: Final = 10
DOT: Final = 46
ADJACENT, REPEAT, REPEATS, REACH, FARTHEST, DECIDE, LONGEST = range(7)  # in `settings`
MOST: Final = 2


@compiled
def best_sentences(
    points: Any,
    classes: Any,
    kinds: Any,
    abbreviations: Any,
    settings: Any,
    rows: Any,
    worths: Any,
    light: Any,
    bounds: Any,
    chosen: Any,
) -> Any:
    """How many sentences are `chosen` (MOST, 4), in the order of the text: begin, end, and the rows of what lies in
    each. −1 where a text has characters beyond the first plane, or not the tokens.

    `points`: code points of the text and a blank; `classes` see `token_places`; `kinds`: what each character may be;
    `abbreviations`: numbers of words as `closes` makes them, ascending. `rows` (m, 3), in the order of the text;
    `worths`: leaf by leaf what each level is worth; `light` leaves choose nothing. `bounds` (2, m) gets where each row
    lies.
    """
    size = len(points) - 1
    for at in range(size):
        if points[at] >= len(kinds):
            return -1
    wanted, places = np.empty(len(rows), np.int64), np.empty((2, len(rows)), np.int64)
    lines, values = np.empty((len(rows), 3), np.int64), np.empty(len(rows))
    best, tops = np.empty(len(worths)), np.empty(MOST)
    count = 0
    for row in range(len(rows)):
        if count == 0 or rows[row, POSITION] != wanted[count - 1]:
            wanted[count] = rows[row, POSITION]
            count += 1
    if token_places(points, classes, wanted[:count], places) < count:
        return -1
    at = -1
    for row in range(len(rows)):
        if row == 0 or rows[row, POSITION] != rows[row - 1, POSITION]:
            at += 1
        bounds[0, row], bounds[1, row] = places[0, at], places[1, at]
    starts, ends = bounds[0], bounds[1]
    parts = 0
    first, stop = 0, -1
    for row in range(len(rows) + 1):
        if row == len(rows) or starts[row] >= stop:
            if row > 0:
                worth = value(rows, first, row, worths, best, settings)
                if worth > 0.0:
                    lines[parts, 0], lines[parts, 1], lines[parts, 2] = first, row, stop
                    values[parts] = worth
                    parts += 1
            if row < len(rows):
                first, stop = row, starts[row]
                while stop < size and points[stop] != NEW_LINE:
                    stop += 1
    found = 0
    while True:
        line = -1
        for one in range(parts):
            if values[one] > 0.0 and (line < 0 or values[one] > values[line]):
                line = one
        if line < 0:
            break
        worth, first, last, stop = values[line], lines[line, 0], lines[line, 1], lines[line, 2]
        values[line] = 0.0
        if found == MOST:
            weakest = tops[MOST - 1]
            if worth < weakest or (worth == weakest and starts[first] > chosen[MOST - 1, BEGIN]):
                break
        start = starts[first]
        while start > 0 and points[start - 1] != NEW_LINE:
            start -= 1
        if last - first == 1:
            found = insert(chosen, found, tops, worth, start, stop, first, 0)
            continue
        behind = start
        for place in range(first, last):
            if starts[place] < behind or light[rows[place, LEAF]]:
                continue
            begin, behind = around(points, kinds, abbreviations, settings, starts[place], behind, stop)
            low, high = place, place
            while low > first and starts[low - 1] >= begin:
                low -= 1
            while high < last and starts[high] < behind:
                high += 1
            worth = value(rows, low, high, worths, best, settings)
            if worth > 0.0:
                found = insert(chosen, found, tops, worth, begin, behind, place, 1)
    if found == MOST and chosen[1, BEGIN] < chosen[0, BEGIN]:
        for column in range(4):
            chosen[0, column], chosen[1, column] = chosen[1, column], chosen[0, column]
    for one in range(found):
        if chosen[one, WHOLE] == 0:
            chosen[one, BEGIN], chosen[one, END] = around(
                points,
                kinds,
                abbreviations,
                settings,
                starts[chosen[one, PLACE]],
                chosen[one, BEGIN],
                chosen[one, END],
            )
        low = 0
        while low < len(rows) and ends[low] <= chosen[one, BEGIN]:
            low += 1
        high = low
        while high < len(rows) and starts[high] < chosen[one, END]:
            high += 1
        chosen[one, FIRST], chosen[one, BEHIND] = low, high
    return found


@bare
def insert(chosen: Any, found: Any, worths: Any, worth: Any, begin: Any, end: Any, place: Any, whole: Any) -> Any:
    """How many candidates there are with another one: the most worth first, of equal ones the first in the text."""
    at = found
    while at > 0:
        ahead = worths[at - 1] - worth
        column = 0
        other = (begin, end, place, whole)
        while ahead == 0 and column < 4:
            ahead = np.float64(other[column] - chosen[at - 1, column])
            column += 1
        if ahead >= 0:
            break
        at -= 1
    if at == MOST:
        return found
    if found == MOST:
        found -= 1
    for moved in range(found, at, -1):
        worths[moved] = worths[moved - 1]
        for column in range(4):
            chosen[moved, column] = chosen[moved - 1, column]
    worths[at] = worth
    chosen[at, BEGIN], chosen[at, END], chosen[at, PLACE], chosen[at, WHOLE] = begin, end, place, whole
    return found + 1


@bare
def value(rows: Any, low: Any, high: Any, worths: Any, best: Any, settings: Any) -> Any:
    """What the rows [low, high) are worth together, see `snippets`."""
    for leaf in range(len(best)):
        best[leaf] = -1.0
    for row in range(low, high):
        leaf = rows[row, LEAF]
        best[leaf] = max(best[leaf], worths[leaf, rows[row, LEVEL]])
    total = 0.0
    for leaf in range(len(best)):
        if best[leaf] > 0.0:
            total += best[leaf]
    if total == 0.0:
        return 0.0
    for row in range(low + 1, high):
        one, other = rows[row - 1, LEAF], rows[row, LEAF]
        side_by_side = rows[row, POSITION] == rows[row - 1, POSITION] + 1 and one != other
        if side_by_side and (best[one] > 0.0 or best[other] > 0.0):
            total += settings[ADJACENT]
    return total + settings[REPEAT] * min(high - low, np.int64(settings[REPEATS]))


@bare
def around(points: Any, kinds: Any, abbreviations: Any, settings: Any, at: Any, start: Any, end: Any) -> Any:
    """See `sentences.sentence_around`."""
    farthest = np.int64(settings[FARTHEST])
    reach = np.int64(settings[REACH])
    end = min(end, at + farthest)
    while True:
        begin = first = max(start, at - reach)
        known = begin == start or reach >= farthest
        stop = end
        here = begin
        while here < end:
            mark = mark_from(points, kinds, here, end)
            if mark == 0:
                here += 1
                continue
            here = mark
            if points[mark - 1] == DOT and not closes(points, kinds, abbreviations, settings, first, mark):
                continue
            if mark > at:
                stop = mark
                break
            first = mark
            known = known or mark - begin >= settings[DECIDE]
        if known:
            while kinds[points[first]] & SPACE:
                first += 1
            while kinds[points[stop - 1]] & SPACE:
                stop -= 1
            return first, stop
        reach = min(4 * reach, farthest)


@bare
def mark_from(points: Any, kinds: Any, at: Any, end: Any) -> Any:
    """Where what may end a sentence ends that begins here, with what closes behind it; 0 where nothing does."""
    if points[at] == NEW_LINE:
        return at + 1
    if not kinds[points[at]] & STOPS:
        return 0
    stop = at + 1
    while stop < end and kinds[points[stop]] & STOPS:
        stop += 1
    while stop < end and kinds[points[stop]] & CLOSES:
        stop += 1
    ahead = stop
    while ahead < end and kinds[points[ahead]] & SPACE:
        ahead += 1
    if ahead == stop:
        return 0
    while ahead < end and kinds[points[ahead]] & OPENS:
        ahead += 1
    while ahead < end and kinds[points[ahead]] & SPACE:
        ahead += 1
    return stop if ahead < end and kinds[points[ahead]] & BEGINS else 0


@bare
def closes(points: Any, kinds: Any, abbreviations: Any, settings: Any, start: Any, stop: Any) -> Any:
    """Whether the dot before `stop` closes a sentence that began at `start`."""
    last = stop - 1
    if last > start and points[last - 1] == DOT:
        return True
    first = last
    while first > start and last - first <= settings[LONGEST] and kinds[points[first - 1]] & WORD:
        first -= 1
    capital = last - first == 1 and kinds[points[first]] & CAPITAL
    if capital and (first == start or kinds[points[first - 1]] & (BEFORE_INITIAL | SPACE)):
        return False
    code = np.int64(0)
    for at in range(first, last):
        code = code << 6 | letter(np.int64(points[at]))
    low, high = 0, len(abbreviations)
    while low < high:
        middle = (low + high) >> 1
        if abbreviations[middle] < code:
            low = middle + 1
        else:
            high = middle
    return not (low < len(abbreviations) and abbreviations[low] == code)


@inlined
def letter(point: Any) -> Any:
    """The number of a Russian letter in either case, 1 to 33; 63 of any other character."""
    if point == 0x401 or point == 0x451:
        return 33
    small = point + 32 if 0x410 <= point < 0x430 else point
    return small - 0x42F if 0x430 <= small < 0x450 else 63
