"""How does a real cluster run for a test? Three OpenSearch nodes on loopback, one JVM each, which can be killed and
started again.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from .jars import home, java, libraries

NODES: Final = 3
PATIENCE: Final = 180.0  # seconds until a cluster that does not come up counts as broken
HEAP: Final = "384m"
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
OURS: Final = "molva-cluster-"
ROOM: Final = 3 << 30  # bytes that are free there, or nodes write to the disk
# A request to copy a shard that gets lost between dying nodes is asked again soon, not in a quarter of an hour.
RECOVERY: Final = {
    "indices.recovery.internal_action_timeout": "10s",
    "indices.recovery.internal_action_long_timeout": "20s",
    "indices.recovery.recovery_activity_timeout": "20s",
    "indices.recovery.retry_delay_network": "1s",
}


class Cluster:
    """Nodes 0 to `nodes` − 1, each with its data in `folder`."""

    def __init__(self, folder: Path, nodes: int = NODES, heap: str = HEAP) -> None:
        self.folder = folder
        self._heap = heap
        ports = free_ports(2 * nodes)
        self._http, self._transport = ports[:nodes], ports[nodes:]
        self._processes: list[subprocess.Popen[bytes] | None] = [None] * nodes

    @property
    def urls(self) -> list[str]:
        """The addresses of all nodes, whether or not they live."""
        return [f"http://127.0.0.1:{port}" for port in self._http]

    @property
    def url(self) -> str:
        """All of them, as a setting has them."""
        return ",".join(self.urls)

    @property
    def living(self) -> list[int]:
        """The nodes that run."""
        return [node for node, process in enumerate(self._processes) if process and process.poll() is None]

    def start(self, node: int) -> None:
        """Start a node, or start it again over its own data; does not wait."""
        names = [f"n{number}" for number in range(len(self._http))]
        seeds = ",".join(f"127.0.0.1:{port}" for port in self._transport)
        told = {
            "name": names[node],
            "names": ",".join(names),
            "http": self._http[node],
            "transport": self._transport[node],
            "seeds": seeds,
            "base": self.folder / names[node],
        }
        jars = home()
        # The second compiler takes more than it gives in tests of minutes.
        machine = (f"-Xms{self._heap}", f"-Xmx{self._heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        settings = [f"-D{name}={value}" for name, value in told.items()]
        with (self.folder / f"{names[node]}.log").open("ab") as log:
            self._processes[node] = subprocess.Popen(
                [java(), *machine, "-cp", f"{jars}:{libraries()}/*", *settings, "Node"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, node: int) -> None:
        """kill -9, as a machine dies."""
        process = self._processes[node]
        if process is not None:
            process.kill()
            process.wait()
            if process.stdin:
                process.stdin.close()

    def restore(self) -> None:
        """All nodes live and know each other."""
        for node in set(range(len(self._http))) - set(self.living):
            self.start(node)
        self.wait(len(self._http))

    def wait(self, nodes: int, status: str | None = None) -> None:
        """Wait until so many nodes are in the cluster, and its status is as good. Raises RuntimeError."""
        query = f"wait_for_nodes={nodes}&timeout=5s" + (f"&wait_for_status={status}" if status else "")
        until = time.monotonic() + PATIENCE
        said: Any = None
        while time.monotonic() < until:
            try:
                said = self.ask(f"/_cluster/health?{query}")
                if not said["timed_out"]:
                    return
            except (URLError, OSError, HTTPError) as error:
                said = error
                time.sleep(0.2)
        logs = "\n".join(log.read_text(errors="replace")[-2_000:] for log in sorted(self.folder.glob("*.log")))
        raise RuntimeError(f"no cluster of {nodes} nodes ({said!r}); their logs end so:\n{logs}")

    def ask(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """What a living node answers: plain HTTP, beside the client that is tested."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(self.urls[self.living[0]] + path, data, headers, method=method)  # noqa: S310
        with urlopen(request, timeout=30) as answer:  # noqa: S310
            text = answer.read()
        return json.loads(text) if text.startswith((b"{", b"[")) else text.decode()

    def __enter__(self) -> Self:
        try:
            self.restore()
            self.ask("/_cluster/settings", "PUT", {"persistent": RECOVERY})
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        """End all nodes, and take their data away."""
        for node in range(len(self._http)):
            self.kill(node)
            shutil.rmtree(self.folder / f"n{node}", ignore_errors=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Lent(Cluster):
    """The nodes of another process, which starts and ends them: here none dies."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._lent = list(urls)

    @property
    def urls(self) -> list[str]:
        """See Cluster."""
        return self._lent

    @property
    def living(self) -> list[int]:
        """See Cluster."""
        return list(range(len(self._lent)))

    def restore(self) -> None:
        """Nothing has to be."""

    def kill(self, node: int) -> None:
        """Raises RuntimeError."""
        raise RuntimeError(f"node {node} is another process's; ask for the fixture `own_nodes` where nodes are killed")


@contextmanager
def running() -> Iterator[Cluster]:
    """A cluster over a folder of its own, in memory where there is room: nothing that dies by kill -9 loses that, and
    every new index waits for many files to be written through.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    if roomy:
        _sweep()
    with (
        tempfile.TemporaryDirectory(
            prefix=f"{OURS}{os.getpid()}-", dir=MEMORY if roomy else None, ignore_cleanup_errors=True
        ) as folder,
        Cluster(Path(folder)) as cluster,
    ):
        yield cluster


def _sweep() -> None:
    """What a process that was killed has left in memory goes."""
    for left in MEMORY.glob(f"{OURS}*"):
        pid = left.name.removeprefix(OURS).partition("-")[0]
        if pid.isdigit() and not Path("/proc", pid).exists():
            shutil.rmtree(left, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody uses now."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in held]
    finally:
        for one in held:
            one.close()
