"""What counts as acknowledged was sent, whoever has it; and what a checkpoint keeps of a task is what was found."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from index import Article
from index.opensearch_bulk import PARTITION, partition_of
from index.opensearch_checkpoints import Acknowledgements, _found, _packed, _stamp, _unpacked
from index.sources import portions
from index.storage.loading import NUMBERS, Desk, Task, tasks
from index.writer import Orders, SyncState, Take

STATE = SyncState(None, None)


@given(st.lists(st.tuples(st.integers(0, 4 * PARTITION), st.booleans()), max_size=60), st.integers(1, 3), st.data())
def test_no_article_counts_that_may_not_have_been_sent(
    puts: list[tuple[int, bool]], jobs: int, data: st.DataObject
) -> None:
    """Each process sends what it has when it is given an article of another partition."""
    found = Acknowledgements(jobs)
    numbers = [task * NUMBERS + place for place, (task, _) in enumerate(puts)]
    found.chosen(Orders([Take(number, "", STATE) for number in numbers], []))
    gathered: list[list[int]] = [[] for _ in range(jobs)]
    at = [0] * jobs
    sent: set[int] = set()
    for place, (number, (task, refused)) in enumerate(zip(numbers, puts, strict=True)):
        own = task % jobs
        if refused:
            sent.add(place)
        else:
            if partition_of(number) != at[own]:
                sent.update(gathered[own])
                gathered[own], at[own] = [], partition_of(number)
            gathered[own].append(place)
            if data.draw(st.booleans()):  # it was large
                sent.update(gathered[own])
                gathered[own] = []
        found.came(number, refused=refused)
        assert set(range(found.taken)) <= sent


def file_of(folder: Path, count: int) -> Path:
    file = folder / "a.jsonl"
    lines = [{"id": f"n{n}", "title": f"Мост {n}", "text": "Мост открыт. " * 400} for n in range(count)]
    file.write_text("".join(json.dumps(one) + "\n" for one in lines) + "{broken\n")
    return file


def test_what_is_kept_of_a_task_is_what_was_found_under_its_number_of_now(tmp_path: Path) -> None:
    for task in tasks(portions([file_of(tmp_path, 40)])):
        desk = Desk(lambda article: (article, ()), lambda *_: None)
        found = desk.read(task)
        kept = _unpacked(_packed([("stamp", found), (None, found)]))
        assert list(kept) == ["stamp"]
        assert _found(kept["stamp"], task.number) == found
        moved = _found(kept["stamp"], task.number + 3)
        assert {one.number // NUMBERS for one in moved if not hasattr(one, "reason")} <= {task.number + 3}


def test_the_same_bytes_have_one_stamp_and_others_another(tmp_path: Path) -> None:
    def stamps() -> list[str | None]:
        return [_stamp(task) for task in tasks(portions([file]))]

    file = file_of(tmp_path, 40)
    before = stamps()
    assert before == stamps()
    assert None not in before
    file.write_text(file.read_text().replace('"n3"', '"n\\u0033!"'))
    assert before[0] != stamps()[0]
    table = tmp_path / "t.csv"
    table.write_text("title,text\nМост,Мост открыт.\n")  # read where it is found
    assert [_stamp(task) for task in tasks(portions([table]))] == [None]


def test_a_desk_reads_what_is_known_of_a_task_only_for_what_is_put_in(tmp_path: Path) -> None:
    task = next(tasks(portions([file_of(tmp_path, 8)])))
    found = Desk(lambda article: (article, ()), lambda *_: None).read(task)
    put: list[str] = []

    def keep(article: Article, *_: object) -> None:
        put.append(article.id)

    desk = Desk(lambda article: (article, ()), keep)
    assert desk.read(Task(task.number, task.portions, found)) == found
    assert desk.articles == {}
    numbers = [task.number * NUMBERS + place for place in range(8)]
    desk.settle(Orders([], numbers[:5]))
    assert desk.articles == {}
    assert desk.settle(Orders([Take(numbers[7], "n7", STATE)], [numbers[6]])) == [0]
    assert put == ["n7"]
    assert set(desk.articles) == {numbers[5]}
    desk.settle(Orders([], [numbers[5]]))
    assert desk.articles == {}
