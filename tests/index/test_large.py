"""What goes to disk when there is much of it is the same dict, and memory grows no more."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.large import IN_MEMORY, Large, states
from index.writer import SyncState

KEYS = st.sampled_from(["", "мост", "паром", "\udce9", "a\0b", "б" * 300])
STEPS = st.lists(st.tuples(KEYS, st.none() | st.integers()), max_size=30)


@given(STEPS, st.integers(0, 4))
def test_it_is_a_dict(steps: list[tuple[str, int | None]], most: int) -> None:
    """None: taken out."""
    naive: dict[str, int] = {}
    found = Large[int](str, int, most=most)
    for key, value in steps:
        if value is not None:
            naive[key] = found[key] = value
        elif key in naive:
            del naive[key], found[key]
        else:
            with pytest.raises(KeyError):
                del found[key]
        assert found == naive
        assert (len(found), found.get(key), key in found) == (len(naive), naive.get(key), key in naive)
    assert "никто" not in found


def test_states_come_back_as_they_were_put_in() -> None:
    some = {f"a{n}": SyncState(None if n % 3 else f"/архив/{n}.txt", f"{n:032x}") for n in range(10)}
    for most in (4, 100):
        found = states(some.items(), most=most)
        assert found == some
        assert isinstance(found["a1"], SyncState)
        assert found.keys() - {"a3"} == some.keys() - {"a3"}


def test_many_take_no_more_memory_than_few() -> None:
    def grown(most: int) -> int:
        found = Large[str](str, str, most=most)
        for n in range(2_000):
            found[f"заметка {n}"] = f"{n:032x}"
        before = tracemalloc.get_traced_memory()[0]
        for n in range(2_000, 12_000):
            found[f"заметка {n}"] = f"{n:032x}"
        return tracemalloc.get_traced_memory()[0] - before

    tracemalloc.start()
    try:
        assert grown(1_000) < 100_000 < 1_000_000 < grown(IN_MEMORY)
    finally:
        tracemalloc.stop()
