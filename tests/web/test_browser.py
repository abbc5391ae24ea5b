"""Does the page work in a real browser, clicked through as a reader would? Needs Playwright and a Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from .browsing import IN_A_BROWSER
from .newspaper import EVIL, EVIL_ID

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = IN_A_BROWSER


def test_a_reader_searches_narrows_and_reads(page: Page) -> None:
    page.goto("/")
    assert page.locator("#q:focus").count() == 1
    page.keyboard.type("объектом")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=**")
    assert page.locator("mark").count() > 0

    page.get_by_role("link", name="Цитаты").click()
    page.wait_for_url("**type=quote**")
    assert page.locator(".tabs [aria-current=page]").inner_text().startswith("Цитаты")

    page.locator("#filters").get_by_role("link", name="Марина Соколова").click()
    page.wait_for_url("**speaker=**")
    page.get_by_role("link", name="Убрать фильтр: Марина Соколова").first.click()
    page.wait_for_url(lambda url: "speaker=" not in url)

    page.locator(".hit .byline a").first.click()
    page.wait_for_url("**/articles/zv-bridge**#q4")
    assert page.locator("#q1").inner_text() == "Ждали долго"
    assert page.locator("#q4:target").count() == 1
    page.locator(".quotes a.plain").first.click()
    assert page.locator("#q1:target").count() == 1

    page.get_by_role("link", name="К результатам").click()
    page.wait_for_url("**/search?q=**")


def test_the_slash_key_moves_to_the_search_box(page: Page) -> None:
    page.goto("/search?q=мост")
    page.keyboard.press("/")
    page.keyboard.type("река")
    assert page.locator("#q").input_value() == "река"


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto("/search?q=мост")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "К содержанию"
    page.keyboard.press("Enter")
    assert page.locator("main:focus").count() == 1


def test_bars_of_years_are_drawn_and_filter(page: Page) -> None:
    page.goto("/search?q=река")
    bar = page.get_by_role("link", name="2013: 4")
    box = bar.locator(".bar").bounding_box()
    assert box is not None
    assert box["width"] > 5
    assert box["height"] > 5
    bar.click()
    page.wait_for_url("**from=2013&to=2013")


def test_markup_in_data_and_query_stays_text(page: Page) -> None:
    for path in (
        "/search?q=паром",
        "/search?type=quote&q=onclick",
        f"/search?q={quote(EVIL)}",
        f"/articles/{quote(EVIL_ID, safe='')}?q={quote(EVIL)}",
    ):
        page.goto(path)
        assert "Молва" in page.title()
        assert "захвачено" not in page.title().replace(EVIL, "")
        assert page.locator("script:not([src])").count() == 0
        assert page.locator("a[href^='javascript']").count() == 0
    assert EVIL in page.locator("h1").inner_text()
    assert page.locator("#q1").inner_text().startswith(EVIL)


def test_an_awkward_id_is_reached_by_clicking(page: Page) -> None:
    page.goto("/search?q=паром")
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/articles/**")
    assert EVIL in page.locator("h1").inner_text()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("path", ["/", "/search?q=река&type=quote", "/articles/zv-bridge", "/help"])
def test_nothing_sticks_out_sideways(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_works_without_scripts(browser: Browser, site: str) -> None:
    with browser.new_context(base_url=site, java_script_enabled=False, locale="en-GB") as context:
        page = context.new_page()
        page.goto("/")
        page.locator("#q").fill("мост")
        page.get_by_role("button", name="Search").click()
        page.wait_for_url("**/search?q=**")
        assert page.locator(".hit").count() == 2
