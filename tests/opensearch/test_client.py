"""Who we are goes out with each request, and nowhere else. A listener of the test answers, as a cluster refuses."""

from __future__ import annotations

import base64
import logging
import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from index.errors import ClusterError
from index.opensearch_client import connect, reported
from index.opensearch_settings import OpenSearchSettings

from .gate import certificate_in

pytest.importorskip("opensearchpy", reason="the client of OpenSearch is not here: pip install 'molva[opensearch]'")


class Gate(BaseHTTPRequestHandler):
    """Refuses everybody, and remembers who came."""

    seen: list[str | None]
    status = 401

    def do_GET(self) -> None:
        type(self).seen.append(self.headers["Authorization"])
        body = b'{"error": {"type": "security_exception", "reason": "no such user"}, "status": 401}'
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def gate() -> Iterator[str]:
    Gate.seen = []
    server = HTTPServer(("127.0.0.1", 0), Gate)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("who", "sent"),
    [
        ({"user": "молва", "password": "тайна"}, "Basic " + base64.b64encode("молва:тайна".encode()).decode()),
        ({"api_key": "VHlwZS1rZXk="}, "ApiKey VHlwZS1rZXk="),
        ({}, None),
    ],
)
def test_names_and_keys_go_out_as_they_are_set_and_are_told_to_nobody(
    gate: str, who: dict[str, str], sent: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    settings = OpenSearchSettings((gate,), **who)  # type: ignore[arg-type]
    client = connect(settings)
    with pytest.raises(ClusterError, match="MOLVA_OPENSEARCH_USER") as refused, reported(settings):
        client.indices.get(index="molva-*")
    client.close()
    assert Gate.seen == [sent]
    for secret in (who.get("password"), who.get("api_key"), sent):
        assert secret is None or secret not in caplog.text + str(refused.value)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_in(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def guarded(certificate: Path) -> Iterator[str]:
    """The gate behind TLS."""
    Gate.seen = []
    server = HTTPServer(("127.0.0.1", 0), Gate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.with_suffix(".crt"), certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_certificate_that_nobody_knows_is_refused_and_the_setting_is_named(guarded: str) -> None:
    settings = OpenSearchSettings((guarded,), user="molva", password="тайна")  # noqa: S106
    client = connect(settings)
    with pytest.raises(ClusterError, match="MOLVA_OPENSEARCH_CA"), reported(settings):
        client.indices.get(index="molva-*")
    client.close()
    assert Gate.seen == []  # no password goes to somebody whom nobody knows


def test_an_authority_that_is_named_is_believed(guarded: str, certificate: Path) -> None:
    settings = OpenSearchSettings((guarded,), ca=str(certificate.with_suffix(".crt")))
    client = connect(settings)
    with pytest.raises(ClusterError, match="the cluster refuses us"), reported(settings):
        client.indices.get(index="molva-*")
    client.close()
    assert Gate.seen == [None]
