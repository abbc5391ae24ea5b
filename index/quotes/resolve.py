"""Whom does a mention name?

Only what the article says counts: a full name in the mention itself, or a surname that the article gives in full
somewhere and to one person alone. Everything else («мэр», «он», two people of one surname) stays without a speaker: a
wrong one is worse than none.
"""

from __future__ import annotations

from dataclasses import dataclass

from index.model import ResolvedBy, Speaker
from index.words import word_set

from .attribute import Attribution
from .cues import CLASS_NOUNS, lemmas
from .grammar import readings
from .names import SURNAME, People, Person, full_names
from .phrases import looks_like_name, tokenise
from .slug import slug

# How sure a quote and its speaker are, by what named the speaker. Fixed values for now, ordered, not calibrated.
CONFIDENCE: dict[ResolvedBy, float] = {"name": 0.95, "surname": 0.9, "role": 0.75, "pronoun": 0.7, "previous": 0.6}
MENTION_ONLY = 0.5  # an attribution that names nobody we know
NO_MENTION = 0.4  # words in marks without an attribution
PULL = 1.0  # marked as such by the editor

ONE_OF_A_PAIR = word_set(
    """
    помощник помощница супруга супруг жена муж вдова вдовец сын дочь брат сестра отец мать мама папа дед бабушка внук
    внучка дядя тётя племянник племянница друг подруга соратник соратница сторонник сторонница представитель
    представительница пресс-секретарь секретарь адвокат защитник защита окружение команда штаб коллега сосед соседка
    родственник родственница поклонник биограф имя семья
    """
)
"""In the genitive the name behind these may be the owner's, not their own («по словам жены Берёзова»)."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The speaker of a mention, what told it, and how sure that is (0 to 1)."""

    speaker: Speaker | None = None
    by: ResolvedBy | None = None
    confidence: float = NO_MENTION


def resolve(body: str, found: Attribution, people: People) -> Resolved:
    """The speaker of a quote, or none."""
    if found.mention is None:
        return Resolved()
    text = body[slice(*found.mention)]
    if not any(char.isupper() for char in text) or _belongs_to_another(text, found):
        return Resolved(confidence=MENTION_ONLY)
    by_name = _by_full_name(body, found, people)
    if by_name is not None:
        return Resolved(_speaker(by_name), "name", CONFIDENCE["name"])
    by_surname = _by_surname(body, found, people)
    if by_surname is not None:
        return Resolved(_speaker(by_surname), "surname", CONFIDENCE["surname"])
    unknown = _by_unknown_name(body, found)
    if unknown is not None:
        return Resolved(Speaker(slug(unknown), unknown), "name", CONFIDENCE["name"])
    return Resolved(confidence=MENTION_ONLY)


def _speaker(person: Person) -> Speaker:
    return Speaker(slug(person.name), person.name)


def _belongs_to_another(text: str, found: Attribution) -> bool:
    """«По словам пресс-секретаря Лаврова»: in the genitive a name may be the owner's, which nobody can tell."""
    return found.case != "nomn" and any(lemmas(word) & ONE_OF_A_PAIR for word in text.split())


def _agrees(person: Person, gender: str | None) -> bool:
    return gender is None or person.gender == gender


def _by_full_name(body: str, found: Attribution, people: People) -> Person | None:
    """The one person whose full name stands in the mention, in the mention's case."""
    assert found.mention is not None  # noqa: S101 - the caller has looked
    fitting: dict[tuple[str, str, str], Person] = {}
    for name in full_names(body, *found.mention):
        for person, case in people.settled(name):
            if case == found.case and _agrees(person, found.gender):
                fitting[person.key] = person
    return next(iter(fitting.values())) if len(fitting) == 1 else None


def _by_surname(body: str, found: Attribution, people: People) -> Person | None:
    """The one person of the article whose surname stands in the mention, in the mention's case."""
    assert found.mention is not None  # noqa: S101 - the caller has looked
    last: Person | None = None
    for word in SURNAME.finditer(body, *found.mention):
        fitting = [p for p in people.with_surname(word[0], found.case) if _agrees(p, found.gender)]
        if len(fitting) > 1:
            return None
        if fitting:
            if last is not None and last.key != fitting[0].key:
                return None
            last = fitting[0]
    return last


def _by_unknown_name(body: str, found: Attribution) -> str | None:
    """Two or three capitalised words that end a nominative mention and begin with a given name.

    No name behind a noun of a class («телеканал Фокс Ньюс»), nor one with a place or a firm in it: those are
    organisations, and a wrong speaker is worse than none.
    """
    assert found.mention is not None  # noqa: S101 - the caller has looked
    if found.case != "nomn":
        return None
    tokens = tokenise(body, *found.mention)
    names: list[str] = []
    for token in reversed(tokens):
        if not looks_like_name(token):
            break
        names.insert(0, token.text)
    before = tokens[-len(names) - 1] if len(tokens) > len(names) else None
    if len(names) not in (2, 3) or (before is not None and before.is_word and lemmas(before.text) & CLASS_NOUNS):
        return None
    if not any("Name" in r.marks and r.case == "nomn" for r in readings(names[0])):
        return None
    if any(r.marks & {"Geox", "Orgn"} for name in names for r in readings(name) if r.known):
        return None
    return " ".join(names)
