"""Is what lies on the cluster what was sent? Sums of hashes that do not depend on the order of documents.

Each document has a `checksum` of its body. The articles of a generation come to one digest, of their ids and of what
they were made from; and each quote is told twice, by its article and by itself: both must come to the same sum.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

CHECKSUM: Final = "checksum"
_MODULUS: Final = 1 << 128


class Sum:
    """A sum of hashes: the same whatever the order."""

    def __init__(self) -> None:
        self.value = 0
        self.count = 0

    def add(self, *told: object) -> None:
        """Count one more."""
        self.value = (self.value + _hash(told)) % _MODULUS
        self.count += 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sum) and (self.value, self.count) == (other.value, other.count)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __str__(self) -> str:
        return f"{self.count}:{self.value:032x}"


def _hash(told: tuple[object, ...]) -> int:
    text = "\0".join("\0" if one is None else str(one) for one in told)
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest(), "big")


def digest_of_articles(articles: Iterable[tuple[str, str | None]]) -> Sum:
    """Of ids and digests."""
    found = Sum()
    for article_id, digest in articles:
        found.add(article_id, digest)
    return found


def checksum(body: Mapping[str, Any], hidden: frozenset[str]) -> str:
    """Of what the cluster keeps of a document: its body without the `hidden` fields and the checksum itself."""
    kept = {name: value for name, value in body.items() if name not in hidden and name != CHECKSUM}
    told = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
