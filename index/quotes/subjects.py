"""Which verbs of speech stand in a row of tokens, and which naming phrase is the subject of one?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.model import Span

from .cues import CLASS_NOUNS, lemmas, speech_reading
from .grammar import CASES, NAME_MARKS, Reading, is_preposition, mostly, readings
from .heads import SURNAME_ENDING, opens_aside
from .kept import kept
from .phrases import Phrase, phrase_at, phrases
from .tokens import TEXT, Token

OWNERS = frozenset({"его", "её", "ее", "их"})


MAX_NAMED = 8  # tokens of what «который» goes back to


class Said(NamedTuple):
    """A cue and whom it gives the words to. `case` is that of the mention, `gender` that of the verb, if it shows one.

    `last` is the index of the last token of the two.
    """

    cue: Span | None
    mention: Span | None
    case: str
    gender: str | None
    last: int
    person: bool = False


def speech_verbs(tokens: Sequence[Token]) -> list[tuple[int, Reading]]:
    """Index and reading of every verb of speech among the tokens."""
    found = [(i, verb) for i, verb in enumerate(map(_mostly_speech, map(TEXT, tokens))) if verb is not None]
    return [
        (i, verb)
        for i, verb in found
        if verb.lemma != "следовать" or any(t.text.lower() == "из" for t in tokens[: i + 2])
    ]


def is_speech_verb(word: str) -> bool:
    """Whether a word is most likely a verb of speech."""
    return _mostly_speech(word) is not None


@kept
def _mostly_speech(word: str) -> Reading | None:
    reading = speech_reading(word) if word[0].isalnum() else None
    return reading if reading is not None and mostly(word, "VERB", "GRND", "PRTS", "ADJS") else None


def finite_verb(token: Token, *, likely: bool = True) -> Reading | None:
    """The token as a finite verb, if that is most likely what it is (or, not `likely`, if it can be one)."""
    return _finite_verb(token.text, likely)


@kept
def _finite_verb(word: str, likely: bool) -> Reading | None:
    if not word[0].isalnum() or (likely and not mostly(word, "VERB")):
        return None
    return next((r for r in readings(word) if r.pos == "VERB" and "impr" not in r.marks), None)


def clause_end(tokens: Sequence[Token], start: int) -> int:
    """The end of the clause that starts at `start`; a gerund's clause in between is passed over."""
    i = start
    while i < len(tokens):
        if tokens[i].text in {",", "—", "–", ":", ";"}:
            behind = tokens[i + 1] if i + 1 < len(tokens) else None
            if tokens[i].text == "," and behind is not None and behind.is_word and mostly(behind.text, "GRND"):
                i += 2
                while i < len(tokens) and tokens[i].text != ",":
                    i += 1
                i += 1
                continue
            return i
        i += 1
    return len(tokens)


def agrees(phrase: Phrase, verb: Reading) -> bool:
    """Whether the phrase can be the verb's subject. A woman may have a masculine title."""
    if verb.pos == "GRND":
        return True
    if verb.number == "plur" or phrase.number == "plur":
        return phrase.number in {verb.number, None} or verb.number is None
    if verb.gender is None or phrase.gender is None:
        return True
    return verb.gender == phrase.gender or (verb.gender == "femn" and phrase.gender == "masc" and phrase.person)


def _best(found: Sequence[Phrase], verb: Reading) -> Phrase | None:
    fitting = [phrase for phrase in found if agrees(phrase, verb)]
    return next((phrase for phrase in fitting if phrase.person), fitting[0] if fitting else None)


def subject_after(tokens: Sequence[Token], verb_at: int, verb: Reading) -> Phrase | None:
    """The subject in the clause to the right of its verb: the first person, else the first thing."""
    instead = _instead(tokens, verb_at + 1)
    if instead is not None:
        return subject_after(tokens, instead, verb)
    end = clause_end(tokens, verb_at + 1)
    found = phrases(tokens, verb_at + 1, min(len(tokens), end), "nomn")
    best = _best(found, verb)
    if best is not None and best.last == end - 1 and end < len(tokens) and tokens[end].text == ",":
        longer = phrase_at(tokens, best.first, "nomn")  # «актёр, продюсер и директор …» goes on behind the comma
        return longer or best
    if best is None and verb.gender is not None and (behind := _behind_object(tokens, found, verb)) is not None:
        return behind
    named = [phrase for phrase in found if phrase.named]
    if best is None and len(named) == 1:
        return named[0]  # a name that the dictionary gives to the other gender
    if (best is None or not best.person) and found and _is_surname_like(tokens, found[0], verb_at):
        return found[0]._replace(person=True, named=True)  # «пошутил Шило»
    return best


def _behind_object(tokens: Sequence[Token], found: Sequence[Phrase], verb: Reading) -> Phrase | None:
    """«прокомментировала это решение Орлова»: a name that agrees, behind an object that does not."""
    inner = (
        phrase_at(tokens, k, "nomn")
        for phrase in found
        for k in range(phrase.first + 1, phrase.last + 1)
        if tokens[k].is_capital
    )
    return next((p for p in inner if p is not None and p.named and p.gender is not None and agrees(p, verb)), None)


def _instead(tokens: Sequence[Token], at: int) -> int | None:
    """«ответил не директор, *а* пекарь»: where it says who did."""
    if at >= len(tokens) or tokens[at].text.lower() != "не":
        return None
    end = clause_end(tokens, at)
    return end + 1 if end + 2 < len(tokens) and tokens[end + 1].text == "а" else None


def _is_surname_like(tokens: Sequence[Token], phrase: Phrase, verb_at: int) -> bool:
    """Whether a single word behind a verb is a surname although the dictionary has it as a thing: a capital tells."""
    token = tokens[phrase.first]
    alone = phrase.first == phrase.last == verb_at + 1 and token.is_word and token.is_capital
    found = readings(token.text)
    proper = any(r.marks & {"Geox", "Orgn"} for r in found)
    return alone and not token.is_latin and not token.text.isupper() and not proper and any(r.known for r in found)


def subject_before(tokens: Sequence[Token], verb_at: int, verb: Reading) -> Phrase | None:
    """The subject to the left of its verb: the nearest person that agrees, else the nearest thing."""
    found = phrases(tokens, 0, verb_at, "nomn")
    found = _outside_asides(tokens, found, verb_at) or found
    best = _best(found[::-1], verb) or _pair(tokens, found, verb) or _quoted(tokens, verb_at)
    best = best or _right_before(tokens, verb_at, verb)
    if best is None or not best.person:
        return best
    if not best.named and best.first > 1 and tokens[best.first - 1].text == ",":
        named = next((p for p in found if p.last == best.first - 2 and p.named and agrees(p, verb)), None)
        best = named or best  # «Денис Рябоконь, начальник охраны, сказал»
    if not best.named and (comma := _opens_apposition(tokens, best.first)) is not None:
        best = next((p for p in found if p.last == comma - 1 and p.named and agrees(p, verb)), best)
    if any(token.is_capital for token in tokens):
        return best
    return _joined(found, best)


def _opens_apposition(tokens: Sequence[Token], first: int) -> int | None:
    """The comma before «в прошлом главный», «теперь уже» that leads to an apposition's noun at `first`."""
    for k in range(first - 1, max(-1, first - 6), -1):
        word = tokens[k].text.lower()
        if word == ",":
            return k
        if word not in {"в", "прошлом", "ту", "пору", "то", "время"} and not mostly(word, "ADVB", "PRCL", "ADJF"):
            return None
    return None


def _outside_asides(tokens: Sequence[Token], found: Sequence[Phrase], end: int) -> list[Phrase]:
    """The phrases that are in no relative clause or participle between two commas."""
    asides = []
    for i in range(end):
        if tokens[i].text == "," and opens_aside(tokens, i + 1):
            closing = next((k for k in range(i + 1, end) if tokens[k].text == ","), None)
            if closing is not None:
                asides.append((i, closing))
    return [phrase for phrase in found if not any(a < phrase.first < b for a, b in asides)]


def _pair(tokens: Sequence[Token], found: Sequence[Phrase], verb: Reading) -> Phrase | None:
    """Two singulars before a plural verb: «прокуратура и полиция заявили»."""
    if verb.number != "plur":
        return None
    for one, other in zip(found[-2::-1], found[:0:-1], strict=False):
        if other.first == one.last + 2 and tokens[one.last + 1].text == "и":
            return Phrase(one.first, other.last, one.person and other.person, None, "plur", one.named and other.named)
    return None


def _right_before(tokens: Sequence[Token], verb_at: int, verb: Reading) -> Phrase | None:
    """A name right before its verb that seemed to depend on something: «на заседании кабинета Нетаньяху заявил»."""
    last = verb_at - 1
    while last >= 0 and tokens[last].is_word and mostly(tokens[last].text, "ADVB", "PRCL", "CONJ"):
        last -= 1
    first = last
    while first >= 0 and _may_be_named(tokens[first], verb):
        first -= 1
    if last >= 0 and verb.number == "plur" and tokens[last].text.lower() == "власти":
        return Phrase(last, last, False, None, "plur")  # «после дискуссий власти объявили»
    if first == last or verb.number == "plur":
        return None
    return Phrase(first + 1, last, not tokens[last].is_latin, None, "sing", not tokens[last].is_latin)


def _may_be_named(token: Token, verb: Reading) -> bool:
    if not token.is_word or not token.is_capital:
        return False
    if token.is_latin:
        return True
    found = [r for r in readings(token.text) if r.known]
    named = [r for r in found if r.case == "nomn" and r.marks & NAME_MARKS]
    if not named and SURNAME_ENDING.search(token.text.lower()):
        return True  # «Ливанов»: to the dictionary a form of another word
    if not named and _adjective_surname(token.text, verb.gender):
        return True  # «Полевой прислал»
    if verb.gender is not None and found and all(r.gender == "neut" for r in found):
        return verb.gender != "neut" and {"nomn", "gent", "datv"} <= {r.case for r in found}  # «Рено сказала»
    return not found or any(verb.gender is None or r.gender in {verb.gender, "ms-f", None} for r in named)


@kept
def _adjective_surname(word: str, gender: str | None) -> bool:
    """Whether an adjective can be somebody's surname: of quality or kind, not «Первый», «Такой», «Нынешний»."""
    found = [r for r in readings(word) if r.pos == "ADJF" and r.case == "nomn" and r.number == "sing"]
    plain = [r for r in found if r.gender in {gender, "masc", "femn"} and not r.marks & {"Apro", "Anum"}]
    return (
        bool(plain)
        and word.lower().endswith(("ой", "ий", "ый", "ая", "яя"))
        and any(gender in {None, r.gender} for r in plain)
    )


def _quoted(tokens: Sequence[Token], verb_at: int) -> Phrase | None:
    """A name in marks that stands alone as the subject: ««Прибой» сообщил, что»."""
    for i in range(verb_at - 1, -1, -1):
        before = tokens[i - 1] if i else None
        if tokens[i].is_quoted and tokens[i + 1].is_word:
            owned = before is not None and before.is_word and (lemmas(before.text) & CLASS_NOUNS)
            alone = before is None or not (owned or is_preposition(before.text))
            return Phrase(i, i, False, None, None) if alone else None
    return None


def _joined(found: Sequence[Phrase], best: Phrase) -> Phrase:
    """In a text without capitals a title and a name come apart: «председатель комиссии | юрий | чокин»."""
    for phrase in found[::-1]:
        if phrase.last + 1 == best.first and phrase.person and phrase.number == best.number:
            best = best._replace(first=phrase.first, gender=best.gender or phrase.gender)
    return best


def ends_at(tokens: Sequence[Token], relative: str) -> tuple[Phrase, str] | None:
    """The naming phrase that ends with the last token, and its case: what a relative word stands for. A person first,
    then the longest.
    """
    forms = [r for r in readings(relative) if r.lemma == "который"]
    near = [
        (phrase, case)
        for start in range(max(0, len(tokens) - MAX_NAMED), len(tokens))
        for case in CASES
        if (phrase := phrase_at(tokens, start, case)) is not None
        if any(
            phrase.number in {None, r.number} and (r.number == "plur" or phrase.gender in {None, r.gender})
            for r in forms
        )
    ]
    found = [row for row in near if row[0].last == len(tokens) - 1] or near[-1:]
    return next((row for row in found if row[0].person), found[0] if found else None)
