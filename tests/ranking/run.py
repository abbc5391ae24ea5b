"""What does one setting reach? The judged articles are indexed and asked for through the public interface."""

from __future__ import annotations

import gzip
import hashlib
import json
import multiprocessing
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import nan
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Final

from .settings import Setting, apply, index_key

if TYPE_CHECKING:
    from index import Article

KEPT: Final = 85  # of 256: about a third of the queries
PATIENCE: Final = 60.0  # seconds a query may take
MEASURES: Final = ("nDCG@10", "MRR@10", "recall@10", "recall@100")


@dataclass(frozen=True, slots=True)
class Judgements:
    """A folder of queries.jsonl and qrels.tsv, and the file of its articles. `untitled`: titles are left out; `limit`:
    hits asked for; `share` of the queries, the same ones in every run.
    """

    folder: Path
    articles: Path
    untitled: bool = False
    limit: int = 100
    share: float = 1.0

    @property
    def name(self) -> str:
        """How tables call it."""
        return self.folder.name


@dataclass(frozen=True, slots=True)
class Reached:
    """Figures of each query, by its id, in the order of MEASURES; NaN for what was not asked for."""

    of: dict[str, tuple[float, ...]]

    def mean(self, measure: str, *, kept: bool | None = None) -> float:
        """Over the queries to tune on, over those kept aside (`kept`), or over all (None); 0 of none."""
        place = MEASURES.index(measure)
        some = [figures[place] for query, figures in self.of.items() if kept is None or is_kept(query) == kept]
        return fmean(some) if some else 0.0


def is_kept(query: str) -> bool:
    """Whether a query is kept aside while weights are chosen; the same in every run."""
    return _hashed(query)[0] < KEPT


def _hashed(query: str) -> bytes:
    return hashlib.blake2b(query.encode(), digest_size=2).digest()


def reached(judgements: Judgements, setting: Setting, work: Path) -> Reached:
    """What the engine reaches with `setting`, in a process of its own. Indexes are made in `work` and used again.

    Raises UnknownSettingError.
    """
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned) as process:
        return process.submit(_reached, judgements, dict(setting), work).result()


def _reached(judgements: Judgements, setting: Setting, work: Path) -> Reached:
    apply(setting)
    from search import open_searcher
    from search.evaluation import evaluate
    from search.judgements import read_judgements, read_queries

    folder = work / f"{judgements.name}-{index_key(setting)}"
    if not folder.exists():
        _index(judgements, folder)
    texts = read_queries(judgements.folder / "queries.jsonl")
    queries = {name: text for name, text in texts.items() if _hashed(name)[1] < 256 * judgements.share}
    judged = read_judgements(judgements.folder / "qrels.tsv")
    with open_searcher(folder, deadline=PATIENCE) as molva:
        found = evaluate(molva, queries, judged.grades, limit=judgements.limit)
    return Reached({one.id: tuple(one.measures.get(name, nan) for name in MEASURES) for one in found.each})


def _index(judgements: Judgements, folder: Path) -> None:
    from index import open_writer

    begun = folder.with_name(folder.name + ".begun")  # so that a run that was stopped leaves no half of an index
    shutil.rmtree(begun, ignore_errors=True)
    with open_writer(begun) as writer:
        for article in judged_articles(judgements.articles, untitled=judgements.untitled):
            writer.add(article, quotes=())
        writer.publish()
    begun.rename(folder)


def judged_articles(file: Path, *, untitled: bool) -> Iterator[Article]:
    """The articles of a file of JSON lines; `untitled`: without their titles."""
    from index import Article

    for row in _rows(file):
        title = "" if untitled else row.get("title") or ""
        text = row["text"].strip() or row.get("title") or ""  # as `molva index` reads an article without a text
        if text:
            yield Article(id=row["id"], title=title, text=text)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    raw = file.read_bytes()
    text = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode()
    return (json.loads(line) for line in text.splitlines() if line.strip())
