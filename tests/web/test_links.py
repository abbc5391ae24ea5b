from __future__ import annotations

import pytest
from flask import Flask

from search.request import SearchRequest
from web.links import Links, anchor_of, host_of, safe_url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "//x.example/a",
        "/etc/passwd",
        "http:",
        "http://[::1",
        "ftp://x.example",
        "",
        None,
    ],
)
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert safe_url(url) is None


def test_a_web_address_is_a_link_named_by_its_host() -> None:
    url = "https://www.vestnik.zarechensk.example/a?b=1"
    assert safe_url(url) == url
    assert host_of(url) == "vestnik.zarechensk.example"


@pytest.mark.parametrize(
    ("article_id", "path"),
    [
        ("zv/2016/bridge", "/articles/zv/2016/bridge"),
        ("a#1?b", "/articles/a%231%3Fb"),
        ("../a", "/articles/..%2Fa"),
        ("/a//b", "/articles/%2Fa%2F%2Fb"),
        ("https://x.example/a", "/articles/https%3A%2F%2Fx.example%2Fa"),
        ("a%2Fb", "/articles/a%252Fb"),
    ],
)
def test_ids_survive_browsers_that_tidy_paths(app: Flask, article_id: str, path: str) -> None:
    with app.test_request_context():
        assert Links().article(article_id) == path


def test_a_quote_has_its_anchor_behind_the_query(app: Flask) -> None:
    with app.test_request_context():
        link = Links("en").article("a#b", "мост", "a#b#q2")
    assert link == "/articles/a%23b?q=%D0%BC%D0%BE%D1%81%D1%82&lang=en#q2"
    assert anchor_of("a#b#q2") == "q2"


def test_links_leave_defaults_out(app: Flask) -> None:
    with app.test_request_context():
        assert Links().search(SearchRequest()) == "/search"
        assert Links().search(SearchRequest(q="а", limit=20), limit=10) == "/search?q=%D0%B0"
