"""Which words name somebody? The naming phrases («глава МИД Сергей Лавров») among the tokens of a sentence.

A phrase starts at its modifiers or its head noun, which stands in the wanted case, and goes on to the right through
genitives, names in quotation marks and the person's own name. Adverbials and relative clauses stay outside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from index.model import Span
from index.words import word_set

from .governed import governed_end
from .grammar import Reading, has_case, is_preposition, mostly, readings
from .heads import (
    MAX_MODIFIERS,
    MODIFIERS,
    is_function_word,
    looks_like_name,
    phrase_head,
)
from .phrase_words import (
    ONE_OF,
    SOME,
    fits,
    goes_on_title,
    is_animate,
    is_first_name,
    is_first_name_in_any_case,
    is_modifier,
    is_passed_over,
    may_be_surname,
    may_be_verb,
    may_modify,
    names_stand_behind,
    names_subject,
    same_number,
    starts_nothing,
)
from .places import of_region, tells_which
from .tokens import Token

NO_MODIFIERS = frozenset({"его", "её", "ее", "их", "свой", "своя", "свои", "позднее"})
"""Possessives, and what tells when: «Позднее Рено сказала»."""


OVER = word_set("заведующий заведовать управляющий командующий руководящий")
"""Titles that govern the instrumental: «заведующая клубом»."""


COLLECTIVES = word_set("ряд большинство множество часть группа половина меньшинство пара пул")


ACTING = re.compile(r"[Ии]\. ?о\.$")


SINGLE = frozenset(("один", "одна", "одного", "одной"))


ROMAN = re.compile(r"[IVXLC]+$")


ASIDE_WITHIN = 10  # tokens of brackets inside a phrase


NAME_WITHIN = 12  # words between a preposition inside a phrase and the name that ends it


class Phrase(NamedTuple):
    """A naming phrase: tokens `[first, last]`, and what its head tells of whom it names."""

    first: int
    last: int
    person: bool
    gender: str | None
    number: str | None
    named: bool = False

    def span(self, tokens: Sequence[Token]) -> Span:
        """Where it stands in the article."""
        return Span(tokens[self.first].start, tokens[self.last].end)


def phrase_at(tokens: Sequence[Token], i: int, case: str) -> Phrase | None:
    """The naming phrase in this case that starts exactly at token `i`, or None."""
    word = tokens[i].text
    if starts_nothing(word, case) or (low := word.lower()) in NO_MODIFIERS:
        return None
    if ACTING.match(word) and i + 1 < len(tokens):
        return _acting(tokens, i, case)
    if low in ONE_OF.get(case, ()) and i + 2 < len(tokens) and tokens[i + 1].text == "из":
        return _one_of(tokens, i, case)
    if case == "nomn" and low in SOME and i + 1 < len(tokens):
        group = phrase_at(tokens, i + 1, "gent")  # «несколько очевидцев», «оба штаба»
        return Phrase(i, group.last, group.person, None, "plur") if group is not None else None
    head_at = i
    while (
        head_at < len(tokens) - 1
        and head_at - i < MAX_MODIFIERS
        and may_modify(tokens[head_at].text, case)
        and not (
            tokens[head_at].is_capital
            and head_at > 0
            and phrase_head(tokens, head_at, case) is not None
            and not tells_which(tokens, head_at)
        )
        and (
            phrase_head(tokens, head_at, case) is None
            or _goes_on_nominal(tokens[head_at], tokens[head_at + 1], case)
            or tells_which(tokens, head_at)
        )
    ):
        head_at += 1
    head = phrase_head(tokens, head_at, case)
    token = tokens[head_at]
    if head is None:
        acronym = token.is_capital and token.text.isupper() and len(token.text) > 1
        if (acronym or (token.is_latin and token.is_capital)) and head_at == i and not ROMAN.match(token.text):
            return Phrase(i, _extend(tokens, i, case, False)[0], False, None, None)
        return None
    if head.pos == "NPRO":
        return Phrase(i, head_at, True, head.gender, head.number, named=True)
    named = token.is_capital and looks_like_name(token)
    last, name_follows = _extend(tokens, head_at, case, named, head)
    if case == "nomn" and not (head.animate or named) and head.known and _is_gesture(tokens, head_at, head):
        return None  # «подал голос Штольц»
    if case == "nomn" and not (head.animate or named) and head.known and _first_name_among(tokens, head_at + 1, last):
        return None  # «… из организаторов акции Денис Рябоконь»: a thing has no such name
    gender = None if head.gender == "ms-f" else head.gender
    several = any(tokens[k].text == "и" for k in range(head_at + 1, last))  # «глава думы и мэр»
    number = None if several or head.lemma in COLLECTIVES else head.number
    if len(token.text) > 1 and token.text.isupper():  # «ИА» is no donkey, and «сообщил ЦБ» agrees with its bank
        return Phrase(i, last, False, None, None if case == "nomn" else number)
    return Phrase(i, last, head.animate or named or name_follows, gender, number, named or name_follows)


def _is_gesture(tokens: Sequence[Token], head_at: int, head: Reading) -> bool:
    """Whether the thing and the verb before it say together that somebody speaks: «подал голос»."""
    return tokens[head_at].text == "голос" and head_at > 0 and mostly(tokens[head_at - 1].text, "VERB")


def _goes_on_nominal(modifier: Token, token: Token, case: str) -> bool:
    """Whether the word behind a modifier can be what it modifies: no preposition, though «по» is a river, too."""
    if len(token.text) < 2 or not has_case(token.text, case) or is_preposition(token.text):
        return False
    return same_number(modifier.text, token.text, case)


def _one_of(tokens: Sequence[Token], i: int, case: str) -> Phrase | None:
    """«Один из организаторов акции Денис Рябоконь»."""
    group = phrase_at(tokens, i + 2, "gent")
    if group is None and has_case(tokens[i + 2].text, "gent", pos=MODIFIERS):  # «один из протестующих»
        group = Phrase(i + 2, i + 2, True, None, "plur")
    if group is None:
        return None
    behind = group.last + 1
    if behind + 1 < len(tokens) and tokens[behind].text == ",":
        behind += 1  # «один из участников, директор школы Антон Ким»
    name = phrase_at(tokens, behind, case) if behind < len(tokens) else None
    last = name.last if name is not None and name.named else group.last
    gender = "femn" if tokens[i].text.lower().startswith("одна") else "masc"
    if tokens[i].text.lower() not in SINGLE:
        return Phrase(i, group.last, group.person, None, "plur")
    return Phrase(i, last, group.person or last > group.last, gender, "sing", last > group.last)


def _acting(tokens: Sequence[Token], i: int, case: str) -> Phrase | None:
    """«И. о. директора завода Антон Ким»: the office stands in the genitive, the name in the wanted case."""
    office = phrase_at(tokens, i + 1, "gent")
    if office is None:
        return None
    name = phrase_at(tokens, office.last + 1, case) if office.last + 1 < len(tokens) else None
    if name is not None and name.named:
        return Phrase(i, name.last, True, name.gender, "sing", True)
    return Phrase(i, office.last, True, None, "sing", office.named)


def _first_name_among(tokens: Sequence[Token], start: int, last: int) -> bool:
    return any(
        is_first_name(token, "nomn") and token.text.istitle() and not has_case(token.text, "gent")
        for token in tokens[start : last + 1]
    )


def _extend(
    tokens: Sequence[Token], head_at: int, case: str, named: bool, head: Reading | None = None
) -> tuple[int, bool]:
    """How far a phrase goes on to the right of its head, and whether it meets a person's name."""
    last, k, met = head_at, head_at + 1, named
    while k < len(tokens):
        token = tokens[k]
        if token.text.islower() and tokens[k - 1].is_quoted and may_be_verb(token.text):
            break  # «компания «Прибой» начала»: no beginning of hers
        if _goes_on_name(tokens, k, last, case):
            last, met, k = k, True, k + 1
        elif met:
            break
        elif of_region(tokens, k, head_at):
            last, k = k + 1, k + 2
        elif head is not None and not names_stand_behind(tokens[k - 1]) and names_subject(token, case):
            break
        elif (jump := _one_among(tokens, k)) is not None:
            last, k = jump, jump + 1
        elif goes_on_title(token) or (head is not None and _of_its_own(tokens, k, head_at, case, head)):
            last, k = k, k + 1
        elif (jump := _bridge(tokens, k, case, head) or _over_aside(tokens, k, case)) is not None:
            last, k = jump, jump + 1
        else:
            break
    return last, met


def _of_its_own(tokens: Sequence[Token], k: int, head_at: int, case: str, head: Reading) -> bool:
    """Whether the head itself lets the title go on: «заведующая *клубом*», «директор школы *профессор* …»."""
    if k == head_at + 1 and head.lemma in OVER:
        return has_case(tokens[k].text, "ablt")
    return head.animate and _second_title(tokens, k, case)


def _second_title(tokens: Sequence[Token], k: int, case: str) -> bool:
    """Whether another title stands before the name: «директор школы *профессор* Антон Ким»."""
    token = tokens[k]
    if token.is_capital or not token.is_word or k + 1 >= len(tokens) or fits(token, "gent"):
        return False
    titles = any(r.pos == "NOUN" and r.animate and r.case == case and r.number == "sing" for r in readings(token.text))
    return titles and _name_ahead(tokens, k, case, stop_at_comma=True) is not None


def _goes_on_name(tokens: Sequence[Token], k: int, last: int, case: str) -> bool:
    """Whether token `k` is a person's name, or more of one, behind a phrase that so far ends at `last`."""
    token = tokens[k]
    if token.is_initials:
        return True
    if tells_which(tokens, k):
        return False
    if looks_like_name(token) and fits(token, case, named=True):
        return True
    if last == k - 1 and is_first_name(tokens[last], case) and may_be_surname(token):
        return True
    following = tokens[k + 1] if k + 1 < len(tokens) else None  # «директор Нейл Патрик Харт»
    if following is None or not token.is_capital or not token.is_word or token.text.isupper():
        return False
    return is_first_name(following, case) and has_case(token.text, case) and not is_animate(token)


def _bridge(tokens: Sequence[Token], k: int, case: str, head_of: Reading | None) -> int | None:
    """Where a phrase goes on behind «от «Справедливой России»», «и», «,»: at a title or name in the wanted case."""
    token = tokens[k]
    if token.text in {",", "и"}:
        at = _behind_modifiers(tokens, k + 1, case)
        if token.text == "," and k + 1 < at < len(tokens):  # «лидер партии, известный проповедник Юсуф Керим»
            second = phrase_head(tokens, at, case)
            same = second is not None and second.pos == "NOUN" and _same_kind(head_of, second)
            return at if same and _name_ahead(tokens, at, case, stop_at_comma=True) is not None else None
        if k + 1 < len(tokens) and tokens[k + 1].is_word:
            head = phrase_head(tokens, k + 1, case)
            if token.text == "," and head is not None and not _same_kind(head_of, head):
                return None  # «как пишет «Вестник», мэр Марина Соколова …», «как думают жители, мэр …»
            if head is not None and head.animate and head.pos == "NOUN" and not tokens[k + 1].is_capital:
                return k + 1 if token.text == "и" or _name_ahead(tokens, k + 1, case) else None
            if (
                token.text == "и"
                and fits(tokens[k + 1], "gent")
                and not (looks_like_name(tokens[k + 1]) or is_function_word(tokens[k + 1]))
            ):
                return k + 1
        return None
    if head_of is not None and head_of.animate and token.is_word and is_preposition(token.text):
        return _name_ahead(tokens, k, case, stop_at_comma=True)
    return None


def _one_among(tokens: Sequence[Token], k: int) -> int | None:
    """«жителя *одного из домов*»: the last token of the group."""
    if tokens[k].text not in {"одного", "одной"} or k + 2 >= len(tokens) or tokens[k + 1].text != "из":
        return None
    group = phrase_at(tokens, k + 2, "gent")
    return group.last if group is not None else None


def _over_aside(tokens: Sequence[Token], k: int, case: str) -> int | None:
    """Where a name stands behind brackets that only explain what is before them: «лидер «Прибоя» (Surf) Антон Ким»."""
    if tokens[k].text != "(":
        return None
    behind = next((j + 1 for j in range(k + 1, min(k + ASIDE_WITHIN, len(tokens) - 1)) if tokens[j].text == ")"), None)
    if behind is None or not looks_like_name(tokens[behind]) or not fits(tokens[behind], case, named=True):
        return None
    return behind


def _behind_modifiers(tokens: Sequence[Token], i: int, case: str) -> int:
    """Behind the adjectives in small letters that stand at `i`."""
    k = i
    while k < len(tokens) - 1 and k - i < MAX_MODIFIERS and is_modifier(tokens[k], case):
        k += 1
    return k


def _same_kind(one: Reading | None, other: Reading) -> bool:
    """Whether two nouns can be titles of one person."""
    return one is not None and one.animate and other.animate and other.number in {one.number, None}


def _name_ahead(tokens: Sequence[Token], k: int, case: str, *, stop_at_comma: bool = False) -> int | None:
    """The first person's name in the wanted case within a few words; None where a verb comes first."""
    for j in range(k + 1, min(k + 1 + NAME_WITHIN, len(tokens))):
        token = tokens[j]
        if token.is_word and mostly(token.text, "VERB", "GRND", "INFN") and not token.is_capital:
            return None
        if not token.is_word and not token.is_quoted and token.text != "&" and (stop_at_comma or token.text != ","):
            return None
        if token.is_capital and any(r.case == case and r.marks & {"Name"} and r.known for r in readings(token.text)):
            return j
    return None


def _surname_in_another_case(tokens: Sequence[Token], i: int, case: str) -> bool:
    """Whether the word is the surname of a first name that does not stand in this case: «с Джоном *Керни*»."""
    first = tokens[i - 1].text
    if not is_first_name_in_any_case(first) or not tokens[i].is_capital or tokens[i].is_latin:
        return False
    return not has_case(first, case)


def phrases(tokens: Sequence[Token], start: int, end: int, case: str) -> list[Phrase]:
    """The naming phrases in this case among `tokens[start:end]`, left to right, none inside another."""
    found: list[Phrase] = []
    within = tokens if end >= len(tokens) else tokens[:end]
    i = start
    while i < end:
        word = tokens[i].text
        if is_passed_over(word, case) or (i > start and _surname_in_another_case(tokens, i, case)):
            i += 1
        elif is_preposition(word):
            i = i + 1 if i + 1 < end and is_preposition(tokens[i + 1].text) else governed_end(tokens, i)
        elif (phrase := phrase_at(within, i, case)) is not None:
            found.append(phrase)
            i = phrase.last + 1
        else:
            i += 1
    return found
