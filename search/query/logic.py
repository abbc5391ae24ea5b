"""How are and, or, not and a field put together so that one meaning has one tree?

What comes out keeps these rules, and what goes in may rely on them:

- And and Or have at least two children; no And is a child of And, no Or of Or.
- Not stands under And only, and beside something positive. `а | -б` is `а | * -б`: Everything stands in for the
  positive part that is missing.
- Everything is the whole query or stands beside nothing but Nots.
- A field holds a word, a phrase or a group of them; a group that names another field or a date within is parted into
  its leaves, where the inner field wins.

While a query is read, Not may also come out bare: nothing positive has been found yet. All of it is iterative: trees
are as deep as their query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from index.model import Span

from .tree import And, DateRange, Everything, Field, FieldName, Node, Not, Or, Phrase, Word

EVERYTHING = Everything()


def all_of(nodes: Iterable[Node]) -> Node | None:
    """And of `nodes`; None of none. Without anything positive it is Not(Or(…))."""
    parts = _conjuncts(nodes)
    positive = [part for part in parts if not isinstance(part, Not)]
    if parts and not positive:
        return Not(_single(Or, [part.child for part in parts if isinstance(part, Not)]))
    if any(part != EVERYTHING for part in positive):
        parts = [part for part in parts if part != EVERYTHING]
    elif positive:
        parts = [EVERYTHING, *(part for part in parts if isinstance(part, Not))]
    return _single(And, parts) if parts else None


def any_of(nodes: Iterable[Node]) -> Node | None:
    """Or of `nodes`; None of none."""
    parts: list[Node] = []
    for node in nodes:
        parts += node.children if isinstance(node, Or) else (node,)
    if not parts:
        return None
    if EVERYTHING in parts:
        return EVERYTHING
    return parts[0] if len(parts) == 1 else Or(tuple(_positive(part) for part in parts))


def negated(node: Node) -> Node | None:
    """Not of `node`; None for Not of everything, which says nothing that a search can use."""
    if isinstance(node, Not):
        return node.child
    if isinstance(node, And) and node.children[0] == EVERYTHING:
        return any_of(part.child for part in node.children if isinstance(part, Not))
    return None if node == EVERYTHING else Not(node)


def in_field(name: FieldName, node: Node, span: Span) -> Node:
    """`node` in the field `name`; `span` is the field's name, colon and value."""
    if isinstance(node, Not):
        return Not(in_field_positive(name, node.child, span))
    return in_field_positive(name, node, span)


def in_field_positive(name: FieldName, node: Node, span: Span) -> Node:
    """The same for a node that is not a Not."""
    if any(isinstance(leaf, Field | DateRange | Everything) for leaf in leaves(node)):
        return map_leaves(node, lambda leaf: Field(name, leaf, leaf.span) if isinstance(leaf, Word | Phrase) else leaf)
    return Field(name, node, span)


def is_negative(node: Node) -> bool:
    """Whether `node` only says what shall not be found."""
    if isinstance(node, Or):
        return all(isinstance(part, And) and part.children[0] == EVERYTHING for part in node.children)
    return isinstance(node, Not)


def leaves(node: Node) -> Iterator[Word | Phrase | Field | DateRange | Everything]:
    """The leaves from left to right; a Field counts as one."""
    stack = [node]
    while stack:
        node = stack.pop()
        if isinstance(node, And | Or):
            stack.extend(reversed(node.children))
        elif isinstance(node, Not):
            stack.append(node.child)
        else:
            yield node


def map_leaves(node: Node, change: Callable[[Word | Phrase | Field | DateRange | Everything], Node]) -> Node:
    """The same tree with every leaf changed."""
    todo: list[tuple[Node, bool]] = [(node, False)]
    done: list[Node] = []
    while todo:
        node, children_done = todo.pop()
        if not isinstance(node, And | Or | Not):
            done.append(change(node))
        elif children_done:
            count = 1 if isinstance(node, Not) else len(node.children)
            children = tuple(done[-count:])
            del done[-count:]
            done.append(Not(children[0]) if isinstance(node, Not) else type(node)(children))
        else:
            todo.append((node, True))
            children = (node.child,) if isinstance(node, Not) else node.children
            todo.extend((child, False) for child in reversed(children))
    return done[0]


def _conjuncts(nodes: Iterable[Node]) -> list[Node]:
    """The parts of And: children of Ands, and `-(а | б)` as `-а -б`."""
    stack = list(nodes)[::-1]
    parts: list[Node] = []
    while stack:
        node = stack.pop()
        if isinstance(node, And):
            stack.extend(reversed(node.children))
        elif isinstance(node, Not) and isinstance(node.child, Or):
            stack.extend(part for child in reversed(node.child.children) if (part := negated(child)) is not None)
        else:
            parts.append(node)
    return parts


def _positive(node: Node) -> Node:
    """A branch of Or that is only negative, with everything to take from."""
    return (all_of([EVERYTHING, node]) or node) if isinstance(node, Not) else node


def _single(kind: type[And] | type[Or], parts: Sequence[Node]) -> Node:
    return parts[0] if len(parts) == 1 else kind(tuple(parts))
