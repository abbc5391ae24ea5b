"""What stands before a guarded cluster? TLS, and a look at who asks: a proxy of the tests before each node."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

REFUSED = b'{"error": {"type": "security_exception", "reason": "no such user"}, "status": 401}'


class Gate(BaseHTTPRequestHandler):
    """Lets requests with the right `authorization` through to `node`; `seen` has what came in that place."""

    protocol_version = "HTTP/1.1"
    node = ""
    authorization = ""
    seen: set[str | None] = set()  # noqa: RUF012 - of each gate its own

    def _answer(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = self.headers["Authorization"]
        self.seen.add(told)
        status, kind, body = 401, "application/json", REFUSED
        if told == self.authorization:
            status, kind, body = self._passed_on(data)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _passed_on(self, data: bytes) -> tuple[int, str, bytes]:
        connection = HTTPConnection(urlsplit(self.node).netloc, timeout=60)
        try:
            wanted = {name: self.headers[name] for name in ("Content-Type", "Content-Encoding") if self.headers[name]}
            connection.request(self.command, self.path, data, wanted)
            found = connection.getresponse()
            return found.status, found.headers["Content-Type"] or "application/json", found.read()
        finally:
            connection.close()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _answer  # noqa: N815 - its names

    def log_message(self, *_: object) -> None:
        pass


def certificate_in(folder: Path) -> Path:
    """A certificate for 127.0.0.1 (.crt), signed by itself, beside its key (.pem), which this names."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl on this machine to make a certificate with")
    file = folder / "node.pem"
    made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(file)]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    out = ["-out", str(file.with_suffix(".crt"))]
    subprocess.run(["openssl", "req", *made, *out, *names], check=True, capture_output=True)
    return file


@contextmanager
def guarded(node: str, certificate: Path, authorization: str) -> Iterator[tuple[str, set[str | None]]]:
    """A gate before a node: its address, and what came as the name of who asks."""
    seen: set[str | None] = set()
    gate = type("OneGate", (Gate,), {"node": node, "authorization": authorization, "seen": seen})
    server = ThreadingHTTPServer(("127.0.0.1", 0), gate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.with_suffix(".crt"), certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()
