"""Who is who in a state is kept beside it: the same as worked out, and never of use where it could be wrong."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article, extracts, maintenance, open_writer, voices_file
from index.cli import check, rollback
from index.speakers import overrides
from index.speakers.overrides import NONE, Overrides
from index.storage import folder as layout
from index.storage.segment import open_live
from index.voices import Voices, keep
from index.voices_file import Known
from search import open_searcher
from search.speakers_cli import speakers

SAYINGS = (
    "Мост через Окольку откроют к осени, а паром останется до весны",
    "Мост через Окольку откроют к осени",
    "Паром пойдёт, когда сойдёт лёд на реке",
    "Новую школу на Заречной улице построят за два года",
)
SPEAKERS = (
    "мэр Аркадий Берёзов",
    "мэр Берёзов",
    "хирург Иван Серов",
    "вратарь Иван Серов",
    "И. Серов",
    "Анна Вайс",
    "«Окольские вести»",
)
DAYS = (None, "2014-05-01", "2014-05-02", "1969-01-01")


@st.composite
def newspapers(draw: st.DrawFn) -> list[Article]:
    said = st.lists(st.tuples(st.sampled_from(SAYINGS), st.sampled_from(SPEAKERS)), max_size=3)
    rows = draw(st.lists(st.tuples(said, st.sampled_from(DAYS), st.sampled_from(("Вестник", "Окольск", None)))))
    return [
        Article(
            id=f"a{number}",
            title=f"Новости {number}",
            text="\n\n".join(f"«{words}», — сказал {who}." for words, who in quotes) or "Снег.",
            published=day,
            source=source,
        )
        for number, (quotes, day, source) in enumerate(rows)
    ]


PAPER = [
    Article(
        id=f"a{number}",
        title=f"Новости {number}",
        text=f"«{SAYINGS[number % 2]}», — сказал {who}.",
        published=f"2014-05-0{number + 1}",
        source=f"Вестник {number}",
    )
    for number, who in enumerate(SPEAKERS[:5])
]


def publish(folder: Path, articles: list[Article], *, gone: tuple[str, ...] = ()) -> None:
    with open_writer(folder) as writer:
        for article in articles:
            writer.add(article)
        for article_id in gone:
            writer.delete(article_id)
        writer.publish()


def kept(folder: Path) -> list[str]:
    """The states of which it is kept, by number."""
    return sorted(path.name[:6] for path in (folder / voices_file.FOLDER).glob("*"))


def kept_file(folder: Path) -> Path:
    return voices_file.file_of(folder, layout.live_manifest(folder).name)


def told(folder: Path, decided: Overrides = NONE) -> tuple[Known, Known, bool]:
    """As it is loaded, as it is worked out, and whether anything was loaded."""
    with open_live(folder) as opened:
        loaded = Voices(folder, opened.segments, decided, state=opened.manifest.name)
        loaded.load()
        was = "clustered" in loaded.__dict__
        return loaded.known(), Voices(folder, opened.segments, decided).known(), was


def is_same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, tuple) and isinstance(other, tuple) and one and not isinstance(one[0], str | int):
        return len(one) == len(other) and all(map(is_same, one, other))
    return one == other


def assert_same(one: Known, other: Known) -> None:
    for field in fields(Known):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        assert is_same(tuple(mine) if field.name in ("speakers", "reprints") else mine, _whole(field.name, theirs))


def _whole(name: str, value: object) -> object:
    return tuple(value) if name in ("speakers", "reprints") and isinstance(value, list) else value


@settings(max_examples=25, deadline=None)
@given(newspapers(), st.data())
def test_what_is_loaded_is_what_is_worked_out(articles: list[Article], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        half = data.draw(st.integers(0, len(articles)))
        publish(folder, articles[:half])
        gone = data.draw(st.lists(st.sampled_from([one.id for one in articles]), max_size=2)) if articles else []
        decided = data.draw(st.sampled_from((NONE, NONE.with_merged("ivan-serov-sport", "ivan-serov-medicine"))))
        overrides.save(folder, decided)
        publish(folder, articles[half:], gone=tuple(gone))
        loaded, made, was_loaded = told(folder, decided)
        assert was_loaded == any(map(len, made.who))
        assert_same(loaded, made)


def test_it_is_kept_for_the_kept_states_and_found_again_by_a_rollback(tmp_path: Path) -> None:
    for number in range(4):
        publish(tmp_path, PAPER[number : number + 1])
    assert kept(tmp_path) == ["000002", "000003", "000004"]
    before = kept_file(tmp_path).stat()
    publish(tmp_path, PAPER[4:])
    assert CliRunner().invoke(rollback, ["--index", str(tmp_path)]).exit_code == 0
    after = kept_file(tmp_path).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns), "nothing is written anew"
    assert told(tmp_path)[2]


def test_going_back_behind_a_decision_keeps_it_anew(tmp_path: Path) -> None:
    publish(tmp_path, PAPER[:3])
    decided = NONE.with_alias("ivan-serov", "железный доктор")
    overrides.save(tmp_path, decided)
    publish(tmp_path, PAPER[3:4])
    assert CliRunner().invoke(rollback, ["--index", str(tmp_path)]).exit_code == 0
    assert told(tmp_path, decided)[2]


def test_of_several_publishes_the_last_one_is_kept(tmp_path: Path) -> None:
    with open_writer(tmp_path) as writer:
        for article in PAPER[:3]:
            writer.add(article)
            writer.publish()
    assert kept(tmp_path) == ["000003"]


def test_decisions_of_the_command_are_kept_and_those_by_hand_make_a_reader_work_it_out(tmp_path: Path) -> None:
    publish(tmp_path, PAPER)
    both = ("ivan-serov-medicine", "ivan-serov-sport")
    assert CliRunner().invoke(speakers, ["merge", *both, "--index", str(tmp_path)]).exit_code == 0
    decided = overrides.saved(tmp_path)
    assert decided.merged
    loaded, made, was_loaded = told(tmp_path, decided)
    assert was_loaded
    assert_same(loaded, made)
    by_hand = overrides.overrides_file(tmp_path)
    by_hand.write_text(
        by_hand.read_text("utf-8").replace('"merged": [', '"merged": [ ').replace(both[1], "x-y"), "utf-8"
    )
    assert not told(tmp_path, overrides.saved(tmp_path))[2]
    with open_searcher(tmp_path) as molva:
        assert {one.id for one in molva.speakers("Серов").speakers} >= set(both)


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(bytes(data))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def _swap(path: Path) -> None:
    """The file of another state, which is whole."""
    other = next(one for one in path.parent.iterdir() if one != path)
    path.write_bytes(other.read_bytes())


@pytest.mark.parametrize(
    ("spoil", "said"),
    [(_flip, "have changed"), (_cut, "it starts or ends with"), (Path.unlink, "is missing"), (_swap, "follows from")],
)
def test_what_is_missing_damaged_or_stale_is_worked_out_and_the_log_says_so(
    tmp_path: Path, spoil: Callable[[Path], None], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    publish(tmp_path, PAPER[:3])
    publish(tmp_path, PAPER[3:])
    with open_searcher(tmp_path) as molva:
        expected = [one.to_dict() for one in molva.speakers().speakers]
    spoil(kept_file(tmp_path))
    with caplog.at_level(logging.INFO):
        loaded, made, was_loaded = told(tmp_path)
        assert not was_loaded
        assert_same(loaded, made)
        with open_searcher(tmp_path) as molva:
            assert [one.to_dict() for one in molva.speakers().speakers] == expected
    assert said in caplog.text
    assert str(kept_file(tmp_path)) in caplog.text
    publish(tmp_path, PAPER[:1])
    assert told(tmp_path)[2]


def test_a_sound_file_of_another_kind_in_its_place_is_found_and_mended(tmp_path: Path) -> None:
    publish(tmp_path, PAPER)
    extract = next((tmp_path / "extracts").iterdir())
    kept_file(tmp_path).write_bytes(extract.read_bytes())
    (problem,) = maintenance.problems(tmp_path)
    assert str(kept_file(tmp_path)) in problem
    assert "a file of another kind" in problem
    maintenance.check(tmp_path, repair=True)
    assert maintenance.problems(tmp_path) == []
    assert told(tmp_path)[2]


def test_one_of_another_version_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, PAPER)
    monkeypatch.setattr(voices_file, "VERSION", voices_file.VERSION + 1)
    assert not told(tmp_path)[2]
    keep(tmp_path)
    assert told(tmp_path)[2]


def test_whole_bytes_that_lead_nowhere_are_not_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    publish(tmp_path, PAPER)
    name = layout.live_manifest(tmp_path).name
    loaded, _, _ = told(tmp_path)
    wrong = Known(**{**{f.name: getattr(loaded, f.name) for f in fields(Known)}, "owner": loaded.owner + 100})
    voices_file.write(tmp_path, name, NONE, wrong)
    assert not told(tmp_path)[2]
    assert "array sighting.owner" in caplog.text


def test_what_cannot_be_kept_costs_no_publish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(voices_file, "write", full)
    publish(tmp_path, PAPER)
    assert "No space left" in caplog.text
    with open_searcher(tmp_path) as molva:
        assert molva.stats().articles == len(PAPER)
        assert molva.speakers().total.value == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_read(tmp_path: Path) -> None:
    publish(tmp_path, PAPER)
    kept_file(tmp_path).unlink()
    homes = [tmp_path, *(one for one in tmp_path.rglob("*") if one.is_dir())]
    for home in homes:
        home.chmod(0o555)
    try:
        with open_searcher(tmp_path) as molva:
            assert molva.speakers().total.value == 3
        keep(tmp_path)
    finally:
        for home in homes:
            home.chmod(0o755)
    assert kept(tmp_path) == []


def test_a_reader_writes_nothing(tmp_path: Path) -> None:
    publish(tmp_path, PAPER)
    kept_file(tmp_path).unlink()
    with open_searcher(tmp_path) as molva:
        assert molva.speakers().total.value == 3
    assert kept(tmp_path) == []


def test_what_a_killed_writer_left_is_swept(tmp_path: Path) -> None:
    publish(tmp_path, PAPER[:2])
    home = tmp_path / voices_file.FOLDER
    for left in ("000001.ffffff.who", "000002.aaaaaa.who.tmp"):
        (home / left).write_bytes(b"half")
    publish(tmp_path, PAPER[2:])
    assert kept(tmp_path) == ["000001", "000002"]
    assert all(voices_file.problems(path) == [] for path in home.iterdir())


def test_an_index_without_quotes_keeps_nothing(tmp_path: Path) -> None:
    publish(tmp_path, [Article(id="a1", title="Снег", text="Снег идёт.")])
    assert kept(tmp_path) == []


@pytest.mark.parametrize("home", [voices_file.FOLDER, extracts.FOLDER])
def test_a_check_names_a_damaged_file_that_follows_from_a_state_and_a_repair_writes_it_anew(
    tmp_path: Path, home: str
) -> None:
    publish(tmp_path, PAPER)
    (path,) = (tmp_path / home).iterdir()
    before = path.read_bytes()
    _flip(path)
    found = CliRunner().invoke(check, ["--index", str(tmp_path)])
    assert found.exit_code == 1
    assert str(path) in found.output
    assert "every answer right" in found.output
    repaired = CliRunner().invoke(check, ["--repair", "--index", str(tmp_path)])
    assert repaired.exit_code == 0
    assert f"wrote anew {path}" in repaired.output
    assert path.read_bytes() == before
    assert CliRunner().invoke(check, ["--index", str(tmp_path)]).exit_code == 0


def test_a_repair_takes_away_what_follows_from_a_state_that_is_not_live(tmp_path: Path) -> None:
    publish(tmp_path, PAPER[:3])
    path = kept_file(tmp_path)
    publish(tmp_path, PAPER[3:])
    _cut(path)
    repaired = CliRunner().invoke(check, ["--repair", "--index", str(tmp_path)])
    assert repaired.exit_code == 0
    assert f"took away {path}" in repaired.output
    assert kept(tmp_path) == ["000002"]
