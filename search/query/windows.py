"""Where do words stand near each other in one document? Next to each other in order, or all within a window.

A window of n words with slop s spans at most n + s positions. `engine.reference.windowed` says for many documents at
once whether there is one; here is where they are, to mark them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence


def windows(places: Sequence[Sequence[int]], slop: int) -> list[tuple[int, int]]:
    """`(first, last)` of each place where the words stand near; `places[i]` are the sorted positions of word i.

    Each word has a position of its own: «очень очень» needs two of them. Of the windows with one beginning the
    shortest counts.
    """
    if slop == 0:
        return _in_order(places)
    groups = Counter(map(tuple, places))
    taken = sorted(set().union(*groups))
    apart = sum(map(len, groups)) == len(taken)
    found: list[tuple[int, int]] = []
    for first in taken:
        # Each group of k same words needs k positions from `first` on: none of them can end the window earlier.
        ends = [_nth_from(positions, first, needed) for positions, needed in groups.items()]
        if any(end is None or end - first >= len(places) + slop for end in ends):
            continue
        last = max(end for end in ends if end is not None)
        if not apart:
            last = _shortest(places, first, last, first + len(places) + slop)
        if last >= 0 and last - first >= len(places) - 1:
            found.append((first, last))
    return found


def _nth_from(positions: Sequence[int], first: int, nth: int) -> int | None:
    """The nth of the sorted `positions` that are `first` or later."""
    at = bisect_left(positions, first) + nth - 1
    return positions[at] if at < len(positions) else None


def _shortest(places: Sequence[Sequence[int]], first: int, least: int, bound: int) -> int:
    """Where the shortest window from `first` ends, at `least` or later and before `bound`; -1 where there is none."""
    inside = [ones[bisect_left(ones, first) : bisect_left(ones, bound)] for ones in places]

    def placed(last: int) -> bool:
        return _all_placed([ones[: bisect_right(ones, last)] for ones in inside])

    lasts = sorted({p for ones in inside for p in ones if p >= least})
    shortest = bisect_left(lasts, True, key=placed)  # a longer window has room for what a shorter one has
    return lasts[shortest] if shortest < len(lasts) else -1


def _all_placed(places: Sequence[Sequence[int]]) -> bool:
    """Whether each word can have a position of its own (augmenting paths, as in bipartite matching)."""
    owner: dict[int, int] = {}

    def placed(word: int, tried: set[int]) -> bool:
        for position in places[word]:
            if position not in tried:
                tried.add(position)
                if position not in owner or placed(owner[position], tried):
                    owner[position] = word
                    return True
        return False

    return all(placed(word, set()) for word in range(len(places)))


def _in_order(places: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    starts = set(places[0])
    for shift, ones in enumerate(places[1:], 1):
        starts &= {position - shift for position in ones}
    return [(start, start + len(places) - 1) for start in sorted(starts)]
