"""Do the clients of README.md work as they stand there?"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from tests.faults.process import PATIENCE, ROOT, run, served

from .__main__ import NEWSPAPER

WRITTEN = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("clients") / "index"
    assert run("index", NEWSPAPER, "--index", folder)[0] == 0
    with served(folder) as found:
        yield found


def client(language: str, containing: str, address: str) -> str:
    """The block of README.md, asking this server."""
    section = (ROOT / "README.md").read_text("utf-8").partition("\n## Endpoint\n")[2].partition("\n## ")[0]
    (found,) = (code for code in re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL) if containing in code)
    assert WRITTEN in found
    assert len([line for line in found.splitlines() if line.strip()]) <= 6
    return str(found).replace(WRITTEN, address)


def printed(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout


def answer(address: str) -> dict[str, Any]:
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    found: dict[str, Any] = json.loads(printed("sh", "-c", client("sh", "curl", address)))
    return found


def test_curl_gets_the_answer(address: str) -> None:
    page = answer(address)
    assert page["query"] == "мост"
    assert page["type"] == "quote"
    assert len(page["hits"]) == 3 < page["total"]["value"]


def test_python_reads_all_pages(address: str) -> None:
    pytest.importorskip("httpx", reason="needs httpx: pip install '.[test]'")
    told = printed(sys.executable, "-X", "utf8", "-W", "ignore", "-c", client("python", "httpx", address))
    asked = f"{address}/api/v1/search?q={quote('мост')}&type=quote&limit=100"
    with urlopen(asked) as whole:  # noqa: S310 - our own server
        page = json.load(whole)
    assert page["next"] is None
    assert told == "".join(f"{hit['text']}\n" for hit in page["hits"])


def test_javascript_reads_the_same(address: str) -> None:
    if shutil.which("node") is None:
        pytest.skip("needs node")
    told = printed("node", "--input-type=module", "-e", client("javascript", "fetch", address))
    assert str(answer(address)["total"]["value"]) in told.splitlines()[0]
    assert all(one["text"] in told for one in answer(address)["hits"])
