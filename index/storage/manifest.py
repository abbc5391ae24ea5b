"""What does one published state of an index consist of? A manifest says it: segments, what is deleted in them, sizes,
checksums.

A manifest is JSON of this shape, written once; its `checksum` is blake2b-128 of the same JSON without it. Each segment
carries the checksum of its file's directory, which has those of its arrays: every byte of an index hangs on CURRENT.

    {"format": 3, "schema": 2, "analysis": 3, "number": 42, "token": "9f86d0", "created": "2026-11-22T12:00:00Z",
     "parent": 41, "segments": [{"name": "5c1d…", "bytes": 18230, "checksum": "27ac…", "articles": 3, "quotes": 1,
     "deleted": 1, "deleted_quotes": 0, "deletions": {"file": "5c1d….del.1", "bytes": 412, "checksum": "c03f…"}}],
     "checksum": "8d17…"}
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from index.analysis import ANALYSIS_VERSION
from index.errors import DamagedIndexError, NoIndexError, UnsupportedIndexError
from index.schema import SCHEMA_VERSION

from .format import checksum

FORMAT: Final = 4
READABLE: Final = (1, 2, 3, FORMAT)  # see `format`
NUMBER: Final = re.compile(r"\d{6,12}")
TOKEN: Final = re.compile(r"[0-9a-f]{6}")
_NAME: Final = re.compile(r"[0-9a-z]{1,40}")
_DELETIONS: Final = re.compile(r"[0-9a-z]{1,40}\.del\.\d{1,9}")
_CHECKSUM: Final = re.compile(r"[0-9a-f]{32}")
_LARGEST: Final = 1 << 24  # bytes; a segment takes some 300


@dataclass(frozen=True, slots=True)
class DeletionsEntry:
    """The file that says which articles of a segment are deleted. `checksum`: of its directory, in hex."""

    file: str
    bytes: int
    checksum: str


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment as a manifest names it. `articles` and `quotes` count the deleted ones too; `checksum` is that of the
    file's directory, in hex.
    """

    name: str
    bytes: int
    checksum: str
    articles: int
    quotes: int
    deleted: int = 0
    deleted_quotes: int = 0
    deletions: DeletionsEntry | None = None

    @property
    def file(self) -> str:
        """The name of its file."""
        return self.name + ".seg"

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its files."""
        return (self.file, self.deletions.file) if self.deletions else (self.file,)

    @property
    def all_bytes(self) -> int:
        """Of all its files."""
        return self.bytes + (self.deletions.bytes if self.deletions else 0)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One published state. `parent` is the number of the state that was live before it; `token` is random, so that an
    index made anew in the same folder has other names for its states.
    """

    number: int
    token: str
    created: str
    parent: int | None
    segments: tuple[SegmentEntry, ...]
    format: int = FORMAT
    schema: int = SCHEMA_VERSION
    analysis: int = ANALYSIS_VERSION

    @property
    def name(self) -> str:
        """A name of this state that no other has: `000042.9f86d0`."""
        return f"{self.number:06d}.{self.token}"

    @property
    def articles(self) -> int:
        """Live articles."""
        return sum(one.articles - one.deleted for one in self.segments)

    @property
    def quotes(self) -> int:
        """Live quotes."""
        return sum(one.quotes - one.deleted_quotes for one in self.segments)

    @property
    def bytes(self) -> int:
        """Of all files of its segments."""
        return sum(one.all_bytes for one in self.segments)

    @property
    def files(self) -> frozenset[str]:
        """The names of all files of its segments."""
        return frozenset(name for one in self.segments for name in one.files)


def file_name(number: int) -> str:
    """The name of a manifest's file."""
    return f"{number:06d}.json"


def render(manifest: Manifest) -> bytes:
    """A manifest's file."""
    content = asdict(manifest)
    return json.dumps({**content, "checksum": _checksum(content)}, indent=1).encode()


def _checksum(content: Mapping[str, Any]) -> str:
    return checksum(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hex()


def read(path: Path) -> Manifest:
    """The manifest in a file. Raises DamagedIndexError, UnsupportedIndexError, NoIndexError (no right to read it)."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            raise DamagedIndexError(f"{path}: is no file or too large, expected a manifest; run: molva check --repair")
        data = path.read_bytes()
    except FileNotFoundError:
        raise DamagedIndexError(f"{path}: is missing; run: molva check --repair") from None
    except PermissionError as error:
        raise NoIndexError(f"{path}: cannot be read ({error.strerror}); expected files that you may read") from error
    except OSError as error:
        raise DamagedIndexError(f"{path}: cannot be read ({error}); run: molva check --repair") from None
    try:
        raw = json.loads(data)
        versions = tuple(_count(raw, name) for name in ("format", "schema", "analysis"))
        if versions[0] in READABLE and versions[1:] == (SCHEMA_VERSION, ANALYSIS_VERSION):
            manifest = _parsed(raw)
            if render(manifest) == data:
                return manifest
            raise ValueError("its bytes have changed since it was written")
        stated = raw.pop("checksum")
        if stated != _checksum(raw):
            raise ValueError("its bytes have changed since it was written")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedIndexError(f"{path}: is no sound manifest ({error}); run: molva check --repair") from None
    raise UnsupportedIndexError(
        f"{path}: format {versions[0]}, schema {versions[1]}, analysis {versions[2]}; this version reads format "
        f"{' and '.join(map(str, READABLE))}, schema {SCHEMA_VERSION}, analysis {ANALYSIS_VERSION}; "
        "rebuild with: molva reindex PATH"
    )


def _parsed(raw: Mapping[str, Any]) -> Manifest:
    """A manifest of JSON. Raises ValueError, KeyError, TypeError: what it names must be plain and lie in the folder."""
    segments = tuple(_segment(one) for one in raw["segments"])
    if len({one.name for one in segments}) != len(segments):
        raise ValueError("it names a segment twice")
    parent = None if raw["parent"] is None else _count(raw, "parent")
    number, token, created = _count(raw, "number"), _text(raw, "token", TOKEN), _text(raw, "created")
    return Manifest(number, token, created, parent, segments, format=_count(raw, "format"))


def _segment(raw: Mapping[str, Any]) -> SegmentEntry:
    articles, quotes = _count(raw, "articles"), _count(raw, "quotes")
    deleted, deleted_quotes = _count(raw, "deleted"), _count(raw, "deleted_quotes")
    if deleted > articles or deleted_quotes > quotes:
        raise ValueError("more documents are deleted than there are")
    name = _text(raw, "name", _NAME)
    deletions = None
    if raw["deletions"] is not None:
        of = raw["deletions"]
        deletions = DeletionsEntry(_text(of, "file", _DELETIONS), _count(of, "bytes"), _text(of, "checksum", _CHECKSUM))
        if not deletions.file.startswith(f"{name}.del."):
            raise ValueError(f"{deletions.file} has not the deletions of segment {name}")
    size, digest = _count(raw, "bytes"), _text(raw, "checksum", _CHECKSUM)
    return SegmentEntry(name, size, digest, articles, quotes, deleted, deleted_quotes, deletions)


def _count(raw: Mapping[str, Any], name: str) -> int:
    value = raw[name]
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(f"{name} is {value!r:.40}, expected a number from 0")
    return value


def _text(raw: Mapping[str, Any], name: str, shape: re.Pattern[str] | None = None) -> str:
    value = raw[name]
    if not isinstance(value, str) or (shape and not shape.fullmatch(value)):
        raise ValueError(f"{name} is {value!r:.80}, expected {shape.pattern if shape else 'text'}")
    return value
