"""Which noun gives words to somebody: «по словам мэра», «ответ мэрии: …», «строка в оде поэта»?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.analysis.lemma import lexicon
from index.model import Span

from .cues import MAKES_WORDS, SIGNS, SOURCE_NOUNS, SPEECH_NOUNS, lemmas
from .declension import fold
from .documents import PASSED_ON
from .grammar import has_case, is_preposition, readings
from .kept import kept
from .organisations import is_body
from .phrases import Phrase, phrase_at
from .subjects import OWNERS, Said, finite_verb, subject_after, subject_before
from .tokens import TEXT, Token, as_written

PARTS_OF_TEXT = frozenset(("строка", "строчка", "фраза", "слово", "пункт", "абзац"))


SOURCE_PREPOSITIONS = {"по": "datv", "со": "gent", "с": "gent", "на": "accs"}


SOURCES = as_written((*SOURCE_PREPOSITIONS, "согласно"))


MAX_SOURCE_MODIFIERS = 2  # «по предварительным данным», «по его собственным словам»


def may_hold_source(text: str) -> bool:
    """The cheap look first: whether a word begins somewhere as one does that `source_phrase` needs."""
    return _source_starts().search(text.lower().replace("ё", "е")) is not None


@cache
def _source_starts() -> re.Pattern[str]:
    starts = [_shared_start([fold(form) for form in (noun, *lexicon().forms(noun))]) for noun in sorted(SOURCE_NOUNS)]
    return re.compile("|".join((*starts, "согласно")))


def _shared_start(words: Sequence[str]) -> str:
    """The letters with which all words begin."""
    first, last = min(words), max(words)
    return first[: next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]


def source_phrase(tokens: Sequence[Token]) -> tuple[int, Said] | None:
    """«По словам мэра», «по её мнению», «согласно отчёту»: index of its first token, and the speaker."""
    for i, word in enumerate(map(TEXT, tokens[:-1])):
        said = source_at(tokens, i) if word in SOURCES else None
        if said is not None:
            return i, said
    return None


def _maker(tokens: Sequence[Token], noun: int) -> Phrase | None:
    """Who makes what the noun names: «мэр прислал телеграмму», «ответ, который подписал прокурор»."""
    verbs = [(j, verb) for j, t in enumerate(tokens) if (verb := finite_verb(t)) is not None]
    made = [row for row in verbs if row[1].lemma in MAKES_WORDS]
    before = [row for row in verbs if row[0] < noun]
    if before and before[-1] in made:
        return subject_before(tokens, *before[-1]) or subject_after(tokens[:noun], *before[-1])
    behind = [row for row in made if row[0] > noun]
    return subject_after(tokens, *behind[0]) if behind else None


def source_at(tokens: Sequence[Token], i: int) -> Said | None:
    """The source phrase that starts at token `i`."""
    token = tokens[i]
    low = token.text.lower()
    if low == "согласно" and i + 1 < len(tokens) and (phrase := phrase_at(tokens, i + 1, "datv")) is not None:
        return Said(Span(token.start, token.end), phrase.span(tokens), "datv", None, phrase.last, phrase.person)
    case = SOURCE_PREPOSITIONS.get(low)
    if case is None:
        return None
    owner, k = None, i + 1
    while k < len(tokens) - 1 and k - i <= MAX_SOURCE_MODIFIERS and tokens[k].is_word:
        if tokens[k].text.lower() in OWNERS:
            owner = tokens[k]
        elif _source_noun(tokens[k].text, case) or not has_case(tokens[k].text, case, pos=("ADJF", "PRTF")):
            break
        k += 1
    if k >= len(tokens) or not _source_noun(tokens[k].text, case):
        return None
    cue = Span(token.start, tokens[k].end)
    if owner is not None:
        gender = "femn" if owner.text.lower() in {"её", "ее"} else None
        return Said(cue, Span(owner.start, owner.end), "gent", gender, k, True)
    k += 1 + (k + 2 < len(tokens) and tokens[k + 1].text.lower() in OWNERS)  # «по словам его начальника»
    if k < len(tokens) and tokens[k].is_quoted:
        return Said(cue, Span(tokens[k].start, tokens[k].end), "gent", None, k)
    if k < len(tokens) and (phrase := phrase_at(tokens, k, "gent")) is not None:
        phrase = _with_name(tokens, phrase)
        return Said(cue, phrase.span(tokens), "gent", None, phrase.last, phrase.person)
    return None


def _with_name(tokens: Sequence[Token], phrase: Phrase) -> Phrase:
    """«По словам мужа погибшей, *Дениса Лунина*, …»: with the name that stands apart behind a title."""
    at = phrase.last + 2
    if phrase.named or not phrase.person or phrase.number != "sing" or at >= len(tokens) or tokens[at - 1].text != ",":
        return phrase
    name = phrase_at(tokens, at, "gent") if tokens[at].is_capital else None
    ends = name is not None and name.last + 1 < len(tokens) and tokens[name.last + 1].text == ","
    if name is None or not (ends and name.named and name.last > name.first) or has_case(tokens[at].text, "nomn"):
        return phrase
    return phrase._replace(last=name.last, named=True)


@kept
def _source_noun(word: str, case: str) -> bool:
    nouns = {"взгляд"} if case == "accs" else SOURCE_NOUNS
    return any(r.lemma in nouns and r.case == case for r in readings(word))


def speech_noun(tokens: Sequence[Token]) -> Said | None:
    """«прислал телеграмму: …», «ответ был короткий: …»: the last noun that announces words."""
    nouns = [i for i, t in enumerate(tokens) if t.is_word and lemmas(t.text) & SPEECH_NOUNS]
    if nouns and lemmas(tokens[nouns[-1]].text) & PARTS_OF_TEXT and (owner := _in_text(tokens)) is not None:
        cue = Span(tokens[nouns[-1]].start, tokens[nouns[-1]].end)
        return Said(cue, owner.span(tokens), "gent", None, nouns[-1], owner.person)
    free = [i for i in nouns if i == 0 or not _is_aside(tokens[i - 1].text)]  # «слова Лунина из интервью»
    for i in reversed(free or nouns):
        token = tokens[i]
        if token.is_word and not is_preposition(token.text) and lemmas(token.text) & SPEECH_NOUNS:
            cue = Span(token.start, token.end)
            owner = _owner(tokens, i + 1)
            if owner is not None and any(t.text == "и" for t in tokens[owner.last + 1 :]):
                return Said(cue, None, "nomn", None, i)  # «подпись родителя и ещё одна строка: «…»»
            if owner is not None:  # «Слова Лунина: «…»», «записка директора: «…»», «ответ мэрии: «…»»
                return Said(cue, owner.span(tokens), "gent", None, owner.last, owner.person)
            subject = _maker(tokens, i) if not lemmas(token.text) & SIGNS else None
            if subject is not None and not subject.first <= i <= subject.last:
                return Said(cue, subject.span(tokens), "nomn", None, i, subject.person)
            return Said(cue, None, "nomn", None, i)
    return None


def _in_text(tokens: Sequence[Token]) -> Phrase | None:
    """Whose text it is in which a line stands: «в оде поэта есть строка»."""
    for i in range(min(4, len(tokens) - 2)):
        if tokens[i].text.lower() in {"в", "во"} and has_case(tokens[i + 1].text, "loct"):
            owner = _owner(tokens, i + 2)
            return owner if owner is not None and owner.person else None
    return None


def _is_aside(word: str) -> bool:
    """Whether a preposition puts a noun aside; «с» does not: «прислал письмо с резолюцией»."""
    return is_preposition(word) and word.lower() not in {"с", "со"}


def _owner(tokens: Sequence[Token], at: int) -> Phrase | None:
    """Whose a text is: a person, or what is named or known as a body."""
    if at >= len(tokens):
        return None
    if tokens[at].is_quoted:
        return Phrase(at, at, False, None, None) if lemmas(tokens[at - 1].text) & PASSED_ON else None
    owner = phrase_at(tokens, at, "gent")
    if owner is None or owner.person:
        return owner
    bodies = any(token.is_quoted or is_body(token) for token in tokens[owner.first : owner.last + 1])
    return owner if bodies else None
