"""Which organisation speaks, where a mention names a body, a document or a press office?

A document's words are those of the body that issued it («в сообщении министерства» → the ministry); a body that is
called by its kind only («ведомство», «компания») is the last one of that kind that the article named more fully.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from index.model import Span

from .body_names import ACRONYM, LEAST_PART, SHORTENED, body_tokens, in_nominative, name_of_body
from .body_words import (
    BODIES,
    FIRMS,
    HIGHEST,
    INSTITUTIONS,
    KIN,
    OFFICES_SHORT,
    PRESS_OFFICES,
    TOLD_BY_ADJECTIVE,
    VAGUE,
    WITH_A_MATTER,
)
from .cues import CLASS_NOUNS, lemmas
from .declension import fold
from .governed import governed_end
from .grammar import Reading, is_known, is_preposition, mostly, readings
from .heads import looks_like_name
from .phrases import phrase_at
from .reporting import AGENCIES
from .role_words import EXPANSIONS, LIGHT, OF_AN_OFFICE
from .tokens import Token

OWN_NAME = re.compile(r"[«\"„“A-Za-z]")


WORD_BEFORE = re.compile(r"(?<![^\W\d_])([^\W\d_]+(?:-[^\W\d_]+)?)[ \u00a0]+$")


_MEDIUM = r"(?:[«\"„“]([А-ЯЁA-Z][^«»\"„“”\n]{1,40})[»\"“”]|((?<![\w-])[A-Z][\w.&-]*(?: [A-Z][\w.&-]*)*))"


_PASSES = r"(?:сообща|сообщи|пиш|писал|переда|опубликова|рассказа|утвержда|опровер|выясни|отмеча|цитиру|приводи)[а-яё]*"


PASSES_ON = re.compile(rf"{_MEDIUM}[ \u00a0]{_PASSES}|{_PASSES}[ \u00a0](?:[а-яё]+[ \u00a0])?{_MEDIUM}")


SUBJECT_WITHIN = 3000  # code points before a mention in which a body may have been named more fully


MOST_TOKENS = 12


LATIN_NAME = re.compile(r"(?<![\w./-])[A-Z][A-Za-z0-9&]+(?: [A-Z][A-Za-z0-9&]+)*(?![\w./-]\w)")


MOST_NAMED = 3


LEAST_SUBJECTS = 2


def is_abbreviation(word: str) -> bool:
    """Whether a word is short for a body: «МЧС», «Минтранс», «Росрыболовство»."""
    if ACRONYM.match(word) is not None or fold(word) in EXPANSIONS:
        return True
    return SHORTENED.match(word) is not None and not is_known(word)


def is_body(token: Token) -> bool:
    """Whether a word names a body, by its kind or as an acronym."""
    if ACRONYM.match(token.text) is not None:
        return True
    found = lemmas(token.text) | _first_part(token.text)
    return bool(found & (BODIES | CLASS_NOUNS)) or any(fold(lemma) in OFFICES_SHORT for lemma in found)


def _first_part(word: str) -> frozenset[str]:
    """The lemmas of what a word with a hyphen begins with: «компания-застройщик»."""
    first, hyphen, _ = word.partition("-")
    return frozenset(lemmas(first)) & BODIES if hyphen and len(first) > LEAST_PART else frozenset()


def is_agency(tokens: Sequence[Token]) -> bool:
    """Whether a body of a state is named: «Минтранс», «ГУ МЧС по области», «служба охраны»."""
    first = tokens[0]
    found = {fold(lemma) for lemma in lemmas(first.text)} if first.is_word else set()
    if "агентство" in found and len(tokens) > 1 and (tokens[1].is_latin or tokens[1].is_quoted):
        return False  # of news
    place = any("Geox" in r.marks for r in readings(first.text)) if first.is_word else True
    short = not (first.is_latin or place) and (ACRONYM.match(first.text) or SHORTENED.match(first.text))
    if "ведомство" in found and len(tokens) > 1:  # «военное ведомство Норландии»
        return True
    return bool(short) or bool(found & (OFFICES_SHORT | KIN["ведомство"] | {"полиция", "гидрометцентр"}))


def fuller(text: str, kind: str, at: int) -> str | None:
    """The last body of this kind that the text names more fully before `at`, then behind it."""
    kinds = frozenset((kind,)) | KIN.get(kind, frozenset())
    start, end = max(0, at - SUBJECT_WITHIN), min(len(text), at + SUBJECT_WITHIN)
    found = _last_named(text, kinds, start, at) or _last_named(text, kinds, at, end, first=True)
    if found is None and kind in INSTITUTIONS | TOLD_BY_ADJECTIVE:
        found = _last_named(text, frozenset((kind,)), start, at, adjective=True)
    return found


def medium_before(text: str, kind: str, at: int) -> str | None:
    """The medium that passed on news last before `at`: a name in marks or Latin letters beside such a verb.

    An agency is no paper.
    """
    last = None
    for found in PASSES_ON.finditer(text, max(0, at - SUBJECT_WITHIN), at):
        name = next(name for name in found.groups() if name).rstrip(".")
        if kind == "агентство" or fold(name) not in AGENCIES:
            last = name
    return last


def owners_before(text: str, kind: str, at: int) -> list[Span]:
    """Where a document of this kind is given to an owner («доклад фонда») before `at`, nearest first."""
    kinds = frozenset((kind,))
    found: list[Span] = []
    for word in _stems(kinds).finditer(text, max(0, at - SUBJECT_WITHIN), at):
        if not lemmas(word[0]) & kinds:
            continue
        line = text.find("\n", word.end())
        tokens = body_tokens(text, word.end(), min(line if line >= 0 else len(text), word.end() + 120, at))
        phrase = phrase_at(tokens, 0, "gent") if tokens and not tokens[0].is_quoted else None
        if phrase is not None:
            found.append(phrase.span(tokens))
    return found[::-1]


SUBJECT = re.compile(r"(?<![\w-])([A-Z][\w.&-]*(?: [A-Z][\w.&-]*)*|[«\"][^«»\"\n]{2,40}[»\"]) ([а-яё]{4,})")


def main_body(text: str, kind: str) -> str | None:
    """The firm that a text is about: the name in Latin letters or quotation marks that most often does something.

    Only for words for firms, only twice at least, and more often than any other.
    """
    if kind not in FIRMS:
        return None
    count: dict[str, int] = {}
    for found in SUBJECT.finditer(text):
        if readings(found[2])[0].pos == "VERB":
            name = found[1].strip('«»"')
            count[name] = count.get(name, 0) + 1
    best = sorted(count, key=lambda name: count[name], reverse=True)[:2]
    if best and count[best[0]] >= LEAST_SUBJECTS and (len(best) < 2 or count[best[1]] < count[best[0]]):
        return best[0]
    return _most_named(text)


def _most_named(text: str) -> str | None:
    """The name in Latin letters that a text says thrice at least, and twice as often as any other."""
    count: dict[str, int] = {}
    for found in LATIN_NAME.finditer(text):
        count[found[0]] = count.get(found[0], 0) + 1
    best = sorted(count, key=lambda name: count[name], reverse=True)[:2]
    if not best or count[best[0]] < MOST_NAMED or (len(best) > 1 and count[best[0]] < 2 * count[best[1]]):
        return None
    return best[0]


@lru_cache(1 << 10)
def _stems(kinds: frozenset[str]) -> re.Pattern[str]:
    stems = sorted({kind[: max(3, len(kind) - 2)] for kind in kinds}, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, stems))})\w*", re.IGNORECASE)


def _last_named(
    text: str, kinds: frozenset[str], start: int, end: int, *, first: bool = False, adjective: bool = False
) -> str | None:
    last: str | None = None
    for found in _stems(kinds).finditer(text, start, end):
        if not lemmas(found[0]) & kinds:
            continue
        line = text.find("\n", found.end())
        tokens = body_tokens(text, found.start(), min(line if line >= 0 else len(text), found.end() + 120))
        name = _with_adjective(text, tokens[0]) if adjective else _named_in_full(text, tokens)
        if name is not None:
            if first:
                return name
            last = name
    return last


def _named_in_full(text: str, tokens: Sequence[Token]) -> str | None:
    """As `_named_from`, with the adjective in capitals that belongs to the name: «*Следственный* комитет Вендии»."""
    name = _named_from(tokens)
    before = WORD_BEFORE.search(text, max(0, tokens[0].start - 40), tokens[0].start)
    if before is None or not before[1][0].isupper() or (name is not None and OWN_NAME.search(name) is not None):
        return name
    inside = re.search(rf"[\w,»][ \u00a0]{re.escape(before[1][:-2])}", text) is not None  # no sentence begins there
    told = _with_adjective(text, tokens[0]) if inside else None
    return told + "".join((name or "").partition(" ")[1:]) if told is not None else name


def press_office_of(text: str, kind: str, at: int) -> str | None:
    """The press office that the text named last before `at`, where it is one of a body of this kind."""
    name = _last_named(text, PRESS_OFFICES, max(0, at - SUBJECT_WITHIN), at)
    words = name.split() if name is not None else []
    return name if len(words) > 1 and kind in lemmas(words[1]) else None


def _named_from(tokens: Sequence[Token]) -> str | None:
    """The name that starts with a body's kind at the first token, in whatever case it stands."""
    nouns: list[Reading] = [r for r in readings(tokens[0].text) if r.pos == "NOUN" and r.case]
    for k, token in enumerate(tokens):
        if k and looks_like_name(token) and not any(r.marks & {"Geox", "Orgn"} for r in readings(token.text)):
            tokens = tokens[:k]
            break
    for reading in nouns:
        case = reading.case or "nomn"
        phrase = phrase_at(tokens[:MOST_TOKENS], 0, case)
        if phrase is not None and phrase.last == 0 and (end := _matter_end(tokens)):
            return in_nominative(tokens[:end], 0, case)
        if phrase is not None and phrase.last > 0:
            return name_of_body(tokens[: phrase.last + 1], case)
    return None


def _matter_end(tokens: Sequence[Token]) -> int:
    """The index behind «по делам молодёжи» that follows a body's kind; 0 without it."""
    if len(tokens) < 3 or tokens[1].text != "по" or not lemmas(tokens[0].text) & WITH_A_MATTER:
        return 0
    end = governed_end(tokens, 1)
    if end + 1 < len(tokens) and tokens[end].text.islower() and mostly(tokens[end].text, "ADVB"):
        end += 1  # «по вопросам временно занятых земель»
    more = phrase_at(tokens, end, "gent") if end < len(tokens) and tokens[end].is_word else None
    if more is None:
        return 0 if tokens[end - 1].text in {"вопросам", "делам"} else end
    return more.last + 1


def _with_adjective(text: str, noun: Token) -> str | None:
    """The kind with an adjective that tells which one: «городской суд»."""
    found = WORD_BEFORE.search(text, max(0, noun.start - 40), noun.start)
    if found is None or found[1].lower() in VAGUE:
        return None
    adjective = Token(found[1], found.start(1), found.end(1))
    for reading in readings(noun.text):
        agreeing = [
            r
            for r in readings(adjective.text)
            if r.pos == "ADJF" and r.case == reading.case and r.number == reading.number and "Apro" not in r.marks
            if r.gender in {None, reading.gender}
        ]
        if reading.pos == "NOUN" and reading.case and reading.number == "sing" and agreeing:
            lemma, quality = agreeing[0].lemma, "Qual" in agreeing[0].marks and agreeing[0].lemma not in HIGHEST
            if lemma in LIGHT or lemma in VAGUE or quality:
                return None
            return in_nominative((adjective, noun), 1, reading.case)
    return None


def without_preposition(tokens: list[Token]) -> list[Token]:
    """The tokens of a mention without «в», «на», «из» before it."""
    while tokens and tokens[0].is_word and is_preposition(tokens[0].text):
        tokens = tokens[1:]
    return tokens


def is_place(name: str) -> bool:
    """Whether a name is nothing but a place: «Москва» issues no statements."""
    return " " not in name and any("Geox" in r.marks for r in readings(name))


def of_an_office(kind: str) -> bool:
    """Whether the word names a body by its kind only."""
    return kind in BODIES or kind in OF_AN_OFFICE
