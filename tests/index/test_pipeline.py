"""An index agrees with its paths after every sync: what is new is in, what has gone is out, the rest costs nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import open_writer, pipeline
from index.errors import SourceError
from index.maintenance import read_states
from index.model import Article, Quote
from index.pipeline import Report, dry_run, rebuild, sync
from search import open_searcher


def write(path: Path, title: str, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{title}\n\n{text}\n", "utf-8")
    return path


def run(index: Path, *paths: Path, keep_missing: bool = False, jobs: int = 1) -> Report:
    with open_writer(index) as writer:
        return sync(writer, paths, keep_missing=keep_missing, jobs=jobs)


def run_dry(index: Path, *paths: Path) -> Report:
    return dry_run(read_states(index), paths)


def run_rebuild(index: Path, *paths: Path) -> Report:
    live = read_states(index)
    with open_writer(index, rebuild=True) as writer:
        return rebuild(writer, live, paths)


def ids(index: Path, query: str = "") -> set[str]:
    with open_searcher(index) as searcher:
        return {hit.id for hit in searcher.search(query, limit=100).hits}


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.deleted


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "архив"
    write(folder / "мост.txt", "Мост открыт", "Мост через Вьюгу открыли утром первого сентября.")
    write(folder / "2016" / "паром.txt", "Паром списан", "Паром «Упрямый» отправили в музей на вечную стоянку.")
    return folder


def test_new_articles_are_found_with_their_quotes(tmp_path: Path, archive: Path) -> None:
    write(archive / "речь.txt", "Речь мэра", "«Мост строили четыре года», — сказал мэр Аркадий Берёзов.")
    report = run(tmp_path / "i", archive)
    assert counts(report) == (3, 0, 0, 0)
    assert report.published is not None
    assert report.published.quotes == 1
    assert ids(tmp_path / "i") == {"архив/мост.txt", "архив/2016/паром.txt", "архив/речь.txt"}


def test_a_second_run_changes_nothing_and_prepares_nothing(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(tmp_path / "i", archive)

    def never(article: Article) -> tuple[Article, tuple[Quote, ...]]:
        raise AssertionError(f"{article.id} was prepared again")

    monkeypatch.setattr(pipeline, "prepare", never)
    second = run(tmp_path / "i", archive)
    assert counts(second) == (0, 0, 2, 0)
    assert first.published is not None
    assert second.published is None


def test_only_what_changed_is_indexed_again(tmp_path: Path, archive: Path) -> None:
    run(tmp_path / "i", archive)
    write(archive / "мост.txt", "Мост закрыт", "Мост через Вьюгу закрыли вечером первого сентября.")
    assert counts(run(tmp_path / "i", archive)) == (0, 1, 1, 0)
    assert ids(tmp_path / "i", "закрыт") == {"архив/мост.txt"}
    assert ids(tmp_path / "i", "открыт") == set()


def test_what_vanished_from_these_paths_goes_and_other_paths_stay(tmp_path: Path, archive: Path) -> None:
    other = write(tmp_path / "другое" / "снег.txt", "Снег", "Снег выпал в мае и никого не удивил.")
    run(tmp_path / "i", archive, other)
    (archive / "мост.txt").unlink()
    assert counts(run(tmp_path / "i", archive)) == (0, 0, 1, 1)
    assert ids(tmp_path / "i") == {"архив/2016/паром.txt", "другое/снег.txt"}


def test_missing_articles_can_be_kept(tmp_path: Path, archive: Path) -> None:
    run(tmp_path / "i", archive)
    (archive / "мост.txt").unlink()
    assert counts(run(tmp_path / "i", archive, keep_missing=True)) == (0, 0, 1, 0)
    assert "архив/мост.txt" in ids(tmp_path / "i")


def test_a_dry_run_says_what_it_would_do_and_does_nothing(tmp_path: Path, archive: Path) -> None:
    run(tmp_path / "i", archive)
    (archive / "мост.txt").unlink()
    write(archive / "новое.txt", "Новое", "Новая статья о старом вокзале.")
    assert counts(run_dry(tmp_path / "i", archive)) == (1, 0, 1, 1)
    assert ids(tmp_path / "i") == {"архив/мост.txt", "архив/2016/паром.txt"}


def test_a_file_that_cannot_be_read_keeps_its_old_article(tmp_path: Path, archive: Path) -> None:
    packed = archive / "пачка.jsonl"
    packed.write_text('{"id": "x1", "title": "Рынок", "text": "Рынок переехал на левый берег."}\n', "utf-8")
    run(tmp_path / "i", archive)
    packed.write_text('{"id": "x1", "title": \n', "utf-8")
    report = run(tmp_path / "i", archive)
    assert report.deleted == 0
    assert [Path(skipped.where.split(":")[0]).name for skipped in report.rejected] == ["пачка.jsonl"]
    assert "x1" in ids(tmp_path / "i")


def test_of_an_id_that_comes_twice_the_last_counts_and_the_next_run_changes_nothing(tmp_path: Path) -> None:
    rows = [{"id": "a", "title": "Т", "text": f"Версия номер {word}."} for word in ("первая", "вторая", "третья")]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    assert counts(run(tmp_path / "i", path)) == (1, 0, 0, 0)
    assert ids(tmp_path / "i", "третья") == {"a"}
    assert ids(tmp_path / "i", "первая") == set()
    assert counts(run(tmp_path / "i", path)) == (0, 0, 1, 0)
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows[:2]), "utf-8")
    assert counts(run(tmp_path / "i", path)) == (0, 1, 0, 0)
    assert ids(tmp_path / "i", "вторая") == {"a"}


def test_files_of_one_name_in_folders_of_one_name_are_two_articles(tmp_path: Path) -> None:
    one = write(tmp_path / "лето" / "2015" / "новость.txt", "Лето", "Летом было жарко на набережной.")
    two = write(tmp_path / "зима" / "2015" / "новость.txt", "Зима", "Зимой было скользко на набережной.")
    run(tmp_path / "i", one.parent)
    run(tmp_path / "i", two.parent)
    assert len(ids(tmp_path / "i", "набережной")) == 2
    assert counts(run(tmp_path / "i", one.parent, two.parent)) == (0, 0, 2, 0)


def test_one_bad_document_never_costs_its_batch(tmp_path: Path) -> None:
    good = {"id": "a", "title": "Добро", "text": "Хорошая статья о хлебе."}
    path = tmp_path / "a.jsonl"
    path.write_text(f'{json.dumps(good)}\nне json\n{{"id": "b", "text": 5}}\n5\n', "utf-8")
    report = run(tmp_path / "i", path)
    assert report.added == 1
    assert len(report.rejected) == 3
    assert all(skipped.reason for skipped in report.rejected)


def test_processes_prepare_the_same_as_one(tmp_path: Path) -> None:
    rows = [
        {"id": f"n{n}", "title": f"Заметка {n}", "text": f"«Номер {n} готов», — сказал мастер Пётр Снегирёв."}
        for n in range(100)
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    run(tmp_path / "one", path)
    report = run(tmp_path / "two", path, jobs=2)
    assert counts(report) == (100, 0, 0, 0)
    with open_searcher(tmp_path / "one") as one, open_searcher(tmp_path / "two") as two:
        for article_id in ("n0", "n57", "n99"):
            assert one.article(article_id) == two.article(article_id)


def test_a_path_that_does_not_exist_is_said_before_anything_changes(tmp_path: Path, archive: Path) -> None:
    run(tmp_path / "i", archive)
    with pytest.raises(SourceError, match="нигде"):
        run(tmp_path / "i", archive, tmp_path / "нигде")
    assert len(ids(tmp_path / "i")) == 2


def test_a_dry_run_without_an_index_makes_none(tmp_path: Path, archive: Path) -> None:
    assert counts(run_dry(tmp_path / "i", archive)) == (2, 0, 0, 0)
    assert not (tmp_path / "i").exists()


def test_a_rejected_article_is_not_counted_as_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: Path
) -> None:
    def fails_for_the_bridge(article: Article) -> tuple[Article, tuple[Quote, ...]]:
        if "мост" in article.id:
            raise RecursionError("too deep")
        return article, ()

    monkeypatch.setattr(pipeline, "prepare", fails_for_the_bridge)
    for attempt in (run_dry, run, run):
        report = attempt(tmp_path / "i", archive)
        assert report.added + report.unchanged == 1
        assert len(report.rejected) == 1
        assert "RecursionError" in report.rejected[0].reason
    assert ids(tmp_path / "i") == {"архив/2016/паром.txt"}


def test_the_index_itself_is_never_indexed(tmp_path: Path, archive: Path) -> None:
    index = archive / "molva-index"
    assert counts(run(index, archive)) == (2, 0, 0, 0)
    second = run(index, archive)
    assert counts(second) == (0, 0, 2, 0)
    assert second.rejected == []


def test_an_article_keeps_its_id_however_its_path_is_given(tmp_path: Path, archive: Path) -> None:
    run(tmp_path / "i", archive)
    assert counts(run(tmp_path / "i", archive / "2016")) == (0, 0, 1, 0)
    assert counts(run(tmp_path / "i", archive / "2016" / "паром.txt")) == (0, 0, 1, 0)
    assert "архив/2016/паром.txt" in ids(tmp_path / "i")


def test_a_rebuild_that_finds_nothing_leaves_the_live_index(tmp_path: Path, archive: Path) -> None:
    run(tmp_path / "i", archive)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="live index of 2 stays"):
        run_rebuild(tmp_path / "i", tmp_path / "empty")
    assert len(ids(tmp_path / "i")) == 2


def test_a_rebuild_never_loses_what_it_cannot_read(tmp_path: Path, archive: Path) -> None:
    packed = archive / "пачка.jsonl"
    packed.write_text('{"id": "x1", "title": "Рынок", "text": "Рынок переехал на левый берег."}\n', "utf-8")
    run(tmp_path / "i", archive)
    packed.write_text('{"id": "x1", "title": \n', "utf-8")
    with pytest.raises(SourceError, match="live index stays"):
        run_rebuild(tmp_path / "i", archive)
    assert "x1" in ids(tmp_path / "i")
    packed.unlink()
    assert run_rebuild(tmp_path / "i", archive).added == 2
