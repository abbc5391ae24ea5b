"""To whom does a verb of speech give the words behind it, or before it?"""

from __future__ import annotations

from collections.abc import Sequence

from index.model import Span

from .cues import RELAY
from .documents import in_document, is_passive, press_office, relayed, said_in_house
from .grammar import Reading
from .phrases import Phrase, phrase_at
from .subjects import Said, agrees, finite_verb, subject_after, subject_before
from .tokens import Token


def _said(
    tokens: Sequence[Token], verb_at: int, verb: Reading, found: tuple[Phrase, str] | None, cue: Span | None = None
) -> Said:
    gender = verb.gender if verb.number != "plur" and verb.gender in {"masc", "femn"} else None
    cue = cue or Span(tokens[verb_at].start, tokens[verb_at].end)
    if found is None:
        return Said(cue, None, "nomn", gender, verb_at)
    phrase, case = found
    return Said(
        cue, phrase.span(tokens), case, gender if case == "nomn" else None, max(verb_at, phrase.last), phrase.person
    )


def said_behind(tokens: Sequence[Token], verb_at: int, verb: Reading) -> Said:
    """The speaker where the verb follows the words: «…», — сказал мэр."""
    if verb.lemma in RELAY:
        return _said(tokens, verb_at, verb, relayed(tokens, verb_at) or press_office(tokens, verb_at, verb))
    before = subject_before(tokens, verb_at, verb) if verb_at else None
    if before is not None and before.person:
        return _said(tokens, verb_at, verb, (before, "nomn"))
    house = said_in_house(tokens, verb_at, verb)
    if house is not None:
        return _said(tokens, verb_at, verb, house)
    after = subject_after(tokens, verb_at, verb)
    if after is not None and (after.person or not is_passive(verb)):
        return _said(tokens, verb_at, verb, (after, "nomn"))
    found = in_document(tokens, verb_at, verb)
    return _said(tokens, verb_at, verb, found or ((after, "nomn") if after else None))


def said_ahead(tokens: Sequence[Token], verb_at: int, verb: Reading) -> Said:
    """The speaker where the verb comes before the words: «мэр сказал: …», «как сказал мэр, …»."""
    if verb.lemma in RELAY and (found := relayed(tokens, verb_at)) is not None:
        return _said(tokens, verb_at, verb, found)
    if verb.pos == "GRND":
        return _said_by_gerund(tokens, verb_at, verb)
    if is_passive(verb) and (document := in_document(tokens, verb_at, verb)) is not None:
        return _said(tokens, verb_at, verb, document)
    house = said_in_house(tokens, verb_at, verb)
    if verb_at and tokens[verb_at - 1].text == "," and verb.pos == "VERB" and house is None:  # «…, пишет агентство, …»
        aside = subject_after(tokens, verb_at, verb)
        near = aside is not None and (aside.person or aside.first == verb_at + 1)
        if (
            aside is not None
            and near
            and not any(finite_verb(t) for t in tokens[:verb_at] if t.is_word and t.text == "и")
        ):
            return _said(tokens, verb_at, verb, (aside, "nomn"))
    next_to = phrase_at(tokens, verb_at + 1, "nomn") if verb_at + 1 < len(tokens) else None
    if next_to is not None and next_to.person and agrees(next_to, verb):
        return _said(tokens, verb_at, verb, (next_to, "nomn"))
    before = subject_before(tokens, verb_at, verb)
    if before is None or before.number != "plur":
        house = house or (in_document(tokens, verb_at, verb) if verb.number == "plur" else None)
    if house is not None and (before is None or not before.person or before.number != "plur"):
        return _said(tokens, verb_at, verb, house)  # «в мэрии агентству РИО сообщили»
    if before is not None and (before.person or not is_passive(verb)):
        return _said(tokens, verb_at, verb, (before, "nomn"))
    after = subject_after(tokens, verb_at, verb) if verb.pos == "VERB" else None
    if after is not None and after.person:
        return _said(tokens, verb_at, verb, (after, "nomn"))
    either = before or after
    found = None if either is not None and either.person else in_document(tokens, verb_at, verb)
    return _said(tokens, verb_at, verb, found or ((either, "nomn") if either else None))


def _said_by_gerund(tokens: Sequence[Token], verb_at: int, verb: Reading) -> Said:
    """«Мэр махнул рукой, сказав: …»: the subject is that of the finite verb before."""
    main = next(
        ((i, found) for i in range(verb_at - 1, -1, -1) if (found := finite_verb(tokens[i])) is not None),
        (verb_at, verb),
    )
    subject = subject_before(tokens, *main) or (subject_after(tokens[:verb_at], *main) if main[0] != verb_at else None)
    return _said(tokens, verb_at, verb, (subject, "nomn") if subject else None)
