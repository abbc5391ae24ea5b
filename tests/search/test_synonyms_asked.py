"""Are synonyms asked for in earnest: found, marked, worth less than what is as typed, and named as another form?"""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Article, open_writer
from index.abbreviation_table import mined_of_index, save
from search import Searcher, open_searcher
from search.results import ArticleHit
from search.synonyms import SETTING

BOTH = Article(id="both", title="Кто это", text="Ведомство речных дел (ВРД) закрыло навигацию на Вьюге.")
LONG = Article(id="long", title="Пристань", text="Пристань снесли. Ведомство речных дел не знало об этом.")
SHORT = Article(id="short", title="Пристань", text="Пристань снесли. В отделении ВРД не знали об этом.")
OTHER = Article(id="other", title="Дела", text="Ведомство лесных дел открыло музей речных раковин.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with open_writer(tmp_path) as writer:
        for article in (BOTH, LONG, SHORT, OTHER):
            writer.add(article)
        writer.publish()
    save(tmp_path, mined_of_index(tmp_path))
    return tmp_path


@pytest.fixture
def on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Searcher:
    monkeypatch.setenv(SETTING, "on")
    return open_searcher(folder)


def ids(molva: Searcher, q: str) -> list[str]:
    return [hit.id for hit in molva.search(q).hits]


def test_without_the_setting_nothing_is_asked_for_besides(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    with open_searcher(folder) as molva:
        assert set(ids(molva, "ВРД")) == {"both", "short"}


@pytest.mark.parametrize("q", ["ВРД", "ведомство речных дел", '"ведомство речных дел"'])
def test_either_name_finds_all(on: Searcher, q: str) -> None:
    assert {"both", "long", "short"} <= set(ids(on, q))


def test_what_is_as_typed_stands_first(on: Searcher) -> None:
    assert ids(on, "пристань ВРД") == ["short", "long"]
    assert ids(on, "пристань ведомство речных дел") == ["long", "short"]


def test_another_name_is_marked_and_is_another_form(on: Searcher) -> None:
    hits = {hit.id: hit for hit in on.search("ВРД").hits}
    long, short = hits["long"], hits["short"]
    assert isinstance(long, ArticleHit)
    assert (long.match, short.match) == ("lemma", "exact")
    marked = {snippet.text[start:end] for snippet in long.snippets for start, end in snippet.spans}
    assert marked == {"Ведомство речных дел"}


def test_the_query_is_shown_as_typed(on: Searcher) -> None:
    assert on.search("ВРД").interpreted == "ВРД"
