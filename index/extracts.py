"""What is kept of a segment's quotes to know their speakers across the archive, and their reprints?

    molva-index/extracts/<segment>.ext     written behind a publish, in the format of a segment file

Everything in it follows from the segment, which never changes: sightings of speakers (see `speakers.identity`) and the
words of quotes as hashes (see `reprints`). So no state of the index depends on it: where a file is missing, damaged or
of another version, the reader works the same out of the stored articles, only slower. Who is who is decided
over all segments of a state (`voices`), so that deletions, merges and `speakers.json` need no extract written anew.

Q quotes, S sightings; `start` arrays have one item more:

| array | type, items | what |
|---|---|---|
| quote.sighting | u32, Q | whose words they are; 2³²−1: nobody known |
| quote.sort | u8, Q | 1 told as said, 2 reported, 0 an editor's block, which is no reprint |
| quote.words.start, quote.words | start, u32 | the hash of each word, 1 for an ellipsis |
| quote.keys | u32, 8·Q | the sketch of each quote |
| sighting.article, sighting.name | u32, S | document number; number of the name |
| sighting.roles.start, sighting.roles | start, u32 | numbers of the roles that the article gives |
| name.bytes, name.start; role.bytes, role.start | u8, start | texts in UTF-8 |

meta: {"extract": VERSION, "segment": checksum of the segment file's directory}
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .errors import DamagedIndexError, IndexingError
from .model import Quote
from .reprints import SKETCH, sketch, words_of
from .storage import disk
from .storage.blocks import Blocks
from .storage.format import Array, Arrays, MemoryArrays, SegmentFile, narrowed, write_segment
from .storage.payload import unpack_article, unpack_quote
from .storage.segment import Segment

FOLDER: Final = "extracts"
SUFFIX: Final = ".ext"
VERSION: Final = 3
NOBODY: Final = 2**32 - 1
SAID: Final = 1
REPORTED: Final = 2
_SORTS: Final = {"direct": SAID, "partial": SAID, "indirect": REPORTED}
_log: Final = logging.getLogger("molva.index")


@dataclass(frozen=True, slots=True)
class Extract:
    """See the module. Immutable, shared by threads."""

    sighting: NDArray[np.uint32]  # (Q,)
    sort: NDArray[np.uint8]  # (Q,)
    words_start: Array  # (Q+1,)
    words: NDArray[np.uint32]
    keys: NDArray[np.uint32]  # (Q, SKETCH)
    article: NDArray[np.uint32]  # (S,)
    name: NDArray[np.uint32]  # (S,)
    roles_start: Array  # (S+1,)
    roles: NDArray[np.uint32]
    names: tuple[str, ...]
    role_texts: tuple[str, ...]


def extract_of(folder: Path, segment: Segment) -> Extract:
    """The extract of a segment: the one that is kept, else made now. Raises DamagedIndexError (the segment)."""
    quotes = segment.docs("quote")
    checksum = getattr(segment.file, "checksum", None)
    if quotes and checksum:
        with contextlib.suppress(IndexingError, KeyError, ValueError, UnicodeDecodeError):
            file = SegmentFile(_file(folder, segment.name))
            if file.meta == {"extract": VERSION, "segment": checksum} and not file.verify():
                return extract_from(file, quotes, segment.docs("article"))
    return extract_from(MemoryArrays(_arrays(segment), {}), quotes, segment.docs("article"))


def keep(folder: Path, segments: Iterable[Segment]) -> None:
    """Write the extracts of a live state's segments that are not there yet, and take away those of others. What cannot
    be written is not: readers do without.
    """
    home = folder / FOLDER
    named = {_file(folder, segment.name).name: segment for segment in segments if segment.docs("quote")}
    try:
        if disk.is_other(home):
            raise DamagedIndexError("is a link or a file, expected a folder")
        kept = {path.name for path in home.iterdir()} if home.is_dir() else set()
        for name in sorted(kept - named.keys()):
            disk.remove(home / name)
        for name, segment in sorted(named.items()):
            meta = {"extract": VERSION, "segment": getattr(segment.file, "checksum", "")}
            if name not in kept or not _says(home / name, meta):
                home.mkdir(exist_ok=True)
                write_segment(disk.temporary(home / name), _arrays(segment), meta)
                disk.settle(home / name)
    except (OSError, DamagedIndexError) as error:
        _log.warning("%s: no extract is kept, which readers then make themselves: %s", home, error)


def _says(path: Path, meta: Mapping[str, Any]) -> bool:
    """Whether a file is an extract of this version and segment. Its bytes are looked at by those who read them."""
    try:
        file = SegmentFile(path)
    except IndexingError:
        return False
    found = file.meta == meta
    file.close()
    return found


def _file(folder: Path, segment: str) -> Path:
    return folder / FOLDER / (segment + SUFFIX)


# -- making


class _Texts:
    """Distinct texts by number."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}

    def add(self, text: str) -> int:
        return self.number.setdefault(text, len(self.number))

    def arrays(self, name: str) -> dict[str, Array]:
        encoded = [text.encode() for text in self.number]
        starts = np.cumsum([0, *map(len, encoded)])
        return {f"{name}.bytes": np.frombuffer(b"".join(encoded), np.uint8), f"{name}.start": narrowed(starts)}


class Said(NamedTuple):
    """What an extract takes of one article: of its q quotes and of the n speakers whom it names."""

    sighting: tuple[int, ...]  # (q,) place of the speaker among `names`, −1 where nobody is known
    sort: tuple[int, ...]  # (q,)
    words: tuple[NDArray[np.uint32], ...]  # (q,)
    names: tuple[str, ...]  # (n,)
    roles: tuple[tuple[str, ...], ...]  # (n,)


def said_in(quotes: Iterable[Quote], body: Callable[[], str]) -> Said:
    """What an extract takes of an article with these quotes; its `body` is read where somebody speaks."""
    from .speakers import appositions  # it brings the rules that find quotes; who only reads extracts needs none

    sighting: list[int] = []
    here: dict[str, list[Quote]] = {}
    taken = list(quotes)
    for quote in taken:
        if quote.speaker is None:
            sighting.append(-1)
            continue
        here.setdefault(quote.speaker.name, []).append(quote)
        sighting.append(list(here).index(quote.speaker.name))
    beside = appositions.of_text(body(), here) if here else {}
    roles = []
    for name, said in here.items():
        mentioned = (role for q in said if q.mention for role in appositions.of_mention(q.mention, name))
        roles.append(tuple(dict.fromkeys((*beside.get(name, ()), *mentioned))))
    return Said(
        tuple(sighting),
        tuple(_SORTS.get(quote.kind, 0) for quote in taken),
        tuple(words_of(quote.text) for quote in taken),
        tuple(here),
        tuple(roles),
    )


def _arrays(segment: Segment) -> dict[str, Array]:
    return arrays_of(_said_in(segment), segment.docs("quote"))


def _said_in(segment: Segment) -> Iterator[tuple[int, Said]]:
    """Document number and what is said, of each article with quotes."""
    stored_quotes = iter(segment.part("quote").stored)
    for document in np.flatnonzero(np.diff(segment.quotes_start.astype(np.int64))).tolist():
        quotes = [unpack_quote(next(stored_quotes))[0] for _ in segment.quotes_of(document)]
        stored = segment.part("article").stored
        yield document, said_in(quotes, partial(_body, stored, document))


def _body(stored: Blocks, document: int) -> str:
    return unpack_article(stored[document]).body


def arrays_of(articles: Iterable[tuple[int, Said]], quotes: int) -> dict[str, Array]:
    """The arrays of an extract, of the articles that have quotes, with their numbers; so many quotes in all."""
    names, roles = _Texts(), _Texts()
    sighting = np.full(quotes, NOBODY, np.uint32)
    sort = np.zeros(quotes, np.uint8)
    words: list[NDArray[np.uint32]] = []
    keys = np.empty((quotes, SKETCH), np.uint32)
    of_article: list[int] = []
    of_name: list[int] = []
    of_roles: list[list[int]] = []
    number = 0
    for document, said in articles:
        for place, kind, found in zip(said.sighting, said.sort, said.words, strict=True):
            words.append(found)
            keys[number] = sketch(found)
            sort[number] = kind
            if place >= 0:
                sighting[number] = len(of_article) + place
            number += 1
        of_article.extend([document] * len(said.names))
        of_name.extend(map(names.add, said.names))
        of_roles.extend([roles.add(role) for role in some] for some in said.roles)
    return {
        "quote.sighting": sighting,
        "quote.sort": sort,
        "quote.words.start": narrowed(np.cumsum([0, *map(len, words)])),
        "quote.words": np.concatenate(words) if words else np.zeros(0, np.uint32),
        "quote.keys": keys.ravel(),
        "sighting.article": np.array(of_article, np.uint32),
        "sighting.name": np.array(of_name, np.uint32),
        "sighting.roles.start": narrowed(np.cumsum([0, *map(len, of_roles)])),
        "sighting.roles": np.array([role for some in of_roles for role in some], np.uint32),
        **names.arrays("name"),
        **roles.arrays("role"),
    }


# -- reading


def extract_from(arrays: Arrays, quotes: int, articles: int) -> Extract:
    """The extract in these arrays. Raises KeyError, ValueError where they do not fit together."""
    found = Extract(
        sighting=arrays.array("quote.sighting"),
        sort=arrays.array("quote.sort"),
        words_start=arrays.array("quote.words.start"),
        words=arrays.array("quote.words"),
        keys=arrays.array("quote.keys").reshape(quotes, SKETCH),
        article=arrays.array("sighting.article"),
        name=arrays.array("sighting.name"),
        roles_start=arrays.array("sighting.roles.start"),
        roles=arrays.array("sighting.roles"),
        names=_texts(arrays, "name"),
        role_texts=_texts(arrays, "role"),
    )
    sightings = len(found.article)
    fits = (
        len(found.sighting) == len(found.sort) == quotes
        and len(found.words_start) == quotes + 1
        and len(found.name) == sightings
        and len(found.roles_start) == sightings + 1
        and _below(found.sighting[found.sighting != NOBODY], sightings)
        and _below(found.article, articles)
        and _below(found.name, len(found.names))
        and _below(found.roles, len(found.role_texts))
    )
    if not fits:
        raise ValueError("the arrays of an extract do not fit together")
    return found


def _below(numbers: Array, limit: int) -> bool:
    return not len(numbers) or int(numbers.max()) < limit


def _texts(arrays: Arrays, name: str) -> tuple[str, ...]:
    data: bytes = arrays.array(f"{name}.bytes").tobytes()
    starts: Sequence[int] = arrays.array(f"{name}.start").tolist()
    return tuple(data[a:b].decode() for a, b in pairwise(starts))
