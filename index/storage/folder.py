"""What lies in an index folder, and how does one state of it follow another?

    molva-index/
      CURRENT                  the name of the live state, `000042.9f86d0\\n`: number and token of its manifest
      LOCK                     one writer (flock), held by the process, not by the file
      manifests/000042.json    what a state consists of (see `manifest`)
      segments/<name>.seg      articles and quotes (see `format`), never changed
      segments/<name>.del.<N>  which of its articles are deleted; N counts up
      extracts/<name>.ext      what follows from a segment about its speakers (see `index.extracts`); may be missing
      derived/<state>.who      who is who in a state (see `index.voices_file`); may be missing
      speakers.json, abbreviations.json    what a person has decided; no state names them

A publish writes segments, deletions, the manifest and CURRENT in this order, each durable before the next begins (see
`disk`): whatever happens, the folder holds the old state or the new one. The newest KEPT states stay, and the files
that they name. A state newer than the live one was left by a crash or by a rollback; the next publish takes it away.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError, IndexingError, NoIndexError, UnsupportedIndexError

from . import disk
from . import manifest as manifests
from .format import Array, SegmentFile, write_segment
from .lock import uninterrupted, writer_lock
from .manifest import DeletionsEntry, Manifest, SegmentEntry

__all__ = [
    "KEPT",
    "add_deletions",
    "add_segment",
    "claim",
    "current",
    "discard",
    "fallbacks",
    "has_generations",
    "live_manifest",
    "open_file",
    "publish",
    "read_deletions",
    "rollback",
    "sweep",
    "uninterrupted",
    "writer_lock",
]

KEPT: Final = 3
_CURRENT: Final = re.compile(rf"({manifests.NUMBER.pattern})\.({manifests.TOKEN.pattern})\n")
_MANIFEST: Final = re.compile(rf"({manifests.NUMBER.pattern})\.json")
_SEGMENTS: Final = re.compile(r"[0-9a-z]{1,40}\.(seg|del\.\d{1,9})")
_LEFT: Final = "CURRENT" + disk.TEMPORARY
_FORMER: Final = "generations"  # where the format before this one kept its files
_OURS: Final = ("CURRENT", _LEFT, "LOCK", "manifests", "segments", _FORMER)


# -- reading


def current(folder: Path) -> bytes | None:
    """What CURRENT holds; None where it is missing. Raises NoIndexError, DamagedIndexError."""
    path = folder / "CURRENT"
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise DamagedIndexError(f"{path}: is no file; run: molva check --repair")
        with path.open("rb") as file:
            return file.read(100)
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise NoIndexError(_no_index(folder)) from None
    except PermissionError as error:
        raise NoIndexError(
            f"{folder}: cannot be read ({error.strerror}); expected a folder that you may read"
        ) from error
    except OSError as error:
        raise DamagedIndexError(f"{path}: cannot be read ({error}); run: molva check --repair") from None


def live_manifest(folder: Path) -> Manifest:
    """The manifest of the live state. Raises NoIndexError, DamagedIndexError, UnsupportedIndexError."""
    content = current(folder)
    path = folder / "CURRENT"
    if content is None:
        return _without_current(folder)
    match = _CURRENT.fullmatch(content.decode("ascii", "replace"))
    if not match:
        if is_former(folder):
            raise UnsupportedIndexError(_former(folder))
        raise DamagedIndexError(
            f"{path}: holds {content[:20]!r}, expected number and token of a state; run: molva check --repair"
        )
    home = folder / "manifests" / manifests.file_name(int(match[1]))
    if not home.exists():
        raise DamagedIndexError(f"{path}: names {home}, which is missing; run: molva check --repair")
    found = read_manifest(folder, int(match[1]))
    if found.token != match[2]:
        raise DamagedIndexError(f"{path}: names {match[0].strip()}, found {found.name}; run: molva check --repair")
    return found


def _without_current(folder: Path) -> Manifest:
    """Where CURRENT is missing: the very first state, whose publish did not come to its end, counts."""
    numbers = manifest_numbers(folder)
    if numbers:
        with contextlib.suppress(DamagedIndexError, UnsupportedIndexError):
            if numbers == [1]:
                return read_manifest(folder, 1)
        raise DamagedIndexError(f"{folder / 'CURRENT'}: is missing; run: molva check --repair")
    if is_former(folder):
        raise UnsupportedIndexError(_former(folder))
    raise NoIndexError(_no_index(folder))


def read_manifest(folder: Path, number: int) -> Manifest:
    """The manifest with this number. Raises DamagedIndexError, UnsupportedIndexError, NoIndexError (no right)."""
    path = folder / "manifests" / manifests.file_name(number)
    if path.parent.is_symlink():
        raise DamagedIndexError(f"{path.parent}: is a link, expected a folder; rebuild with: molva reindex PATH")
    found = manifests.read(path)
    if found.number != number:
        raise DamagedIndexError(f"{path}: is the manifest of {found.name}; run: molva check --repair")
    return found


def manifest_numbers(folder: Path) -> list[int]:
    """The numbers of all manifests that lie there, ascending. Raises NoIndexError where one may not look."""
    home = folder / "manifests"
    try:
        names = [] if home.is_symlink() or not home.is_dir() else [one.name for one in home.iterdir()]
    except PermissionError as error:
        raise NoIndexError(f"{home}: cannot be read ({error.strerror}); expected files that you may read") from error
    return sorted(int(match[1]) for name in names if (match := _MANIFEST.fullmatch(name)))


def fallbacks(folder: Path) -> list[Manifest]:
    """The sound manifests of states to fall back to, the best first: those before the live one, then those after it."""
    live = 10**12
    with contextlib.suppress(IndexingError):
        match = _CURRENT.fullmatch((current(folder) or b"").decode("ascii", "replace"))
        live = int(match[1]) if match else live
    found = []
    for number in sorted(manifest_numbers(folder), key=lambda n: (n >= live, -n)):
        with contextlib.suppress(IndexingError):
            found.append(read_manifest(folder, number))
    return found


def has_generations(folder: Path) -> bool:
    """Whether anything was ever published in `folder`."""
    return bool(manifest_numbers(folder)) or (folder / "CURRENT").exists() or is_former(folder)


def is_former(folder: Path) -> bool:
    """Whether an index of the former format lies there."""
    return (folder / _FORMER).is_dir() and not manifest_numbers(folder)


def _former(folder: Path) -> str:
    return (
        f"{folder}: holds an index of the former format (a folder {_FORMER}), which this version does not read; "
        f"rebuild it with: molva reindex PATH --index {folder}"
    )


def _no_index(folder: Path) -> str:
    if not folder.exists():
        return f"{folder}: there is no such folder; make an index with: molva index PATH --index {folder}"
    if not folder.is_dir():
        return f"{folder}: is a file, expected the folder of an index; give another one with --index"
    if any(folder.iterdir()):
        return f"{folder}: a folder, but no index of Molva (no file CURRENT in it); give another one with --index"
    return f"{folder}: is empty, expected an index; make one with: molva index PATH --index {folder}"


def open_file(folder: Path, name: str, size: int, digest: str) -> SegmentFile:
    """A file of `segments`, which must be the one that its manifest means. Raises DamagedIndexError."""
    home = folder / "segments"
    if home.is_symlink():
        raise DamagedIndexError(f"{home}: is a link, expected a folder; run: molva check --repair")
    try:
        file = SegmentFile(home / name)
    except UnsupportedIndexError as error:  # its manifest is one that we read
        raise DamagedIndexError(str(error)) from None
    if file.size != size or file.checksum != digest:
        raise DamagedIndexError(
            f"{file.path}: {file.size:,} bytes, directory {file.checksum}; expected {size:,}, {digest}: it is another "
            "file; run: molva check --repair"
        )
    return file


def read_deletions(folder: Path, entry: SegmentEntry) -> NDArray[np.bool_] | None:
    """(articles,) which articles of a segment are deleted; None for none. Raises DamagedIndexError."""
    of = entry.deletions
    if of is None:
        return None
    file = open_file(folder, of.file, of.bytes, of.checksum)
    for fault in file.verify():  # a wrong bit would bring an article back
        raise DamagedIndexError(fault)
    if "deleted" not in file or len(bits := file.array("deleted")) != -(-entry.articles // 8) or bits.dtype != np.uint8:
        raise DamagedIndexError(f"{file.path}: array deleted does not fit {entry.articles:,} articles")
    found = np.unpackbits(bits, count=entry.articles, bitorder="little").astype(np.bool_)
    if int(found.sum()) != entry.deleted:
        raise DamagedIndexError(f"{file.path}: {int(found.sum()):,} deleted, expected {entry.deleted:,}")
    return found


# -- writing


def claim(folder: Path) -> None:
    """Make `folder` ours, or refuse one that holds something else. Raises NoIndexError."""
    if folder.exists() and not folder.is_dir():
        raise NoIndexError(_no_index(folder))
    if folder.exists():
        foreign = sorted(p.name for p in folder.iterdir() if p.name not in _OURS)
        if foreign and not (folder / "CURRENT").exists():
            raise NoIndexError(
                f"{folder}: holds other files ({', '.join(foreign[:3])} …) and no index; expected an empty or a new "
                "folder; give another one with --index"
            )
    for home in (folder / "manifests", folder / "segments"):
        if home.is_symlink():
            raise NoIndexError(f"{home}: is a link, expected a folder; an index writes and removes files there")
        try:
            disk.make_folders(home)
        except OSError as error:
            raise NoIndexError(
                f"{folder}: no index can be made here ({error.strerror or error}); give another folder with --index"
            ) from error


def add_segment(folder: Path, arrays: Mapping[str, Array], meta: Mapping[str, Any]) -> SegmentEntry:
    """Write a segment, durably. Nobody sees it before a manifest names it; any process may call this."""
    name = os.urandom(8).hex()
    path = folder / "segments" / f"{name}.seg"
    size, digest = write_segment(disk.temporary(path), arrays, meta)
    disk.settle(path)
    articles, quotes = (int(meta["parts"][kind]["docs"]) for kind in ("article", "quote"))
    return SegmentEntry(name, size, digest, articles, quotes)


def add_deletions(folder: Path, entry: SegmentEntry, deleted: NDArray[np.bool_]) -> SegmentEntry:
    """The segment with these articles deleted, and no others, once that is written down. `deleted`: (articles,)."""
    if deleted.shape != (entry.articles,):
        raise ValueError(f"{deleted.shape} marks of deletion, expected {entry.articles}")
    count = int(deleted.sum())
    if not count:
        return replace(entry, deleted=0, deleted_quotes=0, deletions=None)
    file = open_file(folder, entry.file, entry.bytes, entry.checksum)
    starts = file.array("article.quotes.start").astype(np.int64)
    quotes = int((starts[1:] - starts[:-1])[deleted].sum())
    home = folder / "segments"
    taken = [int(one.name.split(".")[2]) for one in home.glob(f"{entry.name}.del.*") if _SEGMENTS.fullmatch(one.name)]
    path = home / f"{entry.name}.del.{max(taken, default=0) + 1}"
    bits = np.packbits(deleted, bitorder="little")
    size, digest = write_segment(disk.temporary(path), {"deleted": bits}, {"segment": entry.name})
    disk.settle(path)
    return replace(entry, deleted=count, deleted_quotes=quotes, deletions=DeletionsEntry(path.name, size, digest))


def publish(folder: Path, segments: Sequence[SegmentEntry]) -> Manifest:
    """Make a state of these segments live, durably; then take away what no kept state names.

    Ctrl-C waits until it is whole. On an error the state before it stays live (or the new one is, where only the very
    last sync failed).
    """
    with uninterrupted():
        try:
            parent: int | None = live_manifest(folder).number
        except (NoIndexError, DamagedIndexError, UnsupportedIndexError):
            parent = None  # the first state, or a rebuild over one that cannot be read
        number = max(manifest_numbers(folder), default=0) + 1
        made = Manifest(number, os.urandom(3).hex(), now(), parent, tuple(segments))
        disk.replace_file(folder / "manifests" / manifests.file_name(number), manifests.render(made))
        _switch(folder, made)
        with contextlib.suppress(OSError):  # it is live; what could not go now goes with the next publish
            _tidy(folder, made)
    return made


def _switch(folder: Path, to: Manifest) -> None:
    disk.replace_file(folder / "CURRENT", f"{to.name}\n".encode())


def _tidy(folder: Path, live: Manifest) -> None:
    """Take away the states that go, and then the files that only they name."""
    numbers = manifest_numbers(folder)
    abandoned = [n for n in numbers if live.parent is not None and live.parent < n < live.number]
    keep = [n for n in numbers if n not in abandoned][-KEPT:]
    going = [n for n in numbers if n not in keep]
    unneeded: set[str] = set()
    for number in going:
        with contextlib.suppress(IndexingError):
            unneeded |= read_manifest(folder, number).files
    remove_states(folder, going)
    named = named_files(folder)
    if named is not None:
        _remove(folder / "segments", unneeded - named)
    if (folder / _FORMER).is_dir():
        disk.remove_tree(folder / _FORMER)


def remove_states(folder: Path, numbers: Iterable[int]) -> None:
    """Take manifests away, durably: from now on their files may go."""
    _remove(folder / "manifests", [manifests.file_name(number) for number in numbers])


def _remove(home: Path, names: Iterable[str]) -> None:
    names = sorted(names)
    for name in names:
        with contextlib.suppress(OSError):  # what cannot go now goes with the next sweep
            disk.remove(home / name)
    if names:
        disk.sync_folder(home)


def named_files(folder: Path) -> set[str] | None:
    """The files that any manifest names; None where one cannot be read, so that nobody can tell."""
    named: set[str] = set()
    try:
        for number in manifest_numbers(folder):
            named |= read_manifest(folder, number).files
    except IndexingError:
        return None
    return named


def discard(folder: Path, entries: Iterable[SegmentEntry]) -> None:
    """Take away the files of segments that no state names (merged, or given up before their publish)."""
    named = named_files(folder)
    if named is not None:
        _remove(folder / "segments", {name for entry in entries for name in entry.files} - named)


def sweep(folder: Path) -> list[str]:
    """Take away what a killed writer left: temporary files, states beyond the newest KEPT, and segments and deletions
    that no state names. The names of the files. For the one who holds the lock, before it writes.
    """
    with contextlib.suppress(IndexingError):
        live = live_manifest(folder).number
        remove_states(folder, [number for number in manifest_numbers(folder) if number <= live][:-KEPT])
    named = named_files(folder)
    swept = []
    for home in (folder, folder / "manifests", folder / "segments"):
        if not home.is_dir() or (home.is_symlink() and home != folder):
            continue
        names = [one.name for one in home.iterdir()]
        gone = [name for name in names if name.endswith(disk.TEMPORARY) and (home != folder or name == _LEFT)]
        if home != folder and named is not None:
            gone += [name for name in names if _SEGMENTS.fullmatch(name) and name not in named]
        _remove(home, gone)
        swept += sorted(gone)
    return swept


def rollback(folder: Path) -> Manifest:
    """Make the state before the live one live again; it. The state that is left stays until the next publish, whose
    number is still higher.

    Raises NoIndexError where there is none before it, LockedError, DamagedIndexError.
    """
    with writer_lock(folder):
        live = live_manifest(folder)
        if live.parent is None or live.parent not in manifest_numbers(folder):
            raise NoIndexError(
                f"{folder}: no kept state lies before {live.name}; the newest {KEPT} are kept: molva generations"
            )
        before = read_manifest(folder, live.parent)
        switch_to(folder, before)
    return before


def switch_to(folder: Path, state: Manifest) -> None:
    """Make a kept state the live one, if every byte of its files is as it was written. Raises DamagedIndexError."""
    for entry in state.segments:
        file = open_file(folder, entry.file, entry.bytes, entry.checksum)
        for fault in file.verify():
            raise DamagedIndexError(f"{fault}; the live state stays: {state.name} cannot be gone back to")
        file.close()
        read_deletions(folder, entry)
    _switch(folder, state)


def now() -> str:
    """The time, as manifests and the lock give it."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
