"""Whom does a bare noun take up that no role explains («режиссёр», «девушка»)?

Whoever was spoken of last, if nothing speaks against it; one who answers is not who spoke last.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from .cues import lemmas
from .exchange import REPLIES, last_said, other_party
from .mentions import Answer, Mention, agrees
from .offices import OFFICE_HEADS
from .role_rules import head_of_role, is_vague, role_gender
from .role_words import ANYBODY, LIGHT, NEWCOMERS, OF_AN_OFFICE, STATES, WOMEN_TOO
from .roles import Role, head_reading, role_of
from .someone import Someone
from .tokens import Token

if TYPE_CHECKING:
    from .resolve import Resolver

HEROES = frozenset(("герой", "героиня", "виновник", "виновница"))
"""Of what they are one says nothing: «герой дня», «виновник торжества»."""
FAMILY = frozenset(("муж", "жена", "супруг", "супруга", "брат", "сестра", "сын", "дочь", "внук", "внучка"))
MOSTLY_SPEAKS = 3  # weight of an event
MOST_BETWEEN = 3  # sentences
THINGS = {
    "ресторатор": ("ресторан", "кафе", "бар ", "кухн"),
    "дачник": ("дач",),
    "дачница": ("дач",),
    "фермер": ("ферм", "пол"),
    "пекарь": ("пекарн", "хлеб"),
    "поэт": ("стих", "поэм", "строф"),
    "дирижёр": ("оркестр", "концерт"),
    "шахматист": ("шахмат",),
    "шахматистка": ("шахмат",),
    "спортсмен": ("медал", "турнир", "матч"),
    "спортсменка": ("медал", "турнир", "матч"),
    "инвестор": ("инвести", "покупател"),
    "пожарный": ("пожар", "огн"),
    "водитель": ("автомобил", "автобус", "машин"),
}
"""Stems of the things that make somebody one: who has a restaurant is a ресторатор."""


def taken_up(resolver: Resolver, mention: Mention) -> Answer | None:
    """A bare noun that no role explains («режиссёр», «девушка»): whoever was spoken of last."""
    k = head_of_role(mention)
    if k is None:
        return None
    role = role_of(mention.tokens, k)
    bare = len(mention.tokens) == k + 1 or role.said is not None or is_vague(role)
    bare = bare or role.head in HEROES
    answers = _answers(resolver, mention)
    if (
        not bare
        or (role.head in NEWCOMERS - ANYBODY and not answers)
        or (role.words - LIGHT - STATES - OF_AN_OFFICE and role.head not in HEROES)
    ):
        return None
    gender = mention.gender or role_gender(role) or _usual_gender(mention.tokens[k], mention.case)
    family = _of_family(resolver, mention, gender) if role.head in FAMILY else []
    if family:
        return Answer("role", family[0], sign="family") if len(family) == 1 else None
    said = last_said(resolver, mention) if answers else None
    if said is not None and role.head in NEWCOMERS | ANYBODY:
        who = other_party(resolver, mention, gender)
        return Answer("role", who, sign="answers") if who is not None else None
    if role.head in HEROES:
        return _hero(resolver, gender)
    for event in resolver.discourse.before(mention.at):
        if event.sentences > 4:
            break
        if event.who is None or not agrees(event, gender) or (said is not None and event.who is said.who):
            continue
        if event.weight < 2 and event.who.roles and role.head not in ANYBODY:
            continue
        if role.head in ANYBODY or not event.who.roles or _hinted(resolver, role, event.who, mention.at):
            if role.head not in ANYBODY and role not in event.who.roles:
                event.who.roles.append(role)
            return Answer("role", event.who, sign="taken up")
        new = role.head in NEWCOMERS or role.head in OFFICE_HEADS  # «президент» needs no introduction
        if event.weight == 3 and event.sentences <= 2 and not new and mention.rule != "dialogue":
            return Answer("role", event.who, sign="spoke last")
        break
    return None


def _hero(resolver: Resolver, gender: str | None) -> Answer | None:
    """«Герой истории»: whom the article names first."""
    named = [who for who in resolver.people.everybody if who.places]
    first = min(named, key=lambda who: who.places[0], default=None)
    fits = first is not None and first.gender in {gender, None}
    return Answer("role", first, sign="hero") if fits else None


def _of_family(resolver: Resolver, mention: Mention, gender: str | None) -> list[Someone]:
    """Everybody of the surname of whoever was spoken of last: «ответил муж»."""
    for event in resolver.discourse.before(mention.at):
        if event.who is None or event.sentences > MOST_BETWEEN:
            return []
        found = [
            who
            for who in resolver.people.everybody
            if who is not event.who and _same_surname(who.surname, event.who.surname) and who.gender in {gender, None}
        ]
        if found or event.weight == MOSTLY_SPEAKS:
            return found
    return []


def _same_surname(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return bool(short) and (short == long or long == short + "а" or (len(short) > 4 and short[:-2] == long[:-2]))


def _answers(resolver: Resolver, mention: Mention) -> bool:
    """Whether the words answer others: a turn of a talk that is not its first, or a verb says so."""
    return (mention.rule == "dialogue" and bool(resolver.talk.turns)) or (
        " " not in mention.cue and bool(lemmas(mention.cue) & REPLIES)
    )


def _usual_gender(token: Token, case: str) -> str | None:
    head = head_reading(token, frozenset((case,)))
    if head is not None and head.gender == "masc" and head.lemma in WOMEN_TOO:
        return None
    return head.gender if head is not None and head.gender in {"masc", "femn"} else None


def _hinted(resolver: Resolver, role: Role, who: Someone, at: int) -> bool:
    """Whether a word of the same stem, or what makes somebody one, stands before, near the person's name («чемпионский
    титул» – «чемпион», «ресторан» – «ресторатор»).
    """
    stems = (role.head[: max(5, len(role.head) - 2)], *THINGS.get(role.head, ()))
    body = resolver.body
    places = who.places[max(0, bisect_left(who.places, at) - 20) : bisect_left(who.places, at)]
    near = [body[max(0, place - 150) : min(at, place + 200)].lower() for place in places]
    return any(stem in text for text in near for stem in stems)
