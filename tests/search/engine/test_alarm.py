"""Do kernels stop when they are late, and say so?"""

from __future__ import annotations

import time
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from search.engine import plan, shapes, typed_words
from search.engine.alarm import LONG, Alarm, alarm
from search.engine.evaluate import Evaluator
from search.engine.shapes import flat_top
from search.engine.snapshot import Snapshot

from .postings import FIELDS as TEXT_FIELDS
from .postings import Segment
from .test_kernels import TEXTS, segment_of

ONE, OTHER, THIRD = (plan.Term("text", TEXTS[number]) for number in (0, 1, 2))
TITLE = plan.Term("title", TEXTS[0])
FIELDS = (("title", 2.0), ("text", 1.0))
PLANS: dict[str, plan.Node] = {
    "any": plan.Any((ONE, OTHER, TITLE)),
    "all": plan.All((ONE, OTHER)),
    "groups": plan.All((plan.Any((ONE, TITLE)), OTHER)),
    "phrase": plan.Phrase("text", TEXTS[:2]),
    "phrases": plan.Any((plan.Phrase("text", TEXTS[:2]), plan.Phrase("title", TEXTS[:2]))),
    "typed": plan.All((plan.Slot(TEXTS[0], FIELDS), plan.Slot(TEXTS[1], FIELDS))),
}


class Late(Alarm):
    """Is late at once."""

    def __enter__(self) -> NDArray[np.uint8]:
        return np.ones(1, np.uint8)


@pytest.mark.parametrize("name", list(PLANS))
def test_a_kernel_that_is_late_says_that_there_may_be_more(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    segments = [segment_of(np.random.default_rng(5), size, shares=(0.5,)) for size in (9_000, 300)]
    whole = flat_top(Snapshot(segments), "article", PLANS[name], 10, None, True)
    for module in (shapes, typed_words):
        monkeypatch.setattr(module, "alarm", lambda deadline, postings: Late(deadline))
    cut = flat_top(Snapshot(segments), "article", PLANS[name], 10, None, True, time.monotonic())
    assert whole is not None
    assert cut is not None
    assert (whole.relation, cut.relation) == ("eq", "gte")
    assert len(whole.docs) == 10
    assert not len(cut.docs)


def test_an_alarm_rings_for_long_work_only() -> None:
    with alarm(time.monotonic() - 1.0, LONG - 1) as late:
        assert not late[0]
    with alarm(None, LONG) as late:
        assert not late[0]
    with alarm(time.monotonic() + 0.01, LONG) as late:
        patience = time.monotonic() + 10.0
        while not late[0] and time.monotonic() < patience:
            time.sleep(0.001)
        assert late[0]


def test_an_alarm_that_is_not_needed_any_more_never_rings() -> None:
    with alarm(time.monotonic() + 0.02, LONG) as late:
        pass
    time.sleep(0.05)
    assert not late[0]


@pytest.mark.parametrize("slop", [1, 2])
def test_numpy_looks_at_the_clock_before_each_word_of_a_phrase(slop: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = np.ones((len(TEXT_FIELDS), 4), np.uint8)
    mean = {field.name: 300.0 for field in TEXT_FIELDS}
    word = "мост".encode()
    terms = {("text", word): {doc: list(range(300)) for doc in range(4)}}
    evaluator = Evaluator(Snapshot([Segment(4, terms, lengths, mean, 1)]))
    phrase = plan.Phrase("text", (word,) * 200, slop)
    assert evaluator.total(phrase, "article") == (4, "eq")
    looks = count()
    monkeypatch.setattr("search.engine.segment_lists.time", SimpleNamespace(monotonic=lambda: float(next(looks))))
    assert evaluator.total(phrase, "article", deadline=50.0) == (0, "gte")
    assert next(looks) < 60  # it went no further
