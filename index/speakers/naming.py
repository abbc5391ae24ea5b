"""What does a speaker's name say? Its first name, patronymic and surname, whichever of them are written, in one of the
orders that articles use: «Сергей Викторович Лавров», «С. В. Лавров», «Лавров С.В.», «Лавров».

What is no person's name (an organisation, a document) has no parts and is compared as a whole. Spellings that differ in
ё, э or a soft ending of the first name («Наталья», «Наталия») are one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from index.analysis import fold
from index.words import word_set

_INITIAL: Final = re.compile(r"([A-ZА-ЯЁ])\.?")
_INITIALS: Final = re.compile(r"(?:[A-ZА-ЯЁ]\.)+")
_PATRONYMIC: Final = re.compile(r"[А-ЯЁ][а-яё]+(?:[ое]вич|[ое]вна|ична|инична|ьич|тич|мич|кич|оглы|кызы)")
_WORD: Final = re.compile(r"[A-ZА-ЯЁ][a-zа-яё]+(?:['’ʼ][A-Za-zА-ЯЁа-яё]+)?(?:[-‑–][A-Za-zА-ЯЁа-яё]+)*")
_PARTICLES: Final = word_set("фон ван де дер ла да ди дю дос аль эль бен бин ибн аш ас ат оглы кызы")
_SOFT: Final = re.compile(r"ия$")


@dataclass(frozen=True, slots=True)
class Naming:
    """A name in parts, folded; an initial is one letter, what is not written is empty.

    `whole` is what an organisation's or a document's name is compared by; it is empty for a person.
    """

    first: str = ""
    patronymic: str = ""
    surname: str = ""
    whole: str = ""

    @property
    def is_full(self) -> bool:
        """Whether it gives a first name and a surname."""
        return len(self.first) > 1 and bool(self.surname)

    @property
    def is_person(self) -> bool:
        """Whether it is the name of a person."""
        return not self.whole

    @property
    def key(self) -> tuple[str, str]:
        """What all ways to write a full name share."""
        return self.first, self.surname

    def agrees(self, other: Naming) -> bool:
        """Whether both may be one person's: nothing that both write differs."""
        return (
            self.surname == other.surname
            and _agree(self.first, other.first)
            and _agree(self.patronymic, other.patronymic)
        )


def _agree(one: str, other: str) -> bool:
    if not one or not other:
        return True
    return one[0] == other[0] if len(one) == 1 or len(other) == 1 else one == other


@lru_cache(maxsize=100_000)
def naming(name: str) -> Naming:
    """The parts of a name that stands in the nominative."""
    words = _words(name)
    if not words or not all(_is_of_a_person(word) for word in words) or all(map(_is_initial, words)):
        return Naming(whole=" ".join(map(compared, re.findall(r"\w+", name))))
    if len(words) == 1:
        return Naming(surname=compared(words[0]))
    if _is_initial(words[-1]):  # «Лавров С. В.»
        cut = next(place for place, word in enumerate(words) if _is_initial(word))
        return _of_parts([*words[cut:], *words[:cut]])
    if len(words) == 3 and _PATRONYMIC.fullmatch(words[2]) and not _PATRONYMIC.fullmatch(words[1]):
        return _of_parts([words[1], words[2], words[0]])  # «Лавров Сергей Викторович»
    return _of_parts(words)


def _of_parts(words: list[str]) -> Naming:
    """First names, a patronymic or its initial if there is one, and the surname with its particles."""
    begin = next((place for place, word in enumerate(words) if place and word in _PARTICLES), len(words) - 1)
    if begin < 1 or begin + 1 == len(words):
        begin = len(words) - 1
    given, surname = words[:begin], words[begin:]
    patronymic = ""
    if len(given) > 1 and (_is_initial(given[-1]) or _PATRONYMIC.fullmatch(given[-1])):
        patronymic = compared(given.pop())
    first = " ".join(compared(word) for word in given)
    return Naming(_SOFT.sub("ья", first), patronymic, " ".join(compared(word) for word in surname))


def compared(word: str) -> str:
    """A word of a name as spellings of it are compared."""
    return fold(word.strip(".")).replace("э", "е").replace("‑", "-").replace("–", "-")


def _words(name: str) -> list[str]:
    """The words of a name; initials that are glued («С.В.», «С.Лавров») come apart."""
    found: list[str] = []
    for word in name.split():
        glued = _INITIALS.match(word)
        if glued:
            found += [letter + "." for letter in re.findall(r"\w", glued[0])]
            word = word[glued.end() :]
        if word:
            found.append(word)
    return found


def _is_initial(word: str) -> bool:
    return _INITIAL.fullmatch(word) is not None


def _is_of_a_person(word: str) -> bool:
    return _is_initial(word) or word in _PARTICLES or _WORD.fullmatch(word) is not None
