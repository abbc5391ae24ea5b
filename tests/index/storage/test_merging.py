"""Is a merged segment what one of the surviving articles would have been, array by array?"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log2
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.analysis import _analysed
from index.analysis.roots import roots
from index.errors import DamagedIndexError
from index.storage import merging_arrays, merging_kernels, merging_postings, merging_room
from index.storage.blocks import Blocks
from index.storage.format import Array, MemoryArrays, SegmentFile, write_segment
from index.storage.merge_policy import FACTOR, LEAST, MOST, Size, runs_to_merge
from index.storage.merging import merge
from index.storage.rows import ArticleRows, Row
from index.storage.segment import Segment
from index.storage.soundness import range_problems

from .corpora import deletions, segments
from .naive import build

EASY = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
KERNELS: Final[dict[str, Any]] = {"numpy": merging_arrays, "compiled": merging_kernels}
WAYS = pytest.mark.parametrize("name", KERNELS)


def segment(batch: Sequence[ArticleRows], deleted: Sequence[bool] | None = None) -> Segment:
    return Segment(build(batch), "s", None if deleted is None else np.array(deleted, np.bool_))


def survivors(batches: Sequence[Sequence[ArticleRows]], deleted: Sequence[Sequence[bool]]) -> list[ArticleRows]:
    pairs = [pair for batch, gone in zip(batches, deleted, strict=True) for pair in zip(batch, gone, strict=True)]
    return [one for one, gone in pairs if not gone]


def differences(merged: Mapping[str, Array], expected: Mapping[str, Array]) -> list[str]:
    """Names of the arrays that differ in type or content."""
    names = sorted(set(merged) ^ set(expected))
    for name in sorted(set(merged) & set(expected)):
        one, other = merged[name], expected[name]
        if one.dtype != other.dtype or one.shape != other.shape or one.tobytes() != other.tobytes():
            names.append(f"{name}: {one.dtype}{one.shape} {one[:20]}, expected {other.dtype}{other.shape} {other[:20]}")
    return names


def check(
    batches: Sequence[Sequence[ArticleRows]],
    deleted: Sequence[Sequence[bool]],
    name: str,
    scratch: Path | None = None,
) -> None:
    found = [segment(batch, gone) for batch, gone in zip(batches, deleted, strict=True)]
    arrays, meta = merge(found, kernels=KERNELS[name], scratch=scratch)
    expected = build(survivors(batches, deleted))
    assert differences(arrays, expected.arrays) == []
    assert meta == expected.meta


@WAYS
@given(data=st.data())
@EASY
def test_a_merged_segment_is_that_of_the_surviving_articles(name: str, data: st.DataObject) -> None:
    batches = data.draw(segments(most=4))
    check(batches, data.draw(deletions([len(batch) for batch in batches])), name)


@WAYS
@given(batches=segments(most=4))
@EASY
def test_segments_without_deletions_merge_whole(name: str, batches: list[list[ArticleRows]]) -> None:
    check(batches, [[False] * len(batch) for batch in batches], name)


def texted(*texts: str, size: int = 2) -> list[ArticleRows]:
    stored = b"x" * size
    return [
        ArticleRows(Row(f"n{number}", {"text": text}, stored=stored), sync=str(number).encode())
        for number, text in enumerate(texts)
    ]


def split(batch: Sequence[ArticleRows], *ends: int) -> list[list[ArticleRows]]:
    """The batch cut before these articles."""
    bounds = [0, *ends, len(batch)]
    return [list(batch[low:high]) for low, high in pairwise(bounds)]


def check_with_and_without_deletions(batches: Sequence[Sequence[ArticleRows]], name: str, every: int = 3) -> None:
    check(batches, [[False] * len(batch) for batch in batches], name)
    check(batches, [[number % every == 1 for number in range(len(batch))] for batch in batches], name)


@WAYS
def test_words_that_stand_255_times_and_more(name: str) -> None:
    often = ("мост " * 254, "мост паром " * 255, "паром", "мост " * 700 + "Мост", "паром " * 300, "мост " * 256)
    check_with_and_without_deletions(split(texted(*often), 2, 3), name)


@WAYS
def test_forms_with_numbers_past_255(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one_root = lambda form, written: ("а",) if form.isdigit() else roots(form, written=written)  # noqa: E731
    monkeypatch.setattr("index.analysis.roots", one_root)
    _analysed.cache_clear()
    numbers = [
        " ".join(map(str, range(start, start + 300, step))) for start, step in ((0, 1), (150, 1), (7, 3), (0, 2))
    ]
    batch = texted(*numbers, "5 мост 299", "299")
    assert len(build(batch).arrays["article.wide.at"])
    check_with_and_without_deletions(split(batch, 1, 2, 5), name)
    _analysed.cache_clear()


@WAYS
def test_the_numbers_of_facets_are_as_wide_as_the_values_that_are_left(name: str) -> None:
    sources = ((f"Газета {number % 300}",) if number % 7 else () for number in range(320))
    batch = [
        ArticleRows(Row(f"n{n}", {}, facets={"source": some}, stored=b"x"), sync=b"s") for n, some in enumerate(sources)
    ]
    assert build(batch).arrays["article.facet.source.code"].dtype == np.uint16
    check_with_and_without_deletions(split(batch, 100, 310), name)


@WAYS
def test_positions_past_65535_are_wider_only_where_one_is_left(name: str) -> None:
    batches = split(texted("мост", "да " * 65_536 + "мост", "мост и паром"), 1)
    check(batches, [[False], [False, False]], name)
    check(batches, [[False], [True, False]], name)


@WAYS
def test_frequent_words_have_bitmaps_and_blocks(name: str) -> None:
    texts = ("мост " * (n % 7) + f"номер {n} " + "вода " * (n % 40 == 0) for n in range(1_700))
    check_with_and_without_deletions(split(texted(*texts), 700, 701, 1_300), name, every=5)


@WAYS
@given(
    sizes=st.lists(st.sampled_from((0, 1, 5_000, 8_383, 16_383, 16_384, 16_385, 40_000)), max_size=24),
    data=st.data(),
)
@EASY
def test_stored_documents_are_cut_into_the_same_blocks(name: str, sizes: list[int], data: st.DataObject) -> None:
    batch = [ArticleRows(Row(f"n{n}", {}, stored=bytes([n]) * size)) for n, size in enumerate(sizes)]
    ends = sorted(data.draw(st.lists(st.integers(0, len(batch)), max_size=3)))
    batches = split(batch, *ends)
    gone = data.draw(st.one_of(st.just([[False] * len(one) for one in batches]), deletions([len(b) for b in batches])))
    check(batches, gone, name)


def alike(first: int, end: int) -> list[ArticleRows]:
    """Documents that have words in common, each in an order of its own."""
    syllables = [one + other for one in "бвгдклмнпрст" for other in "аеиоу"]
    chance = Random(first)  # noqa: S311 - of texts
    words = ["".join(Random(n).choices(syllables, k=3)) for n in range(400)]  # noqa: S311
    texts = [" ".join(chance.choices(words, k=60)) for _ in range(first, end)]
    return [ArticleRows(Row(f"n{n}", {}, stored=text.encode("cp1251"))) for n, text in enumerate(texts, first)]


def blocks_of(source: Segment) -> tuple[int, Any]:
    """How many blocks of stored documents, and how many dictionaries."""
    part = source.part("article")
    return len(part.array("stored.first")) - 1, len(part.array("stored.dicts")) - 1


def test_blocks_that_are_in_step_are_copied_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = [ArticleRows(Row(f"n{n}", {}, stored=bytes(500 + n * 389 % 1_009))) for n in range(900)]
    parts = [segment(one) for one in split(batch, 300)]
    inflated: list[int] = []
    records = Blocks.records

    def counted(blocks: Blocks, block: int) -> Any:
        inflated.append(block)
        return records(blocks, block)

    monkeypatch.setattr(Blocks, "records", counted)
    merge(parts)
    assert len(inflated) < 40  # of some 55 blocks of records and as many of sync


def test_a_merge_keeps_the_dictionaries_of_its_sources_and_reads_all_by_them() -> None:
    parts = [segment(alike(0, 1_500)), segment(alike(1_500, 1_600)), segment(alike(2_000, 3_200))]
    assert [blocks_of(one)[1] for one in parts] == [1, 0, 1]
    merged = Segment(MemoryArrays(*merge(parts)), "merged")
    assert blocks_of(merged)[1] == 2
    assert list(merged.part("article").stored) == [record for one in parts for record in one.part("article").stored]
    again = Segment(MemoryArrays(*merge([merged, parts[0]])), "again")  # with a dictionary that is there already
    assert blocks_of(again)[1] == 2
    assert segment_is_sound(again)


def test_documents_that_repeat_themselves_have_no_dictionary() -> None:
    same = [ArticleRows(Row(f"n{n}", {}, stored=b"Parom ushel k beregu. " * 9)) for n in range(1_500)]
    assert blocks_of(segment(same)) == (19, 0)


def test_small_segments_that_become_a_large_one_get_a_dictionary() -> None:
    parts = [segment(alike(first, first + 400)) for first in range(0, 1_200, 400)]
    assert [blocks_of(one)[1] for one in parts] == [0, 0, 0]
    merged = Segment(MemoryArrays(*merge(parts)), "merged")
    assert blocks_of(merged)[1] == 1
    assert list(merged.part("article").stored) == [record for one in parts for record in one.part("article").stored]
    assert len(merged.part("article").array("stored.data")) < sum(
        len(one.part("article").array("stored.data")) for one in parts
    )


def segment_is_sound(one: Segment) -> bool:
    return [fault for kind in ("article", "quote") for fault in range_problems(one.part(kind))] == []


@WAYS
def test_large_arrays_lie_in_the_scratch_folder_and_leave_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging_room, "IN_MEMORY", 16)
    batches = split(texted(*(f"мост номер {n} через Вьюгу" for n in range(50))), 20)
    check(batches, [[n % 3 == 0 for n in range(len(batch))] for batch in batches], name, tmp_path)
    check([[], []], [[], []], name, tmp_path)
    assert list(tmp_path.iterdir()) == []


@WAYS
def test_postings_go_by_in_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging_arrays, "RUN", 7)
    monkeypatch.setattr(merging_postings, "RANGE", 900)
    texts = (f"мост Мост {'паром ' * (n * 5 % 300)} номер {n}" for n in range(60))
    check_with_and_without_deletions(split(texted(*texts), 20, 45), name)


def test_damage_is_found_and_not_written_down_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.storage.format.WHOLE", 0)  # as in a file that is larger
    arrays = build(texted(*(f"мост номер {n} через Вьюгу" for n in range(2_000))))
    write_segment(tmp_path / "one.seg", arrays.arrays, arrays.meta)
    data = bytearray((tmp_path / "one.seg").read_bytes())
    entry = SegmentFile(tmp_path / "one.seg").entries["article.post.doc"]
    data[entry.offset + entry.bytes // 2] ^= 1
    (tmp_path / "one.seg").write_bytes(data)
    damaged = Segment(SegmentFile(tmp_path / "one.seg"), "one")
    with pytest.raises(DamagedIndexError, match=r"one\.seg.*article\.post\.doc"):
        merge([damaged])


def test_a_full_scratch_folder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(merging_room, "IN_MEMORY", 1)
    monkeypatch.setattr("os.posix_fallocate", full, raising=False)
    with pytest.raises(OSError, match="No space"):
        merge([segment(texted("мост номер через Вьюгу"))], scratch=tmp_path)


@WAYS
def test_a_merged_segment_merges_again(name: str) -> None:
    batches = split(texted(*(f"мост {n % 5} Берёзов {n}" for n in range(12))), 3, 7, 8)
    once = [merge([segment(one) for one in batches[at : at + 2]], kernels=KERNELS[name]) for at in (0, 2)]
    arrays, meta = merge([Segment(MemoryArrays(*one), "m") for one in once], kernels=KERNELS[name])
    expected = build([one for batch in batches for one in batch])
    assert differences(arrays, expected.arrays) == []
    assert meta == expected.meta


@given(data=st.data())
@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
def test_files_merge_as_segments_in_memory_do_and_nothing_compiles_anew(data: st.DataObject) -> None:
    batches = data.draw(segments(most=3))
    gone = data.draw(deletions([len(batch) for batch in batches]))
    merging_kernels.compile_all()
    kernels = [value for value in vars(merging_kernels).values() if hasattr(value, "signatures")]
    known = {kernel: len(kernel.signatures) for kernel in kernels}
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for number, (batch, deleted) in enumerate(zip(batches, gone, strict=True)):
            arrays = build(batch)
            path = Path(folder) / f"{number}.seg"
            write_segment(path, arrays.arrays, arrays.meta)
            found.append(Segment(SegmentFile(path), path.name, np.array(deleted, np.bool_)))
        merged, _ = merge(found, kernels=merging_kernels)
        assert differences(merged, build(survivors(batches, gone)).arrays) == []
        del merged
        for one in found:
            one.close()
    assert {kernel: len(kernel.signatures) for kernel in kernels} == known


@given(
    terms=st.lists(st.sets(st.tuples(st.integers(0, 2), st.text("абв\U0001f600z", max_size=4))), min_size=1, max_size=5)
)
@EASY
def test_dictionaries_unite_the_same_in_both_ways(terms: list[set[tuple[int, str]]]) -> None:
    """And their bytes, shared beginnings and table of hashes are the same."""
    encoded = [sorted((field, text.encode()) for field, text in some) for some in terms]
    flat = [term for some in encoded for term in some]
    data = np.frombuffer(b"".join(text for _, text in flat), np.uint8)
    start = np.cumsum([0, *(len(text) for _, text in flat)])
    field = np.array([number for number, _ in flat], np.uint8)
    bounds = np.cumsum([0, *map(len, encoded)])
    union = sorted(set(flat))
    for way in KERNELS.values():
        rank, one = way.union(data, start, field, bounds)
        assert [union[place] for place in rank] == flat
        text, starts = way.gathered(data, start, one)
        assert text.tobytes() == b"".join(term for _, term in union)
        first = np.searchsorted([number for number, _ in union], range(4))
        shared = merging_arrays.shared_prefixes(text, starts, first)
        assert way.shared_prefixes(text, starts, first).tolist() == shared.tolist()
        table = merging_arrays.hash_table(text, starts, first)
        assert way.hash_table(text, starts, first).tolist() == table.tolist()


# -- which segments merge


def publishes(batches: Sequence[int]) -> tuple[int, int]:
    """The most segments there ever are, and the documents that merges write, when so many come at a time."""
    held: list[Size] = []
    most = written = 0
    for batch in batches:
        held.append(Size(batch))
        for run in reversed(runs_to_merge(held)):
            documents = sum(size.live for size in held[run.start : run.stop])
            written += documents
            held[run.start : run.stop] = [Size(documents)]
        most = max(most, len(held))
    return most, written


@given(st.lists(st.integers(0, 200_000), max_size=120))
@EASY
def test_segments_stay_few_and_a_document_is_written_a_few_times(batches: list[int]) -> None:
    most, written = publishes(batches)
    assert most <= MOST
    documents = sum(max(batch, LEAST) for batch in batches)
    assert written <= documents * (2 + log2(max(documents / LEAST, 1)))


def test_publishes_of_one_size_leave_some_ten_segments() -> None:
    for size in (1, 100, 5_000):
        assert publishes([size] * 500)[0] <= 16


@given(st.lists(st.builds(lambda n, d: Size(n, min(n, d)), st.integers(0, 10**6), st.integers(0, 10**5)), max_size=40))
@EASY
def test_runs_are_apart_in_order_and_worth_it(sizes: list[Size]) -> None:
    runs = runs_to_merge(sizes)
    assert [run.stop for run in runs[:-1]] <= [run.start for run in runs[1:]]
    for run in runs:
        assert len(run) >= FACTOR or (len(run) == 1 and sizes[run.start].sparse)
    for at, size in enumerate(sizes):
        if size.sparse:
            assert any(at in run for run in runs)


def test_a_segment_with_many_deletions_is_written_anew() -> None:
    assert runs_to_merge([Size(90, 30), Size(90, 31), Size(0)]) == [range(1, 2)]
    assert runs_to_merge([]) == []


def test_neighbours_merge_whatever_their_sizes_when_there_are_too_many() -> None:
    sizes = [Size(4 ** abs(30 - at) * LEAST) for at in range(60)]
    runs = runs_to_merge(sizes)
    assert len(sizes) - sum(len(run) - 1 for run in runs) <= MOST
