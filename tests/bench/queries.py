"""What is asked? Shapes of queries over the corpus' own words, engine-neutral, always the same ones.

Words are given as roots. Only words count that every engine's analysis sends to the same root, so that all look
through the same postings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, Literal

from index.analysis import analyze

from .corpus import SEED, Document, parsed

Kind = Literal["term", "or", "and", "phrase", "prefix", "fuzzy"]
Same = Callable[[str, str], bool]
"""Whether a written word has this root elsewhere too."""

QUESTION: Final = 7
SAMPLE: Final = 20_000  # documents that frequencies are counted in
TEXTS: Final = 400  # documents that phrases are taken from


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: `words` are roots; a prefix or a misspelling is one word. `distance`: of a misspelling."""

    kind: Kind
    words: tuple[str, ...]
    distance: int = 0

    @property
    def plain(self) -> str:
        """The words as somebody types them."""
        return " ".join(self.words)


def sample(file: Path, count: int, limit: int = SAMPLE) -> list[Document]:
    """At most `limit` of the `count` documents of a file, evenly over it."""
    step = max(1, count // limit)
    with file.open(encoding="utf-8") as lines:
        return [parsed(line) for number, line in enumerate(lines) if number % step == 0]


def everywhere(word: str, root: str) -> bool:
    """No other engine to agree with."""
    return True


class Words:
    """The roots of a sample by document frequency, and its texts as roots."""

    def __init__(self, documents: Sequence[Document], same: Same = everywhere, seed: int = SEED) -> None:
        self.random = Random(seed)  # noqa: S311 - the same queries each time
        self._same = same
        self._agreed: dict[str, bool] = {}
        count: Counter[str] = Counter()
        self._texts: list[list[str | None]] = []
        for number, document in enumerate(documents):
            found = self.roots(document.text)
            count.update(sorted({root for root in found if root}))  # a set has another order in each process
            if number % max(1, len(documents) // TEXTS) == 0:
                self._texts.append(found)
        # Shares are of the sample: a root that stands once in it is the rarest that can be asked for.
        self._by_share = [(root, number / len(documents)) for root, number in sorted(count.items())]
        self._known = set(count)

    def roots(self, text: str) -> list[str | None]:
        """The first root of each word; None where engines differ."""
        found: list[str | None] = []
        for token in analyze(text):
            written = text[token.start : token.end]
            agreed = self._agreed.get(written)
            if agreed is None:
                agreed = self._agreed[written] = self._same(written, token.roots[0])
            found.append(token.roots[0] if agreed else None)
        return found

    def pick(self, low: float, high: float, *, letters: int = 2) -> str:
        """A Russian root that stands in a share [low, high) of the documents."""
        fitting = [
            root
            for root, share in self._by_share
            if low <= share < high and len(root) >= letters and "а" <= root[0] <= "я"
        ]
        if not fitting:  # a tiny corpus
            fitting = [root for root, _ in self._by_share if len(root) >= letters and root.isalpha()]
        return self.random.choice(fitting)

    def distinct(self, *bands: tuple[float, float]) -> tuple[str, ...]:
        """A root out of each band, no two the same."""
        while True:
            words = tuple(self.pick(low, high) for low, high in bands)
            if len(set(words)) == len(words):
                return words

    def run(self, length: int, *, distinct: bool = False) -> tuple[str, ...]:
        """Roots that stand behind each other in some text."""
        while True:
            text = self.random.choice(self._texts)
            if len(text) <= length:
                continue
            start = self.random.randrange(len(text) - length)
            words = tuple(word for word in text[start : start + length] if word)
            if len(words) == length and (not distinct or len(set(words)) == length):
                return words

    def questions(self, lines: Iterable[str]) -> list[tuple[str, ...]]:
        """Those of some questions that have seven different words, all of them in the corpus."""
        found = []
        for line in lines:
            words = tuple(root for root in self.roots(line) if root in self._known)
            if len(words) == len(set(words)) == QUESTION:
                found.append(tuple(word for word in words if word))
        return found


FREQUENT: Final = (0.05, 1.01)
MIDDLE: Final = (0.005, 0.05)
RARE: Final = (0.0, 0.0005)
Maker = Callable[[Words, Sequence[tuple[str, ...]]], Asked]


def _misspelt(words: Words, distance: int) -> Asked:
    word = words.pick(0.0001, 0.05, letters=4 + distance)
    return Asked("fuzzy", (word[:3] + "щ" + word[4:],), distance)


def _question(words: Words, questions: Sequence[tuple[str, ...]]) -> Asked:
    return Asked("or", words.random.choice(questions) if questions else words.run(QUESTION, distinct=True))


SHAPES: Final[dict[str, Maker]] = {
    "frequent term (over 5 %)": lambda words, _: Asked("term", (words.pick(*FREQUENT),)),
    "term of 0.5–5 %": lambda words, _: Asked("term", (words.pick(*MIDDLE),)),
    "rare term (below 0.05 %)": lambda words, _: Asked("term", (words.pick(*RARE),)),
    "OR of 2": lambda words, _: Asked("or", words.distinct((0.005, 0.1), (0.005, 0.1))),
    "OR of 3": lambda words, _: Asked("or", words.distinct(FREQUENT, MIDDLE, (0.0005, 0.005))),
    "question of 7 words": _question,
    "AND of 2": lambda words, _: Asked("and", words.distinct((0.01, 0.3), (0.01, 0.3))),
    "AND of 3": lambda words, _: Asked("and", words.distinct(FREQUENT, (0.02, 0.2), MIDDLE)),
    "phrase of 2": lambda words, _: Asked("phrase", words.run(2)),
    "phrase of 3": lambda words, _: Asked("phrase", words.run(3)),
    "prefix of 3": lambda words, _: Asked("prefix", (words.pick(*MIDDLE, letters=3)[:3],)),
    "prefix of 5": lambda words, _: Asked("prefix", (words.pick(0.0005, 0.05, letters=5)[:5],)),
    "fuzzy 1": lambda words, _: _misspelt(words, 1),
    "fuzzy 2": lambda words, _: _misspelt(words, 2),
}


def ask(words: Words, count: int, questions: Iterable[str] = ()) -> dict[str, list[Asked]]:
    """`count` queries of every shape."""
    asked = words.questions(questions)
    return {name: [make(words, asked) for _ in range(count)] for name, make in SHAPES.items()}
