"""Can a word be a form of one of some lemmas («сказать»)? Told without reading it.

Most words of an article are asked for nothing but whether they report; to read each of them takes longer than all the
rest.
"""

from __future__ import annotations

from functools import cached_property

from index.analysis.lemma import lexicon

from .declension import fold

START = 3  # letters that forms share with a lemma, whatever an unknown word is guessed to be


class WordForms:
    """The forms of some lemmas, read from the dictionary at first use (20 ms for 500 lemmas, 2 MB)."""

    def __init__(self, lemmas: frozenset[str]) -> None:
        self._lemmas = lemmas

    def may_hold(self, word: str) -> bool:
        """Whether a word has one of the lemmas, or is none that the dictionary knows and begins like one."""
        low = fold(word)
        return low in self._forms or (low[:START] in self._starts and not lexicon().spelt(low))

    @cached_property
    def _forms(self) -> frozenset[str]:
        words = lexicon()
        return frozenset(fold(form) for lemma in self._lemmas for form in (lemma, *words.forms(lemma)))

    @cached_property
    def _starts(self) -> frozenset[str]:
        return frozenset(form[:START] for form in self._forms)
