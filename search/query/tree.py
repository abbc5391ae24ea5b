"""What can a query say? A small tree, free of any engine: `language` makes it of text, `build` makes engine queries of
it. Every leaf keeps its span in the query as typed, for warnings and errors.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from index.model import Span
from search.node import node

FieldName = Literal["title", "text", "speaker", "about", "source", "author", "section", "kind"]


@node
class Word(NamedTuple):
    """A run of text without blanks, as typed; analysis may make several tokens of it («Эр-Рияд»: then a phrase).

    `exact`: this form only (`!Лавровым`). `prefix`: `террор*` (text without the star). `fuzzy`: most edits, 0 for none.
    """

    text: str
    span: Span
    exact: bool = False
    prefix: bool = False
    fuzzy: int = 0


@node
class Phrase(NamedTuple):
    """Text between quotation marks, marks left out. `slop`: how many words may stand between (0: none).
    `exact`: these forms only."""

    text: str
    span: Span
    exact: bool = False
    slop: int = 0


@node
class And(NamedTuple):
    """All of them."""

    children: tuple[Node, ...]


@node
class Or(NamedTuple):
    """Any of them."""

    children: tuple[Node, ...]


class Writings(Or):
    """Ways to write one thing; the first is as typed. Made by `compound`, never by `language`."""

    __slots__ = ()


class SomeOf(And):
    """Any of the words among them, the more the better; all of what is no word. Made by `partial`."""

    __slots__ = ()


@node
class Not(NamedTuple):
    """None of it. Stands under And only."""

    child: Node


@node
class Field(NamedTuple):
    """`child` (Word, Phrase or a group of them) in this field only."""

    name: FieldName
    child: Node
    span: Span


@node
class DateRange(NamedTuple):
    """Published from `since` to `until`, both inclusive; None is open."""

    since: date | None
    until: date | None
    span: Span


@node
class Everything(NamedTuple):
    """The empty query: browse the newest."""


Node = Word | Phrase | And | Or | Not | Field | DateRange | Everything
