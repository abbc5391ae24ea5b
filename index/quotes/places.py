"""Which words tell of what place a body is: «*Окольского* края», «УМВД *по Окольску*»?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .grammar import has_case, is_known, mostly, readings
from .kept import kept
from .tokens import Token

PLACE_ADJECTIVE = re.compile(r"[сц]к(ого|ому|ом|им|ой|ую|ий|ая|ое)$")


_HIS, _HER = ("masc", "neut"), ("femn",)


PLACE_ADJECTIVE_ENDS = {
    ending: frozenset((case, gender) for case in cases.split() for gender in genders)
    for ending, cases, genders in (
        ("ого", "gent", _HIS), ("ому", "datv", _HIS), ("ом", "loct", _HIS), ("им", "ablt", _HIS),
        ("ой", "gent datv ablt loct", _HER), ("ую", "accs", _HER), ("ая", "nomn", _HER),
        ("ий", "nomn accs", ("masc",)), ("ое", "nomn accs", ("neut",)),
    )
}  # fmt: skip
"""Endings of an adjective → cases and genders of the noun that it goes with."""


REGIONS = frozenset(("области", "краю", "республике", "району", "городу", "региону", "округу"))


def of_region(tokens: Sequence[Token], k: int, head_at: int) -> bool:
    """«ГУ МЧС *по области*», «пресс-служба УМВД *по Окольску*»: an acronym's region."""
    if tokens[k].text != "по" or k + 1 >= len(tokens):
        return False
    if not (tokens[head_at].text.isupper() or tokens[k - 1].text.isupper()):
        return False
    region = tokens[k + 1]
    return has_case(region.text, "datv") and (region.is_capital or region.text in REGIONS)


def tells_which(tokens: Sequence[Token], k: int) -> bool:
    """«*Окольского* края», «сообщила *Вендская* федерация бокса»: an adjective of a place, and its noun."""
    ending = _place_ending(tokens[k].text)
    if ending is None:
        return False
    noun = k + 1
    while noun < len(tokens) and noun <= k + 2 and tokens[noun].text.islower() and mostly(tokens[noun].text, "ADJF"):
        noun += 1
    if noun >= len(tokens):
        return False
    behind = tokens[noun].text
    return behind.islower() and any(
        r.known and r.pos == "NOUN" and not r.animate and r.number == "sing" and (r.case, r.gender) in agreeing
        for agreeing in (PLACE_ADJECTIVE_ENDS[ending],)
        for r in readings(behind)
    )


def is_unknown_place(word: str) -> bool:
    """Whether a capitalised word looks like an adjective of a place that no dictionary has: «Окольского»."""
    return _unknown_place_ending(word) is not None


@kept
def _place_ending(word: str) -> str | None:
    ending = PLACE_ADJECTIVE.search(word) if word[0].isupper() else None
    return ending[1] if ending is not None else None


@kept
def _unknown_place_ending(word: str) -> str | None:
    ending = PLACE_ADJECTIVE.search(word) if word[0].isupper() else None
    return ending[1] if ending is not None and not is_known(word) else None
