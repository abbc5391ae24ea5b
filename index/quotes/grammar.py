"""What can a Russian word be? Its readings by pymorphy3, kept small and cached.

The dictionary is loaded at the first word that is asked for, not at import: articles without quotes never need it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from index.analysis.lemma import morph

NAME_MARKS = frozenset({"Name", "Surn", "Patr"})
CACHED_WORDS = 1 << 16
CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
SECOND_CASES = {"gen1": "gent", "gen2": "gent", "loc1": "loct", "loc2": "loct", "acc2": "accs"}


class Reading(NamedTuple):
    """One way to read a word, in OpenCorpora's tags. `score` is pymorphy's estimate; a word's readings sum to 1."""

    pos: str
    case: str | None
    number: str | None
    gender: str | None
    animate: bool
    lemma: str
    marks: frozenset[str]
    known: bool
    score: float


def _plain(value: Any) -> str | None:
    """A grammeme as a plain string: pymorphy's own strings refuse to be compared with what is no grammeme."""
    return None if value is None else str.__str__(value)


@lru_cache(CACHED_WORDS)
def _readings(word: str) -> tuple[Reading, ...]:
    found = []
    for parse in morph().parse(word):
        tag = parse.tag
        case = _plain(tag.case)
        found.append(
            Reading(
                pos=_plain(tag.POS) or "",
                case=SECOND_CASES.get(case or "", case),
                number=_plain(tag.number),
                gender="ms-f" if "ms-f" in tag else _plain(tag.gender),
                animate="anim" in tag,
                lemma=parse.normal_form,
                marks=frozenset(str(_plain(mark)) for mark in tag.grammemes),
                known=parse.is_known,
                score=parse.score,
            )
        )
    return tuple(found)


def readings(word: str) -> tuple[Reading, ...]:
    """All readings of a word, likeliest first. Letter case does not matter."""
    return _readings(word.lower())


@lru_cache(CACHED_WORDS)
def nominatives_of_name(word: str, mark: str) -> tuple[tuple[str, str, str], ...]:
    """`(nominative, case, gender)` for each way to read `word` as a name of this sort (`Name`, `Patr`, `Surn`).

    Only what the dictionary knows, in the singular, lower case, each once; gender is `masc`, `femn` or `ms-f`.
    """
    found: list[tuple[str, str, str]] = []
    for parse in morph().parse(word.lower()):
        tag = parse.tag
        if mark not in tag or tag.number == "plur" or not parse.is_known or _plain(tag.case) not in CASES:
            continue
        nominative = parse.inflect({"nomn"})
        gender = "ms-f" if "ms-f" in tag else str(_plain(tag.gender))
        row = (nominative.word if nominative else parse.normal_form, str(_plain(tag.case)), gender)
        if row not in found:
            found.append(row)
    return tuple(found)


@lru_cache(CACHED_WORDS)
def name_weight(word: str, case: str, gender: str) -> float:
    """How likely a first name stands in this case and is of this gender, by pymorphy's estimate; 0 if never."""
    return sum(
        parse.score
        for parse in morph().parse(word.lower())
        if "Name" in parse.tag and _plain(parse.tag.case) == case and _plain(parse.tag.gender) == gender
    )


def is_known(word: str) -> bool:
    """Whether the dictionary holds the word."""
    return any(reading.known for reading in readings(word))


def has_case(word: str, case: str, *, pos: tuple[str, ...] = ("NOUN",)) -> bool:
    """Whether some reading of these parts of speech stands in this case."""
    return any(r.pos in pos and r.case == case for r in readings(word))


def mostly(word: str, *pos: str) -> bool:
    """Whether readings of these parts of speech weigh at least one half."""
    return sum(r.score for r in readings(word) if r.pos in pos) >= 0.5


def is_preposition(word: str) -> bool:
    """Whether the word can hardly be anything but a preposition."""
    return mostly(word, "PREP")
