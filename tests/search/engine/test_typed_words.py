"""Do typed words get the same answer from their kernel as from the evaluator?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import analyze
from index.model import Article
from index.schema import Kind
from index.storage.builder import SegmentBuilder
from index.storage.format import MemoryArrays
from index.storage.rows import rows_of
from index.storage.segment import Segment
from index.writer import SyncState
from search.engine import plan
from search.engine.evaluate import Evaluator
from search.engine.kernels import primitives
from search.engine.shapes import flat_top
from search.engine.shelf import shelf_of
from search.engine.snapshot import Snapshot
from search.engine.typed_words import typed_top
from search.question import question_of

WORDS = ("мост", "Моста", "мосты", "Волков", "волков", "волк", "Волкова", "туман", "тумана", "над", "рекой", "река")
TEXT = st.lists(st.sampled_from(WORDS), min_size=0, max_size=14).map(" ".join)
BATCHES = st.lists(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=8), min_size=1, max_size=3)
ROOTS = (*dict.fromkeys(root for word in WORDS for token in analyze(word) for root in token.roots), "нет")
FORMS = (None, *dict.fromkeys(word.lower() for word in WORDS), "нет")
FIELDS = ((("title", 2.5), ("text", 1.0)), (("text", 1.0),), (("title", 1.0), ("text", 0.0)))
BOOST = st.sampled_from([1.0, 0.1, 2.5, 0.0])
SLOT = st.builds(
    lambda root, fields, boost, form: plan.Slot(root.encode(), fields, boost, form and form.encode()),
    st.sampled_from(ROOTS),
    st.sampled_from(FIELDS),
    BOOST,
    st.sampled_from(FORMS),
)


def any_of(nodes: Sequence[plan.Node]) -> plan.Node:
    return nodes[0] if len(nodes) == 1 else plan.Any(tuple(nodes))


def words_in(field: str) -> st.SearchStrategy[plan.Node]:
    term = st.builds(lambda root, boost: plan.Term(field, root.encode(), boost), st.sampled_from(ROOTS), BOOST)
    return st.lists(term, min_size=1, max_size=3).map(any_of)


PAIR = st.sampled_from(["text", "title"]).flatmap(
    lambda field: st.builds(lambda one, other, boost: plan.Near((one, other), 0, boost), *[words_in(field)] * 2, BOOST)
)
GROUP = st.lists(SLOT, min_size=1, max_size=3).map(any_of)
NEEDED = GROUP | st.lists(GROUP, min_size=2, max_size=3).map(lambda groups: plan.All(tuple(groups)))
OPTIONAL = st.builds(lambda slots, pairs: [*slots, *pairs], st.lists(SLOT, max_size=2), st.lists(PAIR, max_size=3))
BUILT = st.builds(
    lambda needed, optional: plan.Maybe(needed, any_of(optional)) if optional else needed, NEEDED, OPTIONAL
)
TYPED = st.lists(st.sampled_from([*WORDS, "на"]), min_size=1, max_size=4).map(
    lambda words: question_of(" ".join(words)).plans["article"]
)
NODE = BUILT | TYPED


def segments_of(batches: Sequence[Sequence[tuple[str, str]]], gone: int) -> list[Segment]:
    segments = []
    for number, batch in enumerate(batches):
        builder = SegmentBuilder()
        for place, (title, text) in enumerate(batch):
            builder.add(rows_of(Article(f"{number}-{place}", title, text), [], SyncState(None, "d")))
        deleted = np.array([(number + place) % gone == 0 for place in range(len(batch))]) if gone else None
        segments.append(Segment(MemoryArrays(*builder.build()), str(number), deleted))
    return segments


def check(
    snapshot: Snapshot, node: plan.Node, k: int, passing: Sequence[np.ndarray | None] | None, kind: Kind = "article"
) -> None:
    slow, fast = Evaluator(snapshot), Evaluator(snapshot, primitives, flat_top)
    view = snapshot.views[kind]
    assert typed_top(shelf_of(view), node, k, shelf_of(view).masks, True, None) is not None
    expected, found = (evaluator.top(node, kind, k, passing=passing) for evaluator in (slow, fast))
    assert found.docs.tolist() == expected.docs.tolist()
    assert found.scores.tolist() == expected.scores.tolist()
    assert (found.total, found.relation) == (expected.total, expected.relation)
    uncounted = fast.top(node, kind, k, passing=passing, count=False)
    assert uncounted.docs.tolist() == expected.docs.tolist()
    assert uncounted.scores.tolist() == expected.scores.tolist()
    assert uncounted.total <= expected.total
    assert fast.total(node, kind, passing=passing) == slow.total(node, kind, passing=passing) == (expected.total, "eq")


@settings(max_examples=150, deadline=None)
@given(BATCHES, st.integers(0, 3), st.lists(NODE, min_size=1, max_size=4), st.integers(0, 12), st.booleans())
def test_the_kernel_and_numpy_give_the_same_documents_scores_and_totals(
    batches: list[list[tuple[str, str]]], gone: int, nodes: list[plan.Node], k: int, filtered: bool
) -> None:
    snapshot = Snapshot(segments_of(batches, gone))
    passing = [(np.arange(len(batch)) % 2).astype(np.uint8) for batch in batches] if filtered else None
    for node in nodes:
        check(snapshot, node, k, passing)


@pytest.fixture(scope="module")
def large() -> Snapshot:
    """Segments of several windows with frequent and rare words, texts of different lengths, and rare long texts in
    which a word stands more than 255 times.
    """
    chance = np.random.default_rng(7)
    likely = 1.0 / np.arange(1, len(WORDS) + 1)
    batches = []
    for docs, mean in ((9_000, 6), (5_000, 20)):
        batch = []
        for doc in range(docs):
            title, text = (
                " ".join(chance.choice(WORDS, length, p=likely / likely.sum()))
                for length in (int(chance.integers(0, 4)), int(chance.poisson(mean)))
            )
            batch.append((title, text + " мост мосты" * 300 if doc % 1501 == 7 else text))
        batches.append(batch)
    return Snapshot(segments_of(batches, 0))


@settings(max_examples=150, deadline=None)
@given(node=NODE, k=st.sampled_from([1, 3, 10, 100]), every=st.sampled_from([0, 2, 50]))
def test_what_is_passed_over_could_not_win(large: Snapshot, node: plan.Node, k: int, every: int) -> None:
    passing = None
    if every:
        passing = [(np.arange(part.docs) % every == 0).astype(np.uint8) for part in large.views["article"].parts]
    check(large, node, k, passing)


@pytest.fixture(scope="module")
def foreign() -> Snapshot:
    """A segment that says that it was built for other weights of lengths."""
    builder = SegmentBuilder()
    for number in range(1200):
        title, text = WORDS[number % 5], " ".join(WORDS[: 1 + number % len(WORDS)])
        builder.add(rows_of(Article(str(number), title, text), [], SyncState(None, "d")))
    arrays, meta = builder.build()
    meta["parts"]["article"]["b"] = dict.fromkeys(meta["parts"]["article"]["b"], 0.9)
    return Snapshot([Segment(MemoryArrays(arrays, meta), "other")])


@settings(max_examples=30, deadline=None)
@given(node=NODE)
def test_where_no_bounds_hold_every_document_is_looked_at(foreign: Snapshot, node: plan.Node) -> None:
    check(foreign, node, 10, None)


def test_late_segments_are_not_looked_at(large: Snapshot) -> None:
    node = question_of("мост").plans["article"]
    top = flat_top(large, "article", node, 3, None, True, 0.0)
    assert top is not None
    assert (top.docs.tolist(), top.total, top.relation) == ([], 0, "gte")


@pytest.mark.parametrize("text", ["!мосту", "мост*", "мост -туман", "эр-рияд", "«мост над рекой»"])
def test_what_is_no_plain_word_is_left_to_the_evaluator(large: Snapshot, text: str) -> None:
    shelf = shelf_of(large.views["article"])
    assert typed_top(shelf, question_of(text).plans["article"], 3, shelf.masks, True, None) is None
