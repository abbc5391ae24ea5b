"""An index agrees with its paths after every sync: what is new is in, what has gone is out, the rest costs nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import open_writer
from index.errors import SourceError
from index.maintenance import read_states
from index.model import Article, Quote
from index.pipeline import Report, dry_run, rebuild, sync
from index.prepare import prepare
from index.storage import loading
from index.storage.loading import Prepare
from index.storage.payload import unpack_article
from index.storage.segment import open_live
from search import open_searcher


def write(path: Path, title: str, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{title}\n\n{text}\n", "utf-8")
    return path


def run(index: Path, *paths: Path, keep_missing: bool = False, jobs: int = 1, prepare: Prepare = prepare) -> Report:
    with open_writer(index) as writer:
        return sync(writer, paths, keep_missing=keep_missing, jobs=jobs, prepare=prepare)


def run_dry(index: Path, *paths: Path, prepare: Prepare = prepare) -> Report:
    return dry_run(read_states(index), paths, prepare=prepare)


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


def test_a_second_run_changes_nothing_and_prepares_nothing(tmp_path: Path, archive: Path) -> None:
    first = run(tmp_path / "i", archive)

    def never(article: Article) -> tuple[Article, tuple[Quote, ...]]:
        raise AssertionError(f"{article.id} was prepared again")

    second = run(tmp_path / "i", archive, prepare=never)
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


@pytest.fixture
def tiny_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two portions a task, and processes from the second task on."""
    monkeypatch.setattr(loading, "MANY", 2)
    monkeypatch.setattr(loading, "CHARACTERS", 1)


def row(number: int, version: str = "первая", **more: object) -> str:
    text = f"«Номер {number} готов», — сказал мастер Пётр Снегирёв. Версия {version}. " * 20
    return json.dumps({"id": f"n{number}", "title": f"Заметка {number}", "text": text, **more}, ensure_ascii=False)


def long_file(path: Path, rows: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(rows), "utf-8")
    return path


def stored(index: Path) -> dict[str, Article]:
    with open_live(index) as live:
        return {
            one.id: one
            for segment in live.segments
            for number, record in enumerate(segment.part("article").stored)
            if (segment.deleted is None or not segment.deleted[number]) and (one := unpack_article(record))
        }


@pytest.mark.usefixtures("tiny_tasks")
def test_processes_make_of_any_input_what_one_makes(tmp_path: Path) -> None:
    news = tmp_path / "новости"
    rows = [row(n) for n in range(400)]
    rows += [row(n, "вторая") for n in range(0, 400, 7)]
    rows[100] = "{не json"
    rows[200] = '{"id": "b", "text": 5}'
    rows[300] = row(300, published="вчера")
    long_file(news / "лента.jsonl", rows)
    for n in range(9):
        write(news / f"{n}" / "заметка.txt", f"Заметка {n}", "Мост через Вьюгу открыли утром первого сентября.")
    write(tmp_path / "другие" / "новости" / "1" / "заметка.txt", "Другая", "Паром отправили в музей.")
    (news / "таблица.csv").write_text("id,title,text\nt1,Рынок,Рынок переехал.\nt2,,\n", "utf-8")
    (news / "пусто.txt").write_text("", "utf-8")
    paths = (news, tmp_path / "другие" / "новости")
    for changes in range(3):
        reports = [run(tmp_path / f"i{jobs}", *paths, jobs=jobs) for jobs in (1, 2)]
        one, two = reports
        assert counts(one) == counts(two)
        assert (one.quotes, one.repeated, one.unreadable_dates) == (two.quotes, two.repeated, two.unreadable_dates)
        assert one.rejected == two.rejected
        assert len(one.rejected) >= 4
        assert read_states(tmp_path / "i1") == read_states(tmp_path / "i2")
        assert stored(tmp_path / "i1") == stored(tmp_path / "i2")
        assert counts(one) == [(409, 0, 0, 0), (0, 0, 409, 0), (0, 58, 351, 0)][changes]
        if changes == 1:
            long_file(news / "лента.jsonl", rows[:400])


@pytest.mark.usefixtures("tiny_tasks")
def test_a_dry_run_by_processes_says_what_a_run_does(tmp_path: Path) -> None:
    path = long_file(tmp_path / "a.jsonl", [row(n % 390) for n in range(400)])
    said = dry_run({}, [path], jobs=2)
    done = run(tmp_path / "i", path, jobs=2)
    assert (counts(said), said.quotes) == (counts(done), done.quotes) == ((390, 0, 0, 0), done.quotes)


def test_a_path_that_does_not_exist_is_said_before_anything_changes(tmp_path: Path, archive: Path) -> None:
    run(tmp_path / "i", archive)
    with pytest.raises(SourceError, match="нигде"):
        run(tmp_path / "i", archive, tmp_path / "нигде")
    assert len(ids(tmp_path / "i")) == 2


def test_a_dry_run_without_an_index_makes_none(tmp_path: Path, archive: Path) -> None:
    assert counts(run_dry(tmp_path / "i", archive)) == (2, 0, 0, 0)
    assert not (tmp_path / "i").exists()


def test_a_rejected_article_is_not_counted_as_added(tmp_path: Path, archive: Path) -> None:
    def fails_for_the_bridge(article: Article) -> tuple[Article, tuple[Quote, ...]]:
        if "мост" in article.id:
            raise RecursionError("too deep")
        return article, ()

    for attempt in (run_dry, run, run):
        report = attempt(tmp_path / "i", archive, prepare=fails_for_the_bridge)
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
