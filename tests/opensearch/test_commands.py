"""The same commands on a real cluster: generations, rollback, check and its repairs, and what is said of mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from index.opensearch_documents import documents_of
from index.opensearch_mapping import lengths_of
from index.opensearch_settings import OpenSearchSettings
from index.prepare import prepare
from index.schema import KINDS
from index.storage.payload import packed_text, unpack_article
from index.terminal import DAMAGED, KEPT_DAMAGED, USAGE
from index.writer import SyncState
from web.cli import main

from .archive import articles, live, there, written
from .cluster import Cluster

SECRET = "тайна-двух-берегов"  # noqa: S105


def molva(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def told(*arguments: str | Path) -> dict[str, Any]:
    result = molva(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def archive(settings: OpenSearchSettings, tmp_path: Path) -> Path:
    """A file that is indexed."""
    file = written(tmp_path / "a.jsonl", articles(6))
    assert told("index", file)["added"] == 6
    return file


def test_index_says_what_it_did_and_dry_run_changes_nothing(archive: Path) -> None:
    assert told("index", archive)["unchanged"] == 6
    written(archive, articles(4))
    assert told("index", archive, "--dry-run")["deleted"] == 2
    found = told("index", archive)
    assert (found["deleted"], found["articles"], found["quotes"]) == (2, 4, 4)
    assert told("delete", "a0", "a1")["deleted"] == ["a0", "a1"]
    assert told("generations")["generations"][0]["articles"] == 2


def test_a_rebuild_is_a_generation_and_rollback_goes_back_to_the_one_before(
    archive: Path, cluster: Cluster, prefix: str
) -> None:
    first = told("generations")["generations"]
    written(archive, articles(3))
    assert told("reindex", archive)["articles"] == 3
    kept = told("generations")["generations"]
    assert [(one["number"], one["articles"], one["live"]) for one in kept] == [(2, 3, True), (1, 6, False)]
    assert told("rollback")["generation"] == first[0]["name"]
    assert live(cluster, prefix)[f"{prefix}-quotes"] == [f"{prefix}-quotes-000001"]
    assert len(there(cluster, f"{prefix}-articles")) == 6
    again = molva("rollback")
    assert again.exit_code == USAGE
    assert "no generation before" in again.stderr
    assert told("reindex", archive)["generation"].startswith("000003.")
    assert [one["number"] for one in told("generations")["generations"]] == [3, 1]


def test_a_rebuild_of_nothing_keeps_the_live_generation(archive: Path, cluster: Cluster, prefix: str) -> None:
    archive.write_text("")
    result = molva("reindex", archive)
    assert result.exit_code == USAGE
    assert "the live index of 6 stays" in result.stderr
    assert len(there(cluster, f"{prefix}-articles")) == 6


def test_a_sound_index_is_said_to_be_sound(archive: Path) -> None:
    assert told("check")["sound"]
    found = molva("check", "--deep")
    assert found.exit_code == 0
    assert "sound: generation 000001." in found.stdout


def test_a_changed_document_is_found(archive: Path, cluster: Cluster, prefix: str) -> None:
    cluster.ask(f"/{prefix}-articles/_update/a2?refresh=true", "POST", {"doc": {"stored": "{}"}})
    result = molva("check")
    assert result.exit_code == DAMAGED
    assert "a2 are not what was sent" in result.stderr


def test_documents_that_do_not_follow_from_what_is_stored_are_found_by_a_deep_look(
    archive: Path, cluster: Cluster, prefix: str
) -> None:
    from index.opensearch_bulk import HIDDEN
    from index.opensearch_digest import checksum

    body = there(cluster, f"{prefix}-articles")["a2"]
    changed = {"section_key": ["подделка"]}
    del body["version"]
    changed["checksum"] = checksum(body | changed, HIDDEN["article"])  # type: ignore[assignment]
    cluster.ask(f"/{prefix}-articles/_update/a2?refresh=true", "POST", {"doc": changed})
    assert molva("check").exit_code == 0
    result = molva("check", "--deep")
    assert result.exit_code == DAMAGED
    assert "a2 are not what this version makes" in result.stderr


def as_sent(cluster: Cluster, index: str, document_id: str, fields: tuple[str, ...]) -> dict[str, Any]:
    """A document with the fields that a cluster does not give back, made anew of what it stores."""
    body = there(cluster, index)[document_id]
    del body["version"]
    article = unpack_article(packed_text(body["stored"]))
    article, quotes = prepare(article)
    meta = next(iter(cluster.ask(f"/{index}/_mapping").values()))["mappings"]["_meta"]
    lengths = {kind: lengths_of(kind, meta) for kind in KINDS}
    made = documents_of(article, quotes, SyncState(None, None), order=body["order"], lengths=lengths).article.body
    return body | {name: made[name] for name in fields}


HIDDEN_FIELDS = ("title", "text", "speaker", "title_forms", "text_forms", "speaker_forms", "words", "worth")


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("text", lambda text: text.replace("=откроют", "=закроют")),
        ("text", lambda text: " ".join(reversed(text.split(" ")))),
        ("text", lambda text: text.replace("|", "|лишнее|").replace("мост|лишнее|", "", 1)),
        ("title", lambda text: text.split(" ")[0]),
        ("worth", lambda text: text.replace("мост|", "брод|")),
        ("text_forms", lambda values: [*values, "лишнее|1"]),
        ("words", lambda values: values[1:]),
        ("source", lambda text: "чужой|=чужой"),
    ],
)
def test_terms_that_were_changed_behind_what_is_stored_are_found_by_a_deep_look(
    archive: Path, cluster: Cluster, prefix: str, field: str, change: Callable[[Any], Any]
) -> None:
    index = f"{prefix}-articles"
    sent = as_sent(cluster, index, "a2", HIDDEN_FIELDS)
    cluster.ask(f"/{index}/_doc/a2?refresh=true", "PUT", sent)
    assert molva("check", "--deep").exit_code == 0
    changed = change(sent.get(field))
    assert changed != sent.get(field)
    cluster.ask(f"/{index}/_doc/a2?refresh=true", "PUT", sent | {field: changed})
    assert molva("check").exit_code == 0
    result = molva("check", "--deep")
    assert result.exit_code == DAMAGED
    assert "a2 are found under other words" in result.stderr
    assert "not what this version makes" not in result.stderr


def test_what_somebody_updates_on_the_cluster_loses_its_terms_and_is_found(
    archive: Path, cluster: Cluster, prefix: str
) -> None:
    cluster.ask(f"/{prefix}-quotes/_update/a1%23q1?refresh=true", "POST", {"doc": {"order": 7}})
    cluster.ask(f"/{prefix}-quotes/_update/a1%23q1?refresh=true", "POST", {"doc": {"kind": ["direct"]}})
    result = molva("check", "--deep")
    assert result.exit_code == DAMAGED
    assert "a1#q1 are found under other words" in result.stderr


def test_lost_documents_are_found(archive: Path, cluster: Cluster, prefix: str) -> None:
    cluster.ask(f"/{prefix}-articles/_doc/a3?refresh=true", "DELETE")
    result = molva("check")
    assert result.exit_code == DAMAGED
    assert "found 5 articles and 6 quotes, published were 6 and 6" in result.stderr


def test_quotes_without_an_article_are_swept_by_a_repair(archive: Path, cluster: Cluster, prefix: str) -> None:
    quote = there(cluster, f"{prefix}-quotes")["a1#q1"]
    del quote["version"]
    quote |= {"article_id": "nobody", "id": "nobody#q1"}
    cluster.ask(f"/{prefix}-quotes/_doc/nobody%23q1?refresh=true", "PUT", quote)
    assert molva("check").exit_code == DAMAGED
    result = molva("check", "--repair")
    assert (result.exit_code, "took away 1 quotes" in result.stdout) == (0, True), result.stderr
    assert "nobody#q1" not in there(cluster, f"{prefix}-quotes")


def test_aliases_that_name_two_generations_are_an_error_and_can_be_mended(
    archive: Path, cluster: Cluster, prefix: str
) -> None:
    told("reindex", archive)
    actions = [
        {"remove": {"index": f"{prefix}-quotes-000002", "alias": f"{prefix}-quotes"}},
        {"add": {"index": f"{prefix}-quotes-000001", "alias": f"{prefix}-quotes"}},
    ]
    cluster.ask("/_aliases", "POST", {"actions": actions})
    for command in (("index", archive), ("check",), ("rollback",)):
        result = molva(*command)
        assert result.exit_code == DAMAGED
        assert "do not name one generation" in result.stderr
    assert molva("check", "--repair").exit_code == 0
    assert live(cluster, prefix) == {
        f"{prefix}-articles": [f"{prefix}-articles-000002"],
        f"{prefix}-quotes": [f"{prefix}-quotes-000002"],
    }
    assert told("index", archive)["unchanged"] == 6


def test_an_alias_that_somebody_took_away_is_set_again_by_a_repair(
    archive: Path, cluster: Cluster, prefix: str
) -> None:
    for kind in ("articles", "quotes"):
        cluster.ask(f"/{prefix}-{kind}-000001/_alias/{prefix}-{kind}", "DELETE")
    assert molva("check").exit_code == DAMAGED
    assert molva("check", "--repair").exit_code == 0
    assert told("index", archive)["unchanged"] == 6


def test_what_a_rebuild_left_that_broke_off_is_told_and_taken_away(
    archive: Path, cluster: Cluster, prefix: str
) -> None:
    from index.opensearch_settings import opensearch_settings
    from index.opensearch_writer import OpenSearchWriter

    with OpenSearchWriter(opensearch_settings(), rebuild=True) as writer:
        for one in articles(201):
            writer.add(one)
        assert writer._bulk is not None
        writer._bulk.flush()
    kept = told("generations")["generations"]
    assert "was not finished, 201 articles are there" in kept[0]["problem"]
    assert told("check")["sound"]
    assert "took away generation 000002" in molva("check", "--repair").stdout
    assert [one["number"] for one in told("generations")["generations"]] == [1]


def test_without_an_index_each_command_says_how_to_make_one(settings: OpenSearchSettings) -> None:
    for command in ("generations", "check", "rollback"):
        result = molva(command)
        assert result.exit_code == USAGE
        assert "molva index PATH" in result.stderr


def test_a_cluster_that_is_not_there_is_an_error_that_names_it(
    settings: OpenSearchSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOLVA_OPENSEARCH_URL", f"http://molva:{SECRET}@127.0.0.1:9")
    for command in (("index", written(tmp_path / "a.jsonl", articles(1))), ("check",), ("generations",)):
        result = molva(*command)
        assert result.exit_code == DAMAGED
        assert "http://127.0.0.1:9: no node of the cluster answers" in result.stderr
        assert SECRET not in result.output


def test_a_setting_that_cannot_be_read_is_a_mistake_of_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOLVA_ENGINE", "opensearch")
    monkeypatch.delenv("MOLVA_OPENSEARCH_URL", raising=False)
    result = molva("check")
    assert (result.exit_code, "MOLVA_OPENSEARCH_URL: is not set" in result.stderr) == (USAGE, True)


@pytest.mark.parametrize("replicas", [1])
def test_missing_copies_are_told_but_are_no_damage(archive: Path, cluster: Cluster, prefix: str) -> None:
    cluster.ask(f"/{prefix}-articles/_settings", "PUT", {"index": {"number_of_replicas": 5}})
    result = molva("check")
    assert result.exit_code == KEPT_DAMAGED
    assert "copies of shards are missing" in result.stderr


def test_an_index_of_which_somebody_took_a_half_away_is_rebuilt(archive: Path, cluster: Cluster, prefix: str) -> None:
    cluster.ask(f"/{prefix}-quotes-000001", "DELETE")
    for command in (("index", archive), ("search", "мост"), ("stats",)):
        result = molva(*command)
        assert result.exit_code in (DAMAGED, USAGE)
        assert "molva " in result.stderr
    repaired = molva("check", "--repair")
    assert repaired.exit_code == DAMAGED
    assert "molva reindex PATH" in repaired.output
    assert told("reindex", archive)["articles"] == 6
    assert told("check")["sound"]
    assert [one["number"] for one in told("generations")["generations"]] == [2]
    assert told("index", archive)["unchanged"] == 6


def test_a_rebuild_where_no_alias_is_right_goes_on_with_what_is_whole(
    archive: Path, cluster: Cluster, prefix: str
) -> None:
    told("reindex", archive)
    cluster.ask(f"/{prefix}-articles-000002", "DELETE")
    found = told("reindex", archive)
    assert (found["articles"], found["unchanged"]) == (6, 6)
    assert [(one["number"], one["live"]) for one in told("generations")["generations"]] == [(1, True)]
    assert told("search", "мост")["total"]["value"] == 6


def test_an_alias_that_leads_elsewhere_is_told_and_can_be_mended(archive: Path, cluster: Cluster, prefix: str) -> None:
    cluster.ask(f"/{prefix}-strange", "PUT")
    actions = [
        {"remove": {"index": f"{prefix}-articles-000001", "alias": f"{prefix}-articles"}},
        {"add": {"index": f"{prefix}-strange", "alias": f"{prefix}-articles"}},
    ]
    cluster.ask("/_aliases", "POST", {"actions": actions})
    result = molva("search", "мост")
    assert result.exit_code == USAGE
    assert "molva check --repair" in result.stderr
    assert molva("check", "--repair").exit_code == 0
    assert told("search", "мост")["total"]["value"] == 6
