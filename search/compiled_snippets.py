"""How are sentences chosen by a kernel? The same ones that `snippets` chooses in Python.

Importing this module imports numba.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis import sentences
from index.model import Span

from . import snippets
from .engine.kernels import best_sentences
from .engine.kernels import sentences as kernel
from .marking import Words, joined
from .offsets import class_of_characters, points_of

LONGEST: Final = 1 << 17  # code points of a text: a kernel reads all of them, and of a book few are wanted
_ALPHABET: Final = {letter: number for number, letter in enumerate("абвгдежзийклмнопрстуфхцчшщъыьэюяё", 1)}


def chosen_sentences(
    text: str, words: Words, worths: NDArray[np.float64], light: NDArray[np.bool_]
) -> list[tuple[Span, list[Span]]] | None:
    """See `snippets.Choose`."""
    if len(text) >= LONGEST:
        return None
    rows = words.rows
    bounds, chosen = np.empty((2, len(rows)), np.int64), np.empty((kernel.MOST, 4), np.int64)
    count = best_sentences(
        points_of(text + " "),
        class_of_characters(),
        kinds_of_characters(),
        abbreviations(),
        settings(),
        rows,
        worths,
        light,
        bounds,
        chosen,
    )
    if count < 0:
        return None
    found = []
    for begin, end, first, last in chosen[:count].tolist():
        starts, ends = bounds[:, first:last].tolist()
        is_light = light[rows[first:last, kernel.LEAF]].tolist()
        marks = {(start, stop) for start, stop, out in zip(starts, ends, is_light, strict=True) if not out}
        found.append((Span(begin, end), joined(marks)))
    return found


@cache
def kinds_of_characters() -> NDArray[np.uint8]:
    """(65536,) What each character of the first plane may be where sentences are parted, as Python's texts and
    `index.analysis.sentences` have it.
    """
    kinds = np.zeros(0x10000, np.uint8)
    for kind, chars in (
        (kernel.STOPS, sentences.STOPS),
        (kernel.CLOSES, sentences.CLOSING),
        (kernel.OPENS, sentences.OPENING),
        (kernel.BEGINS, sentences.BEGINNING),
        (kernel.CAPITAL, sentences.CAPITALS),
        (kernel.BEFORE_INITIAL, sentences.BEFORE_INITIALS),
    ):
        for char in chars:
            kinds[ord(char)] |= kind
    for point in range(len(kinds)):
        char = chr(point)
        if char.isspace():
            kinds[point] |= kernel.SPACE
        elif char.isalnum() and not char.isdecimal():
            kinds[point] |= kernel.WORD
    kinds.flags.writeable = False
    return kinds


@cache
def abbreviations() -> NDArray[np.int64]:
    """The numbers of the abbreviations, ascending: six bits a letter."""
    numbers = []
    for word in sentences.ABBREVIATIONS:
        number = 0
        for letter in word:
            number = number << 6 | _ALPHABET[letter]
        numbers.append(number)
    found = np.array(sorted(numbers), np.int64)
    found.flags.writeable = False
    return found


@cache
def settings() -> NDArray[np.float64]:
    """The numbers by which sentences are chosen and parted, in the kernel's order."""
    found = np.array(
        [
            snippets.ADJACENT_BONUS,
            snippets.REPEAT_BONUS,
            snippets.MOST_REPEATS,
            sentences.REACH,
            sentences.FARTHEST,
            sentences.DECIDE,
            sentences.LONGEST,
        ]
    )
    found.flags.writeable = False
    return found
