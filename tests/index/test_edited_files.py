"""What people may edit in an index folder, read with care: another file that a link leads to, or a pipe, is no such."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from index import abbreviation_table
from index.errors import IndexingError
from index.speakers import overrides

READERS = pytest.mark.parametrize(
    ("read", "file", "sound"),
    [
        (overrides.saved, overrides.FILE, '{"version": 1, "merged": [], "aliases": []}'),
        (abbreviation_table.saved, abbreviation_table.FILE, '{"version": 1, "abbreviations": []}'),
    ],
)
Read = Callable[[Path], object]


def linked(path: Path, sound: str) -> None:
    other = path.parent / "elsewhere.json"
    other.write_text(sound, "utf-8")
    path.symlink_to(other)


def piped(path: Path, sound: str) -> None:
    os.mkfifo(path)


def made_folder(path: Path, sound: str) -> None:
    path.mkdir()


def endless(path: Path, sound: str) -> None:
    path.write_text(sound, "utf-8")
    os.truncate(path, (1 << 24) + 1)


@READERS
@pytest.mark.parametrize(
    ("harm", "said"),
    [(linked, "a link"), (piped, "no file"), (made_folder, "[Dd]irectory"), (endless, "more than 16 MB")],
)
def test_what_is_no_file_of_ours_is_refused_at_once_and_named(
    tmp_path: Path, read: Read, file: str, sound: str, harm: Callable[[Path, str], None], said: str
) -> None:
    harm(tmp_path / file, sound)
    with pytest.raises(IndexingError, match=said) as error:
        read(tmp_path)
    assert str(tmp_path / file) in str(error.value)


@READERS
def test_a_file_is_read_and_none_says_nothing(tmp_path: Path, read: Read, file: str, sound: str) -> None:
    nothing = read(tmp_path)
    (tmp_path / file).write_text(sound, "utf-8")
    assert read(tmp_path) == nothing
