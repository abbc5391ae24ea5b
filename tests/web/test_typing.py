"""What do scripts add to the page, and is anything lost while they do? Typing, suggestions, keys, history, dragging."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from .browsing import IN_A_BROWSER, Seen
from .newspaper import EVIL

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = IN_A_BROWSER


def type_into_box(page: Page, text: str) -> None:
    page.locator("#q").press_sequentially(text, delay=20)


def q_of(address: str) -> list[str]:
    return parse_qs(urlsplit(address).query).get("q", [])


def wait_for_q(page: Page, q: str) -> None:
    page.wait_for_url(lambda address: q_of(address) == [q])


def wait_for_text(page: Page, selector: str, text: str) -> None:
    page.locator(selector, has_text=text).wait_for(state="attached")


def shown(page: Page) -> str:
    return page.locator("#count").inner_text()


def test_results_come_as_one_types_and_have_an_address(page: Page) -> None:
    page.goto("/")
    type_into_box(page, "река")
    wait_for_q(page, "река")
    assert shown(page) == "Найдено: 24\xa0статьи"
    assert page.title() == "Поиск: река — Молва"
    assert page.locator("body.hero").count() == 0
    assert page.locator("h1").count() == 1
    assert page.locator("#q:focus").input_value() == "река"
    page.reload()
    assert shown(page) == "Найдено: 24\xa0статьи"


def test_a_query_that_is_being_typed_is_one_entry_of_the_history(page: Page) -> None:
    page.goto("/search?q=паром")
    before = page.evaluate("history.length")
    page.locator("#q").fill("")
    type_into_box(page, "река")
    wait_for_q(page, "река")
    assert page.evaluate("history.length") == before + 1
    page.keyboard.press("Enter")
    page.locator("#q").fill("")
    type_into_box(page, "мост")
    wait_for_q(page, "мост")
    assert page.evaluate("history.length") == before + 2
    page.go_back()
    wait_for_q(page, "река")
    wait_for_text(page, "#count", "24")
    assert page.locator("#q").input_value() == "река"
    page.go_back()
    wait_for_q(page, "паром")
    wait_for_text(page, "h1", "паром")
    assert page.locator("#q").input_value() == "паром"


def test_an_emptied_box_browses_the_newest(page: Page) -> None:
    page.goto("/search?q=река")
    page.locator("#q").fill("")
    page.wait_for_url("**/search")
    wait_for_text(page, "h1", "Новейшие статьи")


def test_back_from_results_leads_to_the_first_page(page: Page) -> None:
    page.goto("/")
    type_into_box(page, "река")
    wait_for_q(page, "река")
    page.go_back()
    page.wait_for_selector("body.hero")
    assert page.locator(".said").count() == 1


def test_an_answer_that_comes_late_never_covers_a_newer_one(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.goto("/search?q=паром")
    page.route(lambda url: q_of(url) == ["мост"] and "/search" in url and "/api/" not in url, hold)
    page.locator("#q").fill("мост")
    page.wait_for_timeout(400)
    page.locator("#q").fill("река")
    wait_for_q(page, "река")
    assert len(held) == 1
    held[0].continue_()
    page.wait_for_timeout(300)
    assert shown(page) == "Найдено: 24\xa0статьи"
    assert q_of(page.url) == ["река"]


def test_half_a_query_leaves_the_results_alone_until_enter(page: Page, seen: Seen) -> None:
    page.goto("/search?q=река")
    page.locator("#q").fill("мо*")
    page.wait_for_timeout(500)
    assert shown(page) == "Найдено: 24\xa0статьи"
    page.keyboard.press("Enter")
    page.wait_for_selector(".place")
    assert q_of(page.url) == ["мо*"]
    page.locator("#q").fill("мост")
    wait_for_q(page, "мост")
    assert shown(page) == "Найдено: 2\xa0статьи"
    # A refused query is an error to the browser's console; that is all it said.
    assert all("400" in one for one in seen.complaints)
    seen.complaints.clear()


def test_half_a_word_that_finds_nothing_leaves_the_results_until_typing_rests(page: Page) -> None:
    page.goto("/search?q=река")
    page.locator("#q").fill("рекасло")
    page.wait_for_timeout(500)
    assert shown(page) == "Найдено: 24\xa0статьи"
    page.locator("#q").fill("река")
    page.wait_for_timeout(1200)
    assert shown(page) == "Найдено: 24\xa0статьи"
    page.locator("#q").fill("рекасло")
    wait_for_text(page, "#count", "Ничего не нашлось")
    assert q_of(page.url) == ["рекасло"]


def test_the_live_region_tells_the_count_and_nothing_else(page: Page) -> None:
    page.goto("/search?q=паром")
    assert page.locator("[role=status]").count() == 1
    assert page.locator("[role=status]").inner_text() == ""
    page.locator("#q").fill("река")
    wait_for_text(page, "#status", "Найдено")
    assert page.locator("[role=status]").inner_text() == "Найдено: 24\xa0статьи"
    page.locator("#q").fill("рекаслон")
    wait_for_text(page, "#status", "Ничего")
    assert page.locator("[role=status]").inner_text() == "Ничего не нашлось"


def test_suggestions_are_a_combobox(page: Page) -> None:
    page.goto("/")
    box = page.locator("#q")
    assert box.get_attribute("role") == "combobox"
    assert box.get_attribute("aria-expanded") == "false"
    type_into_box(page, "григ")
    page.wait_for_selector("#suggestions:not([hidden])")
    assert box.get_attribute("aria-expanded") == "true"
    assert box.get_attribute("aria-controls") == page.locator("[role=listbox]").get_attribute("id")
    options = page.locator("[role=option]")
    told = options.all_inner_texts()
    assert any("Григорий Полевой" in one and "спикер" in one for one in told)
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == options.nth(0).get_attribute("id")
    assert options.nth(0).get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") == options.nth(len(told) - 1).get_attribute("id")
    assert box.input_value() == "григ"
    page.keyboard.press("Escape")
    assert page.locator("#suggestions").is_hidden()
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "григ"
    page.keyboard.press("Escape")
    assert box.input_value() == ""


def test_a_suggested_word_is_searched_for_and_a_speaker_is_opened(page: Page) -> None:
    page.goto("/")
    type_into_box(page, "уров")
    page.locator("[role=option]", has_text="уровень").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait_for_q(page, "Уровень")
    assert page.locator("#q:focus").input_value() == "Уровень"
    assert page.locator("#suggestions").is_hidden()
    page.locator("#q").fill("")
    type_into_box(page, "полев")
    page.locator("[role=option]", has_text="Григорий Полевой").click()
    page.wait_for_url("**/speakers/**")
    assert page.locator("h1").inner_text() == "Григорий Полевой"


def test_a_suggestion_is_text_whatever_it_says(page: Page) -> None:
    page.goto("/")
    type_into_box(page, "script")
    page.wait_for_selector("[role=option]")
    assert any(EVIL in one for one in page.locator("[role=option]").all_inner_texts())
    assert page.locator("#suggestions script").count() == 0
    assert "захвачено" not in page.title()


def test_search_and_reading_by_the_keyboard_alone(page: Page) -> None:
    page.goto("/search")
    page.keyboard.press("/")
    page.keyboard.type("мост")
    wait_for_q(page, "мост")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    links = page.locator(".hit-link")
    assert links.nth(0).evaluate("link => link === document.activeElement")
    page.keyboard.press("ArrowDown")
    assert links.nth(1).evaluate("link => link === document.activeElement")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.locator("#q:focus").count() == 1
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert page.locator("#q:focus").count() == 1
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/zv-bridge?q=**")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator("[data-step='1']:focus").count():
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator("mark.current").get_attribute("id") == "m2"
    assert page.locator(".matches output").inner_text() == "2/5"


def test_the_focus_is_always_seen(page: Page) -> None:
    for path in ("/", "/search?q=мост&type=quote", "/articles/zv-bridge?q=мост", "/help", "/embed"):
        page.goto(path)
        page.locator("body").focus()
        for _ in range(12):
            page.keyboard.press("Tab")
            style = page.evaluate(
                """() => { const e = document.activeElement.shadowRoot?.activeElement ?? document.activeElement;
                    const s = getComputedStyle(e); return [e.tagName, s.outlineStyle, parseFloat(s.outlineWidth)]; }"""
            )
            assert style[0] == "BODY" or (style[1] != "none" and style[2] >= 2), (path, style)


def test_the_slash_key_can_be_switched_off(page: Page) -> None:
    page.goto("/help")
    page.get_by_label("Клавиша «/» ничего не делает").check()
    page.goto("/search?q=мост")
    page.keyboard.press("/")
    assert page.locator("#q:focus").count() == 0
    page.goto("/help")
    page.get_by_label("Клавиша «/» ничего не делает").uncheck()
    page.keyboard.press("/")
    assert page.locator("#q:focus").count() == 1


def test_dragging_over_years_chooses_a_range(page: Page) -> None:
    page.goto("/search?q=река&source=Окольские новости")
    first = page.locator("[data-period='2013'] .reach").bounding_box()
    last = page.locator("[data-period='2015'] .reach").bounding_box()
    assert first is not None
    assert last is not None
    page.mouse.move(last["x"] + 3, last["y"] + 20)
    page.mouse.down()
    page.mouse.move(first["x"] + 5, first["y"] + 25, steps=6)
    assert page.locator(".chart .dragged").count() == 3
    page.mouse.up()
    page.wait_for_url(lambda address: "from=2013" in address and "to=2015" in address)
    assert "source=Окольские" in unquote(page.url)
    assert page.get_by_role("link", name="Убрать фильтр: 2013–2015").count() == 1


def test_the_quotes_stay_quotes_while_one_types(page: Page) -> None:
    page.goto("/search?q=мост&type=quote&lang=en")
    page.locator("#q").fill("река")
    wait_for_q(page, "река")
    assert "type=quote" in page.url
    assert "lang=en" in page.url
    assert shown(page) == "Found: 24\xa0quotes"
    assert "q=%D1%80%D0%B5%D0%BA%D0%B0" in (page.locator(".languages a[lang=ru]").get_attribute("href") or "")


def test_the_speakers_tab_keeps_to_speakers_while_one_types(page: Page) -> None:
    page.goto("/speakers")
    page.locator("#q").fill("берёзов")
    wait_for_q(page, "берёзов")
    assert page.url.split("?")[0].endswith("/speakers")
    assert page.locator("ol.speakers li").first.inner_text().startswith("Аркадий Берёзов")


def test_elsewhere_typing_changes_nothing_until_enter(page: Page) -> None:
    page.goto("/articles/zv-bridge")
    type_into_box(page, "река")
    page.wait_for_timeout(500)
    assert page.url.endswith("/articles/zv-bridge")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    wait_for_q(page, "река")


def test_while_the_server_is_gone_the_results_stay(page: Page, seen: Seen) -> None:
    page.goto("/search?q=мост")
    page.route("**/search?**", lambda route: route.abort())
    page.route("**/api/**", lambda route: route.abort())
    page.locator("#q").fill("река")
    page.wait_for_timeout(500)
    assert shown(page) == "Найдено: 2\xa0статьи"
    assert q_of(page.url) == ["мост"]
    page.unroute_all()
    page.keyboard.press("Enter")
    wait_for_q(page, "река")
    assert all("ERR_FAILED" in one for one in seen.complaints)
    seen.complaints.clear()
