"""What is said beside every answer: names, logs, compression, origins, limits, counts, and pages by cursor?"""

from __future__ import annotations

import gzip
import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import generate_latest

from index import Article, open_writer
from index.storage.folder import KEPT
from search import Searcher
from web import create_app, logs
from web.limits import Limits
from web.metrics import IndexMetrics, Metrics
from web.settings import SettingError, Settings, settings_of

SEARCH = "/api/v1/search"


# -- names


@pytest.mark.parametrize("path", ["/", SEARCH, "/nowhere", "/api/nothing", "/static/molva.css"])
def test_every_answer_names_its_request(client: FlaskClient, path: str) -> None:
    made = client.get(path, buffered=True).headers["X-Request-Id"]
    assert re.fullmatch("[0-9a-f]{16}", made)
    assert client.get(path, buffered=True).headers["X-Request-Id"] != made
    given_back = client.get(path, headers={"X-Request-Id": "trace-7.a_B"}, buffered=True)
    assert given_back.headers["X-Request-Id"] == "trace-7.a_B"


@pytest.mark.parametrize("sent", ["", "a b", "имя", "x" * 65, "-x", '"', "a\tb", "<script>"])
def test_a_name_that_is_none_is_not_given_back(client: FlaskClient, sent: str) -> None:
    given_back = client.get("/healthz", headers={"X-Request-Id": sent.encode().decode("latin-1")})
    assert re.fullmatch("[0-9a-f]{16}", given_back.headers["X-Request-Id"])


# -- logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged, as JSON; logging is as before behind the test."""
    root, before = logging.getLogger(), (logging.getLogger().handlers[:], logging.getLogger().level)
    stream = io.StringIO()
    logs.configure("json", stream)
    yield stream
    root.handlers[:], level = before
    root.setLevel(level)
    logs.ACCESS.setLevel(logging.NOTSET)


def test_the_log_has_a_line_of_json_for_each_request_and_no_query(client: FlaskClient, written: io.StringIO) -> None:
    client.get(f"{SEARCH}?q=тайна", headers={"X-Request-Id": "r1"})
    client.get("/nowhere?q=тайна")
    first, second = (json.loads(line) for line in written.getvalue().splitlines())
    assert {**first, "time": "", "ms": 0, "bytes": 0} == {
        "time": "",
        "level": "info",
        "logger": "molva.access",
        "request_id": "r1",
        "client": "127.0.0.1",
        "method": "GET",
        "path": SEARCH,
        "status": 200,
        "bytes": 0,
        "ms": 0,
    }
    assert (second["path"], second["status"]) == ("/nowhere", 404)
    assert "тайна" not in written.getvalue()
    assert "%D1" not in written.getvalue()


def test_queries_are_logged_where_that_is_asked_for(searcher: Searcher, written: io.StringIO) -> None:
    create_app(searcher, settings=Settings(log_queries=True)).test_client().get(f"{SEARCH}?q=a&limit=1")
    assert json.loads(written.getvalue())["query"] == "q=a&limit=1"


def test_a_failure_is_logged_under_the_name_of_its_request(
    searcher: Searcher, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the cellar is flooded")

    monkeypatch.setattr(searcher, "search", fail)
    answer = create_app(searcher).test_client().get(SEARCH, headers={"X-Request-Id": "r2"})
    assert answer.status_code == 500
    failure, access = (json.loads(line) for line in written.getvalue().splitlines())
    assert "the cellar is flooded" in failure["traceback"]
    assert failure["request_id"] == access["request_id"] == "r2"


def test_a_line_for_people_is_one_line_whatever_a_client_sends() -> None:
    record = logging.LogRecord("molva", logging.INFO, "", 0, "%s", ("GET /a\nfake 200\x1b[0m",), None)
    assert "\n" not in logs.PlainFormatter().format(record)
    assert "\x1b" not in logs.PlainFormatter().format(record)


# -- compression


@pytest.mark.parametrize("path", [f"{SEARCH}?q=мост", "/", "/search.atom", "/openapi.json", "/static/molva.css"])
def test_texts_are_compressed_for_those_who_take_it(app: Flask, path: str) -> None:
    with app.test_client() as client:
        plain = client.get(path, buffered=True)
        body, tag = plain.data, plain.headers.get("ETag", "")
        small = client.get(path, headers={"Accept-Encoding": "br, gzip"}, buffered=True)
        assert "Content-Encoding" not in plain.headers
        assert small.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert "Accept-Encoding" in small.headers["Vary"]
        assert int(small.headers["Content-Length"]) == len(small.data) < len(body)
        if path not in (f"{SEARCH}?q=мост", "/"):  # which say how long they took
            assert gzip.decompress(small.data) == body
        else:
            assert gzip.decompress(small.data)[:20] == body[:20]
        assert small.headers["ETag"] == (tag if tag.startswith("W/") else f"W/{tag}"), "other bytes: a weak one"
        for held in (tag, small.headers["ETag"]):
            asked = {"Accept-Encoding": "gzip", "If-None-Match": held}
            again = client.get(path, headers=asked, buffered=True)
            assert (again.status_code, again.data) == (304, b"")
            assert "Accept-Encoding" in again.headers["Vary"]


@pytest.mark.parametrize("taken", ["identity", "gzip;q=0", "gzip;q=0.1, identity;q=0.9", "br", ""])
def test_who_does_not_take_gzip_gets_none(client: FlaskClient, taken: str) -> None:
    answer = client.get("/openapi.json", headers={"Accept-Encoding": taken})
    assert "Content-Encoding" not in answer.headers


def test_what_is_short_is_not_compressed(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers


# -- origins


def origins(searcher: Searcher, *allowed: str) -> FlaskClient:
    return create_app(searcher, settings=Settings(cors_origins=allowed)).test_client()


def test_no_other_site_may_read_unless_it_is_named(searcher: Searcher, client: FlaskClient) -> None:
    asked = {"Origin": "https://news.example"}
    assert "Access-Control-Allow-Origin" not in client.get(SEARCH, headers=asked).headers
    some = origins(searcher, "https://news.example", "https://other.example")
    answer = some.get(SEARCH, headers=asked)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://news.example"
    assert "X-Request-Id" in answer.headers["Access-Control-Expose-Headers"]
    for other in ("https://evil.example", "https://news.example.evil.example", "null", "http://news.example"):
        refused = some.get(SEARCH, headers={"Origin": other})
        assert "Access-Control-Allow-Origin" not in refused.headers
        assert "Origin" in refused.headers["Vary"]
    assert "Access-Control-Allow-Origin" not in some.get("/search", headers=asked).headers, "pages are for people"
    everybody = origins(searcher, "*").get(SEARCH, headers=asked)
    assert everybody.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in everybody.headers


def test_problems_may_be_read_too_and_browsers_may_ask_before(searcher: Searcher) -> None:
    client = origins(searcher, "*")
    assert client.get(f"{SEARCH}?limit=0").headers["Access-Control-Allow-Origin"] == "*"
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    before = client.options(SEARCH, headers=asked)
    assert before.status_code == 200
    assert before.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert int(before.headers["Access-Control-Max-Age"]) > 0


# -- limits


def test_too_many_requests_of_one_address_wait(searcher: Searcher) -> None:
    client = create_app(searcher, settings=Settings(requests_a_minute=3, proxies=1)).test_client()
    of_one = {"X-Forwarded-For": "203.0.113.7"}
    assert [client.get(SEARCH, headers=of_one).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get(SEARCH, headers=of_one)
    assert refused.mimetype == "application/problem+json"
    assert json.loads(refused.data)["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 21
    assert client.get("/", headers=of_one).mimetype == "text/html"
    assert client.get("/healthz", headers=of_one).status_code == 200
    assert client.get(SEARCH, headers={"X-Forwarded-For": "203.0.113.7, 198.51.100.2"}).status_code == 200


def test_an_address_that_a_client_invents_is_not_believed(searcher: Searcher) -> None:
    client = create_app(searcher, settings=Settings(requests_a_minute=2)).test_client()
    sent = [client.get(SEARCH, headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code for n in range(3)]
    assert sent == [200, 200, 429]


@given(st.lists(st.floats(0, 50), max_size=60), st.integers(1, 20))
def test_nobody_gets_more_than_a_minute_allows(pauses: list[float], most: int) -> None:
    limits, now, taken = Limits(most), 1000.0, []
    for pause in pauses:
        now += pause
        wait = limits.wait("a", now)
        if wait == 0:
            taken.append(now)
        else:
            assert wait <= 60 / most + 1e-6
    for begin in taken:
        assert sum(begin <= one < begin + 60 for one in taken) <= 2 * most


def test_a_large_body_is_refused_and_a_small_one_not_read(client: FlaskClient) -> None:
    large = client.post(SEARCH, data=b"x" * 70_000)
    assert (large.status_code, large.mimetype) == (413, "application/problem+json")
    assert client.post(SEARCH, data=b"x").status_code == 405
    assert client.post("/search", data=b"x" * 70_000).mimetype == "text/html"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_is_written_over_http(app: Flask, method: str) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        assert rule.methods is not None
        assert rule.methods <= {"GET", "HEAD", "OPTIONS"}
        path = re.sub("<int:[^>]+>", "1", re.sub("<(id:|path:)?[a-z_]+>", "a", rule.rule))
        answer = client.open(path, method=method)
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]


# -- counts


def test_what_is_answered_is_counted(searcher: Searcher, newspaper_index: Path) -> None:
    metrics = Metrics()
    metrics.registry.register(IndexMetrics(newspaper_index))
    client = create_app(searcher, metrics=metrics).test_client()
    for path in (f"{SEARCH}?q=мост", f"{SEARCH}?q=слон&rewrite=off", f"{SEARCH}?q=vjcn", "/search?q=мост", "/nowhere"):
        client.get(path)
    client.get("/api/v1/articles/zv-bridge")
    told = generate_latest(metrics.registry).decode()
    for line in (
        'molva_answers_total{route="/api/v1/search",status="200"} 3.0',
        'molva_answers_total{route="/api/v1/articles/<id:article_id>",status="200"} 1.0',
        'molva_answers_total{route="other",status="404"} 1.0',
        'molva_request_seconds_count{route="/search"} 1.0',
        'molva_searches_total{type="article"} 4.0',
        'molva_searches_without_hits_total{type="article"} 1.0',
        'molva_rewrites_total{kind="layout"} 1.0',
        "molva_index_open 1.0",
        "molva_index_generation 1.0",
    ):
        assert line in told.splitlines(), line
    sizes = dict(re.findall(r"^(molva_index_\w+) (\S+)$", told, re.MULTILINE))
    assert float(sizes["molva_index_articles"]) == searcher.stats().articles
    assert float(sizes["molva_index_bytes"]) == searcher.stats().bytes
    assert 0 <= float(sizes["molva_index_age_seconds"]) < 3600


def test_errors_are_counted(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = Metrics()

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(searcher, "search", fail)
    create_app(searcher, metrics=metrics).test_client().get(SEARCH)
    assert 'molva_errors_total{status="500"} 1.0' in generate_latest(metrics.registry).decode()


def test_without_an_index_that_is_what_is_told(tmp_path: Path) -> None:
    metrics = Metrics()
    metrics.registry.register(IndexMetrics(tmp_path / "none"))
    assert "molva_index_open 0.0" in generate_latest(metrics.registry).decode()


def test_metrics_are_not_at_the_public_address(client: FlaskClient) -> None:
    answer = client.get("/metrics")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


# -- settings


def test_settings_are_read_from_the_environment() -> None:
    assert settings_of({}) == Settings()
    given_ = {
        "MOLVA_PUBLIC_URL": "https://molva.example/poisk/",
        "MOLVA_PROXIES": "2",
        "MOLVA_CORS_ORIGINS": "https://a.example, http://localhost:3000",
        "MOLVA_REQUESTS_A_MINUTE": "600",
    }
    assert settings_of(given_) == Settings(
        "https://molva.example/poisk", 2, ("https://a.example", "http://localhost:3000"), 600
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MOLVA_PROXIES", "yes"),
        ("MOLVA_PROXIES", "-1"),
        ("MOLVA_PROXIES", "١"),
        ("MOLVA_PUBLIC_URL", "molva.example"),
        ("MOLVA_PUBLIC_URL", "https://molva.example/?q=1"),
        ("MOLVA_PUBLIC_URL", "javascript:alert(1)"),
        ("MOLVA_CORS_ORIGINS", "https://a.example/page"),
        ("MOLVA_CORS_ORIGINS", "a.example"),
        ("MOLVA_REQUESTS_A_MINUTE", "1e3"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        settings_of({name: value})


# -- pages by cursor


def ferry(folder: Path, *numbers: int) -> None:
    with open_writer(folder) as writer:
        for number in numbers:
            writer.add(Article(id=f"a{number}", title=f"Паром {number}", text="Паром стоит у причала."))
        writer.publish()


def page_of(client: FlaskClient, **asked: Any) -> dict[str, Any]:
    answer = client.get(SEARCH, query_string={"q": "паром", **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.data)
    return found


def test_pages_by_cursor_stay_one_list_while_the_index_is_published_anew(tmp_path: Path) -> None:
    ferry(tmp_path, *range(45))
    client = create_app(index=tmp_path).test_client()
    whole = [hit["id"] for hit in page_of(client, limit=100)["hits"]]
    page = page_of(client, limit=20)
    found = [hit["id"] for hit in page["hits"]]
    for number in (1, 2):
        ferry(tmp_path, 100 + number)
        assert page_of(client)["total"]["value"] == 45 + number
        page = page_of(client, limit=20, cursor=page["next"])
        found += [hit["id"] for hit in page["hits"]]
    assert found == whole
    assert page["next"] is None


def test_a_cursor_of_a_generation_that_is_gone_is_410(tmp_path: Path) -> None:
    ferry(tmp_path, *range(15))
    client = create_app(index=tmp_path).test_client()
    cursor = page_of(client)["next"]
    for number in range(KEPT):
        ferry(tmp_path, 100 + number)
    for path in (SEARCH, "/search.atom"):
        asked = {"q": "паром", "cursor": cursor} | ({"sort": "relevance"} if path != SEARCH else {})
        answer = client.get(path, query_string=asked)
        assert (answer.status_code, answer.mimetype) == (410, "application/problem+json")
        assert json.loads(answer.data)["code"] == "stale_cursor"


@pytest.mark.parametrize(
    "asked", [{"q": "мост"}, {"offset": 10}, {"type": "quote"}, {"cursor": "x"}, {"cursor": "A" * 50}, {"cursor": ""}]
)
def test_a_cursor_that_cannot_be_read_is_400(tmp_path: Path, asked: dict[str, Any]) -> None:
    ferry(tmp_path, *range(15))
    client = create_app(index=tmp_path).test_client()
    cursor = page_of(client)["next"]
    answer = client.get(SEARCH, query_string={"q": "паром", "cursor": cursor, **asked})
    assert answer.status_code == 400
    problem = json.loads(answer.data)
    assert (problem["code"], problem["parameter"]) == ("invalid_parameter", "cursor")


def test_each_page_has_a_tag_of_its_own(tmp_path: Path) -> None:
    ferry(tmp_path, *range(25))
    client = create_app(index=tmp_path).test_client()
    first = page_of(client)["next"]
    second = page_of(client, cursor=first)["next"]
    tags = {client.get(SEARCH, query_string={"q": "паром", "cursor": one}).headers["ETag"] for one in (first, second)}
    assert len(tags) == 2
