"""A disk that can be pulled out: what may lie in a folder after a crash at any call of `index.storage.disk`.

`Recorder` lets the calls through to the real folder and writes them down, or stops at one of them. `after_power_cut`
gives the states that a folder may be in when the power went after some of these calls: names that were changed since
their folder was synced are there in any combination, files that were not synced hold any of four contents.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from index.storage import disk

CALLS = ("create", "write", "sync", "close", "rename", "sync_folder", "remove", "remove_tree", "make_folder")
MOST = 12  # states looked at after one call

Call = tuple[str, tuple[Any, ...]]
Tree = dict[Path, bytes | None]  # path below the folder → content; None for a folder


class Killed(BaseException):
    """The process is dead: nothing in it may handle this."""


class Recorder:
    """Stands for `disk`'s calls. From call number `stop_at` on each raises `error`, or only that one with `once`."""

    def __init__(
        self,
        patch: pytest.MonkeyPatch,
        stop_at: int | None = None,
        error: type[BaseException] = Killed,
        *,
        once: bool = False,
    ) -> None:
        self.calls: list[Call] = []
        self.count = 0
        self.stop_at, self.error, self.once = stop_at, error, once
        self.open: dict[int, Path] = {}
        for name in CALLS:
            patch.setattr(disk, name, self._standing_for(name, getattr(disk, name)))

    def _standing_for(self, name: str, real: Any) -> Any:
        def call(*arguments: Any) -> Any:
            number, self.count = self.count, self.count + 1
            if self.stop_at is not None and (number == self.stop_at or (number > self.stop_at and not self.once)):
                if name == "close":
                    real(*arguments)
                raise self.error(28, f"stopped at {name}")
            result = real(*arguments)
            if name == "create":
                self.open[result] = arguments[0]
            noted = (
                (self.open[arguments[0]], *map(bytes, arguments[1:])) if isinstance(arguments[0], int) else arguments
            )
            self.calls.append((name, noted))
            return result

        return call


@dataclass
class _File:
    synced: bytes = b""
    now: bytes = b""


@dataclass
class _Folder:
    """`names` as the disk has them; `changes` since then: each sets names to files, or takes them away (None)."""

    names: dict[str, Any] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)

    def now(self) -> dict[str, Any]:
        return _applied(self.names, self.changes)


def _applied(names: dict[str, Any], changes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    found = dict(names)
    for change in changes:
        found.update(change)
    return {name: one for name, one in found.items() if one is not None}


def tree_of(folder: Path) -> Tree:
    """All files and folders below a folder."""
    return {one.relative_to(folder): None if one.is_dir() else one.read_bytes() for one in sorted(folder.rglob("*"))}


def lay_out(tree: Tree, folder: Path) -> None:
    """Make a folder of a tree."""
    folder.mkdir()
    for path, content in sorted(tree.items(), key=lambda item: len(item[0].parts)):
        if content is None:
            (folder / path).mkdir()
        else:
            (folder / path).write_bytes(content)


def after_power_cut(before: Tree, root: Path, calls: Sequence[Call]) -> Iterator[Tree]:
    """The states that the folder `root` may be in: `before` was on the disk, then came these calls."""
    top = _Folder()
    for path, content in sorted(before.items(), key=lambda item: len(item[0].parts)):
        home = _at(top, path.parent)
        home.names[path.name] = _Folder() if content is None else _File(content, content)
    for name, arguments in calls:
        _replay(top, root, name, arguments)
    pending = [len(folder.changes) for folder in _folders(top)]
    unsynced = [file for file in _files(top) if file.synced != file.now]
    subsets = [list(itertools.product((False, True), repeat=count)) for count in pending]
    every = itertools.product(itertools.product(*subsets), itertools.product(range(4), repeat=len(unsynced)))
    choices = list(itertools.islice(every, 4096))
    if len(choices) > MOST:
        choices = [*choices[:: len(choices) // MOST + 1], choices[-1]]
    for chosen, contents in choices:
        torn = {id(file): _torn(file, how) for file, how in zip(unsynced, contents, strict=True)}
        yield dict(_seen(top, Path(), iter(chosen), torn))


def _replay(top: _Folder, root: Path, name: str, arguments: tuple[Any, ...]) -> None:
    path = arguments[0].relative_to(root) if arguments[0] != root else Path()
    home = _at(top, path.parent)
    if name == "create":
        old = home.now().get(path.name)
        if old is None:
            home.changes.append({path.name: _File()})
        else:
            old.now = b""
    elif name == "write":
        home.now()[path.name].now += arguments[1]
    elif name == "sync":
        home.now()[path.name].synced = home.now()[path.name].now
    elif name == "rename":
        target = arguments[1].relative_to(root)
        assert target.parent == path.parent
        home.changes.append({path.name: None, target.name: home.now()[path.name]})
    elif name in ("remove", "remove_tree"):
        home.changes.append({path.name: None})
    elif name == "make_folder":
        home.changes.append({path.name: _Folder()})
    elif name == "sync_folder":
        folder = _at(top, path)
        folder.names, folder.changes = folder.now(), []


def _at(top: _Folder, path: Path) -> _Folder:
    found = top
    for name in path.parts:
        found = found.now()[name]
    return found


def _folders(folder: _Folder) -> list[_Folder]:
    below = [one for one in folder.now().values() if isinstance(one, _Folder)]
    return [folder, *(deeper for one in below for deeper in _folders(one))]


def _files(folder: _Folder) -> list[_File]:
    return [one for home in _folders(folder) for one in _ever(home) if isinstance(one, _File)]


def _ever(folder: _Folder) -> list[Any]:
    """What any name in a folder may lead to, each once."""
    found = [*folder.names.values(), *(one for change in folder.changes for one in change.values())]
    return list({id(one): one for one in found}.values())


def _torn(file: _File, how: int) -> bytes:
    """What a file that was not synced may hold."""
    return (file.synced, file.now[: len(file.now) // 2], bytes(len(file.now)), file.now)[how]


def _seen(folder: _Folder, at: Path, chosen: Iterator[Any], content: dict[int, bytes]) -> Iterator[tuple[Path, Any]]:
    changes = [change for change, kept in zip(folder.changes, next(chosen), strict=True) if kept]
    names = _applied(folder.names, changes)
    for name, one in folder.now().items():  # in the order in which `_folders` counts them
        if isinstance(one, _Folder):
            below = list(_seen(one, at / name, chosen, content))
            if names.get(name) is one:
                yield at / name, None
                yield from below
    for name, one in names.items():
        if isinstance(one, _File):
            yield at / name, content.get(id(one), one.synced)
        elif folder.now().get(name) is not one:  # taken away, but the disk does not know it
            yield at / name, None
            yield from _seen(one, at / name, iter([()] * len(_folders(one))), content)
