"""What is a word? A run of letters and digits; marks of stress and invisible characters stand inside it unseen.

Hyphens, dots and apostrophes part words («Эр-Рияд» is two, next to each other), so that every way of writing them
meets; a query keeps them together as a phrase. `parts_of` says which words a run holds that lost its blanks on its way
into a page («рекуМост»): the run stays one word, which is found under theirs as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from .fold import COMBINING, INVISIBLE, fold
from .lemma import readings

_SEEN = r"[^\W_]"
TOKEN = re.compile(f"{_SEEN}(?:[{INVISIBLE}{COMBINING}]*{_SEEN})*[{COMBINING}]*")

# Where two words may have met: a small letter and a capital, a capital behind an abbreviation, a letter and a digit,
# two scripts. Most words have none of it.
_JOINT = re.compile(
    "[а-яё][А-ЯЁ]|[А-ЯЁ]{3}[а-яё]{3}|[0-9][А-Яа-яЁё]|[А-Яа-яЁё][0-9]|[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z]"
)
_PIECE = re.compile(r"[0-9]+|[A-Za-z]+|[А-ЯЁ]{2,}(?=[А-ЯЁ][а-яё]{3})|[А-ЯЁ]{2,}+(?![а-яё])|[А-ЯЁ]?[а-яё]+|[А-ЯЁ]$")
_ORDINAL = re.compile(r"([0-9]+)(?:й|го|х|м|е|ти|ом|ый|ой|ая|ое|ые|ых|му|ого|ому)")
_MISREAD = re.compile(r"[А-Яа-яЁё]*[03][А-Яа-яЁё]*")
_LETTERS = str.maketrans("03", "ОЗ")
_LONGEST: Final = 80  # letters of what is looked at
_WORD: Final = 4  # letters from which a piece is a word for sure and not the syllable of a name
_LONG: Final = 9  # letters that no name of a firm keeps of a word
_TYPE: Final = 2  # letters behind the number of a type
_UNIT: Final = 4  # letters of the longest that follow a number: тыс, руб, млрд


def tokenise(text: str) -> Iterator[tuple[int, int]]:
    """`(start, end)` of each word, in code points of `text`."""
    for found in TOKEN.finditer(text):
        yield found.span()


def parts_of(written: str) -> tuple[str, ...]:
    """The words that a reader sees in one run of letters and digits, as written; none where it is a word of its own.

    Names that are written so (МегаФон, ВКонтакте, КамАЗ) are words of their own: they begin with a short or cut word.
    """
    return _parts(written) if len(written) <= _LONGEST and _JOINT.search(written) else ()


@lru_cache(maxsize=50_000)
def _parts(written: str) -> tuple[str, ...]:
    if _is_misread(written):
        return (written.translate(_LETTERS),)
    pieces: list[str] = _PIECE.findall(written)
    if len(pieces) < 2 or "".join(pieces) != written:
        return ()
    if any(piece.isascii() and piece.isalpha() for piece in pieces):
        return _of_scripts(written, pieces)
    if found := _ORDINAL.fullmatch(written):
        return (found[1],)
    first = pieces[0]
    if first.isdigit():
        return tuple(pieces) if _follow_number(first, pieces[1:]) else ()
    if first.isupper():
        return tuple(pieces) if len(pieces) == 2 and _is_word(pieces[1]) else ()
    return tuple(pieces) if _is_glued(first, pieces[1:]) else ()


def _is_glued(first: str, others: list[str]) -> bool:
    """Whether capitals inside stand where words begin: behind a word that is no syllable and no stump of a name."""
    known = readings(fold(first))
    if not known or len(first) < _WORD - 1:
        return False
    if len(first) < _WORD:
        return first[0].islower() and all(map(_is_word, others))
    if first[0].islower() or all(fold(first) != one.lemma for one in known):
        return True  # no name begins small, or with another form than the first
    whole = fold(first)[-1] in "аеиоуыэюяьй" or len(first) >= _LONG
    return whole and all(_is_word(piece) or (len(piece) > 1 and piece.isupper()) for piece in others)


def _of_scripts(written: str, pieces: list[str]) -> tuple[str, ...]:
    """What is left without endings and prepositions: «BLMщики», «отNASA»."""
    if fold(written).isascii() or not re.search("[a-z]", fold(written)):
        return ()  # look-alikes
    return tuple(piece for piece in pieces if (len(piece) > 1 if piece.isascii() else _is_word(piece)))


def _is_misread(written: str) -> bool:
    """Whether one figure stands for the letter that it looks like («0ктябрь»): else it would be no word."""
    if len(written) < _WORD + 1 or _MISREAD.fullmatch(written) is None:
        return False
    return bool(readings(fold(written.translate(_LETTERS))))


def _follow_number(number: str, pieces: list[str]) -> bool:
    """Whether words or a unit were typed behind a number without a blank, or the letters of a type: 154М, 72БМ."""
    if all(map(_is_word, pieces)):
        return True
    if len(number) < 2 or len(pieces) != 1:
        return False
    (piece,) = pieces
    return (len(piece) <= _UNIT and piece.islower()) or (len(piece) <= _TYPE and piece.isupper())


def _is_word(piece: str) -> bool:
    return len(piece) >= _WORD and bool(readings(fold(piece)))
