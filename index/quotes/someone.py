"""Who is a person of an article, and where does a name of theirs stand?"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from index.model import Span

from .roles import Role


class Someone:
    """A person of the article. `surname` or `first` is empty where the article does not give it.

    `gender` is `masc`, `femn`, or None while nothing shows it. `title` belongs to the name of clergy and monarchs.
    Gender and roles are looked for when they are asked for, once `learn` may be called (`People.learn`).
    """

    __slots__ = ("_gender", "_roles", "first", "learn", "patronymic", "places", "surname", "title")

    def __init__(self, first: str, surname: str, gender: str | None, patronymic: str = "", title: str = "") -> None:
        self.first = first
        self.surname = surname
        self.patronymic = patronymic
        self.title = title
        self.places: list[int] = []
        self.learn: Callable[[Someone], None] | None = None
        self._gender = gender
        self._roles: list[Role] = []

    @property
    def gender(self) -> str | None:
        """`masc`, `femn` or None."""
        if self.learn is not None:
            self._look()
        return self._gender

    @gender.setter
    def gender(self, gender: str | None) -> None:
        if self.learn is not None:
            self._look()
        self._gender = gender

    @property
    def roles(self) -> list[Role]:
        """The roles that the article gives."""
        if self.learn is not None:
            self._look()
        return self._roles

    def _look(self) -> None:
        learn, self.learn = self.learn, None
        if learn is not None:
            learn(self)

    @property
    def name(self) -> str:
        """As fully as the article gives it, in the nominative."""
        return " ".join(part for part in (self.title, self.first, self.patronymic, self.surname) if part)


class Naming(NamedTuple):
    """Where somebody is named, and the cases that the name may stand in there. `full` is more than a surname."""

    span: Span
    who: Someone
    cases: frozenset[str]
    full: bool
