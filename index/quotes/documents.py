"""Whose words does a sentence pass on, and which document or house speaks in it?

«приводит слова Берёзова», «говорится в письме мэрии», «сообщили в больнице».
"""

from __future__ import annotations

from collections.abc import Sequence

from .body_words import BODIES, PRESS_OFFICES
from .cues import IN_DOCUMENT, SPEECH_NOUNS, lemmas
from .grammar import Reading, has_case, readings
from .kept import kept
from .phrases import Phrase, phrase_at
from .reporting import AGENCIES
from .subjects import OWNERS, clause_end, subject_after
from .tokens import Token

PASSED_ON = frozenset(
    ("письмо", "заявление", "комментарий", "ответ", "сообщение", "пост", "обращение", "цитата", "записка")
)


DOCUMENT_CASES = {"в": "loct", "во": "loct", "на": "loct", "из": "gent"}


def relayed(tokens: Sequence[Token], verb_at: int) -> tuple[Phrase, str] | None:
    """Whose words a medium passes on: «приводит слова Берёзова», «цитирует его «Шестой»»."""
    for i in range(verb_at + 1, len(tokens)):
        if tokens[i].is_word and "слово" in lemmas(tokens[i].text) and i + 1 < len(tokens):
            phrase = phrase_at(tokens, i + 1, "gent")
            if phrase is not None:
                return phrase, "gent"
    for i in range(verb_at + 1, clause_end(tokens, verb_at + 1)):
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
    for i in range(verb_at + 1, clause_end(tokens, verb_at + 1)):
        phrase = phrase_at(tokens, i, "accs") if not tokens[i].is_latin else None
        if phrase is not None and (phrase.person or _is_only_object(tokens[i].text)):
            return phrase, "accs"
    return None


@kept
def _is_only_object(word: str) -> bool:
    """Whether a body's word shows that it is quoted, and does not quote: «цитирует «Вестник» прокуратуру»."""
    cases = {r.case for r in readings(word) if r.pos == "NOUN"}
    return "accs" in cases and "nomn" not in cases and bool(lemmas(word) & (BODIES | PRESS_OFFICES))


def press_office(tokens: Sequence[Token], verb_at: int, verb: Reading) -> tuple[Phrase, str] | None:
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
    behind = range(verb_at + 1, min(verb_at + 6, clause_end(tokens, verb_at + 1), len(tokens) - 1))
    ahead = range(min(verb_at, len(tokens) - 1))
    found: tuple[Phrase, str] | None = None
    for i in (*behind, *ahead):
        case = DOCUMENT_CASES.get(tokens[i].text.lower())
        if case is None or (case == "gent" and not is_passive(verb) and i != verb_at + 1):
            continue  # «заявили о выходе из союза», not «сообщили из мэрии»
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
