"""What is left of a query whose words do not all come together anywhere? The same with any of its words.

Phrases and compounds fall apart into their words: what stands nowhere as a whole is still worth something in part. What
was asked for with care (`!слово`, prefixes, fields, dates) stays needed. A type («Ту-154») is itself or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from index.analysis import tokens

from .stopwords import is_stopword
from .tree import And, Node, Phrase, SomeOf, Word, Writings

_TYPE: Final = re.compile(r"[^\W\d_]{1,3}[-\u2010-\u2013][0-9]+[^\W\d_]{0,2}")
_INITIALS: Final = re.compile(r"(?:[А-ЯЁ]\.){1,2}[А-ЯЁ][а-яё]+")


def partial(node: Node) -> SomeOf | None:
    """`node` with any of its words, the more the better; None where it has not at least two that carry a topic, or one
    beside an initial («А.Гордеев»).
    """
    if isinstance(node, SomeOf):
        return None
    children = node.children if isinstance(node, And) else (node,)
    some = SomeOf(tuple(part for child in children for part in _parts(child)))
    return some if len(topics(some)) > (0 if has_initials(node) else 1) else None


def has_initials(node: Node) -> bool:
    """Whether a query is a name with initials, with no blank behind their dots."""
    return isinstance(node, Word) and not node.exact and _INITIALS.match(node.text) is not None


def topics(node: And) -> list[Node]:
    """The words that carry a topic and of which some may be missing."""
    return [child for child in node.children if may_be_missing(child) and not is_light(child)]


def may_be_missing(node: Node) -> bool:
    """Whether a text may answer in part without this."""
    return isinstance(node, Word) and not (node.exact or node.prefix or node.fuzzy)


def is_light(node: Node) -> bool:
    """Whether a node is a word that carries no topic."""
    return isinstance(node, Word) and not node.exact and is_stopword(node.text)


def _parts(node: Node) -> Iterator[Node]:
    if isinstance(node, Writings):
        node = node.children[0]  # as typed
    plain = may_be_missing(node) or (isinstance(node, Phrase) and not node.exact)
    if isinstance(node, Word) and _TYPE.fullmatch(node.text):
        yield node
    elif plain and isinstance(node, Word | Phrase):
        for token in tokens(node.text):
            yield Word(node.text[token.start : token.end], node.span)
    else:
        yield node
