"""Does extraction say the same in every process, whatever the seed of its hashes?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[3]
EXTRACT = """
import json
from pathlib import Path
from index.model import Article
from index.quotes import explain

for line in Path("web/demo/vestnik.jsonl").read_text(encoding="utf-8").splitlines():
    told = json.loads(line)
    print(*explain(Article(id=told["id"], title=told.get("title") or "", text=told["text"])), sep="\\n")
"""


def extracted(seed: int) -> str:
    command = [sys.executable, "-c", EXTRACT]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, env=environment, cwd=HERE, capture_output=True, encoding="utf-8", check=True)
    return done.stdout


@pytest.fixture(scope="module")
def with_seed_one() -> str:
    return extracted(1)


@pytest.mark.parametrize("seed", [2, 3])
def test_the_newspaper_s_quotes_do_not_hang_on_the_seed_of_hashes(with_seed_one: str, seed: int) -> None:
    assert "speaker=Speaker(" in with_seed_one
    assert extracted(seed) == with_seed_one
