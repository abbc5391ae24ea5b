"""Where in a text does its nth token lie? Found without analysis, and no further than the last token asked for.

A short way reads the text with the tokeniser's own expression. The way for longer reaches works on code points as an
array: a token begins at a letter or digit before which, unseen characters apart, none stands. Where kernels are
loaded, they go through that array instead of numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from itertools import islice
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.analysis.fold import COMBINING, INVISIBLE
from index.analysis.tokenise import tokenise

_FEW: Final = 32  # tokens up to which the expression is faster than numpy
_FEWER: Final = 12  # … and than a kernel
_A_TOKEN: Final = 8  # code points that a token of Russian takes with what follows it, a little more than the mean
PLANE: Final = 0x10000  # characters of the first plane
_USUAL: Final = 0x2200  # … of most texts, letters, dashes, № and all: a new process knows them an eighth as late
_OTHER, _SEEN, _MARK, _HIDDEN = range(4)

Bounds: TypeAlias = Mapping[int, tuple[int, int]]  # token number → `[start, end)` in code points
Locate: TypeAlias = Callable[[str, Sequence[int]], Bounds]
"""A text, and numbers of tokens, ascending → where they lie; those past its end are left out."""


def bounds_of(text: str, wanted: Sequence[int]) -> Bounds:
    """See `Locate`."""
    return _bounds(text, wanted, _counted, _FEW)


def compiled_bounds() -> Locate:
    """The same by a kernel. Imports numba."""
    from .engine.kernels import token_places

    return partial(_bounds, counted=partial(_counted_by, token_places), few=_FEWER)


def _bounds(
    text: str, wanted: Sequence[int], counted: Callable[[str, Sequence[int], int], Bounds | None], few: int
) -> Bounds:
    if not wanted:
        return {}
    if wanted[-1] < few:
        return _read(text, wanted)
    reach = _A_TOKEN * (wanted[-1] + 32)
    while True:
        found = counted(text, wanted, reach)
        if found is not None:
            return found
        reach *= 2


def _read(text: str, wanted: Sequence[int]) -> Bounds:
    found: dict[int, tuple[int, int]] = {}
    ahead = tokenise(text)
    at = 0
    for number in wanted:
        bounds = next(islice(ahead, number - at, None), None)
        if bounds is None:
            break
        found[number] = bounds
        at = number + 1
    return found


def _counted_by(kernel: Callable[..., Any], text: str, wanted: Sequence[int], reach: int) -> Bounds | None:
    """By array; None where the last wanted token is not whole within `reach` code points."""
    whole = reach >= len(text)
    numbers = np.array(wanted, np.int64)
    places = np.empty((2, len(numbers)), np.int64)
    count = kernel(points_of(text + " " if whole else text[:reach]), class_of_characters(), numbers, places)
    if count < 0:
        return _read(text, wanted)
    if count < len(numbers) and not whole:  # what is last here may go on
        return None
    starts, ends = places.tolist()
    return dict(zip(wanted[:count], zip(starts, ends, strict=True), strict=False))


def _counted(text: str, wanted: Sequence[int], reach: int) -> Bounds | None:
    """The same by numpy."""
    read = text[:reach]
    points = points_of(read)
    highest = points.max(initial=0)
    if highest >= PLANE:
        return _read(text, wanted)
    table = class_of_characters(_USUAL if highest < _USUAL else PLANE)
    classes = np.zeros(len(points) + 2, np.uint8)  # with a blank on both sides
    table.take(points, out=classes[1:-1], mode="clip")  # no point is too large; other modes copy
    if marked := bool(classes.max() >= _MARK):
        classes = classes[1:-1]
        seen = classes == _SEEN
        plain = np.flatnonzero(classes < _MARK)  # characters that are seen as such, letters or not
        letters = seen[plain]
        after = np.append(letters[1:], False)
        before = np.append(False, letters[:-1])
        starts, lasts = plain[letters & ~before], plain[letters & ~after]
    else:
        edges = (classes[1:] != classes[:-1]).nonzero()[0]
        starts, lasts = edges[0::2], edges[1::2] - 1
    if len(read) < len(text) and wanted[-1] >= len(starts) - 1:  # what is last here may go on
        return None
    numbers = wanted if wanted[-1] < len(starts) else [number for number in wanted if number < len(starts)]
    chosen = np.array(numbers, np.int64)
    ends = (lasts[chosen] + 1).tolist()
    if marked:
        ends = [_with_marks(text, end) for end in ends]
    return dict(zip(numbers, zip(starts[chosen].tolist(), ends, strict=True), strict=True))


def _with_marks(text: str, end: int) -> int:
    """Where a word ends whose last letter ends at `end`: behind the letter's marks."""
    while end < len(text) and _FIRST_MARK <= text[end] <= _LAST_MARK:
        end += 1
    return end


_FIRST_MARK, _, _LAST_MARK = COMBINING


def points_of(text: str) -> NDArray[np.uint32]:
    """The code points of a text."""
    return np.array([text]).view(np.uint32)[: len(text)]  # numpy's own texts are UTF-32; an empty one has a point


@cache
def class_of_characters(size: int = PLANE) -> NDArray[np.uint8]:
    """(size,) The class of each of the first characters, from the tokeniser itself."""
    table = np.zeros(size, np.uint8)
    every = np.arange(len(table), dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    for start, end in tokenise(every):
        table[start:end] = _SEEN
    table[ord(_FIRST_MARK) : ord(_LAST_MARK) + 1] = _MARK
    table[[ord(char) for char in INVISIBLE if ord(char) < size]] = _HIDDEN
    table.flags.writeable = False
    return table
