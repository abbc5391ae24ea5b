"""Which name stands in a mention, and whose is it?

In the mention's own case, so that «пресс-секретарь Лунина» is not Лунин; a name that only the mention gives is entered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.words import word_set

from .body_names import written_out
from .body_words import BODIES, PRESS_OFFICES
from .cues import CLASS_NOUNS, lemmas
from .grammar import is_known, readings
from .heads import SURNAME_ENDING, looks_like_name
from .likely_names import is_of_either, never_declines
from .mentions import NOBODY, Answer, Mention
from .role_words import CHIEFS, OF_AN_OFFICE, ONE_OF_A_PAIR
from .roles import head_reading
from .someone import Naming, Someone
from .tokens import Token

if TYPE_CHECKING:
    from .resolve import Resolver

AGED = re.compile(r"летн(?:ий|яя|его|ей)$")
PAIR = 3  # tokens
MOSTLY = 3  # times as often
DWELLERS = word_set("житель жительница уроженец уроженка обитатель обитательница")
REPRESENTS = word_set("представитель представительница пресс-секретарь сотрудник член основатель владелец участник")


def named(resolver: Resolver, mention: Mention) -> Answer | None:
    """A name in the mention, in the mention's case."""
    if mention.span is None or _is_press_office(mention):
        return None
    fitting = [n for n in _within(resolver, mention) if mention.case in n.cases and not _in_marks(mention, n)]
    fitting = [n for n in fitting if mention.gender is None or n.who.gender in {mention.gender, None}]
    if not fitting or _several(resolver, fitting):
        return None
    last = fitting[-1]
    if mention.case != "nomn" and _belongs_to_another(resolver, mention, last):
        return NOBODY
    fixed = never_declines(last) and mention.gender is None and last.who.gender == "femn"
    surname = not last.full and "gent" in last.cases and mention.case == "nomn"
    if ((fixed or surname) and _is_owned(mention, last)) or _and_another(mention, fitting):
        return NOBODY  # «помощник Мишель Лунд, который …», «представитель Теру»
    if not last.full and last.who.first and last.who.surname == "" and not last.who.title and len(mention.tokens) == 1:
        return Answer("name", last.who, sign="first name")
    return Answer("name" if last.full else "surname", last.who, sign="full name" if last.full else "surname")


def _and_another(mention: Mention, fitting: Sequence[Naming]) -> bool:
    """«Генсек Лунд и командующий силами Холм заявили»: two names, and another title between them."""
    first, last = fitting[0], fitting[-1]
    if mention.gender is not None or first.who is last.who:
        return False
    between = [t for t in mention.tokens if first.span.end <= t.start < last.span.start]
    cases = frozenset((mention.case,))
    return len(between) > 1 and between[0].text == "и" and head_reading(between[1], cases) is not None


def _is_press_office(mention: Mention) -> bool:
    """«Пресс-служба Лунина»: it speaks for itself."""
    head = mention.tokens[0] if mention.tokens else None
    return (
        head is not None
        and head.is_word
        and any(r.lemma in PRESS_OFFICES and r.case == mention.case for r in readings(head.text))
    )


def _in_marks(mention: Mention, naming: Naming) -> bool:
    """Whether a name stands within another name in quotation marks: «Мастерская Лунина» is no Лунин."""
    start, end = naming.span
    longer = (t for t in mention.tokens if t.is_quoted and t.end - t.start > end - start + 2)
    return any(token.start < start and end < token.end for token in longer)


def _several(resolver: Resolver, fitting: list[Naming]) -> bool:
    """Whether a mention names two people: «Орлов и Лунин»."""
    if len({id(naming.who) for naming in fitting}) < 2:
        return False
    between = resolver.body[fitting[-2].span.end : fitting[-1].span.start]
    return between.strip() in {"и", ","}


def _belongs_to_another(resolver: Resolver, mention: Mention, naming: Naming) -> bool:
    """«По словам пресс-секретаря Лунина»: in the genitive a name may be the owner's, which nobody can tell."""
    before = [t for t in mention.tokens if t.end <= naming.span.start]
    if before and before[-1].text == ",":
        return False  # «мужа погибшей, Дениса Лунина»
    heads = [t for t in before if t.is_word and lemmas(t.text) & ONE_OF_A_PAIR]
    if not heads or (naming.full and len(_titles(mention, naming)) < 2):
        return False
    said = frozenset(lemma for token in heads for lemma in lemmas(token.text))
    return not any(role.head in said for role in naming.who.roles)


def _titles(mention: Mention, naming: Naming) -> list[Token]:
    """The titles before a name in the mention's case or the genitive."""
    cases = frozenset((mention.case, "gent"))
    return [t for t in mention.tokens if t.end <= naming.span.start and head_reading(t, cases) is not None]


def namesakes(resolver: Resolver, mention: Mention) -> Answer | None:
    """A surname that two people bear, or that stands in another case: nobody."""
    if mention.span is None or _is_press_office(mention):
        return None
    last = mention.tokens[-1] if mention.tokens else None
    if len(mention.tokens) == PAIR and mention.tokens[1].text == "и" and mention.tokens[0].is_capital:
        return NOBODY  # «Орлов и Лунин»
    if last is None or not last.is_word or not last.is_capital:
        return None
    rows = resolver.people.with_surname(last.text, mention.case)
    people = {id(who): who for who, _ in rows if mention.gender is None or who.gender in {mention.gender, None}}
    if len(people) == 1:
        return Answer("surname", next(iter(people.values())), sign="surname, doubtful")
    if len(people) > 1:
        return _spoke_here(resolver, mention, people) or _mostly_named(resolver, people) or NOBODY
    return None


def _mostly_named(resolver: Resolver, people: dict[int, Someone]) -> Answer | None:
    """Of several of a surname, whom the article names in full far more often than all others."""
    count = dict.fromkeys(people, 0)
    for naming in resolver.people.namings:
        if naming.full and id(naming.who) in count:
            count[id(naming.who)] += 1
    first, second, *_ = sorted(count, key=lambda who: count[who], reverse=True)
    if count[first] < MOSTLY * max(1, count[second]):
        return None
    return Answer("surname", people[first], sign="surname, doubtful")


def _spoke_here(resolver: Resolver, mention: Mention, people: dict[int, Someone]) -> Answer | None:
    """Of several of a surname, who has just been heard in the same sentence."""
    for event in resolver.discourse.before(mention.at + 1):
        if event.sentences:
            return None
        if event.weight == 3 and event.at == mention.at and event.who is not None and id(event.who) in people:
            return Answer("surname", event.who, sign="surname, doubtful")
    return None


def unknown_name(resolver: Resolver, mention: Mention) -> Answer | None:
    """A name that only this mention gives: the capitalised words that end it, in the nominative."""
    names: list[Token] = []
    for token in reversed(mention.tokens):
        if not looks_like_name(token) or token.is_quoted:
            break
        names.insert(0, token)
    if not names or len(names) > 3 or mention.case == "loct" or _is_press_office(mention):
        return None
    bearers = [who for who, _ in resolver.people.with_surname(names[-1].text)]
    if len(names) < len(mention.tokens) and any(
        mention.gender is None or who.gender in {mention.gender, None} for who in bearers
    ):
        return None  # «заявил соратник Лунина»: the name of somebody else, in another case
    if len(names) < len(mention.tokens) and any(_is_owner(naming, mention) for naming in _within(resolver, mention)):
        return None  # «помощник Мишель Лунд заявил»
    before = mention.tokens[-len(names) - 1] if len(mention.tokens) > len(names) else None
    titled = before is not None and _is_title(mention.tokens[: -len(names)], mention.case)
    if before is not None and not titled and lemmas(before.text) & (CLASS_NOUNS | BODIES | OF_AN_OFFICE):
        return None
    if any(r.marks & {"Geox", "Orgn"} for token in names for r in readings(token.text) if r.known):
        return None
    if before is not None and not titled and AGED.search(before.text) is None:
        return None
    if before is not None and len(names) == 1 and (_is_governed(mention, names[0]) or _is_home(before, names[0])):
        return None  # «представитель Окольскизбиркома», «жительница Нью-Окольска»
    if any(_in_another_case(token, mention.case) for token in names):
        return None  # «подруга супруги Виталины Луниной»
    if len(mention.tokens) == 1 and (body := written_out(resolver.body, names[0].text)):
        return Answer("name", body=body, sign="body, one word")
    first = mention.tokens[0]
    if mention.case != "nomn" and first not in names and lemmas(first.text) & ONE_OF_A_PAIR:
        return NOBODY
    return Answer(
        "name" if len(names) > 1 else "surname",
        _entered(resolver, names, mention),
        sign="new name" if len(names) > 1 else "new surname",
    )


def _within(resolver: Resolver, mention: Mention) -> list[Naming]:
    return resolver.people.within(*mention.span) if mention.span is not None else []


def _is_owner(naming: Naming, mention: Mention) -> bool:
    """Whether a name that may stand in the genitive is of another gender than the verb, behind «помощник», «брат»."""
    apart = {naming.who.gender, mention.gender} == {"masc", "femn"} and not is_of_either(naming.who.first)
    return apart and naming.full and "gent" in naming.cases and _is_owned(mention, naming)


def _is_owned(mention: Mention, naming: Naming) -> bool:
    """Whether right before a name stands a man who belongs to somebody: «помощник Мишель Лунд»."""
    before = next((token for token in reversed(mention.tokens) if token.end <= naming.span.start), None)
    if before is None or not before.is_word:
        return False
    return any(r.lemma in ONE_OF_A_PAIR and r.gender == "masc" for r in readings(before.text))


def _is_home(title: Token, name: Token) -> bool:
    """Whether a word is where somebody lives, not who it is."""
    return bool(lemmas(title.text) & DWELLERS) and SURNAME_ENDING.search(name.text.lower()) is None


def _is_governed(mention: Mention, name: Token) -> bool:
    """Whether a word that the dictionary does not have may be a body in the genitive, behind who represents it."""
    heads = [t for t in mention.tokens if t is not name and head_reading(t, frozenset((mention.case,)))]
    word = name.text.lower()
    governs = bool(heads) and bool(lemmas(heads[-1].text) & (CHIEFS | REPRESENTS))
    return governs and word[-1:] in {"а", "я"} and not is_known(word) and SURNAME_ENDING.search(word) is None


def _in_another_case(token: Token, case: str) -> bool:
    """Whether a word is known as a name, and never in this case."""
    found = [r for r in readings(token.text) if r.known and r.marks & {"Name", "Surn"} and r.number != "plur"]
    return bool(found) and all(r.case != case for r in found)


def _is_title(tokens: Sequence[Token], case: str) -> bool:
    return any(head_reading(token, frozenset((case,))) is not None for token in tokens)


def _entered(resolver: Resolver, names: Sequence[Token], mention: Mention) -> Someone:
    words = [token.text for token in names]
    gender, surname = resolver.people.nominative(words[-1], mention.case, mention.gender)
    if mention.case == "nomn":
        surname = words[-1]
    return resolver.people.enter(" ".join(words[:-1]), surname, mention.gender or gender)
