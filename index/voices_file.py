"""How is it kept who is who in a state, so that no reader has to work it out?

    molva-index/derived/<state>.who     000042.9f86d0.who; in the format of a segment file

Written behind a publish, and when a person has decided something about speakers. All of it follows from the state and
from `speakers.json` (`voices` works it out), so no state names it: where it is missing, damaged, of another version or
other decisions, a reader works the same out in memory.

Q quotes of all segments behind each other, S segments, N sightings, P speakers, C clusters of reprints:

| array | type, items | what |
|---|---|---|
| quote.speaker, quote.cluster | i4, Q | whose words, which cluster; −1: nobody known, no reprint |
| quote.rank | i4, Q | the place of a quote in its cluster |
| sighting.owner | i4, N | the speaker of each sighting |
| said.start; said.article, said.speaker | start, S+1; i4 | who speaks in which article, segment by segment |
| speaker.start, speaker.data | start, P+1; u8 | a JSON list for each speaker (`_row`) in UTF-8 |
| speaker.sightings.start, speaker.sightings | start, P+1; i4 | the sightings of each speaker |
| cluster.start; cluster.segment, cluster.quote | start, C+1; i4 | the quotes of each cluster, in their order |

meta: {"voices": VERSION, "state", "overrides": digest, "extract": its version, "analysis": its version}
"""

from __future__ import annotations

import errno
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from . import extracts
from .analysis import ANALYSIS_VERSION
from .errors import IndexingError
from .speakers.overrides import Overrides
from .speakers.profiles import Profile, RoleSpan
from .storage import disk
from .storage.format import Array, SegmentFile, narrowed, write_segment
from .storage.segment import Segment

FOLDER: Final = "derived"
SUFFIX: Final = ".who"
VERSION: Final = 1  # counts up when `voices` works out anything else, or rules of speakers and reprints change
_log: Final = logging.getLogger("molva.index")

Numbers = NDArray[np.int64]
Masks = tuple[NDArray[np.uint8], ...]
Place = tuple[int, int]  # segment, document number there
Item = TypeVar("Item")


@dataclass(frozen=True)
class Known:
    """What is kept; see the attributes of `voices.Voices` with these names."""

    speakers: Sequence[Profile]
    owner: Numbers
    who: tuple[Numbers, ...]
    in_articles: tuple[tuple[Numbers, Numbers], ...]
    reprints: Sequence[tuple[Place, ...]]
    cluster: tuple[Numbers, ...]
    rank: tuple[Numbers, ...]
    clustered: Masks


def file_of(folder: Path, state: str) -> Path:
    """Where it is kept for a state."""
    return folder / FOLDER / (state + SUFFIX)


def key(state: str, overrides: Overrides) -> dict[str, Any]:
    """What it follows from."""
    return {
        "voices": VERSION,
        "state": state,
        "overrides": overrides.digest,
        "extract": extracts.VERSION,
        "analysis": ANALYSIS_VERSION,
    }


# -- writing


def write(folder: Path, state: str, overrides: Overrides, known: Known) -> None:
    """Keep it, in place of a former one, in one step. Raises OSError."""
    path = file_of(folder, state)
    if disk.is_other(path.parent):
        raise NotADirectoryError(errno.ENOTDIR, "a link or a file, expected a folder", str(path.parent))
    disk.make_folders(path.parent)
    write_segment(disk.temporary(path), arrays_of(known), key(state, overrides))
    disk.settle(path)


def sweep(folder: Path, states: Iterable[str]) -> None:
    """Take away all that belongs to none of these states. Raises OSError."""
    home = folder / FOLDER
    wanted = {file_of(folder, state).name for state in states}
    for path in sorted(home.iterdir()) if home.is_dir() and not disk.is_other(home) else ():
        if path.name not in wanted:
            disk.remove(path)


def arrays_of(known: Known) -> dict[str, Array]:
    """The arrays of the file; see the module."""
    rows = [json.dumps(_row(one), ensure_ascii=False, separators=(",", ":")).encode() for one in known.speakers]
    places = np.array([*chain.from_iterable(known.reprints)], np.int32).reshape(-1, 2)
    return {
        "quote.speaker": _joined(known.who),
        "quote.cluster": _joined(known.cluster),
        "quote.rank": _joined(known.rank),
        "sighting.owner": known.owner.astype(np.int32),
        "said.start": _starts([articles for articles, _ in known.in_articles]),
        "said.article": _joined([articles for articles, _ in known.in_articles]),
        "said.speaker": _joined([speakers for _, speakers in known.in_articles]),
        "speaker.start": _starts(rows),
        "speaker.data": np.frombuffer(b"".join(rows), np.uint8),
        "speaker.sightings.start": _starts([one.sightings for one in known.speakers]),
        "speaker.sightings": np.array([*chain.from_iterable(one.sightings for one in known.speakers)], np.int32),
        "cluster.start": _starts(known.reprints),
        "cluster.segment": np.ascontiguousarray(places[:, 0]),
        "cluster.quote": np.ascontiguousarray(places[:, 1]),
    }


def _joined(arrays: Sequence[Numbers]) -> Array:
    return np.concatenate(arrays).astype(np.int32) if arrays else np.zeros(0, np.int32)


def _starts(some: Iterable[Any]) -> Array:
    return narrowed(np.cumsum([0, *map(len, some)]))


def _row(one: Profile) -> list[Any]:
    """A speaker without the sightings."""
    roles = [[role.text, role.articles, role.first, role.last] for role in one.roles]
    return [one.id, one.name, one.label, one.is_person, one.names, roles, one.namesakes, one.merged, one.aliases]


# -- reading


def read(folder: Path, state: str, overrides: Overrides, segments: Sequence[Segment]) -> Known | None:
    """What is kept for a state; None where that is nothing, or nothing of use, which the log says."""
    path = file_of(folder, state)
    if not path.is_file():
        _log.info("%s: is missing; who is who is worked out in memory", path)
        return None
    try:
        file = SegmentFile(path)
        if file.meta != key(state, overrides):
            _log.info("%s: follows from %s, expected %s", path, file.meta, key(state, overrides))
            return None
        faults = file.verify()
        if faults:
            raise ValueError(faults[0])
        return known_of({name: file.array(name) for name in file.entries}, segments)
    except (IndexingError, KeyError, ValueError) as error:
        _log.warning("%s: who is who is worked out in memory; the next publish keeps it anew: %s", path, error)
        return None


def problems(path: Path, segment: str | None = None) -> list[str]:
    """Every byte against its checksum, and whether the file follows from what its name says, an extract from the
    segment with the checksum `segment`: a line for each fault.
    """
    try:
        file = SegmentFile(path)
    except IndexingError as error:
        return [str(error)]
    says, expected = ("state", path.stem) if path.suffix == SUFFIX else ("segment", segment)
    if expected is not None and file.meta.get(says) != expected:
        found = repr(file.meta[says])[:60] if says in file.meta else "a file of another kind"
        return [f"{path}: follows from another {says}, {found}; expected {expected}"]
    return file.verify()


class _Rows(Sequence[Item]):
    """Things that are made when they are first asked for. Shared by threads."""

    def __init__(self, size: int, make: Callable[[int], Item]) -> None:
        self._size = size
        self._make = make
        self._made: dict[int, Item] = {}

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, number: int) -> Item:  # type: ignore[override]
        found = self._made.get(number)
        if found is None:
            if not 0 <= number < self._size:
                raise IndexError(number)
            found = self._made[number] = self._make(number)
        return found


def known_of(arrays: Mapping[str, Array], segments: Sequence[Segment]) -> Known:
    """What `arrays_of` packed. Raises KeyError, ValueError where arrays do not fit together."""
    quotes = [segment.docs("quote") for segment in segments]
    _fits(arrays, sum(quotes), len(segments))
    said = arrays["said.start"].tolist()
    cluster = _parted(arrays["quote.cluster"], quotes)
    articles, speakers = (_parted(arrays[name], np.diff(said).tolist()) for name in ("said.article", "said.speaker"))
    return Known(
        speakers=_Rows(len(arrays["speaker.start"]) - 1, _profiles(arrays)),
        owner=arrays["sighting.owner"].astype(np.int64),
        who=_parted(arrays["quote.speaker"], quotes),
        in_articles=tuple(zip(articles, speakers, strict=True)),
        reprints=_Rows(len(arrays["cluster.start"]) - 1, _clusters(arrays)),
        cluster=cluster,
        rank=_parted(arrays["quote.rank"], quotes),
        clustered=tuple((some >= 0).astype(np.uint8) for some in cluster),
    )


def _fits(arrays: Mapping[str, Array], quotes: int, segments: int) -> None:
    """Raises ValueError where numbers lead out of the arrays, or these are not as long as the state needs."""
    speakers, clusters = len(arrays["speaker.start"]) - 1, len(arrays["cluster.start"]) - 1
    lengths = [(f"quote.{name}", quotes) for name in ("speaker", "cluster", "rank")]
    lengths += [("said.start", segments + 1), ("said.speaker", len(arrays["said.article"]))]
    lengths += [("speaker.sightings.start", speakers + 1), ("cluster.segment", len(arrays["cluster.quote"]))]
    for name, length in lengths:
        if len(arrays[name]) != length:
            raise ValueError(f"array {name}: {len(arrays[name]):,} items, expected {length:,}")
    ranges = [("quote.speaker", speakers), ("quote.cluster", clusters), ("sighting.owner", speakers)]
    ranges += [("said.speaker", speakers), ("speaker.sightings", len(arrays["sighting.owner"]))]
    ranges += [("cluster.segment", segments)]
    for name, limit in ranges:
        if len(arrays[name]) and not (arrays[name].min() >= -1 and arrays[name].max() < limit):
            raise ValueError(f"array {name}: has numbers outside of −1…{limit - 1:,}")


def _parted(numbers: Array, sizes: Sequence[int]) -> tuple[Numbers, ...]:
    ends = np.cumsum([0, *sizes]).tolist()
    return tuple(numbers[a:b].astype(np.int64) for a, b in pairwise(ends))


def _profiles(arrays: Mapping[str, Array]) -> Callable[[int], Profile]:
    starts, data = arrays["speaker.start"], arrays["speaker.data"]
    sightings_start, sightings = arrays["speaker.sightings.start"], arrays["speaker.sightings"]

    def profile(number: int) -> Profile:
        row = json.loads(data[int(starts[number]) : int(starts[number + 1])].tobytes())
        speaker_id, name, label, is_person, names, roles, namesakes, merged, aliases = row
        mine = sightings[int(sightings_start[number]) : int(sightings_start[number + 1])]
        return Profile(
            speaker_id,
            name,
            label,
            is_person,
            tuple(names),
            tuple(RoleSpan(*role) for role in roles),
            tuple(mine.tolist()),
            tuple(namesakes),
            tuple(merged),
            tuple(aliases),
        )

    return profile


def _clusters(arrays: Mapping[str, Array]) -> Callable[[int], tuple[Place, ...]]:
    starts, segments, quotes = arrays["cluster.start"], arrays["cluster.segment"], arrays["cluster.quote"]

    def cluster(number: int) -> tuple[Place, ...]:
        low, high = int(starts[number]), int(starts[number + 1])
        return tuple(zip(segments[low:high].tolist(), quotes[low:high].tolist(), strict=True))

    return cluster
