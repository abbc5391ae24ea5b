"""Who goes with a verb of speech? The verb in a row of tokens, and the naming phrase that is its speaker."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from index.analysis.lemma import lexicon
from index.model import Span

from .cues import (
    CLASS_NOUNS,
    IN_DOCUMENT,
    MAKES_WORDS,
    RELAY,
    SIGNS,
    SOURCE_NOUNS,
    SPEECH_NOUNS,
    lemmas,
    speech_reading,
)
from .declension import fold
from .grammar import CACHED_WORDS, CASES, NAME_MARKS, Reading, has_case, is_preposition, mostly, readings
from .organisations import PRESS_OFFICES, is_body
from .phrases import SURNAME_ENDING, Phrase, Token, opens_aside, phrase_at, phrases
from .reporting import AGENCIES

OWNERS = frozenset({"его", "её", "ее", "их"})
PARTS_OF_TEXT = frozenset(("строка", "строчка", "фраза", "слово", "пункт", "абзац"))
MAX_NAMED = 8  # tokens of what «который» goes back to
PASSED_ON = frozenset(
    ("письмо", "заявление", "комментарий", "ответ", "сообщение", "пост", "обращение", "цитата", "записка")
)
SOURCE_PREPOSITIONS = {"по": "datv", "со": "gent", "с": "gent", "на": "accs"}
SOURCES = frozenset((*SOURCE_PREPOSITIONS, "согласно"))
MAX_SOURCE_MODIFIERS = 2  # «по предварительным данным», «по его собственным словам»
DOCUMENT_CASES = {"в": "loct", "во": "loct", "на": "loct", "из": "gent"}


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
    found = []
    for i, token in enumerate(tokens):
        reading = _mostly_speech(token.text) if token.text[0].isalnum() else None
        if reading is not None and (
            reading.lemma != "следовать" or any(t.text.lower() == "из" for t in tokens[: i + 2])
        ):
            found.append((i, reading))
    return found


def is_speech_verb(word: str) -> bool:
    """Whether a word is most likely a verb of speech."""
    return _mostly_speech(word) is not None


@lru_cache(CACHED_WORDS)
def _mostly_speech(word: str) -> Reading | None:
    reading = speech_reading(word)
    return reading if reading is not None and mostly(word, "VERB", "GRND", "PRTS", "ADJS") else None


def finite_verb(token: Token, *, likely: bool = True) -> Reading | None:
    """The token as a finite verb, if that is most likely what it is (or, not `likely`, if it can be one)."""
    return _finite_verb(token.text, likely) if token.is_word else None


@lru_cache(CACHED_WORDS)
def _finite_verb(word: str, likely: bool) -> Reading | None:
    if likely and not mostly(word, "VERB"):
        return None
    return next((r for r in readings(word) if r.pos == "VERB" and "impr" not in r.marks), None)


def _comma(tokens: Sequence[Token], start: int) -> int:
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
    end = _comma(tokens, verb_at + 1)
    found = phrases(tokens, verb_at + 1, min(len(tokens), end), "nomn")
    best = _best(found, verb)
    if best is not None and best.last == end - 1 and end < len(tokens) and tokens[end].text == ",":
        longer = phrase_at(tokens, best.first, "nomn")  # «актёр, продюсер и директор …» goes on behind the comma
        return longer or best
    named = [phrase for phrase in found if phrase.named]
    if best is None and len(named) == 1:
        return named[0]  # a name that the dictionary gives to the other gender
    if (best is None or not best.person) and found and _is_surname_like(tokens, found[0], verb_at):
        return found[0]._replace(person=True, named=True)  # «пошутил Шило»
    return best


def _instead(tokens: Sequence[Token], at: int) -> int | None:
    """«ответил не директор, *а* пекарь»: where it says who did."""
    if at >= len(tokens) or tokens[at].text.lower() != "не":
        return None
    end = _comma(tokens, at)
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
    return not found or any(verb.gender is None or r.gender in {verb.gender, "ms-f", None} for r in named)


@lru_cache(CACHED_WORDS)
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


def relayed(tokens: Sequence[Token], verb_at: int) -> tuple[Phrase, str] | None:
    """Whose words a medium passes on: «приводит слова Берёзова», «цитирует его «Шестой»»."""
    for i in range(verb_at + 1, len(tokens)):
        if tokens[i].is_word and "слово" in lemmas(tokens[i].text) and i + 1 < len(tokens):
            phrase = phrase_at(tokens, i + 1, "gent")
            if phrase is not None:
                return phrase, "gent"
    for i in range(verb_at + 1, _comma(tokens, verb_at + 1)):
        passed_on = tokens[i].is_word and bool(lemmas(tokens[i].text) & PASSED_ON)
        letter = phrase_at(tokens, i, "accs") if passed_on else None
        if letter is not None and letter.last > i:
            return letter, "accs"
    for i in range(verb_at + 1, len(tokens)):
        if tokens[i].text.lower() in OWNERS:
            return Phrase(i, i, True, None, None), "accs"
    for i in range(min(verb_at, len(tokens) - 1)):  # «место из её речи приводит «Вестник»»
        if tokens[i].text.lower() in OWNERS and lemmas(tokens[i + 1].text) & (SPEECH_NOUNS | PASSED_ON):
            return Phrase(i, i, True, None, None), "gent"
    for i in range(verb_at + 1, _comma(tokens, verb_at + 1)):
        phrase = phrase_at(tokens, i, "accs") if not tokens[i].is_latin else None
        if phrase is not None and phrase.person:
            return phrase, "accs"
    return None


def _press_office(tokens: Sequence[Token], verb_at: int, verb: Reading) -> tuple[Phrase, str] | None:
    """«передаёт пресс-служба завода»: it is no medium, and passes on its own words."""
    found = subject_after(tokens, verb_at, verb) if verb.number == "sing" else None
    press = found is not None and any(lemmas(t.text) & PRESS_OFFICES for t in tokens[found.first : found.last + 1][:2])
    return (found, "nomn") if found is not None and press else None


def in_document(tokens: Sequence[Token], verb_at: int, verb: Reading) -> tuple[Phrase, str] | None:
    """The document or house that speaks: «говорится в письме мэрии», «сообщили в больнице»."""
    if verb.lemma not in IN_DOCUMENT and verb.number != "plur":
        return None
    hand = _by_hand_of(tokens) if is_passive(verb) else None
    if hand is not None:
        return hand, "gent"
    behind = range(verb_at + 1, min(verb_at + 6, _comma(tokens, verb_at + 1), len(tokens) - 1))
    ahead = range(min(verb_at, len(tokens) - 1))
    found: tuple[Phrase, str] | None = None
    for i in (*behind, *ahead):
        case = DOCUMENT_CASES.get(tokens[i].text.lower())
        if case is None:
            continue
        if tokens[i + 1].text.lower() in OWNERS:  # «говорится в его заявлении»
            return Phrase(i + 1, i + 1, True, None, None), "gent"
        phrase = phrase_at(tokens, i + 1, case)
        if tokens[i + 1].is_quoted:
            phrase = Phrase(i + 1, i + 1, False, None, None)
        if phrase is None:
            continue
        if not any("Geox" in r.marks for r in readings(tokens[phrase.first].text)):
            return phrase, case
        found = found or (phrase, case)  # «в Окольске в больнице сообщили»: the place only if nothing else
    return found


def _by_hand_of(tokens: Sequence[Token]) -> Phrase | None:
    """Whose hand wrote: «рукой директора выведено»."""
    i = next((i for i, token in enumerate(tokens[:-1]) if token.text.lower() in {"рукой", "рукою", "почерком"}), None)
    phrase = phrase_at(tokens, i + 1, "gent") if i is not None else None
    return phrase if phrase is not None and phrase.person else None


def is_passive(verb: Reading) -> bool:
    """Whether a verb of speech says where words stand, not who says them: «говорится», «сказано», «следует»."""
    return verb.lemma in IN_DOCUMENT and (verb.pos == "PRTS" or verb.lemma.endswith("ся") or verb.lemma == "следовать")


def said_in_house(tokens: Sequence[Token], verb_at: int, verb: Reading) -> tuple[Phrase, str] | None:
    """«сообщили журналистам в управлении порта», «сообщили ТАСС в мэрии»: a verb in the plural, and a house behind
    it.
    """
    if verb.number != "plur" or verb.pos != "VERB":
        return None
    for i in range(verb_at + 1, min(verb_at + 4, len(tokens) - 1)):
        if tokens[i].text.lower() in {"в", "во"}:
            phrase = phrase_at(tokens, i + 1, "loct")
            return (phrase, "loct") if phrase is not None and not phrase.person else None
        agency = tokens[i].text.lower() in AGENCIES or (i > verb_at + 1 and tokens[i].text == "Новости")
        if not tokens[i].is_word or (has_case(tokens[i].text, "nomn") and not agency):
            return None
    return None


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
        return _said(tokens, verb_at, verb, relayed(tokens, verb_at) or _press_office(tokens, verb_at, verb))
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
    for i, token in enumerate(tokens[:-1]):
        said = source_at(tokens, i) if token.text.lower() in SOURCES else None
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
        return Said(cue, phrase.span(tokens), "gent", None, phrase.last, phrase.person)
    return None


@lru_cache(CACHED_WORDS)
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
