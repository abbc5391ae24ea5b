"""The application over an invented newspaper, on the real engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from xml.etree import ElementTree as Tree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index import open_writer
from search import Page, Searcher, SearchRequest, open_searcher
from search.results import StoredArticle
from web import create_app

from .browsing import ARGS, Seen, chromium, served
from .newspaper import articles

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab


def index_into(folder: Path, stored: Iterable[StoredArticle]) -> Path:
    """Publish these articles, with just these quotes."""
    with open_writer(folder) as writer:
        for one in stored:
            writer.add(one.article, one.quotes)
        writer.publish()
    return folder


class Overheard:
    """The searcher of the tests: keeps what was asked, and can change one point of the answers."""

    def __init__(self, inner: Searcher, **changes: Any) -> None:
        self.inner = inner
        self.changes = changes
        self.asked: list[SearchRequest] = []

    def search(self, q: SearchRequest) -> Page:
        self.asked.append(q)
        return replace(self.inner.search(q), **self.changes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@pytest.fixture(scope="session")
def newspaper_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index_into(tmp_path_factory.mktemp("web") / "index", articles())


@pytest.fixture
def searcher(newspaper_index: Path) -> Iterator[Searcher]:
    with open_searcher(newspaper_index) as opened:
        yield opened


@pytest.fixture
def app(searcher: Searcher) -> Flask:
    return create_app(searcher)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def client_over(tmp_path: Path) -> Iterator[Callable[[Iterable[StoredArticle]], FlaskClient]]:
    """A function that indexes articles anew and gives a client over them."""
    opened: list[Searcher] = []

    def over(stored: Iterable[StoredArticle]) -> FlaskClient:
        opened.append(open_searcher(index_into(tmp_path / f"index-{len(opened)}", stored)))
        return create_app(opened[-1]).test_client()

    yield over
    for one in opened:
        one.close()


@pytest.fixture
def overheard(searcher: Searcher) -> Callable[..., tuple[FlaskClient, list[SearchRequest]]]:
    """A function that gives a client whose searcher keeps what was asked; keywords change its answers."""

    def listen(**changes: Any) -> tuple[FlaskClient, list[SearchRequest]]:
        ear = Overheard(searcher, **changes)
        return create_app(cast(Searcher, ear)).test_client(), ear.asked

    return listen


def parsed(data: bytes) -> Tree.Element:
    """The document that an answer is."""
    return Tree.fromstring(data)  # noqa: S314 - our own


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (molva[test])")
    program = chromium()
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The application on a real server; gives its address."""
    with served(app) as address:
        yield address


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def page(browser: Browser, site: str, seen: Seen) -> Iterator[Tab]:
    """A tab that must not complain of anything, nor ask anybody else."""
    context = browser.new_context(base_url=site, locale="ru-RU", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda message: seen.complaints.append(message.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", lambda request: seen.requests.append(request.url))
    yield page
    context.close()
    assert seen.complaints == []
    assert [url for url in seen.requests if not url.startswith((site + "/", "data:"))] == []
