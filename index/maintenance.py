"""Is an index sound, and what can be done where it is not?"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from .errors import DamagedIndexError, NoIndexError
from .storage import folder as layout


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
    if not layout.has_generations(folder):
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
        steps = _fall_back(folder) if found else []
        steps += _sweep(folder)
    return _checked(folder, found, steps)


def _problems(folder: Path) -> list[str]:
    try:
        return layout.problems(folder)
    except (DamagedIndexError, NoIndexError) as error:
        return [str(error)]


def _checked(folder: Path, found: list[str], steps: list[str]) -> Checked:
    left = _problems(folder) if steps else found
    if left:
        return Checked(False, None, 0, 0, found, steps)
    number = layout.live_generation(folder)
    manifest = layout.read_manifest(folder, number)
    size = sum(size for size, _ in manifest.files.values())
    return Checked(True, f"{number}.{manifest.publish}", len(manifest.files), size, found, steps)


def _fall_back(folder: Path) -> list[str]:
    sound = layout.sound_generations(folder)
    if not sound:
        return ["no kept generation is sound: rebuild from the sources with: molva reindex PATH"]
    layout.switch_to(folder, sound[0])
    return [f"fell back to generation {sound[0]}, the newest that is sound"]


def _sweep(folder: Path) -> list[str]:
    swept = []
    for home in (folder / "generations").iterdir():
        if home.is_dir() and not (home / "manifest.json").exists():
            shutil.rmtree(home, ignore_errors=True)
            swept.append(f"swept {home.name}: left over by a rebuild that did not end")
    return swept
