"""How does a server use all cores? By several processes that answer at the same sockets.

This process listens and answers nothing: it starts the others, replaces one that died, and stops them. They are
spawned, not forked, so that none inherits a thread or a lock; each maps the index for itself (its bytes are in memory
once) and looks for newer generations between two questions. Whoever is awake first takes a connection, so a busy
process leaves them to the idle ones.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Final

from . import logs
from .gate import open_soon
from .settings import Settings

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from .metrics import Metrics
    from .server import Server

SHARED_METRICS: Final = "PROMETHEUS_MULTIPROC_DIR"
SWITCH: Final = 0.0005  # seconds that the thread that reads waits for one that works, again and again; 0.005 else
YOUNG: Final = 5.0  # seconds; a process that dies within them has not answered anything
MOST_YOUNG: Final = 5  # such deaths one behind the other, then the server gives up
FAILED: Final = 1
_log: Final = logging.getLogger("molva.serve")


@dataclass(frozen=True, slots=True)
class Serving:
    """What a process must know to answer. `grace`: see `Server.run`; `metrics_at`: host and port of their listener."""

    index: Path
    settings: Settings
    threads: int
    grace: float
    log_format: logs.Format
    metrics_at: tuple[str, int] | None = None


def answer(sockets: Sequence[socket.socket], serving: Serving) -> int:
    """Answer in this process until SIGTERM or SIGINT; the exit code. Raises OSError where metrics cannot listen."""
    metrics = None
    if serving.metrics_at is not None:
        from .metrics import Metrics, serve_metrics

        metrics = Metrics()
        serve_metrics(metrics, serving.index, serving.metrics_at)
    server = _server(sockets, serving, metrics)
    signal.signal(signal.SIGTERM, server.stop)
    signal.signal(signal.SIGINT, server.stop)
    server.run(grace=serving.grace)
    return 0


def answer_with(count: int, sockets: Sequence[socket.socket], serving: Serving) -> int:
    """The same with `count` processes."""
    with tempfile.TemporaryDirectory(prefix="molva-metrics-") as shared:
        if serving.metrics_at is not None:
            os.environ[SHARED_METRICS] = shared  # before prometheus-client is imported, here and there
            from .metrics import serve_metrics

            serve_metrics(None, serving.index, serving.metrics_at)
        workers = Workers(sockets, serving, count)
        signal.signal(signal.SIGTERM, workers.stop)
        signal.signal(signal.SIGINT, workers.stop)
        return workers.run()


def _server(sockets: Sequence[socket.socket], serving: Serving, metrics: Metrics | None) -> Server:
    from .app import create_app
    from .server import Server

    sys.setswitchinterval(SWITCH)
    app = create_app(index=serving.index, settings=serving.settings, metrics=metrics)
    open_soon(app)
    return Server(app, sockets, threads=serving.threads)


def _work(sockets: Sequence[socket.socket], serving: Serving, parent: int) -> None:
    """One of several processes. It ends with its parent, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the parent says what comes of it
    logs.configure(serving.log_format)
    metrics = None
    if serving.metrics_at is not None:
        from .metrics import Metrics

        metrics = Metrics()
    server = _server(sockets, serving, metrics)
    signal.signal(signal.SIGTERM, server.stop)
    server.run(grace=serving.grace, going_on=lambda: os.getppid() == parent)


class Workers:
    """The processes that answer."""

    def __init__(self, sockets: Sequence[socket.socket], serving: Serving, count: int) -> None:
        self._sockets = sockets
        self._serving = serving
        self._count = count
        self._spawn = multiprocessing.get_context("spawn")
        self._asked, self._ask = self._spawn.Pipe(duplex=False)
        self._born: dict[SpawnProcess, float] = {}
        self._young = 0

    def stop(self, *_: object) -> None:
        """Let requests come to their end, and return from `run`. For any signal."""
        self._ask.send_bytes(b"stop")

    def run(self) -> int:
        """Until `stop` is called; the exit code. A process that dies is replaced."""
        try:
            for _ in range(self._count):
                self._start()
            while not self._asked.poll():
                wait([self._asked, *(process.sentinel for process in self._born)])
                if self._asked.poll():
                    break
                for process in [one for one in self._born if not one.is_alive()]:
                    self._replace(process)
                if self._young >= MOST_YOUNG:
                    _log.error("%d processes ended as soon as they had begun; see above why", self._young)
                    return FAILED
            return 0
        finally:
            self._end()

    def _start(self) -> None:
        arguments = (self._sockets, self._serving, os.getpid())
        process = self._spawn.Process(target=_work, args=arguments, name="molva-worker")
        process.start()
        self._born[process] = time.monotonic()

    def _replace(self, process: SpawnProcess) -> None:
        lived = time.monotonic() - self._born.pop(process)
        self._young = self._young + 1 if lived < YOUNG else 0
        _log.error("process %s ended (exit code %s) and is replaced", process.pid, process.exitcode)
        if self._young < MOST_YOUNG:
            self._start()

    def _end(self) -> None:
        """Let the processes come to their end; those that take too long are killed."""
        for process in self._born:
            process.terminate()
        for one in self._sockets:
            one.close()  # who comes when they have closed theirs is refused, and does not wait here for nobody
        latest = time.monotonic() + self._serving.grace + 5
        for process in self._born:
            process.join(max(0.0, latest - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()
