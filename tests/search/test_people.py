"""When are the modules of speakers brought? For an index that has quotes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from index import Article, Quote, Span, Speaker, open_writer
from index.speakers.overrides import FILE
from search.people import DECISIONS

TEXT = "Мост через реку открыли. «Мы ждали его десять лет», — сказал мэр Камиль Рахимов."
ASKS = """
import sys
from search import open_searcher

with open_searcher(sys.argv[1]) as searcher:
    page = searcher.search("мост открыли", facets=sys.argv[2:])
    assert len(page.hits) == 1
    assert page.hits[0].snippets[0].text.startswith("Мост")
print(*sorted(name for name in sys.modules if name.startswith(("index.speakers", "index.quotes", "search.archive"))))
"""


def brought(folder: Path, *facets: str) -> str:
    """The modules of speakers and quotes that a new process has after one question."""
    done = subprocess.run(
        [sys.executable, "-c", ASKS, str(folder), *facets],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_question_to_an_index_without_quotes_brings_none_of_them(tmp_path: Path) -> None:
    with open_writer(tmp_path / "molva") as writer:
        writer.add(Article("bridge", "Мост открыт", TEXT), ())
        writer.publish()
    assert brought(tmp_path / "molva") == ""
    assert "search.archive" in brought(tmp_path / "molva", "speaker")


def test_a_question_to_an_index_with_quotes_brings_them(tmp_path: Path) -> None:
    start = TEXT.index("Мы ждали")
    span = Span(start, TEXT.index("»"))
    said = Quote("bridge#q1", "bridge", (span,), TEXT[span.start : span.end], "direct", Speaker("rahimov", "Рахимов"))
    with open_writer(tmp_path / "molva") as writer:
        writer.add(Article("bridge", "Мост открыт", TEXT), (said,))
        writer.publish()
    assert "search.archive" in brought(tmp_path / "molva")  # who is who is worked out now, and kept
    again = brought(tmp_path / "molva")
    assert "search.archive" in again
    assert "index.quotes" not in again


def test_decisions_lie_where_the_searcher_looks_for_newer_ones() -> None:
    assert DECISIONS == FILE
