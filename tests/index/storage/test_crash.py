"""Whatever happens in the middle of a publish, an index is the old one or the new one, whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index import maintenance
from index.errors import NoIndexError
from index.storage import folder as layout

from .folders import add, history, live_ids, publish, without
from .power import Killed, Recorder, after_power_cut, lay_out, tree_of

ROOT = Path(__file__).parents[3]
Step = Callable[[Path], object]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The power is cut in a model, so that the disk below need not be waited for."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


def first_publish(folder: Path) -> None:
    layout.claim(folder)
    publish(folder, add(folder, "н1", "н2"))


def adds_and_deletes(folder: Path) -> None:
    live = layout.live_manifest(folder).segments
    publish(folder, without(folder, live[0], 0, 1), *live[1:], add(folder, "н1"))


def rebuilds(folder: Path) -> None:
    publish(folder, add(folder, "н1", "н2"))


def merges(folder: Path) -> None:
    entry = add(folder, "н1", "н2")
    given_up = add(folder, "н3")
    publish(folder, entry)
    layout.discard(folder, [given_up])


def goes_back(folder: Path) -> None:
    layout.rollback(folder)


def repairs(folder: Path) -> None:
    maintenance.check(folder, repair=True)


def nothing(folder: Path) -> None: ...


def one_state(folder: Path) -> None:
    history(folder, 1)


def four_states(folder: Path) -> None:
    history(folder, 4)


def rolled_back(folder: Path) -> None:
    history(folder, 4)
    layout.rollback(folder)


def former(folder: Path) -> None:
    (folder / "generations" / "000001").mkdir(parents=True)
    (folder / "generations" / "000001" / "manifest.json").write_text("{}")
    (folder / "CURRENT").write_text("000001\n")
    layout.claim(folder)


def damaged(folder: Path) -> None:
    entries = history(folder, 3)
    path = folder / "segments" / entries[-1].file
    path.write_bytes(path.read_bytes()[:-1])


def seen(folder: Path) -> list[str] | None:
    """The articles that a reader sees; None where there is no index (yet)."""
    try:
        return live_ids(folder)
    except NoIndexError:
        return None


CASES = [
    (nothing, first_publish),
    (one_state, adds_and_deletes),
    (four_states, adds_and_deletes),
    (four_states, rebuilds),
    (four_states, merges),
    (four_states, goes_back),
    (rolled_back, adds_and_deletes),
    (damaged, repairs),
]


@pytest.mark.parametrize(("before", "step"), CASES)
def test_after_a_kill_or_a_power_cut_at_any_call_the_old_state_or_the_new_one_is_there(
    tmp_path: Path, before: Step, step: Step
) -> None:
    home = tmp_path / "disk"
    home.mkdir()
    before(home / "i")
    start, old = tree_of(home), seen(home / "i")
    with pytest.MonkeyPatch.context() as patch:
        recorder = Recorder(patch)
        step(home / "i")
    new = seen(home / "i")
    assert old != new or step is repairs
    calls = recorder.calls
    looked: set[tuple[bool, frozenset[object]]] = set()
    for count in range(len(calls) + 1):
        done = count == len(calls)
        for tree in after_power_cut(start, home, calls[:count]):
            if (key := (done, frozenset(tree.items()))) not in looked:
                looked.add(key)
                look(tmp_path / "cut", tree, old, new, done=done, repaired=step is repairs)


def look(home: Path, tree: dict[Path, bytes | None], old: object, new: object, *, done: bool, repaired: bool) -> None:
    """A reader sees one of both states, whole; the next writer clears up and goes on."""
    lay_out(tree, home)
    folder = home / "i"
    found = seen(folder)
    assert found == new if done else found in (old, new)
    if found is not None and not repaired:
        assert [one for one in maintenance.problems(folder) if "CURRENT: is missing" not in one] == []
    layout.claim(folder)
    with layout.writer_lock(folder):
        layout.sweep(folder)
        publish(folder, add(folder, "после"))
    assert live_ids(folder) == ["после"]
    clean(folder)
    shutil.rmtree(home)


def clean(folder: Path) -> None:
    """Nothing lies there that no kept state names."""
    numbers = layout.manifest_numbers(folder)
    live = layout.live_manifest(folder).number  # what a killed publish left behind it goes with the next one
    assert len([number for number in numbers if number <= live]) <= layout.KEPT
    named = {name for number in numbers for name in layout.read_manifest(folder, number).files}
    assert {one.name for one in (folder / "segments").iterdir()} == named
    assert sorted(p.name for p in folder.iterdir() if p.name != "LOCK") == ["CURRENT", "manifests", "segments"]


@pytest.mark.parametrize(
    ("before", "step"), [(one_state, adds_and_deletes), (four_states, merges), (rolled_back, rebuilds)]
)
def test_where_a_call_fails_the_old_state_stays_live_and_the_writer_may_try_again(
    tmp_path: Path, before: Step, step: Step
) -> None:
    root = tmp_path / "i"
    before(root)
    start, old = tree_of(root), seen(root)
    count, reached = 0, True
    while reached:
        lay_out(start, folder := tmp_path / f"try{count}")
        with pytest.MonkeyPatch.context() as patch:
            recorder = Recorder(patch, count, OSError, once=True)
            failed = False
            try:
                step(folder)
            except OSError:
                failed = True
        if failed:
            assert (folder / "CURRENT").read_bytes() == start[Path("CURRENT")] or seen(folder) != old
            step(folder)
        assert seen(folder) != old
        assert maintenance.check(folder, repair=True).sound
        publish(folder, *layout.live_manifest(folder).segments)
        layout.sweep(folder)
        clean(folder)
        shutil.rmtree(folder)
        reached = recorder.count > count
        count += 1
    assert count > 10


def test_a_killed_process_handles_nothing(tmp_path: Path) -> None:
    history(tmp_path / "i", 1)
    with pytest.MonkeyPatch.context() as patch:
        recorder = Recorder(patch, 2)
        with pytest.raises(Killed):
            add(tmp_path / "i", "н1")
    assert [name for name, _ in recorder.calls] == ["create", "write"]


def test_a_writer_that_is_killed_at_any_time_leaves_a_whole_index(tmp_path: Path) -> None:
    """The same on the real disk; a power cut cannot be had there."""
    root = tmp_path / "i"
    history(root, 1)
    code = (
        "import sys; from pathlib import Path; from tests.index.storage.folders import *\n"
        "root = Path(sys.argv[1]); print('ready', flush=True)\n"
        "while True: publish(root, add(root, 'x', 'y'), add(root, 'z'))"
    )
    for number in range(3):
        with subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code, str(root)], stdout=subprocess.PIPE, cwd=ROOT
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.05 + 0.031 * number)
            writer.kill()
        assert live_ids(root) in (["a0", "b0"], ["x", "y", "z"])
        assert maintenance.problems(root) == []
        layout.sweep(root)
        clean(root)


def test_an_index_of_the_former_format_is_there_until_the_new_one_is(tmp_path: Path) -> None:
    root = tmp_path / "i"
    former(root)
    start = tree_of(root)
    with pytest.MonkeyPatch.context() as patch:
        recorder = Recorder(patch)
        publish(root, add(root, "н1"))
    assert not (root / "generations").exists()
    for count in range(len(recorder.calls) + 1):
        for tree in after_power_cut(start, root, recorder.calls[:count]):
            whole_former = Path("generations/000001/manifest.json") in tree
            current = tree[Path("CURRENT")]
            assert current is not None
            assert whole_former or len(current) > len(b"000001\n")
