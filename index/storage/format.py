"""Which bytes make a segment?

A segment is one immutable file: articles in the order in which they came, and their quotes. It is a set of named arrays
behind each other, and a directory of them at the end. All numbers are little-endian; nothing in it is ever executed.

    segment   = magic array* directory footer
    magic     = "MOLVA004"                              8 bytes, the format's version in the last three
    array     = zeros up to the next multiple of 64, bytes
    directory = JSON in UTF-8: {"meta": {…}, "arrays": {name: [dtype, items, offset, bytes, blake2b-128 in hex]}}
    footer    = directory's offset u64 | its length u64 | its blake2b-128, 16 bytes | magic

Array names are `<part>.<array>`; a part is one kind of document, `article` or `quote`, with documents, terms and
statistics of its own. D documents, T terms, G of them forms, E entries (roots with their forms), P postings, S
positions, N fields, F text fields in a part. A `start` is u32 where the array's last and largest number fits, else i64;
a `sparse` one, of things that most documents do not have, also u8 or u16:

| array | type, items | what |
|---|---|---|
| terms.bytes | u8 | the terms in UTF-8 behind each other, sorted by (field number, bytes) |
| terms.start | start, T+1 | where each term's bytes start |
| terms.lcp | u8, T | bytes shared with the term before: whole characters, 255 at most; 0 at a field's first |
| terms.hash | u32, a power of two ≥ 4T/3 | term number + 1, 0: empty; slot crc32(bytes, field number), then the next |
| post.start | start, T+1 | where each term's postings start; a form (`=слово`) has none of its own |
| post.doc | u32, P | document numbers, ascending within a term |
| post.tf | u8, P | how often the term stands there; 255: look in big |
| big.at, big.tf | i64, u32 | postings with 255 and more, ascending, and their true number |
| tenth.term | u32 | terms with ten postings and more, ascending |
| tenth.x | f32 | the tenth best x (below) of each of them, rounded down |
| block.start | start, T+1 | where each term's blocks of 128 postings start |
| block.last | u32 | the last document of a block |
| block.top | f32 | the largest x of a block, rounded up |
| block.pos | start | where the positions of a block's first posting start |
| pos.at | u16, S; u32 where one is over 65,535 | token numbers within the field, ascending within a posting |
| pos.form | u8, S | which of the root's forms stood there; 255: look in wide |
| wide.at, wide.form | i64, u32 | positions whose form has the number 255 or more, ascending, and the number |
| forms.start | start, T−G+1 | where the entries of each term that is no form start |
| forms.term | u32, E | the form, a term number; sorted by (term, case) within a root |
| forms.case | u8, E | bits 0, 1: 0 small, 1 Capital, 2 ALL CAPITALS, 3 other; bit 2: not the token's first root |
| forms.count | u8, E | how often the root stands in this form; 255: look in often |
| often.at, often.count | u32, u32 | entries with 255 and more, ascending, and their true number |
| spelt.start | start, G+1 | where the entries of each form start in the next |
| spelt.at | u32, E | entries, by form; ascending within one |
| dense.term | u32, M | terms in more than 1/32 of D ≥ 1,024 documents, ascending |
| dense.bits | u64, M·⌈D/64⌉ | a bit a document for each of them, the lowest first |
| len | u8, F·D | length of each document in tokens, field by field, as a byte of `lengths` |
| day | i32, D | days since 1970-01-01, NO_DAY for none |
| facet.NAME.bytes, .start | u8, start | the distinct values of a facet in UTF-8, sorted |
| facet.NAME.code | u8, u16, u32 | value numbers; one a document (the type's largest for none), or for several values |
| facet.NAME.at | sparse, D+1 | where each document's values start (facets with several values only) |
| stored.data | u8 | blocks of stored documents, a zstd frame each: n u32, n+1 offsets u32, n records (below) |
| stored.block, stored.first | start, u32 | where each block's frame starts, one more than blocks; its first document |
| stored.dict, stored.dicts | u8, start | zstd dictionaries behind each other; frames name theirs |
| ids.hash, ids.doc | u64, u32 | first 8 bytes of blake2b-64 of each document's id, ascending, and its document |
| quotes.start | sparse, D+1 | (article) the quotes of an article are the documents [start, next) of the quote part |
| sync.data, .block, .first, .dict, .dicts | as stored | (article) JSON [id, origin, digest] |

Roots and forms: a token is posted under each of its roots, with its position and the number of its form. The form
itself, marked `=`, is a term without postings that leads to its roots: the forms of a field stand side by side.

A stored document is JSON behind a byte 01: in cp1251, with `\\uXXXX` for what that does not have. A record of `sync`,
and a document without that byte (as all of format 001), is JSON in UTF-8. A Russian letter takes half the room so: a
fifth less when it is compressed, and it is inflated and read in three quarters of the time.

x is the normalised frequency tf / (1 − b + b·length/mean) of BM25, with the `b` and `mean` that `meta` gives for the
field (1 for a key field, whose postings have no positions: block.pos repeats). Where the mean is another one now, x
is at most max(1, mean now / mean) times as much.

meta: {"schema", "analysis", "parts": {part: {"docs", "fields": [names, text fields first], "texts": F,
"first": [first term of each field, and T], "tokens": {text field: all tokens}, "mean": {…}, "b": {…}}}}

An example: one article with the id «m», the title «Мост» and the text «Мосты, мост и Мост.», no date, no quotes;
12,434 bytes, most of them the directory's. The article part has T = 7 terms: in field 0 (title) =мост, мост; in field 1
(text) =и, =мост, =мосты, и, мост. Its first arrays, with the bytes at which they lie:

    0     4d 4f 4c 56 41 30 30 34                       MOLVA004
    64    terms.bytes  =мостмост=и=мост=мостыимост      50 bytes; two a letter
    128   terms.start  0 9 17 20 29 40 42 50
    192   terms.lcp    0 0 0 1 9 0 0                    «=мосты» shares 9 bytes with «=мост»
    256   terms.hash   1 0 2 4 0 0 0 3 0 0 5 0 7 0 0 6  16 slots ≥ 4T/3
    320   post.start   0 0 1 1 1 1 2 3                  forms have no postings
    384   post.doc     0 0 0
    448   post.tf      1 1 3                            мост stands three times in the text
    512   block.start  0 0 1 1 1 1 2 3                  tenth.* are empty: no term has ten postings
    640   block.top    1 1 3                            lengths are the mean, so x is the frequency
    704   block.pos    0 1 2
    768   pos.at       0 2 0 1 3                        title мост; text и; text мост, three times
    832   pos.form     0 0 2 0 1
    896   forms.start  0 1 2 5                          мост of the title; и, мост of the text
    960   forms.term   0 2 3 3 4                        text мост is written =мост, =мост, =мосты
    1024  forms.case   1 0 0 1 1                        … small, Capital, Capital
    1088  forms.count  1 1 1 1 1
    1152  spelt.start  0 1 2 4 5                        =мост of the title; =и, =мост, =мосты
    1216  spelt.at     0 1 2 3 4

and the last 40, the footer: c4 0d 00 … (3,524: where the directory starts) | a6 22 00 … (8,870: its length) |
26 9d e6 1c 91 12 2a 38 68 1d d6 9e ab 5c f6 7c | MOLVA004.

Measured, bytes an article: 100,000 articles of 154 tokens take 2,323 (stored documents 28 %, postings 31 %, positions
15 %, forms 11 %, bitmaps 4 %, dictionary 7 %, blocks 3 %), a million of them 2,138; 30,000 pages of 394 tokens take
4,072. Opening takes 2 ms, `verify` 3 ms a MB.

What must hold of each array and between them is in `soundness` (read whenever a file is opened), `soundness_terms`,
`soundness_postings` and `soundness_documents` (`molva check`), and `soundness_rebuilt` (`molva check --deep`).

Versions: 001, the first; 002, the stored documents in cp1251; 003, arrays of forms and facets as narrow as they come;
004, dictionaries. All are read, and a merge copies the documents of each; 004 is written. In 001 and 002 forms.start
and spelt.start had T+1 items, forms.count and facet.NAME.code were u32, all starts as above, quotes.start u32, and for
spelt.at there were spelt.root and spelt.form, the root's term number and the form's number among its forms (`former`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import os
import stat
import struct
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from index.errors import DamagedIndexError, NoIndexError, UnsupportedIndexError

from . import disk
from .pages import let_go, let_go_of

MAGIC: Final = b"MOLVA004"
READABLE: Final = (b"MOLVA001", b"MOLVA002", b"MOLVA003", MAGIC)
FOOTER: Final = struct.Struct("<QQ16s8s")
ALIGN: Final = 64
BLOCK: Final = 128  # postings a block
TENTH: Final = 10  # tenth.x is the score of this rank
DENSE: Final = 32  # terms in more than 1/DENSE of the documents have a bitmap
DENSE_FROM: Final = 1024  # documents
ESCAPE: Final = 255
_LARGEST_U32: Final = 2**32 - 1
SMALL_TYPES: Final = (np.uint8, np.uint16, np.uint32)
DTYPES: Final = frozenset({"|u1", "<u2", "<u4", "<u8", "<i4", "<i8", "<f4"})  # as numpy writes them
SMALL: Final = 16_384  # bytes up to which an array is verified when its file is opened
WHOLE: Final = 4 << 20  # … and of a file of which all are: a dozen milliseconds
PIECE: Final = 1 << 23  # bytes of an array that are written, or verified, at a time
_LARGEST_DIRECTORY: Final = 1 << 24  # bytes; ours have some ten thousand

Array = NDArray[Any]


class Arrays(Protocol):
    """Named arrays and what goes with them: a segment file, or a segment that is still in memory."""

    meta: Mapping[str, Any]

    def array(self, name: str) -> Array:
        """One array. Raises KeyError."""
        ...

    def __contains__(self, name: object) -> bool: ...


class MemoryArrays:
    """A segment in memory."""

    def __init__(self, arrays: Mapping[str, Array], meta: Mapping[str, Any]) -> None:
        self.arrays = dict(arrays)
        self.meta = meta

    def array(self, name: str) -> Array:
        """One array, read-only as one of a file."""
        found = np.ascontiguousarray(self.arrays[name]).view()
        found.flags.writeable = False
        return found

    def __contains__(self, name: object) -> bool:
        return name in self.arrays


def checksum(data: Any) -> bytes:
    """blake2b-128 of a buffer."""
    return hashlib.blake2b(data, digest_size=16).digest()


def narrowed(numbers: ArrayLike) -> Array:
    """Ascending places as they are written: u32 where the last one fits, else i64."""
    found = np.asarray(numbers)
    return found.astype(np.uint32 if not len(found) or found[-1] <= _LARGEST_U32 else np.int64)


def narrowest(numbers: ArrayLike) -> Array:
    """Ascending places of which many are the same: u8, u16, u32 or i64, as the last one fits."""
    found = np.asarray(numbers)
    last = int(found[-1]) if len(found) else 0
    return found.astype(next((dtype for dtype in SMALL_TYPES if last <= np.iinfo(dtype).max), np.int64))


def coded(codes: ArrayLike, values: int) -> Array:
    """The numbers of some of so many values, as they are written: u8, u16 or u32; −1 (no value) as `no_value`."""
    dtype = next(dtype for dtype in SMALL_TYPES if values <= np.iinfo(dtype).max)
    return np.asarray(codes, np.int64).astype(dtype)


def no_value(codes: Array) -> int:
    """What says in some codes that a document has no value: the largest number of their type."""
    return int(np.iinfo(codes.dtype).max)


def escaped(numbers: Array) -> tuple[Array, Array, Array]:
    """Numbers from 0 as bytes, ESCAPE for those from there on; where these stand (u32), and they themselves (u32)."""
    at = np.flatnonzero(numbers >= ESCAPE)
    return np.minimum(numbers, ESCAPE).astype(np.uint8), at.astype(np.uint32), numbers[at].astype(np.uint32)


def aligned(offset: int) -> int:
    """The next multiple of 64."""
    return -(-offset // ALIGN) * ALIGN


class Entry(NamedTuple):
    """Where an array lies in its file. `checksum` is blake2b-128 in hex."""

    dtype: str
    items: int
    offset: int
    bytes: int
    checksum: str


def write_segment(path: Path, arrays: Mapping[str, Array], meta: Mapping[str, Any]) -> tuple[int, str]:
    """Write and sync a segment file; its bytes, and the checksum of its directory (blake2b-128 in hex).

    Arrays have one dimension and one of DTYPES, else ValueError. They are taken one after the other, so that a mapping
    may make each when it is asked for. What fails leaves no file.
    """
    directory = _Directory(arrays, meta)
    size = disk.write_file(path, directory.chunks())
    return size, directory.checksum


class _Directory:
    """The bytes of a file, and its directory, which is known when they have gone by."""

    def __init__(self, arrays: Mapping[str, Array], meta: Mapping[str, Any]) -> None:
        self.arrays = arrays
        self.meta = meta
        self.checksum = ""

    def chunks(self) -> Iterator[Any]:
        entries: dict[str, Entry] = {}
        yield MAGIC
        at = len(MAGIC)
        for name in self.arrays:
            array = np.ascontiguousarray(self.arrays[name])
            if array.ndim != 1 or array.dtype.str not in DTYPES:
                raise ValueError(f"array {name}: {array.dtype.str}, {array.ndim} dimensions; expected one of {DTYPES}")
            yield bytes(aligned(at) - at)
            at = aligned(at)
            raw = array.view(np.uint8)
            digest = hashlib.blake2b(digest_size=16)
            for start in range(0, len(raw), PIECE):
                piece = raw[start : start + PIECE]
                digest.update(piece.data)
                yield piece.data
                if len(raw) > PIECE:
                    let_go_of(raw)
            entries[name] = Entry(array.dtype.str, len(array), at, len(raw), digest.hexdigest())
            at += len(raw)
        body = json.dumps({"meta": self.meta, "arrays": entries}, ensure_ascii=False, separators=(",", ":")).encode()
        self.checksum = checksum(body).hex()
        yield body
        yield FOOTER.pack(at, len(body), checksum(body), MAGIC)


class SegmentFile:
    """A segment file, mapped into memory and read-only; threads may share it. See `Arrays`.

    Opening verifies the directory, that the arrays lie in the file behind each other and nowhere else, and the bytes
    of small ones, or all where the file is small; `verify` reads all. `verified` says whether every byte has been
    found as it was written. `checksum` is that of the directory, in hex; `size` in bytes.

    Raises DamagedIndexError, UnsupportedIndexError (the file of another version).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._map = _mapped(path)
        self.size = len(self._map)
        self.meta: Mapping[str, Any]
        self.entries: dict[str, Entry]
        self.meta, self.entries, self.checksum = self._directory()
        self.verified = False
        if self.size <= WHOLE:
            for fault in self.verify():
                raise DamagedIndexError(f"{fault}; run: molva check --repair")
            return
        for name, entry in self.entries.items():
            if entry.bytes <= SMALL and not self._sound(entry):
                raise self._damage(_changed(name))

    def array(self, name: str) -> Array:
        """One array, read-only, as it lies in the file. Raises KeyError."""
        entry = self.entries[name]
        return np.frombuffer(self._map, entry.dtype, entry.items, entry.offset)

    def __contains__(self, name: object) -> bool:
        return name in self.entries

    def verify(self) -> list[str]:
        """Every byte against its checksum: a line for each fault, which names the array."""
        found = []
        at = len(MAGIC)
        for name, entry in self.entries.items():
            if any(self._map[at : entry.offset]):
                found.append(f"{self.path}: the padding before array {name} is not zero")
            if not self._sound(entry, keep=entry.bytes <= PIECE):
                found.append(f"{self.path}: {_changed(name)}")
            at = entry.offset + entry.bytes
        self.verified = not found
        return found

    def close(self) -> None:
        """Let go of the file. It stays mapped as long as an array of it lives."""
        with contextlib.suppress(BufferError):
            self._map.close()

    def let_go(self) -> None:
        """Give back the pages that have been read; see `pages`."""
        let_go(self._map)

    def _sound(self, entry: Entry, *, keep: bool = True) -> bool:
        """`keep`: whether its pages will be wanted soon."""
        digest = hashlib.blake2b(digest_size=16)
        end = entry.offset + entry.bytes
        with memoryview(self._map) as whole:
            for start in range(entry.offset, end, PIECE):
                with whole[start : min(start + PIECE, end)] as part:
                    digest.update(part)
                if not keep:
                    self.let_go()
        return digest.hexdigest() == entry.checksum

    def _damage(self, what: str) -> DamagedIndexError:
        return DamagedIndexError(f"{self.path}: {what}; run: molva check --repair")

    def _directory(self) -> tuple[dict[str, Any], dict[str, Entry], str]:
        """What the end of the file says of the rest."""
        if len(self._map) < len(MAGIC) + FOOTER.size:
            raise self._damage(f"{len(self._map)} bytes, which is no segment; it was cut")
        start, length, digest, magic = FOOTER.unpack(self._map[-FOOTER.size :])
        for found in (self._map[: len(MAGIC)], magic):
            if found not in READABLE:
                raise self._other_magic(found)
        if self._map[: len(MAGIC)] != magic:
            raise self._damage(f"it starts with {self._map[: len(MAGIC)]!r} and ends with {magic!r}")
        if start + length + FOOTER.size != len(self._map) or length > _LARGEST_DIRECTORY:
            raise self._damage("its last bytes point outside the file, or it was cut")
        body = self._map[start : start + length]
        if checksum(body) != digest:
            raise self._damage("its directory has changed since it was written (blake2b differs)")
        try:
            raw = json.loads(body)
            meta = dict(raw["meta"])
            entries = {str(name): Entry(*entry) for name, entry in raw["arrays"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise self._damage(f"its directory cannot be read ({error!r})") from None
        at = len(MAGIC)
        for name, entry in entries.items():
            fault = _fault(entry, at)
            if fault:
                raise self._damage(f"array {name!r:.60}: {fault}")
            at = entry.offset + entry.bytes
        if at != start:
            raise self._damage(f"its arrays end at byte {at:,}, expected {start:,}, where its directory starts")
        return meta, entries, digest.hex()

    def _other_magic(self, found: bytes) -> Exception:
        if found[:5] == MAGIC[:5] and found[5:].isdigit():
            known = [magic[5:].decode() for magic in READABLE]
            return UnsupportedIndexError(
                f"{self.path}: format {found[5:].decode()}; this version reads "
                f"{', '.join(known[:-1])} and {known[-1]}; "
                "rebuild with: molva reindex PATH"
            )
        return self._damage(f"it starts or ends with {found!r}, expected {MAGIC!r}")


def _changed(name: str) -> str:
    return f"array {name}: its bytes have changed since they were written (blake2b differs)"


def _fault(entry: Entry, before: int) -> str | None:
    """What is wrong with a directory's entry, if anything; the array before it ends at `before`."""
    if type(entry.dtype) is not str or entry.dtype not in DTYPES:
        return f"its type is {entry.dtype!r:.20}, expected one of {', '.join(sorted(DTYPES))}"
    if not all(type(number) is int and number >= 0 for number in entry[1:4]):
        return f"its place is {entry[1:4]!r:.60}, expected numbers from 0"
    if entry.bytes != entry.items * np.dtype(entry.dtype).itemsize or entry.offset != aligned(before):
        return f"{entry.items} items in {entry.bytes} bytes at {entry.offset}, expected them at {aligned(before)}"
    return None


def _mapped(path: Path) -> mmap.mmap:
    """A file in memory; a link, or what is no file, is refused."""
    if sys.byteorder != "little":
        raise UnsupportedIndexError(f"{path}: its numbers are little-endian, this machine's are not")
    if path.parent.is_symlink():
        raise DamagedIndexError(f"{path.parent}: is a link, expected a folder; run: molva check --repair")
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise DamagedIndexError(f"{path}: is missing; run: molva check --repair") from None
    except PermissionError as error:
        raise NoIndexError(f"{path}: cannot be read ({error.strerror}); expected files that you may read") from None
    except OSError as error:
        raise DamagedIndexError(f"{path}: cannot be opened ({error.strerror}), expected a file") from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or not found.st_size:
            raise DamagedIndexError(f"{path}: is empty or no file; run: molva check --repair")
        return mmap.mmap(handle, 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise DamagedIndexError(f"{path}: cannot be read ({error}); run: molva check --repair") from None
    finally:
        os.close(handle)
