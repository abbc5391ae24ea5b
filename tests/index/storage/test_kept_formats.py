"""An index that a version of Molva wrote can be read, checked and written on by the versions after it, or is refused
with words that say what to do.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from index import Article, open_writer
from index.errors import UnsupportedIndexError
from index.maintenance import check
from index.storage import manifest
from index.storage.checking import segment_problems
from index.storage.format import MemoryArrays, SegmentFile
from index.storage.merging import merge
from index.storage.payload import unpack_article
from index.storage.segment import Segment, open_live
from search import open_searcher
from search.errors import IndexUnavailableError
from search.results import ArticleHit
from web.cli import main

DATA = Path(__file__).parents[2] / "data"
FORMER_ANALYSIS = ("format-001",)  # indexes whose words were analysed otherwise
KEPT = [folder for folder in sorted(DATA.glob("format-*")) if folder.name not in FORMER_ANALYSIS]


@pytest.fixture(params=KEPT, ids=lambda folder: folder.name)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder: Path = request.param
    shutil.copytree(folder, tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture(params=FORMER_ANALYSIS)
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    shutil.copytree(DATA / str(request.param), tmp_path / "index")
    return tmp_path / "index"


def test_there_is_an_index_of_this_format() -> None:
    assert any(folder.name == f"format-{manifest.FORMAT:03d}" for folder in KEPT)


def test_an_index_whose_words_were_analysed_otherwise_is_refused_with_what_to_do(former: Path) -> None:
    with pytest.raises(UnsupportedIndexError, match="molva reindex"), open_writer(former):
        pass
    with pytest.raises(IndexUnavailableError, match="molva reindex"):
        open_searcher(former)


def test_the_bytes_of_a_former_format_are_still_read(former: Path) -> None:
    files = [SegmentFile(path) for path in sorted(former.glob("segments/*.seg"))]
    assert files
    assert [fault for file in files for fault in file.verify()] == []
    segments = [Segment(file, file.path.stem) for file in files]
    assert [problem for segment in segments for problem in segment_problems(segment, deep=False)] == []
    arrays, meta = merge(segments)
    merged = Segment(MemoryArrays(arrays, meta), "merged")
    articles = [unpack_article(record) for record in merged.part("article").stored]
    assert {one.id for one in articles} >= {"bridge", "wolf", "ferry", "rain"}
    assert "Мост через Вьюгу откроют в сентябре" in [one.title for one in articles]


def test_it_is_made_anew_from_its_sources(former: Path, tmp_path: Path) -> None:
    source = tmp_path / "заметки.jsonl"
    source.write_text('{"id": "bridge", "title": "Мост", "text": "Мост открыт."}\n', encoding="utf-8")
    result = CliRunner().invoke(main, ["reindex", str(source), "--index", str(former)])
    assert result.exit_code == 0, result.output
    with open_searcher(former) as searcher:
        assert [hit.id for hit in searcher.search("мосты").hits] == ["bridge"]


def test_every_byte_of_it_is_sound(kept: Path) -> None:
    found = check(kept, repair=False, deep=True)
    assert found.sound
    assert not found.problems + found.kept_problems


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


def test_its_documents_outlive_a_merge_with_new_ones(kept: Path) -> None:
    with open_writer(kept) as writer:
        writer.add(Article(id="snow", title="Снег", text="Выпал снег. ❄ 𝔸"))
        writer.publish()
    with open_live(kept) as live:
        arrays, meta = merge(live.segments)
    segment = Segment(MemoryArrays(arrays, meta), "merged")
    assert segment_problems(segment, deep=True) == []
    articles = [unpack_article(record) for record in segment.part("article").stored]
    assert [one.id for one in articles] == ["bridge", "wolf", "ferry", "rain", "snow"]
    assert [one.title for one in articles][::4] == ["Мост через Вьюгу откроют в сентябре", "Снег"]


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
