"""Do kernels stop when they are late, and say so?"""

from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from search.engine import plan, shapes, typed_words
from search.engine.alarm import LONG, Alarm, alarm
from search.engine.shapes import flat_top
from search.engine.snapshot import Snapshot

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
