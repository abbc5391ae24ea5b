"""Both engines rank alike on judged articles, where there are some: nDCG@10 within .02, nine of ten hits shared.

`python -m tests.opensearch.ranking` asks all queries; here it is a twentieth.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from index.opensearch_settings import OpenSearchSettings
from tests.ranking.run import judged_articles

from .ranking import reached

SHARED: Final = Path(os.environ.get("MOLVA_SHARED") or Path(__file__).resolve().parents[3] / "shared")
JUDGED: Final = SHARED / "data" / "relevance" / "entities"


def test_ranked_alike(settings: OpenSearchSettings) -> None:
    if not JUDGED.is_dir():
        pytest.skip(f"no judgements at {JUDGED}")
    found = reached(JUDGED, judged_articles(JUDGED / "docs.jsonl.gz", untitled=False), every=20)
    assert found.overlap >= 0.9
    assert abs(found.ndcg[0] - found.ndcg[1]) <= 0.02
    assert found.totals == 0
