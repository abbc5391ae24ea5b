"""Who answers whom? The other party of an exchange of words: whom the last speaker addressed, or who spoke before.

«Тот» is never the last speaker, and who answers a question is not who asked it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.words import word_set

from .discourse import Event
from .mentions import Mention, agrees
from .naming import named
from .phrases import phrase_at
from .role_rules import by_role
from .someone import Someone
from .tokens import Token

if TYPE_CHECKING:
    from .resolve import Resolver

REPLIES = word_set("ответить отвечать возразить возражать парировать отозваться откликнуться огрызнуться")
"""Verbs whose subject is not who spoke right before."""

MOST_SENTENCES = 2  # back to the words that are answered


def last_said(resolver: Resolver, mention: Mention) -> Event | None:
    """Who spoke right before, perhaps somebody whom the article does not name."""
    for event in resolver.discourse.before(mention.at):
        if event.sentences > MOST_SENTENCES:
            return None
        if event.weight == 3 and (event.sentences or event.who is not None):  # not the mention itself
            return event
    return None


def addressed(resolver: Resolver, said: Event, gender: str | None) -> Someone | None:
    """Whom the words were said to, as the sentence that gives them tells: «спросил у директора», «сказал Лунину»."""
    found = resolver.discourse.around(said.at)
    if found is None:
        return None
    paragraph, sentence = found
    tokens = paragraph.tokens(*sentence)
    for i, token in enumerate(tokens):
        case = "gent" if i and tokens[i - 1].text.lower() == "у" else "datv"
        who = _whom(resolver, tokens, i, case) if token.is_word else None
        if who is not None and who is not said.who and (gender is None or who.gender in {gender, None}):
            return who
    return None


def _whom(resolver: Resolver, tokens: list[Token], i: int, case: str) -> Someone | None:
    phrase = phrase_at(tokens, i, case)
    if phrase is None or not phrase.person or (i and phrase_at(tokens, i - 1, case) is not None):
        return None
    span = phrase.span(tokens)
    mention = Mention(span, tuple(tokens[phrase.first : phrase.last + 1]), case, None, span.start)
    if case == "datv" and any("nomn" in naming.cases for naming in resolver.people.within(*span)):
        return None  # «предложил Шило»: he is the one who speaks
    for rule in (named, by_role):
        answer = rule(resolver, mention)
        if answer is not None and answer.who is not None:
            return answer.who
    return None


def other_than_subject(resolver: Resolver, mention: Mention, gender: str | None) -> Someone | None:
    """Whom «тот» takes up where nobody has spoken: the only person of the sentence, or the only one but its subject."""
    by_sentence: dict[int, list[Event]] = {}
    for event in resolver.discourse.before(mention.at):
        if event.sentences > 1:
            break
        by_sentence.setdefault(event.sentences, []).append(event)
    for _, events in sorted(by_sentence.items()):
        people = {id(event.who): event for event in events if event.who is not None}
        fitting = [event for event in people.values() if agrees(event, gender)]
        behind = fitting[1:] if len(fitting) > 1 and fitting[0].weight > 1 else fitting
        if fitting:
            return behind[0].who if len(behind) == 1 else None
    return None


def other_party(resolver: Resolver, mention: Mention, gender: str | None) -> Someone | None:
    """Who answers the words before `mention`: not their speaker. None where nobody else came up near them."""
    said = last_said(resolver, mention)
    if said is None:
        return other_than_subject(resolver, mention, gender)
    who = addressed(resolver, said, gender)
    if who is not None:
        return who
    near = [event for event in resolver.discourse.before(said.at) if event.sentences <= MOST_SENTENCES]
    same = [event for event in resolver.discourse.around_named(said.at) if event.who is not said.who]
    for event in (*same, *near):
        if event.who is not None and event.who is not said.who and agrees(event, gender):
            return event.who
    return None
