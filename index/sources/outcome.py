"""What comes out of reading: an article, or the reason why there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO, Protocol

from ..model import Article

MAX_TEXT = 20_000_000  # code points of one article: ten times «War and Peace»
MAX_DOCUMENT = 256 << 20  # bytes of a file that has to be in memory as a whole
MAX_LINE = 96 << 20  # … of one line of JSONL
MAX_BYTES = 2 * MAX_TEXT + (1 << 16)  # … of a text in Russian letters


@dataclass(frozen=True, slots=True)
class Loaded:
    """An article and the file that it came from: `origin` is an absolute path (of the archive, for its members)."""

    article: Article
    origin: str
    id_from_path: bool = False  # no id and no url of its own
    bytes_read: int = 0  # of the file, as it lies on disk


@dataclass(frozen=True, slots=True)
class Skipped:
    """An input that gave no article. `where` names it for a person («path:line 12», «archive!member»).

    `file` is set where something could not be read: the absolute path of a file, or of a folder that could not be
    listed. What an index has from there (or from below there) must stay, since nobody can say that it has gone. It
    is None where the input was read and holds no article (an empty file, a draft, a record without text).
    """

    where: str
    reason: str
    file: str | None = None
    by_design: bool = False  # no mistake of anybody's: a draft, a licence, a program's file


Outcome = Loaded | Skipped


class UnreadableError(Exception):
    """A file, member or record cannot be read; the message is a reason for a person. Never leaves `index.sources`."""


class NotAnArticleError(Exception):
    """A file or record was read and is no article; the message is a reason. Never leaves `index.sources`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file or archive member, on its way to a reader.

    `stream` is peekable (`io.BufferedReader`) and gives unpacked bytes; `name` is the last part of its path without
    compression suffixes, `path_id` the id of an article that has none of its own, `where` its place for messages,
    `origin` the file on disk, `done` what of it is read where that file is not at hand.
    """

    name: str
    path_id: str
    where: str
    origin: str
    stream: BinaryIO
    csv_map: Mapping[str, str] | None = None
    on_disk: BinaryIO | None = None  # the file itself, packed as it is
    done: int = 0  # bytes

    @property
    def suffix(self) -> str:
        """The end of the name after its last dot, lower case, without the dot; '' if there is none."""
        stem, dot, suffix = self.name.rpartition(".")
        return suffix.lower() if dot and stem else ""

    @property
    def stem(self) -> str:
        """The name without its suffix."""
        return self.name[: -len(self.suffix) - 1] if self.suffix else self.name

    def loaded(self, article: Article) -> Loaded:
        """The article as an outcome of this file."""
        return Loaded(article, self.origin, article.id.startswith(self.path_id), self.bytes_read)

    @property
    def bytes_read(self) -> int:
        """How much of the file on disk is read."""
        return self.on_disk.tell() if self.on_disk else self.done

    def passed_over(self, reason: str, place: str = "") -> Skipped:
        """This file (or the record at `place`) was never meant to be an article of the archive."""
        return replace(self.refused(reason, place), by_design=True)

    def refused(self, reason: str, place: str = "") -> Skipped:
        """This file (or the record at `place`) was read, and holds no article."""
        return Skipped(self.where + (f":{place}" if place else ""), reason)

    def unreadable(self, reason: str, place: str = "") -> Skipped:
        """This file (or the record at `place`) could not be read."""
        return Skipped(self.where + (f":{place}" if place else ""), reason, self.origin)


Outcomes = Iterator[Outcome]


class Portion(Protocol):
    """A piece of the input that any process can read: it can be pickled."""

    @property
    def size(self) -> int:
        """About how many bytes."""
        ...

    def stamp(self) -> bytes | None:
        """A digest of all that `read` reads: the same one gives the same articles. None of what is read already."""
        ...

    def read(self) -> Outcomes:
        """Its articles, and what was skipped. Raises nothing for what cannot be read."""
        ...


def stamp_of(entry: Entry, *told: object, data: bytes) -> bytes:
    """For `Portion.stamp`: of data of an entry, and what else is known of it."""
    known = (entry.name, entry.path_id, entry.where, entry.origin, entry.done, sorted((entry.csv_map or {}).items()))
    return hashlib.blake2b(repr((known, told)).encode("utf-8", "surrogatepass") + b"\0" + data, digest_size=16).digest()


def read_whole(entry: Entry, most: int = MAX_DOCUMENT) -> bytes:
    """All bytes of a file that cannot be read piecewise.

    Raises:
        UnreadableError: it is longer than `most`.
    """
    data = entry.stream.read(most + 1)
    if len(data) > most:
        raise UnreadableError(f"larger than {most >> 20} MB: split it, or give it as JSONL")
    return data
