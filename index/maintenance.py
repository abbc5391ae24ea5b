"""Is an index sound, and what can be done where it is not?"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .errors import DamagedIndexError, NoIndexError, UnsupportedIndexError
from .storage import folder as layout
from .storage.whoosh_files import adopt, read_states
from .writer import SyncState


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `problems` of the live generation before any repair; `repaired` says what was done."""

    sound: bool
    generation: str | None
    files: int
    bytes: int
    problems: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)


def require_index(folder: Path) -> None:
    """Raises NoIndexError where `folder` holds no index, so that a command that needs one makes none."""
    if not layout.has_generations(folder) and not (folder / "CURRENT").exists():
        layout.live_generation(folder)


def check(folder: Path, *, repair: bool) -> Checked:
    """Every byte of the live generation against its manifest; with `repair` fall back to the newest sound one.

    Raises NoIndexError, LockedError (a repair writes).
    """
    require_index(folder)
    found = _problems(folder)
    if not repair:
        return _checked(folder, found, [])
    with layout.writer_lock(folder):
        steps = _repair(folder) if found else []
        steps += [f"swept {name}: left over by a rebuild that did not end" for name in layout.sweep(folder)]
    return _checked(folder, found, steps)


def readable_states(folder: Path) -> dict[str, SyncState]:
    """Id → state of the live articles; empty where the live generation cannot be read: a rebuild replaces it."""
    try:
        return read_states(folder)
    except (DamagedIndexError, UnsupportedIndexError):
        return {}


def _problems(folder: Path) -> list[str]:
    """What is wrong. A publish may replace files while they are looked at, so that a fault must be seen twice."""
    for _ in range(5):
        before = _manifest_bytes(folder)
        try:
            found = layout.problems(folder)
        except (DamagedIndexError, NoIndexError) as error:
            found = [str(error)]
        if not found or _manifest_bytes(folder) == before:
            break
    return found


def _manifest_bytes(folder: Path) -> bytes | None:
    try:
        number = layout.live_generation(folder)
        return (layout.generation_folder(folder, number) / "manifest.json").read_bytes()
    except (OSError, DamagedIndexError, NoIndexError):
        return None


def _checked(folder: Path, found: list[str], steps: list[str]) -> Checked:
    left = _problems(folder) if steps else found
    if left:
        return Checked(False, None, 0, 0, found, steps)
    number = layout.live_generation(folder)
    manifest = layout.read_manifest(folder, number)
    size = sum(size for size, _ in manifest.files.values())
    return Checked(True, layout.generation_name(number, manifest), len(manifest.files), size, found, steps)


def _repair(folder: Path) -> list[str]:
    """Finish what a killed writer began, or write a lost manifest anew; else fall back to a sound generation."""
    try:
        number = layout.live_generation(folder)
        if layout.finish_publish(folder, number) and not _problems(folder):
            return [f"finished the publish of generation {number} that a writer left half done"]
        if not (layout.generation_folder(folder, number) / "manifest.json").exists() and adopt(folder, number):
            return [f"generation {number} had lost its manifest; all its documents can be read, so it has a new one"]
    except (DamagedIndexError, NoIndexError):
        pass  # nothing to finish; the fall-back below is for this
    sound = layout.sound_generations(folder)
    if not sound:
        return ["no kept generation is sound: rebuild from the sources with: molva reindex PATH"]
    layout.switch_to(folder, sound[0])
    return [f"fell back to generation {sound[0]}, the newest that is sound"]
