"""How is something worked out at first use, and kept? As `functools.cached_property` does, without its lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """An attribute that a method makes when it is first asked for. Python 3.11's own takes a lock each time: half a
    microsecond. Two threads may both make it; what they make is the same.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, instance: Any, owner: type) -> T:
        made: T = self._make(instance)
        instance.__dict__[self._name] = made
        return made
