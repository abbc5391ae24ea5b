"""What the tests index: a small archive of our own, and what the cluster says of it, asked without our client."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from click.testing import CliRunner

from index import Article
from search.errors import SearchError
from web.cli import main

from .cluster import Cluster


def articles(count: int, *, told: str = "Мост через Заречку откроют весной") -> list[Article]:
    """So many, each with a quote."""
    return [
        Article(
            id=f"a{number}",
            title=f"Мост, день {number}",
            text=f"«{told}, день {number}», — сказал Антон Ким.",
            published=f"2015-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        )
        for number in range(count)
    ]


def written(file: Path, some: Sequence[Article]) -> Path:
    """The articles as a file of JSON lines."""
    lines = ({"id": one.id, "title": one.title, "text": one.text, "date": one.published} for one in some)
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return file


def ran(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of `molva`, in this process: as `tests.faults.process.run`, without its start."""
    result = CliRunner().invoke(main, list(map(str, arguments)))
    return result.exit_code, result.stdout, result.stderr


def there(cluster: Cluster, index: str) -> dict[str, dict[str, Any]]:
    """Id → body of all documents of a small index that a reader sees."""
    hits = cluster.ask(f"/{index}/_search?size=10000&version=true")["hits"]["hits"]
    return {hit["_source"]["id"]: {**hit["_source"], "version": hit["_version"]} for hit in hits}


def live(cluster: Cluster, prefix: str) -> dict[str, list[str]]:
    """Which indices each alias leads to."""
    found: dict[str, list[str]] = {}
    for index, one in cluster.ask(f"/{prefix}-*/_alias").items():
        for alias in one["aliases"]:
            found.setdefault(alias, []).append(index)
    return found


def loaded(cluster: Cluster, index: str) -> int:
    """How many documents an index has taken, seen or not."""
    told = cluster.ask(f"/{index}/_stats/indexing")["_all"]["primaries"]
    return int(told["indexing"]["index_total"]) if told else 0  # shards that are just starting tell nothing


def until(what: Callable[[], bool], patience: float = 60.0) -> bool:
    """Whether something came true in time."""
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        try:
            if what():
                return True
        except (HTTPError, URLError, OSError, SearchError):
            pass
        time.sleep(0.1)
    return False
