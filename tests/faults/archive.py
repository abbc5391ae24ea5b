"""What is indexed while something fails? A folder of JSON lines that changes from round to round, and what it says."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from index import Article
from index.sources import Loaded, read_paths
from search import open_searcher
from web.cli import NEWSPAPER

FILES: Final = 5
State = dict[str, str]  # id → text
"""All that an index or an archive says, as far as a fault may change it."""


def articles_of(data: Path | None, most: int) -> list[Article]:
    """The first articles under a path, or the demo newspaper's, told again under other ids until they are enough."""
    found: list[Article] = []
    for outcome in read_paths([data or NEWSPAPER]):
        if isinstance(outcome, Loaded):
            found.append(outcome.article)
            if len(found) == most:
                return found
    return [
        one if turn == 0 else replace(one, id=f"{one.id}-{turn}")
        for turn in range(-(-most // len(found)))
        for one in found
    ][:most]


class Archive:
    """The articles as files in `folder`; each `change` gives some of them other words, takes some away, brings some
    back.
    """

    def __init__(self, folder: Path, articles: Sequence[Article], seed: int) -> None:
        self.folder = folder
        self.articles = articles
        self.chance = random.Random(seed)  # noqa: S311 - rounds that can be run again
        self.rounds = 0
        self.state: State = {}
        folder.mkdir(parents=True)
        self.change()

    def change(self) -> State:
        """Write the next state of the files, and tell it."""
        self.rounds += 1
        state: State = {}
        for one in self.articles:
            fate = self.chance.random()
            if fate < 0.1:
                continue
            told = self.state.get(one.id, one.text)
            state[one.id] = f"{one.text}\n\nДополнено в {self.rounds}-й раз." if fate < 0.3 else told
        for number in range(FILES):
            mine = [one for at, one in enumerate(self.articles) if at % FILES == number and one.id in state]
            lines = (json.dumps({"id": one.id, "title": one.title, "text": state[one.id]}) for one in mine)
            (self.folder / f"{number}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.state = state
        return state


def state_of(index: Path) -> State:
    """What an index says now. Raises SearchError where it cannot be opened."""
    return dict(_texts(index))


def _texts(index: Path) -> Iterator[tuple[str, str]]:
    with open_searcher(index) as molva:
        for stored in molva.articles():
            yield stored.article.id, stored.article.text
