"""How does a server come to a newer state? Answering from the state before, until it is known who is who in it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import Article, open_writer
from index.speakers import overrides
from search import SearchRequest, open_searcher
from search.archive import Archive
from search.embedded import EmbeddedSearcher
from search.results import Page

PATIENCE = 60  # seconds for a thread to come to its end


def publish(folder: Path, *numbers: int) -> None:
    """A state with these articles more; each has a quote and a word of its own."""
    with open_writer(folder) as writer:
        for number in numbers:
            words = f"«Паром номер{number} пойдёт весной», — сказал мэр Аркадий Берёзов."
            writer.add(Article(id=f"a{number}", title=f"Переправа {number}", text=words))
        writer.publish()


class Held:
    """Working out who is who comes to its end only when it is let go; `began`: whether it is under way."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.may_end = threading.Event()
        self.times = 0

    def around(self, made: Callable[[Archive], None]) -> Callable[[Archive], None]:
        def slow(archive: Archive) -> None:
            self.times += 1
            self.began.set()
            assert self.may_end.wait(PATIENCE)
            made(archive)

        return slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedSearcher]:
    publish(tmp_path, 1)
    with open_searcher(tmp_path, accelerate=True) as searcher:
        assert isinstance(searcher, EmbeddedSearcher)
        assert articles(searcher.search("паром")) == ["a1"]
        yield searcher


def articles(page: Page) -> list[str]:
    return [hit.id for hit in page.hits]


def wait_for_threads() -> None:
    for thread in threading.enumerate():
        if thread.name == "molva-speakers":
            thread.join(PATIENCE)
            assert not thread.is_alive()


@pytest.fixture
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is who has to be worked out."""
    monkeypatch.setattr(Archive, "is_made", lambda self: "clustered" in self.__dict__)


@pytest.mark.usefixtures("nothing_kept")
def test_no_question_waits_for_a_newer_state_and_none_is_mixed(
    server: EmbeddedSearcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    before = server.search("паром").index
    monkeypatch.setattr(Archive, "made", held.around(Archive.made))
    publish(tmp_path, 2)
    for _ in range(3):  # on the thread that lets the work end afterwards
        page = server.search("номер1 OR номер2", type="article", snippets=False, reprints="all")
        assert (articles(page), page.index, page.total.value) == (["a1"], before, 1)
        assert held.began.wait(PATIENCE)
    publish(tmp_path, 3)
    assert server.search("паром", snippets=False, reprints="all").index == before
    assert held.times == 1, "one state at a time is made ready"
    held.may_end.set()
    wait_for_threads()
    assert server.search("паром").total.value >= 2
    wait_for_threads()
    page = server.search("паром")
    assert (page.total.value, page.index.articles) == (3, 3)


@pytest.mark.usefixtures("nothing_kept")
def test_a_newer_state_that_cannot_be_worked_out_is_passed_over_and_the_log_says_why(
    server: EmbeddedSearcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken, caplog.at_level(logging.WARNING):
        broken.setattr(Archive, "made", _fails)
        publish(tmp_path, 2)
        request = SearchRequest("паром", snippets=False, reprints="all")
        assert server.search(request).total.value == 1
        wait_for_threads()
        assert server.search(request).total.value == 1
        wait_for_threads()
    assert caplog.text.count("no room for who is who") == 1, "it is tried once"
    publish(tmp_path, 3)
    server.search("паром")
    wait_for_threads()
    assert server.search("паром").total.value == 3


def _fails(archive: Archive) -> None:
    raise MemoryError("no room for who is who")


@pytest.mark.usefixtures("nothing_kept")
def test_a_server_that_is_closed_meanwhile_stays_closed(
    server: EmbeddedSearcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    monkeypatch.setattr(Archive, "made", held.around(Archive.made))
    publish(tmp_path, 2)
    server.search("паром", snippets=False, reprints="all")
    assert held.began.wait(PATIENCE)
    server.close()
    held.may_end.set()
    wait_for_threads()
    assert server._live.state is None


@pytest.mark.usefixtures("nothing_kept")
def test_what_a_person_decides_comes_the_same_way(server: EmbeddedSearcher, tmp_path: Path) -> None:
    overrides.save(tmp_path, overrides.NONE.with_alias("arkadii-berezov", "речной мэр"))
    server.search("паром")
    wait_for_threads()
    assert server.search('спикер:"речной мэр"').total.value == 1


@pytest.mark.parametrize(
    ("asked", "untouched"),
    [
        ({"snippets": False, "reprints": "all"}, True),
        ({"snippets": False, "reprints": "all", "facets": "source,year"}, True),
        ({"snippets": False, "reprints": "all", "facets": "speaker"}, False),
        ({"snippets": False, "reprints": "all", "speaker": "Аркадий Берёзов"}, False),
        ({"reprints": "all"}, False),
        ({}, False),
        ({"type": "quote", "reprints": "all"}, False),
    ],
)
def test_who_is_who_is_worked_out_for_those_who_ask(tmp_path: Path, asked: dict[str, object], untouched: bool) -> None:
    publish(tmp_path, 1)
    with open_searcher(tmp_path) as molva:
        assert isinstance(molva, EmbeddedSearcher)
        molva.search("паром", **asked)
        assert molva._live.state is not None
        assert ("who" not in molva._live.state.archive.__dict__) == untouched


def test_an_index_without_quotes_has_nobody_to_know(tmp_path: Path) -> None:
    with open_writer(tmp_path) as writer:
        writer.add(Article(id="a1", title="Паром", text="Паром стоит у берега."))
        writer.publish()
    with open_searcher(tmp_path) as molva:
        assert isinstance(molva, EmbeddedSearcher)
        assert molva.search("паром").total.value == 1
        assert molva._live.state is not None
        assert "archive" not in molva._live.state.people.__dict__
