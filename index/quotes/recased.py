"""Which words of a text without capital letters would have one?

Some archives keep texts in small letters only. Names are then told by the dictionary, by standing behind a first name,
or by being no word that it has; sentences begin with a capital. The text stays as long as it was, so that places agree.
"""

from __future__ import annotations

import re

from .grammar import known_readings
from .role_words import EXPANSIONS

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
SENTENCE_START = re.compile(r"(?:^|[.!?…]\s+|\n\s*)[«\"„“(—–-]*\s*([^\W\d_])", re.MULTILINE)
NAME_SHARE = 0.4  # of a word's readings that must be names
PROPER = frozenset(("Name", "Surn", "Patr", "Geox", "Orgn"))
LONGEST_ACRONYM = 4


def is_small(text: str) -> bool:
    """Whether a text has small letters and no capital one."""
    return text.islower()


def recased(text: str) -> str:
    """The text with capitals where names and sentences begin."""
    out = list(text)
    after_first = False
    for found in WORD.finditer(text):
        word = found[0]
        first = _is(word, "Name")
        if word in EXPANSIONS and len(word) <= LONGEST_ACRONYM:
            out[found.start() : found.end()] = word.upper()
        elif first or after_first or _is_proper(word):
            out[found.start() : found.end()] = "-".join(part[:1].upper() + part[1:] for part in word.split("-"))
        after_first = first and text[found.end() : found.end() + 1] in {" ", "\u00a0"}
    for found in SENTENCE_START.finditer(text):
        out[found.start(1)] = out[found.start(1)].upper()
    made = "".join(out)
    return made if len(made) == len(text) else text


def _is(word: str, mark: str) -> bool:
    return sum(r.score for r in known_readings(word) if mark in r.marks) >= NAME_SHARE


def _is_proper(word: str) -> bool:
    found = known_readings(word)
    if not found:
        return len(word) > 3 and not word.isascii() and "-" not in word
    return sum(r.score for r in found if r.marks & PROPER) >= NAME_SHARE
