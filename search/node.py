"""What is a node of a tree, of a query's or of a plan's? A named tuple that is equal to nodes of its own kind alone.

There are some thirty kinds, and a new process defines them all before it answers: a named tuple takes a tenth of the
time that a frozen dataclass takes to be defined, and a quarter to be made.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

Kind = TypeVar("Kind", bound=type[tuple[Any, ...]])


def _is_equal(self: tuple[Any, ...], other: object) -> bool:
    return type(self) is type(other) and tuple.__eq__(self, other)


def _is_another(self: tuple[Any, ...], other: object) -> bool:
    return not _is_equal(self, other)


def _hash(self: tuple[Any, ...]) -> int:
    return hash(type(self)) ^ tuple.__hash__(self)


def _is_true(self: tuple[Any, ...]) -> bool:
    return True


_METHODS: Final = {"__eq__": _is_equal, "__ne__": _is_another, "__hash__": _hash, "__bool__": _is_true}


def node(kind: Kind) -> Kind:
    """A kind of node, of a named tuple: two kinds with the same children differ, and one without children is true."""
    for name, method in _METHODS.items():
        setattr(kind, name, method)
    return kind
