from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient

import web
from index.model import Article
from search.request import SearchRequest
from search.results import Rewrite, StoredArticle
from web import create_app

from .newspaper import BEREZOV, EVIL, EVIL_ID, PULL, articles

Overhear = Callable[..., tuple[FlaskClient, list[SearchRequest]]]
ClientOver = Callable[[list[StoredArticle]], FlaskClient]
VOID = {"meta", "link", "input", "br", "rect", "path"}
PAGES = [
    "/",
    "/search",
    "/search?q=мост",
    "/search?q=мост&type=quote",
    "/search?q=река&source=Окольские новости&speaker=Григорий Полевой&from=2013&to=2016-02&kind=direct",
    "/search?q=река&offset=10",
    "/search?q=vjcn",
    "/search?q=мост слон",
    '/search?q="мост',
    "/search?q=-мост",
    "/search?limit=много",
    "/articles/zv-bridge?q=мост",
    f"/articles/{quote(EVIL_ID, safe='')}",
    "/speakers",
    "/speakers?q=река",
    "/speakers?q=никто",
    "/speakers/grigorii-polevoi?from=2014",
    "/reprints/zv-bridge%23q1",
    "/help",
    "/about",
    "/embed",
    "/nowhere",
]


class Reader(HTMLParser):
    """Checks that tags nest; keeps what the tests ask about."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def links(self) -> list[str]:
        return [attrs["href"] for attrs in self.all("a")]


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_sound(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    reader = Reader(page)
    tags = [tag for tag, _ in reader.tags]
    assert page.startswith("<!doctype html>")
    assert (tags.count("h1"), tags.count("main"), tags.count("header") >= 1, tags.count("footer")) == (1, 1, True, 1)
    assert reader.all("html")[0]["lang"] == "ru"
    ids = [attrs["id"] for _, attrs in reader.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["for"] for attrs in reader.all("label") if "for" in attrs} <= set(ids)
    assert not any(name.startswith("on") or name == "style" for _, attrs in reader.tags for name in attrs)
    assert "style" not in tags
    assert all(attrs.get("src", "").startswith(("/static/", "/embed.js")) for attrs in reader.all("script"))
    assert "None" not in text_of(page)


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    reader = Reader(page.text)
    ids = {attrs["id"] for _, attrs in reader.tags if "id" in attrs}
    for href in dict.fromkeys(reader.links()):
        if href.startswith("#"):
            assert href[1:] in ids
        elif href.startswith("/"):
            with client.get(href.partition("#")[0]) as answer:
                # A refused page is refused in the other language too.
                expected = page.status_code if page.status_code == 400 and "lang=" in href else 200
                assert answer.status_code == expected, href
        else:
            assert href.startswith("https://")


def test_the_page_and_the_endpoint_ask_the_same_question(overheard: Overhear) -> None:
    client, asked = overheard()
    query = "q=река&type=quote&speaker=Григорий Полевой&from=2014&to=2015-06&sort=oldest&limit=3&offset=3"
    page = client.get(f"/search?{query}")
    client.get(f"/api/v1/search?{query}&facets=speaker,source,year,month,section,kind")
    assert page.status_code == 200
    assert asked[0] == asked[-1]


def test_an_article_hit_shows_where_and_who(client: FlaskClient) -> None:
    page = client.get("/search?q=мост").text
    text = text_of(page)
    assert (
        '<a class="hit-link" href="/articles/zv-bridge?q=%D0%BC%D0%BE%D1%81%D1%82"><mark>Мост</mark> через Вьюгу'
        in page
    )
    assert '<time datetime="2016-09-01">' in page
    assert "1 сентября 2016 г." in text
    assert "Найдено: 2 статьи" in text
    assert "Марина Соколова" in text
    assert (
        '<a href="/search?q=%D0%BC%D0%BE%D1%81%D1%82" aria-current="page">Статьи <span class="count">2</span>' in page
    )


def test_a_quote_hit_links_its_speaker_and_its_place(client: FlaskClient) -> None:
    page = client.get("/search?q=дождались&type=quote").text
    assert '<q class="words">' in page
    speaker = next(href for href in Reader(page).links() if "speaker=" in href)
    assert parse_qs(urlsplit(speaker).query)["speaker"] == [BEREZOV.name]
    assert any(href.endswith("#q1") and href.startswith("/articles/zv-bridge?") for href in Reader(page).links())


def test_reported_speech_has_no_quotation_marks_of_ours(client: FlaskClient) -> None:
    page = client.get("/search?q=назвали&type=quote&kind=indirect").text
    assert '<span class="words retold">' in page
    assert "в пересказе" in page


def test_a_facet_narrows_and_is_cleared(client: FlaskClient) -> None:
    page = client.get("/search?q=река").text
    href = next(href for href in Reader(page).links() if "source=%D0%9E" in href)
    narrowed = client.get(href).text
    assert "Найдено: 16 статей , показаны 1–10" in text_of(narrowed)
    assert 'aria-label="Убрать фильтр: Окольские новости"' in narrowed
    assert "/search?q=%D1%80%D0%B5%D0%BA%D0%B0" in Reader(narrowed).links()
    both = client.get("/search?q=река&source=Окольские новости&source=Зареченский вестник").text
    assert "Найдено: 24 статьи" in text_of(both)


def test_a_year_is_a_bar_that_filters(client: FlaskClient) -> None:
    page = client.get("/search?q=река").text
    assert 'aria-label="2013: 4\xa0статьи"' in page
    assert "from=2013&amp;to=2013" in page
    filtered = client.get("/search?q=река&from=2013&to=2013").text
    assert "Найдено: 4 статьи" in text_of(filtered)
    assert 'aria-label="Убрать фильтр: 2013"' in filtered


def test_a_chosen_year_is_shown_month_by_month(client: FlaskClient) -> None:
    page = client.get("/search?q=река&from=2013&to=2013").text
    assert "Месяцы, 2013" in page
    assert 'data-period="2013-09"' in page
    assert "from=2013-09&amp;to=2013-09" in page
    assert "Месяцы" not in client.get("/search?q=река&from=2013&to=2016").text


def test_bars_stand_in_a_table_too_and_any_range_can_be_typed(client: FlaskClient) -> None:
    page = client.get("/search?q=река&source=Окольские новости&offset=10").text
    assert '<th scope="row"><a href="' in page
    hidden = [(attrs["name"], attrs["value"]) for attrs in Reader(page).all("input") if attrs.get("type") == "hidden"]
    assert hidden == [("q", "река"), ("source", "Окольские новости")]
    typed = client.get("/search?q=река&from=2013&to=").text
    assert [attrs["value"] for attrs in Reader(typed).all("input") if attrs["name"] in ("from", "to")] == ["2013", ""]
    assert 'aria-label="Убрать фильтр: с 1\xa0января 2013\xa0г."' in typed


def test_many_values_of_a_facet_are_folded_away(client_over: ClientOver) -> None:
    rows = [
        StoredArticle(Article(id=f"s{n}", title=f"Снег {n}", text="Снег убран.", source=f"Листок {n:02}"), ())
        for n in range(15)
    ]
    page = client_over(rows).get("/search?q=снег").text.partition("<aside")[2]
    assert "Ещё 7" in page
    assert page.index("<span>Листок 07") < page.index('<details class="more">') < page.index("<span>Листок 08")


def test_the_third_tab_tells_who_is_called_so_and_who_speaks_about_it(client: FlaskClient) -> None:
    page = client.get("/search?q=река").text
    assert '<a href="/speakers?q=%D1%80%D0%B5%D0%BA%D0%B0">Спикеры <span class="count">1</span></a>' in page
    text = text_of(client.get("/speakers?q=река").text)
    assert "Говорят об этом Григорий Полевой 24 цитаты" in text
    text = text_of(client.get("/speakers?q=Полевой").text)
    assert "Зовут так Григорий Полевой" in text
    assert "Говорят об этом" not in text


def test_every_page_says_where_it_is_at_home(client: FlaskClient) -> None:
    for path, home in (
        ("/?lang=en", "http://localhost/"),
        ("/articles/zv-bridge?q=мост&lang=en", "http://localhost/articles/zv-bridge"),
        ("/speakers/grigorii-polevoi?lang=en", "http://localhost/speakers/grigorii-polevoi"),
        ("/help", "http://localhost/help"),
        ("/about", "http://localhost/about"),
    ):
        reader = Reader(client.get(path).text)
        assert [link["href"] for link in reader.all("link") if link["rel"] == "canonical"] == [home]
        told = {meta["property"]: meta["content"] for meta in reader.all("meta") if "property" in meta}
        assert told["og:url"] == home
        assert told["og:title"]
        assert told["og:site_name"] in ("Молва", "Molva")


def test_an_article_is_passed_on_with_its_date_and_its_beginning(client: FlaskClient) -> None:
    reader = Reader(client.get("/articles/zv-bridge").text)
    told = {meta["property"]: meta["content"] for meta in reader.all("meta") if "property" in meta}
    assert told["og:type"] == "article"
    assert told["article:published_time"] == "2016-09-01"
    assert told["og:description"].startswith("Мост через Вьюгу открыли в четверг.")


def test_the_page_about_molva_tells_what_is_in_the_index(client: FlaskClient) -> None:
    text = text_of(client.get("/about").text)
    assert "Статьи 26 Цитаты 31 Спикеры 5" in text
    assert "14 марта 2012 г. — 14 февраля 2019 г." in text.replace("\xa0", " ")


def test_a_site_can_take_the_search_along(client: FlaskClient) -> None:
    page = client.get("/embed").text
    assert "&lt;script src=&#34;http://localhost/embed.js&#34; async&gt;&lt;/script&gt;" in page
    script = client.get("/embed.js")
    assert script.mimetype == "text/javascript"
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get("/embed.js", headers={"If-None-Match": script.headers["ETag"]}).status_code == 304


def test_pages_turn_and_stop(client: FlaskClient) -> None:
    first, last = (Reader(client.get(path).text) for path in ("/search?q=река", "/search?q=река&offset=20"))
    rels = [[attrs.get("rel") for attrs in reader.all("a") if attrs.get("rel")] for reader in (first, last)]
    assert rels == [["next"], ["prev"]]
    assert any("offset=20" in href for href in first.links())


def test_sorting_is_a_link_that_says_which_is_on(client: FlaskClient) -> None:
    page = client.get("/search?q=река&sort=oldest").text
    assert re.search(r'sort=oldest" aria-current="true">', page)
    assert "sort=newest" in page


def test_a_repair_is_named_and_can_be_switched_off(overheard: Overhear) -> None:
    client, _ = overheard(query="vjcn", rewrites=(Rewrite("layout", "vjcn", "мост"),))
    page = client.get("/search?q=vjcn").text
    assert "Показаны результаты для «мост» . Искать «vjcn» буквально" in text_of(page)
    assert "rewrite=off" in page


def test_an_answer_in_part_says_so_and_can_be_switched_off(client: FlaskClient) -> None:
    page = client.get("/search?q=почему река мост слон&lang=ru").text
    assert "только часть слов" in page
    assert re.search('rewrite=off[^"]*">Только со всеми словами', page)
    assert "есть часть из них" not in client.get("/search?q=почему река мост слон&rewrite=off").text


def test_a_warning_says_what_was_done(client: FlaskClient) -> None:
    assert "Кавычка не закрыта: закрыли в конце." in client.get('/search?q="мост').text


def test_a_refused_query_is_shown_with_its_place(client: FlaskClient) -> None:
    answer = client.get("/search?q=-мост<b>")
    assert answer.status_code == 400
    assert '<p class="place"><mark>-мост&lt;b&gt;</mark></p>' in answer.text
    assert "Добавьте слово" in answer.text
    assert 'value="-мост&lt;b&gt;"' in answer.text


def test_a_refused_parameter_is_named(client: FlaskClient) -> None:
    answer = client.get("/search?q=мост&limit=много")
    assert answer.status_code == 400
    assert "Параметр адреса «limit» не читается." in answer.text


def test_nothing_found_helps_on(client: FlaskClient) -> None:
    page = client.get("/search?q=мост слон&speaker=Дарья Лис").text
    assert "без слова «слон»" in page
    assert "Убрать все фильтры" in page
    assert client.get("/search?q=мост | слон").text.count("без слова") == 0


def test_words_that_stand_nowhere_are_named(client: FlaskClient) -> None:
    page = text_of(client.get("/search?q=мост абракадабра&rewrite=off").text)
    assert "Нигде нет: «абракадабра»." in page
    assert "без слова «абракадабра» 2 статьи" in page
    assert "без слова «мост»" not in page  # finds nothing either
    in_part = text_of(client.get("/search?q=почему река мост слон").text)
    assert "Нигде нет: «почему», «слон»." in in_part
    in_quotes = text_of(client.get("/search?q=мост абракадабра&type=quote&rewrite=off").text)
    assert "Ни в одной цитате нет: «абракадабра»." in in_quotes  # articles may have it


def test_a_word_that_only_the_filters_hide_is_not_called_unknown(client: FlaskClient) -> None:
    page = text_of(client.get("/search?q=паром&speaker=Григорий Полевой&rewrite=off").text)
    assert "Ничего не нашлось" in page
    assert "Нигде нет" not in page


def test_an_empty_index_says_so(client_over: ClientOver) -> None:
    assert "пока нет статей" in client_over([]).get("/").text


def test_the_first_page_browses_the_newest(overheard: Overhear) -> None:
    client, asked = overheard()
    assert "Новейшие статьи" in client.get("/").text
    assert SearchRequest(limit=6, facets=("speaker", "source", "year", "month")) in asked
    assert "Все цитаты" in client.get("/").text


def test_the_first_page_suggests_what_this_index_holds(client: FlaskClient) -> None:
    examples = text_of(client.get("/").text.partition('class="examples"')[2].partition("</p>")[0])
    assert 'спикер:"Григорий Полевой"' in examples
    assert 'источник:"Окольские новости"' in examples


def test_an_article_has_its_quotes_marked(client: FlaskClient) -> None:
    page = client.get("/articles/zv-bridge?q=мост").text
    assert '<q class="quote direct" id="q1">Ждали долго</q>' in page
    assert '<q class="quote direct">И дождались</q>' in page
    assert (
        '<span class="quote indirect" id="q3"><mark id="m4">мост</mark> назвали «<q class="quote partial" id="q4">'
        "самым упрямым объектом области</q>» не зря</span>"
    ) in page
    pull = f'<span class="quote pull" id="q2"><mark id="m3">Мост</mark>{PULL[4:]}</span>'
    assert f'<aside class="pull"><p>{pull}</p></aside>' in page
    assert page.partition("<main")[2].count(PULL[4:]) == 1
    assert "[gallery" not in page
    assert 'rel="noopener noreferrer nofollow">Оригинал: vestnik.zarechensk.example</a>' in page
    assert 'href="/search?q=%D0%BC%D0%BE%D1%81%D1%82">← К результатам' in page


def test_what_was_looked_for_is_marked_in_the_article_and_listed(client: FlaskClient) -> None:
    page = client.get("/articles/zv-bridge?q=мосты").text
    assert '<h1><mark id="m1">Мост</mark> через Вьюгу' in page
    marks = [attrs["id"] for attrs in Reader(page).all("mark")]
    assert marks == [f"m{n}" for n in range(1, 6)]
    assert [href for href in Reader(page).links() if href.startswith("#m") and href != "#main"] == [
        f"#{m}" for m in marks
    ]
    assert "Найдено: 5 мест" in text_of(page)
    for path in ("/articles/zv-bridge", "/articles/zv-bridge?q=-мост", "/articles/zv-bridge?q=слон"):
        assert Reader(client.get(path).text).all("mark") == []


def test_a_hit_found_by_a_repair_opens_with_the_repaired_words_marked(client: FlaskClient) -> None:
    page = client.get("/search?q=vjcn").text
    assert "Показаны результаты для" in page
    href = next(attrs["href"] for attrs in Reader(page).all("a") if attrs.get("class") == "hit-link")
    assert "<mark" in client.get(href).text


def test_markup_in_an_article_stays_text(client: FlaskClient) -> None:
    for path in ("/search?q=паром", "/search?q=onclick&type=quote", f"/articles/{quote(EVIL_ID, safe='')}"):
        page = client.get(path).text
        assert EVIL not in page
        assert "<script>" not in page
        assert EVIL in unescape(page)
        assert not any(href.startswith("javascript") for href in Reader(page).links())


def test_markup_in_the_query_stays_text(client: FlaskClient) -> None:
    page = client.get('/search?q="><script>x</script>').text
    assert "<script>" not in page
    assert "&#34;&gt;&lt;script&gt;" in page


def test_what_is_not_there_is_a_page_in_the_readers_language(client: FlaskClient) -> None:
    for path in ("/nowhere", "/articles/nobody"):
        answer = client.get(path, headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.mimetype) == (404, "text/html")
        assert "There is no such page" in answer.text
    assert client.post("/search").status_code == 405


def test_the_examples_of_the_help_find_something_in_this_very_index(client: FlaskClient) -> None:
    page = client.get("/help").text
    for syntax in ("ИЛИ", "AND", "~5", "*", "speaker:", "рубрика:", "..", "!", "НЕ"):
        assert syntax in text_of(page)
    examples = [href for href in Reader(page).links() if href.startswith("/search?")]
    assert len(examples) == 18
    for href in examples:
        assert "Найдено: " in text_of(client.get(f"{href}&rewrite=off").text), href


def test_help_is_there_before_the_index_is(tmp_path: Path) -> None:
    page = create_app(index=tmp_path / "none").test_client().get("/help").text
    assert "мост | река" in page
    assert "Найдётся" not in page


def test_files_beside_the_page_are_small_and_there(client: FlaskClient) -> None:
    static = Path(web.__file__).parent / "static"
    assert (static / "molva.css").stat().st_size < 20_000
    assert (static / "molva.js").stat().st_size < 15_000
    assert (static / "embed.js").stat().st_size < 10_000
    reader = Reader(client.get("/").text)
    links = [attrs["href"] for attrs in reader.all("link") if attrs["rel"] in ("icon", "stylesheet")]
    for href in links + [attrs["src"] for attrs in reader.all("script")]:
        with client.get(href) as answer:
            assert answer.status_code == 200
            assert "max-age=31536000" in answer.headers["Cache-Control"]
    with client.get("/favicon.ico") as answer:
        assert answer.mimetype == "image/svg+xml"


def test_one_wild_date_does_not_stretch_the_chart(client_over: ClientOver) -> None:
    stored = articles()
    stored[0] = replace(stored[0], article=replace(stored[0].article, published="1066-01-01"))
    reader = Reader(client_over(stored).get("/").text)
    bars = [attrs for attrs in reader.all("rect") if attrs["class"] == "bar"]
    assert len(bars) == 9
    assert all(
        0 <= float(bar["x"]) < 240 and float(bar["width"]) > 10 and 0 < float(bar["height"]) <= 64 for bar in bars
    )
