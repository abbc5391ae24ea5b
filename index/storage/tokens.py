"""How do texts become numbers? Every word as written gets a number, and is folded and stemmed once, when it is new.

Two ways to the same result: a regular expression and a dict, or a kernel that hashes the words where they stand.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from index import compiling
from index.analysis import FORM_MARK, fold
from index.analysis.capitals import turned, with_headlines
from index.analysis.fold import COMBINING, INVISIBLE
from index.analysis.roots import known_words, plain_roots, roots
from index.analysis.tokenise import TOKEN

from .bulk import Numbered, numbered
from .terms import KernelTerms, PlainTerms, Terms, with_room

DICTIONARY: Final = "index.analysis.lexicon_kernels"
SMALL, CAPITAL, CAPITALS, OTHER = range(4)  # letter case of a word as written
LATER_ROOT: Final = 4  # added to the case of a token's second root and of those after it

# What the kernel takes a character for.
BREAK, SEEN, MARK, HIDDEN = range(4)

Analysed = tuple[str, tuple[str, ...], int]

_BREAK: Final = ord("\n")
_PLANE: Final = 0x10000  # code points of the Basic Multilingual Plane
_LETTERS: Final = 0x40000  # code points from which on Unicode has no letters and figures, only tags and private ones
_NUMBER: Final = re.compile("[0-9]+")
_PLAIN: Final = re.compile("(?![Хх]{2,3}$)[А-ЯЁа-яё][а-яё]*")  # «Хх» is a Roman number


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


@dataclass(frozen=True, slots=True)
class Analyses:
    """What is known of words as written, W of them."""

    form: list[str]  # (W,)
    case: bytearray  # (W,)
    root: list[str]  # (W,) the first of each
    more: list[tuple[int, str]]  # the other ones: place of the word, root; words ascend


def all_analysed(words: Sequence[str]) -> Analyses:
    """`analysed` of each. Plain Russian words, small or with a capital, and numbers take a tenth of the time here."""
    found = Analyses(list(words), bytearray(len(words)), list(words), [])  # which is all that there is of a number
    forms, cases, roots = found.form, found.case, found.root
    plain = []
    for place, word in enumerate(words):
        if _PLAIN.fullmatch(word):
            plain.append(place)
        elif not _NUMBER.fullmatch(word):
            forms[place], (roots[place], *more), cases[place] = analysed(word)
            found.more.extend((place, root) for root in more)
    folded = "\n".join([words[place] for place in plain]).lower().replace("ё", "е").split("\n") if plain else []
    for place, form, known in zip(plain, folded, known_words(folded), strict=True):
        forms[place] = form
        small = words[place] >= "а"  # Ё and all capitals come before it
        if not small:
            cases[place] = CAPITAL
        elif isinstance(known, str):
            roots[place] = known
            continue
        roots[place], *more = plain_roots(form, known, small)
        found.more.extend((place, root) for root in more)
    found.more.sort(key=itemgetter(0))
    return found


def all_remembered(words: Sequence[str]) -> Analyses:
    """The same, by what is remembered of the words of other texts: for those who analyse a few texts now and then."""
    found = Analyses([], bytearray(), [], [])
    for place, word in enumerate(words):
        form, (root, *more), case = _remembered(word)
        found.form.append(form)
        found.root.append(root)
        found.case.append(case)
        found.more.extend((place, other) for other in more)
    return found


_remembered: Final = lru_cache(maxsize=100_000)(analysed)


class Words:
    """Words as written and the terms that they lead to, numbered in the order of their coming; `analyse` says what
    becomes of them.

    A term is a root, or a form with its mark. A word may have several numbers: nothing depends on it.
    """

    def __init__(self, analyse: Callable[[Sequence[str]], Analyses] = all_analysed) -> None:
        self._analyse = analyse
        self.terms: Terms = PlainTerms()
        self._kernels: Any = None
        self._dictionary: Any = None
        self._form = array("I")
        self._case = array("B")
        self._root = array("I")
        self._end = array("q", [0])  # where each word's roots end; one more than words

    def __len__(self) -> int:
        return len(self._form)

    def use(self, kernels: Any) -> None:
        """Go on with compiled kernels."""
        if isinstance(self.terms, PlainTerms):
            self.terms = KernelTerms(kernels, list(self.terms.known))
        dictionary = compiling.load(DICTIONARY)
        if dictionary is not None:
            self._kernels, self._dictionary = kernels, dictionary

    def add(self, words: Sequence[str]) -> None:
        """Take new words in; they are numbered from `len(self)` on."""
        if not words:
            return
        found = self._analyse(words)
        self._put(
            Numbered(
                self.terms.numbers(found.form, FORM_MARK),
                np.frombuffer(found.case, np.uint8),
                self.terms.numbers(found.root),
                np.array([place for place, _ in found.more], np.int64),
                self.terms.numbers([root for _, root in found.more]),
            )
        )

    def add_letters(self, letters: NDArray[np.uint32], entries: NDArray[np.int64]) -> None:
        """The same of words as `writing_kernels.number_words` holds them, from the first entry on."""
        entries = entries - entries[0]
        marked = letters.copy()
        for head in (0, 1):  # number and length are no letters; no word has a line break
            marked[entries[:-1] + head] = _BREAK
        words = marked.tobytes().decode("utf-32-le")[2:].split("\n\n")
        if self._dictionary is None or not isinstance(self.terms, KernelTerms):
            self.add(words)
        else:
            self._put(numbered(letters, entries, words, self.terms, self._kernels, self._dictionary, analysed))

    def _put(self, found: Numbered) -> None:
        self._form.frombytes(found.form.tobytes())
        self._case.frombytes(found.case.tobytes())
        roots, counts = found.root, np.ones(len(found.form), np.int64)
        if len(found.more):
            roots = np.insert(roots, found.more_at + 1, found.more)
            counts += np.bincount(found.more_at, minlength=len(counts))
        self._root.frombytes(roots.tobytes())
        self._end.frombytes((self._end[-1] + np.cumsum(counts)).tobytes())

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
        return self.terms.memory + 24 * len(self)


class Tokeniser(Protocol):
    """Texts → numbers of words, short ones of a headline in capitals turned."""

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
                found.extend(map(number, TOKEN.findall(with_headlines(text))))
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
def character_classes(end: int = 0x110000) -> NDArray[np.uint8]:
    """(end,) BREAK, SEEN, MARK or HIDDEN of each code point, as the tokeniser's own expression has it."""
    classes = np.zeros(end, np.uint8)
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, min(end, _LETTERS)))))
    for run in re.finditer(r"[^\W_]+", everything):
        first, last = ord(everything[run.start()]), ord(everything[run.end() - 1])
        classes[first : last + 1] = SEEN
    classes[0xD800:0xE000] = BREAK
    for found, value in ((COMBINING, MARK), (INVISIBLE, HIDDEN)):
        for run in re.finditer(f"[{found}]", everything):
            classes[ord(run[0])] = value
    return classes


class KernelTokeniser:
    """By a table of all words in code points, open addressing; see `writing_kernels.number_words`."""

    def __init__(self, words: Words, kernels: Any) -> None:
        words.use(kernels)
        self._words = words
        self._kernels = kernels
        self._first = len(words)  # words that came before have numbers of their own
        self._known = 0
        self._table = np.zeros(1 << 15, np.uint64)
        self._entries = np.ones(len(self._table) // 2 + 1, np.int64)  # where each word stands in letters
        self._letters = np.zeros(1 << 17, np.uint32)

    def numbers(self, texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """See the protocol."""
        ends = np.cumsum(np.array(list(map(len, texts)), np.int64) + 1)  # of the texts, line breaks between them
        points = self._turned(_code_points("\n".join(texts)), texts, ends)
        most = len(points) // 2 + 1
        starts, lengths, codes, found = (np.empty(most, np.uint32) for _ in range(4))
        plane = points.max(initial=0) < _PLANE  # beyond it is next to nothing, and most of what making the table takes
        classes = character_classes(_PLANE) if plane else character_classes()
        made = self._kernels.tokenise(points, classes, starts, lengths, codes)
        tokens = starts[:made], lengths[:made], codes[:made]
        at = 0
        while True:
            at, known = self._kernels.number_words(
                points, *tokens, at, self._table, self._entries, self._letters, self._known, found
            )
            self._take_in(known)
            if at >= made:
                break
            self._grow()
        counts = np.diff(np.searchsorted(tokens[0], ends), prepend=0)
        return found[:made] + np.uint32(self._first), counts.astype(np.int64)

    def _turned(self, points: NDArray[np.uint32], texts: Sequence[str], ends: NDArray[np.int64]) -> NDArray[np.uint32]:
        """The code points of texts, their headlines turned; see `capitals`."""
        loud = np.zeros(len(texts), np.uint8)
        self._kernels.find_capitals(points, ends, loud)
        some = np.flatnonzero(loud).tolist()
        if some:
            points = points.copy()
        for place in some:
            end = ends[place] - 1
            points[end - len(texts[place]) : end] = _code_points(turned(texts[place]))
        return points

    def _take_in(self, known: int) -> None:
        """Analyse the words that are new."""
        if known == self._known:
            return
        entries = self._entries[self._known : known + 1]
        self._words.add_letters(self._letters[entries[0] : entries[-1]], entries)
        self._known = known

    def _grow(self) -> None:
        known, used = self._known, int(self._entries[self._known])
        if 2 * (known + 1) > len(self._table):
            table = np.zeros(2 * len(self._table), np.uint64)
            self._kernels.rehash(self._table, table)
            self._table = table
            self._entries = with_room(self._entries, known + 1, len(table) // 2 + 1)
        else:  # a word may be as long as a text: where it does not fit yet, it is asked for again
            self._letters = with_room(self._letters, used, len(self._letters) + 1)

    @property
    def memory(self) -> int:
        """See the protocol."""
        return self._table.nbytes + 8 * self._known + 4 * int(self._entries[self._known])


def _code_points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)
