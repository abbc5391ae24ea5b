"""Where does the nth word of a text lie? One pass over its characters, up to the last word that is wanted."""

from __future__ import annotations

from typing import Any, Final

from .lists import bare

OTHER, SEEN, MARK, HIDDEN = range(4)  # classes of characters, see `search.offsets`
STRETCH: Final = 32  # characters whose words are only counted where none of them is wanted


@bare
def token_places(points: Any, classes: Any, wanted: Any, places: Any) -> Any:
    """How many of the `wanted` words (n, ascending) a text has whole, another character behind each, and where they
    start and end: `places` (2, n). `points`: its code points, u32; `classes`: what each character is that has a class.
    −1 where one has none.
    """
    size, number, at, found = len(points), -1, 0, 0
    inside = 0  # 1 in a word
    start = end = 0
    while found < len(wanted):
        count, together, before = 0, 0, inside
        for ahead in range(at, min(size, at + STRETCH)):
            if points[ahead] >= len(classes):
                return -1
            one = classes[points[ahead]]
            count += one & ~before & 1
            together |= one
            before = one
        if together < MARK and number + count < wanted[found] and at < size:
            number += count
            inside = before
            at += STRETCH
            continue
        stop = min(size, at + STRETCH)
        while at < stop:
            one = classes[points[at]]
            if one == SEEN:
                if inside == 0:
                    number, start, inside = number + 1, at, 1
                end = at + 1
            at += 1
            if inside == 1 and one == OTHER:
                inside = 0
                if number == wanted[found]:
                    while end < at and classes[points[end]] == MARK:
                        end += 1
                    places[0, found], places[1, found] = start, end
                    found += 1
                    if found == len(wanted):
                        return found
        if at >= size:
            break
    return found
