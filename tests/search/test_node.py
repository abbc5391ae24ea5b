"""Is a node equal to nodes of its own kind alone?"""

from __future__ import annotations

import pytest

from search.engine import plan
from search.query import tree

ONE, OTHER = plan.Term("text", b"one"), plan.Term("text", b"other")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (plan.Any((ONE, OTHER)), plan.All((ONE, OTHER))),
        (plan.Term("text", b"one"), plan.Blend("text", b"one")),  # type: ignore[arg-type]  # the same values
        (plan.Any((plan.All((ONE, OTHER)), ONE)), plan.Any((plan.Best((ONE, OTHER)), ONE))),
        (tree.And(()), tree.SomeOf(())),
        (tree.Or(()), tree.And(())),
        (plan.Nothing(), ()),
    ],
)
def test_kinds_with_the_same_children_differ(one: object, other: object) -> None:
    assert one != other
    assert not one == other  # noqa: SIM201  (both ways to ask)
    assert hash(one) == hash(one)
    assert len({one, other}) == 2


def test_a_node_is_equal_to_one_with_the_same_children() -> None:
    assert plan.Any((ONE, OTHER)) == plan.Any((plan.Term("text", b"one"), OTHER))
    assert not plan.Any((ONE, OTHER)) != plan.Any((ONE, OTHER))  # noqa: SIM202  (both ways to ask)
    assert len({ONE, plan.Term("text", b"one")}) == 1


def test_a_node_without_children_is_true() -> None:
    assert plan.NOTHING
    assert tree.Everything()


def test_documents_that_are_known_are_equal_to_themselves_alone() -> None:
    known = plan.Chosen(())
    assert known == known
    assert known != plan.Chosen(())
