"""How fast is a page of results? The ten best of long articles with their stored fields and a snippet each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .engines import MOLVA, TANTIVY
from .measure import Call, interleaved
from .queries import FREQUENT, MIDDLE, Words, sample
from .setting import Setting
from .tables import Cell, Table, ratio

SHAPES: Final[dict[str, Callable[[Words], tuple[str, ...]]]] = {
    "one word": lambda words: (words.pick(*MIDDLE),),
    "two words": lambda words: words.distinct(MIDDLE, FREQUENT),
    "three words of one place": lambda words: words.run(3, distinct=True),
}


def tables(setting: Setting) -> list[Table]:
    """Whole pages: all of the words in title or text, how many there are, snippets, stored fields."""
    size = setting.long
    documents = setting.documents("long", size)
    words = Words(sample(documents, size, 5_000), setting.same)
    engines = {one.name: one.open(setting.index(one, "long", size)) for one in setting.present(MOLVA, TANTIVY)}
    rows: list[dict[str, Cell]] = []
    for title, make in SHAPES.items():
        rounds: list[dict[str, Call]] = []
        for _ in range(setting.queries):
            text = " ".join(make(words))
            rounds.append({name: _page(one, text) for name, one in engines.items()})
        medians = interleaved(rounds, repeats=1)  # answers are remembered
        row: dict[str, Cell] = {"query": title, **medians}
        row["tantivy ÷ molva ×"] = ratio(medians.get(TANTIVY.name), medians.get(MOLVA.name))
        rows.append(row)
    notes = ["From the typed words to a page, every query once; Molva's page has totals of articles and of quotes."]
    title = f"Top-10 with snippets and stored fields, {size:,} long articles, µs of CPU"
    return [Table("showing", title, rows, notes)]


def _page(engine: object, text: str) -> Call:
    page = getattr(engine, "page")  # noqa: B009
    return lambda: page(text)
