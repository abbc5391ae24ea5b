"""How does a cluster grow? `python -m tests.bench.scale`: documents by decades, and shards 1 to 16, on one machine.

Three nodes on loopback, so that nodes do not add up to more than the machine: what is measured is what a document and
a query cost, in CPU and in bytes, which is the same on any number of machines, and what a shard adds. Each decade is
predicted from the one before it, and the error is printed: bytes and CPU of loading grow with the documents, a query's
CPU has a part that does not (measured by a query that finds nothing).
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click

from search import Searcher, open_searcher
from tests.opensearch.cluster import Cluster
from tests.opensearch.jars import fetch

from .__main__ import DATA
from .corpus import Document, kept, short_articles
from .queries import Words, sample
from .tables import Cell, Table, about, save

SHARDS: Final = (1, 2, 4, 8, 16)
DOCS: Final = (1_000, 10_000, 100_000)
AT_SHARDS: Final = 3  # for the decades: one a node
NOTHING: Final = "ъъъъъъ"
SHAPES: Final = ("a word", "two words", "seven words", "a phrase")
MODEL: Final = (1_000_000_000, 30 << 30)  # documents, and bytes of a shard, for which costs are added up


@dataclass(frozen=True, slots=True)
class Measured:
    """One index. Seconds of CPU: `loading` of the processes that prepare and send, `taking` of the nodes; a query's,
    `asking` of the nodes and `fixed` of one that finds nothing; `answer`: seconds until the page is there, by shape.
    """

    docs: int
    shards: int
    jobs: int
    wall: float
    loading: float
    taking: float
    bytes: int
    asking: float
    fixed: float
    answer: dict[str, float]


class Site:
    """A cluster and what is asked on it."""

    def __init__(self, cluster: Cluster, work: Path, data: Path | None, queries: int) -> None:
        self._cluster = cluster
        self._work = work
        self._data = data
        self._queries = queries

    def measure(self, docs: int, shards: int, jobs: int) -> Measured:
        """Load so many documents and ask."""
        file = kept(self._work / f"short-{docs}.jsonl", short_articles(self._data), docs)
        prefix = f"scale-{docs}-{shards}-{jobs}"
        with self._settings(prefix, shards):
            node, own, began = self._cpu(), _children(), time.monotonic()
            subprocess.run(
                [sys.executable, "-W", "ignore", "-m", "web.cli", "index", file, "--jobs", str(jobs)], check=True
            )
            wall, loading, taking = time.monotonic() - began, _children() - own, self._cpu() - node
            with open_searcher(self._work) as molva:
                asked = _asked(sample(file, docs), self._queries)
                molva.search("")  # what is read of a generation once
                before = self._cpu()
                answer = {shape: _median_seconds(molva, some) for shape, some in asked.items()}
                count = sum(map(len, asked.values()))
                asking = (self._cpu() - before) / count
                before = self._cpu()
                _median_seconds(molva, [NOTHING + "ъ" * number for number in range(count)])
                fixed = (self._cpu() - before) / count
            size = self._bytes(prefix)
            self._cluster.ask(f"/{prefix}-articles-000001,{prefix}-quotes-000001,{prefix}-state", "DELETE")
        found = Measured(docs, shards, jobs, wall, loading, taking, size, asking, fixed, answer)
        click.echo(found, err=True)
        return found

    def _cpu(self) -> float:
        """Seconds of CPU that the nodes have used."""
        nodes = self._cluster.ask("/_nodes/stats/process")["nodes"].values()
        return float(sum(one["process"]["cpu"]["total_in_millis"] for one in nodes)) / 1000

    def _bytes(self, prefix: str) -> int:
        told = self._cluster.ask(f"/{prefix}-articles-*,{prefix}-quotes-*/_stats/store")
        return int(told["_all"]["primaries"]["store"]["size_in_bytes"])

    @contextmanager
    def _settings(self, prefix: str, shards: int) -> Iterator[None]:
        given = {
            "MOLVA_ENGINE": "opensearch",
            "MOLVA_OPENSEARCH_URL": self._cluster.url,
            "MOLVA_OPENSEARCH_PREFIX": prefix,
            "MOLVA_OPENSEARCH_SHARDS": str(shards),
            "MOLVA_OPENSEARCH_REPLICAS": "0",
        }
        before = {name: os.environ.get(name) for name in given}
        os.environ.update(given)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _asked(documents: Sequence[Document], count: int) -> dict[str, list[str]]:
    """Queries of each shape, of words that many, some and few documents have."""
    words = Words(documents)
    return {
        "a word": [words.pick(0.005, 0.05, letters=4) for _ in range(count)],
        "two words": [" ".join(words.pick(0.01, 0.2, letters=4) for _ in range(2)) for _ in range(count)],
        "seven words": [" ".join(words.pick(0.01, 0.3, letters=4) for _ in range(7)) for _ in range(count)],
        "a phrase": [f'"{one.title}"' for one in documents[:: max(1, len(documents) // count)][:count]],
    }


def _median_seconds(molva: Searcher, queries: Sequence[str]) -> float:
    """Each is asked once: an answer is remembered."""
    taken = []
    for one in dict.fromkeys(queries):
        began = time.perf_counter()
        molva.search(one, rewrite="off")
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def decades(found: Sequence[Measured]) -> Table:
    """Each with what the ones before it let expect."""
    rows: list[dict[str, Cell]] = []
    for place, one in enumerate(found):
        expected = expected_of(found[:place], one.docs)
        rows.append(
            {
                "documents": one.docs,
                "load, s": one.wall,
                "a process, documents a second of CPU": one.docs / one.loading,
                "bytes a document": one.bytes / one.docs,
                **{f"{shape}, ms": seconds * 1e3 for shape, seconds in one.answer.items()},
                **_compared("MB", lambda m: m.bytes / 1e6, one, expected),
                **_compared("loading, s of CPU", lambda m: m.loading, one, expected),
                **_compared("nodes, s of CPU", lambda m: m.taking, one, expected),
                **_compared("a query, ms of CPU", lambda m: m.asking * 1e3, one, expected),
            }
        )
    notes = ["expected: a fixed cost and one a document, by the two sizes before; behind the first size in proportion"]
    return Table("decades", f"Documents by decades, {found[0].shards} shards, no replicas", rows, notes)


def expected_of(before: Sequence[Measured], docs: int) -> Measured | None:
    """What so many documents would come to, by the last two smaller indexes; by one of them in proportion."""
    if not before:
        return None
    last = before[-1]
    less = before[-2] if len(before) > 1 else None

    def line(figure: Callable[[Measured], float]) -> float:
        slope = _slope(figure, less, last)
        return figure(last) + slope * (docs - last.docs)

    # A query costs something whatever it finds: that is measured, and no slope is needed for it.
    asking = last.asking + (_slope(lambda m: m.asking, less, last) if less else 0.0) * (docs - last.docs)
    return replace(
        last,
        docs=docs,
        loading=line(lambda m: m.loading),
        taking=line(lambda m: m.taking),
        bytes=round(line(lambda m: m.bytes)),
        asking=asking,
    )


def _slope(figure: Callable[[Measured], float], less: Measured | None, last: Measured) -> float:
    """What one more document costs."""
    if less is None:
        return figure(last) / last.docs
    return max((figure(last) - figure(less)) / (last.docs - less.docs), 0.0)


def _compared(
    name: str, figure: Callable[[Measured], float], found: Measured, expected: Measured | None
) -> dict[str, Cell]:
    """A figure, what was expected, and the error as a share of what was found."""
    if expected is None:
        return {name: figure(found), f"{name}: expected": None, f"{name}: error, %": None}
    error = (figure(expected) / figure(found) - 1) * 100
    return {name: figure(found), f"{name}: expected": figure(expected), f"{name}: error, %": error}


def by_shards(found: Sequence[Measured]) -> Table:
    """What a shard adds."""
    rows: list[dict[str, Cell]] = [
        {
            "shards": one.shards,
            "load, s": one.wall,
            "nodes, ms of CPU a document": one.taking / one.docs * 1e3,
            "bytes a document": one.bytes / one.docs,
            **{f"{shape}, ms": seconds * 1e3 for shape, seconds in one.answer.items()},
            "query, ms of CPU": one.asking * 1e3,
            "that finds nothing": one.fixed * 1e3,
        }
        for one in found
    ]
    return Table("shards", f"Shards, {found[0].docs:,} documents, three nodes, no replicas", rows)


def by_processes(found: Sequence[Measured]) -> Table:
    """What a loading process brings."""
    rows: list[dict[str, Cell]] = [
        {
            "processes": one.jobs,
            "load, s": one.wall,
            "documents a second": one.docs / one.wall,
            "a process, documents a second of CPU": one.docs / one.loading,
            "nodes, ms of CPU a document": one.taking / one.docs * 1e3,
        }
        for one in found
    ]
    return Table("processes", f"Loading processes, {found[0].docs:,} documents, on the cores of the nodes", rows)


def model(found: Sequence[Measured]) -> Table:
    """What a thousand million of such documents would come to: arithmetic from the two largest measured indexes, no
    more.
    """
    docs, shard = MODEL
    far = expected_of(found, docs)
    assert far is not None
    shards = -(-far.bytes // shard)
    rows: list[dict[str, Cell]] = [
        {"what": "primaries, TB", "figure": far.bytes / 1e12},
        {"what": "with one replica, TB", "figure": 2 * far.bytes / 1e12},
        {"what": f"shards of {shard >> 30} GB", "figure": shards},
        {"what": "loading, days of one core (processes that prepare)", "figure": far.loading / 86_400},
        {"what": "loading, days of one core (nodes, before replicas)", "figure": far.taking / 86_400},
    ]
    last = found[-1].docs
    notes = [f"extrapolated {docs / last:,.0f} times from {last:,} documents, not measured; of queries nothing is said"]
    return Table("model", f"Arithmetic for {docs:,} documents", rows, notes)


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=DATA, help="Folder of the files to make articles of.")
@click.option("--work", type=click.Path(path_type=Path), help="Where corpora are kept.")
@click.option("--docs", type=click.IntRange(100), multiple=True, help="Documents; may be given again.")
@click.option("--shards", type=click.IntRange(1), multiple=True, help="Shards; may be given again.")
@click.option("--queries", type=click.IntRange(1), default=20, show_default=True, help="Queries a shape.")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="Loading processes.")
@click.option("--heap", default="1g", show_default=True, help="Of each node.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="The figures, to compare with others.")
def main(
    data: Path,
    work: Path | None,
    docs: tuple[int, ...],
    shards: tuple[int, ...],
    queries: int,
    jobs: int,
    heap: str,
    json_file: Path | None,
) -> None:
    """Measure how the engine on OpenSearch grows with documents and shards."""
    fetch()
    sizes = sorted(set(docs)) or list(DOCS)
    work = work or Path(tempfile.gettempdir()) / "molva-bench"
    click.echo("\n".join(f"- {name}: {value}" for name, value in about().items()))
    tables: list[Table] = []

    def tell(table: Table) -> None:
        tables.append(table)
        click.echo("\n" + table.markdown())

    with tempfile.TemporaryDirectory(prefix="molva-scale-") as home, Cluster(Path(home), heap=heap) as cluster:
        site = Site(cluster, work, data if data.is_dir() else None, queries)
        site.measure(sizes[0], AT_SHARDS, 1)  # nodes compile what they run often
        middle = sizes[len(sizes) // 2]
        tell(by_processes([site.measure(middle, AT_SHARDS, count) for count in sorted({1, jobs})]))
        tell(by_shards([site.measure(middle, count, jobs) for count in sorted(set(shards)) or SHARDS]))
        grown = [site.measure(size, AT_SHARDS, jobs) for size in sizes]
        tell(decades(grown))
        tell(model(grown))
    if json_file is not None:
        save(json_file, tables)


if __name__ == "__main__":
    main()
