"""Which role does a title before a name give to somebody? (`appositions`: what stands behind the name.)

A role is its head noun («министр») and the concepts it governs («иностранный», «дело», «россия»), in the canonical
words of `offices`, so that «глава МИД РФ» and «министр иностранных дел России» are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from .grammar import Reading, has_case, is_preposition, mostly, readings
from .heads import NOT_HEADS, SUBSTANTIVES
from .kept import kept
from .near import BLANKS, word_before
from .offices import canonical
from .phrases import OVER
from .role_words import CALLED_SO, ONE_OF_A_PAIR, TITLES_OF_NAMES, concepts, head_word
from .tokens import Token, tokenise

WINDOW = 170  # code points before or behind a name in which its role stands


NEAR_WINDOW = 60


MOSTLY_NOUN = 0.3  # share of a word's readings that must be nouns


JOINTS = frozenset(("и", ","))


NO_TITLE_BEFORE = frozenset(".!?…:;()—–")
"""Signs behind which a name has no title, where a blank follows them."""


LEAST_BEFORE = 3  # code points before a name, for a cheap look


NOMINALS = frozenset(("NOUN", "ADJF", "PRTF", "NUMR", "PRTS"))


LONG_ACRONYM = 6  # letters from which on a word in capitals is a word of a headline


OFFICIAL = frozenset(("уполномоченный", "уполномочить", "заведующий", "заведовать", "управляющий", "исполняющий"))
"""Participles that are no surnames in capitals either."""


GOVERNED = frozenset(("gent",))


class Role(NamedTuple):
    """A head noun and what it governs, in canonical words; `said` is the same in the article's own, if they differ."""

    head: str
    words: frozenset[str]
    said: tuple[str, frozenset[str]] | None = None

    @property
    def forms(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Head and words, canonical and as the article says them."""
        return ((self.head, self.words),) if self.said is None else ((self.head, self.words), self.said)

    @property
    def title_of_name(self) -> str:
        """The head where it belongs to a name («патриарх Филарет»), else nothing."""
        return self.head if self.head in TITLES_OF_NAMES else ""

    @property
    def feminine(self) -> bool:
        """Whether only a woman is called so."""
        people = [r.gender for r in readings(self.head) if r.lemma == self.head and r.pos == "NOUN" and r.animate]
        return bool(people) and all(gender == "femn" for gender in people)


def role_of(tokens: Sequence[Token], head_at: int) -> Role:
    """The role of a naming phrase whose head stands at `head_at`; all other tokens are what it governs."""
    word = tokens[head_at].text
    found: set[str] = set()
    for i, token in enumerate(tokens):
        if i != head_at and (token.is_word or token.is_quoted):
            found |= concepts(token.text)
    if word.lower().startswith("экс-"):
        found.add("бывший")
    said = head_word(word), frozenset(found)
    head, words = canonical(*said)
    return Role(head, words, said if (head, words) != said else None)


def head_reading(token: Token, cases: frozenset[str]) -> Reading | None:
    """The token as a noun that can name somebody, in one of these cases."""
    return _head_reading(token.text, cases)


@kept
def _head_reading(word: str, cases: frozenset[str]) -> Reading | None:
    if not word[0].isalnum():
        return None
    if word.lower() in NOT_HEADS or (word.isupper() and len(word) > 1 and "-" not in word and len(word) < LONG_ACRONYM):
        return None
    found = readings(word)
    if sum(r.score for r in found if r.pos == "NOUN" or r.lemma in SUBSTANTIVES) < MOSTLY_NOUN:
        return None
    for reading in found:
        if reading.case not in cases or reading.number == "plur":
            continue
        if reading.pos == "NOUN" and (reading.animate or head_word(word) in CALLED_SO):
            if not reading.marks & {"Name", "Surn", "Patr"}:
                return reading
        elif reading.lemma in SUBSTANTIVES and (not word[0].isupper() or reading.lemma in OFFICIAL):
            return reading
    return None


@lru_cache(16)
def _tokens_before(text: str, at: int, after: int, window: int) -> list[Token]:
    """Not to be changed: one name is looked at in each case, by several rules."""
    start = max(text.rfind("\n", 0, at) + 1, at - window, after)
    if start > 0 and start == at - window:
        start = text.find(" ", start, at) + 1 or start
    return tokenise(text, start, at)


def _reach_back(
    text: str, at: int, cases: frozenset[str], after: int
) -> tuple[list[Token], int, list[tuple[int, Reading]]]:
    """The tokens before a name, how far its title reaches among them, and the title's heads.

    Most titles are short: only one that fills the near window is looked for in the whole one.
    """
    tokens = _tokens_before(text, at, after, NEAR_WINDOW)
    stop, first, heads = _reach(tokens, cases)
    if stop == 0 and at - NEAR_WINDOW > after:
        tokens = _tokens_before(text, at, after, WINDOW)
        _, first, heads = _reach(tokens, cases)
    return tokens, first, heads


def has_no_title(text: str, at: int, cases: frozenset[str]) -> bool:
    """The cheap look first: whether the sign or word right before a name ends every title."""
    if at < LEAST_BEFORE or text[at - 1] not in BLANKS:
        return False
    if text[at - 2] in NO_TITLE_BEFORE:
        return text[at - 2] != "." or not (text[at - 3].isupper() or text[at - 3] == "о")  # initials, «и. о.»
    word = word_before(text, at)
    whole = word != "" and word not in JOINTS and text[max(0, at - len(word) - 2)].isspace()
    return whole and _ends_titles(word, cases)


@kept
def _ends_titles(word: str, cases: frozenset[str]) -> bool:
    """Whether no title of these cases can have this word, in small letters, as its last."""
    if is_preposition(word):
        return cases != frozenset(("nomn",))
    if _head_reading(word, cases) is not None or has_case(word, "ablt"):
        return False
    return _may_belong_to_title(word, cases) == (False, False)


def title_start(text: str, at: int, cases: frozenset[str]) -> int:
    """Where the title before a name starts that stands in one of these cases; `at` without one."""
    if has_no_title(text, at, cases):
        return at
    tokens, _, heads = _reach_back(text, at, cases, 0)
    return tokens[heads[0][0]].start if heads else at


def roles_before(text: str, at: int, cases: frozenset[str], after: int = 0) -> list[tuple[Role, Reading]]:
    """The roles that stand right before a name at `at`, leftmost first, each with its head's reading.

    Nothing before `after`, where another name ends, is looked at.
    """
    if has_no_title(text, at, cases):
        return []
    tokens, first, heads = _reach_back(text, at, cases, after)
    found: list[tuple[Role, Reading]] = []
    for n, (k, reading) in enumerate(heads):
        end = heads[n + 1][0] if n + 1 < len(heads) else len(tokens)
        begin = first if n == 0 else k
        found.append((role_of(tokens[begin:end], k - begin), reading))
    return found


def _reach(tokens: Sequence[Token], cases: frozenset[str]) -> tuple[int, int, list[tuple[int, Reading]]]:
    """Where the look to the left stops, where the title starts, and the heads in it, left to right."""
    heads: list[tuple[int, Reading]] = []
    wanted = cases
    first = k = len(tokens)
    while k > 0:
        token = tokens[k - 1]
        if token.text in {'"', "»", "”", "“"}:
            k = _opening(tokens, k - 1)
            if k < 0:
                break
            continue
        if token.text in JOINTS:
            if not _lists(tokens, k - 1, cases):
                break
            k -= 1
            continue
        if not token.is_word:
            if token.is_quoted or token.text == "№":
                k -= 1
                continue
            break
        if is_preposition(token.text):
            if k == len(tokens) and cases != frozenset(("nomn",)):
                break  # «открывавший мост с Луниным»: what stands further left is no title of his
            office = _office_ahead(tokens, k - 1, heads, wanted)
            if office is not None:
                heads, cases = [(k - 2, office)], frozenset((office.case or "",))
                first = k = k - 2
                continue
            if heads and (cases != frozenset(("nomn",)) or heads[0][0] == _governed(tokens, k - 1)):
                break
            k -= 1
            continue
        reading = head_reading(token, cases)
        if reading is not None:
            heads.insert(0, (k - 1, reading))
            first = k = k - 1
            if len(cases) > 1:
                cases = frozenset((reading.case,)) if reading.case else cases
            continue
        if not _may_stand_in_title(tokens, k - 1, cases):
            break
        if heads and _agrees(token.text, cases):
            first = k - 1
        k -= 1
    if not heads:
        return max(k, 0), len(tokens), []
    nominative = cases == frozenset(("nomn",))
    return max(k, 0), first, heads if nominative else _without_owners(tokens, heads)


def _office_ahead(
    tokens: Sequence[Token], at: int, heads: list[tuple[int, Reading]], cases: frozenset[str]
) -> Reading | None:
    """«Уполномоченному *по* правам ребёнка Вере Глинской»: the head before the preposition at `at`, where what seemed
    to be one depends on the noun behind it.
    """
    if len(heads) != 1 or heads[0][1].case != "gent" or at == 0 or heads[0][0] == _governed(tokens, at):
        return None
    return head_reading(tokens[at - 1], cases)


def _without_owners(tokens: Sequence[Token], heads: list[tuple[int, Reading]]) -> list[tuple[int, Reading]]:
    """In an oblique case «помощника президента Юрия Лунина»: only the first, and those behind «и» or a comma.

    None where the name may be the owner's («представителя мэра Юрия Лунина»), which nobody can tell.
    """
    if len(heads) > 1 and heads[0][1].lemma in ONE_OF_A_PAIR and tokens[heads[1][0] - 1].text not in JOINTS:
        return []
    return [head for n, head in enumerate(heads) if n == 0 or tokens[head[0] - 1].text in JOINTS]


def _opening(tokens: Sequence[Token], closing: int) -> int:
    for i in range(closing - 1, max(-1, closing - 10), -1):
        if tokens[i].text in {'"', "«", "„", "“"}:
            return i
    return -1


def _lists(tokens: Sequence[Token], k: int, cases: frozenset[str]) -> bool:
    """Whether the comma or «и» at `k` joins two titles, or two nouns that a title governs."""
    if k == 0:
        return False
    before = tokens[k - 1]
    if head_reading(before, cases) is not None:
        return True
    if tokens[k].text == "и":
        return before.is_word and _may_stand_in_title(tokens, k - 1, cases) and not before.text[0].isdigit()
    for j in range(k - 1, max(-1, k - 6), -1):  # «мэр города, депутат Х»: a head further left, nothing else between
        if head_reading(tokens[j], cases) is not None:
            return True
        if not _may_stand_in_title(tokens, j, cases):
            return False
    return False


def _governed(tokens: Sequence[Token], preposition: int) -> int:
    """The index of the noun that the preposition governs."""
    k = preposition + 1
    while k < len(tokens) - 1 and mostly(tokens[k].text, "ADJF", "PRTF", "NUMR"):
        k += 1
    return k


@kept
def _agrees(word: str, cases: frozenset[str]) -> bool:
    return any(r.pos in {"ADJF", "PRTF"} and r.case in cases for r in readings(word))


def _may_stand_in_title(tokens: Sequence[Token], k: int, cases: frozenset[str]) -> bool:
    """Whether the word at `k` is a genitive, an acronym, a name, an agreeing adjective, or behind a preposition."""
    word = tokens[k].text
    if not word[0].isalnum():
        return word[0] == "«"
    if word[0].isascii() or word[0].isdigit():
        return True  # Latin, or a number
    alone, behind_preposition = _may_belong_to_title(word, cases)
    return (
        alone
        or (k > 0 and _governs_instrumental(tokens[k - 1].text) and has_case(word, "ablt"))
        or (
            behind_preposition
            and any(tokens[j].is_word and is_preposition(tokens[j].text) for j in range(k - 1, max(-1, k - 5), -1))
        )
    )


@kept
def _governs_instrumental(word: str) -> bool:
    return any(r.lemma in OVER for r in readings(word))


@kept
def _may_belong_to_title(word: str, cases: frozenset[str]) -> tuple[bool, bool]:
    """Whether a word may belong to a title as it stands, and whether a preposition before it would let it."""
    if mostly(word, "VERB", "GRND", "CONJ", "PRCL", "INFN", "NPRO", "PRED", "INTJ"):
        return False, False
    if word.isupper() and len(word) > 1:
        return True, True
    found = readings(word)
    if any(r.pos in NOMINALS and (r.case in GOVERNED or (r.pos != "NOUN" and r.case in cases)) for r in found):
        return True, True
    return not any(r.known for r in found), any(r.pos in NOMINALS for r in found)


class Epithet(NamedTuple):
    """The role before a single name, its case and gender; `adjacent` without anything between the two."""

    role: Role
    case: str
    gender: str | None
    adjacent: bool
    prepositions: bool


def epithet_before(text: str, at: int, after: int) -> Epithet | None:
    """The role right before a single name at `at`."""
    found = roles_before(text, at, frozenset(("nomn", "gent", "datv", "accs", "ablt", "loct")), after)
    if not found:
        return None
    role, reading = found[-1]
    tokens = tokenise(text, max(after, text.rfind("\n", 0, at) + 1, at - WINDOW), at)
    heads = [k for k, token in enumerate(tokens) if head_reading(token, frozenset((reading.case or "nomn",)))]
    if not heads:
        return None  # the head lies ahead of what is looked at here
    head = heads[-1]
    between = tokens[head + 1 :]
    gender = None if reading.gender == "ms-f" else reading.gender
    prepositions = any(t.is_word and is_preposition(t.text) for t in between)
    return Epithet(role, reading.case or "nomn", gender, not between, prepositions)
