"""An index that a version of Molva wrote can be read, checked and written on by the versions after it, or is refused
with words that say what to do.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index import Article, open_writer
from index.maintenance import check
from search import open_searcher
from search.results import ArticleHit

KEPT = sorted((Path(__file__).parents[2] / "data").glob("format-*"))


@pytest.fixture(params=KEPT, ids=lambda folder: folder.name)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder: Path = request.param
    shutil.copytree(folder, tmp_path / "index")
    return tmp_path / "index"


def test_there_is_an_index_of_this_format() -> None:
    assert KEPT


def test_every_byte_of_it_is_sound(kept: Path) -> None:
    found = check(kept, repair=False)
    assert found.sound
    assert not found.problems


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("мост", ["bridge"]),
        ("паром", ["ferry"]),
        ("весну", []),  # the former text of an article that was changed
        ("редакция", []),  # a deleted one
        ("Волков", ["wolf"]),
        ('"не ходит"', ["ferry"]),
        ("дата:2016-06", ["rain"]),
        ("!волку", ["wolf"]),
    ],
)
def test_it_answers_as_it_did(kept: Path, query: str, ids: list[str]) -> None:
    with open_searcher(kept) as searcher:
        page = searcher.search(query)
    assert [hit.id for hit in page.hits] == ids


def test_its_quotes_and_marks_are_there(kept: Path) -> None:
    with open_searcher(kept) as searcher:
        hit = searcher.search("перила").hits[0]
        assert isinstance(hit, ArticleHit)
        assert "<mark>перила</mark>" in hit.snippets[0].html
        stored = searcher.article("bridge")
    assert [(quote.text, quote.speaker and quote.speaker.name) for quote in stored.quotes] == [
        ("Мост достроен, осталось покрасить перила", "Аркадий Берёзов")
    ]


def test_it_can_be_written_on(kept: Path) -> None:
    with open_writer(kept) as writer:
        writer.add(Article(id="snow", title="Снег", text="Выпал снег."))
        assert writer.publish().articles == 5
    with open_searcher(kept) as searcher:
        assert [hit.id for hit in searcher.search("снег").hits] == ["snow"]
        assert searcher.search("").total.value == 5
