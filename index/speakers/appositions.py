"""Which roles does an article give a speaker? What stands before the name («министр обороны Иван Серов»), behind it
(«Иван Серов, министр обороны,») and in the mentions that were resolved to the speaker («глава ведомства»).

The head of a role must stand in the case of the name: «советника президента Серова» says of Серов that he is the
president, or nothing. Where two heads may be meant nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from index.analysis import fold
from index.quotes.grammar import nominatives_of_name, readings
from index.words import word_set

from .naming import Naming, compared, naming
from .roles import LONGEST, is_head, lemmas, role

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’ʼ‑-][^\W\d_]+)*\.?|\d+")
_STOPS: Final = re.compile(r"[.,;:!?…()\[\]\n—–]|(?<!\w)-(?!\w)")
_CUT: Final = re.compile(r"[,;:()\n—–]|(?<!\w)-(?!\w)|\s(?:и|а также)\s(?=\w)")
_PATRONYMIC: Final = re.compile(r"[А-ЯЁ][а-яё]+(?:[ое]вич|[ое]вн|ьич|ичн)[а-яё]{0,3}")
_OF_AN_OFFICE: Final = word_set(
    """
    действующий бывший нынешний будущий избранный назначенный исполняющий отставной временный командующий ведущий
    """
)  # participles that belong to a role, and what looks like one
_POINTING: Final = word_set("который такой какой никакой каждый другой самый некоторый иной всякий любой")
_FINITE: Final = re.compile(r"(?:л|ла|ло|ли|ет|ит|ют|ят|ут|ат)(?:ся|сь)?$")
_INFINITIVES: Final = ("ть", "ться", "ти", "тись", "чь", "чься")
_BEFORE: Final = 100  # code points before a name in which its role stands
_BEHIND: Final = re.compile(r",\s([^,.;:!?()—–\n]{3,100})(?=[,.;)\n]|$)")
_MOST_WORDS: Final = 12
_LOOSE: Final = word_set("и а или с о у из от по на в при для что как")  # no role ends so
_SHORT: Final = 4  # letters of a name that may lose one in other cases
_LEAST_SHARED: Final = 3  # letters that a form of a name shares with its nominative


def of_mention(mention: str, name: str) -> tuple[str, ...]:
    """The roles in a mention, as written, the name and what is no role left out."""
    parts = naming(name)
    place = _begin_of_name(mention, parts)
    if place is not None:  # «адвокат Серова» says nothing of Серов
        before = mention[:place].rstrip()
        oblique = compared(mention[place:].split()[0]) not in (parts.surname, parts.patronymic, *parts.first.split())
        heads = [word for word in _WORD.findall(before) if is_head(word)]
        if oblique and heads and _is_lemma(heads[-1]):
            return ()
    text = mention if place is None else mention[:place]
    found = [_from_head(piece) for piece in _CUT.split(text)]
    return tuple(dict.fromkeys(one for one in found if one))


def of_text(text: str, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Name → the roles that stand beside it in `text`, as written."""
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        parts = naming(name)
        if parts.is_person and len(parts.surname) > 2:
            roles = list(dict.fromkeys(_beside(text, name, parts)))
            if roles:
                found[name] = tuple(roles)
    return found


def _beside(text: str, name: str, parts: Naming) -> Iterator[str]:
    for at in _surname_in(parts.surname).finditer(text):
        given = _given_names(text, at.start(), parts)
        if given is None:
            continue
        begin, given_is_nominative = given
        nominative = given_is_nominative and compared(at[0]) == parts.surname
        before = _before(text, begin, nominative=nominative)
        if before:
            yield from _parted(before)
        behind = _BEHIND.match(text, at.end()) if nominative else None
        if behind is not None:
            one = _from_head(behind[1])
            if one and behind[1].strip().endswith(one) and role(one).head == _first_head(one):
                yield from _parted(one)


def _parted(text: str) -> list[str]:
    """«агроном и директор совхоза» are two roles."""
    pieces = [piece.strip() for piece in _CUT.split(text)]
    heads = [next(filter(is_head, _WORD.findall(piece)), None) for piece in pieces]
    begin = [head is not None and piece.startswith(head) for head, piece in zip(heads, pieces, strict=True)]
    return pieces if all(begin[1:]) and heads[0] else [text]


@lru_cache(maxsize=5_000)
def _surname_in(surname: str) -> re.Pattern[str]:
    """A surname in any case: what is left without its ending, then a short ending."""
    last = surname.rpartition(" ")[2]
    stem = last[: max(_LEAST_SHARED, len(last) - 2)] if last[-1:] in "аяйьоеуюыи" else last
    letters = "".join("[её]" if char == "е" else re.escape(char) for char in stem[1:])
    letters = letters.replace("[её]", "[еёэ]")
    first = "[ЕЁЭ]" if stem[0] == "е" else re.escape(stem[0].upper())
    return re.compile(rf"(?<![\w-]){first}{letters}[а-яё]{{0,4}}(?![\w-])")


def _given_names(text: str, at: int, parts: Naming) -> tuple[int, bool] | None:
    """Where the name begins whose surname begins at `at`, and whether its first name may be a nominative; None where
    another first name stands there: another person.
    """
    begin, nominative = at, True
    for _ in range(3):
        found = re.search(r"(\w[\w'’‑-]*\.?)[ \u00a0]?$", text[max(0, begin - 40) : begin])
        if found is None:
            break
        word = compared(found[1])
        wanted = next((given for given in (*parts.first.split(), parts.patronymic) if _is_form(found[1], given)), None)
        initial = re.fullmatch(r"[А-ЯЁA-Z]\.", found[1])
        patronymic = _PATRONYMIC.fullmatch(found[1])
        if wanted is None and not initial and not patronymic:
            if begin == at and found[1][:1].isupper() and nominatives_of_name(found[1], "Name"):
                return None
            break
        nominative = nominative and (wanted is None or _soft(word) == wanted)
        begin -= len(found[0])
    return begin, nominative


def _soft(word: str) -> str:
    return re.sub("ия$", "ья", word)


def _is_form(written: str, of: str) -> bool:
    """Whether a word as written may be a form of a part of a name."""
    word = compared(written)
    if len(of) < 2 or not word:
        return False
    if len(of) <= _SHORT and any(
        compared(nominative) == of for nominative, _, _ in nominatives_of_name(written, "Name")
    ):
        return True  # «Льва» is Лев
    shared = max(min(_LEAST_SHARED, len(of) - 1), len(of) - 2)
    return word[:shared] == of[:shared] and len(word) <= len(of) + 3


def _before(text: str, end: int, *, nominative: bool) -> str | None:
    """The role that ends right before a name."""
    start = max(0, end - _BEFORE)
    stops = [stop.end() for stop in _STOPS.finditer(text, start, end)]
    start = stops[-1] if stops else start
    if start == max(0, end - _BEFORE) and start:
        start = text.find(" ", start, end) + 1
    words = list(_WORD.finditer(text, start, end))[-_MOST_WORDS:]
    if not words or text[words[-1].end() : end].strip(' »"“”'):
        return None
    heads = [number for number, word in enumerate(words) if is_head(word[0])]
    if not heads:
        return None
    if nominative:
        fitting = [number for number in heads if _is_lemma(words[number][0])]
        if not fitting:
            return None
        head = fitting[-1]
    else:
        head = heads[-1]
        if not _is_oblique(words[head][0]) or (head and is_head(words[head - 1][0])):
            return None
    return _trimmed(text[words[_with_adjectives(words, head)].start() : end])


def _with_adjectives(words: list[re.Match[str]], head: int) -> int:
    """The word with which a role begins: adjectives before its head belong to it."""
    while head and _is_adjective(words[head - 1][0]):
        head -= 1
    return head


def _is_adjective(word: str) -> bool:
    form = fold(word.rpartition("-")[2])
    if is_head(word) or (form.endswith("о") and not form.endswith("го")):
        return False
    found = lemmas(form) - _POINTING
    return any(one.endswith(("ый", "ий", "ой")) or one in _OF_AN_OFFICE for one in found) and not _is_verb(form)


def _is_verb(form: str) -> bool:
    """Whether a folded form looks like one of a verb that stands for what somebody does or did."""
    return _FINITE.search(form) is not None and any(one.endswith(_INFINITIVES) for one in lemmas(form) - {form})


def _is_lemma(word: str) -> bool:
    return role(word).head == fold(word)


def _is_oblique(word: str) -> bool:
    """Whether a head may stand in another case than the nominative, in the singular."""
    head = role(word).head
    return any(
        r.case not in (None, "nomn") and r.number == "sing" and fold(r.lemma) == head.rpartition("-")[2]
        for r in readings(word.rpartition("-")[2])
    )


def _begin_of_name(mention: str, parts: Naming) -> int | None:
    """Where the name begins in a mention; None where it does not stand there."""
    if not parts.is_person:
        return None
    for found in _WORD.finditer(mention):
        wanted = (*parts.first.split(), parts.surname.rpartition(" ")[2])
        if found[0][:1].isupper() and (any(_is_form(found[0], one) for one in wanted) or found[0].endswith(".")):
            return found.start()
    return None


def _from_head(piece: str) -> str | None:
    """A piece of a mention from the adjectives of its first head on; None where it has none."""
    words = list(_WORD.finditer(piece))
    head = next((number for number, word in enumerate(words) if role(word[0]).head), None)
    if head is None or not is_head(words[head][0]):
        return None
    return _trimmed(piece[words[_with_adjectives(words, head)].start() :])


def _first_head(text: str) -> str:
    """The lemma of the first head, if it stands in the nominative."""
    for word in _WORD.findall(text):
        if is_head(word):
            return role(word).head if _is_lemma(word) else ""
    return ""


def _trimmed(text: str) -> str | None:
    """A role as it is kept; None where verbs or prepositions show that more than a role was taken."""
    found = " ".join(text.split()).strip(" ,;:—–-")
    words = [fold(word) for word in _WORD.findall(found)]
    if not words or any(_is_verb(word) for word in words if word not in _OF_AN_OFFICE) or words[-1] in _LOOSE:
        return None
    return found if 2 < len(found) <= LONGEST else None


@lru_cache(maxsize=20_000)
def in_nominative(text: str) -> str | None:
    """A role as one writes it by itself («главы МИД» → «глава МИД»); None where that is not sure."""
    words = list(_WORD.finditer(text))
    place = next((number for number, word in enumerate(words) if is_head(word[0])), None)
    if place is None:
        return None
    head = words[place]
    if not _is_lemma(head[0]):
        lemma = role(text).head
        adjectives = [word[0] for word in words[:place]]
        if adjectives and lemma[-1:] in "ая":
            return None
        found = [_masculine(word) for word in adjectives]
        if None in found:
            return None
        begin = " ".join(filter(None, [*found, lemma]))
        return begin + text[head.end() :]
    first, rest = text[:1], text[1:]
    return first.lower() + rest if rest[:1].islower() else text


def _masculine(adjective: str) -> str | None:
    before, hyphen, last = adjective.lower().rpartition("-")
    found = sorted(one for one in lemmas(fold(last)) if one.endswith(("ый", "ий", "ой")))
    return before + hyphen + found[0] if found else None
