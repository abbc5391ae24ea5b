"""How do paths become articles? The main path of `index.sources`: walk, unpack, tell the format, cut, read.

What is found is cut into portions that any process can read by itself: runs of lines, and small files. What needs its
neighbours (tables of titles, and texts that they tell of) or is one large whole is read where it is found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any, Final, cast

from ..errors import SourceError
from .catalogue import Catalogue
from .csv_files import checked_map
from .json_files import WIDE_BOMS, articles_of_lines, runs_of_lines
from .outcome import Entry, Loaded, Outcome, Outcomes, Portion, stamp_of
from .reading import FAULTS, Format, fault, format_of, head_of, read_format
from .unpack import BUFFER
from .walk import entries

SOME: Final = 32  # outcomes of a portion that was read already
SOME_BYTES: Final = 1 << 18


def read_paths(paths: Sequence[Path], *, csv_map: Mapping[str, str] | None = None) -> Iterator[Outcome]:
    """The articles of files and folders (recursively, archives opened like folders), and what was skipped and why.

    `csv_map` (field → column) holds for tables only. One bad file or record never ends the reading. An existing
    folder without articles gives nothing.

    Raises:
        SourceError: a path does not exist, or `csv_map` names a field that an article does not have. Raised here,
            before anything is read.
    """
    return (outcome for portion in portions(paths, csv_map=csv_map) for outcome in portion.read())


def portions(paths: Sequence[Path], *, csv_map: Mapping[str, str] | None = None) -> Iterator[Portion]:
    """The same in portions, which are to be read in this order, or at least told of in it. Raises SourceError."""
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise SourceError(f"{path}: no such file or folder; check the spelling, or leave it out")
    checked = checked_map(csv_map) if csv_map else None
    return (portion for path in paths for portion in portions_of(path, checked))


def portions_of(path: Path, csv_map: Mapping[str, str] | None) -> Iterator[Portion]:
    """The portions of one path that exists."""
    catalogue = Catalogue()
    named = path.is_file()
    for entry in entries(path, csv_map):
        if isinstance(entry, Entry):
            yield from cut(entry, catalogue, None if named and "!" not in entry.where else catalogue)
        else:
            yield Known([entry])
    yield Known(list(catalogue.unused.values()))


def cut(entry: Entry, catalogue: Catalogue, for_tables: Catalogue | None) -> Iterator[Portion]:
    """The portions of one file or member, whatever is wrong with it."""
    try:
        head = head_of(entry)
        kind = format_of(entry, head)
        if kind is Format.TABLE or (kind is Format.TEXT and catalogue.rows):
            yield from read_here(read_format(entry, kind, catalogue, for_tables))
        elif len(head) < BUFFER:
            yield Small(sent(entry, len(head)), kind, head)
        elif kind is Format.JSON_LINES and not head.startswith(WIDE_BOMS):
            for first, data in runs_of_lines(entry):
                yield Lines(sent(entry), first, data)
        else:
            yield from read_here(read_format(entry, kind, catalogue, for_tables))
    except FAULTS as error:
        yield Known([fault(entry, error)])


def sent(entry: Entry, ahead: int = 0) -> Entry:
    """An entry without its file, for another process; `ahead`: bytes of it that are sent and not yet read."""
    return replace(entry, stream=BytesIO(), on_disk=None, done=max(entry.bytes_read, ahead))


def read_here(outcomes: Iterable[Outcome]) -> Iterator[Portion]:
    """What is read by this process, some outcomes at a time."""
    some: list[Outcome] = []
    size = 0
    for outcome in outcomes:
        some.append(outcome)
        size += len(outcome.article.text) if isinstance(outcome, Loaded) else 0
        if len(some) >= SOME or size >= SOME_BYTES:
            yield Known(some)
            some, size = [], 0
    yield Known(some)


@dataclass(frozen=True, slots=True)
class Known:
    """What is read already."""

    outcomes: Sequence[Outcome]

    @property
    def size(self) -> int:
        """See `Portion`."""
        return sum(2 * len(one.article.text) for one in self.outcomes if isinstance(one, Loaded))

    def stamp(self) -> bytes | None:
        """See `Portion`."""
        if any(isinstance(one, Loaded) for one in self.outcomes):
            return None
        return hashlib.blake2b(repr(self.outcomes).encode("utf-8", "surrogatepass"), digest_size=16).digest()

    def read(self) -> Outcomes:
        """See `Portion`."""
        return iter(self.outcomes)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a file of JSON Lines; `first` is the number of the first one."""

    entry: Entry
    first: int
    data: bytes

    @property
    def size(self) -> int:
        """See `Portion`."""
        return len(self.data)

    def stamp(self) -> bytes | None:
        """See `Portion`."""
        return stamp_of(self.entry, self.first, data=self.data)

    def read(self) -> Outcomes:
        """See `Portion`."""
        return articles_of_lines(self.entry, self.data, self.first)


@dataclass(frozen=True, slots=True)
class Small:
    """A small file, or member of an archive, whole."""

    entry: Entry
    kind: Format
    data: bytes

    @property
    def size(self) -> int:
        """See `Portion`."""
        return len(self.data)

    def stamp(self) -> bytes | None:
        """See `Portion`."""
        return stamp_of(self.entry, self.kind, data=self.data)

    def read(self) -> Outcomes:
        """See `Portion`."""
        stream = BufferedReader(cast(Any, BytesIO(self.data)), BUFFER)
        return read_format(replace(self.entry, stream=stream), self.kind, Catalogue(), None)
