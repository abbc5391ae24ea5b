"""What tests on a real cluster share: one cluster for all of them, and for each test names of its own on it."""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Iterator

import pytest

from index.opensearch_settings import OpenSearchSettings

from .cluster import Cluster
from .jars import why_not

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def whole_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three nodes."""
    if importlib.util.find_spec("opensearchpy") is None:
        pytest.skip("the client of OpenSearch is not here; install it with: pip install 'molva[opensearch]'")
    if reason := why_not():
        pytest.skip(reason)
    with Cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture
def cluster(whole_cluster: Cluster) -> Iterator[Cluster]:
    """The three nodes, whole again after whatever a test did to them."""
    yield whole_cluster
    whole_cluster.restore()


@pytest.fixture
def prefix() -> str:
    """Names of indices begin with it."""
    return f"test{next(_numbers)}"


@pytest.fixture
def settings(cluster: Cluster, prefix: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenSearchSettings]:
    """Those that all commands and writers of this process take: this cluster, names of this test; nothing stays."""
    found = OpenSearchSettings(tuple(cluster.urls), prefix=prefix, shards=2, replicas=1)
    for name, value in (("URL", cluster.url), ("PREFIX", prefix), ("SHARDS", "2"), ("REPLICAS", "1")):
        monkeypatch.setenv(f"MOLVA_OPENSEARCH_{name}", value)
    monkeypatch.setenv("MOLVA_ENGINE", "opensearch")
    yield found
    cluster.restore()
    names = [index for index in cluster.ask("/_all/_alias") if index.startswith(f"{prefix}-")]
    if names:
        cluster.ask("/" + ",".join(names), "DELETE")
