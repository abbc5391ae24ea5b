"""A segment file gives back what was written, and says which array is damaged."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import DamagedIndexError, UnsupportedIndexError
from index.storage.format import (
    ALIGN,
    DTYPES,
    FOOTER,
    MAGIC,
    READABLE,
    SMALL,
    Array,
    SegmentFile,
    checksum,
    write_segment,
)
from index.storage.segment import Segment

from .folders import batch

LARGE = np.arange(SMALL, dtype=np.uint32)  # longer than what is verified when a file is opened


def written(folder: Path, arrays: Mapping[str, Array], meta: dict[str, Any] | None = None) -> Path:
    path = folder / "one.seg"
    write_segment(path, arrays, meta or {})
    return path


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=8).filter(lambda name: name.isprintable()),
        st.tuples(st.sampled_from(sorted(DTYPES)), st.lists(st.integers(0, 255), max_size=200)),
        max_size=6,
    ),
    st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), st.integers() | st.text("абв"), max_size=3),
)
def test_arrays_and_meta_come_back_as_they_went_in(
    tmp_path_factory: pytest.TempPathFactory, given_: dict[str, tuple[str, list[int]]], meta: dict[str, Any]
) -> None:
    arrays = {name: np.array(values, dtype) for name, (dtype, values) in given_.items()}
    path = tmp_path_factory.mktemp("format") / "one.seg"
    size, digest = write_segment(path, arrays, meta)
    file = SegmentFile(path)
    assert (file.size, file.checksum) == (size, digest) == (path.stat().st_size, file.checksum)
    assert file.meta == meta
    assert file.verify() == []
    for name, array in arrays.items():
        found = file.array(name)
        assert found.dtype == array.dtype
        assert np.array_equal(found, array)
        assert found.flags.aligned
        assert not found.flags.writeable
        assert file.entries[name].offset % ALIGN == 0


def test_a_segment_reads_from_a_file_as_from_memory(tmp_path: Path) -> None:
    memory = batch("мост", "паром")
    file = SegmentFile(written(tmp_path, memory.arrays, dict(memory.meta)))
    assert set(file.entries) == set(memory.arrays)
    for name in memory.arrays:
        assert np.array_equal(file.array(name), memory.array(name))
    assert [one for one, _ in Segment(file, "s").states()] == ["мост", "паром"]


def test_an_array_outlives_its_file(tmp_path: Path) -> None:
    file = SegmentFile(written(tmp_path, {"a": LARGE}))
    array = file.array("a")
    file.close()
    del file
    assert array[-1] == LARGE[-1]


@pytest.mark.parametrize("wrong", [np.zeros((2, 2), np.uint8), np.zeros(3, object), np.zeros(3, np.float64)])
def test_other_arrays_are_not_written(tmp_path: Path, wrong: Array) -> None:
    with pytest.raises(ValueError, match="expected one of"):
        write_segment(tmp_path / "one.seg", {"a": wrong}, {})
    assert list(tmp_path.iterdir()) == []


def test_one_flipped_bit_anywhere_is_found_and_its_array_named(tmp_path: Path) -> None:
    arrays: dict[str, Array] = {
        "first": np.arange(7, dtype=np.uint8),
        "large": LARGE,
        "empty": LARGE[:0],
        "last": LARGE[:5],
    }
    path = written(tmp_path, arrays, {"schema": 2})
    entries = SegmentFile(path).entries
    data = path.read_bytes()
    large = entries["large"]
    inside = {large.offset, large.offset + 1000, large.offset + large.bytes - 1}
    for at in [n for n in range(len(data)) if not large.offset <= n < large.offset + large.bytes or n in inside]:
        bit = 1 << at % 8
        path.write_bytes(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])
        found = faults(path)
        assert found, at
        assert all(str(path) in one for one in found)
        for name, entry in entries.items():
            if entry.offset <= at < entry.offset + entry.bytes:
                assert f"array {name}" in found[0]


def faults(path: Path) -> list[str]:
    try:
        return SegmentFile(path).verify()
    except (DamagedIndexError, UnsupportedIndexError) as error:
        return [str(error)]


@pytest.mark.parametrize("left", [0, 1, 39, 40, 48, 64, 500, 65_000, -1])
def test_a_cut_file_is_damage(tmp_path: Path, left: int) -> None:
    path = written(tmp_path, {"large": LARGE})
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(DamagedIndexError, match=r"one\.seg"):
        SegmentFile(path)


def test_more_bytes_behind_a_file_are_damage(tmp_path: Path) -> None:
    path = written(tmp_path, {"large": LARGE})
    path.write_bytes(path.read_bytes() + b"\0" * 64)
    with pytest.raises(DamagedIndexError):
        SegmentFile(path)


def test_a_file_of_another_version_says_what_to_do(tmp_path: Path) -> None:
    path = written(tmp_path, {"large": LARGE})
    path.write_bytes(path.read_bytes().replace(MAGIC, b"MOLVA005"))
    with pytest.raises(
        UnsupportedIndexError, match=r"format 005; this version reads 001, 002, 003 and 004; .*molva reindex"
    ):
        SegmentFile(path)


def test_a_file_that_begins_in_one_version_and_ends_in_another_is_damage(tmp_path: Path) -> None:
    path = written(tmp_path, {"large": LARGE})
    path.write_bytes(READABLE[0] + path.read_bytes()[len(MAGIC) :])
    with pytest.raises(DamagedIndexError, match="MOLVA001"):
        SegmentFile(path)


@pytest.mark.parametrize("what", ["missing", "folder", "link", "pipe", "empty"])
def test_what_is_no_file_is_damage_and_never_hangs(tmp_path: Path, what: str) -> None:
    path = tmp_path / "two.seg"
    if what == "folder":
        path.mkdir()
    elif what == "link":
        path.symlink_to(written(tmp_path, {"large": LARGE}))
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "empty":
        path.touch()
    with pytest.raises(DamagedIndexError, match=r"two\.seg"):
        SegmentFile(path)


def forged(path: Path, directory: Any, body: bytes = bytes(192)) -> Path:
    """A file whose checksums are right, with any directory."""
    raw = directory if isinstance(directory, bytes) else json.dumps(directory).encode()
    start = len(MAGIC) + len(body)
    path.write_bytes(MAGIC + body + raw + FOOTER.pack(start, len(raw), checksum(raw), MAGIC))
    return path


ZEROS = checksum(bytes(8)).hex()


@pytest.mark.parametrize(
    "directory",
    [
        b"[" * 100_000,
        b"\xff",
        {},
        [],
        {"meta": [], "arrays": []},
        {"meta": {}, "arrays": {"a": 5}},
        {"meta": {}, "arrays": {"a": ["<u8", 1, 64, 8]}},
        {"meta": {}, "arrays": {"a": ["|O", 1, 64, 8, ZEROS]}},
        {"meta": {}, "arrays": {"a": [["<u8"], 1, 64, 8, ZEROS]}},
        {"meta": {}, "arrays": {"a": ["<u8", -1, 64, -8, ZEROS]}},
        {"meta": {}, "arrays": {"a": ["<u8", 2**61, 64, 2**64, ZEROS]}},
        {"meta": {}, "arrays": {"a": ["<u8", 1, 0, 8, ZEROS]}},
        {"meta": {}, "arrays": {"a": ["<u8", 1, 10**30, 8, ZEROS]}},
        {"meta": {}, "arrays": {"a": ["<u8", 1.0, 64, 8.0, ZEROS]}},
        {"meta": {}, "arrays": {"a": ["<u8", True, 64, 8, ZEROS]}},
        {"meta": {}, "arrays": {"a": ["<u8", 1, 64, 8, ZEROS], "b": ["<u8", 1, 64, 8, ZEROS]}},
        {"meta": {}, "arrays": {"a": ["<u8", 1, 64, 8, ZEROS], "b": ["<u8", 1, 192, 8, ZEROS]}},
    ],
)
def test_a_forged_directory_is_refused(tmp_path: Path, directory: Any) -> None:
    with pytest.raises(DamagedIndexError, match=r"forged\.seg"):
        SegmentFile(forged(tmp_path / "forged.seg", directory))


def test_a_footer_that_points_elsewhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "forged.seg"
    for start, length in ((2**63, 10), (0, 2**63), (2**64 - 1, 2**64 - 1), (8, 0)):
        path.write_bytes(MAGIC + bytes(64) + FOOTER.pack(start, length, checksum(b""), MAGIC))
        with pytest.raises(DamagedIndexError):
            SegmentFile(path)
