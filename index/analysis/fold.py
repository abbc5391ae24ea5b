"""Which letters are the same letter? What a reader takes for one word is folded to one form, й never to и.

Folded away: letter case, ё (to е), stress marks and other combining marks that no letter of its own carries, soft
hyphens, zero-width characters, and Latin letters that only look Cyrillic inside a Cyrillic word (and the reverse).
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
_LATIN = re.compile("[a-z]")
_LATIN_AS_CYRILLIC = str.maketrans("aceopxykmhtb", "асеорхукмнтв")
_CYRILLIC_AS_LATIN = str.maketrans("асеорхукмнтв", "aceopxykmhtb")
_LOOKALIKE_LATIN: Final = frozenset("aceopxykmhtb")
_LOOKALIKE_CYRILLIC: Final = frozenset("асеорхукмнтв")


def fold(word: str) -> str:
    """The form under which `word` (one token) is compared. Idempotent."""
    if word.isascii():
        return word.lower()
    word = _HIDDEN.sub("", word)
    word = unicodedata.normalize("NFC", word).lower().replace("ё", "е")
    # NFC has composed й, and ё before it; what is left over are marks of stress and their like.
    word = _MARKS.sub("", word)
    if _LATIN.search(word) and _CYRILLIC.search(word):
        word = _one_script(word)
    return word


def _one_script(word: str) -> str:
    """A word of mixed scripts in one, where every odd letter has a twin in the other; else as it is."""
    latin = [c for c in word if "a" <= c <= "z"]
    cyrillic = [c for c in word if "\u0400" <= c <= "\u04ff"]
    to_cyrillic = all(c in _LOOKALIKE_LATIN for c in latin)
    to_latin = all(c in _LOOKALIKE_CYRILLIC for c in cyrillic)
    if to_cyrillic and (not to_latin or len(cyrillic) >= len(latin)):
        return word.translate(_LATIN_AS_CYRILLIC)
    return word.translate(_CYRILLIC_AS_LATIN) if to_latin else word
