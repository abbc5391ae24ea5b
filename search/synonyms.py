"""What else is called by the words of a query? «ВРД» also asks for «Ведомство речных дел», and the reverse.

The pairs come from the table of abbreviations beside the index (`molva abbreviations --save`), and are used where
MOLVA_SYNONYMS=on. What is as typed weighs more; what is asked for with care stays as it is: `!слово`, prefixes,
misspelled words, what is excluded, and the names of sources, authors, sections and speakers.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from index.analysis import Token, tokens
from index.analysis.lemma import lemmas, readings, same_word
from index.model import Span

from .query.scope import UNSCORED
from .query.tree import And, Field, Node, Or, Phrase, Word, Writings

if TYPE_CHECKING:
    from index.abbreviations import Abbreviation

SETTING: Final = "MOLVA_SYNONYMS"
SYNONYM_WEIGHT: Final = 0.5  # of what is as typed
MOST: Final = 3  # of one abbreviation or expansion
MOST_ADDED: Final = 16  # leaves that a query may get besides its own
_log: Final = logging.getLogger("molva.search")


class Synonymous(Writings):
    """Names of one thing; the first is as typed, the others weigh `SYNONYM_WEIGHT` and match as `lemma` at best."""

    __slots__ = ()


class _Name(NamedTuple):
    """What a thing is called: folded words, whether they are an abbreviation, and its other names as written."""

    words: tuple[str, ...]
    short: bool
    others: tuple[str, ...]

    def stands(self, found: Sequence[_Typed]) -> bool:
        """Whether these words are it, in any form."""
        compared = zip(found, self.words, strict=False)
        return len(found) >= len(self.words) and all(
            typed.is_abbreviation(word) if self.short else same_word(typed.token.form, word) for typed, word in compared
        )


class _Typed(NamedTuple):
    """A word of a query, as typed."""

    token: Token
    written: str

    def is_abbreviation(self, short: str) -> bool:
        """Whether it is this one. In small letters it may be a word of its own: «рак», «воз»."""
        if sum(map(str.isupper, self.written)) > 1:
            return short == self.token.form or short in self.token.roots
        return short == self.token.form and not readings(short)


class NameAt(NamedTuple):
    """Words `[first, last)` of a sequence that are a name, and the thing's other names."""

    first: int
    last: int
    others: tuple[str, ...]


class Synonyms:
    """Abbreviations and what they stand for, to be looked up by either. Immutable; of several expansions the first
    MOST of the table count.
    """

    def __init__(self, rows: Iterable[Abbreviation] = ()) -> None:
        of_short: dict[tuple[str, ...], list[str]] = defaultdict(list)
        of_long: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for row in rows:
            short, expansion = _forms(row.abbreviation), _forms(row.expansion)
            if short and expansion and short != expansion:
                of_short[short].append(row.expansion)
                of_long[expansion].append(row.abbreviation)
        table = repr((dict(of_short), dict(of_long))).encode("utf-8", "surrogatepass") if of_short else b""
        self.digest = hashlib.blake2b(table, digest_size=8).hexdigest() if table else ""  # of the pairs that count
        self._by_first: dict[str, list[_Name]] = defaultdict(list)
        for known, is_short in ((of_short, True), (of_long, False)):
            for words, others in known.items():
                name = _Name(words, is_short, tuple(dict.fromkeys(others))[:MOST])
                for key in words[:1] if is_short else lemmas(words[0]) | {words[0]}:
                    self._by_first[key].append(name)

    def __bool__(self) -> bool:
        return bool(self._by_first)

    def concern(self, words: Sequence[str]) -> bool:
        """Whether `with_synonyms` changes a query of these plain words."""
        return bool(self) and next(self.matches(_typed(" ".join(words))), None) is not None

    def matches(self, words: Sequence[_Typed]) -> Iterator[NameAt]:
        """The names among some words, from left to right, of those that begin together the longest; none overlap."""
        at = 0
        while at < len(words):
            token = words[at].token
            keys = {token.form, *token.roots, *lemmas(token.form)}
            names = {name for key in keys for name in self._by_first.get(key, ()) if name.stands(words[at:])}
            if not names:
                at += 1
                continue
            length = max(len(name.words) for name in names)
            longest = sorted(name for name in names if len(name.words) == length)
            others = dict.fromkeys(other for name in longest for other in name.others)
            yield NameAt(at, at + length, tuple(islice(others, MOST)))
            at += length


NO_SYNONYMS: Final = Synonyms()


def synonyms_of(folder: Path) -> Synonyms:
    """The synonyms that an index is asked with: none unless MOLVA_SYNONYMS=on, nor where its table cannot be read,
    which the log says.
    """
    if os.environ.get(SETTING, "").strip().lower() != "on":
        return NO_SYNONYMS
    from index.abbreviation_table import AbbreviationsError, saved

    try:
        return Synonyms(saved(folder))
    except AbbreviationsError as error:
        _log.warning("no synonyms are asked for: %s", error)
        return NO_SYNONYMS


def with_synonyms(node: Node, synonyms: Synonyms) -> Node:
    """`node` (widened by `query.compound` already) in which whatever has other names is `Synonymous`. As deep as the
    query, which is bounded.
    """
    return _Adding(synonyms).node(node) if synonyms else node


class _Adding:
    """One query that gets synonyms, so many leaves at most."""

    def __init__(self, synonyms: Synonyms) -> None:
        self.synonyms = synonyms
        self.left = MOST_ADDED

    def node(self, node: Node) -> Node:
        match node:
            case Writings():
                return self._run([node])[0]
            case And(children):
                kept = self._children(children)
                return kept[0] if len(kept) == 1 else type(node)(tuple(kept))
            case Or(children):
                return Or(tuple(self.node(child) for child in children))
            case Field(name, child, span) if name != "kind" and name not in UNSCORED:
                return Field(name, self.node(child), span)
            case Word():
                return self._run([node])[0]
            case Phrase(exact=False):
                return self._phrase(node)
        return node

    def _children(self, children: Sequence[Node]) -> list[Node]:
        """The children of And; neighbouring plain words may be a name together."""
        kept: list[Node] = []
        run: list[Node] = []
        for child in children:
            if _plain_word(child) is not None:
                run.append(child)
                continue
            kept += self._run(run)
            run = []
            kept.append(self.node(child))
        return kept + self._run(run)

    def _run(self, children: Sequence[Node]) -> list[Node]:
        """Neighbouring words; each may have several tokens, and a name ends where a word ends."""
        words: list[_Typed] = []
        of_word: list[int] = []  # of each token, the number of its word
        for number, child in enumerate(children):
            word = _plain_word(child)
            found = [] if word is None else _typed(word.text)
            words += found
            of_word += [number] * len(found)
        ends = [*of_word, len(children)]
        kept: list[Node] = []
        done = 0
        for first, last, others in self.synonyms.matches(words):
            begin, end = ends[first], ends[last]
            begins = not first or of_word[first - 1] != begin
            if begins and of_word[last - 1] != end:
                inside = children[begin:end]
                kept += children[done:begin]
                kept.append(self._ways(inside[0] if len(inside) == 1 else And(tuple(inside)), _span(inside), others))
                done = end
        return [*kept, *children[done:]]

    def _ways(self, typed: Node, span: Span, others: Sequence[str]) -> Node:
        more = tuple(_leaf(other, span) for other in others[: self.left])
        self.left -= len(more)
        return Synonymous((typed, *more)) if more else typed

    def _phrase(self, phrase: Phrase) -> Node:
        """A name in a phrase in other words; of several names one at a time."""
        words = _typed(phrase.text)
        texts = []
        for first, last, others in self.synonyms.matches(words):
            before = phrase.text[: words[first].token.start]
            behind = phrase.text[words[last - 1].token.end :]
            texts += [before + other + behind for other in others]
        more = tuple(_leaf(text, phrase.span, phrase.slop) for text in texts[: self.left])
        self.left -= len(more)
        return Synonymous((phrase, *more)) if more else phrase


def _plain_word(node: Node) -> Word | None:
    """The word as typed that a node is, in whatever other ways it may be written; None where it is none. Initials are
    the abbreviation without their dots.
    """
    typed = node.children[0] if isinstance(node, Writings) else node
    if isinstance(node, Writings) and isinstance(typed, Word) and "." in typed.text:
        typed = next((way for way in node.children if isinstance(way, Word) and way.text.isalpha()), typed)
    return typed if isinstance(typed, Word) and not (typed.exact or typed.prefix or typed.fuzzy) else None


def _typed(text: str) -> list[_Typed]:
    return [_Typed(token, text[token.start : token.end]) for token in tokens(text)]


def _forms(text: str) -> tuple[str, ...]:
    return tuple(token.form for token in tokens(text))


def _span(nodes: Sequence[Node]) -> Span:
    words = [word for node in nodes if (word := _plain_word(node)) is not None]
    return Span(words[0].span.start, words[-1].span.end)


def _leaf(text: str, span: Span, slop: int = 0) -> Word | Phrase:
    return Phrase(text, span, False, slop) if len(tokens(text)) > 1 else Word(text, span)
