"""How do bytes get onto the disk so that they survive a power cut? Every system call of a publish is made here.

A file is written under a temporary name, synced, renamed, and its folder synced: after each step a crash leaves the
old state, or the new one, or a temporary file that nobody reads. Tests put a model of a disk that loses what was not
synced in place of the functions of the first group (see tests/index/storage/power.py).
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

TEMPORARY: Final = ".tmp"  # behind the name of a file that is being written

_TOGETHER: Final = 1 << 18  # bytes up to which chunks are gathered before they are written
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC


def create(path: Path) -> int:
    """A handle to write a new file with; an old one of this name is emptied, a link refused."""
    return os.open(path, _NEW, 0o644)


def write(handle: int, data: Any) -> None:
    """Write a whole buffer (one dimension, bytes)."""
    view = memoryview(data)
    while len(view):  # the kernel takes 2 GiB at once at most
        view = view[os.write(handle, view) :]


def sync(handle: int) -> None:
    """Return when the file's bytes are on the disk."""
    os.fsync(handle)


def close(handle: int) -> None:
    """Let go of a handle."""
    os.close(handle)


def rename(source: Path, target: Path) -> None:
    """Give a file another name, in place of the file that has it, in one step."""
    source.replace(target)


def sync_folder(path: Path) -> None:
    """Return when the names in a folder are on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    """Take a file away. Raises FileNotFoundError."""
    path.unlink()


def remove_tree(path: Path) -> None:
    """Take a folder away with all in it, as far as one may; a link is not followed."""
    import shutil  # brings all its archive formats along

    shutil.rmtree(path, ignore_errors=True)


def make_folder(path: Path) -> None:
    """Make one folder. Raises FileExistsError."""
    path.mkdir()


def read_file(path: Path, most: int) -> bytes:
    """A whole file that people may edit, of `most` bytes. Raises OSError, also for a link or a pipe."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OSError(errno.ELOOP, "a link") from error
        raise
    with open(handle, "rb") as file:  # noqa: PTH123 - of a handle
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "no file")
        if found.st_size > most:
            raise OSError(errno.EFBIG, f"more than {most >> 20} MB")
        return file.read(most)


# -- made of these


def is_other(path: Path) -> bool:
    """Whether something stands where a folder of the index belongs: a link, which may lead anywhere, or a file."""
    return path.is_symlink() or (path.exists() and not path.is_dir())


def temporary(path: Path) -> Path:
    """The name under which a file is written before it gets its own."""
    return path.with_name(path.name + TEMPORARY)


def write_file(path: Path, chunks: Iterable[Any]) -> int:
    """Write and sync a file that nobody reads yet, of buffers of bytes; its size. What fails leaves no file."""
    handle = create(path)
    size = 0
    waiting = bytearray()
    try:
        try:
            for chunk in chunks:
                size += len(chunk)
                if len(chunk) < _TOGETHER:
                    waiting += chunk
                if len(waiting) >= _TOGETHER or len(chunk) >= _TOGETHER:
                    write(handle, waiting)
                    waiting = bytearray()
                if len(chunk) >= _TOGETHER:
                    write(handle, chunk)
            write(handle, waiting)
            sync(handle)
        finally:
            close(handle)
    except BaseException:
        with contextlib.suppress(OSError):
            remove(path)
        raise
    return size


def settle(path: Path) -> None:
    """Give a file that was written and synced under its temporary name its own, durably."""
    rename(temporary(path), path)
    sync_folder(path.parent)


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` in place of a file, durably and in one step."""
    write_file(temporary(path), [content])
    settle(path)


def make_folders(path: Path) -> None:
    """Make a folder and those above it where they are missing, durably."""
    missing = []
    while not path.exists():
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        with contextlib.suppress(FileExistsError):
            make_folder(folder)
        sync_folder(folder.parent)
