"""Do a segment's columns, facets and stored documents fit together?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any, Final

import numpy as np

from index import schema
from index.errors import DamagedIndexError
from index.model import Article, Quote
from index.schema import FACETS, NO_DAY, SEVERAL, Kind
from index.writer import SyncState

from .format import no_value
from .pages import let_go_of
from .part import Part
from .payload import unpack_article, unpack_quote
from .segment import Segment
from .soundness import fault

LET_GO_EVERY: Final = 4_096  # articles after which pages of the file are given back
_DAYS: Final = (date.min.toordinal() - schema.EPOCH, date.max.toordinal() - schema.EPOCH)


def column_problems(part: Part) -> Iterator[str]:
    """What is wrong with `day`, `facet.*` and `ids.*`: a line for each fault, which names the array."""
    known = part.day[part.day != NO_DAY]
    if ((known < _DAYS[0]) | (known > _DAYS[1])).any():
        yield f"array {part.kind}.day: holds a day that no calendar has"
    for name in FACETS:
        yield from _facet(part, name)
    if (part.array("ids.hash")[1:] < part.array("ids.hash")[:-1]).any():
        yield f"array {part.kind}.ids.hash: does not ascend"
    if (np.bincount(part.array("ids.doc"), minlength=part.docs) != 1).any():
        yield f"array {part.kind}.ids.doc: does not hold each document once"


def _facet(part: Part, name: str) -> Iterator[str]:
    code = part.array(f"facet.{name}.code")
    starts, raw = part.array(f"facet.{name}.start").tolist(), part.array(f"facet.{name}.bytes").tobytes()
    if name not in SEVERAL[part.kind]:
        code = code[code != no_value(code)]
    values = [raw[start:end] for start, end in pairwise(starts)]
    if len(code) and code.max() >= len(values):
        yield fault(part, f"holds a number from {len(values):,} on", f"facet.{name}.code", f"facet.{name}.start")
    elif len(np.unique(code)) != len(values):
        yield fault(
            part, f"does not use all of its {len(values):,} values", f"facet.{name}.code", f"facet.{name}.start"
        )
    if any(one >= other for one, other in pairwise(values)):
        yield fault(part, "the values do not ascend", f"facet.{name}.bytes", f"facet.{name}.start")
    try:
        for value in values:
            value.decode()
    except UnicodeDecodeError as error:
        yield fault(part, f"a value is no UTF-8 ({error})", f"facet.{name}.bytes", f"facet.{name}.start")


def documents(segment: Segment) -> Iterator[tuple[Article, SyncState, list[Quote]]]:
    """The articles of a segment with what is stored beside them, deleted ones too, each looked at against its id, its
    day and its article. Raises DamagedIndexError, which names the array.
    """
    articles, quotes = (_Stored(segment, kind) for kind in schema.KINDS)
    states = iter(segment.sync)
    for number, (low, high) in enumerate(pairwise(segment.quotes_start.tolist())):
        article = articles.next(unpack_article)
        articles.look(number, article.id, article.published)
        if number % LET_GO_EVERY == 0:
            let_go_of(segment.quotes_start)
        found: list[Quote] = []
        for place in range(low, high):
            quote, of = quotes.next(unpack_quote)
            quotes.look(place, quote.id, of["published"])
            if quote.article_id != article.id:
                what = f"is of article {quote.article_id!r:.80}, expected {article.id!r:.80} by article.quotes.start"
                raise quotes.fault(place, what)
            found.append(quote)
        yield article, _state(segment, next(states), number, article.id), found


class _Stored:
    """The stored documents of a kind, in order."""

    def __init__(self, segment: Segment, kind: Kind) -> None:
        part: Part = segment.part(kind)
        self._where = f"{segment.where}: array {kind}"
        self._records = iter(part.stored)
        self._at = -1
        self._day = part.day.tolist()
        self._hash = np.empty(part.docs, np.uint64)
        self._hash[part.array("ids.doc")] = part.array("ids.hash")

    def fault(self, number: int, what: str, array: str = "stored.data") -> DamagedIndexError:
        return DamagedIndexError(f"{self._where}.{array}: document {number:,} {what}; run: molva check --repair")

    def next(self, unpack: Any) -> Any:
        self._at += 1
        try:
            return unpack(next(self._records))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
            raise self.fault(self._at, f"cannot be read ({error!r:.100})") from error

    def look(self, number: int, found: str, published: str | None) -> None:
        try:
            key = int.from_bytes(hashlib.blake2b(found.encode(), digest_size=8).digest(), "little")
            day = schema.day_number(published)
        except (ValueError, TypeError, AttributeError) as error:
            raise self.fault(number, f"has an id or a date that none can have ({error!r:.100})") from error
        if key != self._hash[number]:
            raise self.fault(number, f"has the id {found!r:.80}, which leads elsewhere", "ids.*")
        if day != self._day[number]:
            raise self.fault(number, f"is of {published}, expected day {self._day[number]:,}", "day")


def _state(segment: Segment, record: bytes, number: int, article_id: str) -> SyncState:
    where = f"{segment.where}: array article.sync.data: record {number:,}"
    try:
        found, origin, digest = json.loads(record)
    except (ValueError, TypeError, RecursionError) as error:
        raise DamagedIndexError(f"{where}: {error}") from error
    if found != article_id or any(not (one is None or isinstance(one, str)) for one in (origin, digest)):
        raise DamagedIndexError(f"{where} is not of {article_id!r:.80}")
    return SyncState(origin, digest)
