"""What a question of a server needs is there before it is asked."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index import Article, open_writer
from search import Searcher, open_searcher
from search.repair import vocabulary

PATIENCE = 60


def publish(folder: Path, *words: str) -> None:
    with open_writer(folder) as writer:
        for word in words:
            writer.add(Article(id=word, title=f"Слово {word}", text="Паром ушёл к берегу."))
        writer.publish()


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("molva-"):
            thread.join(PATIENCE)


def ids(molva: Searcher, query: str) -> list[str]:
    return [hit.id for hit in molva.search(query).hits]


def test_no_question_of_a_server_makes_a_table_of_forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.storage.format.WHOLE", 0)  # as in a large file: what is small enough is read at once
    monkeypatch.setattr("index.storage.format.SMALL", 0)
    publish(tmp_path, "каланча")
    with open_searcher(tmp_path, accelerate=True) as molva:
        wait()
        publish(tmp_path, "колокольня")
        assert ids(molva, "колокольня") == []  # what was asked first makes the newer state come
        wait()

        def made_late(*_: object, **__: object) -> None:
            raise AssertionError("a question waited for a table of forms")

        monkeypatch.setattr(vocabulary, "Forms", made_late)
        assert ids(molva, "каланчча") == ["каланча"]
        assert ids(molva, "калокольня") == ["колокольня"]


def test_a_command_makes_them_when_they_are_asked_for(tmp_path: Path) -> None:
    publish(tmp_path, "каланча")
    with open_searcher(tmp_path) as molva:
        (part,) = molva._live.current().snapshot.views["article"].parts  # type: ignore[attr-defined]
        assert not vocabulary._KNOWN.get(part)
        assert ids(molva, "каланчча") == ["каланча"]
        assert vocabulary._KNOWN.get(part)


def test_a_server_imports_nothing_for_a_question(tmp_path: Path) -> None:
    publish(tmp_path, "каланча", "колокольня")
    program = f"""
import sys, threading
from search import open_searcher
with open_searcher({str(tmp_path)!r}, accelerate=True) as molva:
    for thread in threading.enumerate():
        if thread.name.startswith("molva-"):
            thread.join({PATIENCE})
    before = set(sys.modules)
    for query in ("паром", '"паром ушёл" -лодка', "спикер:Берёзов мост", "каланчча", "gfhjv", "пар*", "парм~1"):
        molva.search(query)
        molva.search(query, type="quote")
    molva.suggest("кала")
    molva.speakers()
    print(sorted(name for name in set(sys.modules) - before if name.split(".")[0] in ("search", "index", "whoosh")))
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
