"""What can a Russian word be? Its readings by pymorphy3, kept small and cached.

The dictionary is loaded at the first word that is asked for, not at import: articles without quotes never need it.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from index.analysis.guesses import guesses
from index.analysis.lemma import lexicon, parses
from index.analysis.lexicon import Entry
from index.words import word_set

from .kept import kept

NAME_MARKS = frozenset({"Name", "Surn", "Patr"})
CACHED_WORDS = 1 << 16
CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
ALL_CASES = frozenset((*CASES, "voct", "gen1", "gen2", "acc2", "loc1", "loc2"))
PARTS = word_set("NOUN ADJF ADJS COMP VERB INFN PRTF PRTS GRND NUMR ADVB NPRO PRED PREP CONJ PRCL INTJ")
MILLION = 1_000_000
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


@cache
def _grammemes(tag: str) -> Reading:
    """What a tag of the dictionary says («NOUN,anim,masc sing,nomn»), as a reading without a lemma."""
    marks = frozenset(tag.replace(" ", ",").split(","))
    case = next(iter(marks & ALL_CASES), None)
    return Reading(
        pos=tag.replace(" ", ",").split(",", 1)[0] if marks & PARTS else "",
        case=SECOND_CASES.get(case or "", case),
        number=next(iter(marks & {"sing", "plur"}), None),
        gender="ms-f" if "ms-f" in marks else next(iter(marks & {"masc", "femn", "neut"}), None),
        animate="anim" in marks,
        lemma="",
        marks=marks,
        known=True,
        score=0.0,
    )


@kept
def _readings(word: str) -> tuple[Reading, ...]:
    return _known(word) or _guessed(word)


_known = kept(lambda word: _in_dictionary(word))


@kept
def known_readings(word: str) -> tuple[Reading, ...]:
    """The readings that the dictionary itself has; () for a word that could only be guessed at."""
    return _known(word.lower())


def _in_dictionary(word: str) -> tuple[Reading, ...]:
    """As pymorphy reads a word that its dictionary holds, straight from the dictionary's files; () for others."""
    if len(word) < 2:
        return ()  # initials are pymorphy's own
    words = lexicon()
    found = words.spelt(word)
    if not found:
        return ()
    counted = words.shares.follow(f"{word}:".encode())
    if len(found) > 1:
        rows = [(row, form) for form, node in found for row in _rows(node).rows]
        shares = [words.shares.value(row[0].tag.encode(), counted) if counted else 0 for row, _ in rows]
    else:
        ((form, node),) = found
        known = _rows(node)
        rows = [(row, form) for row in known.rows]
        counted = words.shares.follow(known.begin, counted) if counted and known.begin else counted
        shares = [words.shares.value(end, counted) for end in known.ends] if counted else []
    if any(shares):
        scored = [_reading(*row, share / MILLION) for row, share in zip(rows, shares, strict=True)]
        return tuple(sorted(scored, key=_likeliest)) if len(scored) > 1 else tuple(scored)
    score = 1 / len(rows)
    return tuple([_reading(row, form, score) for row, form in rows])


class _Rows(NamedTuple):
    """What many words share: their entries with what the tags say, and the tags as `begin` and each tag's own end."""

    rows: tuple[tuple[Entry, Reading], ...]
    begin: bytes
    ends: tuple[bytes, ...]


@kept
def _rows(node: int) -> _Rows:
    entries = lexicon().entries(node)
    tags = [entry.tag.encode() for entry in entries]
    first, last = min(tags), max(tags)
    same = next((i for i, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return _Rows(tuple(map(_row, entries)), first[:same], tuple([tag[same:] for tag in tags]))


@kept
def _row(entry: Entry) -> tuple[Entry, Reading]:
    return entry, _grammemes(entry.tag)


def _reading(row: tuple[Entry, Reading], form: str, score: float) -> Reading:
    (_, _, head, tail, before, behind), (pos, case, number, gender, animate, _, marks, known, _) = row
    lemma = before + form[head : len(form) - tail] + behind
    new = tuple.__new__  # half of the time of Reading(…)
    return new(Reading, (pos, case, number, gender, animate, lemma, marks, known, score))


def _likeliest(reading: Reading) -> float:
    return -reading.score


def _guessed(word: str) -> tuple[Reading, ...]:
    known = bool(lexicon().spelt(word))
    return tuple(
        _grammemes(guess.tag)._replace(lemma=guess.lemma, known=known, score=guess.score) for guess in guesses(word)
    )


@kept
def readings(word: str) -> tuple[Reading, ...]:
    """All readings of a word, likeliest first. Letter case does not matter."""
    return _readings(word.lower())


@kept
def nominatives_of_name(word: str, mark: str) -> tuple[tuple[str, str, str], ...]:
    """`(nominative, case, gender)` for each way to read `word` as a name of this sort (`Name`, `Patr`, `Surn`).

    Only what the dictionary knows, in the singular, lower case, each once; gender is `masc`, `femn` or `ms-f`.
    """
    found = [r for r in known_readings(word) if mark in r.marks and r.number != "plur" and r.case in CASES]
    if mark == "Name":  # each first name is a lexeme of its own
        return tuple(dict.fromkeys((r.lemma, r.case or "", r.gender or "") for r in found))
    return _nominatives(word.lower(), mark) if found else ()


@kept
def is_named(word: str, mark: str) -> bool:
    """Whether the dictionary has `word` as a name of this sort, in whatever form."""
    return any(mark in r.marks for r in known_readings(word))


def _nominatives(word: str, mark: str) -> tuple[tuple[str, str, str], ...]:
    found: list[tuple[str, str, str]] = []
    for parse in parses(word):
        tag = parse.tag
        if mark not in tag or tag.number == "plur" or not parse.is_known or _plain(tag.case) not in CASES:
            continue
        nominative = parse.inflect({"nomn"})
        gender = "ms-f" if "ms-f" in tag else str(_plain(tag.gender))
        row = (nominative.word if nominative else parse.normal_form, str(_plain(tag.case)), gender)
        if row not in found:
            found.append(row)
    return tuple(found)


@kept
def name_weight(word: str, case: str, gender: str) -> float:
    """How likely a first name stands in this case and is of this gender, by pymorphy's estimate; 0 if never."""
    return sum(r.score for r in known_readings(word) if "Name" in r.marks and r.case == case and r.gender == gender)


@kept
def is_known(word: str) -> bool:
    """Whether the dictionary holds the word."""
    return bool(known_readings(word)) or (len(word) < 2 and any(r.known for r in readings(word)))


@kept
def has_case(word: str, case: str, *, pos: tuple[str, ...] = ("NOUN",)) -> bool:
    """Whether some reading of these parts of speech stands in this case."""
    return any(r.pos in pos and r.case == case for r in readings(word))


@kept
def mostly(word: str, *pos: str) -> bool:
    """Whether readings of these parts of speech weigh at least one half."""
    return sum(r.score for r in readings(word) if r.pos in pos) >= 0.5


@kept
def is_preposition(word: str) -> bool:
    """Whether the word can hardly be anything but a preposition."""
    return mostly(word, "PREP")
