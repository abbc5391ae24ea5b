"""Where does a page end, and where does the next one begin? A cursor says it, for one question to one published state.

A cursor is what stands below, in base64url without padding:

    1 byte    FORM, the form of these bytes and the order of hits; whoever changes either counts it up
    4 bytes   place: how many hits of the list come before the next page, little-endian
    8 bytes   digest of the question (see `_same_list`)
    4 bytes   digest of what else the list hangs on: the decisions of speakers.json, the table of abbreviations
    n bytes   the name of the state, ASCII: 000042.9f86d0
    0, m bytes   where an engine holds the list for who walks through it (see `opensearch_searcher`); often nothing
    4 bytes   digest of all that

A state is immutable and the order of its hits total, so a place in the list is as exact as the last sort key would be;
and it holds where the list is that of two questions behind each other (see `tiers`), which have no sort key in common.
Nothing in a cursor is secret, and a forged one finds nothing that `offset` would not: it is checked, not signed, so
that every process, and every machine over a copy of the index, understands it.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from typing import Final

from .errors import QueryError
from .request import FILTERS, SearchRequest

FORM: Final = 1
LONGEST: Final = 6000  # characters: a cluster tells each of its shards where a list is held
PATTERN: Final = rf"[A-Za-z0-9_-]{{40,{LONGEST}}}"
_FITS: Final = re.compile(PATTERN)
_HEAD: Final = 1 + 4 + 8 + 4
_CHECK: Final = 4
_STATE: Final = re.compile(r"\d{6,12}\.[0-9a-z]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: behind `place` hits of the list that the question has in the state of this name; `held`:
    what the engine itself has written down of the list.
    """

    state: str
    place: int
    question: bytes
    besides: bytes
    held: bytes = b""


def cursor_of(request: SearchRequest, state: str, besides: str, place: int, held: bytes = b"") -> str:
    """The cursor of the page of `request` that begins behind `place` hits."""
    head = bytes([FORM]) + place.to_bytes(4, "little") + _same_list(request) + _digest(besides, 4)
    body = head + state.encode("ascii") + (b"\0" + held if held else b"")
    return urlsafe_b64encode(body + _digest(body, _CHECK)).rstrip(b"=").decode("ascii")


def read_cursor(text: str, request: SearchRequest) -> Cursor:
    """The place that a cursor means. Raises QueryError where it is none, or another question's."""
    body = _bytes(text)
    if body is None or len(body) <= _HEAD + _CHECK or _digest(body[:-_CHECK], _CHECK) != body[-_CHECK:]:
        raise _refused("expected the `next` of an answer, as it was")
    named, _, held = body[_HEAD:-_CHECK].partition(b"\0")
    state = named.decode("ascii", "replace")
    if body[0] != FORM or not _STATE.fullmatch(state):
        raise _refused("it is of another version; ask again without it")
    found = Cursor(state, int.from_bytes(body[1:5], "little"), body[5:13], body[13:17], held)
    if found.question != _same_list(request):
        raise _refused("it belongs to another question; expected all but limit, facets and explain as before")
    return found


def fits(cursor: Cursor, besides: str) -> bool:
    """Whether its list hangs on nothing that has changed beside the state."""
    return cursor.besides == _digest(besides, 4)


def _same_list(request: SearchRequest) -> bytes:
    """Digest of what the list of hits hangs on: not how much is shown of it, nor what is told beside it."""
    listed = replace(request, limit=1, offset=0, cursor=None, facets=(), explain=False, snippets=True)
    sets = [sorted(getattr(request, name)) for name in FILTERS]
    plain = replace(listed, speaker=(), source=(), author=(), section=(), kind=())
    return _digest(f"{plain!r} {sets!r}", 8)


def _bytes(text: str) -> bytes | None:
    if not _FITS.fullmatch(text):
        return None
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None


def _digest(of: str | bytes, size: int) -> bytes:
    data = of.encode("utf-8", "surrogatepass") if isinstance(of, str) else of
    return hashlib.blake2b(data, digest_size=size).digest()


def _refused(why: str) -> QueryError:
    return QueryError("invalid_parameter", f"cursor: {why}", parameter="cursor")
