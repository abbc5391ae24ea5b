"""Which role stands behind a name, or across a dash or a verb from it?

«Лунин, министр транспорта», «Лунин возглавил министерство», «директор школы — Лунин», «завод возглавляет Лунин».
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.words import word_set

from .cues import lemmas
from .grammar import mostly, readings
from .kept import kept
from .offices import canonical
from .phrases import Phrase, phrase_at
from .role_words import concepts
from .roles import WINDOW, Role, head_reading, role_of
from .tokens import Token, tokenise

APPOSES = frozenset(",(—–-")


MADE = re.compile(  # stems of the words that `post`, `heading` and `becoming` know
    r"\b(?:пост[аоу]?|бытность|должност|возглав|руковод|был|стал|явля|оказ|назнач|избра|выбра|утвержд|служи|работа|оста[лвюён])"
)


POST = re.compile(r"\b(?:пост|должност|бытность)", re.IGNORECASE)


FEW_WORDS = re.compile(r"\s*(?:\S+\s+){0,9}\S*")
"""More than the five tokens that `heading` and `becoming` look at, two pairs of initials among them."""


DASHES = frozenset("—–-")


BECOMES = word_set(
    "быть стать являться оказаться назначить избрать выбрать утвердить служить работать остаться оставаться"
)


HEADS = word_set("возглавлять возглавить руководить руководящий возглавляющий возглавивший")


POSTS = frozenset(("пост", "должность"))


def roles_behind(text: str, end: int, cases: frozenset[str]) -> list[Role]:
    """The roles behind a name that ends at `end`: an apposition, what somebody heads, is or became."""
    stop = text.find("\n", end, end + WINDOW)
    stop = stop if stop >= 0 else min(len(text), end + WINDOW)
    if text[end : end + 2].strip()[:1] not in APPOSES and not _may_tell(text, end, stop):
        return []
    tokens = tokenise(text, end, stop)
    if not tokens:
        return []
    return [found for rule in BEHIND if (found := rule(tokens, cases)) is not None]


def _may_tell(text: str, start: int, end: int) -> bool:
    """The cheap look first: whether a word stands there by which `post`, `heading` or `becoming` tell a role."""
    if MADE.search(text, start, end) is None:
        return False
    if POST.search(text, start, end) is not None or "«" in text[start:end]:
        return True
    near = FEW_WORDS.match(text, start, end)
    return near is not None and MADE.search(text, start, near.end()) is not None


def apposition(tokens: Sequence[Token], cases: frozenset[str]) -> Role | None:
    """«Лунин, министр транспорта области, …»; «Лунин (тренер «Речника»)»; «Лунин — директор школы»."""
    if len(tokens) < 2 or tokens[0].text not in {",", "(", *DASHES}:
        return None
    wanted = frozenset(("nomn",)) if tokens[0].text in DASHES else cases
    start = _behind_adverbs(tokens, 1)
    for case in sorted(wanted):
        phrase = phrase_at(tokens, start, case) if start < len(tokens) else None
        if phrase is not None and phrase.person and not _holds_name(tokens, phrase):
            return _phrase_role(tokens[phrase.first : phrase.last + 1], case)
    return None


def _behind_adverbs(tokens: Sequence[Token], start: int) -> int:
    """Behind «теперь уже», «в ту пору», «в прошлом» before an apposition."""
    k = start
    while k < len(tokens) - 1 and k < start + 4:
        low = tokens[k].text.lower()
        if low in {"в", "во", "ту", "то", "пору", "время", "прошлом", "недавнем"} or mostly(low, "ADVB", "PRCL"):
            k += 1
        else:
            break
    return k


def _holds_name(tokens: Sequence[Token], phrase: Phrase) -> bool:
    """Whether a person's name stands in the phrase; a town that no dictionary has is none."""
    return any(_is_called_so(token.text) for token in tokens[phrase.first : phrase.last + 1])


@kept
def _is_called_so(word: str) -> bool:
    """Whether a capitalised word is a first name or patronymic."""
    return word[0].isupper() and any(r.known and r.marks & {"Name", "Patr"} for r in readings(word))


def _phrase_role(tokens: Sequence[Token], case: str) -> Role | None:
    for k, token in enumerate(tokens):
        if head_reading(token, frozenset((case,))) is not None:
            return role_of(tokens, k)
    return None


def heading(tokens: Sequence[Token], cases: frozenset[str]) -> Role | None:
    """«Лунин, возглавляющий завод»; «Лунин возглавил министерство»; «руководящий фондом»."""
    for k, token in enumerate(tokens[:5]):
        if token.is_word and not HEADS.isdisjoint(lemmas(token.text)):
            governed = _governed_words(tokens, k + 1)
            if governed:
                head, words = canonical("глава", governed)
                return Role(head, words)
    return None


def _governed_words(tokens: Sequence[Token], start: int) -> frozenset[str]:
    found: set[str] = set()
    for token in tokens[start : start + 8]:
        if not (token.is_word or token.is_quoted) or mostly(token.text, "VERB", "CONJ", "PREP", "GRND"):
            break
        found |= concepts(token.text)
    return frozenset(found)


@kept
def _is_post(word: str) -> bool:
    return word.lower().startswith(("пост", "должност")) and any(r.lemma in POSTS for r in readings(word))


def post(tokens: Sequence[Token], cases: frozenset[str]) -> Role | None:
    """«Лунин, занимающий пост министра транспорта»; «Лунина на должность прокурора»."""
    for k, token in enumerate(tokens[:16]):
        if token.text == "бытность" and (past := _was(tokens, k + 1)) is not None:
            return past
        if _is_post(token.text) and k + 1 < len(tokens):
            phrase = phrase_at(tokens, k + 1, "gent")
            if phrase is not None and phrase.person and not _holds_name(tokens, phrase):
                return _phrase_role(tokens[phrase.first : phrase.last + 1], "gent")
        if token.text in ".;!?":
            break
    return None


def _was(tokens: Sequence[Token], at: int) -> Role | None:
    """«Лунин, в бытность мэром города …»: he was one."""
    phrase = phrase_at(tokens, at, "ablt") if at < len(tokens) else None
    if phrase is None or not phrase.person or _holds_name(tokens, phrase):
        return None
    role = _phrase_role(tokens[phrase.first : phrase.last + 1], "ablt")
    return Role(role.head, role.words | {"бывший"}) if role is not None else None


def becoming(tokens: Sequence[Token], cases: frozenset[str]) -> Role | None:
    """«Лунин стал директором», «Лунин был избран мэром», «Лунин, назначенный прокурором»."""
    for k, token in enumerate(tokens[:5]):
        if token.text in ".;!?—–":
            break
        if token.is_word and not BECOMES.isdisjoint(lemmas(token.text)):
            for j in range(k + 1, min(k + 4, len(tokens))):
                phrase = phrase_at(tokens, j, "ablt")
                if phrase is not None and phrase.person and not _holds_name(tokens, phrase):
                    return _phrase_role(tokens[phrase.first : phrase.last + 1], "ablt")
    return None


BEHIND = (apposition, post, heading, becoming)


def _predicate(tokens: Sequence[Token]) -> Role | None:
    """«Министром транспорта области стал …»: the noun in the instrumental that ends right before the verb."""
    for k in range(len(tokens) - 1, max(-1, len(tokens) - 9), -1):
        if not (tokens[k].is_word or tokens[k].is_quoted):
            return None
        phrase = phrase_at(tokens, k, "ablt") if tokens[k].is_word else None
        if phrase is not None and phrase.person and phrase.last == len(tokens) - 1 and not _holds_name(tokens, phrase):
            return _phrase_role(tokens[k:], "ablt")
    return None


LEADS = frozenset(("возглавить", "возглавлять"))


LAST_WORD = re.compile(r"[а-яё]+(?=\s*$)", re.IGNORECASE)


LONGEST_VERB = 40  # code points, with the blanks behind it


SPLIT = re.compile(r"[ \u00a0][—–-][ \u00a0]$")


def role_across(text: str, at: int) -> Role | None:
    """The role of a name behind a dash («директор школы — Лунин») or behind what it heads («завод возглавил Лунин»)."""
    start = max(text.rfind("\n", 0, at) + 1, at - WINDOW)
    dash = SPLIT.search(text, start, at)
    if dash is not None:
        tokens = tokenise(text, start, dash.start())
        for k in range(len(tokens) - 1, -1, -1):
            if tokens[k].text in ".;:,!?":
                tokens = tokens[k + 1 :]
                break
        phrase = phrase_at(tokens, 0, "nomn") if tokens else None
        if phrase is not None and phrase.person and not _holds_name(tokens, phrase) and phrase.last == len(tokens) - 1:
            return _phrase_role(tokens, "nomn")
        return None
    last = LAST_WORD.search(text, max(start, at - LONGEST_VERB), at)
    if last is None or not _makes_somebody(last[0]):
        return None
    tokens = tokenise(text, start, at)
    if not tokens or not tokens[-1].is_word:
        return None
    verb = lemmas(tokens[-1].text)
    if verb & BECOMES:
        return _predicate(tokens[:-1])
    if not verb & LEADS:
        return None
    words: set[str] = set()
    for token in reversed(tokens[:-1]):
        if not (token.is_word or token.is_quoted) or mostly(token.text, "VERB", "CONJ", "PREP", "GRND"):
            break
        words |= concepts(token.text)
    head, governed = canonical("глава", frozenset(words))
    return Role(head, governed) if words else None


@kept
def _makes_somebody(verb: str) -> bool:
    return any(r.lemma in BECOMES or r.lemma in LEADS for r in readings(verb))
