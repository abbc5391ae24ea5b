"""Who is who is worked out by one process and read by all others; what is kept is believed only where it is whole."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from index.opensearch_settings import OpenSearchSettings
from index.speakers.overrides import Overrides, save
from search import Searcher, open_searcher, opensearch_kept, opensearch_speakers

from .archive import articles
from .cluster import Cluster
from .test_searching import publish


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The generations that were worked out of the documents."""
    found: list[str] = []
    gather = opensearch_speakers._gathered

    def noted(state: Any) -> Any:
        found.append(state.index.generation)
        return gather(state)

    monkeypatch.setattr(opensearch_speakers, "_gathered", noted)
    return found


def told(folder: Path) -> dict[str, Any]:
    with open_searcher(folder) as molva:
        return _told(molva)


def _told(molva: Searcher) -> dict[str, Any]:
    page = molva.search("мост", type="quote", limit=50, facets=("speaker",), speaker="Антон Ким")
    found: dict[str, Any] = {**page.to_dict(), "took_ms": 0}
    return found | {"speakers": molva.speakers().to_dict()["speakers"]}


def test_one_process_works_it_out_for_all(settings: OpenSearchSettings, tmp_path: Path, gathered: list[str]) -> None:
    publish(articles(12))
    first = told(tmp_path)
    assert first["total"]["value"] > 0
    assert told(tmp_path) == first
    assert len(gathered) == 1
    publish(articles(13)[12:])
    told(tmp_path)
    told(tmp_path)
    assert len(set(gathered)) == len(gathered) == 2


def test_of_former_generations_nothing_stays(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch_kept, "CHUNK", 100)
    for count in (12, 14):
        publish(articles(count), rebuild=True)
        told(tmp_path)
        cluster.ask(f"/{prefix}-who/_refresh", "POST")
        kept = cluster.ask(f"/{prefix}-who/_search?size=1000")["hits"]["hits"]
        assert len({one["_source"]["generation"] for one in kept}) == 1
        assert len(kept) > 5


def test_other_decisions_of_a_person_are_worked_out_anew(
    settings: OpenSearchSettings, tmp_path: Path, gathered: list[str]
) -> None:
    publish(articles(12))
    before = told(tmp_path)["speakers"]
    file = save(tmp_path, Overrides(aliases=(("anton-kim", "Ким Старший"),)))
    told(tmp_path)
    assert len(gathered) == 2
    file.unlink()
    assert told(tmp_path)["speakers"] == before
    assert len(gathered) == 2


@pytest.mark.parametrize("harm", ["changed", "cut", "gone"])
def test_what_is_not_whole_is_not_believed(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path, gathered: list[str], harm: str
) -> None:
    publish(articles(12))
    before = told(tmp_path)
    hits = cluster.ask(f"/{prefix}-who/_search?size=10")["hits"]["hits"]
    chunk = next(hit for hit in hits if "data" in hit["_source"])
    data = base64.b64decode(chunk["_source"]["data"])
    harmed = {"changed": data[:50] + b"\0\1\2" + data[53:], "cut": data[:-9]}
    where = f"/{prefix}-who/_doc/{chunk['_id']}?refresh=true"
    if harm == "gone":
        cluster.ask(where, "DELETE")
    else:
        cluster.ask(where, "PUT", chunk["_source"] | {"data": base64.b64encode(harmed[harm]).decode()})
    assert told(tmp_path) == before
    assert len(gathered) == 2
    assert told(tmp_path) == before
    assert len(gathered) == 2  # it was kept anew


def test_who_may_not_write_works_it_out_for_himself(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path, gathered: list[str]
) -> None:
    publish(articles(12))
    body = {"settings": {"index": {"number_of_replicas": 0, "blocks": {"write": True}}}}
    cluster.ask(f"/{prefix}-who", "PUT", body)
    assert told(tmp_path) == told(tmp_path)
    assert len(gathered) == 2


def test_what_is_too_large_is_not_kept(
    settings: OpenSearchSettings, cluster: Cluster, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch_kept, "MOST", 100)
    publish(articles(12))
    assert told(tmp_path)["total"]["value"] > 0
    assert f"{prefix}-who" not in cluster.ask("/_all/_alias")


def test_without_room_for_files_it_is_worked_out_all_the_same(
    settings: OpenSearchSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gathered: list[str]
) -> None:
    publish(articles(12))

    def nowhere(**_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("search.opensearch_kept.tempfile.TemporaryDirectory", nowhere)
    assert told(tmp_path) == told(tmp_path)
    assert len(gathered) == 2
