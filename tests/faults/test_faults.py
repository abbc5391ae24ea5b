"""The short form of each fault: a few rounds on the demo newspaper."""

from __future__ import annotations

from pathlib import Path

from .archive import articles_of
from .killed import kill
from .rebuilt import rebuild


def test_killing_the_writer_loses_nothing_and_leaves_the_index_open_sound_and_free(tmp_path: Path) -> None:
    found = kill(tmp_path, articles_of(None, 89), rounds=12, seed=5)
    assert not found.lost
    assert not found.unopenable
    assert not found.unsound
    assert not found.held
    assert found.at_work  # else nothing was tried


def test_a_server_answers_whole_states_while_its_index_is_rebuilt(tmp_path: Path) -> None:
    found = rebuild(tmp_path, articles_of(None, 89), times=2, seed=5)
    assert not found.errors
    assert not found.mixed
    assert found.answers > len(found.states)
    assert len(found.states) == 3
