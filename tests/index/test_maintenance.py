"""`molva check` finds every changed byte and names its place; a repair loses no more than what is damaged."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from index import maintenance
from index.cli import check, generations, rollback
from index.errors import IndexingError, LockedError, NoIndexError, UnsupportedIndexError
from index.storage import folder as layout
from index.storage.format import SegmentFile
from index.writer import SyncState
from tests.index.storage.folders import add, history, live_ids, publish
from tests.index.storage.test_crash import former


def test_a_sound_index_is_sound(tmp_path: Path) -> None:
    history(tmp_path / "i", 4)
    live = layout.live_manifest(tmp_path / "i")
    result = maintenance.check(tmp_path / "i", repair=False)
    assert result == maintenance.Checked(True, True, live.name, 5, live.bytes)
    assert maintenance.check(tmp_path / "i", repair=True) == result


def test_one_flipped_bit_in_any_file_is_found_and_named(tmp_path: Path) -> None:
    home = tmp_path / "i"
    history(home, 2)
    assert maintenance.problems(home) == []
    for path in [one for one in home.rglob("*") if one.is_file() and one.name != "LOCK"]:
        data = path.read_bytes()
        entries = SegmentFile(path).entries if path.parent.name == "segments" else {}
        step = max(1, len(data) // 15)
        for at in {*range(0, len(data), step), len(data) - 1}:
            path.write_bytes(data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :])
            found = maintenance.problems(home)
            assert found, (path, at)
            assert any(str(path) in one for one in found), (path, at, found)
            for name, entry in entries.items():
                if entry.offset <= at < entry.offset + entry.bytes:
                    assert any(f"array {name}" in one for one in found), (path, at, found)
        path.write_bytes(data)
    assert maintenance.problems(home) == []


def test_a_missing_file_is_found(tmp_path: Path) -> None:
    home = tmp_path / "i"
    history(home, 4)
    for path in [one for one in home.rglob("*") if one.is_file() and one.name != "LOCK"]:
        path.rename(tmp_path / "away")
        found = maintenance.problems(home)
        # of a state that is not live nothing but its manifest says that it was there
        assert found or path.parent.name == "manifests"
        (tmp_path / "away").rename(path)


def test_repair_falls_back_to_the_newest_sound_state(tmp_path: Path) -> None:
    home = tmp_path / "i"
    history(home, 4)
    flip(home / "segments" / layout.read_manifest(home, 4).segments[-1].file)
    flip(home / "segments" / layout.read_manifest(home, 3).segments[-1].file)
    result = maintenance.check(home, repair=True)
    assert result.sound
    assert str(result.generation).startswith("000002.")
    assert "fell back to generation 000002" in result.repaired[0]
    assert layout.manifest_numbers(home) == [2]
    assert live_ids(home) == ["a0", "a1", "b1"]
    assert maintenance.check(home, repair=False).sound


def flip(path: Path) -> None:
    """Change a bit of an array, not of the padding before it."""
    entry = SegmentFile(path).entries["article.stored.data"]
    data = bytearray(path.read_bytes())
    data[entry.offset + entry.bytes // 2] ^= 4
    path.write_bytes(data)


def test_damage_in_an_old_state_costs_that_state_only(tmp_path: Path) -> None:
    home = tmp_path / "i"
    history(home, 2)
    publish(home, add(home, "н1"))
    damaged = home / "segments" / layout.read_manifest(home, 1).segments[0].file
    flip(damaged)
    found = maintenance.check(home, repair=False)
    assert (found.sound, found.live_sound, found.generation) == (False, True, layout.live_manifest(home).name)
    assert found.problems == []
    assert found.damaged == [2, 1]
    assert len(found.kept_problems) == 1  # one file, though two states have it
    assert f"{damaged}: array article.stored.data" in found.kept_problems[0]
    result = maintenance.check(home, repair=True)
    assert result.sound
    assert "took away generation 000001, which was damaged" in result.repaired
    assert layout.manifest_numbers(home) == [3]
    assert live_ids(home) == ["н1"]


def test_repair_writes_a_lost_pointer_anew(tmp_path: Path) -> None:
    for states in (1, 3):
        home = tmp_path / str(states)
        history(home, states)
        (home / "CURRENT").unlink()
        assert "CURRENT: is missing" in maintenance.check(home, repair=False).problems[0]
        assert maintenance.check(home, repair=True).sound
        assert layout.live_manifest(home).number == states


@pytest.mark.parametrize("what", ["link", "folder", "pipe"])
def test_where_current_is_no_file_a_reader_falls_back_and_a_repair_does_what_it_can(tmp_path: Path, what: str) -> None:
    home = tmp_path / "i"
    history(home, 2)
    current = home / "CURRENT"
    current.rename(tmp_path / "away")
    if what == "link":
        current.symlink_to(tmp_path / "away")
    elif what == "folder":
        current.mkdir()
    else:
        os.mkfifo(current)
    assert "CURRENT: is no file" in maintenance.check(home, repair=False).problems[0]
    assert live_ids(home) == ["a0", "a1", "b1"]
    if what == "folder":
        with pytest.raises(IndexingError, match="cannot be repaired"):
            maintenance.check(home, repair=True)
    else:
        assert maintenance.check(home, repair=True).sound
        assert layout.live_manifest(home).number == 2


def test_repair_without_a_sound_state_says_so_and_takes_nothing_away(tmp_path: Path) -> None:
    home = tmp_path / "i"
    history(home, 1)
    flip(next((home / "segments").glob("*.seg")))
    result = maintenance.check(home, repair=True)
    assert not result.sound
    assert "molva reindex" in result.repaired[0]
    assert layout.manifest_numbers(home) == [1]


def test_repair_waits_for_no_writer(tmp_path: Path) -> None:
    history(tmp_path / "i", 1)
    with layout.writer_lock(tmp_path / "i"), pytest.raises(LockedError):
        maintenance.check(tmp_path / "i", repair=True)


def test_states_are_those_of_the_live_articles(tmp_path: Path) -> None:
    assert maintenance.read_states(tmp_path / "i") == {}
    history(tmp_path / "i", 2)
    assert maintenance.read_states(tmp_path / "i") == {
        name: SyncState(f"/news/{name}.txt", "d1") for name in ("a0", "a1", "b1")
    }


def test_a_damaged_or_former_index_has_no_readable_states(tmp_path: Path) -> None:
    history(tmp_path / "i", 1)
    flip(next((tmp_path / "i" / "segments").glob("*.seg")))
    former(tmp_path / "former")
    assert maintenance.readable_states(tmp_path / "i") == {}
    assert maintenance.readable_states(tmp_path / "former") == {}
    with pytest.raises(UnsupportedIndexError):
        maintenance.check(tmp_path / "former", repair=False)


def test_kept_states_are_listed_with_what_is_in_them(tmp_path: Path) -> None:
    history(tmp_path / "i", 5)
    layout.rollback(tmp_path / "i")
    found = maintenance.generations(tmp_path / "i")
    assert [(one.number, one.articles, one.live) for one in found] == [(5, 9, False), (4, 7, True), (3, 5, False)]
    assert all(one.problem is None and one.created and one.bytes for one in found)
    (tmp_path / "i" / "segments" / layout.read_manifest(tmp_path / "i", 5).segments[-1].file).unlink()
    (tmp_path / "i" / "manifests" / "000003.json").write_bytes(b"?")
    found = maintenance.generations(tmp_path / "i")
    assert [one.problem is None for one in found] == [False, True, False]
    assert found[2].name is None


def test_nothing_is_listed_where_there_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError):
        maintenance.generations(tmp_path / "i")


def test_the_command_line_lists_states_goes_back_and_checks(tmp_path: Path) -> None:
    home = str(tmp_path / "i")
    history(tmp_path / "i", 2)
    run = CliRunner().invoke
    lines = run(generations, ["--index", home]).stdout.splitlines()
    assert lines[0].startswith("live 000002.")
    assert lines[1].startswith("     000001.")
    assert [one["live"] for one in json.loads(run(generations, ["--index", home, "--json"]).stdout)["generations"]] == [
        True,
        False,
    ]
    assert "2 articles, 2 quotes" in run(rollback, ["--index", home]).stdout
    assert run(rollback, ["--index", home]).exit_code == 2
    assert run(check, ["--index", home]).stdout.startswith("sound: generation 000001.")
    flip(tmp_path / "i" / "segments" / layout.live_manifest(tmp_path / "i").segments[0].file)
    assert run(check, ["--index", home]).exit_code == 3
    assert not json.loads(run(check, ["--index", home, "--json"]).stdout)["sound"]


def test_the_command_line_tells_a_damaged_kept_state_from_a_damaged_live_one(tmp_path: Path) -> None:
    home = tmp_path / "i"
    history(home, 2)
    publish(home, add(home, "н1"))
    flip(home / "segments" / layout.read_manifest(home, 1).segments[0].file)
    run = CliRunner().invoke
    said = run(check, ["--index", str(home)])
    assert said.exit_code == 1
    assert said.stdout.startswith("sound: generation 000003.")
    assert "array article.stored.data" in said.stderr
    assert "the live generation is sound and answers; damaged beside it: 000002, 000001" in said.stderr
    told = json.loads(run(check, ["--index", str(home), "--json"]).stdout)
    assert (told["sound"], told["live_sound"], told["damaged"], told["problems"]) == (False, True, [2, 1], [])
    assert run(check, ["--index", str(home), "--repair"]).exit_code == 0
    assert run(check, ["--index", str(home), "--deep"]).exit_code == 0
    flip(home / "segments" / layout.live_manifest(home).segments[0].file)
    said = run(check, ["--index", str(home)])
    assert said.exit_code == 3
    assert "the index is damaged" in said.stderr


def test_nobody_goes_back_to_a_damaged_state(tmp_path: Path) -> None:
    home = tmp_path / "i"
    history(home, 1)
    publish(home, add(home, "н1"))
    flip(home / "segments" / layout.read_manifest(home, 1).segments[0].file)
    said = CliRunner().invoke(rollback, ["--index", str(home)])
    assert said.exit_code == 3
    assert "array article.stored.data" in said.stderr
    assert live_ids(home) == ["н1"]


def test_a_file_of_many_states_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history(tmp_path / "i", 4)
    looked: list[str] = []
    verify = SegmentFile.verify

    def noted(file: SegmentFile) -> list[str]:
        looked.append(file.path.name)
        return verify(file)

    monkeypatch.setattr(SegmentFile, "verify", noted)
    monkeypatch.setattr("index.storage.format.WHOLE", 0)  # a small file is looked at whenever it is opened
    assert maintenance.check(tmp_path / "i", repair=False).sound
    segments = [name for name in looked if name.endswith(".seg")]
    assert sorted(segments) == sorted(path.name for path in (tmp_path / "i" / "segments").glob("*.seg"))


def test_a_wrong_number_of_deleted_quotes_is_found(tmp_path: Path) -> None:
    home = tmp_path / "i"
    history(home, 2)
    live = layout.live_manifest(home)
    forged = [replace(entry, deleted_quotes=entry.deleted_quotes * 2) for entry in live.segments]
    publish(home, *forged)
    assert "array deleted: 1 quotes go with it, expected 2" in maintenance.problems(home)[0]
