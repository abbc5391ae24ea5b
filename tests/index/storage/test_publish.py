"""One state of an index follows another: kept, opened, gone back to; and nothing that lies there leads elsewhere."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import maintenance
from index.errors import DamagedIndexError, LockedError, NoIndexError, UnsupportedIndexError
from index.schema import KINDS
from index.storage import folder as layout
from index.storage import manifest as manifests
from index.storage.segment import Segment, open_live, open_segments

from .folders import add, batch, history, live_ids, publish, without
from .test_crash import former


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


# -- states


def test_the_last_published_state_is_live(tmp_path: Path) -> None:
    history(tmp_path / "i", 2)
    assert live_ids(tmp_path / "i") == ["a0", "a1", "b1"]
    live = layout.live_manifest(tmp_path / "i")
    assert (live.articles, live.quotes, live.number, live.parent) == (3, 3, 2, 1)
    assert (tmp_path / "i" / "CURRENT").read_text() == f"{live.name}\n"


def test_only_the_newest_states_and_their_files_are_kept(tmp_path: Path) -> None:
    history(tmp_path / "i", 6)
    assert layout.manifest_numbers(tmp_path / "i") == [4, 5, 6]
    named = {name for n in (4, 5, 6) for name in layout.read_manifest(tmp_path / "i", n).files}
    assert set(names(tmp_path / "i" / "segments")) == named


def test_a_state_that_was_gone_back_from_goes_with_the_next_publish(tmp_path: Path) -> None:
    entries = history(tmp_path / "i", 4)
    before = layout.rollback(tmp_path / "i")
    assert before.number == 3
    assert layout.manifest_numbers(tmp_path / "i") == [2, 3, 4]
    made = publish(tmp_path / "i", *before.segments, add(tmp_path / "i", "н1"))
    assert (made.number, made.parent) == (5, 3)
    assert layout.manifest_numbers(tmp_path / "i") == [2, 3, 5]
    assert entries[-1].file not in names(tmp_path / "i" / "segments")


def test_one_can_go_back_as_far_as_states_are_kept(tmp_path: Path) -> None:
    history(tmp_path / "i", 5)
    assert [layout.rollback(tmp_path / "i").number for _ in range(2)] == [4, 3]
    with pytest.raises(NoIndexError, match="no kept state lies before 000003"):
        layout.rollback(tmp_path / "i")
    assert layout.live_manifest(tmp_path / "i").number == 3


def test_nobody_goes_back_to_a_damaged_state(tmp_path: Path) -> None:
    history(tmp_path / "i", 2)
    (tmp_path / "i" / "segments" / layout.read_manifest(tmp_path / "i", 1).segments[0].file).unlink()
    with pytest.raises(DamagedIndexError, match="is missing"):
        layout.rollback(tmp_path / "i")
    assert layout.live_manifest(tmp_path / "i").number == 2


def test_a_deleted_article_goes_with_its_quotes(tmp_path: Path) -> None:
    history(tmp_path / "i", 1)
    entry = layout.live_manifest(tmp_path / "i").segments[0]
    live = publish(tmp_path / "i", without(tmp_path / "i", entry, 1))
    assert (live.articles, live.quotes) == (1, 1)
    (segment,) = open_live(tmp_path / "i").segments
    for kind in KINDS:
        live_mask = segment.live(kind)
        assert live_mask is not None
        assert live_mask.dtype == np.uint8
        assert live_mask.tolist() == [1, 0]
        assert not live_mask.flags.writeable
        assert segment.live_docs(kind) == 1
    assert (segment.find("a0"), segment.find("b0"), segment.find("nobody")) == (0, None, None)


def test_where_nothing_is_deleted_there_are_no_marks(tmp_path: Path) -> None:
    history(tmp_path / "i", 1)
    entry = layout.live_manifest(tmp_path / "i").segments[0]
    assert without(tmp_path / "i", entry) == entry
    (segment,) = open_live(tmp_path / "i").segments
    assert segment.live("article") is None
    assert segment.live("quote") is None


def test_quotes_belong_to_their_articles() -> None:
    segment = Segment(batch("мост", "паром"), "s")
    assert [segment.quotes_of(n) for n in (0, 1)] == [range(0, 1), range(1, 2)]
    assert [segment.article_of(n) for n in (0, 1)] == [0, 1]


def test_a_newer_state_shares_what_is_open(tmp_path: Path) -> None:
    history(tmp_path / "i", 1)
    old = open_live(tmp_path / "i")
    publish(tmp_path / "i", without(tmp_path / "i", old.manifest.segments[0], 0), add(tmp_path / "i", "н1"))
    new = open_live(tmp_path / "i", old.segments)
    assert new.segments[0].file is old.segments[0].file
    assert new.segments[0].parts is old.segments[0].parts
    assert [len(list(one.states())) for one in (*old.segments, *new.segments)] == [2, 1, 1]
    publish(tmp_path / "i", *new.manifest.segments, add(tmp_path / "i", "н2"))
    newest = open_live(tmp_path / "i", new.segments)
    assert newest.segments[0] is new.segments[0]
    layout.rollback(tmp_path / "i")
    layout.rollback(tmp_path / "i")
    assert open_live(tmp_path / "i", newest.segments).segments[0].live("article") is None


def test_a_reader_keeps_its_state_when_its_files_are_gone(tmp_path: Path) -> None:
    history(tmp_path / "i", 1)
    with open_live(tmp_path / "i") as opened:
        shutil.rmtree(tmp_path / "i")
        assert [one for one, _ in opened.segments[0].states()] == ["a0", "b0"]


def test_readers_and_checks_beside_a_busy_writer_see_whole_states_only(tmp_path: Path) -> None:
    home = tmp_path / "i"
    history(home, 1)
    done = threading.Event()
    faults: list[object] = []

    def looks() -> None:
        while not done.is_set():
            opened = open_live(home)
            if opened.warning or len({name for one in opened.segments for name, _ in one.states()}) != 2:
                faults.append(opened)
            faults.extend(maintenance.check(home, repair=False).problems)

    reader = threading.Thread(target=looks)
    reader.start()
    try:
        for number in range(20):
            publish(home, add(home, f"н{number}", f"к{number}"))
    finally:
        done.set()
        reader.join()
    assert faults == []


# -- damage


def test_where_the_live_state_is_damaged_the_one_before_answers(tmp_path: Path) -> None:
    history(tmp_path / "i", 3)
    (tmp_path / "i" / "segments" / layout.live_manifest(tmp_path / "i").segments[-1].file).write_bytes(b"?")
    opened = open_live(tmp_path / "i")
    assert opened.manifest.number == 2
    assert opened.warning is not None
    assert "000002" in opened.warning
    assert ".seg" in opened.warning


@pytest.mark.parametrize("content", ["", "000003", "000009.aaaaaa\n", "../../x\n", "000002.aaaaaa\n", "ж\n"])
def test_a_wrong_pointer_is_damage_and_the_newest_state_answers(tmp_path: Path, content: str) -> None:
    history(tmp_path / "i", 3)
    (tmp_path / "i" / "CURRENT").write_text(content)
    with pytest.raises(DamagedIndexError, match="molva check --repair"):
        layout.live_manifest(tmp_path / "i")
    opened = open_live(tmp_path / "i")
    assert opened.warning is not None
    assert len(live_ids(tmp_path / "i")) > 0


def test_a_missing_pointer_is_damage_unless_there_was_one_publish_only(tmp_path: Path) -> None:
    for states, number in ((1, 1), (2, 2)):
        folder = tmp_path / str(states)
        history(folder, states)
        (folder / "CURRENT").unlink()
        opened = open_live(folder)
        assert opened.manifest.number == number
        assert (opened.warning is None) == (states == 1)


def test_where_no_state_can_be_opened_the_damage_of_the_live_one_is_told(tmp_path: Path) -> None:
    history(tmp_path / "i", 2)
    for one in (tmp_path / "i" / "segments").glob("*.seg"):
        one.unlink()
    with pytest.raises(DamagedIndexError, match="is missing"):
        open_live(tmp_path / "i")


def test_a_segment_in_the_place_of_another_is_damage(tmp_path: Path) -> None:
    history(tmp_path / "i", 2)
    first, second = (tmp_path / "i" / "segments" / one.file for one in layout.live_manifest(tmp_path / "i").segments)
    shutil.copy(second, first)
    with pytest.raises(DamagedIndexError, match="it is another file"):
        open_segments(tmp_path / "i", layout.live_manifest(tmp_path / "i"))


def test_deletions_of_an_older_state_in_the_place_of_newer_ones_are_damage(tmp_path: Path) -> None:
    history(tmp_path / "i", 3)
    old, new = (layout.read_manifest(tmp_path / "i", n).segments[0].deletions for n in (2, 3))
    assert old is not None
    assert new is not None
    shutil.copy(tmp_path / "i" / "segments" / old.file, tmp_path / "i" / "segments" / new.file)
    with pytest.raises(DamagedIndexError, match=r"\.del\.2"):
        open_segments(tmp_path / "i", layout.live_manifest(tmp_path / "i"))


# -- what others may have put there


def forge(folder: Path, **changes: Any) -> None:
    """A live manifest with these changes, whose checksum is right."""
    path = folder / "manifests" / "000001.json"
    raw = json.loads(path.read_text())
    raw.pop("checksum")
    for name, value in changes.items():
        at = raw if name in raw else raw["segments"][0]
        at[name] = value
    digest = manifests._checksum(raw)
    path.write_text(json.dumps({**raw, "checksum": digest}, indent=1))


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "../../../etc/passwd"},
        {"name": "/etc/passwd"},
        {"name": ""},
        {"name": "a.b"},
        {"name": 5},
        {"bytes": -1},
        {"bytes": 2**80},
        {"bytes": 1.5},
        {"bytes": True},
        {"articles": 10**15},
        {"deleted": 3},
        {"checksum": "x"},
        {"number": 2},
        {"token": "../.."},
        {"parent": "x"},
        {"segments": [5]},
        {"segments": {}},
        {"segments": None},
        {"deletions": {"file": "../x", "bytes": 1, "checksum": "0" * 32}},
        {"deletions": {"file": "other.del.1", "bytes": 1, "checksum": "0" * 32}},
        {"deletions": []},
    ],
)
def test_a_forged_manifest_is_damage(tmp_path: Path, changes: dict[str, Any]) -> None:
    history(tmp_path / "i", 1)
    forge(tmp_path / "i", **changes)
    with pytest.raises(DamagedIndexError):
        open_live(tmp_path / "i")


@pytest.mark.parametrize("content", [b"", b"[]", b"[" * 100_000, b"\xff\xfe", b'{"format": 1e999}', b"1" * 5000, b"{}"])
def test_what_is_no_manifest_is_damage(tmp_path: Path, content: bytes) -> None:
    history(tmp_path / "i", 1)
    (tmp_path / "i" / "manifests" / "000001.json").write_bytes(content)
    with pytest.raises(DamagedIndexError, match=r"000001\.json"):
        layout.live_manifest(tmp_path / "i")


@pytest.mark.parametrize("what", ["manifests", "segments", "manifest", "segment"])
def test_links_are_not_followed(tmp_path: Path, what: str) -> None:
    history(tmp_path / "i", 1)
    home = tmp_path / "i"
    path = {
        "manifests": home / "manifests",
        "segments": home / "segments",
        "manifest": home / "manifests" / "000001.json",
        "segment": next((home / "segments").glob("*.seg")),
    }[what]
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DamagedIndexError):
        open_live(home)
    if path.parent == home:
        with pytest.raises(NoIndexError, match="is a link"):
            layout.claim(home)


def test_a_sweep_takes_what_a_killed_writer_left_and_nothing_else(tmp_path: Path) -> None:
    history(tmp_path / "i", 2)
    before = set((tmp_path / "i").rglob("*"))
    left = [
        "segments/abc.seg.tmp",
        "segments/abc.seg",
        "segments/abc.del.3",
        "manifests/000009.json.tmp",
        "CURRENT.tmp",
    ]
    for name in left:
        (tmp_path / "i" / name).write_bytes(b"?")
    for name in ("segments/letter.txt", "notes.tmp"):
        (tmp_path / "i" / name).write_bytes(b"!")
        before.add(tmp_path / "i" / name)
    assert sorted(layout.sweep(tmp_path / "i")) == sorted(Path(name).name for name in left)
    assert set((tmp_path / "i").rglob("*")) == before


def test_a_sweep_takes_no_segment_while_a_manifest_cannot_be_read(tmp_path: Path) -> None:
    history(tmp_path / "i", 2)
    (tmp_path / "i" / "manifests" / "000002.json").write_bytes(b"?")
    assert layout.sweep(tmp_path / "i") == []


# -- other versions


@pytest.mark.parametrize(("name", "other"), [("READABLE", (99,)), ("SCHEMA_VERSION", 99), ("ANALYSIS_VERSION", 99)])
def test_an_index_of_another_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, other: object
) -> None:
    history(tmp_path / "i", 1)
    monkeypatch.setattr(manifests, name, other)
    with pytest.raises(UnsupportedIndexError, match="molva reindex"):
        open_live(tmp_path / "i")


def test_an_index_of_the_former_format_is_refused_and_a_rebuild_takes_its_place(tmp_path: Path) -> None:
    former(tmp_path / "i")
    with pytest.raises(UnsupportedIndexError, match=r"former format.*molva reindex"):
        open_live(tmp_path / "i")
    publish(tmp_path / "i", add(tmp_path / "i", "н1"))
    assert live_ids(tmp_path / "i") == ["н1"]
    assert names(tmp_path / "i") == ["CURRENT", "manifests", "segments"]


# -- folders and locks


@pytest.mark.parametrize("what", ["no folder", "empty", "file", "other"])
def test_what_is_no_index_says_what_to_do(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "i"
    if what == "file":
        folder.touch()
    elif what != "no folder":
        folder.mkdir()
    if what == "other":
        (folder / "letter.txt").write_text("Дорогая редакция!")
        with pytest.raises(NoIndexError, match=r"letter\.txt"):
            layout.claim(folder)
    with pytest.raises(NoIndexError, match="--index"):
        open_live(folder)


def test_a_second_writer_is_told_who_holds_the_index(tmp_path: Path) -> None:
    layout.claim(tmp_path / "i")
    code = (
        "import sys; from pathlib import Path; from index.storage.folder import writer_lock\n"
        "with writer_lock(Path(sys.argv[1])):\n print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / "i")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(LockedError, match=f"process {other.pid} "), layout.writer_lock(tmp_path / "i"):
            pass
        other.kill()
    with layout.writer_lock(tmp_path / "i"):  # the lock went with the process
        pass


def test_ctrl_c_waits_until_a_publish_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history(tmp_path / "i", 1)
    entry = add(tmp_path / "i", "н1")
    switch = layout._switch

    def interrupted(*arguments: Any) -> None:
        signal.raise_signal(signal.SIGINT)
        switch(*arguments)

    monkeypatch.setattr(layout, "_switch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path / "i", entry)
    assert live_ids(tmp_path / "i") == ["н1"]
