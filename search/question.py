"""What does a typed query ask of each kind of document? Read once, remembered by its text, used by every thread."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.capitals import with_headlines
from index.schema import Kind

from .engine import plan
from .engine.plan import plan_of
from .leaves import Leaf, leaves_of
from .plain import leaves_of_words, plain_words, plan_of_words, text_of, tree_of, words_of
from .query.names import NO_OPTIONS, Options
from .query.scope import LAST_RESORT, SCOPES, UNSCORED, Scope
from .query.tree import And, Everything, Field, Node, Not, Or, SomeOf
from .request import TYPES
from .results import Warning  # noqa: A004 - the contract's word
from .synonyms import NO_SYNONYMS, Synonyms, with_synonyms

if TYPE_CHECKING:  # plain words need no grammar
    from .query.language import Parsed

SpokenBy = Callable[..., tuple[NDArray[np.uint32], ...]]  # (text, *, kind): documents in which somebody speaks
REMEMBERED: Final = 500  # questions; a long one takes 100 kB
_EMPTY: Final = dict.fromkeys(map(ord, '"«»„“”()*'))  # what may stand in an empty query, or says «everything»


@dataclass(frozen=True, slots=True)
class Question:
    """A query, read: its tree as typed, the same with all ways to write it, what the engine evaluates and what is
    marked for it in each kind of document.
    """

    typed: Node
    node: Node
    warnings: tuple[Warning, ...]
    interpreted: str
    plans: Mapping[Kind, plan.Node]
    leaves: Mapping[Kind, tuple[Leaf, ...]]
    options: Options = NO_OPTIONS
    spoken_by: SpokenBy | None = field(default=None, compare=False)

    def ranks(self, kind: Kind) -> bool:
        """Whether it asks for words in texts: only then do scores mean anything."""
        plain = {name for name, _ in SCOPES[kind].plain}.difference(UNSCORED)
        return any(leaf.fields & plain for leaf in self.leaves[kind])


@lru_cache(maxsize=REMEMBERED)
def question_of(text: str, synonyms: Synonyms = NO_SYNONYMS) -> Question:
    """The question that is typed so. Raises QueryError."""
    words = plain_words(text)
    if words is not None and _as_typed(words) and not synonyms.concern(words):
        read = with_headlines(text) if text.isupper() else text
        typed, words = words, read.split()
        tree = tree_of(words, read)
        return Question(
            tree,
            tree,
            (),
            " ".join(typed),
            {kind: plan_of_words(words, kind) for kind in TYPES},
            {kind: leaves_of_words(words, kind) for kind in TYPES},
        )
    return read_whole(text, synonyms)


def _as_typed(words: Sequence[str]) -> bool:
    """Whether nobody writes these plain words in another way; letters alone never are."""
    if all(map(str.isalpha, words)):
        return True
    from .query.compound import has_other_writings  # its expressions take longer to be made than a question

    return not has_other_writings(words)


def read_whole(text: str, synonyms: Synonyms = NO_SYNONYMS) -> Question:
    """The same by the long way, which reads all of the query language. Raises QueryError."""
    from .query.build import build  # Whoosh is imported by those who need it
    from .query.compound import widened

    parsed = understood(text)
    node = with_synonyms(widened(parsed.node), synonyms)
    return Question(
        parsed.node,
        node,
        parsed.warnings,
        parsed.interpreted,
        {kind: plan_of(build(node, SCOPES[kind]), kind) for kind in TYPES},
        {kind: leaves_of(node, SCOPES[kind]) for kind in TYPES},
        parsed.options,
    )


def with_speakers(question: Question, spoken_by: SpokenBy) -> Question:
    """The question over one state, whose speakers `спикер:` names; the same where it names none."""
    if not names_speakers(question.node):
        return question
    asked = _asking(replace(question, spoken_by=spoken_by), question.node, SCOPES)
    return replace(asked, interpreted=question.interpreted)


def names_speakers(node: Node) -> bool:
    """Whether a query has `спикер:`. As deep as the query, which is bounded."""
    match node:
        case Field(name, child):
            return name == "speaker" or names_speakers(child)
        case And(children) | Or(children):
            return any(map(names_speakers, children))
        case Not(child):
            return names_speakers(child)
    return False


def last_resort_of(question: Question) -> Question | None:
    """The same where names also find what only looks like a form of them; None where no name is asked for."""
    if not any(word.asked.last_resort for leaves in question.leaves.values() for leaf in leaves for word in leaf.words):
        return None
    return _asking(question, question.node, LAST_RESORT)


def partial_of(question: Question) -> tuple[int, Question] | None:
    """Any of its words instead of all, and how many they are; None where there are not two. A name with initials is one
    word.
    """
    from .query.partial import has_initials, topics
    from .query.partial import partial as some_of

    node = some_of(question.typed)
    if node is None:
        return None
    return 1 if has_initials(question.typed) else len(topics(node)), _asking(question, node, SCOPES)


def _asking(question: Question, node: Node, scopes: Mapping[Kind, Scope]) -> Question:
    """The question with other plans."""
    words = words_of(node)
    if words is None:
        from .query.build import build
        from .query.language import to_text

        if question.spoken_by is not None:
            scopes = {kind: scopes[kind]._replace(spoken_by=partial(question.spoken_by, kind=kind)) for kind in TYPES}
        plans = {kind: plan_of(build(node, scopes[kind]), kind) for kind in TYPES}
        leaves = {kind: leaves_of(node, scopes[kind]) for kind in TYPES}
        text = to_text(node)
    else:  # Whoosh and the grammar take longer to be imported than most questions
        some, last = isinstance(node, SomeOf), scopes is LAST_RESORT
        plans = {kind: plan_of_words(words, kind, some=some, last_resort=last) for kind in TYPES}
        leaves = {kind: leaves_of_words(words, kind) for kind in TYPES}
        text = text_of(node, words)
    interpreted = f"{text} {question.options.to_text()}".strip()
    if question.interpreted.isupper():  # a headline, whose short words were turned
        interpreted = interpreted.upper()
    return replace(question, node=node, interpreted=interpreted, plans=plans, leaves=leaves)


def understood(text: str) -> Parsed:
    """The query's tree. Punctuation alone («-», «?!») asks for nothing, while an empty query browses."""
    from .query.language import parse

    parsed = parse(text)
    said = parsed.options == NO_OPTIONS and any(map(_is_seen, text.translate(_EMPTY)))
    if said and isinstance(parsed.node, Everything):
        return replace(parsed, node=Or(()))
    return parsed


def _is_seen(char: str) -> bool:
    """Whether a character is neither blank, control nor invisible."""
    return unicodedata.category(char)[0] not in "ZC"
