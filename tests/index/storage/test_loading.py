"""What several processes bring into an index is what one would have brought; one that dies costs nothing else."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from index import Article, IndexingError, LockedError, Quote, open_writer
from index.errors import InvalidArticleError
from index.prepare import digest, prepare
from index.sources import Loaded, Portion, Skipped
from index.sources.portions import Known
from index.storage import embedded_writer, loading, merge_policy, processes
from index.storage.embedded_writer import EmbeddedWriter
from index.storage.loading import Prepare
from index.writer import IndexWriter, Orders, Outcome, Sighting, SyncState, Take

from .writing import BRIDGE, files, found, publish, quotes, segments, stored


class All:
    """Chooses everything, and has nothing wait."""

    def choose(self, found: Sequence[Sighting | Skipped]) -> Orders:
        sighted = [one for one in found if isinstance(one, Sighting)]
        return Orders([Take(one.number, one.id, SyncState(one.origin, one.digest)) for one in sighted], [])

    def rest(self) -> Orders:
        return Orders([], [])


def in_portions(items: Iterable[Article]) -> Iterator[Portion]:
    """Articles in portions of ten."""
    waiting = iter(items)
    while some := list(islice(waiting, 10)):
        yield Known([Loaded(one, "a.jsonl") for one in some])


def put_in(writer: IndexWriter, items: Iterable[Article], prepare: Prepare = prepare, jobs: int = 1) -> list[Outcome]:
    return [outcome for _, outcome in writer.load(in_portions(items), All(), prepare=prepare, jobs=jobs)]


def load(folder: Path, items: Sequence[Article], jobs: int) -> list[Outcome]:
    with open_writer(folder) as writer:
        outcomes = put_in(writer, items, jobs=jobs)
        writer.publish()
    return outcomes


@pytest.fixture
def small_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three portions a task, so that few articles make many tasks, and processes from the third task on."""
    monkeypatch.setattr(loading, "MANY", 3)
    monkeypatch.setattr(loading, "CHARACTERS", 2_000)


def spoken(number: int, version: str = "первая") -> Article:
    return Article(
        f"n{number}", f"Заметка {number}", f"«Номер {number} готов», — сказал мастер Пётр. Версия {version}."
    )


@pytest.mark.usefixtures("small_tasks")
def test_processes_give_the_same_as_one(tmp_path: Path) -> None:
    batch = [spoken(n % 180, "вторая" if n >= 180 else "первая") for n in range(200)]
    batch[50] = Article("", "Без имени", "Текст.")
    assert [str(one) for one in load(tmp_path / "one", batch, 1)] == [
        str(one) for one in load(tmp_path / "two", batch, 2)
    ]
    both = [sorted(stored(tmp_path / way), key=lambda one: one.id) for way in ("one", "two")]
    assert both[0] == both[1]
    assert [one.text.count("вторая") for one in both[1]].count(1) == 20
    for root in ("первый", "второй", "снегирь"):
        assert found(tmp_path / "one", root) == found(tmp_path / "two", root)
    assert sorted(quotes(tmp_path / "one"), key=lambda one: one.id) == sorted(
        quotes(tmp_path / "two"), key=lambda one: one.id
    )


@pytest.mark.usefixtures("small_tasks")
@pytest.mark.parametrize("ahead", [1, 2, 32])
@pytest.mark.parametrize("jobs", [2, 3])
def test_outcomes_come_in_the_order_of_the_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int, ahead: int
) -> None:
    monkeypatch.setattr(processes, "AHEAD", ahead)
    batch = [Article(f"n{n}", "Речь", "«Мост готов», — сказал мастер Пётр.\n\n" * (1 + n % 4)) for n in range(250)]
    with open_writer(tmp_path / "i") as writer:
        came = list(writer.load(in_portions(batch), All(), prepare=prepare, jobs=jobs))
        assert writer.publish().articles == 250
    assert [state.digest for state, _ in came] == [digest(one) for one in batch]
    assert [outcome for _, outcome in came] == [len(prepare(one)[1]) for one in batch]
    assert len({outcome for _, outcome in came}) > 1


def puts_in_its_process(article: Article) -> tuple[Article, tuple[Quote, ...]]:
    return replace(article, section=str(os.getpid())), ()


@pytest.mark.usefixtures("small_tasks")
def test_the_process_that_others_help_puts_articles_in_itself(tmp_path: Path) -> None:
    with open_writer(tmp_path / "i") as writer:
        put_in(writer, map(spoken, range(300)), puts_in_its_process, jobs=2)
        writer.publish()
    by_process = Counter(one.section for one in stored(tmp_path / "i"))
    assert sorted(by_process.values()) == [150, 150]
    assert by_process[str(os.getpid())] == 150


@pytest.mark.usefixtures("small_tasks")
def test_what_processes_bring_replaces_what_is_live(tmp_path: Path) -> None:
    publish(tmp_path / "i", *(spoken(n) for n in range(0, 90, 2)))
    load(tmp_path / "i", [spoken(n, "вторая") for n in range(80)], 2)
    assert len(stored(tmp_path / "i")) == 85
    assert len(found(tmp_path / "i", "второй")) == 80


@pytest.mark.usefixtures("small_tasks")
@pytest.mark.parametrize(("least", "left"), [(100, 2), (1_000, 1)])
def test_processes_leave_a_large_segment_each_or_small_ones_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int, left: int
) -> None:
    monkeypatch.setattr(merge_policy, "LEAST", least)
    batch = [spoken(n % 270, "вторая" if n >= 270 else "первая") for n in range(400)]
    with EmbeddedWriter(tmp_path / "i", memory_mb=0) as writer:  # a segment whenever memory is looked at
        assert len(put_in(writer, batch, jobs=2)) == 400
        assert len(files(tmp_path / "i" / "segments")) == 2
        assert writer.publish().articles == 270
    assert segments(tmp_path / "i") == left
    assert found(tmp_path / "i", "второй") == sorted(f"n{n}" for n in range(130))
    assert len(found(tmp_path / "i", "первый")) == 140
    assert len(quotes(tmp_path / "i")) == 270


@pytest.mark.usefixtures("small_tasks")
def test_the_order_does_not_hang_on_the_speed_of_processes(tmp_path: Path) -> None:
    for way in "ab":
        load(tmp_path / way, [spoken(n) for n in range(150)], 2)
    assert [one.id for one in stored(tmp_path / "a")] == [one.id for one in stored(tmp_path / "b")]


def test_a_short_run_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_writer, "load_in_processes", None)
    long = "Мост через Вьюгу открыли утром. " * (loading.CHARACTERS // 32 // 400)
    load(tmp_path / "i", [Article(f"n{n}", "Мост", long) for n in range(399)], 2)
    assert len(stored(tmp_path / "i")) == 399


def dies(article: Article) -> tuple[Article, tuple[Quote, ...]]:
    if article.id == "n70":
        os._exit(7)
    return article, ()


def breaks(article: Article) -> tuple[Article, tuple[Quote, ...]]:
    if article.id == "n70":
        raise RecursionError("too deep")
    return article, ()


@pytest.mark.usefixtures("small_tasks")
def test_a_process_that_dies_is_said_and_nothing_changes(tmp_path: Path) -> None:
    publish(tmp_path / "i", BRIDGE)
    before = files(tmp_path / "i")
    with open_writer(tmp_path / "i") as writer:
        with pytest.raises(IndexingError, match="exit code 7"):
            put_in(writer, map(spoken, range(200)), dies, jobs=2)
        with pytest.raises(IndexingError, match="broke off"):
            writer.publish()
    assert files(tmp_path / "i") == before


@pytest.mark.usefixtures("small_tasks")
def test_an_article_that_cannot_be_prepared_costs_nothing_else(tmp_path: Path) -> None:
    for jobs in (1, 2):
        with open_writer(tmp_path / "i") as writer:
            outcomes = put_in(writer, map(spoken, range(100)), breaks, jobs)
            assert [n for n, one in enumerate(outcomes) if isinstance(one, InvalidArticleError)] == [70]
            assert "RecursionError" in str(outcomes[70])
            assert writer.publish().articles == 99


@pytest.mark.usefixtures("small_tasks")
def test_sources_that_break_off_leave_the_index_as_it_was(tmp_path: Path) -> None:
    def broken() -> Iterator[Article]:
        yield from map(spoken, range(100))
        raise ZeroDivisionError

    publish(tmp_path / "i", BRIDGE)
    before = files(tmp_path / "i")
    for jobs in (1, 2):
        with open_writer(tmp_path / "i") as writer, pytest.raises(ZeroDivisionError):
            put_in(writer, broken(), breaks, jobs)
        assert files(tmp_path / "i") == before


def test_a_short_run_never_imports_numba(tmp_path: Path) -> None:
    code = (
        "import sys; from index import Article, open_writer\n"
        "with open_writer(sys.argv[1]) as writer:\n"
        "    for n in range(100): writer.add(Article(str(n), 'Мост', 'Мост открыт.'))\n"
        "    writer.publish()\n"
        "print('numba' in sys.modules)"
    )
    command = [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / "i")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes through /proc, which is Linux's")
def test_killed_with_its_processes_running_a_writer_frees_the_lock(tmp_path: Path) -> None:
    rows = "".join(
        f'{{"id": "n{n}", "title": "Т", "text": "{"«Да, это так», — сказал мастер Пётр Снегирёв. " * 300}"}}\n'
        for n in range(400)
    )
    (tmp_path / "a.jsonl").write_text(rows, "utf-8")
    code = "from web.cli import run; run()"
    command = [sys.executable, "-W", "ignore", "-c", code, "index", str(tmp_path / "a.jsonl"), "--jobs", "2"]
    with subprocess.Popen([*command, "--index", str(tmp_path / "i")], stdout=subprocess.DEVNULL) as writer:
        lock = tmp_path / "i" / "LOCK"
        while writer.poll() is None and not (lock.exists() and lock.read_bytes()):
            time.sleep(0.02)
        while writer.poll() is None and len(workers := children_of(writer.pid)) < 2:
            time.sleep(0.02)
        writer.kill()
    for _ in range(100):  # a child that is just being made has the parent's files for a moment
        with contextlib.suppress(LockedError):
            publish(tmp_path / "i", BRIDGE)
            break
        time.sleep(0.05)
    assert stored(tmp_path / "i") == [BRIDGE]
    for _ in range(200):
        if not any(alive(worker) for worker in workers):
            break
        time.sleep(0.05)
    assert [worker for worker in workers if alive(worker)] == []


def children_of(process: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []


def alive(process: int) -> bool:
    """Running, not a zombie that its new parent has not buried yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
