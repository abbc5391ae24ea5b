"""What does the first page of the demo newspaper cost a reader? Bytes, requests, and how much of it jumps about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.pipeline import sync
from index.writer import open_writer
from search.searcher import open_searcher
from web import create_app
from web.cli import NEWSPAPER

from .browsing import IN_A_BROWSER, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response

pytestmark = IN_A_BROWSER

MOST_BYTES = 60_000  # uncompressed, with everything
MOST_REQUESTS = 4
MOST_SHIFT = 0.02  # a tenth is what Web Vitals call good: https://web.dev/articles/cls
WIDTHS = (390, 1280)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the demo newspaper."""
    folder = tmp_path_factory.mktemp("budget") / "index"
    with open_writer(folder) as writer:
        sync(writer, [Path(NEWSPAPER)])
    with open_searcher(folder) as searcher, served(create_app(searcher)) as address:
        yield address


@pytest.fixture(params=WIDTHS)
def tab(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    with browser.new_context(viewport={"width": request.param, "height": 850}, locale="ru-RU") as context:
        page = context.new_page()
        # Collected from the beginning on; what moves within half a second after a key is what the reader asked for.
        page.add_init_script(
            "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(one => "
            "{ if (!one.hadRecentInput) window.shift += one.value })).observe({type: 'layout-shift', buffered: true})"
        )
        yield page


def test_the_first_page_is_light_and_lies_still(tab: Page, demo: str) -> None:
    came: list[Response] = []
    tab.on("response", lambda one: came.append(one))
    tab.goto(demo, wait_until="networkidle")
    sizes = {one.url: len(one.body()) for one in came}
    assert sum(sizes.values()) < MOST_BYTES, sizes
    assert len(came) <= MOST_REQUESTS, list(sizes)
    assert all(one.status == 200 for one in came)
    tab.wait_for_timeout(200)
    assert tab.evaluate("window.shift") < MOST_SHIFT


@pytest.mark.parametrize("path", ["/search?q=мост", "/search?q=мост&type=quote", "/about", "/help", "/speakers?q=мост"])
def test_no_page_jumps_while_it_comes(tab: Page, demo: str, path: str) -> None:
    tab.goto(demo + path, wait_until="networkidle")
    tab.wait_for_timeout(200)
    assert tab.evaluate("window.shift") < MOST_SHIFT


def test_nothing_jumps_while_one_types(tab: Page, demo: str) -> None:
    tab.goto(demo + "/search?q=река")
    tab.locator("#q").press_sequentially(" мост", delay=40)
    tab.wait_for_url("**%D0%BC%D0%BE%D1%81%D1%82**")
    tab.wait_for_timeout(300)
    assert tab.evaluate("window.shift") < MOST_SHIFT
