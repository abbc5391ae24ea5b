"""How do texts become numbers? Every word as written gets a number, and is folded and stemmed once, when it is new.

Two ways to the same result: a regular expression and a dict, or a kernel that hashes the words where they stand.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Final, Protocol

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

from index.analysis import FORM_MARK, fold
from index.analysis.fold import COMBINING, INVISIBLE
from index.analysis.roots import roots, surname_root
from index.analysis.tokenise import TOKEN

SMALL, CAPITAL, CAPITALS, OTHER = range(4)  # letter case of a word as written
LATER_ROOT: Final = 4  # added to the case of a token's second root and of those after it

# What the kernel takes a character for.
BREAK, SEEN, MARK, HIDDEN = range(4)

Analysed = tuple[str, tuple[str, ...], int]

_PLAIN: Final = re.compile("[А-ЯЁа-яё][а-яё]*")
_STEMMER: Final = snowballstemmer.stemmer("russian")
_STEMMER.maxCacheSize = 0  # nothing comes twice
_END: Final = ("", "", "")


def letter_case(written: str, form: str) -> int:
    """The letter case of a word; one capital letter alone is a Capital."""
    if written == written.lower():
        return SMALL
    if written == written.upper() and len(form) > 1:
        return CAPITALS
    return CAPITAL if written[1:] == written[1:].lower() else OTHER


def analysed(written: str) -> Analysed:
    """What is known of a word as written: its folded form, its roots, its letter case."""
    form = fold(written)
    return form, roots(form, written=written), letter_case(written, form)


def all_analysed(words: Sequence[str]) -> Iterator[Analysed]:
    """`analysed` of each, in order. Plain Russian words, small or with a capital, take a fifth of the time here."""
    plain = [word for word in words if _PLAIN.fullmatch(word)]
    forms = "\n".join(plain).lower().replace("ё", "е").split("\n") if plain else []
    ready = zip(plain, forms, _STEMMER.stemWords(forms), strict=True)
    awaited, form, stem = next(ready, _END)
    for word in words:
        if word is not awaited:
            yield analysed(word)
            continue
        if word[0] >= "а":  # Ё and all capitals come before it
            yield form, (stem,), SMALL
        else:
            surname = surname_root(form)
            yield form, (stem,) if surname is None else (stem, surname), CAPITAL
        awaited, form, stem = next(ready, _END)


class Words:
    """Words as written and the terms that they lead to, numbered in the order of their coming.

    A term is a root, or a form with its mark. A word may have several numbers: nothing depends on it.
    """

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self._form = array("I")
        self._case = array("B")
        self._root = array("I")
        self._end = array("Q", [0])  # where each word's roots end; one more than words
        self._characters = 0

    def __len__(self) -> int:
        return len(self._form)

    def add(self, words: Sequence[str]) -> None:
        """Take new words in; they are numbered from `len(self)` on."""
        terms, roots, end = self.terms, self._root, self._end.append
        number = terms.setdefault
        forms, cases = [], []
        for form, found, case in all_analysed(words):
            forms.append(number(FORM_MARK + form, len(terms)))
            cases.append(case)
            for root in found:
                roots.append(number(root, len(terms)))
            end(len(roots))
        self._form.extend(forms)
        self._case.extend(cases)
        self._characters += sum(map(len, words))

    def columns(self) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint32], NDArray[np.int64]]:
        """Of each word: its form's term (W,), its case (W,); the terms of all roots, and where each word's roots start
        (W + 1,). Copies.
        """
        return (
            np.array(self._form, np.uint32),
            np.array(self._case, np.uint8),
            np.array(self._root, np.uint32),
            np.array(self._end, np.int64),
        )

    @property
    def memory(self) -> int:
        """About how many bytes are held."""
        return 220 * len(self.terms) + 60 * len(self) + 4 * self._characters


class Tokeniser(Protocol):
    """Texts → numbers of words."""

    def numbers(self, texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """The words of all texts behind each other, and how many each text has (texts,)."""
        ...

    @property
    def memory(self) -> int:
        """About how many bytes are held."""
        ...


class PlainTokeniser:
    """By regular expression and dict."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._known = _Numbers(len(words))

    def numbers(self, texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """See the protocol."""
        number = self._known.__getitem__
        found = array("I")
        ends = [0]
        for text in texts:
            if text:
                found.extend(map(number, TOKEN.findall(text)))
            ends.append(len(found))
        self._words.add(self._known.new)
        self._known.new = []
        starts = np.array(ends, np.int64)
        return np.array(found, np.uint32), starts[1:] - starts[:-1]

    @property
    def memory(self) -> int:
        """See the protocol."""
        return 180 * len(self._known)


class _Numbers(dict[str, int]):
    """Word → number, from `first` on in the order of their coming; `new` are those that came since it was emptied."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self._first = first
        self.new: list[str] = []

    def __missing__(self, written: str) -> int:
        self[written] = number = self._first + len(self)
        self.new.append(written)
        return number


@cache
def character_classes() -> NDArray[np.uint8]:
    """(0x110000,) BREAK, SEEN, MARK or HIDDEN of each code point, as the tokeniser's own expression has it."""
    classes = np.zeros(0x110000, np.uint8)
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    for run in re.finditer(r"[^\W_]+", everything):
        first, last = ord(everything[run.start()]), ord(everything[run.end() - 1])
        classes[first : last + 1] = SEEN
    classes[0xD800:0xE000] = BREAK
    for found, value in ((COMBINING, MARK), (INVISIBLE, HIDDEN)):
        for run in re.finditer(f"[{found}]", everything):
            classes[ord(run[0])] = value
    return classes


class KernelTokeniser:
    """By a table of all words in code points, open addressing; see `writing_kernels.tokenise`."""

    def __init__(self, words: Words, kernels: Any) -> None:
        self._words = words
        self._kernels = kernels
        self._first = len(words)  # words that came before have numbers of their own
        self._known = 0
        self._table = np.zeros(1 << 15, np.uint64)
        self._entries = np.ones(len(self._table) // 2 + 1, np.int64)  # where each word stands in letters
        self._letters = np.zeros(1 << 17, np.uint32)

    def numbers(self, texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """See the protocol."""
        points = np.frombuffer("\n".join(texts).encode("utf-32-le"), np.uint32)
        found = np.empty(len(points) // 2 + 1, np.uint32)
        starts = np.empty(len(found), np.uint32)
        at = made = 0
        while True:
            at, made, known = self._kernels.tokenise(
                points,
                character_classes(),
                self._table,
                self._entries,
                self._letters,
                self._known,
                found,
                starts,
                at,
                made,
            )
            self._take_in(known)
            if at >= len(points):
                break
            self._grow()
        text_ends = np.cumsum(np.array([len(text) + 1 for text in texts], np.int64))
        counts = np.diff(np.searchsorted(starts[:made], text_ends), prepend=0)
        return found[:made] + np.uint32(self._first), counts.astype(np.int64)

    def _take_in(self, known: int) -> None:
        """Analyse the words that are new."""
        entries = self._entries[self._known : known + 1]
        base = int(entries[0])
        letters = self._letters[base : int(entries[-1])].copy()
        for head in (0, 1):  # number and length are no letters
            letters[entries[:-1] - base + head] = 0
        text = letters.tobytes().decode("utf-32-le")
        self._words.add([text[start - base + 2 : end - base] for start, end in pairwise(entries.tolist())])
        self._known = known

    def _grow(self) -> None:
        if 2 * (self._known + 1) > len(self._table):
            table = np.zeros(4 * len(self._table), np.uint64)
            self._kernels.rehash(self._table, table)
            self._table = table
            more = np.zeros(len(table) // 2 - self._known, np.int64)
            self._entries = np.concatenate((self._entries[: self._known + 1], more))
        # A word may be as long as a text: the rest of it is asked for again when it does not fit.
        self._letters = np.concatenate((self._letters, np.zeros(len(self._letters), np.uint32)))

    @property
    def memory(self) -> int:
        """See the protocol."""
        return self._table.nbytes + self._entries.nbytes + self._letters.nbytes
