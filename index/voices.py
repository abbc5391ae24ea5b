"""Who is who in one published state, and which of its quotes are reprints of each other?

Worked out of the extracts of its segments (`extracts`), over all live quotes at once, unless the writer has left it
beside the state (`voices_file`). So deletions, merges of segments and what a person has decided (`speakers.json`) need
nothing written anew. Immutable then, and shared by threads.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from threading import RLock
from typing import Any, Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from . import schema, voices_file
from .errors import IndexingError, LockedError
from .extracts import NOBODY, REPORTED, Extract, extract_of
from .reprints import SKETCH, Print, Said, clusters, print_of
from .speakers.identity import Sighting
from .speakers.naming import naming
from .speakers.overrides import NONE, Overrides, OverridesError, decided, saved
from .speakers.profiles import Profile, profiles
from .storage import folder as layout
from .storage.format import no_value
from .storage.segment import Segment, open_segments
from .voices_file import Known, Masks, Numbers, Place

ALONE: Final = -1  # of a quote without a known speaker, or without reprints

_log: Final = logging.getLogger("molva.index")

Made = TypeVar("Made")
Integer = TypeVar("Integer", bound=np.integer[Any])


@dataclass(frozen=True, slots=True)
class _Sightings:
    """All sightings with live quotes, N of them. `at`: for each segment the number here of each of its sightings, −1
    where no quote of it lives; `own`: whether some of these are the speaker's own words, not only reported.
    """

    rows: list[Sighting]
    at: list[Numbers]
    own: list[NDArray[np.bool_]]


class once(Generic[Made]):  # noqa: N801 - it is written as a decorator
    """An attribute of Voices that is worked out when it is first asked for, by one thread while the others wait.

    All attributes of Voices share one lock: with one each, as functools.cached_property of Python 3.11 has them,
    two threads that begin at different ends would wait for each other.
    """

    def __init__(self, make: Callable[[Any], Made]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, voices: Voices, owner: type[Voices] | None = None) -> Made:
        known: dict[str, Any] = voices.__dict__
        if self._name not in known:
            with voices.lock:
                voices.load()
                if self._name not in known:
                    known[self._name] = self._make(voices)
        found: Made = known[self._name]
        return found


class Voices:
    """See the module. `known`: extracts of segments that a former state had, by their names. `state`: name of the state
    whose file is used if there is one; without it, all is worked out.
    """

    def __init__(
        self,
        folder: Path,
        segments: Sequence[Segment],
        overrides: Overrides = NONE,
        known: Mapping[str, Extract] | None = None,
        state: str | None = None,
    ) -> None:
        self.overrides = overrides
        self._folder = folder
        self._segments = tuple(segments)
        self._known = dict(known or {})
        self._state = state
        self.lock = RLock()

    # -- what is known of it

    def load(self) -> None:
        """Take what is kept for the state, if anything is."""
        with self.lock:
            state, self._state = self._state, None  # looked for once
            kept = None if state is None else voices_file.read(self._folder, state, self.overrides, self._segments)
            if kept is not None:
                self.take(kept)

    def take(self, kept: Known) -> None:
        """Take what was worked out before."""
        self.__dict__.update({field.name: getattr(kept, field.name) for field in fields(kept)})

    def known(self) -> Known:
        """What is worth keeping."""
        return Known(**{field.name: getattr(self, field.name) for field in fields(Known)})

    @once
    def extracts(self) -> tuple[Extract, ...]:
        """One a segment."""
        return tuple(self._known.get(s.name) or extract_of(self._folder, s) for s in self._segments)

    def known_extracts(self) -> dict[str, Extract]:
        """What was read so far, for the next state."""
        made = self.__dict__.get("extracts")
        return {} if made is None else {s.name: one for s, one in zip(self._segments, made, strict=True)}

    @once
    def sightings(self) -> _Sightings:
        """Who speaks in which article, by live quotes."""
        rows: list[Sighting] = []
        at: list[Numbers] = []
        own: list[NDArray[np.bool_]] = []
        for number, (segment, extract) in enumerate(zip(self._segments, self.extracts, strict=True)):
            live = segment.live("quote")
            spoken = extract.sighting if live is None else extract.sighting[live != 0]
            counts = np.bincount(spoken[spoken != NOBODY].astype(np.int64), minlength=len(extract.article))
            places = np.full(len(extract.article), -1, np.int64)
            here = np.flatnonzero(counts)
            places[here] = np.arange(len(here)) + len(rows)
            at.append(places)
            rows += _rows(number, segment, extract, here, counts)
            told = (extract.sighting != NOBODY) & (extract.sort != REPORTED)
            told = told if live is None else told & (live != 0)
            mine = np.zeros(len(extract.article), np.bool_)
            mine[extract.sighting[told]] = True
            own.append(mine)
        return _Sightings(rows, at, own)

    @once
    def speakers(self) -> Sequence[Profile]:
        """All speakers, by id."""
        return decided(profiles(self.sightings.rows), self.overrides)

    @once
    def owner(self) -> Numbers:
        """(N,) The speaker of each sighting."""
        found = np.zeros(len(self.sightings.rows), np.int64)
        for number, one in enumerate(self.speakers):
            found[list(one.sightings)] = number
        return found

    @once
    def who(self) -> tuple[Numbers, ...]:
        """For each segment the speaker of each quote, ALONE where nobody is known; deleted ones have any."""
        found = []
        for extract, at in zip(self.extracts, self.sightings.at, strict=True):
            of_sighting = np.where(at >= 0, self.owner[at], ALONE) if len(self.owner) else np.full(len(at), ALONE)
            known = extract.sighting != NOBODY
            speakers = np.full(len(extract.sighting), ALONE, np.int64)
            speakers[known] = of_sighting[extract.sighting[known]]
            found.append(speakers)
        return tuple(found)

    @once
    def in_articles(self) -> tuple[tuple[Numbers, Numbers], ...]:
        """For each segment (article, speaker) once for each whose own words an article has, ascending."""
        found = []
        for extract, at, own in zip(self.extracts, self.sightings.at, self.sightings.own, strict=True):
            here = (at >= 0) & own
            size = max(len(self.speakers), 1)
            pairs = distinct(extract.article[here].astype(np.int64) * size + self.owner[at[here]])
            found.append((pairs // size, pairs % size))
        return tuple(found)

    def is_made(self) -> bool:
        """Whether nothing of `made` is still to do."""
        if "clustered" in self.__dict__ or not any(segment.docs("quote") for segment in self._segments):
            return True
        self.load()
        return "clustered" in self.__dict__

    def made(self) -> None:
        """Work out who is who and what is a reprint, if that is still to do. Nothing for an index without quotes."""
        if not self.is_made():
            with self.lock:
                _ = self.who, self.in_articles, self.cluster, self.rank, self.clustered

    # -- speakers

    def speaker(self, segment: int, quote: int) -> Profile | None:
        """Whose words a quote is."""
        number = int(self.who[segment][quote])
        return None if number == ALONE else self.speakers[number]

    # -- reprints

    @once
    def reprints(self) -> Sequence[tuple[Place, ...]]:
        """The clusters of two quotes and more, each from its first date on."""
        prints = _Prints(self)
        found = clusters(prints, prints.keys)
        made = [tuple(sorted(map(prints.place, some), key=self._date_order)) for some in found]
        return sorted(made, key=lambda some: self._date_order(some[0]))

    def _date_order(self, place: Place) -> tuple[int, int, int]:
        day = int(self._segments[place[0]].part("quote").day[place[1]])
        return (1 << 40 if day == schema.NO_DAY else day), *place

    @once
    def cluster(self) -> tuple[Numbers, ...]:
        """For each segment the cluster of each quote, ALONE where it has no reprint."""
        found = tuple(np.full(segment.docs("quote"), ALONE, np.int64) for segment in self._segments)
        for number, some in enumerate(self.reprints):
            for segment, quote in some:
                found[segment][quote] = number
        return found

    @once
    def rank(self) -> tuple[Numbers, ...]:
        """For each segment the place of each quote in its cluster, by date."""
        found = tuple(np.zeros(segment.docs("quote"), np.int64) for segment in self._segments)
        for some in self.reprints:
            for place, (segment, quote) in enumerate(some):
                found[segment][quote] = place
        return found

    @once
    def clustered(self) -> Masks:
        """The quotes that have reprints, as masks."""
        return tuple((some != ALONE).astype(np.uint8) for some in self.cluster)


def distinct(numbers: NDArray[Integer]) -> NDArray[Integer]:
    """Each once, ascending. Not by np.unique, which imports half of numpy at its first call."""
    ordered = np.sort(numbers)
    return ordered[np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))] if len(ordered) else ordered


def _rows(
    number: int, segment: Segment, extract: Extract, here: Numbers, counts: NDArray[np.int64]
) -> Iterator[Sighting]:
    part = segment.part("article")
    days = part.day[extract.article[here]].tolist()
    code = part.array("facet.source.code")
    none, codes = no_value(code), code[extract.article[here]].tolist()
    sources = part.facet_values("source")
    starts = extract.roles_start.tolist()
    roles = extract.roles.tolist()
    articles, names = extract.article.tolist(), extract.name.tolist()
    for place, day, value in zip(here.tolist(), days, codes, strict=True):
        yield Sighting(
            extract.names[names[place]],
            (number, articles[place]),
            None if day == schema.NO_DAY else day,
            None if value == none else sources[value],
            tuple(extract.role_texts[role] for role in roles[starts[place] : starts[place + 1]]),
            int(counts[place]),
        )


class _Prints(Sequence[Print]):
    """The quotes of all segments that live and may be reprints; made one by one, when they are compared."""

    def __init__(self, voices: Voices) -> None:
        self._voices = voices
        self._made: dict[int, Print] = {}
        places, keys = [], []
        for number, (segment, extract) in enumerate(zip(voices._segments, voices.extracts, strict=True)):
            may = extract.sort != 0
            live = segment.live("quote")
            if live is not None:
                may &= live != 0
            docs = np.flatnonzero(may)
            places.append(np.stack([np.full(len(docs), number), docs], axis=1))
            keys.append(extract.keys[docs])
        self._places = np.concatenate(places) if places else np.zeros((0, 2), np.int64)
        self.keys: NDArray[np.uint32] = np.concatenate(keys) if keys else np.zeros((0, SKETCH), np.uint32)

    def place(self, number: int) -> Place:
        """Segment and document of a quote."""
        segment, quote = self._places[number].tolist()
        return segment, quote

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: int) -> Print:  # type: ignore[override]
        found = self._made.get(number)
        if found is None:
            found = self._made[number] = self._print(*self.place(number))
        return found

    def _print(self, segment: int, quote: int) -> Print:
        extract = self._voices.extracts[segment]
        low, high = int(extract.words_start[quote]), int(extract.words_start[quote + 1])
        speaker = self._voices.speaker(segment, quote)
        day = int(self._voices._segments[segment].part("quote").day[quote])
        return print_of(
            extract.words[low:high],
            None if speaker is None else Said(speaker.id, naming(speaker.name)),
            None if day == schema.NO_DAY else day,
            int(extract.sort[quote]),
        )


# -- kept


def keep(folder: Path) -> None:
    """Keep who is who in the live state, unless it is kept, and take away what belongs to no kept state. For the one
    who holds the lock. What cannot be kept is not, which the log says: readers do without.
    """
    try:
        manifest = layout.live_manifest(folder)
        try:
            overrides = saved(folder)
        except OverridesError:  # readers take it so, too
            overrides = NONE
        segments = open_segments(folder, manifest)
        if any(segment.docs("quote") for segment in segments):
            voices = Voices(folder, segments, overrides)
            if voices_file.read(folder, manifest.name, overrides, segments) is None:
                voices_file.write(folder, manifest.name, overrides, voices.known())
        voices_file.sweep(folder, _states(folder))
    except Exception as error:  # nothing depends on it, so nothing that goes wrong here may cost a publish
        _log.warning("%s: who is who is not kept, which readers then work out: %r", folder, error)


def keep_if_free(folder: Path) -> None:
    """`keep`, for one who does not hold the lock; a writer who holds it does it at its end."""
    with contextlib.suppress(LockedError), layout.writer_lock(folder):
        keep(folder)


def _states(folder: Path) -> Iterator[str]:
    """The names of the kept states that can be read."""
    for number in layout.manifest_numbers(folder):
        with contextlib.suppress(IndexingError):
            yield layout.read_manifest(folder, number).name
