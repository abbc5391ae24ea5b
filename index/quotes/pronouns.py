"""Whom does a pronoun take up, and whose is a quote without an attribution?

Whoever was spoken of last and agrees. Behind a person whom the article does not name nobody else is looked for.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from index.words import word_set

from .cues import lemmas
from .discourse import Event
from .exchange import addressed, last_said, other_party
from .mentions import NOBODY, Answer, Mention, agrees, pronoun_gender
from .role_words import ANYBODY
from .someone import Someone
from .taking_up import taken_up

if TYPE_CHECKING:
    from .resolve import Resolver

NEAR_SENTENCES = 2  # back to whom a pronoun takes up, at most, to be near
ANONYMOUS = word_set(
    """
    источник собеседник собеседница очевидец респондент аноним инсайдер доброжелатель
    """
)
ONE = frozenset(("один", "одна", "одного", "одной"))
OF_NOBODY = frozenset(("announced_paragraph", "inscription", "colon", "alone"))


def inherited(resolver: Resolver, mention: Mention) -> Answer | None:
    """A quote without an attribution of its own takes the speaker before."""
    if mention.span is not None:
        return None
    if mention.rule in {"announced_paragraph", "inscription", "colon", "alone"} or (
        mention.cued and not mention.by_verb
    ):
        return NOBODY  # «на заборе вывели надпись: …»
    for event in resolver.discourse.before(mention.at):
        stands_free = mention.rule == "free_standing" and event.weight == 2 and event.sentences <= 1
        if (event.weight == 3 or stands_free) and agrees(event, mention.gender):
            if event.who is None:
                return NOBODY
            return Answer("previous", event.who, sign="spoke before")
        if event.sentences > 2:
            break
    return NOBODY


def anonymous(resolver: Resolver, mention: Mention) -> Answer | None:
    """«Источник в мэрии», «собеседник агентства», «очевидцы»: nobody."""
    if any(lemmas(token.text) & ANONYMOUS for token in mention.tokens[:3] if token.is_word):
        behind = resolver.body[mention.span.end : mention.span.end + 3] if mention.span else ""
        somewhere = behind in {" в ", " из", " на"}  # «собеседник в министерстве»
        partner = len(mention.tokens) == 1 and not somewhere and bool(lemmas(mention.tokens[0].text) & ANYBODY)
        return taken_up(resolver, mention) if partner else NOBODY  # «добавил собеседник» has been named before
    return NOBODY if _is_one_of_many(resolver, mention) else None


def _is_one_of_many(resolver: Resolver, mention: Mention) -> bool:
    """«По словам жителя одного из домов», «один из участников», and no name behind."""
    words = [token.text.lower() for token in mention.tokens]
    if not words or mention.span is None:
        return False
    among = any(word in ONE and behind == "из" for word, behind in pairwise(words))
    return among and not resolver.people.within(*mention.span)


def by_pronoun(resolver: Resolver, mention: Mention) -> Answer | None:
    """«он», «она», «по её словам»: the last one that agrees."""
    gender = pronoun_gender(mention)
    if gender is None:
        return None
    if mention.low in {"тот", "та"}:
        who = other_party(resolver, mention, gender)
        return Answer("pronoun", who, sign="other party") if who is not None else NOBODY
    answering = _addressed(resolver, mention, gender)
    if answering is not None:
        return Answer("pronoun", answering, sign="addressed")
    oblique: Event | None = None
    for event in resolver.discourse.before(mention.at):
        if not agrees(event, gender) or event.gender == "neut":
            continue
        if event.weight == 1:
            if event.sentences <= 1 and resolver.introduced_at(event):
                oblique = event
                break
            oblique = oblique or event
            continue
        if oblique is not None and event.sentences > oblique.sentences + 1:
            break
        if event.who is None:
            if event.gender is None and event.weight < 3:
                continue
            return NOBODY
        place = "speaker" if event.weight == 3 else "subject"
        far = "" if event.sentences <= NEAR_SENTENCES else ", far"
        between = ", others between" if others(resolver, event, gender, mention.at) else ""
        return Answer("pronoun", event.who, sign=f"{place}{far}{between}")
    if oblique is not None and oblique.who is not None:
        return Answer("pronoun", oblique.who, sign="object")
    return NOBODY


def _addressed(resolver: Resolver, mention: Mention, gender: str) -> Someone | None:
    """Whom the words right before were said to, where «он» or «она» cannot be who said them."""
    said = last_said(resolver, mention)
    if said is None or said.sentences > 1 or said.gender not in {"masc", "femn"} or said.gender == gender:
        return None
    return addressed(resolver, said, gender)


def others(resolver: Resolver, event: Event, gender: str, at: int) -> int:
    """How many other people of this gender come up between the one taken and the mention, or in the same sentence."""
    near = {
        id(naming.who)
        for naming in resolver.people.within(min(event.at, at), max(event.at, at))
        if naming.who is not event.who and naming.who.gender in {gender, None}
    }
    return len(near)
