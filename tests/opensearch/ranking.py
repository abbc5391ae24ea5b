"""Do both engines rank alike? `python -m tests.opensearch.ranking FOLDER [ARTICLES]` indexes judged articles into our
own engine and into the cluster of the settings, asks both the same queries, and prints nDCG@10 of each and how much of
their first ten they share.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Final, NamedTuple
from zlib import crc32

from index import Article, open_writer
from search import Searcher, open_searcher
from search.evaluation import evaluate
from search.judgements import read_judgements, read_queries
from tests.ranking.run import judged_articles

FIRST: Final = 10
PATIENCE: Final = 60.0


class Reached(NamedTuple):
    """`ndcg` of our own engine and of the cluster; `overlap`: of the first ten; `totals`: queries with other totals."""

    queries: int
    ndcg: tuple[float, float]
    overlap: float
    totals: int


@dataclass
class _Noting:
    """A searcher whose answers are remembered."""

    searcher: Searcher
    seen: dict[str, tuple[tuple[str, ...], int]]

    def __getattr__(self, name: str) -> object:
        return getattr(self.searcher, name)

    def search(self, q: str, **parameters: object) -> object:
        page = self.searcher.search(q, **parameters)
        self.seen[q] = tuple(hit.id for hit in page.hits[:FIRST]), page.total.value
        return page


def reached(folder: Path, articles: Iterable[Article], *, every: int = 1) -> Reached:
    """What both reach on the judgements in `folder`, asking each `every`-th query; with fewer than all of them half of
    the articles are left out that are judged for none of these.
    """
    queries = read_queries(folder / "queries.jsonl")
    texts = {name: queries[name] for name in sorted(queries)[::every]}
    grades = read_judgements(folder / "qrels.tsv").grades
    judged = {article_id for name in texts for article_id in grades.get(name, ())}
    some = [one for one in articles if every == 1 or one.id in judged or crc32(one.id.encode()) % 2]
    ndcg, seen = [], []
    with tempfile.TemporaryDirectory(prefix="molva-alike-") as made:
        for engine in ("embedded", "opensearch"):
            with open_writer(made, engine=engine, rebuild=True) as writer:
                for article in some:
                    writer.add(article, quotes=())
                writer.publish()
            with open_searcher(made, engine=engine, deadline=PATIENCE) as searcher:
                noting = _Noting(searcher, {})
                ndcg.append(evaluate(noting, texts, grades, limit=FIRST).means["nDCG@10"])  # type: ignore[arg-type]
                seen.append(noting.seen)
    one, other = seen
    shared = [_shared(one[q][0], other[q][0]) for q in one]
    return Reached(len(one), (ndcg[0], ndcg[1]), fmean(shared), sum(one[q][1] != other[q][1] for q in one))


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    longer = max(len(one), len(other))
    return len(set(one) & set(other)) / longer if longer else 1.0


def main() -> None:
    folder = Path(sys.argv[1])
    untitled = len(sys.argv) > 2
    file = Path(sys.argv[2]) if untitled else folder / "docs.jsonl.gz"
    found = reached(folder, judged_articles(file, untitled=untitled))
    own, cluster = found.ndcg
    print(f"{folder.name}: {found.queries:,} queries; nDCG@10 {own:.4f}, on the cluster {cluster:.4f}")
    print(f"{found.overlap:.4f} of the first ten shared; {found.totals} queries with another total")


if __name__ == "__main__":
    main()
