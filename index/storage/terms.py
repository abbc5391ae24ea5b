"""How are terms held and numbered? As UTF-8 bytes behind each other; a number is a place in the order of their coming.

Two ways to the same result: a dict, or a kernel with a table over the bytes, which holds a term in a fifth of the
memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from .merging_arrays import gathered

_PREFIX: Final = 8  # bytes of a term that are compared at once
_END_OF_LINE: Final = ord("\n")
_ROUNDS: Final = 4  # of comparing so many bytes; what is alike then is sorted as bytes


@dataclass(frozen=True, slots=True)
class Texts:
    """Some texts, in UTF-8."""

    data: NDArray[np.uint8]
    start: NDArray[np.int64]  # of each, and the end of them all

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """The same as strings."""
        encoded = [text.encode() for text in texts]
        return cls(np.frombuffer(b"".join(encoded), np.uint8), np.array([0, *accumulate(map(len, encoded))], np.int64))

    def __len__(self) -> int:
        return len(self.start) - 1

    def some(self, places: NDArray[np.int64], kernels: Any = None) -> Texts:
        """Those in these places."""
        return Texts(*(gathered if kernels is None else kernels.gathered)(self.data, self.start, places))

    def order(self) -> NDArray[np.int64]:
        """Their places in the order of their bytes, which is that of their code points. No two are the same, and no
        byte is 0.
        """
        padded = np.concatenate((self.data, np.zeros(_PREFIX * _ROUNDS, np.uint8)))
        sizes = np.diff(self.start)
        order = np.arange(len(self))
        begins = np.zeros(1, np.int64)  # of each group of texts that are alike so far
        alike = order.copy()  # places in `order` that are not decided
        for done in range(0, _PREFIX * _ROUNDS, _PREFIX):
            some = order[alike]
            keys = _prefixes(padded, self.start[some] + done, np.clip(sizes[some] - done, 0, _PREFIX))
            group = np.searchsorted(begins, alike, side="right")
            by_key = np.lexsort((keys, group)) if done else np.argsort(keys, kind="stable")
            order[alike] = some[by_key]
            keys, group = keys[by_key], group[by_key]
            changes = np.ones(len(alike) + 1, bool)
            changes[1:-1] = (keys[1:] != keys[:-1]) | (group[1:] != group[:-1])
            begins = alike[changes[:-1]]
            alike = alike[~(changes[:-1] & changes[1:])]
            if not len(alike):
                return order
        raw, starts = self.data.tobytes(), self.start.tolist()
        undecided = order[alike].tolist()
        undecided.sort(key=lambda place: raw[starts[place] : starts[place + 1]])
        # Groups are in order already, and so are the places of what is left of them.
        order[alike] = undecided
        return order


def _prefixes(data: NDArray[np.uint8], start: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Up to eight bytes of each text from its `start` on as a number, zeros behind them."""
    keys = np.zeros(len(start), np.uint64)
    for place in range(_PREFIX):
        byte = np.where(place < size, data[start + place], 0)
        keys = (keys << np.uint64(8)) | byte.astype(np.uint64)
    return keys


class Terms(Protocol):
    """Terms by number."""

    def __len__(self) -> int: ...

    def numbers(self, terms: Sequence[str], mark: str = "") -> NDArray[np.uint32]:
        """The number of each term, with `mark` before it; new ones are taken in."""
        ...

    def ordered(self) -> tuple[Texts, NDArray[np.int64]]:
        """All terms in order, and their numbers in that order."""
        ...

    @property
    def memory(self) -> int:
        """About how many bytes are held."""
        ...


class PlainTerms:
    """In a dict."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.known)

    def numbers(self, terms: Sequence[str], mark: str = "") -> NDArray[np.uint32]:
        """See the protocol."""
        known = self.known
        number = known.setdefault
        return np.array([number(mark + term, len(known)) for term in terms], np.uint32)

    def ordered(self) -> tuple[Texts, NDArray[np.int64]]:
        """See the protocol."""
        texts = list(self.known)
        order = sorted(range(len(texts)), key=texts.__getitem__)  # by code points, which is by the bytes of UTF-8
        return Texts.of([texts[number] for number in order]), np.array(order, np.int64)

    @property
    def memory(self) -> int:
        """See the protocol."""
        return 220 * len(self.known)


class KernelTerms:
    """In bytes, with a table by open addressing; see `writing_kernels.number_terms`. Begins with the `first` ones."""

    def __init__(self, kernels: Any, first: Sequence[str] = ()) -> None:
        self._kernels = kernels
        self._known = 0
        self._data = np.zeros(1 << 16, np.uint8)
        self._start = np.zeros(1 << 13, np.int64)
        self._table = np.zeros(1 << 14, np.uint64)
        self.numbers(first)

    def __len__(self) -> int:
        return self._known

    def numbers(self, terms: Sequence[str], mark: str = "") -> NDArray[np.uint32]:
        """See the protocol."""
        if not len(terms):
            return np.empty(0, np.uint32)
        raw = np.frombuffer(("\n".join(terms) + "\n").encode(), np.uint8)  # no term has a line break
        end = np.flatnonzero(raw == _END_OF_LINE)
        begin = np.zeros(len(end), np.int64)
        begin[1:] = end[:-1] + 1
        return self.numbers_of(raw, begin, end, mark)

    def numbers_of(
        self, raw: NDArray[np.uint8], begin: NDArray[np.int64], end: NDArray[np.int64], mark: str = ""
    ) -> NDArray[np.uint32]:
        """The number of each term `raw[begin[i]:end[i]]`, in UTF-8, with `mark` (one byte, or none) before it."""
        found = np.empty(len(begin), np.uint32)
        self._grow(len(begin), int((end - begin).sum()) + len(begin))
        self._known = self._kernels.number_terms(
            raw, begin, end, ord(mark or "\0"), self._table, self._data, self._start, self._known, found
        )
        return found

    def _grow(self, terms: int, size: int) -> None:
        """Make room for so many more terms, of so many bytes together."""
        most, used = self._known + terms, int(self._start[self._known])
        self._start = with_room(self._start, self._known + 1, most + 1)
        self._data = with_room(self._data, used, used + size)
        if 2 * most > len(self._table):
            table = np.zeros(1 << (2 * most).bit_length(), np.uint64)
            self._kernels.rehash(self._table, table)
            self._table = table

    def ordered(self) -> tuple[Texts, NDArray[np.int64]]:
        """See the protocol."""
        texts = Texts(self._data[: self._start[self._known]], self._start[: self._known + 1])
        order = texts.order()
        return texts.some(order, self._kernels), order

    @property
    def memory(self) -> int:
        """See the protocol."""
        return self._table.nbytes + 8 * self._known + int(self._start[self._known])


def with_room(array: NDArray[Any], used: int, least: int) -> NDArray[Any]:
    """The array, or a copy twice as long where it is shorter than `least`. Behind what is used it takes no memory."""
    if len(array) >= least:
        return array
    longer = np.zeros(max(2 * len(array), least), array.dtype)
    longer[:used] = array[:used]
    return longer
