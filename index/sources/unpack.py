"""How do packed bytes become plain ones, without letting a small file fill the machine?

Compression is told by its first bytes, never by the name. Everything that comes out of one file on disk, at all
layers together, is counted by one `Meter`: text packs five to ten times, repetitive logs fifty times, a bomb a
thousand times and more. Streams are decoded piece by piece; nothing is ever written to disk.
"""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import zstandard

from .outcome import UnreadableError

FLOOR = 64 << 20  # bytes that any file may unpack to, however small it is
MAX_RATIO = 250  # measured on our samples: bz2 8, xz 11, a CSV of one repeated record 140
CHUNK = 1 << 16  # bytes read at once
ZSTD_CHUNK = 1 << 10  # zstandard unpacks a chunk as a whole, up to 32,768 times its size: keep that in memory bounds
BUFFER = 1 << 18  # what a reader can peek at
XZ_MEMORY = 512 << 20  # of the dictionary; `xz -9` takes 65 MB

Unpacked = tuple[bytes, bool]  # bytes, whether the end of a packed stream was seen


class Meter:
    """Counts what one file on disk unpacks to; raises `UnreadableError` when that cannot be honest any more."""

    def __init__(self, packed_size: int) -> None:
        self.left = max(FLOOR, packed_size * MAX_RATIO)

    def count(self, size: int) -> None:
        """Take `size` bytes off what may still come."""
        self.left -= size
        if self.left < 0:
            raise UnreadableError(f"unpacks to more than {MAX_RATIO} times its size: refused as a decompression bomb")


class Decoder(Protocol):
    """The incremental decoders of zlib, bz2, lzma and zstandard, with their differences taken away."""

    def feed(self, data: bytes) -> bytes:
        """Unpacked bytes, at most about `CHUNK`; b'' asks for more input or says that the stream ended."""

    @property
    def hungry(self) -> bool:
        """Whether it needs input to go on."""

    @property
    def ended(self) -> bool:
        """Whether the packed stream came to its end."""

    @property
    def rest(self) -> bytes:
        """Input behind that end."""


class GzipDecoder:
    """One member of a gzip file."""

    def __init__(self) -> None:
        self.inner = zlib.decompressobj(31)

    def feed(self, data: bytes) -> bytes:
        """See `Decoder`."""
        return self.inner.decompress(self.inner.unconsumed_tail + data, CHUNK)

    @property
    def hungry(self) -> bool:
        """See `Decoder`."""
        return not self.inner.unconsumed_tail

    @property
    def ended(self) -> bool:
        """See `Decoder`."""
        return self.inner.eof

    @property
    def rest(self) -> bytes:
        """See `Decoder`."""
        return self.inner.unused_data


class NeedsInputDecoder:
    """One stream of bz2 or xz: both keep what they could not give out yet."""

    def __init__(self, inner: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self.inner = inner

    def feed(self, data: bytes) -> bytes:
        """See `Decoder`."""
        return self.inner.decompress(data, CHUNK)

    @property
    def hungry(self) -> bool:
        """See `Decoder`."""
        return self.inner.needs_input

    @property
    def ended(self) -> bool:
        """See `Decoder`."""
        return self.inner.eof

    @property
    def rest(self) -> bytes:
        """See `Decoder`."""
        return self.inner.unused_data


class ZstdDecoder:
    """One frame of zstandard."""

    def __init__(self) -> None:
        self.inner = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        self.waiting = b""

    def feed(self, data: bytes) -> bytes:
        """See `Decoder`."""
        self.waiting += data
        piece, self.waiting = self.waiting[:ZSTD_CHUNK], self.waiting[ZSTD_CHUNK:]
        return self.inner.decompress(piece)

    @property
    def hungry(self) -> bool:
        """See `Decoder`."""
        return not self.waiting

    @property
    def ended(self) -> bool:
        """See `Decoder`."""
        return self.inner.eof

    @property
    def rest(self) -> bytes:
        """See `Decoder`."""
        return self.inner.unused_data + self.waiting


@dataclass(frozen=True, slots=True)
class Compression:
    """How one compression is known and undone. `damage` is what its decoder raises."""

    name: str
    magic: bytes
    suffixes: tuple[str, ...]
    decoder: Callable[[], Decoder]


COMPRESSIONS = (
    Compression("gzip", b"\x1f\x8b\x08", (".gz", ".gzip"), GzipDecoder),
    Compression("bzip2", b"BZh", (".bz2",), lambda: NeedsInputDecoder(bz2.BZ2Decompressor())),
    Compression("xz", b"\xfd7zXZ\x00", (".xz",), lambda: NeedsInputDecoder(lzma.LZMADecompressor(memlimit=XZ_MEMORY))),
    Compression("zstandard", b"\x28\xb5\x2f\xfd", (".zst", ".zstd"), ZstdDecoder),
)
DAMAGE = (zlib.error, OSError, lzma.LZMAError, zstandard.ZstdError, EOFError)


def compression_of(head: bytes) -> Compression | None:
    """Which compression a stream that begins with `head` is packed with."""
    return next((one for one in COMPRESSIONS if head.startswith(one.magic)), None)


def bare_name(name: str, compression: Compression) -> str:
    """`name` without what its compression added: `a.csv.gz` → `a.csv`, `a.tgz` → `a.tar`."""
    lower = name.lower()
    for suffix in compression.suffixes:
        if lower.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    for short, long in ((".tgz", ".tar"), (".tbz2", ".tar"), (".tbz", ".tar"), (".txz", ".tar")):
        if lower.endswith(short):
            return name[: -len(short)] + long
    return name


class UnpackedStream(io.RawIOBase):
    """What a packed stream holds, counted by `meter`. Streams packed one behind another are read as one.

    Reading raises `UnreadableError` where the packed bytes are damaged, cut off, or too much.
    """

    def __init__(self, packed: BinaryIO, compression: Compression, meter: Meter) -> None:
        self.packed, self.compression, self.meter = packed, compression, meter
        self.decoder: Decoder | None = compression.decoder()
        self.ready = b""

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` as far as the stream reaches, so that one peek sees all that a buffer can hold."""
        filled = 0
        while filled < len(buffer):
            if not self.ready:
                self.ready = self._more()
                if not self.ready:
                    break
            piece = self.ready[: len(buffer) - filled]
            buffer[filled : filled + len(piece)] = piece
            self.ready = self.ready[len(piece) :]
            filled += len(piece)
        return filled

    def _more(self) -> bytes:
        while self.decoder is not None:
            try:
                out = self._step(self.decoder)
            except DAMAGE as error:
                raise UnreadableError(f"the {self.compression.name} data is damaged: {error}") from error
            if out:
                self.meter.count(len(out))
                return out
        return b""

    def _step(self, decoder: Decoder) -> bytes:
        if decoder.ended:
            rest = (decoder.rest or self.packed.read(CHUNK)).lstrip(b"\0")  # tapes pad with zeros
            if len(rest) < len(self.compression.magic):
                rest += self.packed.read(CHUNK)
            if not rest.startswith(self.compression.magic):  # what follows is no stream: gzip ignores it, and so do we
                self.decoder = None
                return b""
            self.decoder = self.compression.decoder()
            return self.decoder.feed(rest)
        if not decoder.hungry:
            return decoder.feed(b"")
        packed = self.packed.read(CHUNK)
        if not packed:
            raise EOFError("it ends too early; it was not copied as a whole")
        return decoder.feed(packed)


def unpacked(packed: BinaryIO, compression: Compression, meter: Meter) -> BinaryIO:
    """A peekable stream of what `packed` holds."""
    return io.BufferedReader(UnpackedStream(packed, compression, meter), BUFFER)
