"""What may a word be in a phrase that names somebody: its head, a modifier, a title that goes on, a name?"""

from __future__ import annotations

from .cues import CLASS_NOUNS, lemmas
from .grammar import NAME_MARKS, has_case, is_preposition, mostly, readings
from .heads import (
    MODIFIERS,
    NOT_HEADS,
    OBLIQUE_SURNAME,
    POINTING,
    is_functional,
    only_a_surname,
    slipped_hyphen,
)
from .kept import kept
from .tokens import Token

ONE_OF = {"nomn": ("один", "одна", "некоторые", "многие"), "gent": ("одного", "одной", "некоторых", "многих")}
SOME = frozenset(
    ("несколько", "много", "немало", "оба", "обе", "двое", "трое", "четверо", "пятеро", "два", "две", "три")
)


@kept
def starts_nothing(word: str, case: str) -> bool:
    """The cheap look first: whether a word in small letters can begin no naming phrase, whatever follows."""
    if not word.islower() or "." in word or word in SOME or word in POINTING or word in ONE_OF.get(case, ()):
        return False
    return not (any(r.case == case for r in readings(word)) or (case == "loct" and slipped_hyphen(word)))


@kept
def may_modify(word: str, case: str) -> bool:
    """Whether a word can be an adjective, participle or number before a head in this case."""
    low = word.lower()
    modifies = word[0].isalnum() and has_case(word, case, pos=MODIFIERS)
    return modifies and not low.startswith("котор") and low not in NOT_HEADS - {"сам"}


@kept
def same_number(modifier: str, noun: str, case: str) -> bool:
    """«Ведущий игры» is no adjective before a noun: one stands in the singular, the other in the plural."""
    numbers = {r.number for r in readings(modifier) if r.case == case and r.pos in MODIFIERS}
    nouns = {r.number for r in readings(noun) if r.case == case and r.pos == "NOUN"}
    return bool(numbers & nouns) or None in numbers | nouns


@kept
def may_be_verb(word: str) -> bool:
    """Whether the dictionary knows a verb that is written so."""
    return any(r.pos == "VERB" and r.known for r in readings(word))


def goes_on_title(token: Token) -> bool:
    """Whether the token can belong to a title: «глава *МИД*», «директор *завода* *«Прибой»*», «школы *№* *7*»."""
    return token.is_quoted or word_goes_on_title(token.text)


@kept
def word_goes_on_title(word: str) -> bool:
    """See `goes_on_title`."""
    first = word[0]
    if first.isdigit():
        age = word.partition("-")[2]  # «по данным газет 39-летний мужчина уехал»
        return not age or has_case(age, "gent", pos=MODIFIERS) or not has_case(age, "nomn", pos=MODIFIERS)
    if (first.isascii() and first.isalpha()) or word in {"№", "&"}:
        return True
    if not first.isalnum():
        return False
    if first.isupper() and not is_functional(word) and not is_addressed(word):
        return True  # «депутат Милли Меджлиса»: names of bodies that do not decline
    acronym = word.isupper() and len(word) > 1
    return acronym or (not is_preposition(word) and word_fits(word, "gent", False) and not is_functional(word))


def names_subject(token: Token, case: str) -> bool:
    """Whether a first name can only be a subject, behind a noun in another case: «по данным следствия Юрий Ким»."""
    if case == "nomn" or not token.is_capital or not token.is_word:
        return False
    found = [r for r in readings(token.text) if r.number != "plur"]
    return bool(found) and all(r.known and r.case == "nomn" and "Name" in r.marks for r in found)


def names_stand_behind(token: Token) -> bool:
    """Whether what follows is a name that need not decline: «агентства Франс Пресс»."""
    return token.is_word and bool(lemmas(token.text) & CLASS_NOUNS)


def is_animate(token: Token) -> bool:
    """Whether it may be the word for somebody."""
    return any(r.animate for r in readings(token.text))


def is_addressed(word: str) -> bool:
    """Whether a capitalised word can only be an object: «заявил министр Агентству»."""
    cases = {r.case for r in readings(word) if r.case}
    return bool(cases & {"datv", "ablt", "loct"}) and not cases & {"gent", "nomn"}


def is_first_name(token: Token, case: str) -> bool:
    """Whether it may be a first name in this case."""
    return can_be_first_name(token.text, case)


@kept
def can_be_first_name(word: str, case: str) -> bool:
    """See `is_first_name`."""
    return word[0].isupper() and any(r.case == case and "Name" in r.marks for r in readings(word))


@kept
def is_first_name_in_any_case(word: str) -> bool:
    """Whether it may be a first name."""
    return word[0].isupper() and any("Name" in r.marks for r in readings(word))


def may_be_surname(token: Token) -> bool:
    """Behind a first name any capitalised word may be the surname: Заяц, Шило, Полевой."""
    return token.is_word and token.is_capital and not token.is_latin and not token.text.isupper()


def fits(token: Token, case: str, *, named: bool = False) -> bool:
    """Whether it may stand in this case; `named`: as a name, which the dictionary need not know."""
    return word_fits(token.text, case, named)


@kept
def word_fits(word: str, case: str, named: bool) -> bool:
    """See `fits`."""
    found = readings(word)
    if named and not any(r.known for r in found):
        return True
    if named and only_a_surname(word):
        return case == "nomn" or OBLIQUE_SURNAME[case].search(word.lower()) is not None
    wanted = ("NOUN", "ADJF", "PRTF", "NUMR")
    fitting = [r for r in found if r.pos in wanted and r.case == case]
    return any(r.marks & NAME_MARKS or r.pos == "ADJF" or not r.known for r in fitting) if named else bool(fitting)


def is_modifier(token: Token, case: str) -> bool:
    """Whether it is an adjective or participle in this case and little else."""
    return token.text.islower() and mostly(token.text, *MODIFIERS) and has_case(token.text, case, pos=MODIFIERS)


@kept
def is_passed_over(word: str, case: str) -> bool:
    """Whether a token is no word, or one in small letters that begins no phrase and governs nothing."""
    return not word[0].isalnum() or (starts_nothing(word, case) and not is_preposition(word))
