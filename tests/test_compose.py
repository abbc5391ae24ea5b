"""Does compose.yaml hold together? What its services take from another must be there, and every setting must exist."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from index.opensearch_settings import opensearch_settings

FILE: dict[str, Any] = yaml.safe_load((Path(__file__).parent.parent / "compose.yaml").read_text("utf-8"))
NODES = [f"opensearch-{number}" for number in (1, 2, 3)]


def default(value: str) -> str:
    """What `${NAME:-default}` is where nothing is set."""
    return value.partition(":-")[2].removesuffix("}") if value.startswith("${") else value


def test_three_nodes_know_each_other_and_start_only_where_they_are_asked_for() -> None:
    for name in NODES:
        node = FILE["services"][name]
        assert node["profiles"] == ["opensearch"]
        assert node["environment"]["node.name"] == name
        assert node["environment"]["discovery.seed_hosts"].split(",") == NODES
        assert "ports" not in node
        assert node["volumes"][0].partition(":")[0] in FILE["volumes"]


def test_server_and_writer_have_the_same_settings_of_the_engine_and_these_can_be_read() -> None:
    server, writer = (FILE["services"][name]["environment"] for name in ("molva", "index"))
    given = {name: default(value) for name, value in writer.items()}
    assert writer.items() <= server.items()
    assert given["MOLVA_ENGINE"] == "embedded"
    found = opensearch_settings(given)
    assert found.urls == tuple(f"http://{name}:9200" for name in NODES)
    assert (found.shards, found.replicas, found.user, found.api_key) == (3, 1, None, None)
