"""When are the kernels compiled? Once for a machine, by a process of its own, while the run that started it goes on
without them. Nobody waits, and a short run never hears of numba.

`python -m index.compiling MODULE…` compiles; what comes of it lies in numba's cache. A marker beside the cache says
that it is whole, for which versions, so that `ready` need not import numba (a third of a second, 60 MB).
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import platform
import sys
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

# Each has a function `compile_all()`. Who has kernels of its own puts its module in.
MODULES: Final = ["index.analysis.lexicon_kernels", "index.storage.writing_kernels", "index.storage.merging_kernels"]

_started: dict[int, None] = {}  # processes that compile


def ready(module: str) -> bool:
    """Whether a module's kernels are compiled, so that importing it and calling them takes milliseconds a kernel."""
    wanted = _fingerprint(module)
    return wanted is not None and any(_content(path) == wanted for path in _markers(module))


def load(module: str) -> Any:
    """The module, where its kernels are compiled; else None."""
    return importlib.import_module(module) if module in sys.modules or ready(module) else None


def start() -> bool:
    """Begin to compile those of MODULES that are not, once in this process; whether there was something to begin.

    What compiles goes on when this process ends: it takes half a minute at most, and the next run has it.
    """
    missing = [module for module in MODULES if _fingerprint(module) is not None and not ready(module)]
    if _started or not missing:
        return False
    paths = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])])
    nowhere = [(os.POSIX_SPAWN_OPEN, handle, os.devnull, os.O_RDWR, 0) for handle in (0, 1, 2)]
    command = [sys.executable, "-W", "ignore", "-m", __name__, *missing]
    environment = {**os.environ, "PYTHONPATH": paths}
    process = os.posix_spawn(sys.executable, command, environment, file_actions=nowhere, setpgroup=0)
    _started[process] = None
    return True


def running() -> bool:
    """Whether a process that `start` began is still at it."""
    for process in list(_started):
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(process, os.WNOHANG) == (0, 0):
                return True
    return False


def main(modules: list[str]) -> None:
    """Compile modules, and mark those that are whole."""
    with contextlib.suppress(OSError):
        os.nice(5)
    for module in modules:
        importlib.import_module(module).compile_all()
        mark(module)


def mark(module: str) -> None:
    """Say that a module's kernels are compiled and kept."""
    for path in _markers(module):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_fingerprint(module) or "", "ascii")
        except OSError:
            continue
        return


@cache
def _fingerprint(module: str) -> str | None:
    """What compiled kernels are good for: versions, processor, sources. None where there is no numba."""
    try:
        versions = [metadata.version(name) for name in ("numba", "llvmlite", "numpy")]
    except metadata.PackageNotFoundError:
        return None
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        return None
    origin = Path(spec.origin)
    # One module of kernels may use those of another.
    sources = sorted(origin.parent.glob("*.py" if spec.submodule_search_locations else "*_kernels.py"))
    # numba itself goes by time and size of a source.
    stamps = [f"{path.name} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in sources]
    stated = "\n".join([sys.version, *versions, platform.machine(), _processor(), *stamps])
    return hashlib.blake2b(stated.encode(), digest_size=16).hexdigest()


def _processor() -> str:
    """Model and features of the processor: numba compiles for exactly this one."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").partition("\n\n")[0].splitlines()
    except OSError:
        return platform.processor()
    return "\n".join(line for line in lines if line.startswith(("model", "flags", "Features", "CPU part")))


def _markers(module: str) -> list[Path]:
    """Where the marker may lie, in the order in which numba looks for a folder that it may write to."""
    name = f"{module}.{sys.implementation.cache_tag}.compiled"
    spec = find_spec(module)
    given = os.environ.get("NUMBA_CACHE_DIR")
    homes = [Path(given)] if given else []
    if spec is not None and spec.origin is not None:
        homes.append(Path(spec.origin).parent / "__pycache__")
    homes.append(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "molva")
    return [home / name for home in homes]


def _content(path: Path) -> str | None:
    try:
        return path.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return None


if __name__ == "__main__":
    main(sys.argv[1:])
