"""Which word is meant by a form that may be several? Sometimes the word beside it says: «стеклянная банка» is no bank.

A noun agrees in case, number and gender with the adjective before it, and in number and gender with the verb or the
short form behind it whose subject it is. Where a neighbour agrees with another reading of the form and with none of
the asked one, the form is not the word that was asked for. What no neighbour decides stays as likely as it was.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np

from index.analysis import fold
from index.analysis.guesses import guesses
from index.analysis.lemma import lexicon
from index.analysis.lexicon import LEAST_SHARE
from index.words import word_set

from .leaves import LEMMA, STEM, UNSURE, Leaf
from .marking import Found, Reading, Words

_BEFORE: Final = frozenset(("ADJF", "PRTF", "NPRO"))
_NOUNS: Final = frozenset(("NOUN", "NPRO", "NUMR"))  # what adjectives and verbs agree with
_BEHIND: Final = frozenset(("VERB", "PRTS", "ADJS"))
_NEAR: Final = 60  # characters in which a neighbour stands
_WORD_BEFORE: Final = re.compile(r"([^\W\d_]+)[\s«„\"“]*\Z")
_WORD_BEHIND: Final = re.compile(r"[\s»“\"”]*([^\W\d_]+)")
_LEAST: Final = LEAST_SHARE / 1_000_000  # score of a reading
_SAID: Final = tuple(  # of part of speech, case, number, gender, tense and person the names in tags
    word_set(names)
    for names in (
        "NOUN ADJF ADJS COMP VERB INFN PRTF PRTS GRND NUMR ADVB NPRO PRED PREP CONJ PRCL INTJ",
        "nomn gent datv accs ablt loct voct gen1 gen2 acc2 loc1 loc2",
        "sing plur",
        "masc femn neut",
        "pres past futr",
        "1per 2per 3per",
    )
)


class Grammar(NamedTuple):
    """What a reading of a word agrees by; None where it says nothing."""

    lemma: str
    part: str | None
    case: str | None
    number: str | None
    gender: str | None
    tense: str | None
    person: str | None


@cache
def _said(tag: str) -> tuple[str | None, ...]:
    """What a tag of the dictionary («NOUN,inan,femn sing,nomn») says, in the order of _SAID."""
    names = tag.replace(" ", ",").split(",")
    return tuple(next((name for name in names if name in wanted), None) for wanted in _SAID)


@lru_cache(maxsize=20_000)
def _grammar(form: str) -> tuple[Grammar, ...]:
    """What a folded form may be, as far as it agrees with others."""
    words = lexicon()
    known = list(words.parses(form))
    if known:
        counted = words.shares.follow(f"{form}:".encode())
        shares = [words.shares.value(tag.encode(), counted) for tag, _ in known] if counted and len(known) > 1 else []
        if any(shares):
            known = [reading for reading, share in zip(known, shares, strict=True) if share >= LEAST_SHARE]
        return tuple(Grammar(fold(lemma), *_said(tag)) for tag, lemma in known)
    if form.isascii():  # a Latin word, a number: it agrees with nothing
        return (Grammar(form, *_said("")),)
    return tuple(Grammar(fold(guess.lemma), *_said(guess.tag)) for guess in guesses(form) if guess.score >= _LEAST)


def decided(reading: Reading, leaves: Sequence[Leaf]) -> Reading:
    """A reading in which no word is unsure: it is the one asked for, or a coincidence of stems. Those are left out
    where the same word stands better.
    """
    if reading.words is not None:
        unsure = any(levels >> UNSURE & 1 for levels in reading.words.seen)
        return _words_decided(reading, reading.words, leaves) if unsure else reading
    if not any(place.level == UNSURE and place.first == place.last for place in reading.found):
        return reading
    bounds = reading.bounds
    found = [_decided(place, reading.text, bounds[place.first], leaves[place.leaf]) for place in reading.found]
    better = {place.leaf for place in found if place.level < STEM}
    kept = [place for place in found if place.level < STEM or place.leaf not in better]
    return Reading(reading.text, kept, lambda text, numbers: bounds)


def _words_decided(reading: Reading, words: Words, leaves: Sequence[Leaf]) -> Reading:
    """The same of single words."""
    rows = words.rows.copy()
    unsure = np.flatnonzero(rows[:, 2] == UNSURE)
    places = [Found(leaf, at, at, level) for leaf, at, level in rows[unsure].tolist()]
    bounds = reading.locate(reading.text, sorted({place.first for place in places}))
    rows[unsure, 2] = [_decided(place, reading.text, bounds[place.first], leaves[place.leaf]).level for place in places]
    seen = [levels & ~(1 << UNSURE) for levels in words.seen]
    for leaf, level in {(leaf, level) for leaf, _, level in rows[unsure].tolist()}:
        seen[leaf] |= 1 << level
    better = [leaf for leaf, levels in enumerate(seen) if levels & (1 << STEM) - 1]
    for leaf in better:
        seen[leaf] &= ~(1 << STEM)
    kept = (rows[:, 2] < STEM) | ~np.isin(rows[:, 0], better)
    return Reading(reading.text, (), reading.locate, Words(rows[kept], seen))


def _decided(place: Found, text: str, bounds: tuple[int, int], leaf: Leaf) -> Found:
    if place.level != UNSURE or place.first != place.last:
        return place
    start, end = bounds
    before = _WORD_BEFORE.search(text, max(0, start - _NEAR), start)
    behind = _WORD_BEHIND.match(text, end, end + _NEAR)
    beside = [fold(found[1]) if found else "" for found in (before, behind)]
    another = is_another(fold(text[start:end]), leaf.words[0].asked.roots, *beside)
    return place._replace(level=STEM if another else LEMMA)


def is_another(form: str, asked: Collection[str], before: str = "", behind: str = "") -> bool:
    """Whether the neighbours of a form (folded words; "" where there is none) say that it is none of the lemmas asked
    for.
    """
    own = [reading for reading in _grammar(form) if reading.lemma in asked]
    others = [reading for reading in _grammar(form) if reading.lemma not in asked]
    if not own or not others:
        return False
    words_before, words_behind = (_grammar(word) if word else () for word in (before, behind))
    if any(_rules_out_a_subject(word, words_behind) for word in words_before):
        words_behind = ()
    for words, agrees in ((words_before, _agrees_before), (words_behind, _agrees_behind)):
        for_others = any(agrees(one, other) for one in words for other in others)
        for_own = any(agrees(one, reading) for one in words for reading in own)
        if for_others != for_own:
            return for_others
    return False


def _rules_out_a_subject(before: Grammar, behind: Sequence[Grammar]) -> bool:
    """Whether what stands between these words is not the subject of those behind: not in «из банка вышла», and in
    «цена газа выросла» it is the word before.
    """
    return before.part == "PREP" or any(_agrees_behind(word, before) for word in behind)


def _agrees_before(word: Grammar, noun: Grammar) -> bool:
    """«стеклянная» + «банка»."""
    if word.part not in _BEFORE or word.case is None or noun.case != word.case or noun.number != word.number:
        return False
    return word.number == "plur" or word.gender is None or noun.gender is None or word.gender == noun.gender


def _agrees_behind(word: Grammar, noun: Grammar) -> bool:
    """«вина» + «доказана»."""
    if word.part not in _BEHIND or noun.part not in _NOUNS or noun.case != "nomn" or noun.number != word.number:
        return False
    if word.part == "VERB" and word.tense != "past":
        return word.person in (None, "3per")
    return word.number == "plur" or word.gender is None or noun.gender is None or word.gender == noun.gender
