"""How is time taken? As CPU time of the thread, interleaved: every engine answers a query before the next query comes,
so that whatever else the machine does hits all of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final, TypedDict

REPEATS: Final = 3  # the best of so many
SLOW: Final = 0.2  # seconds after which a call is not repeated
MICRO: Final = 1e6
SAMPLED: Final = 0.1  # seconds between looks at a process's memory
Call = Callable[[], object]


def best(call: Call, repeats: int = REPEATS) -> float:
    """Microseconds of the thread that a call takes, the least of some repeats."""
    least = float("inf")
    for _ in range(repeats):
        start = time.thread_time()
        call()
        least = min(least, time.thread_time() - start)
        if least > SLOW:
            break
    return least * MICRO


def interleaved(rounds: Sequence[Mapping[str, Call]], repeats: int = REPEATS) -> dict[str, float]:
    """Median microseconds by name over rounds of calls; in each round every name has its turn, each the first one in
    some rounds.
    """
    times: dict[str, list[float]] = {}
    for number, calls in enumerate(rounds):
        turns = list(calls.items())
        first = number % max(1, len(turns))
        for name, call in turns[first:] + turns[:first]:
            times.setdefault(name, []).append(best(call, repeats))
    return {name: median(found) for name, found in times.items()}


class Run(TypedDict):
    """What a process of its own took: seconds of all its threads and children, of the clock; the most bytes it held,
    with and without files that are mapped into its memory, which the system takes back when it needs them.
    """

    cpu: float
    wall: float
    peak: int
    own: int
    result: Any


def in_child(*arguments: str, one_core: bool = True, timeout: float = 7200) -> Run:
    """Run `python -m tests.bench.child` with these arguments. Raises RuntimeError with what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.child", *(["--one-core"] if one_core else []), *arguments],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env=os.environ,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: ended with {done.returncode}\n{done.stderr[-2000:]}")
    run: Run = json.loads(done.stdout.splitlines()[-1])
    return run


class Memory:
    """Watches the memory of this process from a thread (Linux)."""

    def __init__(self) -> None:
        self.own = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(SAMPLED):
            self.own = max(self.own, _status("RssAnon") + _status("RssShmem"))

    def stop(self) -> tuple[int, int]:
        """The most bytes that the process has held, and held without mapped files, as sampled."""
        self._done.set()
        self._thread.join()
        return _status("VmHWM"), max(self.own, _status("RssAnon") + _status("RssShmem"))


def _status(name: str) -> int:
    with Path("/proc/self/status").open(encoding="ascii", errors="replace") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name + ":"))


def folder_bytes(folder: Path) -> int:
    """The bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
