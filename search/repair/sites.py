"""Where in a query stand words that may be repaired? Plain words and those of phrases, in any field of words.

Not in exact forms (`!`), not in what the query excludes, no kinds, dates, addresses or numbers. A place is one of the
query as typed, so that a repair replaces the word there and leaves everything around it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from search.query.text import URL
from search.query.tree import And, Everything, Field, FieldName, Node, Or, Phrase, Word

_PIECE = re.compile(r"[^\s\"«»„“”()]+")
_EDGES = re.compile(r"^[^\w'’`]+|[^\w'’`]+$")


@dataclass(frozen=True, slots=True)
class Site:
    """A word as typed at [start, end) of the query. `field`: the named one; `phrase`: whether it stands in one."""

    text: str
    start: int
    end: int
    field: FieldName | None
    phrase: bool = False
    prefix: bool = False
    fuzzy: bool = False


def sites(node: Node, typed: str) -> list[Site]:
    """The words of a tree that was read of `typed`, in the order of the text."""
    found: list[Site] = []
    todo: list[tuple[Node, FieldName | None]] = [(node, None)]
    while todo:
        part, field = todo.pop()
        if isinstance(part, And | Or):
            todo.extend((child, field) for child in part.children)
        elif isinstance(part, Field) and part.name != "kind":
            todo.append((part.child, part.name))
        elif isinstance(part, Word | Phrase) and not part.exact:
            found.extend(_of_word(part, typed, field) if isinstance(part, Word) else _of_phrase(part, typed, field))
        elif isinstance(part, Everything):
            continue
    return sorted(found, key=lambda site: site.start)


def _of_word(word: Word, typed: str, field: FieldName | None) -> Iterator[Site]:
    start = typed.find(word.text, word.span.start, word.span.end)
    if start >= 0 and _is_word(word.text):
        yield Site(word.text, start, start + len(word.text), field, prefix=word.prefix, fuzzy=word.fuzzy > 0)


def _of_phrase(phrase: Phrase, typed: str, field: FieldName | None) -> Iterator[Site]:
    end = phrase.span.end
    if phrase.slop:
        end = typed.rfind("~", phrase.span.start, end)
    begin = phrase.span.start
    wanted = phrase.text.split()
    for found in _PIECE.finditer(typed, begin, end):
        # Before the words of the phrase only its field can stand, which is none of them.
        if wanted and found[0] == wanted[0]:
            wanted.pop(0)
            text = _EDGES.sub("", found[0])
            if text and _is_word(text):
                start = found.start() + found[0].index(text)
                yield Site(text, start, start + len(text), field, phrase=True)


def _is_word(text: str) -> bool:
    return any(map(str.isalpha, text)) and not URL.match(text) and not {"@", "/", "_", "."}.intersection(text)
