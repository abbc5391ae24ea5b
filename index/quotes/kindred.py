"""Which word for a person or a thing takes up another one: «певица» – «артистка», «окольский» – «Окольск»?"""

from __future__ import annotations

from .declension import fold
from .grammar import readings
from .kept import kept
from .role_words import CIRCLES, SYNONYMS, WIDER


@kept
def masculine(head: str) -> str:
    """The word for a man of the same trade, or the word itself: «чемпионка» → «чемпион»."""
    for ending, instead in _FEMININE:
        if head.endswith(ending) and (len(head) > len(ending) + 1 or head == ending):
            word = head[: -len(ending)] + instead
            if any(r.known and fold(r.lemma) == fold(word) and r.gender == "masc" for r in readings(word)):
                return fold(word)
    return head


_FEMININE = (
    ("ница", "ник"), ("тельница", "тель"), ("актриса", "актер"), ("певица", "певец"), ("триса", "тор"), ("есса", ""),
    ("истка", "ист"), ("анка", "анец"), ("янка", "янин"), ("енка", "енец"), ("ница", "нец"), ("чица", "чик"),
    ("щица", "щик"), ("ица", "ец"), ("иня", ""), ("ка", ""), ("ша", ""), ("ка", "ец"), ("ая", "ый"), ("ая", "ий"),
)  # fmt: skip


@kept
def relation(said: str, known: str) -> float:
    """How well the head noun of a mention takes up the head of a role: 3 the same, 2 a wider word, 0 no relation."""
    if masculine(said) == masculine(known):
        return 3.0
    said, known = SYNONYMS.get(masculine(said), masculine(said)), SYNONYMS.get(masculine(known), masculine(known))
    if said == known:
        return 2.2
    if known in WIDER.get(said, ()):
        return 2.0
    if said in WIDER.get(known, ()) or any(said in group and known in group for group in CIRCLES):
        return 1.0
    return 0.0


_ALIKE = "полиция внутренний · милиция внутренний · спасатель чрезвычайный · клуб команда"


ALIKE = frozenset(frozenset(pair.split()) for pair in _ALIKE.split(" · "))
"""Concepts of one body: «представитель полиции» speaks for the УМВД."""


LEAST_STEM = 4  # letters that two words of one stem share


@kept
def akin(one: str, other: str) -> bool:
    """Whether two concepts are forms of one stem: «окольский» and «окольск», «чемпионский» and «чемпион»."""
    if one == other or frozenset((one, other)) in ALIKE:
        return True
    for adjective, noun in ((one, other), (other, one)):
        stem = adjective.removesuffix("ский").removesuffix("цкий")
        if stem != adjective and len(stem) >= LEAST_STEM and noun.startswith(stem):
            return True
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= max(4, min(len(one), len(other)) - 1)
