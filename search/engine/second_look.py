"""Which of the best documents is the very one? Many share most words of a long query: the reports of one event do.

The first LOOKED_AT documents of a ranking are looked at once more, with their positions at hand. Each word of the query
adds its idf to a document's score, times

    ANYWHERE    where it stands in the document, or a kindred word does
    BEGINNING   where one of them stands in the title or among the first LEAD tokens of the text
    TOGETHER    where it stands in that stretch of WINDOW tokens (or that title) which holds most of the query's weight

and the document adds BREVITY · Σ idf · ln(1 + mean length / its length): a text about one thing is a short one. All of
it is more than nothing, so that none falls behind those that were not looked at; what is equal stands newest first.

Kindred words begin with the same KIN letters, as «пакистанский» and «Пакистан». Sources: McNamee and Mayfield,
Character n-gram tokenization for European language text retrieval (2004), for truncation; Metzler and Croft, A Markov
random field model for term dependencies (2005), for unordered windows. The numbers were chosen on two thirds of the
judgements, with `python -m tests.ranking`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.schema import NO_DAY
from index.storage.lengths import LENGTHS
from index.storage.part import Part

from .lists import StoredList
from .reference import OWNER, Docs, Flags, Numbers, Scores
from .snapshot import View

LOOKED_AT: Final = 50  # documents
ANYWHERE: Final = 1.0
BEGINNING: Final = 1.0
TOGETHER: Final = 1.0
BREVITY: Final = 0.15
LEAD: Final = 40  # tokens
WINDOW: Final = 25  # tokens
KIN: Final = 5  # letters
SHORTEST: Final = 8  # a text shorter than the mean by this factor is as good as one that is shorter still

MOST_PLACES: Final = 32  # of a word in a document, the first ones
MOST_POSTINGS: Final = 1 << 15  # of kindred words in a segment; where they have more, the word stands for itself alone
FIELDS: Final = ("text", "title")
_POSITION: Final = (1 << OWNER) - 1
_NOWHERE: Final = -1 << 62


class Wanted(NamedTuple):
    """A word of the query: its roots, and what its kindred words begin with."""

    roots: tuple[bytes, ...]
    kin: tuple[bytes, ...]


class Look(NamedTuple):
    """What was seen of n documents (ascending global numbers), for W words: see the module. `itself`: the word stands
    there, not just a kindred one; `together`: the share of the query's weight in the best stretch.
    """

    docs: Numbers  # (n,)
    worth: Scores  # (n,)
    itself: Flags  # (W, n)
    anywhere: Flags  # (W, n)
    beginning: Flags  # (W, n)
    together: Scores  # (n,)


LookInto = Callable[[View, int, Sequence[Wanted], Scores, Docs, Flags], Scores]
"""(view, segment, words, their idf, n documents: ascending local numbers, `seen` (3, W, n)) → (n,) what weighs of the
words that stand together. It fills `seen`: itself, anywhere, beginning."""


def look(view: View, words: Sequence[Wanted], docs: Numbers, into: LookInto | None = None) -> Look:
    """A second look at documents (global numbers, in any order) for some words, one at least; `into`: by kernels
    (`compiled_look.looked_into`), else by numpy.
    """
    into = into or looked_into
    docs = np.sort(docs)
    idf = np.array([view.idf(max(view.df(field, root) for field in FIELDS for root in word.roots)) for word in words])
    seen = []
    together, length = np.zeros(len(docs)), np.ones(len(docs))
    ends = np.searchsorted(docs, view.base)
    for segment, part in enumerate(view.parts):
        some = slice(int(ends[segment]), int(ends[segment + 1]))
        if some.start < some.stop:
            here = (docs[some] - view.base[segment]).astype(np.uint32)
            seen.append(np.zeros((3, len(words), len(here)), np.bool_))
            together[some] = into(view, segment, words, idf, here, seen[-1])
            length[some] = LENGTHS[part.len[view.number_of["text"]][here]]
    itself, anywhere, beginning = seen[0] if len(seen) == 1 else np.concatenate(seen, axis=2)
    total, mean = float(idf.sum()), view.mean["text"]
    brevity = np.log1p(mean / np.maximum(length, mean / SHORTEST))
    worth = ANYWHERE * _weight(idf, anywhere) + BEGINNING * _weight(idf, beginning) + TOGETHER * together
    return Look(docs, worth + BREVITY * total * brevity, itself, anywhere, beginning, together / total)


def ranked(view: View, found: Look, docs: Numbers, scores: Scores) -> tuple[Numbers, Scores]:
    """The documents that were looked at with their new scores, best first, the newest of equal ones, ties by number.
    `docs` and `scores` are those of the ranking; what was not looked at stays behind, as it was.
    """
    n = len(found.docs)
    first = docs[:n]
    worth = scores[:n] + found.worth[np.searchsorted(found.docs, first)]
    days = _days(view, first)
    order = np.lexsort((first, days, -worth))
    return np.concatenate((first[order], docs[n:])), np.concatenate((worth[order], scores[n:]))


def _days(view: View, docs: Numbers) -> Numbers:
    """(n,) To sort by: the newest first, the undated last."""
    days = np.zeros(len(docs), np.int64)
    segments = np.searchsorted(view.base, docs, side="right") - 1
    for segment in set(segments.tolist()):
        here = segments == segment
        days[here] = view.parts[segment].day[docs[here] - view.base[segment]]
    found: Numbers = np.where(days == NO_DAY, 1 << 40, -days)
    return found


def _weight(idf: Scores, flags: Flags) -> Scores:
    """(n,) The idf of the words that are flagged, added in the order of the query."""
    total = np.zeros(flags.shape[1])
    for worth, here in zip(idf, flags, strict=True):
        total += np.where(here, worth, 0.0)
    return total


def looked_into(view: View, segment: int, words: Sequence[Wanted], idf: Scores, docs: Docs, seen: Flags) -> Scores:
    """The `LookInto` of numpy, which says what is meant."""
    part = view.parts[segment]
    owner = np.full(part.docs, -1, np.int32)
    owner[docs] = np.arange(len(docs), dtype=np.int32)
    itself, anywhere, beginning = seen
    in_title = np.zeros((len(words), len(docs)), np.bool_)
    keys: list[Numbers] = []
    for number, word in enumerate(words):
        for kindred, places in _places(part, "title", word, docs, owner):
            at = places >> OWNER
            beginning[number, at] = True
            if not kindred:
                in_title[number, at] = True
        own = [np.zeros(0, np.int64)]
        for kindred, places in _places(part, "text", word, docs, owner):
            anywhere[number, places >> OWNER] = True
            beginning[number, places[places & _POSITION < LEAD] >> OWNER] = True
            if not kindred:
                own.append(places)
        keys.append(np.concatenate(own))
        itself[number, keys[-1] >> OWNER] = True
        itself[number] |= in_title[number]
        anywhere[number] |= beginning[number]
    together: Scores = np.maximum(_weight(idf, in_title), _together(keys, idf, len(docs)))
    return together


def _together(keys: Sequence[Numbers], idf: Scores, n: int) -> Scores:
    """(n,) The most that the words in any stretch of WINDOW tokens weigh; `keys`: of each word, document << 32 |
    position.
    """
    every = np.concatenate(keys)
    of = np.repeat(np.arange(len(keys)), [len(some) for some in keys])
    order = np.argsort(every, kind="stable")
    every, of = every[order], of[order]
    weight = np.zeros(len(every))
    for number, worth in enumerate(idf):
        last = np.maximum.accumulate(np.where(of == number, every, _NOWHERE))
        weight += np.where(last > every - WINDOW, worth, 0.0)
    best = np.zeros(n)
    np.maximum.at(best, every >> OWNER, weight)
    return best


def _places(
    part: Part, field: str, word: Wanted, docs: Docs, owner: NDArray[np.int32]
) -> Iterator[tuple[bool, Numbers]]:
    """(whether kindred ones, keys) of a word in documents: all its places up to MOST_PLACES a document, of kindred
    words the first one each.
    """
    numbers = [number for root in word.roots if (number := part.number(field, root)) >= 0]
    alone = dict.fromkeys(numbers)
    for prefix in word.kin:
        kin = part.with_prefix(field, prefix)
        low, high = int(part.post_start[kin.start]), int(part.post_start[kin.stop])
        if low == high or high - low > MOST_POSTINGS:
            continue
        for number in numbers:
            if number in kin:
                alone.pop(number, None)
        owners = owner[part.post_doc[low:high]]
        here = np.flatnonzero(owners >= 0)
        if not len(here):
            continue
        of = np.searchsorted(part.post_start[kin.start : kin.stop + 1], here + low, side="right") - 1 + kin.start
        tf = part.frequencies(low, high)
        starts = np.cumsum(tf) - tf + int(part.block_pos[part.block_start[kin.start]])
        mine = np.zeros(len(here), np.bool_)
        for number in numbers:
            mine |= of == number
        yield False, _keys(part, owners[here[mine]], starts[here[mine]], np.minimum(tf[here[mine]], MOST_PLACES))
        yield True, _keys(part, owners[here[~mine]], starts[here[~mine]], np.minimum(tf[here[~mine]], 1))
    for number in alone:
        postings = StoredList(part, number)
        at = np.searchsorted(postings.docs, docs)
        at[at == len(postings.docs)] = 0
        stands = np.flatnonzero(postings.docs[at] == docs)
        yield False, postings.keys(at[stands], stands)


def _keys(part: Part, owners: NDArray[np.int32], starts: Numbers, counts: Numbers) -> Numbers:
    """Document << 32 | position of `counts` tokens of postings whose positions begin at `starts`."""
    before = np.cumsum(counts) - counts
    at = np.repeat(starts - before, counts) + np.arange(int(counts.sum()))
    found: Numbers = (np.repeat(owners.astype(np.int64), counts) << OWNER) | part.pos_at[at].astype(np.int64)
    return found
