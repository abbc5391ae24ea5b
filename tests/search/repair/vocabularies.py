"""What do the tests ask? A vocabulary that is a dictionary in memory, and one over an index of a few articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from index import Article, open_writer
from index.analysis import tokens
from index.storage.segment import open_live
from search.engine.snapshot import Snapshot
from search.repair.vocabulary import Counted, Near


def distance(one: str, other: str) -> int:
    """Damerau's distance (optimal string alignment), letter by letter."""
    rows = [[i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            same = one[i - 1] == other[j - 1]
            rows[i][j] = min(rows[i - 1][j - 1] + (not same), rows[i - 1][j] + 1, rows[i][j - 1] + 1)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


class Listed:
    """A vocabulary of some texts, each a document; words have one form each."""

    def __init__(self, *texts: str) -> None:
        self.texts = [[token.form for token in tokens(text)] for text in texts]
        self.forms = [form for text in self.texts for form in text]

    def frequency(self, form: str) -> int:
        return self.forms.count(form)

    def expect(self, words: Iterable[str]) -> None:
        self.expected = list(words)

    def documents(self, word: str) -> int:
        return self.together([word]) if tokens(word) else 0

    def together(self, words: Sequence[str]) -> int:
        wanted = {token.form for word in words for token in tokens(word)}
        return sum(wanted <= set(text) for text in self.texts)

    def following(self, first: str, forms: Sequence[str]) -> list[int]:
        pairs = [pair for text in self.texts for pair in pairwise(text)]
        return [pairs.count((first, form)) for form in forms]

    def near(self, form: str, edits: int) -> list[Near]:
        found = [(other, distance(form, other)) for other in sorted(set(self.forms)) if other != form]
        return [Near(other, self.frequency(other), far) for other, far in found if far <= edits]

    def near_roots(self, root: str, edits: int) -> list[Near]:
        return []

    def starting(self, prefix: str, limit: int) -> list[Counted]:
        found = [Counted(form, self.frequency(form)) for form in set(self.forms) if form.startswith(prefix)]
        return sorted(found, key=lambda one: (-one.frequency, one.form))[:limit]

    def written(self, form: str) -> str:
        return form


def snapshot_of(folder: Path, *batches: Sequence[Article]) -> Snapshot:
    """The state of an index to which the batches were published one after the other."""
    for batch in batches:
        with open_writer(folder) as writer:
            for article in batch:
                writer.add(article)
            writer.publish()
    return Snapshot(open_live(folder, ()).segments)


__all__ = ["Listed", "distance", "snapshot_of"]
