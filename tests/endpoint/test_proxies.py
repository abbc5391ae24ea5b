"""Do the configurations of nginx and Caddy in `deploy` do what they are there for? Real ones, before a real server."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from tests.faults.process import PATIENCE, ROOT, run

from .__main__ import NEWSPAPER
from .test_serving import SEARCH, served

NAME = "search.example.org"
ALLOWED = 30  # requests a minute
NGINX = """
daemon off;
pid {home}/pid;
error_log stderr;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    include {home}/molva.conf;
}}
"""
CADDY = """
{{
	admin off
	auto_https disable_redirects
	storage file_system {home}/caddy
	https_port {port}
}}
"""


class Front(NamedTuple):
    """A proxy that runs; `asked` speaks TLS with it."""

    name: str
    port: int
    trust: ssl.SSLContext

    def asked(
        self, path: str, headers: dict[str, str] | None = None, client: str = "127.0.0.1"
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        plain = socket.create_connection(("127.0.0.1", self.port), PATIENCE, source_address=(client, 0))
        connection = http.client.HTTPConnection(NAME)
        connection.sock = self.trust.wrap_socket(plain, server_hostname=NAME)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The configuration with what is of this test alone; each of its lines must be there to be changed."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def nginx(home: Path, port: int, behind: int) -> list[str]:
    told = changed(
        (ROOT / "deploy" / "nginx.conf").read_text(),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/ssl/search.example.org.pem", str(home / "chain.pem")),
        ("/etc/ssl/search.example.org.key", str(home / "key.pem")),
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
    )
    (home / "molva.conf").write_text(told)
    (home / "nginx.conf").write_text(NGINX.format(home=home))
    return ["nginx", "-e", "stderr", "-p", str(home), "-c", str(home / "nginx.conf")]


def caddy(home: Path, port: int, behind: int) -> list[str]:
    told = changed(
        (ROOT / "deploy" / "Caddyfile").read_text(),
        ("search.example.org {", f"search.example.org {{\n\tbind 127.0.0.1\n\ttls {home}/chain.pem {home}/key.pem"),
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
    )
    (home / "Caddyfile").write_text(CADDY.format(home=home, port=port) + told)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(home / "Caddyfile")]


KINDS = {"nginx": nginx, "caddy": caddy}


@pytest.fixture(scope="module", params=sorted(KINDS))
def front(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Each kind before a server with the settings that its configuration names."""
    for program in (request.param, "openssl"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    home = tmp_path_factory.mktemp(request.param)
    pair = ["-keyout", str(home / "key.pem"), "-out", str(home / "chain.pem"), "-days", "2"]
    name = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *pair, *name],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    assert run("index", NEWSPAPER, "--index", home / "index")[0] == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOLVA_PROXIES", "1")
        patch.setenv("MOLVA_PUBLIC_URL", f"https://{NAME}")
        patch.setenv("MOLVA_REQUESTS_A_MINUTE", str(ALLOWED))
        with served(home / "index", "--host", "127.0.0.1") as molva:
            port = free_port()
            told = (home / "told").open("wb")
            process = subprocess.Popen(KINDS[request.param](home, port, molva.port), stderr=told, stdout=told)
            try:
                wait_for(process, port, home / "told")
                yield Front(request.param, port, ssl.create_default_context(cafile=str(home / "chain.pem")))
            finally:
                process.terminate()
                process.wait(PATIENCE)
                told.close()


def wait_for(process: subprocess.Popen[Any], port: int, told: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the proxy does not listen: {told.read_text(errors='replace')}")


def test_the_endpoint_answers_behind_it_over_tls(front: Front) -> None:
    status, headers, body = front.asked(SEARCH, client="127.0.0.2")
    assert status == 200
    assert json.loads(body)["hits"]
    assert {"Content-Security-Policy", "X-Request-Id", "Cross-Origin-Resource-Policy"} <= set(headers)
    again, _, empty = front.asked(SEARCH, {"If-None-Match": headers["ETag"]}, client="127.0.0.2")
    assert (again, empty) == (304, b"")


def test_what_molva_compresses_comes_through_compressed(front: Front) -> None:
    status, headers, body = front.asked("/openapi.json", {"Accept-Encoding": "gzip"}, client="127.0.0.3")
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert json.loads(gzip.decompress(body))["openapi"].startswith("3.1")


def test_whole_links_name_the_public_address_whatever_a_client_claims(front: Front) -> None:
    claims = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "gopher",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "host=evil.example;proto=gopher",
        "X-Real-IP": "203.0.113.9",
    }
    for path in (
        "/",
        f"/search?q={quote('мост')}",
        f"/search.atom?q={quote('мост')}",
        "/sitemap.xml",
        "/opensearch.xml",
    ):
        status, headers, body = front.asked(path, claims, client="127.0.0.4")
        assert status == 200, path
        assert not re.search(rb"evil|gopher", body), path
        assert "evil" not in str(headers), path
        whole = set(re.findall(rb"https?://[a-z.]*example\.[a-z]+", body))
        assert whole <= {f"https://{NAME}".encode()} | {b"https://vestnik.example.org"}, (path, whole)


def test_a_client_cannot_pass_for_others_and_others_do_not_pay_for_it(front: Front) -> None:
    claims = ({"X-Forwarded-For": f"203.0.113.{number}"} for number in range(4 * ALLOWED))
    assert 429 in (front.asked(SEARCH, claim, client="127.0.0.5")[0] for claim in claims)
    assert front.asked(SEARCH, client="127.0.0.6")[0] == 200


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_a_page_comes_over_http_2(front: Front) -> None:
    where = ["--resolve", f"{NAME}:{front.port}:127.0.0.1", f"https://{NAME}:{front.port}/"]
    told = ["-w", "%{http_version} %{http_code}", "-o", "/dev/null"]
    done = subprocess.run(["curl", "-sk", "--http2", *told, *where], capture_output=True, text=True, check=True)
    assert done.stdout == "2 200"
