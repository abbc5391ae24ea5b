"""Speakers on the page and at the endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote as percent

import pytest
from flask.testing import FlaskClient
from lxml import html

from index.model import Article
from search.results import StoredArticle
from web.links import fragment_of, original_of

from .newspaper import BEREZOV, EVIL, quote_in

ClientOver = Callable[[list[StoredArticle]], FlaskClient]
WORDS = "Мост через Вьюгу мы откроем в срок и паром уйдёт в музей вместе с капитаном"


def told(number: int, text: str, said: str, mention: str, day: str, source: str) -> StoredArticle:
    article = Article(
        id=f"a{number}",
        title=f"Новость {number}",
        text=text,
        published=day,
        source=source,
        url=f"https://news.example/{number}",
    )
    return StoredArticle(article, (quote_in(article.id, text, 1, (said,), "direct", BEREZOV, mention),))


@pytest.fixture
def client(client_over: ClientOver) -> FlaskClient:
    mention = "мэр Аркадий Берёзов"
    rows = [
        told(1, f"«{WORDS}», — сказал {mention}.", WORDS, mention, "2014-05-01", "Зареченский вестник"),
        told(2, f"«{WORDS}», — сказал {mention}.", WORDS, mention, "2014-05-02", "Окольские новости"),
    ]
    for n in range(3, 20):
        said = f"Снег номер {n} убрали до утра"
        rows.append(told(n, f"«{said}», — сказал {mention}.", said, mention, f"20{n:02}-01-05", "Зареченский вестник"))
    return client_over(rows)


def page(client: FlaskClient, path: str, status: int = 200) -> Any:
    answer = client.get(path)
    assert answer.status_code == status, path
    return html.fromstring(answer.get_data(as_text=True))


def texts(tree: Any, path: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in tree.xpath(path)]


def test_a_speakers_page_shows_the_newest_quotes_years_sources_and_words(client: FlaskClient) -> None:
    tree = page(client, "/speakers/arkadii-berezov?lang=ru")
    assert texts(tree, "//h1") == ["Аркадий Берёзов"]
    assert texts(tree, "//ul[@class='roles']/li") == ["мэр 2003–2019"]
    assert texts(tree, "//ol[@class='hits']/li//blockquote")[0] == "Снег номер 19 убрали до утра"
    assert len(tree.xpath("//ol[@class='hits']/li")) == 10
    assert texts(tree, "//nav[@class='paging']//a[@rel='next']") == ["Дальше →"]
    bars = tree.xpath("//svg//a")
    assert len(bars) == 17
    assert all(bar.get("aria-label") for bar in bars)
    assert texts(tree, "//table//th[@scope='row']")[0] == "2003"
    assert texts(tree, "//table//tr[th='2014']/td") == ["2"]
    assert texts(tree, "//aside//a/span[1]") == ["Зареченский вестник", "Окольские новости"]


def test_its_links_lead_to_more_of_the_same(client: FlaskClient) -> None:
    tree = page(client, "/speakers/arkadii-berezov")
    for href in (*tree.xpath("//svg//a/@href"), *tree.xpath("//main//a/@href"), *tree.xpath("//aside//a/@href")):
        if href.startswith("/"):
            assert client.get(href).status_code == 200, href
    year = page(client, "/speakers/arkadii-berezov?from=2014&to=2014")
    assert texts(year, "//div[@class='summary']/p")[0].startswith("2")
    topic = page(client, f"/speakers/arkadii-berezov?q={percent('мост')}&lang=ru")
    assert len(topic.xpath("//ol[@class='hits']/li")) == 1
    assert texts(topic, "//p[@class='reprints']") == [
        "1 перепечатка: Зареченский вестник, Окольские новости; впервые 1 мая 2014 г."
    ]


def test_the_chip_of_a_quote_leads_to_the_speaker(client: FlaskClient) -> None:
    tree = page(client, f"/search?q={percent('мост')}&type=quote")
    assert tree.xpath("//a[@class='speaker']/@href") == ["/speakers/arkadii-berezov"]
    assert page(client, "/articles/a1").xpath("//a[@class='speaker']/@href") == ["/speakers/arkadii-berezov"]


def test_a_quote_can_be_taken_along_without_a_script(client: FlaskClient) -> None:
    tree = page(client, f"/search?q={percent('мост')}&type=quote&lang=ru")
    (text,) = tree.xpath("//details[@class='cite']/textarea")
    assert text.text_content() == (
        f"«{WORDS}» — Аркадий Берёзов. «Новость 1», Зареченский вестник, 1\xa0мая 2014\xa0г. https://news.example/1"
    )
    (original,) = tree.xpath("//div[@class='take']/a/@href")
    first, last = "Мост через Вьюгу мы", "музей вместе с капитаном"
    assert original == f"https://news.example/1#:~:text={percent(first)},{percent(last)}"


def test_a_text_fragment_escapes_what_it_gives_meaning_to() -> None:
    assert fragment_of("https://x.example/a?b=1", "кто-то, там") == (
        f"https://x.example/a?b=1#:~:text={percent('кто')}%2D{percent('то')}%2C%20{percent('там')}"
    )
    assert fragment_of("https://x.example/#top", "да").startswith("https://x.example/#top:~:text=")
    assert original_of("javascript:alert(1)", "да") is None
    assert original_of(None, "да") is None


def test_reprints_are_listed_from_the_first_on(client: FlaskClient) -> None:
    tree = page(client, f"/reprints/{percent('a2#q1')}?lang=en")
    assert texts(tree, "//p[@class='byline']/a") == ["Новость 1", "Новость 2"]
    found = client.get(f"/api/v1/reprints/{percent('a2#q1')}").json
    assert found is not None
    assert (found["count"], [one["article"]["id"] for one in found["quotes"]]) == (2, ["a1", "a2"])


def test_speakers_are_listed_and_found(client: FlaskClient) -> None:
    tree = page(client, "/speakers?lang=ru")
    assert texts(tree, "//ol[@class='speakers']/li/a") == ["Аркадий Берёзов"]
    assert texts(page(client, f"/speakers?q={percent('никто')}&lang=ru"), "//main/p")[0] == "Так никого не зовут."
    assert page(client, "/speakers?sort=nonsense&page=x").xpath("//ol[@class='speakers']/li")
    page(client, "/speakers/nobody", 404)
    answer = client.get(f"/speakers/{percent('Берёзова')}?lang=en")  # as a suggestion may name him
    assert (answer.status_code, answer.headers["Location"]) == (302, "/speakers/arkadii-berezov?lang=en")


def test_of_namesakes_one_is_chosen(client_over: ClientOver) -> None:
    rows = []
    for n, mention in enumerate(("хирург Аркадий Берёзов", "вратарь Аркадий Берёзов")):
        said = f"Всё прошло хорошо, {n}"
        rows.append(told(n, f"«{said}», — сказал {mention}.", said, mention, "2014-05-01", "Вестник"))
    client = client_over(rows)
    tree = page(client, "/speakers/arkadii-berezov")
    assert texts(tree, "//main//li/a") == ["Аркадий Берёзов (хирург)", "Аркадий Берёзов (вратарь)"]
    problem = client.get("/api/v1/speakers/arkadii-berezov")
    assert problem.status_code == 404
    assert problem.content_type == "application/problem+json"
    assert json.loads(problem.data)["namesakes"] == ["arkadii-berezov-medicine", "arkadii-berezov-sport"]
    assert texts(page(client, "/speakers/arkadii-berezov-sport"), "//p[@class='notice']/a") == [
        "arkadii-berezov-medicine"
    ]


def test_filters_go_with_the_reader_to_the_speakers(client: FlaskClient) -> None:
    there = percent("Окольские новости")
    tab = page(client, f"/search?q={percent('мост')}&source={there}&sort=newest").xpath("//nav[@class='tabs']/a[3]")[0]
    assert tab.get("href") == f"/speakers?q={percent('мост')}&source={there.replace('%20', '+')}"
    assert tab.text_content().split()[-1] == "1"
    tree = page(client, tab.get("href") + "&lang=ru")
    assert texts(tree, "//ol[@class='speakers']/li") == ["Аркадий Берёзов 1 цитата"]
    assert texts(tree, "//ul[@class='chips']/li") == ["Окольские новости ×"]
    (back,) = tree.xpath("//ul[@class='chips']/li/a/@href")
    assert back == f"/speakers?q={percent('мост')}&lang=ru"
    assert f"source={there.replace('%20', '+')}" in tree.xpath("//ol[@class='speakers']/li/a/@href")[0]
    assert texts(page(client, f"/speakers?source={there}&lang=ru"), "//ol[@class='speakers']/li") == [
        "Аркадий Берёзов 1 цитата"
    ]


def test_who_is_called_so_but_does_not_speak_under_the_filters_is_not_listed(client: FlaskClient) -> None:
    named = f"/speakers?q={percent('Берёзов')}&lang=ru"
    assert texts(page(client, named + "&from=2014&to=2014"), "//ol[@class='speakers']/li/a") == ["Аркадий Берёзов"]
    for filters in ("&from=1990&to=1991", f"&source={percent('Утренний гудок')}"):
        tree = page(client, named + filters)
        assert texts(tree, "//p[@id='count']") == ["0 спикеров"]
        assert not tree.xpath("//ol[@class='speakers']")
    page(client, "/speakers?from=2014-13", 400)


def test_the_endpoint_tells_of_speakers_their_quotes_and_times(client: FlaskClient) -> None:
    listed = client.get("/api/v1/speakers?q=мэр&limit=5").json
    assert listed is not None
    assert listed["total"] == {"value": 1, "relation": "eq"}
    (one,) = listed["speakers"]
    assert (one["id"], one["quotes"], one["articles"], one["kind"]) == ("arkadii-berezov", 18, 19, "person")
    quotes = client.get("/api/v1/speakers/arkadii-berezov/quotes?limit=2&facets=source").json
    assert quotes is not None
    assert quotes["speaker"]["id"] == "arkadii-berezov"
    assert quotes["total"]["value"] == one["quotes"]
    assert [hit["article"]["published"] for hit in quotes["hits"]] == ["2019-01-05", "2018-01-05"]
    about = client.get("/api/v1/speakers/arkadii-berezov/quotes?q=мост").json
    assert about is not None
    assert [hit["reprints"]["count"] for hit in about["hits"]] == [2]
    times = client.get("/api/v1/timeline?q=мост&type=quote&by=month").json
    assert times is not None
    assert times["periods"] == [{"period": "2014-05", "count": 1}]
    alone = client.get("/api/v1/speakers/arkadii-berezov").json
    assert alone is not None
    assert alone["words"] == []  # nobody else to say less of them


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/speakers?limit=0",
        "/api/v1/speakers?limit=x",
        "/api/v1/speakers?sort=size",
        "/api/v1/speakers?q=a&q=b",
        "/api/v1/speakers?lang=ru",
        "/api/v1/speakers/arkadii-berezov?q=мост",
        "/api/v1/speakers/arkadii-berezov/quotes?type=article",
        "/api/v1/speakers/arkadii-berezov/quotes?speaker=x",
        "/api/v1/timeline?by=day",
        "/api/v1/timeline?by=year&by=year",
        "/api/v1/timeline?limit=3",
        "/api/v1/search?reprints=some",
    ],
)
def test_what_cannot_be_read_is_a_problem(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert json.loads(answer.data)["code"] == "invalid_parameter"


def test_answers_are_not_sent_twice(client: FlaskClient) -> None:
    for path in (
        "/api/v1/speakers",
        "/api/v1/speakers/arkadii-berezov",
        "/api/v1/speakers/arkadii-berezov/quotes",
        "/api/v1/timeline",
        "/speakers",
        "/speakers/arkadii-berezov",
    ):
        tag = client.get(path).headers["ETag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304, path


def test_markup_in_a_name_stays_text(client_over: ClientOver) -> None:
    row = told(1, "«Да, это мост», — сказал он.", "Да, это мост", "он", "2014-05-01", EVIL)
    quote = replace(row.quotes[0], speaker=replace(BEREZOV, name=EVIL), text=EVIL)
    client = client_over([StoredArticle(row.article, (quote,))])
    (speaker,) = client.get("/api/v1/speakers").json["speakers"]  # type: ignore[index]
    for path in (f"/speakers/{speaker['id']}", "/speakers", f"/reprints/{percent('a1#q1')}"):
        assert EVIL not in client.get(path).get_data(as_text=True)
