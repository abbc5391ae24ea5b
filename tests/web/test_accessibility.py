"""Does every kind of page hold what WCAG 2.2 AA asks, as far as axe-core can see, in both themes and languages?

axe-core is a development tool that is neither kept here nor served: `MOLVA_AXE` says where its `axe.min.js` is. What it
cannot see (keyboard, zoom, reduced motion) is tested by itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import pytest

from .browsing import IN_A_BROWSER
from .newspaper import EVIL_ID

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = IN_A_BROWSER

AXE = os.environ.get("MOLVA_AXE", "")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KINDS = {
    "first": "/",
    "articles": "/search?q=мост",
    "narrowed": "/search?q=река&source=Окольские новости&from=2013&to=2013",
    "quotes": "/search?q=река&type=quote",
    "reported": "/search?q=вид:косвенная&type=quote",
    "browse": "/search",
    "repaired": "/search?q=vjcn",
    "in part": "/search?q=почему река мост слон",
    "warned": '/search?q="мост',
    "nothing": "/search?q=мост слон&rewrite=off",
    "refused": "/search?q=-мост",
    "article": "/articles/zv-bridge?q=мост",
    "long names": f"/articles/{quote(EVIL_ID, safe='')}",
    "speakers": "/speakers",
    "who speaks": "/speakers?q=река",
    "speaker": "/speakers/grigorii-polevoi",
    "reprints": "/reprints/zv-bridge%23q1",
    "help": "/help",
    "about": "/about",
    "embed": "/embed",
    "missing": "/nowhere",
}


@pytest.fixture
def axe() -> str:
    if not AXE:
        pytest.skip("MOLVA_AXE does not say where axe.min.js is (npm install axe-core; .ci/run does it)")
    return Path(AXE).read_text("utf-8")


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> Literal["light", "dark"]:
    chosen: Literal["light", "dark"] = request.param
    return chosen


@pytest.fixture
def reader(browser: Browser, site: str, theme: Literal["light", "dark"]) -> Iterator[Page]:
    with browser.new_context(base_url=site, color_scheme=theme, viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


@pytest.fixture
def tab(browser: Browser, site: str) -> Iterator[Page]:
    """For what no theme changes."""
    with browser.new_context(base_url=site, locale="ru-RU") as context:
        yield context.new_page()


def violations(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )
    return [
        f"{one['id']}: {node['target']} {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]
    ]


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_axe_finds_nothing(reader: Page, axe: str, lang: str) -> None:
    found = {}
    for kind, path in KINDS.items():
        reader.goto(f"{path}{'&' if '?' in path else '?'}lang={lang}")
        found[kind] = violations(reader, axe)
    assert {kind: wrong for kind, wrong in found.items() if wrong} == {}


def test_axe_finds_nothing_in_what_scripts_open(reader: Page, axe: str) -> None:
    from playwright.sync_api import TimeoutError as TooLate

    reader.goto("/search?q=река&from=2013&to=2013")
    for summary in reader.locator("summary").all():
        summary.click()
    assert violations(reader, axe) == []
    reader.goto("/search?q=мост&type=quote")
    reader.locator(".cite summary").first.click()
    for _ in range(3):  # on a busy machine an answer may come when the next is asked for already
        reader.locator("#q").fill("")
        reader.locator("#q").press_sequentially("гри")
        with suppress(TooLate):
            reader.locator("[role=option]").first.wait_for(timeout=10_000)
            break
    reader.keyboard.press("ArrowDown")
    assert reader.locator("[role=option][aria-selected=true]").count() == 1
    assert violations(reader, axe) == []
    reader.goto("/articles/zv-bridge?q=мост")
    reader.locator("[data-step='1']").click()
    assert violations(reader, axe) == []
    reader.goto("/embed")
    reader.locator("molva-search input").fill("мост")
    reader.locator("molva-search li").first.wait_for()
    assert violations(reader, axe) == []


def test_nothing_is_lost_at_four_times_the_size(tab: Page) -> None:
    """WCAG 1.4.10: 1280 pixels at 400 % are 320; nothing scrolls sideways."""
    tab.set_viewport_size({"width": 320, "height": 256})
    widths = {}
    for kind, path in KINDS.items():
        tab.goto(path)
        widths[kind] = tab.evaluate("document.documentElement.scrollWidth")
    assert {kind: width for kind, width in widths.items() if width > 320} == {}


def test_nothing_moves_for_those_who_asked_for_it(browser: Browser, site: str) -> None:
    with browser.new_context(base_url=site, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto("/articles/zv-bridge?q=мост")
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
        moving = "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration))"
        assert page.evaluate(f"{moving}.length") == 0


def test_what_is_clicked_is_large_enough(tab: Page) -> None:
    """WCAG 2.5.8: 24 pixels, or as much room; links within sentences are excused."""
    tab.set_viewport_size({"width": 390, "height": 800})
    for path in ("/", "/search?q=река&type=quote&from=2013&to=2013", "/articles/zv-bridge?q=мост", "/speakers"):
        tab.goto(path)
        small = tab.evaluate(
            """() => [...document.querySelectorAll("a, button, summary, input:not([type=hidden])")]
                .filter(e => !e.matches("p a, svg a, .skip, li .plain, h1 a, h2 a, h3 a, td a, th a"))
                .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
                .filter(([, r]) => r.width && (r.height < 24 || r.width < 24)).map(([html]) => html)"""
        )
        assert small == [], path


def test_landmarks_and_language_are_told(tab: Page) -> None:
    for kind, path in KINDS.items():
        tab.goto(f"{path}{'&' if '?' in path else '?'}lang=en")
        assert tab.locator("html").get_attribute("lang") == "en", kind
        assert [tab.locator(one).count() for one in ("main", "body > header", "#search[role=search]")] == [
            1,
            1,
            1,
        ], kind
        unnamed = "nav:not([aria-label]), aside:not([aria-label]):not(.pull)"
        assert tab.locator(unnamed).count() == 0, kind
