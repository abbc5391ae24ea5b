"""How is a tree written as a query? The canonical form: Russian names, `|`, `-`, `"…"`, no bracket without need.

Лавров Керри    а | б    -слово    (а | б) в    "фраза"~5    !слово    террор*    слово~2    спикер:(а | б)
дата:2015-12..2016-01    вид:прямая    * (everything, where something must stand)
"""

from __future__ import annotations

from functools import lru_cache

from search.errors import QueryError

from .dates import write_dates
from .lexer import scan
from .names import FIELD_TEXT, KIND_TEXT
from .parts import Operand
from .text import SHORT_NUMBER
from .tree import And, DateRange, Everything, Field, Node, Not, Or, Phrase, SomeOf, Word


def to_text(node: Node) -> str:
    """`node` as a query: parsed again it is `node`, spans aside, if its rules are those of `logic`."""
    if isinstance(node, Everything):
        return ""
    out: list[str] = []
    todo: list[Node | str] = [node]
    while todo:
        part = todo.pop()
        if isinstance(part, str):
            out.append(part)
        else:
            todo.extend(reversed(_parts(part)))
    return "".join(out)


def _parts(node: Node) -> list[Node | str]:
    """One level of `node`: text and nodes that are still to write."""
    if isinstance(node, SomeOf):
        return _parts(Or(node.children))
    if isinstance(node, And):
        return _joined(" ", [_bracketed(child) if isinstance(child, And | Or) else [child] for child in node.children])
    if isinstance(node, Or):
        return _joined(" | ", [_bracketed(child) if isinstance(child, Or) else [child] for child in node.children])
    if isinstance(node, Not):
        if isinstance(node.child, Word) and SHORT_NUMBER.match(_leaf(node.child)):
            return ["-", *_bracketed(node.child)]  # «-5» is a number below zero
        return ["-", *_operand(node.child)]
    if isinstance(node, Field):
        if node.name == "kind" and isinstance(node.child, Word):
            return [f"{FIELD_TEXT['kind']}:{KIND_TEXT.get(node.child.text, node.child.text)}"]
        return [f"{FIELD_TEXT[node.name]}:", *_operand(node.child)]
    return [_leaf(node)]


def _joined(mark: str, operands: list[list[Node | str]]) -> list[Node | str]:
    parts: list[Node | str] = []
    for operand in operands:
        parts += [mark, *operand] if parts else operand
    return parts


def _operand(node: Node) -> list[Node | str]:
    return _bracketed(node) if isinstance(node, And | Or | Not) else [node]


def _bracketed(node: Node) -> list[Node | str]:
    return ["(", node, ")"]


def _leaf(node: Word | Phrase | DateRange | Everything) -> str:
    if isinstance(node, Everything):
        return "*"
    if isinstance(node, DateRange):
        return f"{FIELD_TEXT['date']}:{write_dates(node.since, node.until)}"
    mark = "!" if node.exact else ""
    if isinstance(node, Phrase) or not (node.prefix or node.fuzzy or _is_plain(node.text)):
        slop = f"~{node.slop}" if isinstance(node, Phrase) and node.slop else ""
        return f'{mark}"{node.text.replace(chr(34), " ")}"{slop}'
    edits = "" if not node.fuzzy else "~" if node.fuzzy == 1 else f"~{node.fuzzy}"
    return f"{mark}{node.text}{'*' if node.prefix else ''}{edits}"


@lru_cache(maxsize=4096)
def _is_plain(text: str) -> bool:
    """Whether `text` typed bare is read as this very word."""
    try:
        tokens = scan(text).tokens
    except QueryError:
        return False
    return len(tokens) == 1 and isinstance(tokens[0], Operand) and getattr(tokens[0].node, "text", None) == text
