"""How is `molva` run, and killed? As a process of its own, with all that it starts."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MOLVA: Final = (sys.executable, "-W", "ignore", "-m", "web.cli")
ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 120.0  # seconds until a process counts as hung


def start(*arguments: str | Path, limits: Mapping[int, int] | None = None) -> subprocess.Popen[str]:
    """`molva` with these arguments, at the head of a group of its own; `limits` as `resource` names them."""
    command = [*MOLVA, *map(str, arguments)]

    def ration() -> None:
        for name, value in (limits or {}).items():
            resource.setrlimit(name, (value, value))

    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=ration if limits else None,
    )


def run(
    *arguments: str | Path, limits: Mapping[int, int] | None = None, patience: float = PATIENCE
) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of `molva`."""
    process = start(*arguments, limits=limits)
    out, talk = process.communicate(timeout=patience)
    return process.returncode, out, talk


# A process counts as its own what the one had that started it: so a small one starts it.
_MEASURED: Final = (
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr); sys.exit(code)"
)


def measured(*arguments: str | Path) -> tuple[int, str, str, int]:
    """As `run`, and the most megabytes that a process of it had."""
    command = [sys.executable, "-c", _MEASURED, *MOLVA, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    talk, _, megabytes = done.stderr.rstrip("\n").rpartition("\n")
    return done.returncode, done.stdout, talk, int(megabytes)


def killed_after(seconds: float, *arguments: str | Path, whole_group: bool) -> tuple[bool, str]:
    """Whether kill -9 found the process at work, and what it had said on stdout by then.

    Without `whole_group` the workers that it started are left to end by themselves.
    """
    process = start(*arguments)
    time.sleep(seconds)
    at_work = process.poll() is None
    if at_work:
        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGKILL)
    out, _ = process.communicate(timeout=PATIENCE)
    return at_work and process.returncode == -signal.SIGKILL, out


@contextmanager
def served(index: Path, *arguments: str) -> Iterator[str]:
    """The address of a server over an index."""
    process = start("serve", "--index", index, "--port", "0", "--log-format", "none", *arguments)  # nobody reads it
    try:
        assert process.stderr is not None
        said = ""
        while "http://" not in said:
            said = process.stderr.readline()
            if not said:
                raise RuntimeError(f"the server ended with {process.wait()}")
        yield "http://" + said.partition("http://")[2].split()[0].rstrip("/")
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
