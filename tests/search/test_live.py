"""Which state answers where bytes have changed on the disk? In a server only one that has been read and is sound."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest

from index import Article, open_writer
from index.storage import folder as layout
from index.storage.format import SegmentFile
from search import IndexUnavailableError, Searcher, open_searcher
from search import live as states

PATIENCE = 60  # seconds for a thread to come to its end


@pytest.fixture(autouse=True)
def _large_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening reads the small arrays of a large file only."""
    monkeypatch.setattr("index.storage.format.WHOLE", 0)
    monkeypatch.setattr("index.storage.format.SMALL", 0)


def publish(folder: Path, *numbers: int) -> Path:
    """A state with these articles more; the file of its newest segment."""
    before = set((folder / "segments").glob("*.seg")) if folder.exists() else set()
    with open_writer(folder) as writer:
        for number in numbers:
            writer.add(Article(id=f"a{number}", title=f"Переправа {number}", text="Паром ушёл к берегу. " * 9))
        writer.publish()
    (made,) = set((folder / "segments").glob("*.seg")) - before
    return made


def harm(segment: Path) -> None:
    """One bit of the postings is another."""
    entry = SegmentFile(segment).entries["article.post.doc"]
    data = bytearray(segment.read_bytes())
    data[entry.offset] ^= 1
    segment.write_bytes(data)


def rebuilt(folder: Path, *numbers: int) -> Path:
    """A state of these articles alone, in files of its own."""
    with open_writer(folder, rebuild=True) as writer:
        for number in numbers:
            writer.add(Article(id=f"a{number}", title=f"Переправа {number}", text="Паром ушёл к берегу. " * 9))
        writer.publish()
    (entry,) = layout.live_manifest(folder).segments
    return folder / "segments" / entry.file


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("molva-"):
            thread.join(PATIENCE)


def ids(molva: Searcher) -> list[str]:
    return sorted(hit.id for hit in molva.search("паром").hits)


def test_a_server_starts_from_the_newest_state_of_which_every_byte_is_sound(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    publish(tmp_path, 1)
    harm(rebuilt(tmp_path, 1, 2))
    with caplog.at_level(logging.WARNING), open_searcher(tmp_path, accelerate=True) as molva:
        assert ids(molva) == ["a1"]
        assert "array article.post.doc" in caplog.text
        assert ids(molva) == ["a1"]


def test_a_server_without_a_sound_state_says_which_file_is_damaged(tmp_path: Path) -> None:
    segment = publish(tmp_path, 1)
    harm(segment)
    with pytest.raises(IndexUnavailableError, match=rf"{segment.name}: array article\.post\.doc"):
        open_searcher(tmp_path, accelerate=True)


def test_a_newer_state_that_is_damaged_is_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    publish(tmp_path, 1)
    with open_searcher(tmp_path, accelerate=True) as molva:
        assert ids(molva) == ["a1"]
        harm(rebuilt(tmp_path, 1, 2))
        with caplog.at_level(logging.WARNING):
            assert ids(molva) == ["a1"]
            wait()
            assert ids(molva) == ["a1"]
        assert caplog.text.count("the state before answers on") == 1
        rebuilt(tmp_path, 1, 2, 3)
        ids(molva)
        wait()
        assert ids(molva) == ["a1", "a2", "a3"]


@pytest.mark.parametrize("kept", [True, False])
def test_a_first_state_too_large_to_be_read_at_once_answers_until_it_is_known_to_be_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    monkeypatch.setattr(states, "AT_ONCE", 0)
    if kept:
        publish(tmp_path, 1)
    segment = rebuilt(tmp_path, 1, 2)
    harm(segment)
    with open_searcher(tmp_path, accelerate=True) as molva:
        wait()
        if kept:
            assert ids(molva) == ["a1"]
        else:
            for _ in range(2):
                with pytest.raises(IndexUnavailableError, match=segment.name):
                    molva.search("паром")
            rebuilt(tmp_path, 1, 2, 3)
            assert ids(molva) == ["a1", "a2", "a3"]
        molva.close()
        with pytest.raises(IndexUnavailableError, match="was closed"):
            molva.search("паром")


def test_a_server_answers_from_its_state_while_a_newer_one_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, 1)
    may_end = threading.Event()
    verify = SegmentFile.verify
    with open_searcher(tmp_path, accelerate=True) as molva:

        def slow(file: SegmentFile) -> list[str]:
            assert may_end.wait(PATIENCE)
            return verify(file)

        rebuilt(tmp_path, 1, 2)
        monkeypatch.setattr(SegmentFile, "verify", slow)
        assert ids(molva) == ["a1"]
        may_end.set()
        wait()
        assert ids(molva) == ["a1", "a2"]
