"""Is an index sound, which states of it are kept, and what can be done where one is not sound?"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from . import extracts, voices, voices_file
from .errors import DamagedIndexError, IndexingError, UnsupportedIndexError
from .large import states
from .settings import engine
from .storage import disk
from .storage import folder as layout
from .storage.checking import Checker
from .storage.manifest import Manifest, file_name
from .storage.segment import open_segments
from .writer import Published, SyncState

if TYPE_CHECKING:
    from .opensearch_maintenance import Upkeep


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, after a repair if there was one: whether the live state is sound (`live_sound`), and every
    kept one and what follows from them too (`sound`). `generation`, `files` (on a cluster: shards), `bytes`: the live
    state, where that is sound.

    `problems` are those of the live state, and `kept_problems` those of the others alone, before any repair; `damaged`
    has the numbers of these others. `derived_problems` are those of files that follow from a state, or of more copies
    on a cluster, without which every answer is the same. `repaired` says what was done.
    """

    sound: bool
    live_sound: bool
    generation: str | None
    files: int
    bytes: int
    problems: list[str] = field(default_factory=list)
    kept_problems: list[str] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    derived_problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Generation:
    """A kept state. `problem` says why it cannot be opened; its counts are unknown then."""

    number: int
    name: str | None
    created: str | None
    articles: int | None
    quotes: int | None
    bytes: int | None
    live: bool
    problem: str | None = None


def upkeep() -> AbstractContextManager[Upkeep]:
    """What these functions do on the cluster that the settings name. Raises SettingsError."""
    from . import opensearch_maintenance

    return opensearch_maintenance.upkeep()


def require_index(folder: Path) -> None:
    """Raises NoIndexError where `folder` holds no index, so that a command that needs one makes none."""
    if engine() == "opensearch":
        with upkeep() as cluster:
            cluster.require()
    elif not layout.has_generations(folder):
        layout.live_manifest(folder)


def read_states(folder: Path) -> Mapping[str, SyncState]:
    """Id → state of each live article, without a writer; empty where there is no index yet.

    Raises DamagedIndexError, UnsupportedIndexError.
    """
    if engine() == "opensearch":
        with upkeep() as cluster:
            return cluster.states()
    if not layout.has_generations(folder):
        return {}
    segments = open_segments(folder, layout.live_manifest(folder))
    return states(one for segment in segments for one in segment.states())


def readable_states(folder: Path) -> Mapping[str, SyncState]:
    """Id → state of the live articles; empty where the live state cannot be read: a rebuild replaces it."""
    try:
        return read_states(folder)
    except (DamagedIndexError, UnsupportedIndexError):
        return {}


def generations(folder: Path) -> list[Generation]:
    """The kept states, the newest first; whether each can be opened (`check` reads every byte). Raises NoIndexError."""
    if engine() == "opensearch":
        with upkeep() as cluster:
            return cluster.generations()
    require_index(folder)
    live: Manifest | None = None
    with contextlib.suppress(DamagedIndexError, UnsupportedIndexError):
        live = layout.live_manifest(folder)
    return [_generation(folder, number, live) for number in reversed(layout.manifest_numbers(folder))]


def _generation(folder: Path, number: int, live: Manifest | None) -> Generation:
    is_live = live is not None and live.number == number
    try:
        state = layout.read_manifest(folder, number)
    except IndexingError as error:
        return Generation(number, None, None, None, None, None, is_live, str(error))
    problem = None
    try:
        open_segments(folder, state)
    except IndexingError as error:
        problem = str(error)
    return Generation(number, state.name, state.created, state.articles, state.quotes, state.bytes, is_live, problem)


def rollback(folder: Path) -> Published:
    """Go back to the state before the live one. Raises NoIndexError, LockedError, DamagedIndexError."""
    if engine() == "opensearch":
        with upkeep() as cluster:
            return cluster.rollback()
    require_index(folder)
    live = layout.rollback(folder)
    voices.keep_if_free(folder)
    return Published(live.name, live.articles, live.quotes)


def check(folder: Path, *, repair: bool, deep: bool = False) -> Checked:
    """Every byte of all kept states, and whether their arrays fit together; `deep`: whether these say what the stored
    documents say, too. With `repair` fall back to the newest sound state where the live one is damaged, and take away
    the others that are.

    Raises NoIndexError, UnsupportedIndexError, LockedError (a repair writes).
    """
    if engine() == "opensearch":
        with upkeep() as cluster:
            return cluster.check(repair=repair, deep=deep)
    require_index(folder)
    if not repair:
        found = _seen_twice(folder, deep)
        return _checked(folder, found, found, [])
    with layout.writer_lock(folder):
        found = _look(folder, Checker(folder, deep=deep))
        try:
            steps = _repair(folder, found) if found.problems or found.kept_problems else []
            steps += _repair_derived(folder, found)
        except OSError as error:
            raise IndexingError(
                f"{folder}: cannot be repaired ({error}); mend the disk, or rebuild elsewhere with: molva reindex PATH"
            ) from error
        steps += [f"swept {name}: left over by a writer that did not end" for name in layout.sweep(folder)]
        return _checked(folder, _look(folder, found.checker) if steps else found, found, steps)


@dataclass(slots=True)
class _Found:
    """What is wrong: of the live state, and of the others by their numbers."""

    checker: Checker
    live: Manifest | None = None
    problems: list[str] = field(default_factory=list)
    others: dict[int, list[str]] = field(default_factory=dict)
    derived: dict[Path, list[str]] = field(default_factory=dict)

    @property
    def derived_problems(self) -> list[str]:
        """Those of files that follow from a state."""
        return [one for found in self.derived.values() for one in found]

    @property
    def kept_problems(self) -> list[str]:
        """Those of the others that are not the live state's too, once each."""
        every = dict.fromkeys(one for found in self.others.values() for one in found)
        return [one for one in every if one not in self.problems]

    @property
    def damaged(self) -> list[int]:
        """The numbers of the others that are damaged, the newest first."""
        return [number for number, found in self.others.items() if found]


def _seen_twice(folder: Path, deep: bool) -> _Found:
    """A publish may take files away while they are looked at, so that a fault must be seen twice."""
    for _ in range(5):
        before = _kept(folder)
        found = _look(folder, Checker(folder, deep=deep))
        if not (found.problems or found.kept_problems) or _kept(folder) == before:
            break
    return found


def _kept(folder: Path) -> object:
    """What differs after any publish."""
    with contextlib.suppress(DamagedIndexError):
        return layout.manifest_numbers(folder), layout.current(folder)
    return layout.manifest_numbers(folder)


def _look(folder: Path, checker: Checker) -> _Found:
    found = _Found(checker)
    try:
        found.live = layout.live_manifest(folder)
        if layout.current(folder) is None:
            found.problems.append(
                f"{folder / 'CURRENT'}: is missing; the next publish, or molva check --repair, writes it"
            )
        found.problems += checker.problems(found.live)
    except DamagedIndexError as error:
        found.problems.append(str(error))
    for number in reversed(layout.manifest_numbers(folder)):
        if found.live is None or number != found.live.number:
            try:
                found.others[number] = checker.problems(layout.read_manifest(folder, number))
            except IndexingError as error:
                found.others[number] = [str(error)]
    found.others.update(_lost(folder, found.live))
    found.derived = _derived(folder)
    return found


def _lost(folder: Path, live: Manifest | None) -> dict[int, list[str]]:
    """The state before the live one, where older ones are kept but it is not: nobody can go back to these."""
    kept = layout.manifest_numbers(folder)
    if live is None or live.parent is None or live.parent in kept or not any(one < live.parent for one in kept):
        return {}
    return {live.parent: [f"{folder / 'manifests' / file_name(live.parent)}: is missing, though older states are kept"]}


def _derived(folder: Path) -> dict[Path, list[str]]:
    """The damaged files among those that follow from states, and what is wrong with them."""
    found = {}
    segments = {entry.name: entry.checksum for state in _readable(folder) for entry in state.segments}
    for home in (folder / extracts.FOLDER, folder / voices_file.FOLDER):
        if disk.is_other(home):
            found[home] = [f"{home}: is a link or a file, expected a folder"]
            continue
        for path in sorted(home.iterdir()) if home.is_dir() else ():
            faults = [] if path.name.endswith(disk.TEMPORARY) else voices_file.problems(path, segments.get(path.stem))
            if faults and path.exists():  # a publish may have taken it away meanwhile
                found[path] = faults
    return found


def _readable(folder: Path) -> list[Manifest]:
    """The manifests that can be read."""
    found = []
    for number in layout.manifest_numbers(folder):
        with contextlib.suppress(IndexingError):
            found.append(layout.read_manifest(folder, number))
    return found


def problems(folder: Path) -> list[str]:
    """Every byte of all kept states: a line for each fault, which names file and array, the live state's first.

    Raises NoIndexError, UnsupportedIndexError.
    """
    found = _look(folder, Checker(folder))
    return found.problems + found.kept_problems + found.derived_problems


def _checked(folder: Path, after: _Found, before: _Found, steps: list[str]) -> Checked:
    live = None if after.problems else after.live
    return Checked(
        live is not None and not after.damaged and not after.derived,
        live is not None,
        live.name if live else None,
        len(live.files) if live else 0,
        live.bytes if live else 0,
        before.problems,
        before.kept_problems,
        before.damaged,
        steps,
        before.derived_problems,
    )


def _repair(folder: Path, found: _Found) -> list[str]:
    """Make the newest sound state live, where the live one is not; take damaged states away."""
    steps: list[str] = []
    live = found.live
    if live is None or found.checker.problems(live):
        sound = (state for state in layout.fallbacks(folder) if not found.checker.problems(state))
        live = next(sound, None)
        if live is None:
            return ["no kept generation is sound: rebuild from the sources with: molva reindex PATH"]
        layout.switch_to(folder, live)
        steps.append(f"fell back to generation {live.name}, the newest that is sound")
    elif layout.current(folder) is None:
        layout.switch_to(folder, live)
        steps.append(f"wrote CURRENT anew: generation {live.name}")
    damaged = [n for n in layout.manifest_numbers(folder) if n != live.number and not _is_sound(folder, n, found)]
    layout.remove_states(folder, damaged)
    steps += [f"took away generation {number:06d}, which was damaged" for number in damaged]
    cut_off = [n for n in layout.manifest_numbers(folder) if _lost(folder, live) and n < (live.parent or 0)]
    layout.remove_states(folder, cut_off)
    return steps + [f"took away generation {number:06d}, to which no kept state leads back" for number in cut_off]


def _repair_derived(folder: Path, found: _Found) -> list[str]:
    """Take damaged files away that follow from states, and write those of the live state anew."""
    for path in found.derived:
        disk.remove(path)
    if found.derived:
        with contextlib.suppress(IndexingError):
            extracts.keep(folder, open_segments(folder, layout.live_manifest(folder)))
            voices.keep(folder)
    return [f"{'wrote anew' if path.exists() else 'took away'} {path}, which was damaged" for path in found.derived]


def _is_sound(folder: Path, number: int, found: _Found) -> bool:
    try:
        return not found.checker.problems(layout.read_manifest(folder, number))
    except IndexingError:
        return False
