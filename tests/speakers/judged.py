"""What do judged articles say of each speaker that Molva names, and of each that it leaves open?

A judgement is a quote of the gold that Molva found: who the gold says speaks, whom Molva says, and by which sign.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.model import Article, Span
from index.prepare import prepare
from index.quotes import explain

WORD = re.compile(r"\w+")
LEAST_SHARED = 0.5  # of the letters of two quotes, for them to be one


@dataclass(frozen=True)
class Judgement:
    """A quote that the gold and Molva both have. `sign` is empty where Molva names nobody."""

    article: str
    sign: str
    confidence: float
    wanted: str | None
    named: str | None
    person: bool

    @property
    def right(self) -> bool:
        """Whether the surname agrees, or half of a body's words, or nobody is named where the gold names nobody."""
        wanted, named = words(self.wanted), words(self.named)
        if not wanted or not named:
            return not wanted and not named
        if self.person:
            return wanted[-1] in named
        both = set(wanted) & set(named)
        return 2 * len(both) >= LEAST_SHARED * (len(set(wanted)) + len(set(named)))


def words(name: str | None) -> list[str]:
    """The words of a name as they are compared."""
    return WORD.findall((name or "").lower().replace("ё", "е"))


def is_kept(article_id: str) -> bool:
    """Whether an article is kept aside while shares are counted; the same in every run."""
    return int(hashlib.sha256(article_id.encode()).hexdigest(), 16) % 3 == 0


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a gold file: `{"id", "text", "quotes": [{"start", "end", "kind", "speaker_name", …}]}`."""
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def judge(rows: Iterable[dict[str, Any]]) -> Iterator[Judgement]:
    """A judgement for each direct or partial quote that both have."""
    for row in rows:
        article, _ = prepare(Article(id=row["id"], title=row.get("title") or "", text=row["text"]))
        gold = [
            quote for quote in row["quotes"] if quote["kind"] in {"direct", "partial"} and not quote.get("optional")
        ]
        for found in explain(article):
            if found.quote.kind not in {"direct", "partial"}:
                continue
            same = next((g for g in gold if _shared(found.quote.spans, _spans(g)) >= LEAST_SHARED), None)
            if same is not None:
                yield Judgement(
                    row["id"],
                    found.sign,
                    found.quote.confidence,
                    same["speaker_name"],
                    found.quote.speaker.name if found.quote.speaker else None,
                    same.get("speaker_type", "person") == "person",
                )


def _spans(quote: dict[str, Any]) -> tuple[Span, ...]:
    return tuple(Span(*span) for span in quote.get("spans") or [[quote["start"], quote["end"]]])


def _shared(one: tuple[Span, ...], other: tuple[Span, ...]) -> float:
    first = {at for start, end in one for at in range(start, end)}
    second = {at for start, end in other for at in range(start, end)}
    return len(first & second) / max(len(first), len(second), 1)
