"""Does a feed reader get what it can read, under ids that stay?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as Tree

import pytest
from flask.testing import FlaskClient

from search.results import StoredArticle
from web import create_app
from web.settings import Settings

from .conftest import index_into, parsed
from .newspaper import EVIL_ID, articles

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
ClientOver = Callable[[list[StoredArticle]], FlaskClient]


def feed(client: FlaskClient, path: str) -> Tree.Element:
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "application/atom+xml; charset=utf-8")
    return parsed(answer.data)


def told(element: Tree.Element, name: str) -> str:
    found = element.find(ATOM + name)
    assert found is not None
    assert found.text
    return found.text


def link(element: Tree.Element, rel: str) -> str | None:
    found = [one for one in element.iter(f"{ATOM}link") if one.get("rel") == rel]
    return found[0].get("href") if found else None


def check(found: Tree.Element) -> None:
    """What RFC 4287 demands of every feed and entry."""
    entries = found.findall(f"{ATOM}entry")
    for one in (found, *entries):
        for name in ("id", "title", "updated"):
            assert len(one.findall(ATOM + name)) == 1, name
        assert urlsplit(told(one, "id")).scheme == "tag"
        assert datetime.fromisoformat(told(one, "updated")).tzinfo is not None
        author = one.find(f"{ATOM}author/{ATOM}name")
        assert author is not None
        assert author.text
    ids = [told(one, "id") for one in entries]
    assert len(set(ids)) == len(ids)
    for one in entries:
        alternate = link(one, "alternate")
        assert alternate is not None
        assert alternate.isascii()


def test_a_feed_holds_the_answers_the_newest_first(client: FlaskClient) -> None:
    found = feed(client, "/search.atom?q=мост")
    check(found)
    entries = found.findall(f"{ATOM}entry")
    days = [told(one, "updated") for one in entries]
    assert len(days) >= 2
    assert days == sorted(days, reverse=True)
    assert told(found, "updated") == days[0]
    total = found.find(f"{OPENSEARCH}totalResults")
    assert total is not None
    assert total.text == str(client.get("/api/v1/search?q=мост").json["total"]["value"])  # type: ignore[index]
    assert told(found, "title") == "мост — Молва"


@pytest.mark.parametrize(
    "asked", ["q=мост&type=quote", "type=quote&kind=indirect&speaker=Марина Соколова", "", "q=слон"]
)
def test_any_question_is_a_feed_with_all_its_filters(client: FlaskClient, asked: str) -> None:
    found = feed(client, f"/search.atom?{asked}")
    check(found)
    page = client.get(f"/api/v1/search?sort=newest&{asked}").json
    assert page is not None
    ids = [quote(hit["id"], safe="") for hit in page["hits"]]
    assert [told(one, "id").rpartition("/")[2] for one in found.findall(f"{ATOM}entry")] == ids


def test_links_of_entries_lead_to_pages_and_places(client: FlaskClient) -> None:
    for entry in feed(client, "/search.atom?q=мост&type=quote").findall(f"{ATOM}entry"):
        address = urlsplit(link(entry, "alternate") or "")
        page = client.get(address.path)
        assert page.status_code == 200
        assert f'id="{address.fragment}"' in page.text


def test_pages_of_a_feed_make_up_the_whole_answer(client: FlaskClient) -> None:
    whole = [told(one, "id") for one in feed(client, "/search.atom?limit=100").iter(f"{ATOM}entry")]
    found, path, pages = [], "/search.atom?limit=2", 0
    while path:
        page = feed(client, path)
        found += [told(one, "id") for one in page.iter(f"{ATOM}entry")]
        following = urlsplit(link(page, "next") or "")
        path = f"{following.path}?{following.query}" if following.path else ""
        pages += 1
    assert found == whole
    assert pages == -(-len(whole) // 2)


def test_an_entry_keeps_its_id_whatever_is_asked_and_published(tmp_path: Path) -> None:
    folder = index_into(tmp_path / "index", articles())
    client = create_app(index=folder, settings=Settings(public_url="https://molva.example/poisk")).test_client()

    def ids(path: str) -> dict[str, str]:
        return {link(one, "alternate") or "": told(one, "id") for one in feed(client, path).iter(f"{ATOM}entry")}

    first = ids("/search.atom?limit=100")
    index_into(folder, articles()[:2])
    again = ids("/search.atom?q=мост&sort=relevance")
    assert again
    assert again.items() <= first.items()
    assert all(one.startswith("tag:molva.example,2026:article/") for one in first.values())
    assert all(one.startswith("https://molva.example/poisk/articles/") for one in first)


def test_whatever_an_article_holds_its_feed_is_well_formed(client_over: ClientOver) -> None:
    stored = articles()[0]
    bad = "Мост\x00\x0b ]]> & <script>\ufffe" + stored.article.title
    article = replace(stored.article, id=EVIL_ID, title=bad, source="a\x01b", author='"<&', url="javascript:alert(1)")
    client = client_over([replace(stored, article=article)])
    for path in ("/search.atom?q=мост", "/search.atom?q=мост&type=quote", "/search.atom?q=%00<&limit=3"):
        found = feed(client, path)
        check(found)
        assert "javascript:" not in Tree.tostring(found, encoding="unicode")


def test_the_undated_have_one_date_that_stays(client_over: ClientOver) -> None:
    stored = articles()[0]
    client = client_over([replace(stored, article=replace(stored.article, published=None))])
    found = feed(client, "/search.atom")
    (entry,) = found.iter(f"{ATOM}entry")
    assert told(entry, "updated") == "1970-01-01T00:00:00Z"
    assert entry.find(f"{ATOM}published") is None


def test_what_a_reader_holds_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/search.atom?q=мост").headers["ETag"]
    assert client.get("/search.atom?q=мост", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/search.atom?q=мост", headers={"Host": "other.example"}).headers["ETag"] != tag


def test_pages_name_their_feed(client: FlaskClient) -> None:
    page = client.get("/search?q=мост&type=quote&offset=2").text
    assert 'href="/search.atom?q=%D0%BC%D0%BE%D1%81%D1%82&amp;type=quote"' in page
