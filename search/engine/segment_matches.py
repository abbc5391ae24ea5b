"""Which documents of one segment does a plan match?

`docs` finds the documents of a node, beginning with what is rarest; `among` says which of given documents match, so
that what is frequent is only looked up. Words next to each other are compared by keys, all candidates at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any as Whatever

import numpy as np

from index.schema import NO_DAY

from .lists import List, StoredList, documents_of
from .plan import (
    All,
    Any,
    Best,
    Blend,
    Chosen,
    Complement,
    Constant,
    Days,
    Everything,
    Expansion,
    Maybe,
    Near,
    Node,
    Nothing,
    Phrase,
    Requiring,
    Slot,
    Stock,
    Term,
    Without,
)
from .reference import Docs, Flags, Numbers, Scores
from .segment_lists import Deadline, SegmentLists
from .snapshot import View

_AT_ONCE = 1 << 15  # candidates whose positions are compared before the clock is looked at …
_TOKENS = 1 << 22  # … and about so many tokens of them at most
_PLACES = 8  # answers of `places` that are remembered: those of one word in the fields of a question
NO_DOCS: Docs = np.zeros(0, np.uint32)
# Whoosh's own matchers: (query, number of the segment, what to call now and then) → documents and scores.
StockRun = Callable[[Whatever, int, Callable[[], None]], tuple[Docs, Scores]]


class SegmentMatches(SegmentLists):
    """Matching in one segment, for one evaluation. It remembers what it found for each node."""

    def __init__(self, view: View, segment: int, primitives: Whatever, deadline: Deadline, stock: StockRun) -> None:
        super().__init__(view, segment, primitives, deadline)
        self.stock = stock
        self._docs: dict[int, tuple[object, Docs]] = {}
        self._places: dict[tuple[int, int], tuple[Docs, List, Numbers]] = {}
        self._stock: dict[int, tuple[object, Docs, Scores]] = {}

    def docs(self, node: Node) -> Docs:
        """The documents that match, deleted ones too, ascending."""
        known = self._docs.get(id(node))
        if known is None:
            self.deadline.check()
            known = self._docs[id(node)] = (node, self._find(node))
        return known[1]

    def _find(self, node: Node) -> Docs:
        match node:
            case Nothing():
                return NO_DOCS
            case Term(field, text):
                postings = self.term_list(field, text)
                return NO_DOCS if postings is None else postings.docs
            case Slot(root, fields):
                found = [self.term_list(name, root) for name, _ in fields]
                return self._union([postings.docs for postings in found if postings is not None])
            case Any(children) | Best(children):
                return self._union([self.docs(child) for child in children])
            case All(children):
                first, *others = sorted(children, key=self.size)
                docs = self.docs(first)
                for child in others:
                    docs = docs[self.among(child, docs)]
                return docs
            case Without(wanted, unwanted):
                docs = self.docs(wanted)
                return docs[~self.among(unwanted, docs)]
            case Requiring(scored, required):
                return self._find(All((scored, required)))
            case Maybe(needed):
                return self.docs(needed)
            case Constant(child):
                return self.docs(child)
            case Phrase() | Near():
                return self._with_words(node, None)
            case Expansion():
                return documents_of(self.part, np.array(self.expansion(node), np.int64), self.deadline.check)
            case Blend():
                return self.blend(node)[0].docs
            case Stock():
                return self.stock_run(node)[0]
            case Chosen(docs):
                return docs[self.segment]
            case Everything() | Complement() | Days():
                everything = np.arange(self.part.docs, dtype=np.uint32)
                return everything[self.among(node, everything)]

    def _union(self, lists: Sequence[Docs]) -> Docs:
        found: Docs = self.p.union(lists, self.part.docs)
        return found

    def among(self, node: Node, docs: Docs) -> Flags:
        """(n,) Which of some documents match."""
        if not len(docs):
            return np.zeros(0, np.bool_)
        match node:
            case Term(field, text):
                postings = self.term_list(field, text)
                return np.zeros(len(docs), np.bool_) if postings is None else self._in_list(postings, docs)
            case Slot(root, fields):
                found = np.zeros(len(docs), np.bool_)
                for name, _ in fields:
                    postings = self.term_list(name, root)
                    if postings is not None:
                        found |= self._in_list(postings, docs)
                return found
            case Any(children) | Best(children):
                found = np.zeros(len(docs), np.bool_)
                for child in children:
                    found |= self.among(child, docs)
                return found
            case Without(wanted, unwanted):
                return self.among(wanted, docs) & ~self.among(unwanted, docs)
            case Requiring(scored, required):
                return self.among(scored, docs) & self.among(required, docs)
            case All(children):
                found = np.ones(len(docs), np.bool_)
                for child in sorted(children, key=self.size):
                    found[found] = self.among(child, docs[found])
                return found
            case Complement(child):
                return ~self.among(child, docs)
            case Maybe(needed):
                return self.among(needed, docs)
            case Constant(child):
                return self.among(child, docs)
            case Everything(field=None):
                return np.ones(len(docs), np.bool_)
            case Everything(field=str() as name):
                return self._has_field(name, docs)
            case Days(first, last):
                days = self.part.day[docs]
                dated: Flags = (days >= first) & (days <= last) & (days != NO_DAY)
                return dated
            case Phrase() | Near():
                return self._contained(docs, self._with_words(node, docs))
            case _:
                return self._contained(docs, self.docs(node))

    def places(self, docs: Docs, postings: List) -> Numbers:
        """Where documents stand in a list, −1 where they do not; the last answers are remembered."""
        key = id(docs), id(postings)
        known = self._places.get(key)
        if known is None:
            if len(self._places) >= _PLACES:
                self._places.pop(next(iter(self._places)))
            known = self._places[key] = (docs, postings, self.p.places(docs, postings.docs))
        return known[2]

    def _contained(self, docs: Docs, found: Docs) -> Flags:
        flags: Flags = self.p.contained(docs, found)
        return flags

    def _in_list(self, postings: List, docs: Docs) -> Flags:
        if isinstance(postings, StoredList) and postings.number in self.part.dense_row:
            bits: Flags = self.p.has_bits(docs, self.part.dense_bits[self.part.dense_row[postings.number]])
            return bits
        return self._contained(docs, postings.docs)

    def _has_field(self, field: str, docs: Docs) -> Flags:
        part, number = self.part, self.view.number_of.get(field)
        has: Flags
        if field in ("day", "published"):
            has = part.day[docs] != NO_DAY
            return has
        if number is None:
            return np.zeros(len(docs), np.bool_)
        if number < part.texts:
            has = part.len[number][docs] > 0
            return has
        low, high = int(part.post_start[part.first[number]]), int(part.post_start[part.first[number + 1]])
        seen = np.zeros(part.docs, np.bool_)
        seen[part.post_doc[low:high]] = True
        return seen[docs]

    def size(self, node: Node) -> int:
        """About how many documents match, to begin with the fewest."""
        match node:
            case Nothing():
                return 0
            case Term(field, text):
                postings = self.term_list(field, text)
                return 0 if postings is None else len(postings.docs)
            case Slot(root, fields):
                found = [self.term_list(name, root) for name, _ in fields]
                return sum(len(postings.docs) for postings in found if postings is not None)
            case Any(children) | Best(children):
                return sum(map(self.size, children))
            case All(children) | Near(children):
                return min(map(self.size, children))
            case Phrase(field, words):
                return min(self.size(Term(field, word)) for word in words)
            case Without(child) | Maybe(child) | Constant(child) | Requiring(child):
                return self.size(child)
            case Everything() | Complement() | Days():
                return self.part.docs
            case _:
                return len(self.docs(node))

    # -- words next to each other

    def _with_words(self, node: Phrase | Near, within: Docs | None) -> Docs:
        """The documents, of `within` if it is given, where the words stand as they should."""
        distinct, order = words_of(node)
        together = All(distinct) if len(distinct) > 1 else distinct[0]
        candidates = self._find(together) if within is None else within[self.among(together, within)]
        if not len(candidates) or len(order) == 1:
            return candidates
        found = []
        longest = max(self.part.mean.values(), default=1.0)
        at_once = max(1, min(_AT_ONCE, int(_TOKENS / max(1.0, longest))))
        for start in range(0, len(candidates), at_once):
            self.deadline.check()
            some = candidates[start : start + at_once]
            found.append(some[self._owners(node, [self.keys(word, some) for word in distinct], order)])
        return np.concatenate(found) if len(found) > 1 else found[0]

    def _owners(self, node: Phrase | Near, words: list[Numbers], order: list[int]) -> Numbers:
        """Which of the candidates have the words, given by their keys, as they should stand."""
        owners: Numbers
        check = self.deadline.check
        if isinstance(node, Phrase) and node.slop != 1:
            owners = self.p.chained([words[word] for word in order], node.slop, check)
        elif isinstance(node, Phrase) or node.slop == 0:
            owners = self.p.side_by_side([words[word] for word in order], check)
        else:
            counts = [order.count(word) for word in range(len(words))]
            owners = self.p.windowed(words, counts, len(order) + node.slop, check)
        return owners

    def keys(self, word: Node, candidates: Docs) -> Numbers:
        """The positions of a word in candidates that it need not match."""
        lists: list[List | None]
        match word:
            case Term(field, text):
                lists = [self.term_list(field, text)]
            case Any(children) | Best(children):
                return self._merged([self.keys(child, candidates) for child in children])
            case Blend():
                lists = [self.blend(word)[0]]
            case Expansion():
                lists = [self.view.postings(self.segment, number) for number in self.expansion(word)]
            case _:
                raise TypeError(f"a word that knows its positions is a term or any of some, not {word!r:.80}")
        keys = []
        for postings in lists:
            if postings is not None and len(postings.docs):
                at = self.places(candidates, postings)
                owners = np.flatnonzero(at >= 0)
                if len(owners):
                    keys.append(postings.keys(at[owners], owners))
        return self._merged(keys)

    def _merged(self, keys: list[Numbers]) -> Numbers:
        keys = [some for some in keys if len(some)]
        return self.p.merged(keys) if keys else np.zeros(0, np.int64)

    # -- Whoosh's own matchers

    def stock_run(self, node: Stock) -> tuple[Docs, Scores]:
        """What Whoosh finds, and how it scores it."""
        known = self._stock.get(id(node))
        if known is None:
            docs, scores = self.stock(node.query, self.segment, self.deadline.check)
            known = self._stock[id(node)] = (node, docs, scores * node.boost)
        return known[1], known[2]


def words_of(node: Phrase | Near) -> tuple[tuple[Node, ...], list[int]]:
    """The distinct words, and for each word of the phrase which of them it is."""
    words = node.words if isinstance(node, Near) else tuple(Term(node.field, word) for word in node.words)
    distinct: tuple[Node, ...] = tuple(dict.fromkeys(words))
    return distinct, [distinct.index(word) for word in words]
