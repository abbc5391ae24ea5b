"""Which word was meant by a misspelled one? Forms of the index within two edits, by how likely the mistake is and
how often they stand there (a noisy channel).

score = FREQUENCY · log10(tokens + 1) − cost of the mistake; FREQUENCY between 0.2 and 0.35 changes little.
Source: M. Kernighan, K. Church, W. Gale, A spelling correction program based on a noisy channel model, 1990.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log10
from typing import Final, NamedTuple

from index.analysis.lemma import readings
from index.analysis.roots import name_stems, surname_base

from .mistakes import cost
from .vocabulary import Near, Vocabulary

MAX_EDITS: Final = 2
FREQUENCY: Final = 0.3
LEMMA: Final = 0.2  # what it costs a form that the index does not have itself to be the lemma of one that it has
NAME: Final = 0.4  # … or another form of a name
SHORT: Final = 3  # letters of a word that is at most one edit off
LOOKED_AT: Final = 80  # forms whose mistake is weighed letter by letter


class Correction(NamedTuple):
    """A form of the index that may have been meant, and its score, higher is better."""

    form: str
    score: float
    cost: float


def is_known(word: str) -> bool:
    """Whether the dictionary has a folded form."""
    return bool(readings(word))


def corrections(form: str, vocabulary: Vocabulary) -> list[Correction]:
    """What may have been meant by a folded form, best first: forms of the index, lemmas of its words, and its names
    with the ending as typed («Щюкиной» where only «Щукина» stands).
    """
    near = _nearest(form, vocabulary.near)
    found = {one.form: _weighed(form, one) for one in near}
    for root in {form, _stem_of(form)}:
        for one in _nearest(root, vocabulary.near_roots):
            text = one.form + form[len(root) :]
            lemma = root == form and is_known(text)
            name = surname_base(one.form) == one.form or not is_known(one.form)
            if text not in found and (lemma or name):
                meant = _weighed(root, one)
                score = meant.score - (LEMMA if lemma else NAME)
                found[text] = Correction(text, score, meant.cost)
    return sorted(found.values(), key=lambda one: (-one.score, one.form))


def _stem_of(form: str) -> str:
    """A form without the ending that it has if it is a name."""
    base = surname_base(form)
    return name_stems(form)[0] if base is None else base


def _nearest(word: str, near: Callable[[str, int], list[Near]]) -> list[Near]:
    found = near(word, MAX_EDITS if len(word) > SHORT else 1)
    return sorted(found, key=_at_first)[:LOOKED_AT]


def _at_first(one: Near) -> float:
    return 0.55 * one.edits - FREQUENCY * log10(one.frequency + 1)


def _weighed(form: str, one: Near) -> Correction:
    mistake = cost(form, one.form)
    return Correction(one.form, FREQUENCY * log10(one.frequency + 1) - mistake, mistake)
