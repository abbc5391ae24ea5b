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
    if marked := bool(classes.max() >= _MARK):
        classes = classes[1:-1]
        seen = classes == _SEEN
        plain = np.flatnonzero(classes < _MARK)  # characters that are seen as such, letters or not
        letters = seen[plain]
        after = np.append(letters[1:], False)
        before = np.append(False, letters[:-1])
        starts, lasts = plain[letters & ~before], plain[letters & ~after]
    else:
        edges = np.flatnonzero(classes[1:] != classes[:-1])
        starts, lasts = edges[0::2], edges[1::2] - 1
    if len(read) < len(text) and wanted[-1] >= len(starts) - 1:  # what is last here may go on
        return None
    numbers = wanted if wanted[-1] < len(starts) else [number for number in wanted if number < len(starts)]
    chosen = np.array(numbers, np.int64)
    ends = (lasts[chosen] + 1).tolist()
    if marked:
        ends = [_with_marks(text, end) for end in ends]
    return dict(zip(numbers, map(Span, starts[chosen].tolist(), ends), strict=True))


def _with_marks(text: str, end: int) -> int:
    """Where a word ends whose last letter ends at `end`: behind the letter's marks."""
    while end < len(text) and _FIRST_MARK <= text[end] <= _LAST_MARK:
        end += 1
    return end


_FIRST_MARK, _, _LAST_MARK = COMBINING


def _classes_of(text: str) -> NDArray[np.uint8] | None:
    """What each character is, between two blanks; None for texts with characters beyond the first plane, which are
    few.
    """
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    if len(units) != len(text):
        return None
    classes = np.zeros(len(units) + 2, np.uint8)
    _table().take(units, out=classes[1:-1], mode="clip")  # no unit is too large; other modes copy
    return classes


@cache
def _table() -> NDArray[np.uint8]:
    """(65536,) The class of each character of the first plane, from the tokeniser itself."""
    table = np.zeros(0x10000, np.uint8)
    every = np.arange(len(table), dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    for start, end in tokenise(every):
        table[start:end] = _SEEN
    table[ord(_FIRST_MARK) : ord(_LAST_MARK) + 1] = _MARK
    table[[ord(char) for char in INVISIBLE]] = _HIDDEN
    return table
