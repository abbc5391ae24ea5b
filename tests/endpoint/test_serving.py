"""Does `molva serve` hold what a server must: several processes, slow clients, a stop that cuts nobody off?"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from index import Article, open_writer
from tests.faults.process import PATIENCE, run, start
from web.server import listening

from .__main__ import NEWSPAPER

SEARCH = f"/api/v1/search?q={quote('мост')}"
PATHS = (
    "/",
    "/search?q=x",
    "/help",
    "/speakers",
    SEARCH,
    "/api/v1/articles/zv-2012-03-14-bridge-plan",
    "/api/v1/speakers",
    "/api/v1/suggest?q=a",
    "/api/v1/timeline",
    "/openapi.json",
    "/opensearch.xml",
    "/opensearch/suggestions?q=a",
    "/search.atom",
    "/sitemap.xml",
    "/sitemap-1.xml",
    "/robots.txt",
    "/healthz",
    "/readyz",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serving") / "index"
    assert run("index", NEWSPAPER, "--index", folder)[0] == 0
    return folder


class Served:
    """A server as a process of its own; `told`: what it has said on stderr so far."""

    def __init__(self, index: Path, *arguments: str) -> None:
        self.process = start("serve", "--index", index, "--port", "0", *arguments)
        self.told: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        wait_until(lambda: any("http://" in line for line in self.told) or self.process.poll() is not None)
        parts = urlsplit("http://" + "".join(self.told).partition("http://")[2].split()[0])
        self.host, self.port = parts.hostname or "", parts.port or 0

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.told.append(line)

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Stop it; its exit code."""
        self.process.send_signal(number)
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return self.process.returncode


@contextmanager
def served(index: Path, *arguments: str) -> Iterator[Served]:
    one = Served(index, *arguments)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            os.killpg(one.process.pid, signal.SIGKILL)
        one.process.wait()
        for pipe in (one.process.stdout, one.process.stderr):
            if pipe is not None:
                one._reader.join(PATIENCE)
                pipe.close()


def wait_until(holds: Callable[[], bool]) -> None:
    latest = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < latest, "waited in vain"
        time.sleep(0.02)


def workers_of(one: Served) -> list[int]:
    """The processes that answer for a server."""
    children = Path(f"/proc/{one.process.pid}/task/{one.process.pid}/children").read_text().split()
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
    return [pid for pid, command in commands.items() if b"spawn_main" in command]


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs a list of processes")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_every_path_answers_and_a_stop_is_no_failure(index: Path, workers: str) -> None:
    with served(index, "--workers", workers, "--log-format", "json") as one:
        for path in PATHS:
            status, headers, body = one.get(path)
            assert (status, bool(body)) == (200, True), path
            assert "X-Request-Id" in headers
        assert one.get("/nowhere")[0] == 404
        assert one.end() == 0
        lines = [json.loads(line) for line in one.told if line.startswith("{")]
        assert [line["status"] for line in lines] == [200] * len(PATHS) + [404]
        assert lines[4]["path"] == "/api/v1/search"


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_requests_come_to_their_end_when_the_server_is_stopped(index: Path, workers: str, number: int) -> None:
    with served(index, "--workers", workers, "--log-format", "none") as one:
        answered: list[bytes] = []
        asking = threading.Event()
        stopped = threading.Event()

        def ask(_: int) -> None:
            while not stopped.is_set():
                try:
                    connection = http.client.HTTPConnection(one.host, one.port, timeout=PATIENCE)
                    connection.connect()
                except (ConnectionRefusedError, ConnectionResetError):
                    assert stopped.wait(PATIENCE), "nobody listened while the server was up"
                    return  # whoever had got in is answered
                try:
                    connection.request("GET", f"{SEARCH}&limit=100&facets=speaker,year")
                    answer = connection.getresponse()
                    body = answer.read()
                    assert len(body) == int(answer.headers["Content-Length"])
                    json.loads(body)
                    answered.append(body)
                    asking.set()
                except ConnectionResetError:
                    assert stopped.wait(PATIENCE), "a connection was cut off while the server was up"
                finally:
                    connection.close()

        with ThreadPoolExecutor(4) as pool:
            futures = [pool.submit(ask, number) for number in range(4)]
            assert asking.wait(PATIENCE)
            stopped_at = threading.Timer(0.3, stopped.set)
            stopped_at.start()
            assert one.end(number) == 0
            for future in futures:
                future.result(PATIENCE)
        assert answered


def test_a_client_that_reads_slowly_gets_all_of_its_answers_after_the_stop(tmp_path: Path) -> None:
    with open_writer(tmp_path) as writer:
        writer.add(Article(id="a1", title="Паром", text="Паром стоит у причала и ждёт весны. " * 10_000))
        writer.publish()
    many = 30  # so many answers that no buffer of the system holds them
    with (
        served(tmp_path, "--log-format", "none", "--grace", "100") as one,
        socket.create_connection((one.host, one.port), timeout=PATIENCE) as slow,
    ):
        request = b"GET /api/v1/articles/a1 HTTP/1.1\r\nHost: a\r\n"
        slow.sendall((request + b"\r\n") * (many - 1) + request + b"Connection: close\r\n\r\n")
        parts = [slow.recv(1000)]
        assert parts[0].startswith(b"HTTP/1.1 200")
        one.process.terminate()
        time.sleep(1)
        assert one.process.poll() is None, "it waits for the slow one"
        while part := slow.recv(1 << 20):
            parts.append(part)
        whole = b"".join(parts)
        lengths = [int(one) for one in re.findall(rb"\r\nContent-Length: (\d+)\r\n", whole)]
        assert len(lengths) == whole.count(b"HTTP/1.1 200 OK\r\n") == many
        assert sum(lengths) > 10_000_000
        assert whole.endswith(b"}")
        assert one.process.wait(PATIENCE) == 0


def test_clients_that_never_finish_their_request_keep_nobody_waiting(index: Path) -> None:
    with served(index, "--threads", "1", "--log-format", "none", "--grace", "5") as one:
        slow = [socket.create_connection((one.host, one.port)) for _ in range(150)]
        try:
            for connection in slow:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
            began = time.monotonic()
            assert one.get(SEARCH)[0] == 200
            assert time.monotonic() - began < 30
            one.process.terminate()
            assert one.process.wait(PATIENCE) == 0
        finally:
            for connection in slow:
                connection.close()


def test_all_processes_answer_from_a_newer_generation(tmp_path: Path) -> None:
    def publish(number: int) -> None:
        with open_writer(tmp_path) as writer:
            writer.add(Article(id=f"a{number}", title=f"Паром {number}", text="Паром стоит у причала."))
            writer.publish()

    publish(0)
    with served(tmp_path, "--workers", "3", "--log-format", "none") as one:
        for number in range(1, 4):
            publish(number)
            found = {json.loads(one.get("/api/v1/search")[2])["index"]["articles"] for _ in range(30)}
            assert found == {number + 1}
        assert one.end() == 0


@needs_proc
def test_a_process_that_dies_is_replaced(index: Path) -> None:
    with served(index, "--workers", "2", "--log-format", "plain") as one:
        wait_until(lambda: len(workers_of(one)) == 2)
        assert one.get("/healthz")[0] == 200
        victim = workers_of(one)[0]
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda: len(workers_of(one)) == 2 and victim not in workers_of(one))
        assert all(one.get(SEARCH)[0] == 200 for _ in range(20))
        assert one.end() == 0
        assert any(f"process {victim} ended" in line for line in one.told)


@needs_proc
def test_no_process_outlives_the_one_that_started_it(index: Path) -> None:
    with served(index, "--workers", "2", "--log-format", "none") as one:
        wait_until(lambda: len(workers_of(one)) == 2)
        assert one.get("/healthz")[0] == 200
        workers = workers_of(one)
        os.kill(one.process.pid, signal.SIGKILL)
        wait_until(lambda: not any(_runs(pid) for pid in workers))


def _runs(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_metrics_of_all_processes_are_added_up_at_a_listener_of_their_own(index: Path) -> None:
    (probe,) = listening("127.0.0.1", 0)
    port = probe.getsockname()[1]
    probe.close()
    with served(index, "--workers", "2", "--metrics-port", str(port), "--log-format", "none") as one:
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda _: one.get(SEARCH)[0], range(60))) == {200}
        assert one.get("/metrics")[0] == 404
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", "/metrics")
        told = connection.getresponse().read().decode()
        connection.close()
        assert 'molva_answers_total{route="/api/v1/search",status="200"} 60.0' in told
        assert 'molva_request_seconds_count{route="/api/v1/search"} 60.0' in told
        assert "molva_index_articles 89.0" in told
        assert one.end() == 0


@pytest.mark.parametrize(("proxies", "answers"), [("0", [200, 429, 429]), ("1", [200, 200, 429])])
def test_as_many_proxies_are_believed_as_the_server_was_told(
    index: Path, proxies: str, answers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks is the last address of the list, which the proxy itself wrote; the others are a client's words."""
    monkeypatch.setenv("MOLVA_REQUESTS_A_MINUTE", "1")
    monkeypatch.setenv("MOLVA_PROXIES", proxies)
    with served(index) as one:
        told = "203.0.113.1, 198.51.100.1", "203.0.113.1, 198.51.100.2", "203.0.113.9, 198.51.100.1"
        assert [one.get(SEARCH, **{"X-Forwarded-For": line})[0] for line in told] == answers


def test_what_waitress_refuses_is_a_problem_too(index: Path) -> None:
    with served(index, "--log-format", "none") as one:
        for sent, status in (
            (b"GET / HTTP/1.1\r\nbad header\r\n\r\n", 400),
            (b"POST /api/v1/search HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", 413),
        ):
            with socket.create_connection((one.host, one.port), timeout=PATIENCE) as connection:
                connection.sendall(sent)
                got = b""
                while part := connection.recv(65536):
                    got += part
            head, _, body = got.partition(b"\r\n\r\n")
            assert f" {status} ".encode() in head.splitlines()[0]
            assert b"application/problem+json" in head
            assert json.loads(body)["status"] == status


def test_a_setting_that_cannot_be_read_and_a_taken_port_are_usage_errors(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (taken,) = listening("127.0.0.1", 0)
    with taken:
        code, _, talk = run("serve", "--index", index, "--port", str(taken.getsockname()[1]))
        assert (code, "another --port" in talk) == (2, True)
        port = str(taken.getsockname()[1])
        code, _, talk = run("serve", "--index", index, "--port", "0", "--metrics-port", port)
        assert (code, "--metrics-port" in talk) == (2, True)
    monkeypatch.setenv("MOLVA_PROXIES", "many")
    code, _, talk = run("serve", "--index", index, "--port", "0")
    assert (code, "MOLVA_PROXIES" in talk) == (2, True)


def test_a_server_listens_at_all_addresses_of_a_name() -> None:
    sockets = listening("localhost", 0)
    try:
        assert len({one.getsockname()[1] for one in sockets}) == 1
    finally:
        for one in sockets:
            one.close()
