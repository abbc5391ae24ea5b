"""What lies in an index folder, and how does a reader know which of it is live?

    molva-index/
      CURRENT                     the live generation's number, `000001\\n`; replaced by rename
      LOCK                        one writer (flock), held by the process, not by the file
      generations/000001/         files of Whoosh, and
        manifest.json             schema and engine, publish number, size and blake2b of every file; replaced by rename
        PUBLISHING                lies there between Whoosh's commit and the manifest

A publish writes Whoosh's files first, then the manifest. A rebuild makes a new generation beside the live one and
switches CURRENT. The last KEPT generations stay. (Whoosh's own files are not safe against a power cut: the storage that
follows replaces them under the same two protocols.)
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from index.errors import DamagedIndexError, LockedError, NoIndexError, UnsupportedIndexError
from index.schema import SCHEMA_VERSION

ENGINE: Final = "whoosh"
KEPT: Final = 2
_NUMBER = re.compile(r"\d{6}")
_OURS: Final = ("CURRENT", "LOCK", "generations")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one publish of a generation consists of. `files`: name → `[bytes, blake2b-128 in hex]`."""

    engine: str
    schema: int
    publish: int
    token: str  # random: an index made anew in the same folder has other names for its states
    created: str
    files: dict[str, tuple[int, str]]


def live_generation(folder: Path) -> str:
    """The number of the live generation. Raises NoIndexError, DamagedIndexError."""
    try:
        number = (folder / "CURRENT").read_text("ascii").strip()
    except FileNotFoundError:
        if has_generations(folder):
            raise DamagedIndexError(f"{folder / 'CURRENT'}: is missing; run: molva check --repair") from None
        raise NoIndexError(_no_index(folder)) from None
    except (NotADirectoryError, PermissionError) as error:
        raise NoIndexError(
            f"{folder}: cannot be read ({error.strerror}); expected a folder that you may read"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise DamagedIndexError(f"{folder / 'CURRENT'}: cannot be read ({error}); run: molva check --repair") from None
    if not _NUMBER.fullmatch(number):
        raise DamagedIndexError(
            f"{folder / 'CURRENT'}: holds {number[:20]!r}, expected a number of six digits; run: molva check --repair"
        )
    return number


def has_generations(folder: Path) -> bool:
    """Whether anything was ever published in `folder`."""
    return any((folder / "generations").glob("*/manifest.json"))


def _no_index(folder: Path) -> str:
    if not folder.exists():
        return f"{folder}: there is no such folder; make an index with: molva index PATH --index {folder}"
    if not folder.is_dir():
        return f"{folder}: is a file, expected the folder of an index; give another one with --index"
    if any(folder.iterdir()):
        return f"{folder}: a folder, but no index of Molva (no file CURRENT in it); give another one with --index"
    return f"{folder}: is empty, expected an index; make one with: molva index PATH --index {folder}"


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
    try:
        (folder / "generations").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NoIndexError(
            f"{folder}: no index can be made here ({error.strerror or error}); give another folder with --index"
        ) from error


def generation_folder(folder: Path, number: str) -> Path:
    """Where a generation's files lie."""
    return folder / "generations" / number


def next_generation(folder: Path) -> str:
    """A number that no generation has yet."""
    taken = [int(p.name) for p in (folder / "generations").iterdir() if _NUMBER.fullmatch(p.name)]
    return f"{max(taken, default=0) + 1:06d}"


def read_manifest(folder: Path, number: str) -> Manifest:
    """The manifest of a generation. Raises DamagedIndexError, UnsupportedIndexError."""
    path = generation_folder(folder, number) / "manifest.json"
    try:
        raw = json.loads(path.read_text("utf-8"))
        files = {_plain_name(name): (int(size), str(digest)) for name, (size, digest) in raw["files"].items()}
        found = Manifest(
            str(raw["engine"]), int(raw["schema"]), int(raw["publish"]), str(raw["token"]), str(raw["created"]), files
        )
    except FileNotFoundError:
        raise DamagedIndexError(f"{path}: is missing; run: molva check --repair") from None
    except PermissionError as error:
        raise NoIndexError(f"{path}: cannot be read ({error.strerror}); expected files that you may read") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedIndexError(f"{path}: cannot be read ({error!r}); run: molva check --repair") from None
    if found.engine != ENGINE or found.schema != SCHEMA_VERSION:
        raise UnsupportedIndexError(
            f"{path}: engine {found.engine}, schema {found.schema}; this version reads {ENGINE}, schema "
            f"{SCHEMA_VERSION}; rebuild with: molva reindex PATH"
        )
    return found


def _plain_name(name: str) -> str:
    """A file's name; ValueError for what would lead out of the generation's folder."""
    if not name or Path(name).name != name:
        raise ValueError(f"{name!r} is no file name")
    return name


def generation_name(number: str, manifest: Manifest) -> str:
    """A name of one published state that no other has: `<generation>.<publish>.<token>`."""
    return f"{number}.{manifest.publish}.{manifest.token}"


def begin_publish(folder: Path, number: str) -> None:
    """From here to the manifest Whoosh's files and the manifest may disagree."""
    replace_file(generation_folder(folder, number) / "PUBLISHING", "")


def finish_publish(folder: Path, number: str) -> bool:
    """If a writer died between commit and manifest: describe what is there. Whether there was something to do."""
    home = generation_folder(folder, number)
    if not (home / "PUBLISHING").exists():
        return False
    try:
        before: Manifest | None = read_manifest(folder, number)
    except DamagedIndexError:
        before = None
    write_manifest(folder, number, before)
    return True


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C and a service manager's stop wait until the block has ended (in the main thread; others get neither)."""
    waiting: list[int] = []
    old: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for wanted in (signal.SIGINT, signal.SIGTERM):
            old[wanted] = signal.signal(wanted, lambda number, frame: waiting.append(number))
    try:
        yield
    finally:
        for held, handler in old.items():
            signal.signal(held, handler)
        for arrived in waiting:
            signal.raise_signal(arrived)


def write_manifest(folder: Path, number: str, before: Manifest | None) -> Manifest:
    """Describe the files that lie in a generation now; files that `before` knew are not read again.

    Whoosh never changes a file that it has written, so a name and a size say that it is the same.
    """
    home = generation_folder(folder, number)
    known = before.files if before else {}
    files: dict[str, tuple[int, str]] = {}
    for path in sorted(p for p in home.iterdir() if p.is_file() and _counts(p.name)):
        size = path.stat().st_size
        old = known.get(path.name)
        files[path.name] = old if old and old[0] == size else (size, file_digest(path))
    publish = (before.publish if before else 0) + 1
    manifest = Manifest(ENGINE, SCHEMA_VERSION, publish, secrets.token_hex(3), _now(), files)
    for path in home.iterdir():
        if path.is_file():
            _sync(path)
    replace_file(home / "manifest.json", json.dumps(asdict(manifest), indent=1))
    (home / "PUBLISHING").unlink(missing_ok=True)
    return manifest


def _counts(name: str) -> bool:
    return name not in ("manifest.json", "PUBLISHING") and not name.endswith((".tmp", "_WRITELOCK"))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def file_digest(path: Path) -> str:
    """blake2b-128 of a file's bytes, in hex."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, content: str) -> None:
    """Put `content` in place of a file in one step: temporary name, fsync, rename, fsync of the folder."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync(path.parent)


def switch_to(folder: Path, number: str) -> None:
    """Make a generation the live one. It and the KEPT − 1 before it stay; any others go."""
    replace_file(folder / "CURRENT", number + "\n")
    homes = sorted(p for p in (folder / "generations").iterdir() if _NUMBER.fullmatch(p.name))
    live = [home.name for home in homes].index(number)
    for home in [*homes[: max(0, live - KEPT + 1)], *homes[live + 1 :]]:
        shutil.rmtree(home, ignore_errors=True)


def sweep(folder: Path) -> list[str]:
    """Take away generations that a killed rebuild left without a manifest; their numbers. The live one is never
    taken, whatever it lacks, nor anything while nobody can tell which is live.
    """
    try:
        live = live_generation(folder)
    except (NoIndexError, DamagedIndexError):
        return []
    swept = []
    for home in sorted((folder / "generations").iterdir()):
        if home.is_dir() and home.name != live and not (home / "manifest.json").exists():
            shutil.rmtree(home, ignore_errors=True)
            swept.append(home.name)
    return swept


def problems(folder: Path) -> list[str]:
    """Every byte of the live generation against its manifest: a line for each fault. Raises as `read_manifest`."""
    return generation_problems(folder, live_generation(folder))


def generation_problems(folder: Path, number: str) -> list[str]:
    """Every byte of a generation against its manifest: a line for each fault. Raises as `read_manifest`."""
    home = generation_folder(folder, number)
    manifest = read_manifest(folder, number)
    found: list[str] = []
    if (home / "PUBLISHING").exists():
        found.append(f"{home}: a writer died while it published; the next one finishes it, or: molva check --repair")
    for name, (size, digest) in manifest.files.items():
        path = home / name
        try:
            actual = path.stat().st_size
            if actual != size:
                found.append(f"{path}: {actual:,} bytes, expected {size:,}")
            elif file_digest(path) != digest:
                found.append(f"{path}: its bytes have changed since they were written (blake2b differs)")
        except FileNotFoundError:
            found.append(f"{path}: is missing")
        except OSError as error:
            found.append(f"{path}: cannot be read ({error})")
    return found


def sound_generations(folder: Path) -> list[str]:
    """Kept generations of which every byte is sound, the newest first."""
    found = []
    for home in sorted((folder / "generations").iterdir(), reverse=True):
        if not _NUMBER.fullmatch(home.name):
            continue
        with contextlib.suppress(DamagedIndexError, UnsupportedIndexError):
            if not generation_problems(folder, home.name):
                found.append(home.name)
    return found


@contextlib.contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the one writer's place. Raises LockedError, which names the holder. It goes with the process."""
    try:
        handle = os.open(folder / "LOCK", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise NoIndexError(f"{folder / 'LOCK'}: cannot be written ({error.strerror or error})") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 500).decode("utf-8", "replace").strip() or "an unknown process"
            raise LockedError(
                f"{folder}: another writer holds the index: {holder}; wait until it ends, or stop it"
            ) from None
        os.ftruncate(handle, 0)
        command = " ".join(Path(word).name if n == 0 else word for n, word in enumerate(sys.argv))
        os.pwrite(handle, f"process {os.getpid()} since {_now()}: {command}\n".encode("utf-8", "replace"), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)
