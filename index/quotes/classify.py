"""Are words in quotation marks a whole utterance, a fragment, or just a name?

Length does not tell (a third of the fragments in news have eight words or more): a predicate of its own does.
"""

from __future__ import annotations

import re

from index.words import word_set

from .grammar import Reading, readings
from .kept import kept

WORD = re.compile(r"[^\W\d_]+(?:[-‑][^\W\d_]+)*")
FINAL = re.compile(r"[.!?…][)\]]*$")
SENTENCE_INSIDE = re.compile(r"[.!?…][)\]]*\s+[А-ЯЁA-Z—–]")
COPULA = re.compile(r"\w[»\"”]?\s+[—–-]\s+(?:это\s+)?\w|\bэто\b", re.IGNORECASE)
PREDICATE = 0.5  # share of a word's readings that must be predicates
NO_SUBJECT_NEEDED = word_set(
    """
    надо нужно можно нельзя нет есть пора жаль должен слышно видно ясно понятно трудно тяжело легко важно необходимо
    возможно невозможно известно больно обидно страшно стыдно приятно рано поздно достаточно
    """
)


def words(text: str) -> list[str]:
    """The words of `text`, numbers left out."""
    return WORD.findall(text)


@kept
def predicate_share(word: str) -> float:
    """How much of what `word` may be is a finite verb, a short form or a predicative."""
    return sum(
        r.score
        for r in readings(word)
        if r.pos in {"VERB", "PRTS", "PRED"} or (r.pos == "ADJS" and len(word) > 3 and "Apro" not in r.marks)
    )


def has_predicate(text: str) -> bool:
    """Whether some word can well be the predicate of a clause; a dash between nouns counts."""
    if COPULA.search(text):
        return True
    found = words(text)
    if any(_is_predicate(word) for word in found):
        return True
    kinds = {readings(word)[0].pos for word in found}
    return "COMP" in kinds and ("INFN" in kinds or "NPRO" in kinds)


@kept
def _is_predicate(word: str) -> bool:
    return predicate_share(word) >= PREDICATE or word.lower() in NO_SUBJECT_NEEDED


def starts_like_sentence(text: str) -> bool:
    """Whether the first letter is a capital one (or a number starts it)."""
    first = next((char for char in text if char.isalnum()), "")
    return first.isupper() or first.isdigit()


def ends_like_sentence(text: str) -> bool:
    """Whether a final . ! ? … stands inside the marks."""
    return FINAL.search(text.rstrip()) is not None


def is_clause(text: str) -> bool:
    """Whether the words can stand alone: a predicate that does not lean on a subject outside the marks."""
    if SENTENCE_INSIDE.search(text):
        return True
    return has_predicate(text) and not leans_on_subject(text)


def leans_on_subject(text: str) -> bool:
    """Whether a finite verb opens the words and its subject is not among them: «не просил никого ждать»."""
    found = words(text)
    for i, word in enumerate(found[:4]):
        best = readings(word)[0]
        if best.pos in {"PRCL", "ADVB", "CONJ", "INTJ"} and word.lower() not in NO_SUBJECT_NEEDED:
            continue
        if best.pos not in {"VERB", "PRTS", "ADJS"} or best.marks & {"1per", "2per"}:
            return False
        if any("impr" in r.marks for r in readings(word)) or (best.pos == "PRTS" and best.gender == "neut"):
            return False  # «почините мост», «закрыто до победы»
        return not any(_may_be_subject(w, best) for w in found[i + 1 : i + 5])
    return False


def _may_be_subject(word: str, verb: Reading) -> bool:
    return any(
        r.case == "nomn" and r.pos in {"NOUN", "NPRO"} and r.score >= 0.2 and verb.number in {r.number, None}
        for r in readings(word)
    )
