"""What does a preposition govern, and where does that end?"""

from __future__ import annotations

from collections.abc import Sequence

from .grammar import has_case, mostly, readings
from .heads import MAX_MODIFIERS, MODIFIERS, looks_like_name
from .kept import kept
from .tokens import Token


def governed_end(tokens: Sequence[Token], i: int) -> int:
    """The index behind what the preposition at `i` governs: its modifiers and one noun."""
    k = i + 1
    while k < len(tokens) and k - i <= MAX_MODIFIERS and tokens[k].is_word and mostly(tokens[k].text, *MODIFIERS):
        k += 1
    if k > i + 1 and k < len(tokens) and _only_a_subject(tokens[k].text):
        return k  # «ответила за подчинённую директор»
    k = min(k + 1, len(tokens))
    if not mostly(tokens[k - 1].text, "NOUN"):
        return k  # «за неё Лунин», «на что Лунин»
    while k < len(tokens) and (tokens[k].is_latin or tokens[k].is_quoted or _is_dependent(tokens[k])):
        k += 1
    if tokens[k - 1].is_quoted or tokens[k - 1].is_latin:
        return k  # «в интервью «Причалу» Вайс сказала»
    while k < len(tokens) and looks_like_name(tokens[k]) and _mostly_genitive(tokens[k]):
        k += 1  # «для Юрия Лунина», «в заявлении Лунина»
    return k


@kept
def _only_a_subject(word: str) -> bool:
    """Whether a noun for a person stands in the nominative, whatever it is read as."""
    found = readings(word)
    return all(r.pos == "NOUN" and r.animate and r.case == "nomn" for r in found)


def _is_dependent(token: Token) -> bool:
    """Whether a noun in small letters depends on the one before: «после получения *награды*»."""
    low = token.text.islower() and mostly(token.text, "NOUN", *MODIFIERS)
    return low and has_case(token.text, "gent", pos=("NOUN", *MODIFIERS)) and not _is_animate_subject(token)


def _is_animate_subject(token: Token) -> bool:
    return any(r.pos == "NOUN" and r.animate and r.case == "nomn" for r in readings(token.text))


def _mostly_genitive(token: Token) -> bool:
    """Whether a name most likely stands in the genitive: «Лунина», not «Лидия»."""
    found = readings(token.text)
    best = max(r.score for r in found)
    likely = (r for r in found if r.case == "gent" and r.score >= best)
    return any(r.number != "plur" or r.pos != "NOUN" for r in likely) or not any(r.known for r in found)
