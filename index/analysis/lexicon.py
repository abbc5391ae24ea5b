"""Which words of the dictionary can a form be? Read from pymorphy's own files, without its objects.

Opening them takes some milliseconds, and a word a tenth of the time that a whole parse takes; `lexicon_kernels` reads
the same arrays fifty times as fast. Words that are not in the dictionary have no readings here.

    words.dawg          word · 0x01 · base64(paradigm u16, form u16, big-endian); several of them a word
    paradigms.array     n u16, then n times: its length u16; of each form: suffixes, then tags, then prefixes, u16 each
    p_t_given_w.intdawg «word:tag» → how often the word has that tag, in millionths

A dawg is a double array of u32 units (dawgdic): the units behind their number, then the guide, first child and next
sibling of each unit, behind its own number. Source: pymorphy3/opencorpora_dict and dawg_python.
"""

from __future__ import annotations

import json
import mmap
import sys
from binascii import a2b_base64
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

VERSION: Final = "2."  # of the files, as far as it must agree
LEAST_SHARE: Final = 5_000
"""A reading that a form has less often, in millionths, is noise: «лет» as лёт. «Стали» is сталь in 11,000."""
MOST_ENDS: Final = 1 << 15  # of keys that are kept: some 5 MB
BEGUN: Final = 3  # letters whose node is looked up once for many words
SEPARATOR: Final = b"\x01"
_YE, _YO = "е".encode(), "ё".encode()


class Reading(NamedTuple):
    """A word that a form can be: its lemma (ё as е), how often the form is it (millionths; -1 where it is the only one,
    or nobody counted), and whether it is a surname only.
    """

    lemma: str
    share: int
    surname: bool


Ways = Sequence[tuple[str, int]]
"""Texts and the nodes behind them."""


class Dawg:
    """A dictionary of bytes in a file."""

    def __init__(self, file: Path) -> None:
        with file.open("rb") as opened:
            data = memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))
        count = int.from_bytes(data[:4], "little")
        self.units = data[4 : 4 + 4 * count].cast("I")
        self.guide = data[8 + 4 * count : 8 + 4 * count + 2 * count]
        self._below: dict[int, tuple[bytes, ...]] = {}

    def follow(self, key: bytes, node: int = 0) -> int:
        """The node behind `key`; 0 where there is none."""
        units = self.units
        unit = units[node]
        for label in key:
            node ^= (unit >> 10) << ((unit & 0x200) >> 6) ^ label
            unit = units[node]
            if unit & 0x800000FF != label:
                return 0
        return node

    def value(self, key: bytes, node: int = 0) -> int:
        """The number of the key that goes on so behind a node; 0 where there is none."""
        node = self.follow(key, node)
        unit = self.units[node]
        if not node or not unit & 0x100:
            return 0
        return self.units[node ^ (unit >> 10) << ((unit & 0x200) >> 6)] & 0x7FFFFFFF

    def spell(self, piece: str, ways: Ways = (("", 0),)) -> Ways:
        """Texts so far and their nodes, with `piece` behind them; each е of it may be ё."""
        *parts, last = piece.split("е")
        for part in parts:
            letters = part.encode()
            ways = [
                (text + part + letter, behind)
                for text, node in ways
                if (before := self.follow(letters, node) if letters else node) or not text + part
                for letter, code in (("е", _YE), ("ё", _YO))
                if (behind := self.follow(code, before))
            ]
        letters = last.encode()
        return [
            (text + last, behind) for text, node in ways if (behind := self.follow(letters, node) if letters else node)
        ]

    def below(self, node: int) -> tuple[bytes, ...]:
        """All that keys go on with behind a node, sorted."""
        unit, guide, kept = self.units[node], self.guide, self._below
        children = node ^ (unit >> 10) << ((unit & 0x200) >> 6)
        found = [b""] if unit & 0x100 else []
        label = guide[2 * node]
        while label:
            child = children ^ label
            ends = kept.get(child)
            if ends is None:
                ends = self.below(child)
                if len(kept) < MOST_ENDS:
                    kept[child] = ends  # keys share their ends
            first = label.to_bytes()
            found += [first + end for end in ends]
            label = guide[2 * child + 1]
        return tuple(found)  # not a list: the collector of garbage looks at those again and again


class Entry(NamedTuple):
    """One reading of a form: its tag, and how its lemma is made of it. `head` and `tail` letters go, and `before` and
    `behind` come instead.
    """

    paradigm: int
    tag: str
    head: int
    tail: int
    before: str
    behind: str

    def lemma(self, form: str) -> str:
        """The lemma of the form."""
        return self.before + form[self.head : len(form) - self.tail] + self.behind


class Lexicon:
    """The words of pymorphy's dictionary in `folder`; immutable, shared by threads.

    Raises OSError, ValueError where its files are other ones than described.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        about = dict(self._json("meta.json"))
        if not str(about["format_version"]).startswith(VERSION) or sys.byteorder != "little":
            raise ValueError(f"{folder}: format {about['format_version']}, expected {VERSION}x")
        self.prefixes: list[str] = about["compile_options"]["paradigm_prefixes"]
        self.suffixes: list[str] = self._json("suffixes.json")
        self.words = Dawg(folder / "words.dawg")
        self.paradigms: list[memoryview] = []
        paradigms = memoryview((folder / "paradigms.array").read_bytes()).cast("H")
        at = 1
        for _ in range(paradigms[0]):
            self.paradigms.append(paradigms[at + 1 : at + 1 + paradigms[at]])
            at += 1 + paradigms[at]
        self.entries = lru_cache(MOST_ENDS)(self._entries)  # many words have the same ones
        self.entry = lru_cache(MOST_ENDS)(self._entry)
        self._begun = lru_cache(MOST_ENDS)(self.words.spell)

    def readings(self, form: str) -> tuple[Reading, ...]:
        """The words that a folded form is likely to be, the likeliest first; none of a form that is not there."""
        found: dict[str, list[tuple[int, int]]] = {}
        for word, node in self.spelt(form):
            for payload in self.words.below(node):
                raw = a2b_base64(payload)
                paradigm, place = raw[0] << 8 | raw[1], raw[2] << 8 | raw[3]
                lemma = self._lemma(word, paradigm, place).replace("ё", "е")
                found.setdefault(lemma, []).append((paradigm, place))
        if len(found) < 2:
            return tuple(Reading(lemma, -1, self._is_surname(some)) for lemma, some in found.items())
        shares = self.shares.follow(f"{form}:".encode())
        counted = {lemma: self._share(shares, some) for lemma, some in found.items()} if shares else {}
        if not any(counted.values()):
            return tuple(Reading(lemma, -1, self._is_surname(found[lemma])) for lemma in sorted(found))
        kept = [lemma for lemma, share in counted.items() if share >= LEAST_SHARE]
        return in_order([Reading(lemma, counted[lemma], self._is_surname(found[lemma])) for lemma in kept])

    def parses(self, form: str) -> Iterator[tuple[str, str]]:
        """Tag and lemma (with its ё) of every reading of a form in small letters, in pymorphy's order."""
        for word, node in self.spelt(form):
            for entry in self.entries(node):
                yield entry.tag, entry.lemma(word)

    def forms(self, lemma: str) -> Iterator[str]:
        """All forms of the words that have this lemma, some of them twice."""
        for word, node in self.spelt(lemma):
            for entry in self.entries(node):
                if entry.lemma(word) == word:
                    paradigm = self.paradigms[entry.paradigm]
                    count = len(paradigm) // 3
                    head, tail = self.prefixes[paradigm[2 * count]], self.suffixes[paradigm[0]]
                    stem = word.removeprefix(head).removesuffix(tail)
                    for suffix, prefix in zip(paradigm[:count], paradigm[2 * count :], strict=True):
                        yield self.prefixes[prefix] + stem + self.suffixes[suffix]

    def _entries(self, node: int) -> tuple[Entry, ...]:
        """The readings that stand behind a node of `spelt`, in pymorphy's order."""
        return tuple([self.entry(a2b_base64(payload)) for payload in self.words.below(node)])

    def _entry(self, raw: bytes) -> Entry:
        number, place = raw[0] << 8 | raw[1], raw[2] << 8 | raw[3]
        tag = self.tags[self._tag(number, place)]
        if not place:
            return Entry(number, tag, 0, 0, "", "")
        paradigm = self.paradigms[number]
        forms = len(paradigm) // 3
        head, tail = self.prefixes[paradigm[2 * forms + place]], self.suffixes[paradigm[place]]
        return Entry(number, tag, len(head), len(tail), self.prefixes[paradigm[2 * forms]], self.suffixes[paradigm[0]])

    def share(self, form: str, tag: str) -> int:
        """How often a form has a tag, in millionths; 0 where nobody counted."""
        return self.shares.value(f"{form}:{tag}".encode())

    def is_counted(self, form: str) -> bool:
        """Whether the dictionary's statistics have met a form: it is not rare."""
        return self.shares.follow(f"{form}:".encode()) > 0

    def is_surname(self, lemma: str) -> bool:
        """Whether a folded lemma is a surname, whatever else it may be: «Попов» is also what belongs to a priest."""
        return any(
            self.surname_tags[self._tag(raw[0] << 8 | raw[1], raw[2] << 8 | raw[3])]
            for _, node in self.spelt(lemma)
            for raw in map(a2b_base64, self.words.below(node))
        )

    def _share(self, node: int, some: list[tuple[int, int]]) -> int:
        """Of the readings of a lemma, the most frequent; `node` is the form's in the statistics."""
        return max(self.shares.value(self.tags[self._tag(*reading)].encode(), node) for reading in some)

    def _is_surname(self, some: list[tuple[int, int]]) -> bool:
        return all(self.surname_tags[self._tag(*reading)] for reading in some)

    def spelt(self, form: str) -> Ways:
        """The words of the dictionary that fold to a form (е may be ё), and the nodes of their readings."""
        found = self._begun(form[:BEGUN])
        if found and len(form) > BEGUN:
            found = self.words.spell(form[BEGUN:], found)
        follow = self.words.follow
        return [(word, behind) for word, node in found if (behind := follow(SEPARATOR, node))]

    def _lemma(self, word: str, number: int, place: int) -> str:
        if not place:
            return word
        paradigm = self.paradigms[number]
        forms = len(paradigm) // 3
        stem = word.removeprefix(self.prefixes[paradigm[2 * forms + place]])
        stem = stem.removesuffix(self.suffixes[paradigm[place]])
        return self.prefixes[paradigm[2 * forms]] + stem + self.suffixes[paradigm[0]]

    def _tag(self, number: int, place: int) -> int:
        paradigm = self.paradigms[number]
        return paradigm[len(paradigm) // 3 + place]

    @cached_property
    def tags(self) -> list[str]:
        """Of each number of a tag, what it is called."""
        found: list[str] = self._json("gramtab-opencorpora-int.json")
        return found

    @cached_property
    def surname_tags(self) -> bytes:
        """Of each number of a tag, 1 where it is a surname's."""
        return bytes("Surn" in tag for tag in self.tags)

    @cached_property
    def endings(self) -> list[Dawg]:
        """Of each prefix of paradigms, how words end: ending of up to five letters · 0x01 · base64(number of words u32,
        paradigm u16, form u16).
        """
        return [Dawg(self.folder / f"prediction-suffixes-{number}.dawg") for number in range(len(self.prefixes))]

    @cached_property
    def shares(self) -> Dawg:
        """«word:tag» → millionths."""
        return Dawg(self.folder / "p_t_given_w.intdawg")

    def _json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_bytes())


def in_order(readings: list[Reading]) -> tuple[Reading, ...]:
    """The likeliest first."""
    return tuple(sorted(readings, key=_likeliest)) if len(readings) > 1 else tuple(readings)


def _likeliest(reading: Reading) -> tuple[int, str]:
    return -reading.share, reading.lemma
