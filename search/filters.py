"""Which documents pass the filters beside a query? A mask per filter and segment, remembered for the next question.

The filter for speakers has two readings: an id, or a name as facets give it, or, where nobody is called so, whatever
`спикер:` means by it (`who`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from functools import partial, reduce
from typing import Final

import numpy as np

from index import schema

from .engine.snapshot import Mask, View
from .people import People
from .recent import Recent
from .request import SearchRequest

DATE: Final = "date"
REMEMBERED: Final = 64_000_000  # bytes of masks, per kind of document
_LATEST: Final = 2**31 - 2
_RETOLD: Final = schema.RETOLD.encode()

Masks = tuple[Mask, ...]  # (docs of a segment,) u8 for each segment, 1 = passes


class Memory:
    """The masks of one kind of document that were used last. Shared by threads."""

    def __init__(self, view: View, people: People) -> None:
        self.view = view
        self.people = people
        self._known: Recent[Hashable, Masks] = Recent(max(8, REMEMBERED // max(view.docs, 1)))

    def masks(self, key: Hashable, make: Callable[[], Masks]) -> Masks:
        """What `make` gives, remembered under `key`."""
        found = self._known.get(key)
        if found is None:
            found = make()
            for mask in found:
                mask.flags.writeable = False
            self._known.put(key, found)
        return found


class Filters:
    """What the parameters beside the query ask of one kind of document.

    `retold`: whether the query itself asks for reported speech. Where nothing does, none of it passes.
    """

    def __init__(self, request: SearchRequest, memory: Memory, *, retold: bool = False) -> None:
        self.view = view = memory.view
        wanted: dict[str, list[Masks]] = {}
        for name in ("source", "author", "section"):
            keys = (schema.exact_key(value) for value in getattr(request, name))
            wanted[name] = [memory.masks((name, key), _key(view, name + "_key", key)) for key in keys]
        if request.speaker:
            speakers = memory.people.who.speaking(view.kind)
            wanted["speaker"] = [memory.masks(("speaker", one), partial(speakers, one)) for one in request.speaker]
        wanted["kind"] = [memory.masks(("kind", value), _key(view, "kind", value)) for value in request.kind]
        if view.kind == "quote" and not (request.kind or retold) and view.entry("kind", _RETOLD).df:
            wanted["kind"] = [memory.masks("own words", lambda: _own_words(view))]
        if request.since or request.until:
            key = (DATE, request.since, request.until)
            wanted[DATE] = [memory.masks(key, _dated(view, request.since, request.until))]
        self._by_name: dict[str, Masks] = {name: _any(masks) for name, masks in wanted.items() if masks}

    def passing(self, *, but: str = "") -> Masks | None:
        """The documents that pass all filters, `but` one; None where every document does."""
        needed = [masks for name, masks in self._by_name.items() if name != but]
        return _all(needed) if needed else None


def _any(of: Sequence[Masks]) -> Masks:
    return tuple(reduce(np.bitwise_or, masks) for masks in zip(*of, strict=True))


def _all(of: Sequence[Masks]) -> Masks:
    return tuple(reduce(np.bitwise_and, masks) for masks in zip(*of, strict=True))


def _with_terms(view: View, field: str, terms: Iterable[str]) -> Masks:
    """The documents with any of some terms in a field."""
    masks = tuple(np.zeros(part.docs, np.uint8) for part in view.parts)
    for term in terms:
        for part, mask, number in zip(view.parts, masks, view.entry(field, term.encode()).numbers, strict=True):
            if number >= 0:
                mask[part.postings(number)[0]] = 1
    return masks


def _own_words(view: View) -> Masks:
    """All quotes but retold ones."""
    return tuple((mask == 0).astype(np.uint8) for mask in _with_terms(view, "kind", [schema.RETOLD]))


def _key(view: View, field: str, key: str) -> Callable[[], Masks]:
    return lambda: _with_terms(view, field, [key])


def _dated(view: View, since: date | None, until: date | None) -> Callable[[], Masks]:
    """Published from `since` to `until`, both inclusive; the undated are in no range."""
    first = schema.NO_DAY + 1 if since is None else since.toordinal() - schema.EPOCH
    last = _LATEST if until is None else until.toordinal() - schema.EPOCH
    return lambda: tuple(((part.day >= first) & (part.day <= last)).astype(np.uint8) for part in view.parts)
