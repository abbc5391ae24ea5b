"""When are two quotes one and the same, printed twice?

Letter case, ё, quotation marks, dashes, dots and every other sign but letters and digits say nothing. Words may be cut,
at either end, in the middle or in several places: of the longer quote so much must be left as LEAST says, less where an
ellipsis shows the cut. No word may stand in another's place, and neither a negation nor a number may be cut by itself:
«построим 5 мостов» is not «построим 7 мостов», «я не приду» not «я приду».

Candidates share some of the smallest of their hashed word pairs (a bottom-k sketch; Broder, «On the resemblance and
containment of documents», 1997). Each text of a cluster is a reprint of its fullest one, and agrees with all
others, so that no chain of small cuts joins two different quotes. It depends on the quotes alone, not on their order.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold
from index.analysis.tokenise import TOKEN
from index.speakers.naming import Naming
from index.words import word_set

SKETCH: Final = 8  # smallest hashes of word pairs that are kept
SHARED: Final = 2  # of them that two quotes must share to be compared
LEAST: Final = 0.7  # of the longer quote's words the other one must have
LEAST_WITH_ELLIPSIS: Final = 0.4
MOST_OF_BOTH: Final = 0.08  # of the words may be cut out of the fuller one of two
CLAUSE: Final = 3  # words: a cut of so many may have a negation or a number among them
LEAST_WORDS: Final = 4  # shorter quotes are one only where every word is the same
SHORT: Final = 6  # words; so short a quote may be said again another day, by anybody
SHORT_DAYS: Final = 7
CROWD: Final = 64  # texts that share a pair of words: it tells nothing then
NO_KEY: Final = 2**32 - 1
CUT: Final = 1  # stands for an ellipsis among the hashes of words

_NEGATIONS: Final = word_set(
    "не ни нет нельзя никогда никто ничто ничего никого никак никакой никаких без вряд неправда"
)
_NUMBERS: Final = word_set(
    """
    ноль один одна одно одного одной одну два две двух двум двумя три трех трем тремя четыре четырех пять пяти шесть
    шести семь семи восемь восьми девять девяти десять десяти одиннадцать двенадцать тринадцать четырнадцать
    пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать двадцати тридцать тридцати сорок сорока
    пятьдесят шестьдесят семьдесят восемьдесят девяносто сто ста двести триста четыреста пятьсот шестьсот семьсот
    восемьсот девятьсот тысяча тысячи тысяч миллион миллиона миллионов миллиард миллиарда миллиардов полтора полторы
    вдвое втрое оба обе
    """
)
_ELLIPSIS: Final = re.compile(r"…|\.{3}")
_WORD: Final = re.compile(f"{TOKEN.pattern}|{_ELLIPSIS.pattern}")

Words = NDArray[np.uint32]  # (n,) hashes of a quote's words


class Said(NamedTuple):
    """Who said a quote: an id, and the name in parts."""

    id: str
    name: Naming

    def may_be(self, other: Said) -> bool:
        """Whether both may be one: nobody knows better where one of them is a mere surname, or has initials only."""
        if self.id == other.id:
            return True
        both = self.name.is_person and other.name.is_person
        return both and not (self.name.is_full and other.name.is_full) and self.name.agrees(other.name)


@dataclass(frozen=True, slots=True)
class Print:
    """What is compared of a quote: its words' hashes, with CUT for an ellipsis; how many words these are; who said it
    (None: nobody known) and when (days since 1970-01-01); and of which sort it is: sorts are never one.
    """

    words: bytes
    length: int
    speaker: Said | None = None
    day: int | None = None
    sort: int = 0


def print_of(words: Words, speaker: Said | None = None, day: int | None = None, sort: int = 0) -> Print:
    """The print of a quote with these words."""
    return Print(words.tobytes(), int((words != CUT).sum()), speaker, day, sort)


def words_of(text: str) -> Words:
    """(n,) The hash of each word of a quote, CUT for an ellipsis; those of negations and numbers are odd."""
    return np.array([_hash(word) for word in _WORD.findall(text)], np.uint32)


@lru_cache(maxsize=100_000)
def _hash(word: str) -> int:
    if _ELLIPSIS.fullmatch(word):
        return CUT
    form = fold(word)
    kept = form in _NEGATIONS or form in _NUMBERS or any(map(str.isdigit, form))
    return crc32(form.encode()) & ~1 | kept


def sketch(words: Words) -> Words:
    """(SKETCH,) The smallest hashes of its word pairs, ascending, then NO_KEY; of a single word its own."""
    found = np.full(SKETCH, NO_KEY, np.uint32)
    words = words[words != CUT]
    if not len(words):
        return found
    with np.errstate(over="ignore"):
        pairs = words if len(words) == 1 else words[:-1] * np.uint32(2654435761) + words[1:]
        pairs = (pairs ^ (pairs >> np.uint32(15))) * np.uint32(2246822519)
        pairs ^= pairs >> np.uint32(13)
    pairs.sort()
    least = pairs[np.diff(pairs, prepend=pairs[0] ^ np.uint32(1)) != 0][:SKETCH]
    found[: len(least)] = least
    return found


def same(one: Print, other: Print) -> bool:
    """Whether two quotes are one and the same."""
    if one.sort != other.sort:
        return False
    if one.speaker is not None and other.speaker is not None and not one.speaker.may_be(other.speaker):
        return False
    shorter, longer = sorted((one, other), key=lambda some: (some.length, some.words))
    if shorter.length < SHORT and not _near(one, other):
        return False
    if shorter.words == longer.words:
        return True
    here, there = _list(shorter.words), _list(longer.words)
    shown = CUT in here or CUT in there
    least = (LEAST_WITH_ELLIPSIS if shown else LEAST) * longer.length
    if shorter.length < least or (shorter.length < LEAST_WORDS and shorter.length != longer.length):
        return False
    most = max(1.0, MOST_OF_BOTH * longer.length)
    if len(set(here).difference(there)) > most + 1:  # told without looking at the order
        return False
    return _only_cut(here, there, least, most)


def agree(one: Print, other: Print) -> bool:
    """Whether two quotes may have been cut out of one that is fuller than both: no word stands in another's place."""
    if one.sort != other.sort:
        return False
    if one.speaker is not None and other.speaker is not None and not one.speaker.may_be(other.speaker):
        return False
    return one.words == other.words or _only_cut(_list(one.words), _list(other.words), 0, len(one.words))


def _near(one: Print, other: Print) -> bool:
    """Whether one person said both within some days, or nobody knows that it was otherwise."""
    if one.speaker is None or other.speaker is None:
        return False
    if one.day is None or other.day is None:
        return min(one.length, other.length) >= LEAST_WORDS
    return abs(one.day - other.day) <= SHORT_DAYS


def _list(words: bytes) -> list[int]:
    found: list[int] = np.frombuffer(words, np.uint32).tolist()
    return found


def _only_cut(shorter: list[int], longer: list[int], least: float, most: float) -> bool:
    """Whether each differs from the other by cut words alone, so that `least` words are left of the longer one.

    Both may have been cut out of a third, the fuller one by `most` words; never at the same place, which would be a
    word in another's place. A negation or a number is cut with more words, or where an ellipsis shows it.
    """
    left = cut = 0
    for ours, theirs in _gaps(shorter, longer):
        shown = CUT in ours or CUT in theirs
        here, there = (sum(1 for word in words if word != CUT) for words in (ours, theirs))
        if here and there:
            return False
        odd = any(word & 1 and word != CUT for word in (*ours, *theirs))
        if odd and not shown and here + there < CLAUSE:
            return False
        left += here
        cut += there
    words = sum(1 for word in longer if word != CUT)
    return words - cut >= least and left <= most


def _gaps(one: list[int], other: list[int]) -> Iterator[tuple[list[int], list[int]]]:
    """What stands between the words that both have in one order, the longest such order (Hunt and Szymanski, 1977)."""
    before = (-1, -1)
    for here in [*_common(one, other), (len(one), len(other))]:
        gap = one[before[0] + 1 : here[0]], other[before[1] + 1 : here[1]]
        if gap[0] or gap[1]:
            yield gap
        before = here


def _common(one: list[int], other: list[int]) -> list[tuple[int, int]]:
    """Places of the words that both have, in one order, as many as there can be."""
    begin = 0
    while begin < min(len(one), len(other)) and one[begin] == other[begin]:
        begin += 1
    behind = 0
    while behind < min(len(one), len(other)) - begin and one[-1 - behind] == other[-1 - behind]:
        behind += 1
    head = [(place, place) for place in range(begin)]
    tail = [(len(one) - place, len(other) - place) for place in range(behind, 0, -1)]
    a, b = one[begin : len(one) - behind], other[begin : len(other) - behind]
    if a and b:
        head += [(begin + i, begin + j) for i, j in _longest(a, b)]
    return head + tail


def _longest(a: list[int], b: list[int]) -> list[tuple[int, int]]:
    lengths = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        row, below = lengths[i], lengths[i + 1]
        for j in range(len(b) - 1, -1, -1):
            row[j] = below[j + 1] + 1 if a[i] == b[j] else max(below[j], row[j + 1])
    found, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


# -- clusters


def clusters(prints: Sequence[Print], keys: NDArray[np.uint32]) -> list[list[int]]:
    """The clusters of two quotes and more, as numbers; `keys`: (quotes, SKETCH), the sketch of each.

    Quotes are taken in one order whatever the order they come in, the longest first, the fullest text of its cluster.
    """
    near = _candidates(keys)
    if not near:
        return []

    def order(number: int) -> tuple[object, ...]:
        one = prints[number]
        speaker = one.speaker.id if one.speaker else ""
        return -one.length, one.words, one.day is None, one.day or 0, speaker, one.sort

    rank = {number: place for place, number in enumerate(sorted(near, key=order))}
    home: dict[int, list[int]] = {}
    for number in rank:
        for group in _homes(sorted(near[number], key=rank.__getitem__), home):
            if same(prints[number], prints[group[0]]) and all(
                agree(prints[number], prints[other]) for other in group[1:]
            ):
                group.append(number)
                home[number] = group
                break
        else:
            home[number] = [number]
    distinct = {id(group): group for group in home.values() if len(group) > 1}
    return [sorted(group) for group in distinct.values()]


def _homes(numbers: Sequence[int], home: dict[int, list[int]]) -> Iterator[list[int]]:
    seen: set[int] = set()
    for number in numbers:
        group = home.get(number)
        if group is not None and id(group) not in seen:
            seen.add(id(group))
            yield group


def _candidates(keys: NDArray[np.uint32]) -> dict[int, set[int]]:
    """Quote → those that it may be one with: they share SHARED keys, or all that the shorter has, none of which many
    others have.
    """
    flat = keys.ravel()
    order = np.argsort(flat, kind="stable")
    ordered = flat[order]
    owners = order // SKETCH
    edges = np.flatnonzero(np.diff(ordered, prepend=np.uint32(0), append=np.uint32(0)) != 0).tolist()
    starts = sorted({0, *edges, len(ordered)})
    shared: dict[int, Counter[int]] = defaultdict(Counter)
    for begin, end in pairwise(starts):
        if end - begin < 2 or ordered[begin] == NO_KEY:
            continue
        some = owners[begin:end].tolist()
        for group in [some] if end - begin <= CROWD else _alike(some, keys):
            for number in group:
                shared[number].update(group)
    least = np.minimum((keys != NO_KEY).sum(axis=1), SHARED).tolist()
    near = {
        number: {
            other for other, count in counts.items() if other != number and count >= min(least[number], least[other])
        }
        for number, counts in shared.items()
    }
    return {number: others for number, others in near.items() if others}


def _alike(crowd: list[int], keys: NDArray[np.uint32]) -> Iterator[list[int]]:
    """Of many that share a key those that share all: the same words."""
    of: dict[bytes, list[int]] = defaultdict(list)
    for number in crowd:
        of[keys[number].tobytes()].append(number)
    for some in of.values():
        if len(some) > 1:
            yield some
