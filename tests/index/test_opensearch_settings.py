"""Settings of the engine: what is understood, what is refused, and that secrets are never told."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import SettingsError
from index.opensearch_settings import OpenSearchSettings, opensearch_settings
from index.settings import engine, index_folder

URL = "https://one:9200,https://two:9201"


def settings(**given: str) -> OpenSearchSettings:
    return opensearch_settings({f"MOLVA_OPENSEARCH_{name.upper()}": value for name, value in given.items()})


def test_addresses_are_parted_by_commas_and_get_their_port() -> None:
    assert settings(url="http://one, http://[::1]:9201/search/").urls == ("http://one:9200", "http://[::1]:9201/search")
    assert settings(url="https://one").urls == ("https://one:443",)


def test_a_name_and_a_password_in_an_address_are_taken_out_of_it() -> None:
    found = settings(url="https://molva:%D1%82%D0%B0%D0%B9%D0%BD%D0%B0@one:9200")
    assert (found.urls, found.user, found.password) == (("https://one:9200",), "molva", "тайна")


def test_secrets_are_not_shown() -> None:
    found = settings(url=URL, user="molva", password="тайна-1")  # noqa: S106
    assert "тайна" not in repr(found) + found.where
    assert "тайна" not in repr(settings(url=URL, api_key="тайна-2"))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "MOLVA_OPENSEARCH_URL: is not set"),
        ({"url": "one:9200"}, "MOLVA_OPENSEARCH_URL"),
        ({"url": "https://one:99999999"}, "MOLVA_OPENSEARCH_URL"),
        ({"url": "https://one,http://two"}, "beside https"),
        ({"url": URL, "user": "molva"}, "expected both"),
        ({"url": URL, "user": "molva", "password": "х", "api_key": "х"}, "one of the two"),
        ({"url": URL, "prefix": "Молва"}, "MOLVA_OPENSEARCH_PREFIX"),
        ({"url": URL, "prefix": "_all"}, "MOLVA_OPENSEARCH_PREFIX"),
        ({"url": URL, "shards": "0"}, "MOLVA_OPENSEARCH_SHARDS"),
        ({"url": URL, "replicas": "-1"}, "MOLVA_OPENSEARCH_REPLICAS"),
        ({"url": URL, "timeout": "вечно"}, "MOLVA_OPENSEARCH_TIMEOUT"),
        ({"url": URL, "ca": "/nowhere.pem"}, "MOLVA_OPENSEARCH_CA"),
    ],
)
def test_a_mistake_is_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        settings(**given)


def test_a_wrong_address_with_a_password_is_refused_without_telling_it() -> None:
    with pytest.raises(SettingsError) as refused:
        settings(url="ftp://molva:secret@one:9200")
    assert "secret" not in str(refused.value)


def test_the_settings_file_says_what_the_environment_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "molva.toml"
    file.write_text(
        'engine = "opensearch"\nindex = "/srv/molva"\n[opensearch]\nurl = ["https://one", "https://two"]\nshards = 8\n'
    )
    monkeypatch.setenv("MOLVA_SETTINGS", str(file))
    monkeypatch.delenv("MOLVA_INDEX", raising=False)
    assert engine() == "opensearch"
    assert index_folder() == Path("/srv/molva")
    found = opensearch_settings({"MOLVA_OPENSEARCH_SHARDS": "4"})
    assert (len(found.urls), found.shards) == (2, 4)
    monkeypatch.setenv("MOLVA_ENGINE", "embedded")
    assert engine() == "embedded"


@pytest.mark.parametrize("text", ["engine = ", 'engine = "solr"', "[opensearch]\nurl = {}"])
def test_a_settings_file_with_a_mistake_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    file = tmp_path / "molva.toml"
    file.write_text(text)
    monkeypatch.setenv("MOLVA_SETTINGS", str(file))
    monkeypatch.delenv("MOLVA_ENGINE", raising=False)
    with pytest.raises(SettingsError):
        opensearch_settings({"MOLVA_OPENSEARCH_SHARDS": "4"} if engine() else None)


def test_a_settings_file_that_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOLVA_SETTINGS", str(tmp_path / "no.toml"))
    monkeypatch.delenv("MOLVA_ENGINE", raising=False)
    with pytest.raises(SettingsError, match="MOLVA_SETTINGS"):
        engine()
