"""What runs in a process of its own? What must start cold, or have its memory to itself. The last line is JSON."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any, Final

from .measure import Memory, Run

BEGIN: Final = time.perf_counter()
BEGIN_CPU: Final = time.process_time()
SEARCHING: Final = "search.engine.kernels"


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def build(name: str, documents: str, folder: str, *_: str) -> Any:
    """Index a file of documents."""
    from .engines import ENGINES

    ENGINES[name].build(Path(documents), Path(folder))


def load(jobs: str, documents: str, folder: str) -> Any:
    """Index a file of documents with our own processes."""
    from .molva_engine import load

    load(Path(documents), Path(folder), int(jobs))


def first_answer(name: str, folder: str, words: str) -> Any:
    """Seconds by the clock and of CPU from this module's beginning to the answer to one question."""
    from .engines import ENGINES

    opened: Any = ENGINES[name].open(Path(folder))
    opened.first(words)
    return time.perf_counter() - BEGIN, time.process_time() - BEGIN_CPU


def warm() -> Any:
    """Compile our kernels where they are not: no figure is about that."""
    from index import compiling

    compiling.main([module for module in {*compiling.MODULES, SEARCHING} if not compiling.ready(module)])


WORK: Final = {function.__name__: function for function in (build, load, first_answer, warm)}


def main(arguments: list[str]) -> None:
    """`[--one-core] WORK ARGUMENT…`."""
    if arguments[0] == "--one-core":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        arguments = arguments[1:]
    memory = Memory()
    wall, cpu = time.perf_counter(), _cpu()
    result = WORK[arguments[0]](*arguments[1:])
    cpu, wall = _cpu() - cpu, time.perf_counter() - wall
    peak, own = memory.stop()
    run = Run(cpu=cpu, wall=wall, peak=peak, own=own, result=result)
    print(json.dumps(run))


if __name__ == "__main__":
    main(sys.argv[1:])
