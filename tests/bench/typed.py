"""What do typed words cost? To understand them, and to find the ten best by what they mean to each engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from .engines import MOLVA, NUMPY, TANTIVY, Opened
from .measure import Call, interleaved
from .queries import Words, sample
from .searching import opened
from .setting import Setting
from .tables import Cell, Table, ratio

LENGTHS: Final = {"1 word": 1, "2 words": 2, "3 words": 3, "question of 7 words": 7}
REPEATS: Final = 5


def tables(setting: Setting) -> list[Table]:
    """Parse and plan on the smallest index; the ten best on each."""
    size = setting.sizes[0]
    words = Words(sample(setting.documents("short", size), size), setting.same)
    engines = opened(setting, size, MOLVA, NUMPY, TANTIVY)
    parsing = [
        _row(engines, title, _texts(words, length, setting.queries), _parser) for title, length in LENGTHS.items()
    ]
    for row in parsing:
        row.pop(NUMPY.name, None)  # it parses alike
    notes = [
        "Words seen before, queries new. tantivy: all words, each in title or text. Molva: that, both kinds of"
        " document, the words' forms, neighbours, and what is to be marked."
    ]
    found = [Table("parsing", "Parse and plan, µs of CPU", parsing, notes)]
    for one in setting.sizes:
        engines = opened(setting, one, MOLVA, NUMPY, TANTIVY)
        rows = [_row(engines, title, _texts(words, length, setting.queries), _top) for title, length in LENGTHS.items()]
        title = f"Top-10 of typed words, {one:,} short articles, µs of CPU"
        found.append(
            Table(f"typed-{one}", title, rows, ["Parsed before. Words of one place of a text; meant as above."])
        )
    return found


def _texts(words: Words, length: int, count: int) -> list[str]:
    return [" ".join(words.run(length, distinct=True)) for _ in range(count)]


def _row(engines: dict[str, Opened], title: str, texts: list[str], make: Callable[[Any, str], Call]) -> dict[str, Cell]:
    medians = interleaved([{name: make(one, text) for name, one in engines.items()} for text in texts], REPEATS)
    row: dict[str, Cell] = {"query": title, **medians}
    row["tantivy ÷ molva ×"] = ratio(medians.get(TANTIVY.name), medians.get(MOLVA.name))
    return row


def _parser(engine: Any, text: str) -> Call:
    return lambda: engine.parse(text)


def _top(engine: Any, text: str) -> Call:
    query = engine.typed(text)
    return lambda: engine.top(query)
