"""What does a typed query ask of each kind of document? Read once, remembered by its text, used by every thread."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from index.schema import Kind

from .engine import plan
from .engine.plan import plan_of
from .marking import Leaf, leaves_of
from .plain import leaves_of_words, plain_words, plan_of_words, tree_of
from .query.scope import SCOPES
from .query.tree import Everything, Node, Or
from .request import TYPES
from .results import Warning  # noqa: A004 - the contract's word

if TYPE_CHECKING:  # plain words need no grammar
    from .query.language import Parsed

REMEMBERED: Final = 2_000  # questions
_EMPTY: Final = dict.fromkeys(map(ord, '"«»„“”()*'))  # what may stand in an empty query, or says «everything»


@dataclass(frozen=True, slots=True)
class Question:
    """A query, read: its tree, what the engine evaluates and what is marked for it in each kind of document."""

    node: Node
    warnings: tuple[Warning, ...]
    interpreted: str
    plans: Mapping[Kind, plan.Node]
    leaves: Mapping[Kind, tuple[Leaf, ...]]

    def ranks(self, kind: Kind) -> bool:
        """Whether it asks for words in texts: only then do scores mean anything."""
        plain = {name for name, _ in SCOPES[kind].plain}
        return any(leaf.fields & plain for leaf in self.leaves[kind])


@lru_cache(maxsize=REMEMBERED)
def question_of(text: str) -> Question:
    """The question that is typed so. Raises QueryError."""
    words = plain_words(text)
    if words is not None:
        return Question(
            tree_of(words, text),
            (),
            " ".join(words),
            {kind: plan_of_words(words, kind) for kind in TYPES},
            {kind: leaves_of_words(words, kind) for kind in TYPES},
        )
    return read_whole(text)


def read_whole(text: str) -> Question:
    """The same by the long way, which reads all of the query language. Raises QueryError."""
    from .query.build import build  # Whoosh is imported by those who need it
    from .query.language import to_text

    parsed = understood(text)
    node = parsed.node
    return Question(
        node,
        parsed.warnings,
        to_text(node),
        {kind: plan_of(build(node, SCOPES[kind]), kind) for kind in TYPES},
        {kind: leaves_of(node, SCOPES[kind]) for kind in TYPES},
    )


def understood(text: str) -> Parsed:
    """The query's tree. Punctuation alone («-», «?!») asks for nothing, while an empty query browses."""
    from .query.language import parse

    parsed = parse(text)
    if isinstance(parsed.node, Everything) and any(map(_is_seen, text.translate(_EMPTY))):
        return replace(parsed, node=Or(()))
    return parsed


def _is_seen(char: str) -> bool:
    """Whether a character is neither blank, control nor invisible."""
    return unicodedata.category(char)[0] not in "ZC"
