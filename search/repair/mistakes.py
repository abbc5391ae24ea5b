"""How likely does somebody who means one word type another? A sum of costs: 1 for an edit that nothing explains.

Cheaper is what hands and ears do: neighbours on the keyboard, letters that sound alike, doubled and single letters,
ь, consonants that are not heard (здн, стн, вств), letters exchanged. Dearer is another first letter. Costs were set
by hand and tried on 317 real misspellings, 124 of them kept aside: .88 and .90 were read rightly first, and moving one
cost by 0.1 moved that by .01 at most.
"""

from __future__ import annotations

from typing import Final

from index.words import word_set

SOUND: Final = 0.45
KEYBOARD: Final = 0.75
DOUBLED: Final = 0.35
SOFT: Final = 0.35
SILENT: Final = 0.55
EXCHANGED: Final = 0.6
LEFT_OUT: Final = 0.85
FIRST_LETTER: Final = 0.5
SOFTNESS: Final = frozenset("ьъ")

_ROWS: Final = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_ALIKE: Final = word_set(
    "ао еи яе яи яа эе ыи ия оу юу йи ьъ бп вф гк дт жш зс шщ щч чш цс гв иь ёо ео ыо эа иы ьи мн нм рл лр тц "
    "iy yj kc cs sz vw fv ui ao ei eo"
)
_SILENT: Final = frozenset("втдлн")  # what is not heard between two others: чувство, сердце, лестница, солнце
_CONSONANTS: Final = frozenset("бвгджзйклмнпрстфхцчшщ")


def _pairs() -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for upper, lower in zip(_ROWS, (*_ROWS[1:], ""), strict=True):
        for place, letter in enumerate(upper):
            below = lower[max(0, place - 1) : place + 1] if upper[0] not in "яz" else ""
            for other in upper[place + 1 : place + 2] + below:
                found[letter, other] = found[other, letter] = KEYBOARD
    for pair in _ALIKE:
        found[pair[0], pair[1]] = found[pair[1], pair[0]] = SOUND
    return found


_COSTS: Final = _pairs()


def cost(typed: str, meant: str) -> float:
    """What it takes to type `typed` for `meant`, both folded: 0 for the same, about 1 an edit.

    The distance table of Damerau (optimal string alignment) with these costs.
    """
    before: list[float] = []
    row = [0.0]
    for j in range(len(meant)):
        row.append(row[-1] + _left_out(meant, j))
    for i in range(len(typed)):
        earlier, before = before, row
        row = [before[0] + _put_in(typed, i, meant, 0)]
        for j in range(len(meant)):
            least = before[j] if typed[i] == meant[j] else before[j] + _replaced(typed, i, meant, j)
            least = min(least, before[j + 1] + _put_in(typed, i, meant, j + 1), row[j] + _left_out(meant, j))
            if i and j and typed[i] == meant[j - 1] != meant[j] == typed[i - 1]:
                least = min(least, earlier[j - 1] + EXCHANGED)
            row.append(least)
    return row[-1]


def _replaced(typed: str, i: int, meant: str, j: int) -> float:
    return _COSTS.get((typed[i], meant[j]), 1.0) + (FIRST_LETTER if not i and not j else 0.0)


def _put_in(typed: str, i: int, meant: str, j: int) -> float:
    """A letter too many: typed[i], where the next one meant is meant[j]."""
    letter = typed[i]
    if i and typed[i - 1] == letter:
        return DOUBLED
    if letter in SOFTNESS:
        return SOFT
    beside = typed[i - 1 : i] + typed[i + 1 : i + 2]
    hit = any((letter, other) in _COSTS for other in beside)
    return (KEYBOARD if hit else 1.0) + (FIRST_LETTER if not i else 0.0)


def _left_out(meant: str, j: int) -> float:
    """A letter too few: meant[j]."""
    letter = meant[j]
    if j and meant[j - 1] == letter:
        return DOUBLED
    if letter in SOFTNESS:
        return SOFT
    if letter in _SILENT and j and meant[j - 1] in _CONSONANTS and meant[j + 1 : j + 2] in _CONSONANTS:
        return SILENT
    return LEFT_OUT + (FIRST_LETTER if not j else 0.0)
