"""What is a body called in the nominative, as its article writes it?

«в сообщении «Речного дозора»» → Речной дозор, «в окольском суде» → окольский суд, «Нацфронт» → Национальный фронт.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from index.analysis.lemma import parses

from .declension import fold
from .grammar import is_known, readings
from .heads import slipped_hyphen
from .kept import kept
from .places import PLACE_ADJECTIVE, is_unknown_place
from .tokens import Token, tokenise

ACRONYM = re.compile(r"[А-ЯЁA-Z][А-ЯЁA-Zа-яё]*[А-ЯЁA-Z0-9](?:[-–][\w]+)?$")


SHORTENED = re.compile(r"(?:Мин|Гос|Рос|Глав|Гор|Обл|Край|Центр|Мос|Ген|Рай)[а-яё]{3,}")


QUOTED = re.compile(r"[«\"„“]([^«»\"„“”]+)[»\"“”]")


TWO_WORDS = re.compile(r"(?<![\w-])([А-ЯЁ][а-яё]{4,}) ([А-ЯЁа-яё][а-яё]{2,})(?![\w-])")


LEAST_PART = 3  # letters that a contraction keeps of each of two words


CASE_ENDINGS = frozenset(
    ("", *"аяуюеиыойь", "ом", "ем", "ам", "ям", "ах", "ях", "ами", "ями", "ой", "ей", "ью", "ов", "ев")
)


MOSTLY_NOUN = 0.3  # share of a word's readings


def lemma_of(token: Token, case: str) -> str:
    """The lemma of a word in the wanted case, else its likeliest one."""
    found = readings(token.text)
    fitting = [r for r in found if r.pos == "NOUN" and r.case == case]
    return (fitting or list(found))[0].lemma


def head_at(tokens: Sequence[Token], case: str) -> int | None:
    """The index of the first noun in the wanted case."""
    for i, token in enumerate(tokens):
        if is_unknown_place(token.text) and i + 1 < len(tokens) and tokens[i + 1].text.islower():
            continue  # «Окольская прокуратура»
        found = readings(token.text) if token.is_word else ()
        if token.text.islower() and i + 1 < len(tokens) and _modifies(token.text, tokens[i + 1].text, case):
            continue  # «главного редактора»
        nominal = sum(r.score for r in found if r.pos == "NOUN") >= MOSTLY_NOUN or i + 1 == len(tokens)
        if nominal and any(r.pos == "NOUN" and r.case == case for r in found):
            return i
        if token.is_word and not any(r.pos in {"ADJF", "PRTF", "NUMR"} for r in readings(token.text)):
            return i if token.is_capital or token.is_latin else None
    return None


@kept
def _modifies(word: str, noun: str, case: str) -> bool:
    """Whether a word in this case can be an adjective of a noun behind it, though it may be a noun as well."""
    adjective = any(r.pos == "ADJF" and r.case == case and r.known for r in readings(word))
    return adjective and noun.islower() and any(r.pos == "NOUN" and r.case == case for r in readings(noun))


def body_tokens(text: str, start: int, end: int) -> list[Token]:
    """The tokens of a mention, what stands in quotation marks as one."""
    out: list[Token] = []
    at = start
    for quoted in QUOTED.finditer(text, start, end):
        out += tokenise(text, at, quoted.start())
        out.append(Token(f"«{quoted[1]}»", *quoted.span()))
        at = quoted.end()
    out += tokenise(text, at, end)
    return [part for token in out for part in _parted(token)] if "-" in text[start:end] else out


def _parted(token: Token) -> tuple[Token, ...]:
    """A token; two of one that a slip of the pen ties together («управлении-пресс-службы»)."""
    if "-" not in token.text or token.is_quoted or slipped_hyphen(token.text) is None:
        return (token,)
    first, _, rest = token.text.partition("-")
    middle = token.start + len(first)
    return Token(first, token.start, middle), Token(rest, middle + 1, token.end)


def _of_a_place(tokens: Sequence[Token], i: int) -> bool:
    """Whether an adjective with a capital letter tells which one: «*Окольская* городская дума»."""
    return tokens[i].is_capital and (i > 0 or PLACE_ADJECTIVE.search(tokens[i].text) is not None)


@lru_cache(1 << 12)
def _inflected(word: str, case: str, gender: str | None) -> str:
    """A word of this case in the nominative, letter case kept; an adjective in the noun's gender."""
    if not is_known(word):
        parts = word.split("-")
        if len(parts) > 1:
            return "-".join(_inflected(part, case, gender) for part in parts)
        return _like_its_end(word, case) or _of_unknown_place(word, gender) or word
    for parse in parses(word.lower()):
        tag = parse.tag
        if str(tag.case) not in {case, f"{case[:3]}1", f"{case[:3]}2"} or tag.POS not in {"NOUN", "ADJF", "PRTF"}:
            continue
        grammemes = {"nomn"} | ({str(tag.number)} if tag.number else set())
        if tag.POS != "NOUN" and gender is not None and str(tag.number) == "sing":
            grammemes.add(gender)
        inflected = parse.inflect(grammemes)
        if inflected is not None:
            made: str = inflected.word
            if word.isupper() and len(word) > 1:
                return made.upper()
            return made[:1].upper() + made[1:] if word[:1].isupper() else made
    return word


def _like_its_end(word: str, case: str) -> str | None:
    """A contraction declines as the word that ends it: «Росрыболовстве» → «Росрыболовство»."""
    if SHORTENED.match(word) is None:
        return None
    for at in range(LEAST_PART, len(word) - LEAST_PART):
        end = word[at:]
        if is_known(end):
            known = any(r.pos == "NOUN" and r.case == case and r.number == "sing" for r in readings(end))
            return word[:at] + _inflected(end, case, None) if known else None
    return None


def _of_unknown_place(word: str, gender: str | None) -> str | None:
    """An adjective of a place that no dictionary has, in the nominative: «окольском» → «окольский»."""
    ending = PLACE_ADJECTIVE.search(word)
    if ending is None or gender is None:
        return None
    return word[: ending.start(1)] + {"masc": "ий", "femn": "ая", "neut": "ое"}[gender]


def in_nominative(tokens: Sequence[Token], head: int, case: str) -> str:
    """The phrase with its head and what agrees with it in the nominative, and the rest as it stands."""
    words: list[str] = []
    nouns = [r for r in readings(tokens[head].text) if r.pos == "NOUN" and r.case == case and r.number != "plur"]
    gender = nouns[0].gender if nouns and nouns[0].gender in {"masc", "femn", "neut"} else None
    for i, token in enumerate(tokens):
        if case != "nomn" and i <= head and token.is_word and not _is_fixed(token):
            words.append(_inflected(token.text, case, gender))
        else:
            words.append(token.text)
    out = ""
    for i, word in enumerate(words):
        glue = i and tokens[i].start > tokens[i - 1].end
        out += (" " if glue else "") + word
    return out


def _is_fixed(token: Token) -> bool:
    return token.is_latin or (token.text.isupper() and len(token.text) > 1) or token.text[0].isdigit()


def _quoted_name(token: Token, case: str) -> str:
    """A name in marks that declines («в сообщении «Речного дозора»») in the nominative, any other as it stands."""
    inner = tokenise(token.text, 1, len(token.text) - 1)
    first = readings(inner[0].text) if inner and inner[0].is_word else ()
    head = head_at(inner, case) if any(r.case == case for r in first) else None
    declined = head is not None and (case == "loct" or not any(r.case == "nomn" for r in first))
    return in_nominative(inner, head, case) if declined and head is not None else token.text[1:-1]


def written_elsewhere(text: str, name: str) -> str:
    """A name in marks that no dictionary has as the text writes it in its shortest form: «Экограда» → «Экоград»."""
    if " " in name or is_known(name) or name.isascii():
        return name
    stem = fold(name)[:-1]
    forms = [
        found[1] for found in QUOTED.finditer(text) if fold(found[1]) in {stem, stem + "ь", stem + "й", stem + "о"}
    ]
    return forms[0] if forms else name


def written_out(text: str, word: str) -> str | None:
    """The two words that one is contracted of, where the text has them: «Нацфронт» → «Национальный фронт»."""
    if len(word) < 2 * LEAST_PART or is_known(word) or not word[0].isupper():
        return None
    short = fold(word)
    for found in TWO_WORDS.finditer(text):
        first, second = fold(found[1]), fold(found[2])
        begins = _shared(first, short)
        ends = _shared(second, short[begins:])
        same = {second[ends:], short[begins + ends :]} <= CASE_ENDINGS
        if min(begins, ends) >= LEAST_PART and same and (name := _agreeing(tokenise(text, *found.span()))) is not None:
            return name
    return None


def _shared(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _agreeing(tokens: Sequence[Token]) -> str | None:
    """An adjective and its noun in the nominative."""
    if len(tokens) != 2:
        return None
    adjective, noun = (readings(token.text) for token in tokens)
    of_both = {a.case for a in adjective if a.pos == "ADJF"}
    cases = [r.case for r in noun if r.pos == "NOUN" and r.case is not None and r.case in of_both]
    return in_nominative(tokens, 1, cases[0]) if cases else None


def name_of_body(tokens: Sequence[Token], case: str) -> str | None:
    """The name of the body that the tokens name, in the nominative; None where they name only its kind."""
    head = head_at(tokens, case)
    if len(tokens) == 1 and tokens[0].is_quoted:
        return _quoted_name(tokens[0], case)
    if head is None:
        if tokens and (tokens[0].is_latin or ACRONYM.match(tokens[0].text)):
            return in_nominative(tokens, 0, "nomn")
        return None
    if head > 1:
        first = next((i for i in range(head) if _of_a_place(tokens, i)), head - 1)
        tokens, head = tokens[first:], head - first  # «известная окольская газета «Маяк»»: one word before it is enough
    word = tokens[head].text
    if len(tokens) == 1 and not (tokens[head].is_capital and (ACRONYM.match(word) or tokens[head].is_latin)):
        return None
    return in_nominative(tokens, head, case)
