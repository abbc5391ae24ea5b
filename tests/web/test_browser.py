"""Does the page work in a real browser, clicked through as a reader would? Needs Playwright and a Chromium."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index.model import Article
from search.results import StoredArticle

from .browsing import IN_A_BROWSER, served
from .newspaper import BEREZOV, EVIL, EVIL_ID, quote_in

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


def test_everything_is_reached_without_scripts(browser: Browser, site: str) -> None:
    with browser.new_context(base_url=site, java_script_enabled=False, locale="ru-RU") as context:
        page = context.new_page()
        page.goto("/")
        assert page.locator(".said li").count() > 0
        page.locator("#q").fill("река")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=**")
        page.get_by_role("link", name="Спикеры").click()
        page.wait_for_url("**/speakers?q=**")
        page.get_by_role("link", name="Григорий Полевой").click()
        page.wait_for_url("**/speakers/**?q=**")
        page.goto("/search?q=река&source=Окольские новости")
        page.locator("summary", has_text="Таблица и промежуток").click()
        page.get_by_label("с", exact=True).fill("2013")
        page.get_by_label("по", exact=True).fill("2014")
        page.get_by_role("button", name="Показать").click()
        page.wait_for_url("**from=2013&to=2014")
        assert "source=" in page.url
        page.goto("/articles/zv-bridge?q=мост")
        page.locator(".matches li a").nth(2).click()
        assert page.locator("mark:target").get_attribute("id") == "m3"
        assert page.locator(".steps").is_hidden()


def test_a_link_to_a_quote_in_the_original_scrolls_there(
    browser: Browser, client_over: Callable[..., FlaskClient]
) -> None:
    """The text fragment that web.links makes, followed by a click, in the browser that has invented them."""
    words = "Мост, наконец, стоит — и стоять будет долго, что бы ни говорили на том берегу"
    filler = "".join(f"<p>Строка {n}: река шла своим чередом, и писать о ней было нечего.</p>" for n in range(200))
    original = f"<!doctype html><meta charset=utf-8>{filler}<p id=said>«{words}», — сказал он.</p>{filler}"
    other = Flask("original")
    other.add_url_rule("/2016/bridge", view_func=lambda: original)
    with served(other) as newspaper:
        text = f"Утром открыли мост. «{words}», — сказал мэр Аркадий Берёзов."
        said = quote_in("far", text, 1, (words,), "direct", BEREZOV, "мэр Аркадий Берёзов")
        article = Article(id="far", title="Мост стоит", text=text, url=f"{newspaper}/2016/bridge")
        client = client_over([StoredArticle(article, (said,))])
        with served(client.application) as site, browser.new_context(base_url=site, locale="ru-RU") as context:
            page = context.new_page()
            page.goto("/search?q=мост&type=quote")
            page.get_by_role("link", name="В оригинале").click()
            page.wait_for_url("**/2016/bridge**")
            page.wait_for_timeout(300)
            box = page.locator("#said").bounding_box()
            assert box is not None
            assert page.evaluate("scrollY") > 1000
            assert 0 <= box["y"] < 720
