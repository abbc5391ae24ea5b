"""Do flat plans get the same answer from kernels as from the evaluator, over real segments, and is the switch quiet?"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import compiling
from index.analysis import analyze
from index.model import Article
from index.storage.format import SegmentFile, write_segment
from index.storage.rows import rows_of
from index.storage.segment import Segment
from index.writer import SyncState
from search.compiled_snippets import chosen_sentences
from search.engine import acceleration, kernels, plan
from search.engine.compiled_look import looked_into
from search.engine.compiled_words import words_in
from search.engine.evaluate import Evaluator
from search.engine.kernels import (
    alternatives,
    bits,
    caching,
    conjunction,
    disjunction,
    expansion,
    grouped,
    lists,
    looking,
    matching,
    offsets,
    positions,
    primitives,
    reading,
    sentences,
    single,
    standing,
    typed,
    words,
)
from search.engine.kernels import arrays as array_kernels
from search.engine.kernels.warming import calls
from search.engine.second_look import Wanted, look
from search.engine.shapes import flat_top
from search.engine.snapshot import Snapshot
from search.marking import Words
from tests.index.storage.naive import build

MODULES = (
    alternatives,
    array_kernels,
    bits,
    conjunction,
    disjunction,
    expansion,
    grouped,
    lists,
    looking,
    offsets,
    positions,
    reading,
    sentences,
    single,
    standing,
    matching,
    typed,
    words,
)
WORDS = ("Лось", "лоси", "мост", "Моста", "туман", "над", "рекой", "лодка")
TEXT = st.lists(st.sampled_from(WORDS), min_size=0, max_size=14).map(" ".join)
ARTICLES = st.lists(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=8), min_size=1, max_size=3)
ROOTS = (*(token.roots[0] for word in WORDS for token in analyze(word)), "нет")
TERM = st.builds(
    lambda field, text, boost: plan.Term(field, text.encode(), boost),
    st.sampled_from(["text", "title"]),
    st.sampled_from(ROOTS),
    st.sampled_from([1.0, 2.5]),
)
SEVERAL = st.lists(TERM, min_size=2, max_size=4).map(tuple)
ANY = st.builds(plan.Any, SEVERAL)
PHRASE = st.builds(
    lambda field, words, boost: plan.Phrase(field, tuple(word.encode() for word in words), 1, boost),
    st.sampled_from(["text", "title"]),
    st.lists(st.sampled_from(ROOTS), min_size=2, max_size=3),
    st.sampled_from([1.0, 0.6]),
)
EXPANSION = st.builds(
    lambda field, pattern, boost, alone: plan.Expansion(field, pattern, boost, True, alone),
    st.sampled_from(["text", "title", "section"]),
    st.one_of(
        st.sampled_from(["л", "мо", "р", "тум", "я"]).map(lambda text: plan.Prefixed(text.encode())),
        st.builds(plan.Fuzzy, st.sampled_from(["лес", "мест", "тумн"]), st.integers(1, 2), st.just(1)),
    ),
    st.sampled_from([1.0, 0.1, 0.0]),
    st.sampled_from([1.0, 0.3]),
)
NODE = st.one_of(
    EXPANSION,
    PHRASE,
    st.builds(plan.Any, st.lists(EXPANSION, min_size=2, max_size=4).map(tuple)),
    st.builds(lambda one, other: plan.Any((one, other)), PHRASE, PHRASE),
    TERM,
    ANY,
    st.builds(plan.All, SEVERAL),
    st.builds(lambda one, others: plan.All((one, *others)), ANY, st.lists(TERM | ANY, min_size=1, max_size=2)),
    st.builds(
        lambda text, edits: plan.Blend("text", plan.Fuzzy(text, edits, 2)),
        st.sampled_from(["=лоси", "=моста"]),
        st.integers(1, 2),
    ),
)


def segments_of(batches: list[list[tuple[str, str]]], gone: int) -> list[Segment]:
    segments = []
    for number, batch in enumerate(batches):
        articles = [Article(f"{number}-{place}", title, text) for place, (title, text) in enumerate(batch)]
        arrays = build([rows_of(article, [], SyncState(None, "d")) for article in articles])
        deleted = np.array([(number + place) % gone == 0 for place in range(len(batch))]) if gone else None
        segments.append(Segment(arrays, str(number), deleted))
    return segments


@settings(max_examples=80, deadline=None)
@given(ARTICLES, st.integers(0, 3), st.lists(NODE, min_size=1, max_size=4), st.integers(0, 12), st.booleans())
def test_kernels_and_numpy_give_the_same_documents_scores_and_totals(
    batches: list[list[tuple[str, str]]], gone: int, nodes: list[plan.Node], k: int, filtered: bool
) -> None:
    segments = segments_of(batches, gone)
    snapshot = Snapshot(segments)
    passing = None
    if filtered:
        passing = [(np.arange(len(batch)) % 2).astype(np.uint8) for batch in batches]
    slow, fast = Evaluator(snapshot), Evaluator(snapshot, primitives, flat_top)
    for node in nodes:
        expected = slow.top(node, "article", k, passing=passing)
        found = fast.top(node, "article", k, passing=passing)
        assert found.docs.tolist() == expected.docs.tolist()
        assert found.scores.tolist() == expected.scores.tolist()
        assert (found.total, found.relation) == (expected.total, expected.relation)
        uncounted = fast.top(node, "article", k, passing=passing, count=False)
        assert uncounted.docs.tolist() == expected.docs.tolist()
        assert uncounted.scores.tolist() == expected.scores.tolist()
        assert len(uncounted.docs) <= uncounted.total <= expected.total


def test_many_hits_come_in_order_too() -> None:
    segments = segments_of([[("", " ".join(["мост"] * (1 + place % 3))) for place in range(200)]], 0)
    snapshot = Snapshot(segments)
    node = plan.Term("text", "мост".encode())
    expected = Evaluator(snapshot).top(node, "article", 150)
    found = flat_top(snapshot, "article", node, 150, None, True)
    assert found is not None
    assert found.docs.tolist() == expected.docs.tolist()
    assert len(found.docs) == 150


def test_queries_over_files_call_nothing_that_is_not_compiled(tmp_path: Path) -> None:
    batch = [rows_of(Article(str(n), "Мост", " ".join(WORDS)), [], SyncState(None, "d")) for n in range(30)]
    arrays = build(batch)
    write_segment(tmp_path / "one.seg", arrays.arrays, arrays.meta)
    kernels.compile_all()
    compiled = [value for module in MODULES for value in vars(module).values() if hasattr(value, "signatures")]
    before = [len(one.signatures) for one in compiled]
    file = SegmentFile(tmp_path / "one.seg")
    segments = [Segment(file, "one", deleted) for deleted in (None, np.arange(30) == 3)]
    one, other, third = (plan.Term("text", root.encode()) for root in ROOTS[2:5])
    pair, phrase = plan.Any((one, other)), plan.Phrase("text", (one.text, other.text))
    expansions = [
        plan.Expansion("text", pattern) for pattern in (plan.Prefixed("л".encode()), plan.Fuzzy("мист", 2, 1))
    ]
    slot = plan.Slot(one.text, (("title", 2.0), ("text", 1.0)), form="мост".encode())
    nodes: list[plan.Node] = [
        one,
        pair,
        plan.All((one, other)),
        plan.All((pair, third)),
        phrase,
        *expansions,
        plan.All((slot, pair)),
        slot,
        plan.Maybe(plan.All((slot, plan.Slot(other.text, slot.fields))), plan.Near((one, pair), 0)),
        plan.Any((phrase, phrase._replace(field="title"))),
        plan.Any(tuple(expansions)),
    ]
    for segment in segments:
        evaluator = Evaluator(Snapshot([segment]), primitives, flat_top)
        for node in nodes:
            for passing in (None, [np.ones(30, np.uint8)]):
                assert evaluator.top(node, "article", 5, passing=passing).total
        view = evaluator.snapshot.views["article"]
        look(view, [Wanted((one.text,), ("л".encode(),))], np.arange(5), looked_into)
        root = view.entry("text", one.text).numbers[0]
        (places,) = words_in(view, 0, [4], [(0, root, 0, 0)], 1, np.full(9, -2, np.int8), lambda _, form: 0, (3, 9, 99))
        assert places is not None
        words = Words(*places)
        text = ". ".join(WORDS)
        assert chosen_sentences(text, words, np.ones((1, 4)), np.zeros(1, np.bool_))
    assert [len(one.signatures) for one in compiled] == before


# -- loading


def test_a_small_index_is_left_to_numpy() -> None:
    assert not acceleration.worth_it(4_999)
    assert acceleration.worth_it(5_000)


def test_kernels_are_handed_over_when_they_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "start", lambda: False)
    monkeypatch.setattr(compiling, "running", lambda: False)
    monkeypatch.setattr(kernels, "compile_all", lambda stop, widths=None: None)
    got: list[acceleration.Accelerated] = []
    acceleration.load_in_background(got.append).join(60)
    assert [(one.primitives, one.flat) for one in got] == [(primitives, flat_top)]


def test_kernels_for_the_positions_at_hand_are_loaded_before_the_handing_over_and_all_others_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = [rows_of(Article("0", "Мост", " ".join(WORDS)), [], SyncState(None, "d"))]
    snapshot = Snapshot([Segment(build(batch), "one")])
    happened: list[object] = []
    monkeypatch.setattr(acceleration, "ready", lambda: True)
    monkeypatch.setattr(kernels, "compile_all", lambda stop, widths=None: happened.append(widths))
    acceleration.load_in_background(lambda found: happened.append("handed over"), snapshot.widths).join(60)
    assert happened == [{np.dtype(np.uint16)}, "handed over", None]


def test_kernels_are_called_for_each_width_that_positions_may_have() -> None:
    every, narrow = (len(list(calls(*given))) for given in ((), ([np.dtype(np.uint16)],)))
    assert every - narrow == 6


def test_without_numba_numpy_answers_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> acceleration.Accelerated:
        raise ImportError("no numba here")

    monkeypatch.setattr(acceleration, "ready", lambda: True)
    monkeypatch.setattr(acceleration, "loaded", missing)
    got: list[acceleration.Accelerated] = []
    acceleration.load_in_background(got.append).join(60)
    assert got == []


def test_nothing_is_handed_over_once_the_program_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    closing = threading.Event()
    closing.set()
    monkeypatch.setattr(acceleration, "_closing", closing)
    monkeypatch.setattr(acceleration, "ready", lambda: True)
    got: list[acceleration.Accelerated] = []
    acceleration.load_in_background(got.append).join(60)
    assert got == []


def test_asking_whether_kernels_are_ready_does_not_import_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [
        name for name in sys.modules if name.split(".")[0] == "numba" or name.startswith("search.engine.kernels")
    ]:
        monkeypatch.delitem(sys.modules, name)
    compiling._fingerprint.cache_clear()
    acceleration.ready()
    assert "numba" not in sys.modules


def test_compiled_code_of_other_sources_is_thrown_away(tmp_path: Path) -> None:
    folder = tmp_path
    kept = folder / "lists.push-1.py311.nbi"
    kept.write_bytes(b"")
    caching.forget_stale(folder)
    assert not kept.exists()
    kept.write_bytes(b"")
    caching.forget_stale(folder)
    assert kept.exists()


def test_every_primitive_of_the_reference_is_there() -> None:
    def names(module: ModuleType) -> set[str]:
        return {
            name
            for name, value in vars(module).items()
            if callable(value) and not name.startswith("_") and getattr(value, "__module__", "").startswith("search.")
        }

    from search.engine import reference

    assert names(reference) - {"idf", "saturated"} <= names(primitives)
