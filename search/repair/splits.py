"""Was a blank or a hyphen left out (`чтото`), or one too many typed (`не далеко`)?"""

from __future__ import annotations

from itertools import chain
from math import log10
from typing import Final

from index.words import word_set

from .spelling import FREQUENCY, Correction, is_known
from .vocabulary import Vocabulary

LEFT_OUT: Final = 0.4  # what it costs to leave out a blank or a hyphen
LETTER: Final = 0.4  # … more beside a word of one letter
UNSEEN: Final = 1.3  # … between words that never stand beside each other in the index
LONG: Final = 4  # letters that each of those must have
SEEN: Final = 5  # … and how often each must stand there
TRIED: Final = 4  # ways to part a word whose neighbourhood is looked at
_ALONE: Final = frozenset("авикосуя")  # words of one letter
_BEHIND: Final = word_set("то либо нибудь таки ка")  # particles that a hyphen joins to the word before
_BEFORE: Final = word_set("кое вице экс обер унтер контр")
_ADVERB_ENDS: Final = ("ому", "ему", "ски", "цки", "ьи")  # по-русски, по-старому


def parted(form: str, vocabulary: Vocabulary) -> list[Correction]:
    """A folded form as two words of the index, joined by a hyphen where they are one word; best first."""
    ways = []
    cuts = [(form[:cut], form[cut:]) for cut in range(1, len(form))]
    vocabulary.expect(chain.from_iterable(cuts))
    for one, other in cuts:
        if (len(one) > 1 or one in _ALONE) and (len(other) > 1 or other in _ALONE):
            least = min(vocabulary.frequency(one), vocabulary.frequency(other))
            if not least and _is_hyphenated(one, other):  # «бизнесплан» where only «бизнес-плана» stands
                least = min(vocabulary.documents(one), vocabulary.documents(other))
            if least:
                ways.append((-least, one, other))
    found = []
    for least, one, other in sorted(ways)[:TRIED]:
        (beside,) = vocabulary.following(one, [other])
        hyphen = _is_hyphenated(one, other)
        if beside or hyphen:
            price = LEFT_OUT + (LETTER if min(len(one), len(other)) == 1 else 0.0)
            score = FREQUENCY * log10(beside + 1) - price
        elif min(len(one), len(other)) >= LONG and -least >= SEEN:
            score, price = FREQUENCY * log10(1 - least) - UNSEEN, UNSEEN
        else:
            continue
        found.append(Correction(f"{one}-{other}" if hyphen else f"{one} {other}", score, price))
    return sorted(found, key=lambda way: (-way.score, way.form))


def _is_hyphenated(one: str, other: str) -> bool:
    if other in _BEHIND or one in _BEFORE or (one == "по" and other.endswith(_ADVERB_ENDS)):
        return True
    return is_known(f"{one}-{other}")
