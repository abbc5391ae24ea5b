"""Where in a text does its nth token lie? Found without analysis, and no further than the last token asked for.

A short way reads the text with the tokeniser's own expression. The way for longer reaches works on code points as an
array: a token begins at a letter or digit before which, unseen characters apart, none stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.fold import COMBINING, INVISIBLE
from index.analysis.tokenise import tokenise
from index.model import Span

_FEW: Final = 32  # tokens up to which the expression is faster
_A_TOKEN: Final = 8  # code points that a token of Russian takes with what follows it, a little more than the mean
_OTHER, _SEEN, _MARK, _HIDDEN = range(4)


def bounds_of(text: str, wanted: Sequence[int]) -> dict[int, Span]:
    """Token number → its place in `text`, of the `wanted` tokens (ascending); those past its end are left out."""
    if not wanted:
        return {}
    if wanted[-1] < _FEW:
        return _read(text, wanted)
    reach = _A_TOKEN * (wanted[-1] + 32)
    while True:
        found = _counted(text, wanted, reach)
        if found is not None:
            return found
        reach *= 2


def _read(text: str, wanted: Sequence[int]) -> dict[int, Span]:
    found: dict[int, Span] = {}
    ahead = tokenise(text)
    at = 0
    for number in wanted:
        bounds = next(islice(ahead, number - at, None), None)
        if bounds is None:
            break
        found[number] = Span(*bounds)
        at = number + 1
    return found


def _counted(text: str, wanted: Sequence[int], reach: int) -> dict[int, Span] | None:
    """The same by array; None where the last wanted token is not whole within `reach` code points."""
    read = text[:reach]
    classes = _classes_of(read)
    if classes is None:
        return _read(text, wanted)
    seen = classes == _SEEN
    if classes.max(initial=0) >= _MARK:
        plain = np.flatnonzero(classes < _MARK)  # characters that are seen as such, letters or not
        letters = seen[plain]
        after = np.append(letters[1:], False)
        before = np.append(False, letters[:-1])
        starts, lasts = plain[letters & ~before], plain[letters & ~after]
    else:
        edges = np.flatnonzero(seen[1:] != seen[:-1]) + 1
        edges = np.concatenate(([0] if seen[:1].any() else [], edges, [len(read)] if seen[-1:].any() else []))
        starts, lasts = edges[0::2].astype(np.int64), edges[1::2].astype(np.int64) - 1
    if len(read) < len(text) and wanted[-1] >= len(starts) - 1:  # what is last here may go on
        return None
    numbers = np.array(wanted, np.int64)
    numbers = numbers[numbers < len(starts)]
    ends = [_with_marks(text, last + 1) for last in lasts[numbers].tolist()]
    return {
        number: Span(start, end)
        for number, start, end in zip(numbers.tolist(), starts[numbers].tolist(), ends, strict=True)
    }


def _with_marks(text: str, end: int) -> int:
    """Where a word ends whose last letter ends at `end`: behind the letter's marks."""
    while end < len(text) and _FIRST_MARK <= text[end] <= _LAST_MARK:
        end += 1
    return end


_FIRST_MARK, _, _LAST_MARK = COMBINING


def _classes_of(text: str) -> NDArray[np.uint8] | None:
    """What each character is; None for texts with characters beyond the first plane, which are few."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    table = _table()
    return None if points.max(initial=0) >= len(table) else table[points]


@cache
def _table() -> NDArray[np.uint8]:
    """(65536,) The class of each character of the first plane, from the tokeniser itself."""
    table = np.zeros(0x10000, np.uint8)
    for start, end in tokenise("".join(map(chr, range(len(table))))):
        table[start:end] = _SEEN
    table[ord(_FIRST_MARK) : ord(_LAST_MARK) + 1] = _MARK
    table[[ord(char) for char in INVISIBLE]] = _HIDDEN
    return table
