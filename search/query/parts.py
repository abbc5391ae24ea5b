"""Of what parts is a query made? Operands, operators and brackets, in the order in which they are typed."""

from __future__ import annotations

from dataclasses import dataclass

from index.model import Span
from search.results import Warning  # noqa: A004 - the contract's word

from .names import NO_OPTIONS, FieldKey, Options
from .names import Operator as OperatorKind
from .tree import FieldName, Node


@dataclass(frozen=True, slots=True)
class Operand:
    """Something to search for; `node` is None where nothing is left of it (`""`)."""

    node: Node | None
    span: Span


@dataclass(frozen=True, slots=True)
class Operator:
    """And, or, not, as written in `text`."""

    kind: OperatorKind
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Open:
    """`(` and the field before it, if any; `start` is where that begins, `span` the bracket itself."""

    field: FieldName | None
    start: int
    span: Span


@dataclass(frozen=True, slots=True)
class Close:
    """`)`."""

    span: Span


Token = Operand | Operator | Open | Close


@dataclass(frozen=True, slots=True)
class Scan:
    """A query in parts; its options are none of them."""

    tokens: list[Token]
    warnings: list[Warning]
    options: Options = NO_OPTIONS


@dataclass(frozen=True, slots=True)
class Prefix:
    """What stands before an operand: it begins at `start`, the operand at `at`; `value` is behind the last field."""

    start: int
    value: int
    at: int
    field: FieldKey | None
    exact: bool
    negative: bool

    @property
    def bare(self) -> bool:
        """Whether there is none, so that a word may be an operator."""
        return not self.negative and self.start == self.at
