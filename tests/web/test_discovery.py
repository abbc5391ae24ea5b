"""Do browsers and crawlers find what is here?"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from flask.testing import FlaskClient

from index import Article, open_writer
from web import create_app, discovery
from web.settings import Settings

from .conftest import index_into, parsed
from .newspaper import articles

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def addresses(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "application/xml; charset=utf-8")
    return [one.text or "" for one in parsed(answer.data).iter(f"{SITEMAP}loc")]


def test_a_browser_can_search_by_what_opensearch_says(client: FlaskClient) -> None:
    answer = client.get("/opensearch.xml")
    assert answer.mimetype == "application/opensearchdescription+xml"
    found = parsed(answer.data)
    name = found.find(f"{OPENSEARCH}ShortName")
    assert name is not None
    assert 0 < len(name.text or "") <= 16
    templates = {one.get("type"): one.get("template") or "" for one in found.iter(f"{OPENSEARCH}Url")}
    for kind in ("text/html", "application/atom+xml", "application/x-suggestions+json"):
        asked = urlsplit(templates[kind].replace("{searchTerms}", "%D0%BC%D0%BE%D1%81%D1%82"))
        answer = client.get(f"{asked.path}?{asked.query}")
        assert (answer.status_code, answer.mimetype) == (200, kind)
    assert 'rel="search" type="application/opensearchdescription+xml"' in client.get("/").text


def test_suggestions_are_as_browsers_take_them(client: FlaskClient) -> None:
    answer = client.get("/opensearch/suggestions?q=мос&limit=4")
    assert answer.content_type == "application/x-suggestions+json; charset=utf-8"
    typed, completed, said, where = json.loads(answer.data)
    assert typed == "мос"
    assert completed
    assert len(completed) == len(said) == len(where) == len(set(completed))
    assert all(client.get(urlsplit(one).path + "?" + urlsplit(one).query).status_code == 200 for one in where)
    assert json.loads(client.get("/opensearch/suggestions?q=").data)[1] == []


def test_the_sitemap_names_every_live_article_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "A_SITEMAP", 7)
    names = [f"новости/{number}#а" for number in range(30)]
    with open_writer(tmp_path) as writer:
        for number, name in enumerate(names):
            published = f"201{number % 10}-05-06" if number % 3 else None
            writer.add(Article(id=name, title=f"Мост {number}", text="Паром стоит.", published=published))
            if number in (9, 21):
                writer.publish()
        writer.publish()
    with open_writer(tmp_path) as writer:
        for number in (0, 8, 9, 10, 29):
            writer.delete(names[number])
        writer.publish()
    client = create_app(index=tmp_path, settings=Settings(public_url="https://molva.example")).test_client()
    parts = addresses(client, "/sitemap.xml")
    assert parts == [f"https://molva.example/sitemap-{number}.xml" for number in (1, 2, 3, 4)]
    found = [address for part in parts for address in addresses(client, urlsplit(part).path)]
    live = [name for number, name in enumerate(names) if number not in (0, 8, 9, 10, 29)]
    assert [unquote(urlsplit(one).path).removeprefix("/articles/") for one in found] == live
    assert all(client.get(urlsplit(one).path).status_code == 200 for one in found)
    assert client.get("/sitemap-5.xml").status_code == client.get("/sitemap-0.xml").status_code == 404
    dated = parsed(client.get("/sitemap-1.xml").data).find(f"{SITEMAP}url/{SITEMAP}lastmod")
    assert dated is not None
    assert dated.text == "2011-05-06"


def test_the_sitemap_of_an_index_without_articles_is_one_too(tmp_path: Path) -> None:
    index_into(tmp_path, [])
    client = create_app(index=tmp_path).test_client()
    assert [urlsplit(one).path for one in addresses(client, "/sitemap.xml")] == ["/sitemap-1.xml"]
    assert addresses(client, "/sitemap-1.xml") == []


def test_crawlers_are_told_what_they_may_read(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert "Disallow: /search" in lines
    assert "Disallow: /api/v1/" in lines
    assert "Sitemap: http://localhost/sitemap.xml" in lines


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/articles/zv-bridge?q=мост&lang=en", "/articles/zv-bridge"),
        ("/search?q=мост&utm_source=x&lang=en&limit=10", "/search?q=%D0%BC%D0%BE%D1%81%D1%82"),
        ("/?q=&lang=en", "/"),
        ("/help?x=1", "/help"),
        ("/speakers/arkadii-berezov?lang=en", "/speakers/arkadii-berezov"),
    ],
)
def test_a_page_names_the_address_to_keep(client: FlaskClient, path: str, canonical: str) -> None:
    answer = client.get(path)
    assert answer.headers["Link"] == f'<http://localhost{canonical}>; rel="canonical"'
    assert client.get(canonical).status_code == 200


def test_what_is_no_page_has_no_address_to_keep(client: FlaskClient) -> None:
    for path in ("/nowhere", "/search?q=-мост", "/api/v1/search", "/healthz"):
        assert "Link" not in client.get(path).headers


def test_an_article_is_found_where_the_application_is_mounted(newspaper_index: Path) -> None:
    assert articles()
    client = create_app(index=newspaper_index, settings=Settings(proxies=1)).test_client()
    proxied = {"X-Forwarded-Host": "news.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/poisk"}
    found = addresses_of(client.get("/sitemap-1.xml", headers=proxied).data)
    assert all(one.startswith("https://news.example/poisk/articles/") for one in found)
    told = create_app(
        index=newspaper_index, settings=Settings(proxies=1, public_url="https://a.example/b")
    ).test_client()
    assert addresses_of(told.get("/sitemap-1.xml", headers=proxied).data)[0].startswith("https://a.example/b/articles/")


def addresses_of(data: bytes) -> list[str]:
    return [one.text or "" for one in parsed(data).iter(f"{SITEMAP}loc")]
