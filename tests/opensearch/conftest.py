"""What tests on a real cluster share: one cluster for all of them, and for each test names of its own on it.

`pytest tests/opensearch` has processes side by side ask one cluster, which the process that leads them starts; tests
that kill nodes (`own_nodes`) are skipped there, and run with `-n 0`. Plain `pytest` starts none.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from index import Article, open_writer, opensearch_lengths
from index.opensearch_settings import OpenSearchSettings
from search import Searcher, open_searcher
from tests.conftest import Indexed

from .cluster import Cluster, Lent, running
from .jars import why_not as no_node

LENT = "MOLVA_TESTS_NODES"  # addresses, for the processes that share them
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
_numbers = itertools.count(1)
_held = pytest.StashKey[ExitStack]()


def why_not() -> str | None:
    """Why no cluster can be started here."""
    if importlib.util.find_spec("opensearchpy") is None:
        return "the client of OpenSearch is not here; install it with: pip install 'molva[opensearch]'"
    return no_node()


def pytest_configure(config: pytest.Config) -> None:
    """Only called where pytest was given this folder: then processes of tests share a cluster."""
    leads = config.getoption("numprocesses", None) and not WORKER and not config.option.collectonly
    if leads and why_not() is None:
        config.stash[_held] = held = ExitStack()
        os.environ[LENT] = held.enter_context(running()).url


def pytest_unconfigure(config: pytest.Config) -> None:
    """The cluster ends with those who asked it."""
    if _held in config.stash:
        config.stash[_held].close()


@pytest.fixture(scope="session")
def whole_cluster() -> Iterator[Cluster]:
    """Three nodes."""
    if reason := why_not():
        pytest.skip(reason)
    if lent := os.environ.get(LENT):
        yield Lent(lent.split(","))
        return
    if WORKER:
        pytest.skip("each process would start a cluster of its own; run them with: pytest tests/opensearch")
    with running() as cluster:
        yield cluster


@pytest.fixture
def own_nodes(whole_cluster: Cluster) -> None:
    """Nobody else asks the nodes, so that they may die."""
    if isinstance(whole_cluster, Lent):
        pytest.skip("its nodes are killed, which others ask as well; run it with: pytest -n 0 tests/opensearch")


@pytest.fixture
def cluster(whole_cluster: Cluster) -> Iterator[Cluster]:
    """The three nodes, whole again after whatever a test did to them."""
    yield whole_cluster
    whole_cluster.restore()


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new index is made for two hundred articles, so that small archives do not wait until all is there."""
    monkeypatch.setattr(opensearch_lengths, "SAMPLE", 200)


@pytest.fixture
def prefix() -> str:
    """Names of indices begin with it."""
    return f"test{WORKER}n{next(_numbers)}"


@pytest.fixture
def replicas() -> int:
    """Of the indices of a test. Where nodes die, or copies are what it is about, it has its own."""
    return 0


@pytest.fixture
def settings(
    cluster: Cluster, prefix: str, replicas: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenSearchSettings]:
    """Those that all commands and writers of this process take: this cluster, names of this test; nothing stays."""
    found = OpenSearchSettings(tuple(cluster.urls), prefix=prefix, shards=2, replicas=replicas)
    for name, value in (("URL", cluster.url), ("PREFIX", prefix), ("SHARDS", "2"), ("REPLICAS", str(replicas))):
        monkeypatch.setenv(f"MOLVA_OPENSEARCH_{name}", value)
    monkeypatch.setenv("MOLVA_ENGINE", "opensearch")
    yield found
    cluster.restore()
    names = [index for index in cluster.ask("/_all/_alias") if index.startswith(f"{prefix}-")]
    if names:
        cluster.ask("/" + ",".join(names), "DELETE")


FEW = 5  # articles, for which one shard is enough
Opened = Callable[[str, Sequence[Article]], Searcher]


@pytest.fixture(scope="session")
def opened(whole_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A function that gives a searcher of an engine over some articles; the same ones are indexed once."""
    known: dict[tuple[str, str], Searcher] = {}

    def make(engine: str, articles: Sequence[Article]) -> Searcher:
        key = engine, repr(articles)
        if key not in known:
            folder = tmp_path_factory.mktemp("index") / "molva-index"
            shards = "2" if len(articles) > FEW else "1"
            told = {
                "URL": whole_cluster.url,
                "PREFIX": f"contract{WORKER}n{len(known)}",
                "SHARDS": shards,
                "REPLICAS": "0",
            }
            with pytest.MonkeyPatch.context() as patch:
                for name, value in told.items():
                    patch.setenv(f"MOLVA_OPENSEARCH_{name}", value)
                known[key] = _indexed(engine, folder, articles)
        return known[key]

    yield make
    for searcher in known.values():
        searcher.close()


def _indexed(engine: str, folder: Path, articles: Sequence[Article]) -> Searcher:
    with open_writer(folder, engine=engine) as writer:
        for article in articles:
            writer.add(article)
        writer.publish()
    return open_searcher(folder, engine=engine, deadline=60)


@pytest.fixture
def engine() -> str:
    """The engine that the contract is held to here."""
    return "opensearch"


@pytest.fixture
def indexed(engine: str, opened: Opened) -> Indexed:
    """A function that opens a searcher of that engine over some articles."""
    return lambda articles: opened(engine, articles)
