"""How do records lie in compressed blocks? Those of `stored.*` and `sync.*`; see `format` for the bytes.

Documents of an archive are alike. What a large block repeats once, a dictionary made of some hundreds of them holds for
all: with it a block is a quarter as long and no larger for that (a tenth smaller where documents are short), and a
record is read in a third to a half of the time. A dictionary is made of the first documents that a builder gets; a
merge takes the blocks of its sources as they are, with their dictionaries.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any, Final, Protocol

import numpy as np
import zstandard
from numpy.typing import NDArray

from index.errors import DamagedIndexError

from .format import Array, Arrays, narrowed

BLOCK_BYTES: Final = 16_384  # bytes of records after which a block ends
SHORT_BYTES: Final = 4_096  # the same where there is a dictionary
LEVEL: Final = 3  # of zstd: 1 takes a quarter less, a hundredth of the writing, and leaves 4 % more
SHORT_LEVEL: Final = 2  # the same with a dictionary: 3 takes a quarter more and leaves 3 to 5 % less
DICTIONARY: Final = 32_768  # bytes; twice as much leaves 3 % less and takes twice as long to be made
SAMPLE: Final = 500  # records that a dictionary is made of, in 50 ms; twice as many do no better
SAMPLED: Final = 2 << 20  # bytes: or as many as have so many
LEAST: Final = 100  # of fewer records none is made: they are so long that they repeat enough themselves
WORTH: Final = 1.05  # times as much room may records take that are read so much sooner
INFLATED: Final = 128  # blocks that are kept inflated
LARGEST_BLOCK: Final = 1 << 30  # bytes; a block ends behind the article that fills it, so it may be a large one

Dictionary = zstandard.ZstdCompressionDict
Taken = tuple[bytes, list[int], list[int]]  # frames behind each other, the bytes of each, and how many records it has


class Holder(Protocol):
    """A part: arrays, of which those of its kind are meant."""

    arrays: Arrays
    kind: Any

    def array(self, name: str) -> Array:
        """One array of the kind."""
        ...


# -- written


class BlockWriter:
    """Takes records, gives blocks. A block ends with the record that brings it to BLOCK_BYTES, or to SHORT_BYTES with a
    dictionary: with `dictionary`, or one that is made of the first records (`learns`) where these are enough.
    """

    def __init__(self, *, learns: bool = False, dictionary: Dictionary | None = None) -> None:
        self._sample: list[bytes] | None = [] if learns else None
        self._frames: list[bytes] = []
        self._counts: list[int] = []
        self._waiting: list[bytes] = []
        self._size = 0  # bytes of the records that wait
        self.memory = 0
        self._use(dictionary)

    def _use(self, dictionary: Dictionary | None) -> None:
        self.dictionary = dictionary
        self._enough = BLOCK_BYTES if dictionary is None else SHORT_BYTES
        level = LEVEL if dictionary is None else SHORT_LEVEL
        self._tool = zstandard.ZstdCompressor(level=level, write_checksum=True, dict_data=dictionary)

    @property
    def is_between(self) -> bool:
        """Whether the next record begins a block."""
        return not self._waiting and not self._sample

    def add(self, record: bytes) -> None:
        """One record more."""
        if self._sample is None:
            self._put(record)
            return
        self._sample.append(record)
        self._size += len(record)
        self.memory += len(record)
        if len(self._sample) >= SAMPLE or self._size >= SAMPLED:
            self._use(_made_of(self._sample))
            self._learnt()

    def _learnt(self) -> None:
        sample, self._sample = self._sample or (), None
        self.memory -= self._size
        self._size = 0
        for record in sample:
            self._put(record)

    def _put(self, record: bytes) -> None:
        self._waiting.append(record)
        self._size += len(record)
        if self._size >= self._enough:
            self._end_block()

    def _end_block(self) -> None:
        header = array("I", [len(self._waiting), 0, *accumulate(map(len, self._waiting))])
        self._frames.append(self._tool.compress(b"".join((header.tobytes(), *self._waiting))))
        self._counts.append(len(self._waiting))
        self.memory += len(self._frames[-1]) + 100
        self._waiting.clear()
        self._size = 0

    def end(self) -> None:
        """No record comes any more."""
        self._learnt()
        if self._waiting:
            self._end_block()

    def take(self) -> Taken:
        """The blocks that have come to an end since this was asked before; held no more."""
        taken = b"".join(self._frames), list(map(len, self._frames)), self._counts
        self._frames, self._counts = [], []
        return taken

    def arrays(self, name: str) -> dict[str, Array]:
        """All of it: see `block_arrays`. No record comes any more."""
        self.end()
        data, ends, counts = self.take()
        return block_arrays(name, np.frombuffer(data, np.uint8), ends, counts, [self.dictionary])


def _made_of(records: Sequence[bytes]) -> Dictionary | None:
    """A dictionary for records like these; None where they take too much room with one."""
    if len(records) < LEAST:
        return None
    try:
        found = zstandard.train_dictionary(DICTIONARY, list(records), k=DICTIONARY // 32, d=8)
    except zstandard.ZstdError:  # they have nothing in common
        return None
    return found if _size(records, found) <= WORTH * _size(records, None) else None


def _size(records: Sequence[bytes], dictionary: Dictionary | None) -> int:
    """How many bytes the blocks of some records take."""
    writer = BlockWriter(dictionary=dictionary)
    for record in records:
        writer.add(record)
    writer.end()
    return len(writer.take()[0])


def block_arrays(
    name: str,
    data: NDArray[np.uint8],
    ends: Sequence[int] | Array,
    counts: Sequence[int] | Array,
    dictionaries: Sequence[Dictionary | None],
) -> dict[str, Array]:
    """The arrays of blocks: `ends`, how many bytes each takes, `counts`, how many records it has."""
    contents = [one.as_bytes() for one in dictionaries if one is not None]
    return {
        f"{name}.data": data,
        f"{name}.block": narrowed(_starts(ends)),
        f"{name}.first": _starts(counts).astype(np.uint32),
        f"{name}.dict": np.frombuffer(b"".join(contents), np.uint8),
        f"{name}.dicts": narrowed(_starts(list(map(len, contents)))),
    }


def _starts(sizes: Sequence[int] | Array) -> NDArray[np.int64]:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)))


# -- read


class Blocks:
    """Records in compressed blocks, shared by threads."""

    def __init__(self, part: Holder, name: str) -> None:
        self._where = f"{getattr(part.arrays, 'path', 'segment')}: arrays {part.kind}.{name}.*"
        self._of = f"{part.kind}.{name}"
        self._arrays = part.arrays  # not the part, which holds these blocks
        self._data = part.array(f"{name}.data").data
        self._start = part.array(f"{name}.block").data  # not lists: a million articles have 60,000 blocks
        self._first = part.array(f"{name}.first").data
        self._cache: OrderedDict[int, bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._local = threading.local()
        self._dictionaries: dict[int, Dictionary] | None = None

    def __getitem__(self, number: int) -> bytes:
        """The record of one document."""
        block = bisect_right(self._first, number) - 1
        raw = self._inflated(block)
        offsets = memoryview(raw)[4 : 4 * (2 + self._first[block + 1] - self._first[block])].cast("I")
        at = number - self._first[block]
        base = 4 * (len(offsets) + 1)
        return raw[base + offsets[at] : base + offsets[at + 1]]

    def __iter__(self) -> Iterator[bytes]:
        """All records in order; each block is inflated once, its offsets are looked at. Raises DamagedIndexError."""
        for block in range(len(self._first) - 1):
            yield from self.records(block)

    def records(self, block: int) -> Iterator[bytes]:
        """Those of one block; its offsets are looked at. Raises DamagedIndexError."""
        raw = self._inflate(block)
        count = self._first[block + 1] - self._first[block]
        base = 4 * (count + 2)
        header = np.frombuffer(raw[: len(raw) & ~3], "<u4", count + 2 if base <= len(raw) else 0)
        offsets = header[1:]
        whole = len(header) and header[0] == count and not offsets[0] and offsets[-1] == len(raw) - base
        if not whole or (offsets[1:] < offsets[:-1]).any():
            raise DamagedIndexError(f"{self._where}: block {block} does not hold {count} records; run: molva check")
        for start, end in pairwise(offsets.tolist()):
            yield raw[base + start : base + end]

    @property
    def has_no_use_for_one(self) -> bool:
        """Whether a dictionary could have been made of these records, and was not."""
        known = f"{self._of}.dict" in self._arrays
        return known and not self.dictionaries and self._first[-1] >= SAMPLE

    @property
    def dictionaries(self) -> dict[int, Dictionary]:
        """By their numbers, which frames name."""
        found = self._dictionaries
        if found is None:
            found = self._dictionaries = {one.dict_id(): one for one in self.read_dictionaries()}
        return found

    def read_dictionaries(self) -> Iterator[Dictionary]:
        """In the order in which they lie. What is none has the number 0."""
        if f"{self._of}.dict" in self._arrays:  # not before format 004
            data = self._arrays.array(f"{self._of}.dict").tobytes()
            for start, end in pairwise(self._arrays.array(f"{self._of}.dicts").tolist()):
                yield Dictionary(data[start:end])

    def _inflated(self, block: int) -> bytes:
        with self._lock:
            found = self._cache.get(block)
            if found is not None:
                self._cache.move_to_end(block)
                return found
        raw = self._inflate(block)
        with self._lock:
            self._cache[block] = raw
            if len(self._cache) > INFLATED:
                self._cache.popitem(last=False)
        return raw

    def _inflate(self, block: int) -> bytes:
        frame = self._data[self._start[block] : self._start[block + 1]]
        try:
            about = zstandard.get_frame_parameters(frame)
            if not 0 < about.content_size <= LARGEST_BLOCK:
                raise zstandard.ZstdError("a block of an impossible size")
            raw: bytes = self._tool(about.dict_id).decompress(frame)
        except zstandard.ZstdError as error:
            raise DamagedIndexError(f"{self._where}: block {block} is damaged ({error}); run: molva check") from error
        return raw

    def _tool(self, dictionary: int) -> zstandard.ZstdDecompressor:
        """That of this thread."""
        try:
            tools: dict[int, zstandard.ZstdDecompressor] = self._local.tools
        except AttributeError:
            tools = self._local.tools = {0: zstandard.ZstdDecompressor()}
        found = tools.get(dictionary)
        if found is None:
            if dictionary not in self.dictionaries:
                raise zstandard.ZstdError(f"its dictionary {dictionary} is not there")
            found = tools[dictionary] = zstandard.ZstdDecompressor(dict_data=self.dictionaries[dictionary])
        return found
