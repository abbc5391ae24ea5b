"""The commands on a real cluster behind TLS that asks who comes: they say it to the cluster, and to nobody else."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from index.opensearch_settings import OpenSearchSettings, opensearch_settings
from index.terminal import DAMAGED
from search import open_searcher
from tests.faults.process import run

from .archive import articles, ran, there, written
from .cluster import Cluster
from .gate import certificate_in, guarded

PASSWORD = "пароль-за-рекой"  # noqa: S105
KEY = "VWljd19rZXk6dGFpbmE="
BASIC = "Basic " + base64.b64encode(f"молва:{PASSWORD}".encode()).decode()
WHO = {
    "a user": (BASIC, {"USER": "молва", "PASSWORD": PASSWORD}),
    "an API key": (f"ApiKey {KEY}", {"API_KEY": KEY}),
}
SECRETS = (PASSWORD, KEY, BASIC.split()[1])


class Guarded:
    """Gates before all nodes, which let one in; `seen`: who came to each."""

    def __init__(self, who: str, urls: list[str], certificate: Path, seen: list[set[str | None]]) -> None:
        self.who = who
        self.authorization, self.settings = WHO[who]
        self.urls = urls
        self.certificate = certificate
        self.seen = seen


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_in(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=sorted(WHO))
def gates(
    request: pytest.FixtureRequest,
    settings: OpenSearchSettings,
    cluster: Cluster,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Guarded]:
    """The settings of the environment lead to them."""
    authorization, told = WHO[request.param]
    with ExitStack() as held:
        found = [held.enter_context(guarded(node, certificate, authorization)) for node in cluster.urls]
        made = Guarded(request.param, [url for url, _ in found], certificate, [seen for _, seen in found])
        monkeypatch.setenv("MOLVA_OPENSEARCH_URL", ",".join(made.urls))
        monkeypatch.setenv("MOLVA_OPENSEARCH_CA", str(certificate.with_suffix(".crt")))
        for name, value in told.items():
            monkeypatch.setenv(f"MOLVA_OPENSEARCH_{name}", value)
        yield made


def test_all_goes_through_and_each_request_says_who_asks(
    gates: Guarded, cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.jsonl", articles(30))
    outputs = []
    ask = run if gates.who == "a user" else ran  # as processes of their own once
    for command in (
        ("index", str(file), "--jobs", "2", "--json"),
        ("check", "--json"),
        ("search", "мост", "--json"),
        ("reindex", str(file), "--json"),
        ("rollback",),
    ):
        code, said, talk = ask(*command)
        assert code == 0, talk
        outputs += [said, talk]
    assert json.loads(outputs[4])["total"]["value"] == 30
    assert len(there(cluster, f"{prefix}-articles")) == 30
    assert set().union(*gates.seen) == {gates.authorization}
    assert not any(secret in text for secret in SECRETS for text in outputs)


def test_a_gate_that_is_gone_is_gone_round(gates: Guarded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ran("index", str(written(tmp_path / "a.jsonl", articles(3))))[0] == 0
    monkeypatch.setenv("MOLVA_OPENSEARCH_URL", ",".join(["https://127.0.0.1:9", *gates.urls[1:]]))
    code, said, talk = ran("search", "мост", "--json")
    assert (code, json.loads(said)["total"]["value"]) == (0, 3), talk


def test_who_is_not_let_in_hears_which_setting_to_mend_and_no_secret(
    gates: Guarded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    file = str(written(tmp_path / "a.jsonl", articles(3)))
    assert ran("index", file)[0] == 0
    name = next(name for name in gates.settings if name != "USER")
    monkeypatch.setenv(f"MOLVA_OPENSEARCH_{name}", "bm8tc3VjaC1rZXk=")
    for command in (("index", file), ("check",), ("search", "мост"), ("stats",)):
        code, said, talk = ran(*command)
        assert (code, said) == (DAMAGED, ""), command
        assert "MOLVA_OPENSEARCH_USER" in talk
        assert "Traceback" not in talk
        assert not any(secret in talk for secret in (*SECRETS, "bm8tc3VjaC1rZXk="))


def test_settings_and_searchers_may_be_logged(gates: Guarded, tmp_path: Path) -> None:
    assert ran("index", str(written(tmp_path / "a.jsonl", articles(3))))[0] == 0
    settings = opensearch_settings()
    with open_searcher(tmp_path) as molva:
        assert molva.search("мост").total.value == 3
        told = repr((settings, molva, vars(molva), settings.where))
    assert not any(secret in told for secret in SECRETS)


def test_a_cluster_that_nobody_vouches_for_hears_no_secret(
    gates: Guarded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MOLVA_OPENSEARCH_CA")
    code, said, talk = ran("index", str(written(tmp_path / "a.jsonl", articles(3))))
    assert (code, said) == (DAMAGED, "")
    assert "MOLVA_OPENSEARCH_CA" in talk
    assert set().union(*gates.seen) == set()


def test_a_cluster_behind_tls_that_is_asked_without_it_says_so(
    gates: Guarded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOLVA_OPENSEARCH_URL", gates.urls[0].replace("https", "http"))
    code, _, talk = ran("check")
    assert code == DAMAGED
    assert "https://" in talk
    assert not any(secret in talk for secret in SECRETS)
