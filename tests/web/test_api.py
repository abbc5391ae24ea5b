from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search.errors import NotOnThisEngineError
from search.request import SearchRequest
from search.results import StoredArticle
from search.searcher import Searcher
from web import create_app

from .conftest import index_into
from .newspaper import EVIL_ID, articles

SEARCH = "/api/v1/search"
ClientOver = Callable[[list[StoredArticle]], FlaskClient]


def test_search_gives_what_the_searcher_gives(client: FlaskClient, searcher: Searcher) -> None:
    answer = client.get(f"{SEARCH}?q=мост&facets=speaker,year&limit=5")
    expected = searcher.search(SearchRequest(q="мост", limit=5, facets=("speaker", "year"))).to_dict()
    assert answer.content_type == "application/json; charset=utf-8"
    found = json.loads(answer.data)
    assert {**found, "took_ms": 0} == {**json.loads(json.dumps(expected)), "took_ms": 0}
    assert "Вьюгу".encode() in answer.data, "letters are not escaped"


def test_quotes_are_asked_for_by_type(client: FlaskClient) -> None:
    found = client.get(f"{SEARCH}?q=дождались&type=quote&speaker=Аркадий Берёзов").json
    assert found is not None
    assert [hit["speaker"]["name"] for hit in found["hits"]] == ["Аркадий Берёзов"]
    assert found["hits"][0]["article"]["id"] == "zv-bridge"


def test_reported_speech_is_found_only_where_it_is_asked_for(client: FlaskClient) -> None:
    asked = f"{SEARCH}?q=мост&type=quote&speaker=Марина Соколова&facets=kind"
    plain = client.get(asked).json
    told = client.get(f"{asked}&kind=indirect").json
    assert plain is not None
    assert told is not None
    assert (plain["hits"], plain["total"]["value"], plain["totals"]["quote"]) == ([], 0, 0)
    assert plain["facets"]["kind"] == [{"value": "indirect", "count": 1}], "so that it can be asked for"
    assert [hit["kind"] for hit in told["hits"]] == ["indirect"]


@pytest.mark.parametrize(
    ("path", "status", "code", "parameter"),
    [
        (f"{SEARCH}?limit=1_000", 400, "invalid_parameter", "limit"),
        (f"{SEARCH}?from=вчера", 400, "invalid_date", "from"),
        (f"{SEARCH}?lang=ru", 400, "invalid_parameter", "lang"),
        (f"{SEARCH}?q=-мост", 400, "only_negative", None),
        ("/api/v1/articles/zv-bridge?full=1", 400, "invalid_parameter", "full"),
        ("/api/v1/articles/nobody", 404, "not_found", None),
        ("/api/v1/quotes/nobody", 404, "not_found", None),
        ("/api/v1/nothing", 404, "not_found", None),
        ("/api", 404, "not_found", None),
    ],
)
def test_errors_are_problems(client: FlaskClient, path: str, status: int, code: str, parameter: str | None) -> None:
    answer = client.get(path)
    assert answer.content_type == "application/problem+json"
    problem = json.loads(answer.data)
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem.get("parameter") == parameter
    assert problem["title"]
    assert problem["detail"]
    if status == 400:
        assert client.get(problem["type"]).status_code == 200, "the type explains itself"
        assert f'id="{code}"' in client.get(problem["type"]).text


def test_the_place_to_blame_is_in_the_problem(client: FlaskClient) -> None:
    problem = client.get(f"{SEARCH}?q=-мост").get_json(force=True)
    assert problem["span"] == [0, 5]


def test_another_method_is_a_problem_that_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.post(SEARCH)
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


def test_a_failure_is_a_problem_that_gives_nothing_away(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(searcher)

    def fail(*_: object) -> None:
        raise RuntimeError("secret of the cellar")

    monkeypatch.setattr(searcher, "search", fail)
    answer = app.test_client().get(SEARCH)
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert "cellar" not in answer.text
    page = app.test_client().get("/search?q=мост")
    assert (page.status_code, page.mimetype) == (500, "text/html")
    assert "cellar" not in page.text


@pytest.mark.parametrize("article_id", [EVIL_ID, "a1", "https://x.example/a?b#c", "../a", "/корень//а", "a/", "a%2Fb"])
def test_any_id_reaches_its_article(client_over: ClientOver, article_id: str) -> None:
    stored = articles()[0]
    renamed = replace(stored, article=replace(stored.article, id=article_id))
    client = client_over([renamed])
    found = client.get(f"/api/v1/articles/{quote(article_id, safe='')}").json
    assert found is not None
    assert found["id"] == article_id
    assert client.get(f"/articles/{quote(article_id, safe='')}").status_code == 200


def test_a_quote_is_found_by_its_id(client: FlaskClient) -> None:
    found = client.get("/api/v1/quotes/zv-bridge%23q3").json
    assert found is not None
    assert (found["id"], found["kind"]) == ("zv-bridge#q3", "indirect")


@pytest.mark.parametrize("path", [f"{SEARCH}?q=мост", "/api/v1/articles/zv-bridge", "/search?q=мост", "/help"])
def test_what_the_client_holds_is_not_sent_again(client: FlaskClient, path: str) -> None:
    tag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert "Content-Security-Policy" in again.headers


def test_equal_questions_share_a_tag_and_others_do_not(tmp_path: Path) -> None:
    folder = index_into(tmp_path / "index", articles())
    client = create_app(index=folder).test_client()
    tag = client.get(f"{SEARCH}?q=мост&limit=10&from=2015").headers["ETag"]
    assert client.get(f"{SEARCH}?from=2015-01-01&q=мост").headers["ETag"] == tag
    assert client.get(f"{SEARCH}?q=мост").headers["ETag"] != tag
    index_into(folder, articles()[:1])
    assert client.get(f"{SEARCH}?q=мост&from=2015").headers["ETag"] != tag


def test_health_tells_alive_from_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "alive"}
    ready = client.get("/readyz").json
    assert ready is not None
    assert ready["status"] == "ready"
    assert ready["generation"].startswith("000001.")


def test_an_index_that_appears_later_is_opened_then(tmp_path: Path) -> None:
    folder = tmp_path / "molva-index"
    client = create_app(index=folder).test_client()
    assert client.get("/healthz").status_code == 200
    for path in ("/readyz", SEARCH):
        answer = client.get(path)
        assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
        assert int(answer.headers["Retry-After"]) > 0
    page = client.get("/")
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert page.headers["Retry-After"]
    index_into(folder, articles())
    assert [client.get(path).status_code for path in ("/readyz", SEARCH, "/")] == [200, 200, 200]


@pytest.mark.parametrize(
    "path", ["/", "/search?q=мост", "/nowhere", SEARCH, "/api/x", "/healthz", "/static/molva.css", "/favicon.ico"]
)
def test_every_answer_is_guarded_and_sets_no_cookie(app: Flask, path: str) -> None:
    with app.test_client() as client, client.get(path) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in policy
        assert "Set-Cookie" not in answer.headers
        assert not any(name.lower() == "vary" and "cookie" in value.lower() for name, value in answer.headers)


def test_a_cookie_that_a_client_sends_is_not_looked_at(app: Flask) -> None:
    with app.test_client() as client:
        client.set_cookie("session", "eyJ1IjoxfQ.Zx.abc")
        answer = client.get(SEARCH, query_string={"q": "мост"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_a_lone_surrogate_in_a_question_does_not_break_the_answer(app: Flask, searcher: Searcher) -> None:
    assert searcher.search("мост \ud83d").query == "мост \ufffd"
    answer = app.test_client().get(f"{SEARCH}?q=%ED%A0%BD")
    assert answer.status_code == 200


def test_suggestions_complete_what_was_typed(client: FlaskClient) -> None:
    answer = client.get("/api/v1/suggest", query_string={"q": "мос", "limit": 3})
    assert answer.status_code == 200
    found = answer.get_json()
    assert found["query"] == "мос"
    assert found["words"]
    assert all(one["text"].lower().startswith("мос") for one in found["words"])
    assert len(found["words"]) <= 3


@pytest.mark.parametrize("query", ["q=a&limit=0", "q=a&limit=51", "q=a&limit=x", "q=a&q=b", "q=a&page=2"])
def test_suggestions_refuse_what_they_do_not_know(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/suggest?{query}")
    assert answer.status_code == 400
    assert answer.get_json()["code"] == "invalid_parameter"


def test_what_the_engine_cannot_do_is_named(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(*asked: object, **parameters: object) -> None:
        raise NotOnThisEngineError("a list of two questions is told up to its 10000th hit; ask more narrowly")

    monkeypatch.setattr(searcher, "search", cannot)
    client = create_app(searcher).test_client()
    answer = client.get(f"{SEARCH}?q=мост")
    assert (answer.status_code, answer.content_type) == (501, "application/problem+json")
    assert answer.get_json()["code"] == "not_on_this_engine"
    assert "more narrowly" in answer.get_json()["detail"]
    page = client.get("/search?q=мост", headers={"Accept-Language": "ru"})
    assert page.status_code == 501
    assert "Сузьте запрос" in page.get_data(as_text=True)
