"""Which letters are the same letter? What a reader takes for one word is folded to one form, й never to и.

Folded away: letter case, ё (to е), stress marks and other combining marks that no letter of its own carries, soft
hyphens, zero-width characters, letters in another dress (full width, ligatures, mathematical; NFKC of the letter), and
Latin letters that only look Cyrillic inside a Cyrillic word, and the reverse. Letters of other Cyrillic alphabets
(і, ї, є, ґ, ў) stay what they are.

A raised or lowered digit behind a unit or a formula is a digit (м², CO₂); behind a longer word it is the mark of a
footnote, and no part of it. A Cyrillic «ХХ» is a Roman number.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Characters that may stand inside a word without being seen: soft hyphen, zero-width space, joiners, word joiner, BOM.
INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
COMBINING: Final = "\u0300-\u036f"

_HIDDEN = re.compile(f"[{INVISIBLE}]")
_MARKS = re.compile(f"[{COMBINING}]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff\u2c60-\u2c7f]")
_PLAIN = re.compile("[\u0000-\u00b1\u00b4\u00b6-\u00b8\u00ba-\u024f\u0300-\u036f\u0400-\u052f]*")
_RAISED: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
_DIGITS: Final = str.maketrans(_RAISED, "01234567890123456789")
_LETTER: Final = rf"[^\W\d_{_RAISED}]"
_BEHIND_LETTERS = re.compile(rf"(?<!{_LETTER})({_LETTER}+)([{_RAISED}]+)")
_UNIT: Final = 3  # letters of the longest: км², CO₂
# Stress marks that came as a Latin letter with an accent («зáмок»), and composed ones of Cyrillic.
_UNACCENTED = str.maketrans("ÁÀÉÈËÓÒÝÍÏáàéèëóòýíï", "AAEEEOOYIIaaeeeooyii")
_BARE = str.maketrans("ЁёЀѐЍѝİ", "ЕеЕеИиI")
_ROMAN_IN_CYRILLIC = re.compile("[Хх]{2,3}")

# Look-alikes. Capitals are alike where small letters are not: В and B, Н and H. Where a word is plainly Cyrillic, small
# letters that are alike in many a hand and fount are taken for what they are meant to be as well.
_LATIN_TWINS: Final = "ABCEHKMOPTXYaceopxy"
_CYRILLIC_TWINS: Final = "АВСЕНКМОРТХУасеорху"
_LATIN_NEARLY: Final = "kmtIi"
_CYRILLIC_NEARLY: Final = "кмтІі"
_TO_CYRILLIC = str.maketrans(_LATIN_TWINS + _LATIN_NEARLY, _CYRILLIC_TWINS + _CYRILLIC_NEARLY)
_TO_LATIN = str.maketrans(_CYRILLIC_TWINS + "І" + "і", _LATIN_TWINS + "Ii")
_LOOKS_CYRILLIC: Final = frozenset(_LATIN_TWINS + _LATIN_NEARLY)
_LOOKS_LATIN: Final = frozenset(_CYRILLIC_TWINS + "Іі")


def fold(word: str) -> str:
    """The form under which `word` (one token) is compared. Idempotent."""
    if word.isascii():
        return word.lower()
    # NFC has composed й, and ё before it; what is left over are marks of stress and their like.
    word = _MARKS.sub("", unicodedata.normalize("NFC", _HIDDEN.sub("", word))).translate(_BARE)
    if _PLAIN.fullmatch(word) is None:
        word = _undressed(word)
    if _LATIN.search(word) and _CYRILLIC.search(word):
        word = _one_script(word)
    if _ROMAN_IN_CYRILLIC.fullmatch(word):
        word = word.translate(_TO_LATIN)
    return word.lower()


def _undressed(word: str) -> str:
    word = _BEHIND_LETTERS.sub(_lowered, word)
    plain = {char: unicodedata.normalize("NFKC", char) for char in word if char not in _RAISED}
    return "".join(plain[char] if plain.get(char, "").isalnum() else char for char in word)


def _lowered(found: re.Match[str]) -> str:
    letters, digits = found.groups()
    footnote = len(letters) > _UNIT and found.end() == len(found.string)
    return letters if footnote else letters + digits.translate(_DIGITS)


def _one_script(word: str) -> str:
    """A word of mixed scripts in one, where every odd letter has a twin in the other; else as it is. Where either may
    be meant («ХIХ», «РTС»), Latin where a letter is only nearly alike, else what there is more of.
    """
    bare = word.translate(_UNACCENTED)
    cyrillic = [char for char in bare if "\u0400" <= char <= "\u04ff"]
    latin = [char for char in bare if char.isalpha() and not "\u0400" <= char <= "\u04ff"]
    to_cyrillic = _LOOKS_CYRILLIC.issuperset(latin)
    to_latin = _LOOKS_LATIN.issuperset(cyrillic)
    if to_cyrillic and to_latin:
        to_cyrillic = len(cyrillic) >= len(latin) and not set(_LATIN_NEARLY).intersection(latin)
    if to_cyrillic:
        return bare.translate(_TO_CYRILLIC)
    return bare.translate(_TO_LATIN) if to_latin else word
