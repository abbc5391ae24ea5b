"""How is a segment read? Its two parts, which of their documents live, and which quotes belong to which article.

A `Segment` is immutable and shared by threads. `open_live` opens all segments of the live state.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import zstandard
from numpy.typing import NDArray

from index.errors import DamagedIndexError, IndexingError
from index.schema import KINDS, Kind
from index.writer import SyncState

from . import folder as layout
from .blocks import Blocks
from .format import Array, Arrays, SegmentFile
from .former import of_this_format
from .manifest import DeletionsEntry, Manifest, SegmentEntry
from .part import Part
from .soundness import shape_problems


class Segment:
    """One segment: `parts` of both kinds, and the deletions that one published state has in it.

    `deleted` (articles,) says which articles are gone; a quote goes with its article. Document numbers are those of
    the segment. Raises DamagedIndexError where the arrays do not fit together.
    """

    def __init__(self, file: Arrays, name: str, deleted: NDArray[np.bool_] | None = None) -> None:
        self.file = file
        self.name = name
        try:
            self.arrays = of_this_format(file)
            self.parts: Mapping[Kind, Part] = {kind: Part(self.arrays, kind) for kind in KINDS}
            self.quotes_start: Array = self.arrays.array("article.quotes.start")  # (articles + 1,), see `narrowest`
            self.sync = Blocks(self.parts["article"], "sync")
            faults = [fault for part in self.parts.values() for fault in shape_problems(part)]
            if not _ascends(self.quotes_start, self.docs("article"), self.docs("quote")):
                faults.append("array article.quotes.start: does not lead over all quotes")
            if faults:
                raise DamagedIndexError(f"{self.where}: {faults[0]}; run: molva check --repair")
        except (KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError) as error:
            raise DamagedIndexError(f"{self.where}: its arrays do not fit together ({error!r})") from error
        self.source: DeletionsEntry | None = None
        self.deleted: NDArray[np.bool_] | None = None
        self._live: dict[Kind, NDArray[np.uint8] | None] = {"article": None, "quote": None}
        self._set_deleted(deleted)

    def with_deleted(self, deleted: NDArray[np.bool_] | None, source: DeletionsEntry | None = None) -> Segment:
        """The same segment with other deletions; files and caches are shared. `source`: the file they came from."""
        other = object.__new__(Segment)
        other.source = source
        other.file, other.arrays, other.name, other.parts = self.file, self.arrays, self.name, self.parts
        other.quotes_start, other.sync = self.quotes_start, self.sync
        other._set_deleted(deleted)
        return other

    def _set_deleted(self, deleted: NDArray[np.bool_] | None) -> None:
        articles, quotes = self.docs("article"), self.docs("quote")
        starts = self.quotes_start
        if (
            len(starts) != articles + 1
            or int(starts[0])
            or int(starts[-1]) != quotes
            or (starts[1:] < starts[:-1]).any()
        ):
            raise DamagedIndexError(f"{self.where}: array article.quotes.start does not fit {articles} and {quotes}")
        self.deleted = None
        self._live = {"article": None, "quote": None}
        if deleted is None or not deleted.any():
            return
        if deleted.dtype != np.bool_ or deleted.shape != (articles,):
            raise DamagedIndexError(f"{self.where}: {len(deleted)} marks of deletion, expected {articles}")
        live = (~deleted).astype(np.uint8)
        of_quotes = np.repeat(live, (starts[1:] - starts[:-1]).astype(np.int64))
        for array in (live, of_quotes, marks := deleted.copy()):
            array.flags.writeable = False
        self.deleted = marks
        self._live = {"article": live, "quote": of_quotes}

    @property
    def where(self) -> str:
        """Its file, for messages."""
        return str(getattr(self.file, "path", f"segment {self.name}"))

    @property
    def verified(self) -> bool:
        """Whether every byte of its file has been found as it was written, since it was opened."""
        return getattr(self.file, "verified", True)

    def faults(self) -> list[str]:
        """Every byte of its file against its checksum: a line for each fault."""
        return self.file.verify() if isinstance(self.file, SegmentFile) else []

    def part(self, kind: Kind) -> Part:
        """One kind of document."""
        return self.parts[kind]

    def docs(self, kind: Kind) -> int:
        """How many documents of a kind it has, deleted ones too."""
        return self.parts[kind].docs

    def live_docs(self, kind: Kind) -> int:
        """How many documents of a kind are not deleted."""
        live = self._live[kind]
        return self.docs(kind) if live is None else int(live.sum())

    def live(self, kind: Kind) -> NDArray[np.uint8] | None:
        """(documents,) 1 for each that is not deleted, read-only; None where nothing is deleted."""
        return self._live[kind]

    def quotes_of(self, article: int) -> range:
        """The quotes of an article, as document numbers."""
        return range(int(self.quotes_start[article]), int(self.quotes_start[article + 1]))

    def article_of(self, quote: int) -> int:
        """The article of a quote, as document number."""
        return int(np.searchsorted(self.quotes_start, quote, side="right")) - 1

    def find(self, article_id: str) -> int | None:
        """The live article with this id, as document number."""
        for number in self.parts["article"].find(article_id):
            if (self.deleted is None or not self.deleted[number]) and self._record(self.sync[number])[0] == article_id:
                return number
        return None

    def article_ids(self, first: int, last: int) -> Iterator[tuple[int, str]]:
        """Document number and id of the live articles `[first, last)`, counted without the deleted ones."""
        live = self._live["article"]
        numbers = range(self.docs("article")) if live is None else np.flatnonzero(live).tolist()
        for number in numbers[first:last]:
            yield number, self._record(self.sync[number])[0]

    def states(self) -> Iterator[tuple[str, SyncState]]:
        """Id and state of each live article, in order. Raises DamagedIndexError."""
        try:
            for number, record in enumerate(self.sync):
                if self.deleted is None or not self.deleted[number]:
                    article_id, origin, digest = self._record(record)
                    yield article_id, SyncState(origin, digest)
        except zstandard.ZstdError as error:
            raise DamagedIndexError(f"{self.where}: array article.sync.data: {error}") from error

    def _record(self, record: bytes) -> Sequence[Any]:
        try:
            found: list[Any] = json.loads(record)
        except ValueError as error:
            raise DamagedIndexError(f"{self.where}: array article.sync.data: {error}") from error
        return found

    def close(self) -> None:
        """Let go of its file. Segments with other deletions share it."""
        if isinstance(self.file, SegmentFile):
            self.file.close()


def _ascends(starts: Array, items: int, last: int) -> bool:
    ends = len(starts) == items + 1 and int(starts[0]) == 0 and int(starts[-1]) == last
    return ends and not (starts[1:] < starts[:-1]).any()


def open_segment(folder: Path, entry: SegmentEntry, known: Segment | None = None) -> Segment:
    """One segment of a manifest; `known` is the same one, opened before, with whatever deletions.

    Raises DamagedIndexError, UnsupportedIndexError.
    """
    if known is None:
        known = Segment(layout.open_file(folder, entry.file, entry.bytes, entry.checksum), entry.name)
    for kind, expected in (("article", entry.articles), ("quote", entry.quotes)):
        if known.docs(kind) != expected:  # type: ignore[arg-type]
            raise DamagedIndexError(f"{known.where}: {known.docs(kind):,} {kind}s, expected {expected:,}")  # type: ignore[arg-type]
    if known.source == entry.deletions and (known.deleted is None) == (entry.deletions is None):
        return known
    return known.with_deleted(layout.read_deletions(folder, entry), entry.deletions)


def open_segments(folder: Path, manifest: Manifest, known: Sequence[Segment] = ()) -> list[Segment]:
    """The segments of a manifest, in order. Those in `known` (of an older state) are not opened again.

    Raises DamagedIndexError, UnsupportedIndexError.
    """
    by_name = {one.name: one for one in known}
    return [open_segment(folder, entry, by_name.get(entry.name)) for entry in manifest.segments]


def _open_sound(folder: Path, manifest: Manifest, known: Sequence[Segment]) -> list[Segment]:
    """As `open_segments`, every byte verified. Raises DamagedIndexError also where one has changed."""
    segments = open_segments(folder, manifest, known)
    for segment in segments:
        if not segment.verified:
            for fault in segment.faults():
                raise DamagedIndexError(f"{fault}; run: molva check --repair")
    return segments


@dataclass(frozen=True, slots=True)
class Opened:
    """One published state, open for reading. `warning` says why it is not the live one, if so. Iterates as
    `manifest, segments`.
    """

    manifest: Manifest
    segments: list[Segment]
    warning: str | None = None

    def __iter__(self) -> Iterator[Any]:
        return iter((self.manifest, self.segments))

    @property
    def unverified(self) -> int:
        """Bytes of the files of which not all have been looked at."""
        return sum(
            entry.bytes for entry, one in zip(self.manifest.segments, self.segments, strict=True) if not one.verified
        )

    def close(self) -> None:
        """Let go of all files, also those that a newer state shares."""
        for segment in self.segments:
            segment.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()


def _pointer(folder: Path) -> bytes | None:
    """What CURRENT holds, if it can be read."""
    try:
        return layout.current(folder)
    except DamagedIndexError:
        return None


def open_live(folder: Path, known: Sequence[Segment] = (), *, verify: bool = False) -> Opened:
    """The live state; where it is damaged, the newest kept one that can be opened, with a warning. `verify`: one of
    which every byte is as it was written; those of large files are else looked at by nobody.

    Segments in `known` are not opened again. Raises NoIndexError, UnsupportedIndexError, and DamagedIndexError where
    no kept state can be opened.
    """
    opens = _open_sound if verify else open_segments
    for _ in range(5):  # a publish may take files away between two looks
        current = _pointer(folder)
        try:
            manifest = layout.live_manifest(folder)
            return Opened(manifest, opens(folder, manifest, known))
        except DamagedIndexError as error:
            damage = error
        if _pointer(folder) == current:
            break
    for manifest in layout.fallbacks(folder):
        try:
            segments = opens(folder, manifest, known)
        except IndexingError:
            continue
        return Opened(
            manifest, segments, f"generation {manifest.name} answers, since the live one is damaged: {damage}"
        )
    raise damage


def open_kept(folder: Path, name: str, known: Sequence[Segment] = (), *, verify: bool = False) -> Opened | None:
    """The kept state of this name; None where it is not kept any more, or damaged. `verify` as for `open_live`."""
    opens = _open_sound if verify else open_segments
    try:
        manifest = layout.read_manifest(folder, int(name.partition(".")[0]))
        return Opened(manifest, opens(folder, manifest, known)) if manifest.name == name else None
    except (IndexingError, OSError):
        return None


def is_kept(folder: Path, name: str) -> bool:
    """Whether the state of this name is among those that are kept."""
    try:
        return layout.read_manifest(folder, int(name.partition(".")[0])).name == name
    except (IndexingError, OSError):
        return False
