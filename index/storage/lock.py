"""How is there one writer at a time, and how does it come to the end of a step? A lock that goes with the process, and
signals that wait.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.errors import LockedError, NoIndexError


@contextlib.contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the one writer's place. Raises LockedError, which names the holder. It goes with the process."""
    try:
        handle = os.open(folder / "LOCK", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
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
        command = " ".join(Path(word).name if n == 0 else word for n, word in enumerate(sys.argv))
        since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        with contextlib.suppress(OSError):  # who it is, is a courtesy: a full disk must not keep a repair away
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"process {os.getpid()} since {since}: {command}\n".encode("utf-8", "replace"), 0)
        yield
        with contextlib.suppress(OSError):
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C and a service manager's stop wait until the block has ended (in the main thread; others get neither)."""
    import signal  # readers of an index import this module too

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
