"""Do kernels find what a slow reading of the same postings finds, bit by bit?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.storage.format import narrowed
from search.engine import plan, reference
from search.engine.evaluate import Evaluator
from search.engine.kernels import prefixed, primitives
from search.engine.kernels.lists import best_first, push
from search.engine.kernels.starts import in_words, start_at
from search.engine.shapes import flat_top
from search.engine.shelf import shelf_of
from search.engine.snapshot import Snapshot

from .postings import FIELDS, Segment, slow_top

QUICK = settings(max_examples=60, deadline=None)
TEXTS = tuple(text.encode() for text in ("дым", "дымка", "ель", "ель", "жар", "жара", "сон"))


def segment_of(
    chance: np.random.Generator, docs: int, *, wide: bool = False, long: bool = False, shares: Sequence[float] = ()
) -> Segment:
    """Documents with few lengths and frequencies, so that scores tie often."""
    terms: dict[tuple[str, bytes], dict[int, list[int]]] = {}
    spread = int(chance.integers(1, 5))
    for field in ("title", "text"):
        for number, text in enumerate(TEXTS):
            share = shares[number % len(shares)] if shares else float(chance.choice([0.0, 0.01, 0.05, 0.4, 0.9]))
            taken = np.flatnonzero(chance.random(docs) < share)
            if not len(taken):
                continue
            posted = {}
            for doc in taken.tolist():
                count = int(chance.integers(1, spread + 1)) if not long or chance.random() < 0.9 else 260
                top = 8 if count < 8 else 600
                posted[doc] = sorted(chance.choice(top, count, replace=False).tolist())
                if wide and chance.random() < 0.3:
                    posted[doc] = [position + 70_000 for position in posted[doc]]
            terms[field, text] = posted
    lengths = chance.integers(1, int(chance.choice([2, 4, 200])), (len(FIELDS), docs)).astype(np.uint8)
    deleted = frozenset(np.flatnonzero(chance.random(docs) < chance.choice([0.0, 0.0, 0.1, 0.9])).tolist())
    mean = {field.name: float(chance.choice([1.0, 5.0, 40.0])) for field in FIELDS}
    b = {field.name: field.b for field in FIELDS}
    if chance.random() < 0.2:
        b["text"] = 0.1
    tokens, huge = docs * int(chance.integers(1, 60)), bool(chance.random() < 0.3)
    return Segment(docs, terms, lengths, mean, tokens, deleted, b, huge)


def node_of(chance: np.random.Generator) -> plan.Node:
    def term() -> plan.Term:
        boost = float(chance.choice([1.0, 1.0, 0.5, 2.5]))
        return plan.Term(str(chance.choice(["title", "text", "text"])), bytes(chance.choice(TEXTS)), boost)

    def terms(most: int) -> tuple[plan.Node, ...]:
        return tuple(term() for _ in range(int(chance.integers(2, most))))

    shape = chance.integers(5)
    if shape == 0:
        return term()
    if shape == 1:
        return plan.Any(terms(8))
    if shape == 2:
        return plan.All(terms(4))
    if shape == 3:
        words = tuple(bytes(word) for word in chance.choice(TEXTS, int(chance.integers(2, 4))))
        return plan.Phrase("text", words, 1, float(chance.choice([1.0, 0.3])))
    groups = [plan.Any(terms(4)) if chance.random() < 0.7 else term() for _ in range(int(chance.integers(1, 4)))]
    return plan.All((plan.Any(terms(4)), *groups))


def masks_of(chance: np.random.Generator, segments: Sequence[Segment]) -> list[NDArray[np.uint8] | None] | None:
    if chance.random() < 0.6:
        return None
    return [
        None if chance.random() < 0.3 else (chance.random(one.docs) < chance.choice([0.05, 0.8])).astype(np.uint8)
        for one in segments
    ]


def same(segments: Sequence[Segment], node: plan.Node, k: int, passing: list[NDArray[np.uint8] | None] | None) -> None:
    documents, scores, total = slow_top(segments, node, k, passing)
    snapshot = Snapshot(segments)
    for count in (True, False):
        top = flat_top(snapshot, "article", node, k, passing, count)
        assert top is not None
        assert top.docs.tolist() == documents
        assert top.scores.tolist() == scores
        assert top.total == total if top.relation == "eq" else top.total <= total
        assert not count or top.relation == "eq"


@QUICK
@given(seed=st.integers(0, 2**32), sizes=st.lists(st.integers(0, 400), min_size=1, max_size=3), k=st.integers(1, 20))
def test_any_flat_plan_over_any_segments_gives_the_documents_and_scores_of_the_slow_way(
    seed: int, sizes: list[int], k: int
) -> None:
    chance = np.random.default_rng(seed)
    segments = [segment_of(chance, size) for size in sizes]
    for _ in range(4):
        same(segments, node_of(chance), k, masks_of(chance, segments))


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), k=st.sampled_from([1, 3, 10, 11]))
def test_windows_blocks_and_bitmaps_of_larger_segments_lose_nothing(seed: int, k: int) -> None:
    chance = np.random.default_rng(seed)
    shares = (0.004, 0.02, 0.05, 0.2, 0.6)
    segments = [segment_of(chance, 9_000, shares=shares), segment_of(chance, 1_500)]
    for _ in range(3):
        same(segments, node_of(chance), k, masks_of(chance, segments))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), wide=st.booleans())
def test_long_documents_have_true_frequencies_and_far_positions(seed: int, wide: bool) -> None:
    chance = np.random.default_rng(seed)
    segments = [segment_of(chance, 60, wide=wide, long=True), segment_of(chance, 20)]
    for _ in range(4):
        same(segments, node_of(chance), 10, masks_of(chance, segments))


def test_a_word_that_no_segment_has_matches_nothing() -> None:
    segments = [segment_of(np.random.default_rng(1), 50)]
    unknown = plan.Term("text", "нет".encode())
    known = plan.Term("text", "сон".encode())
    for node in (unknown, plan.Any((unknown, unknown)), plan.All((known, unknown)), plan.Any((known, unknown))):
        same(segments, node, 10, None)


@QUICK
@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.5, 1.0, 1.5]), st.integers(0, 99)), max_size=60, unique_by=lambda x: x[1]
    ),
    st.integers(1, 8),
)
def test_the_heap_keeps_the_best_and_of_equal_ones_the_first(items: list[tuple[float, int]], k: int) -> None:
    scores, documents, n = np.empty(k), np.empty(k, np.int64), 0
    for score, document in items:
        if n < k or (score, -document) > (scores[0], -documents[0]):
            n = push(scores, documents, n, score, document)
    best_first(scores, documents, n)
    expected = sorted(items, key=lambda item: (-item[0], item[1]))[:k]
    assert list(zip(scores[:n].tolist(), documents[:n].tolist(), strict=True)) == expected


def distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


@pytest.mark.parametrize("numbers", [[0, 5, 2**32 - 1], [7, 2**32, 5 * 2**40 + 3]])
def test_starts_are_read_in_either_width(numbers: list[int]) -> None:
    starts = in_words(narrowed(numbers))
    assert [start_at(starts, place) for place in range(3)] == numbers


WORDS = st.text(st.sampled_from("абвz😀é"), max_size=6)


@QUICK
@given(st.sets(WORDS, min_size=1, max_size=60), WORDS, st.integers(0, 2), st.integers(0, 2), st.booleans())
def test_misspelled_terms_are_those_within_the_distance(
    words: set[str], wanted: str, edits: int, prefix: int, huge: bool
) -> None:
    terms = {("text", ("=" + word).encode()): {0: [0]} for word in words}
    mean = {field.name: 1.0 for field in FIELDS}
    part = Segment(1, terms, np.ones((len(FIELDS), 1), np.uint8), mean, 1, huge=huge).part("article")
    near = part.with_prefix("text", ("=" + wanted[:prefix]).encode())
    arguments = (part.terms_bytes, part.terms_start, part.terms_lcp, "=" + wanted, edits, near.start, near.stop)
    found = primitives.fuzzy(*arguments)
    assert found.tolist() == reference.fuzzy(*arguments).tolist()
    expected = [word for word in words if distance(word, wanted) <= edits and word.startswith(wanted[:prefix])]
    assert [part.term(number).decode()[1:] for number in found] == sorted(expected, key=str.encode)


@QUICK
@given(st.sets(WORDS, max_size=40), st.text(st.sampled_from("абвz😀é"), min_size=1, max_size=3), st.booleans())
def test_terms_with_a_prefix_are_those_that_the_part_finds(words: set[str], prefix: str, huge: bool) -> None:
    terms = {("text", word.encode()): {0: [0]} for word in words}
    mean = {field.name: 1.0 for field in FIELDS}
    view = Snapshot([Segment(1, terms, np.ones((len(FIELDS), 1), np.uint8), mean, 1, huge=huge)]).views["article"]
    part = view.parts[0]
    numbers = part.terms_of("text")
    letters = np.frombuffer(prefix.encode(), np.uint8)
    low, high = prefixed(shelf_of(view).packed[0].table, numbers.start, numbers.stop, letters)
    assert range(low, high) == part.with_prefix("text", prefix.encode())


@QUICK
@given(seed=st.integers(0, 2**32), k=st.integers(1, 20), text=st.sampled_from(["д", "дым", "ж", "жара", "нет"]))
def test_a_prefix_finds_the_first_documents_with_any_such_term(seed: int, k: int, text: str) -> None:
    chance = np.random.default_rng(seed)
    segments = [segment_of(chance, size) for size in (0, 90, 40)]
    passing = masks_of(chance, segments)
    node = plan.Expansion("text", plan.Prefixed(text.encode()), boost=0.7)
    top = flat_top(Snapshot(segments), "article", node, k, passing, True)
    counts = {
        len([1 for field, term in one.terms if field == "text" and term.startswith(text.encode())]) for one in segments
    }
    assert top is not None
    if 1 in counts:
        expected = Evaluator(Snapshot(segments)).top(node, "article", k, passing=passing)
        assert (top.docs.tolist(), top.scores.tolist(), top.total) == (
            expected.docs.tolist(),
            expected.scores.tolist(),
            expected.total,
        )
        return
    terms = tuple({plan.Term("text", term) for term in TEXTS if term.startswith(text.encode())})
    documents, _, total = slow_top(segments, plan.Any(terms), 10**6, passing)
    assert top.docs.tolist() == sorted(documents)[:k]
    assert top.scores.tolist() == [0.7] * min(k, total)
    assert top.total == total


@pytest.mark.parametrize("alone", [False, True])
def test_patterns_over_fields_are_found_in_every_window(alone: bool) -> None:
    size = 40_000
    chance = np.random.default_rng(7)
    terms = {
        (field, text.encode()): {
            document: [0] for document in sorted(chance.choice(size, many, replace=False).tolist())
        }
        for field, text, many in (("title", "дом", 300), ("title", "дым", 9), ("text", "дом", 900), ("text", "да", 40))
        if not (alone and (field, text) == ("title", "дым"))
    }
    mean = {field.name: 1.0 for field in FIELDS}
    segment = Segment(size, terms, np.ones((len(FIELDS), size), np.uint8), mean, size, frozenset({5, 30_000}))
    prefix = plan.Prefixed("д".encode())
    node = plan.Any((plan.Expansion("title", prefix, boost=0.3), plan.Expansion("text", prefix)))
    for k in (1, 10, 40, 2_000):
        expected = Evaluator(Snapshot([segment])).top(node, "article", k)
        for count in (True, False):
            top = flat_top(Snapshot([segment]), "article", node, k, None, count)
            assert top is not None
            assert (top.docs.tolist(), top.scores.tolist()) == (expected.docs.tolist(), expected.scores.tolist())
            assert top.total == expected.total or not count


@QUICK
@given(seed=st.integers(0, 2**32), k=st.integers(1, 20), count=st.booleans())
def test_a_phrase_in_either_field_scores_the_sum_of_both(seed: int, k: int, count: bool) -> None:
    chance = np.random.default_rng(seed)
    segments = [segment_of(chance, size) for size in (0, 300, 40)]
    passing = masks_of(chance, segments)
    words = tuple(bytes(word) for word in chance.choice(TEXTS, 2))
    node = plan.Any((plan.Phrase("title", words, boost=0.7), plan.Phrase("text", words)))
    expected = Evaluator(Snapshot(segments)).top(node, "article", k, passing=passing)
    top = flat_top(Snapshot(segments), "article", node, k, passing, count)
    assert top is not None
    assert (top.docs.tolist(), top.scores.tolist()) == (expected.docs.tolist(), expected.scores.tolist())
    assert top.total == expected.total or not count


@pytest.mark.parametrize(
    "node",
    [
        plan.Everything(),
        plan.Term("text", "=сон".encode()),
        plan.Any((plan.Term("text", b"a"), plan.Constant(plan.Term("text", b"b"), 1.0))),
        plan.Phrase("text", (b"a", b"b"), 2),
        plan.Expansion("text", plan.Prefixed(b"")),
    ],
)
def test_plans_that_are_not_flat_are_left_to_the_evaluator(node: plan.Node) -> None:
    segments = [segment_of(np.random.default_rng(2), 10)]
    assert flat_top(Snapshot(segments), "article", node, 10, None, True) is None


NUMBERS = st.sets(st.integers(0, 300), max_size=60).map(lambda some: np.array(sorted(some), np.uint32))


@QUICK
@given(NUMBERS, NUMBERS, NUMBERS, st.integers(0, 2**32), st.integers(1, 70))
def test_compiled_array_operations_equal_those_of_numpy(
    one: NDArray[np.uint32], other: NDArray[np.uint32], third: NDArray[np.uint32], seed: int, k: int
) -> None:
    chance = np.random.default_rng(seed)
    lengths = chance.integers(0, 255, 301).astype(np.uint8)
    inverse = chance.random(256)
    bits = chance.integers(0, 2**63, 5).astype(np.uint64)
    for tf in (chance.integers(1, 255, len(one)).astype(np.uint8), chance.integers(1, 900, len(one))):
        for x in (module.normalised(tf, one, lengths, inverse) for module in (primitives, reference)):
            assert x.tolist() == (tf * inverse[lengths[one]]).tolist()
    x = chance.choice([0.25, 0.5, 1.0, 3.0], len(one))
    for name, arguments in (
        ("worth", (x, 0.7)),
        ("best", (one, x, k)),
        ("places", (one, other)),
        ("contained", (one, other)),
        ("union", ([one, other, third], 301)),
        ("union", ([one], 301)),
        ("has_bits", (one, bits)),
    ):
        found, expected = getattr(primitives, name)(*arguments), getattr(reference, name)(*arguments)
        assert found.dtype == expected.dtype, name
        assert found.tolist() == expected.tolist(), name
