"""Is an index sound, which states of it are kept, and what can be done where one is not sound?"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

from .errors import DamagedIndexError, IndexingError, NoIndexError, UnsupportedIndexError
from .storage import folder as layout
from .storage.manifest import Manifest, SegmentEntry
from .storage.segment import open_segments, state_problems
from .writer import SyncState


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `problems` of all kept states before any repair; `repaired` says what was done; `sound`
    what is so after it. `generation`, `files`, `bytes`: the live state, where it is sound.
    """

    sound: bool
    generation: str | None
    files: int
    bytes: int
    problems: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)


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


def require_index(folder: Path) -> None:
    """Raises NoIndexError where `folder` holds no index, so that a command that needs one makes none."""
    if not layout.has_generations(folder):
        layout.live_manifest(folder)


def read_states(folder: Path) -> dict[str, SyncState]:
    """Id → state of each live article, without a writer; empty where there is no index yet.

    Raises DamagedIndexError, UnsupportedIndexError.
    """
    if not layout.has_generations(folder):
        return {}
    segments = open_segments(folder, layout.live_manifest(folder))
    return {article_id: state for segment in segments for article_id, state in segment.states()}


def readable_states(folder: Path) -> dict[str, SyncState]:
    """Id → state of the live articles; empty where the live state cannot be read: a rebuild replaces it."""
    try:
        return read_states(folder)
    except (DamagedIndexError, UnsupportedIndexError):
        return {}


def generations(folder: Path) -> list[Generation]:
    """The kept states, the newest first; whether each can be opened (`check` reads every byte). Raises NoIndexError."""
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


def check(folder: Path, *, repair: bool) -> Checked:
    """Every byte of all kept states; with `repair` fall back to the newest sound one where the live one is damaged,
    and take away the others that are.

    Raises NoIndexError, UnsupportedIndexError, LockedError (a repair writes).
    """
    require_index(folder)
    if not repair:
        return _checked(folder, _problems(folder), [])
    with layout.writer_lock(folder):
        found = _problems(folder)
        steps = _repair(folder) if found else []
        steps += [f"swept {name}: left over by a writer that did not end" for name in layout.sweep(folder)]
    return _checked(folder, found, steps)


def _problems(folder: Path) -> list[str]:
    """What is wrong. A publish may take files away while they are looked at, so that a fault must be seen twice."""
    for _ in range(5):
        before = _kept(folder)
        found = problems(folder)
        if not found or _kept(folder) == before:
            break
    return found


def _kept(folder: Path) -> object:
    """What differs after any publish."""
    with contextlib.suppress(DamagedIndexError):
        return layout.manifest_numbers(folder), layout.current(folder)
    return layout.manifest_numbers(folder)


def problems(folder: Path) -> list[str]:
    """Every byte of all kept states: a line for each fault, which names file and array, the live state's first.

    Raises NoIndexError, UnsupportedIndexError.
    """
    found: list[str] = []
    live: Manifest | None = None
    try:
        live = layout.live_manifest(folder)
        if layout.current(folder) is None:
            found.append(f"{folder / 'CURRENT'}: is missing; the next publish, or molva check --repair, writes it")
    except DamagedIndexError as error:
        found.append(str(error))
    seen: set[SegmentEntry] = set()
    if live is not None:
        found += state_problems(folder, live, seen)
    for number in reversed(layout.manifest_numbers(folder)):
        if live is not None and number == live.number:
            continue
        try:
            found += state_problems(folder, layout.read_manifest(folder, number), seen)
        except IndexingError as error:
            found += [str(error)] if str(error) not in found else []
    return found


def _checked(folder: Path, found: list[str], steps: list[str]) -> Checked:
    left = _problems(folder) if steps else found
    if left:
        return Checked(False, None, 0, 0, found, steps)
    live = layout.live_manifest(folder)
    return Checked(True, live.name, len(live.files), live.bytes, found, steps)


def _repair(folder: Path) -> list[str]:
    """Make the newest sound state live, where the live one is not; take damaged states away."""
    steps: list[str] = []
    live: Manifest | None = None
    with contextlib.suppress(DamagedIndexError, NoIndexError):
        live = layout.live_manifest(folder)
    if live is None or state_problems(folder, live, set()):
        sound = (state for state in layout.fallbacks(folder) if not state_problems(folder, state, set()))
        live = next(sound, None)
        if live is None:
            return ["no kept generation is sound: rebuild from the sources with: molva reindex PATH"]
        layout.switch_to(folder, live)
        steps.append(f"fell back to generation {live.name}, the newest that is sound")
    elif layout.current(folder) is None:
        layout.switch_to(folder, live)
        steps.append(f"wrote CURRENT anew: generation {live.name}")
    damaged = [n for n in layout.manifest_numbers(folder) if n != live.number and not _is_sound(folder, n)]
    layout.remove_states(folder, damaged)
    return steps + [f"took away generation {number:06d}, which was damaged" for number in damaged]


def _is_sound(folder: Path, number: int) -> bool:
    try:
        return not state_problems(folder, layout.read_manifest(folder, number), set())
    except IndexingError:
        return False
