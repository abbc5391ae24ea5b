"""The cluster of the tests is real: it keeps what it was given while a node dies, and takes it in again."""

from __future__ import annotations

import pytest

from .cluster import Cluster


def test_three_nodes_are_one_cluster_on_loopback(cluster: Cluster) -> None:
    nodes = cluster.ask("/_nodes/http")["nodes"].values()
    assert len(nodes) == 3
    assert all(address.startswith("127.0.0.1:") for one in nodes for address in one["http"]["bound_address"])


@pytest.mark.usefixtures("own_nodes")
def test_a_killed_node_is_missed_and_comes_back_with_what_it_had(cluster: Cluster, prefix: str) -> None:
    settings = {"index": {"number_of_shards": 1, "number_of_replicas": 2}}
    cluster.ask(f"/{prefix}", "PUT", {"settings": settings})
    cluster.ask(f"/{prefix}/_doc/1?refresh=true", "PUT", {"text": "Паром ушёл"})
    cluster.wait(3, "green")
    cluster.kill(0)
    cluster.wait(2)
    assert cluster.living == [1, 2]
    assert cluster.ask(f"/{prefix}/_count")["count"] == 1
    cluster.restore()
    cluster.wait(3, "green")
    assert cluster.ask(f"/{prefix}/_count")["count"] == 1
    cluster.ask(f"/{prefix}", "DELETE")
