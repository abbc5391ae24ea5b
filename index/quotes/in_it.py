"""Whose document does a pronoun take up? «Мэрия опубликовала отчёт. В нём говорится, что …»

The owner stands behind the document («отчёт мэрии»), or did something with it («распространило заявление»).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .body_names import body_tokens
from .body_words import DOCUMENTS, TITLED
from .grammar import readings
from .mentions import NOBODY, Answer, Mention
from .phrases import Phrase, phrase_at
from .subjects import finite_verb, subject_after, subject_before
from .tokens import Token

if TYPE_CHECKING:
    from .resolve import Resolver

IN_IT = {"нём": "sing", "нем": "sing", "ней": "femn", "них": "plur"}
"""These stand behind prepositions only: what speaks in them is no person."""
ACCORDING_TO_IT = {"ему": "sing", "ей": "femn", "им": "plur", "него": "sing", "неё": "femn", "нее": "femn"}
CUES = frozenset(("согласно", "следует"))
WITHIN = 400  # code points back to the document


def in_it(resolver: Resolver, mention: Mention) -> Answer | None:
    """«В нём говорится», «согласно ему», «из неё следует»: who issued the document that was spoken of last."""
    if mention.span is None:
        return None
    form = IN_IT.get(mention.low) or (ACCORDING_TO_IT.get(mention.low) if mention.cue.lower() in CUES else None)
    if form is None:
        return None
    tokens = body_tokens(resolver.body, max(0, mention.at - WITHIN), mention.at)
    at = next((i for i in range(len(tokens) - 1, -1, -1) if _is_document(tokens[i], form)), None)
    if at is None:
        return NOBODY
    owner = _owner(resolver, tokens, at) or _maker(resolver, tokens, at)
    return owner._replace(by="previous", sign="issued before") if owner is not None else NOBODY


def _is_document(token: Token, form: str) -> bool:
    """Whether a word can be the document that a pronoun of this number and gender stands for."""
    if not token.is_word:
        return False
    return any(
        r.pos == "NOUN"
        and r.lemma in DOCUMENTS | TITLED
        and (r.number == "plur" if form == "plur" else r.number == "sing" and (r.gender == "femn") == (form == "femn"))
        for r in readings(token.text)
    )


def _owner(resolver: Resolver, tokens: Sequence[Token], at: int) -> Answer | None:
    """«… отчёт мэрии.»"""
    phrase = phrase_at(tokens, at + 1, "gent") if at + 1 < len(tokens) else None
    return _of(resolver, tokens, phrase, "gent", None)


def _maker(resolver: Resolver, tokens: Sequence[Token], at: int) -> Answer | None:
    """«Мэрия опубликовала отчёт», «отчёт опубликовала мэрия»."""
    start = next((i + 1 for i in range(at, -1, -1) if tokens[i].text in ".!?"), 0)
    end = next((i for i in range(at, len(tokens)) if tokens[i].text in ".!?"), len(tokens))
    sentence = tokens[start:end]
    for i, token in enumerate(sentence):
        verb = finite_verb(token)
        if verb is None:
            continue
        phrase = subject_before(sentence, i, verb) or subject_after(sentence, i, verb)
        if phrase is not None and phrase.first <= at - start <= phrase.last:
            continue  # the document itself: «отчёт вышел»
        gender = verb.gender if verb.gender in {"masc", "femn"} and phrase is not None and phrase.person else None
        found = _of(resolver, sentence, phrase, "nomn", gender)
        if found is not None:
            return found
    return None


def _of(
    resolver: Resolver, tokens: Sequence[Token], phrase: Phrase | None, case: str, gender: str | None
) -> Answer | None:
    """Whom a phrase names."""
    if phrase is None:
        return None
    words = tuple(tokens[phrase.first : phrase.last + 1])
    found = resolver.answer(Mention(phrase.span(tokens), words, case, gender, words[0].start))
    return found if found.who is not None or found.body is not None else None
