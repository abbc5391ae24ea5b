"""What tests on a real cluster share: one cluster for all of them, and for each test names of its own on it."""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Iterator

import pytest

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
