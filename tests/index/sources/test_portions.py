"""Cut into portions, which another process may read, input gives what it gives when it is read at once."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import zipfile
from pathlib import Path

import pytest

from index.sources import Loaded, Outcome, portions, read_paths
from index.sources.json_files import runs_of_lines
from index.sources.outcome import Entry, UnreadableError
from index.sources.portions import Known, Lines, Small
from index.sources.unpack import BUFFER


def lines(count: int, letters: int = 300) -> bytes:
    rows = [{"id": f"n{n}", "title": f"Заметка {n}", "text": f"Мост номер {n}. " + "ы" * letters} for n in range(count)]
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A folder with something of each kind, and with faults."""
    home = tmp_path / "архив"
    home.mkdir()
    large = lines(900)
    assert len(large) > 2 * BUFFER
    (home / "лента.jsonl").write_bytes(b"\xef\xbb\xbf" + large)
    (home / "с ошибками.jsonl").write_bytes(large.replace(b'{"id": "n500"', b'{"id" "n500"') + b"\n\n5\n")
    (home / "лента.jsonl.gz").write_bytes(gzip.compress(large))
    (home / "обрыв.jsonl.gz").write_bytes(gzip.compress(large)[:-3000])
    (home / "широкая.jsonl").write_bytes(large.decode().encode("utf-16"))
    (home / "список.json").write_bytes(b"[\n" + large.replace(b"\n", b",\n") + b"]")
    (home / "одна строка.json").write_bytes(b"[" + large.replace(b"\n", b",") + b"]")
    (home / "короткая.jsonl").write_bytes(lines(3))
    (home / "пусто.txt").write_bytes(b"")
    (home / "ноль.txt").write_bytes(b"\0" * 99)
    (home / "страница.html").write_text("<html><body><h1>Паром</h1><p>Паром снова ходит.</p></body></html>", "utf-8")
    (home / "заметка.md").write_text("# Снег\n\nСнег выпал в мае.\n", "utf-8")
    (home / "таблица.csv").write_text("id,title,text\nt1,Рынок,Рынок переехал.\nt2,,\n", "utf-8")
    with zipfile.ZipFile(home / "пачка.zip", "w") as pack:
        pack.writestr("metatable.csv", "textid,title,author\n1,Вокзал,А. Берёзов\n")
        pack.writestr("texts/1.txt", "Вокзал открыт.\nПоезда ходят.")
        pack.writestr("texts/лента.jsonl", large)
    return home


def told(outcomes: list[Outcome]) -> list[object]:
    """All but how many bytes had been read."""
    return [(one.article, one.origin, one.id_from_path) if isinstance(one, Loaded) else one for one in outcomes]


def test_a_portion_reads_the_same_in_another_process(archive: Path) -> None:
    found = list(portions([archive]))
    assert {type(one) for one in found} == {Known, Lines, Small}
    sent = [pickle.loads(pickle.dumps(one)) for one in found]  # noqa: S301 - what multiprocessing does
    assert told([outcome for one in sent for outcome in one.read()]) == told(list(read_paths([archive])))


def test_no_line_is_lost_or_torn(archive: Path) -> None:
    articles = [one for one in read_paths([archive / "лента.jsonl"]) if isinstance(one, Loaded)]
    assert [one.article.id for one in articles] == [f"n{n}" for n in range(900)]
    assert [one.bytes_read for one in articles] == sorted(one.bytes_read for one in articles)
    faults = [one for one in read_paths([archive / "с ошибками.jsonl"]) if not isinstance(one, Loaded)]
    assert [one.where.rpartition(":")[2] for one in faults] == ["line 501", "line 902"]


def test_what_was_read_before_damage_counts(archive: Path) -> None:
    *articles, damage = read_paths([archive / "обрыв.jsonl.gz"])
    assert len(articles) > 100
    assert all(isinstance(one, Loaded) for one in articles)
    assert not isinstance(damage, Loaded)
    assert damage.file == str(archive / "обрыв.jsonl.gz")


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_runs_are_whole_lines(size: int) -> None:
    data = b"one\n\ntwo\nthree is longer than most\n" * 5 + b"the last one has no end"
    entry = Entry("a", "a", "a", "a", io.BufferedReader(io.BytesIO(data)))
    runs = list(runs_of_lines(entry, size))
    assert b"".join(run for _, run in runs) == data
    assert all(run.endswith(b"\n") for _, run in runs[:-1])
    at = 1
    for number, run in runs:
        assert number == at
        at += run.count(b"\n")


def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.sources.json_files.MAX_LINE", 1000)
    entry = Entry("a", "a", "a", "a", io.BufferedReader(io.BytesIO(b"1\n2\n" + b"9" * 5000)))
    runs = runs_of_lines(entry, 100)
    assert next(runs)[0] == 1
    with pytest.raises(UnreadableError, match="line 3 is longer"):
        list(runs)
