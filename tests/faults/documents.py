"""What do bad documents cost among good ones? Each is listed with its reason, the others are indexed, and memory does
not grow with the worst of them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from index import Article

from .archive import state_of
from .process import measured, run

MEGABYTE: Final = 1 << 20
MEMORY_MB: Final = 1_200  # that a run may take with the default budget


@dataclass
class Documents:
    """How many documents went in, how many of them were bad, and what was wrong, told."""

    documents: int = 0
    bad: int = 0
    told: int = 0
    megabytes: int = 0
    wrong: list[str] = field(default_factory=list)


Record = dict[str, Any]
# Each makes a bad line of a good record; whether the record is refused, or taken as far as it goes.
BAD: Final[dict[str, tuple[bool, Callable[[Record], str]]]] = {
    "no json": (True, lambda one: json.dumps(one)[:-7]),
    "a list of numbers": (True, lambda one: "[1, 2, 3]"),
    "a number": (True, lambda one: "17"),
    "no words": (True, lambda one: json.dumps({"id": one["id"], "title": "", "text": "  \n "})),
    "text of the wrong type": (False, lambda one: json.dumps({**one, "text": 17.5})),
    "text as a list": (False, lambda one: json.dumps({**one, "text": ["а", {"б": 1}]})),
    "huge": (True, lambda one: json.dumps({**one, "text": "мост " * 5_000_000}, ensure_ascii=False)),
    "nested": (True, lambda one: '{"id": "x", "text": "м", "more": ' + "[" * 100_000),
    "broken letters": (True, lambda one: '{"id": "x", "text": "\\ud800'),
    "NUL": (False, lambda one: json.dumps({**one, "text": f"\0{one['text']}\0"})),
    "lone surrogates": (False, lambda one: json.dumps({**one, "text": f"\ud800 {one['text']} \udfff"})),
    "date of the wrong type": (False, lambda one: json.dumps({**one, "date": {"year": 2015}})),
    "title of the wrong type": (False, lambda one: json.dumps({**one, "title": 2015})),
    "a million words": (False, lambda one: json.dumps({**one, "text": one["text"] + " мост" * 1_000_000})),
    "control characters": (False, lambda one: json.dumps({**one, "text": "".join(map(chr, range(32))) + one["text"]})),
    "right to left": (False, lambda one: json.dumps({**one, "title": "\u202e" + one["title"]})),
}


def index_bad_among_good(home: Path, articles: Sequence[Article], documents: int, seed: int) -> Documents:
    """Index so many documents, a tenth of them bad, and some ids twice."""
    chance = random.Random(seed)  # noqa: S311
    found = Documents(documents)
    kinds = list(BAD)
    expected: set[str] = set()
    refused: list[tuple[int, str]] = []
    file = home / "archive.jsonl"
    written = 0
    with file.open("w", encoding="utf-8", errors="surrogatepass") as opened:

        def put(line: str) -> None:
            nonlocal written
            opened.write(line + "\n")
            written += 1

        for number in range(documents):
            one = articles[number % len(articles)]
            record: Record = {"id": f"d{number}", "title": one.title, "text": f"{one.text}\n\nВыпуск {number}."}
            if number % 10 == 3:
                kind = kinds[found.bad % len(kinds)]
                is_refused, spoil = BAD[kind]
                put(spoil(record))
                found.bad += 1
                if is_refused:
                    refused.append((written, kind))
                    continue
            else:
                put(json.dumps(record, ensure_ascii=chance.random() < 0.5))
            expected.add(record["id"])
            if chance.random() < 0.02:  # the same id again: the last one counts
                put(json.dumps({**record, "text": f"Ещё раз. {record['text']}"}))
    folder = home / "index"
    code, said, talk, found.megabytes = measured("index", file, "--index", folder, "--json")
    if code != 1:
        found.wrong.append(f"exit {code}, expected 1: {talk[-300:]!r}")
        return found
    told = json.loads(said)
    reasons = [row["where"] for row in told["rejected"] if row["reason"]]
    for line, kind in refused:
        if any(where.split(",")[0].endswith(f":line {line}") for where in reasons):
            found.told += 1
        else:
            found.wrong.append(f"{kind} in line {line} is not listed")
    state = state_of(folder)
    found.wrong += [f"{name} is missing" for name in sorted(expected - state.keys())[:10]]
    found.wrong += [f"{name} should not be there" for name in sorted(state.keys() - expected)[:10]]
    if found.megabytes > MEMORY_MB:
        found.wrong.append(f"{found.megabytes} MB")
    code, _, talk = run("check", "--index", folder)
    if code:
        found.wrong.append(f"check: exit {code}: {talk!r}")
    return found
