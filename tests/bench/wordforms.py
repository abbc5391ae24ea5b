"""Where do words come from that nobody has written? From syllables: a number is a word, and so is the next one.

Real vocabularies grow with the text (Heaps, Information Retrieval, 1978, section 7.5). A corpus that repeats its
sentences has a dictionary that does not grow; invented names and words are its tail.
"""

from __future__ import annotations

from itertools import accumulate
from random import Random
from typing import Final

_ONSETS: Final = ("б", "в", "г", "д", "ж", "з", "к", "л", "м", "н", "п", "р", "с", "т", "х", "ч", "ш", "ст", "кр", "бл")
_VOWELS: Final = ("а", "е", "и", "о", "у", "ы")
_SYLLABLES: Final = tuple(onset + vowel for onset in _ONSETS for vowel in _VOWELS)
_CODAS: Final = ("", "н", "р", "л", "к", "т", "с", "в", "м", "д")
# Endings of a few declensions and conjugations, common ones first and often.
_ENDINGS: Final = (
    *("", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах"),
    *("ый", "ого", "ому", "ым", "ая", "ой", "ое", "ые", "ых", "ыми"),
    *("ать", "ает", "ают", "ал", "ала", "али", "ание", "ания"),
)
_ENDING_WEIGHTS: Final = tuple(accumulate(1 / (place + 2) for place in range(len(_ENDINGS))))
_SURNAMES: Final = ("енко", "ский", "чук", "ян", "идзе", "ов", "ин", "ко", "як", "ец")


def syllables(number: int, least: int = 1) -> str:
    """The word with this number: `least` syllables or more, another word for each number."""
    word = ""
    while number or least > 0:
        number, place = divmod(number, len(_SYLLABLES))
        word += _SYLLABLES[place]
        least -= 1
    return word


def surname(number: int) -> str:
    """An invented surname for each number, capitalised."""
    number, ending = divmod(number, len(_SURNAMES))
    return (syllables(number, 2) + _SURNAMES[ending]).capitalize()


def inflected(number: int, random: Random) -> str:
    """The stem with this number in some form of it."""
    number, coda = divmod(number, len(_CODAS))
    ending = random.choices(_ENDINGS, cum_weights=_ENDING_WEIGHTS)[0]
    return syllables(number, 1) + _CODAS[coda] + ending


def zipf_rank(random: Random, words: int) -> int:
    """A rank below `words`, rank r with a probability of about 1/(r+1): Zipf's law."""
    return int((words + 1) ** random.random()) - 1
