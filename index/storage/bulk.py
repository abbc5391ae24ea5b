"""How are many new words analysed at once? Plain ones by kernels, from their code points to numbers of terms, without
ever being a string; the others as strings, one by one.

Plain are words of Latin letters and figures, which are their own roots, and Russian ones of which the dictionary knows
one lemma, in small letters or without the endings of a surname: seven of ten new words. Both ways give the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.analysis import FORM_MARK
from index.analysis.roots import plain_roots

from .terms import KernelTerms

# What `writing_kernels.fold_plain` takes a word for.
ODD, LATIN, RUSSIAN = range(3)


@dataclass(frozen=True, slots=True)
class Numbered:
    """Words with the numbers of their terms, W of them."""

    form: NDArray[np.uint32]  # (W,)
    case: NDArray[np.uint8]  # (W,)
    root: NDArray[np.uint32]  # (W,) the first of each
    more_at: NDArray[np.int64]  # the places of words with other roots, ascending
    more: NDArray[np.uint32]  # these roots


SMALL_LETTERS: Final = 0  # the case of a word without capitals; see `tokens`


def numbered(
    letters: NDArray[np.uint32],
    entries: NDArray[np.int64],
    texts: list[str],
    terms: KernelTerms,
    kernels: Any,
    dictionary: Any,
    analysed: Callable[[str], tuple[str, tuple[str, ...], int]],
) -> Numbered:
    """Words `letters[entries[w] + 2:entries[w + 1]]`, `texts` as strings. `kernels` is the module `writing_kernels`,
    `dictionary` the module `lexicon_kernels`, `analysed` what is done with an odd word.
    """
    size = len(texts)
    kinds, cases, names = np.empty(size, np.uint8), np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    text, start = np.empty(2 * len(letters), np.uint8), np.zeros(size + 1, np.int64)
    kernels.fold_plain(letters, entries, kinds, cases, names, text, start)
    form, root = np.empty(size, np.uint32), np.empty(size, np.uint32)
    plain = np.flatnonzero(kinds != ODD)
    form[plain] = terms.numbers_of(text, start[plain], start[plain + 1], FORM_MARK)
    latin = np.flatnonzero(kinds == LATIN)
    root[latin] = terms.numbers_of(text, start[latin], start[latin + 1])
    odd = np.flatnonzero(kinds == ODD).tolist()
    forms: list[str] = []
    first: list[str] = []
    places: list[int] = []
    more: list[tuple[int, str]] = []
    for place in odd:
        written_form, (one, *others), cases[place] = analysed(texts[place])
        forms.append(written_form)
        first.append(one)
        more.extend((place, other) for other in others)
    form[odd] = terms.numbers(forms, FORM_MARK)
    done = 0
    for found in dictionary.look_up(text, start):
        here = slice(done, done + len(found.upto) - 1)
        russian = kinds[here] == RUSSIAN
        small = cases[here] == SMALL_LETTERS
        alone = russian & (small | (names[here] == 0)) & found.alone
        which = found.upto[:-1][alone]
        root[here][alone] = terms.numbers_of(found.letters, found.start[which], found.start[which + 1])
        known = found.known()
        for at in np.flatnonzero(russian & ~alone).tolist():
            place = done + at
            folded = texts[place].lower().replace("ё", "е")
            one, *others = plain_roots(folded, known(at), bool(small[at]))
            places.append(place)
            first.append(one)
            more.extend((place, other) for other in others)
        done = here.stop
    root[odd + places] = terms.numbers(first)
    more.sort(key=_place)
    return Numbered(
        form,
        cases,
        root,
        np.array([place for place, _ in more], np.int64),
        terms.numbers([other for _, other in more]),
    )


def _place(one: tuple[int, str]) -> int:
    return one[0]
