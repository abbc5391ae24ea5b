"""Does `<molva-search>` work on somebody else's page, of another origin, in a real browser?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import web
from search.searcher import Searcher
from web import create_app

from .browsing import IN_A_BROWSER, served
from .newspaper import EVIL

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = IN_A_BROWSER

EXAMPLE = (Path(web.__file__).parent / "demo" / "embedding.html").read_text("utf-8")
MOLVA = "http://127.0.0.1:8000"


class Host:
    """Another site: the pages of `pages` by path, with a policy as strict as a careful site has."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.policy = ""
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = host.pages.get(self.path)
                self.send_response(200 if page else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if host.policy:
                    self.send_header("Content-Security-Policy", host.policy)
                self.end_headers()
                self.wfile.write((page or "").encode())

            def log_message(self, *args: object) -> None:
                """Nothing to tell."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    thread = threading.Thread(target=host.server.serve_forever)
    thread.start()
    yield host
    host.server.shutdown()
    thread.join()
    host.server.server_close()


@pytest.fixture
def molva(searcher: Searcher, host: Host, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that lets the other site read its answers."""
    monkeypatch.setenv("MOLVA_CORS_ORIGINS", host.address)
    app = create_app(searcher)
    answer = app.test_client().get("/api/v1/search?q=мост", headers={"Origin": host.address})
    assert answer.headers.get("Access-Control-Allow-Origin") == host.address
    with served(app) as address:
        yield address


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    with browser.new_context(locale="ru-RU", viewport={"width": 900, "height": 900}) as context:
        page = context.new_page()
        page.set_default_timeout(10_000)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        assert [one for one in complaints if "favicon" not in one and "404" not in one] == []


def test_the_example_page_finds_articles_and_quotes(tab: Page, host: Host, molva: str) -> None:
    host.pages["/embedding.html"] = EXAMPLE.replace(MOLVA, molva)
    tab.goto(f"{host.address}/embedding.html")
    articles, quotes = tab.locator("molva-search").all()
    articles.locator("li").first.wait_for()
    assert articles.locator("[role=status]").inner_text() == "Найдено: 2"
    assert articles.locator("mark").first.inner_text().lower() == "мост"
    assert "1 сентября 2016" in articles.locator("li").filter(has_text="Мост через Вьюгу").inner_text()
    link = articles.locator("a", has_text="Мост через Вьюгу")
    assert link.get_attribute("href") == f"{molva}/articles/zv-bridge"
    quotes.locator("input").fill("дождались")
    quotes.locator("li").wait_for()
    assert "Ждали долго" in quotes.locator("li").inner_text()
    assert "Аркадий Берёзов" in quotes.locator("li").inner_text()
    quotes.locator("li a").click()
    tab.wait_for_url(f"{molva}/articles/zv-bridge#q1")
    assert tab.locator("#q1:target").count() == 1


def test_a_site_with_a_strict_policy_can_have_it_too(tab: Page, host: Host, molva: str) -> None:
    host.policy = f"default-src 'none'; script-src {molva}; connect-src {molva}"
    host.pages["/"] = (
        f'<!doctype html><html lang="en"><title>x</title><script src="{molva}/embed.js">'
        '</script><molva-search q="мост"></molva-search>'
    )
    tab.goto(host.address)
    tab.locator("molva-search li").first.wait_for()
    assert tab.locator("molva-search button").inner_text() == "Search"
    assert tab.locator("molva-search mark").first.evaluate("m => getComputedStyle(m).backgroundColor") == (
        "rgb(255, 240, 166)"
    )


def test_markup_in_articles_stays_text_on_other_sites(tab: Page, host: Host, molva: str) -> None:
    host.pages["/"] = f'<title>x</title><script src="{molva}/embed.js"></script><molva-search q="паром"></molva-search>'
    tab.goto(host.address)
    tab.locator("molva-search li").first.wait_for()
    assert EVIL in tab.locator("molva-search li").first.inner_text()
    assert tab.locator("molva-search script").count() == 0
    assert tab.title() == "x"


def test_attributes_change_what_is_asked(tab: Page, host: Host, molva: str) -> None:
    host.pages["/"] = f'<script src="{molva}/embed.js"></script><molva-search q="река" limit="2"></molva-search>'
    tab.goto(host.address)
    tab.locator("molva-search li").nth(1).wait_for()
    assert tab.locator("molva-search li").count() == 2
    more = tab.locator("molva-search .more a")
    assert more.get_attribute("href") == f"{molva}/search?q=%D1%80%D0%B5%D0%BA%D0%B0&type=article"
    tab.locator("molva-search").evaluate("e => e.setAttribute('source', 'Зареченский вестник')")
    tab.locator("molva-search [role=status]", has_text="Найдено: 8").wait_for()
    tab.locator("molva-search").evaluate("e => e.setAttribute('q', 'слон')")
    tab.locator("molva-search [role=status]", has_text="Ничего не нашлось").wait_for()


def test_a_site_that_the_server_does_not_name_reads_nothing(
    browser: Browser, host: Host, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MOLVA_CORS_ORIGINS", raising=False)
    with served(create_app(searcher)) as molva, browser.new_context() as context:
        host.pages["/"] = f'<script src="{molva}/embed.js"></script><molva-search lang="en" q="мост"></molva-search>'
        page = context.new_page()
        page.goto(host.address)
        page.locator("molva-search [role=status]", has_text="does not answer").wait_for()
        assert page.locator("molva-search li").count() == 0
