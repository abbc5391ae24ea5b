"""Which questions get a second look at their best articles, for which words, and what is told of it?

Those of FEWEST words and more that carry a topic, as headlines are typed: in shorter ones neighbours and forms say
enough. See `engine.second_look`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from index.analysis.capitals import as_written
from index.analysis.roots import is_cyrillic
from index.schema import Kind

from .engine.second_look import KIN, LEAD, Look, Wanted
from .leaves import Leaf
from .query.tree import And
from .question import Question

FEWEST: Final = 3  # words
MOST: Final = 24  # words that are looked for, the first ones


def sought(question: Question, kind: Kind) -> tuple[list[str], list[Wanted]]:
    """The words to look for, as they are typed and as the engine takes them; none where one look is enough."""
    if kind != "article" or not isinstance(question.node, And):
        return [], []
    found = {leaf.words[0].asked.roots: as_written(leaf.name) for leaf in question.leaves[kind] if _is_topic(leaf)}
    if len(found) < FEWEST:
        return [], []
    return list(found.values())[:MOST], [_wanted(roots) for roots in found][:MOST]


def _is_topic(leaf: Leaf) -> bool:
    """Whether a leaf is a word in any form, in any field, that carries a topic."""
    plain = len(leaf.words) == 1 and not (leaf.light or leaf.words[0].exact or leaf.words[0].expands)
    return plain and "text" in leaf.fields and "title" in leaf.fields


def _wanted(roots: Sequence[str]) -> Wanted:
    kin = dict.fromkeys(root[:KIN] for root in roots if len(root) >= KIN and is_cyrillic(root))
    return Wanted(tuple(root.encode() for root in roots), tuple(prefix.encode() for prefix in kin))


def told(names: Sequence[str], look: Look, document: int) -> str | None:
    """What the second look saw in a document, for its reader; None where it was not looked at."""
    at = int(np.searchsorted(look.docs, document))
    if at == len(look.docs) or look.docs[at] != document:
        return None
    begin = [f"«{name}»" for name, here in zip(names, look.beginning[:, at], strict=True) if here]
    kin = look.anywhere[:, at] & ~look.itself[:, at]
    kindred = [f"«{name}»" for name, here in zip(names, kin, strict=True) if here]
    parts = [f"в заголовке или первых {LEAD} словах: {', '.join(begin)}"] if begin else []
    parts += [f"только однокоренное: {', '.join(kindred)}"] if kindred else []
    parts.append(f"вместе стоит {round(100 * look.together[at])} % веса запроса")
    return "; ".join(parts)
