"""From which state is a page answered that a cursor names? From the very one that the list began in, while it is kept.

An index keeps its newest states on disk (`index.storage.folder.KEPT`), and a cursor holds as long as its state is one
of them: the same for every process over one index, however long it has been running.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock

from index.storage.segment import Opened, is_kept, open_kept

from .cursors import Cursor, cursor_of, fits
from .errors import StaleCursorError
from .request import SearchRequest
from .results import Page
from .state import State

Make = Callable[[Opened, object, State | None], State]


class Former:
    """The states of one index beside the one that answers now. Shared by threads; `make` makes a state of an opened
    one, `verify` reads every byte of it first.
    """

    def __init__(self, folder: Path, make: Make, *, verify: bool) -> None:
        self.folder = folder
        self._make = make
        self._verify = verify
        self._lock = Lock()
        self._states: dict[str, State] = {}

    def keep(self, state: State) -> None:
        """A state that has just been replaced. What the index keeps no more is let go."""
        state.pages.clear()
        with self._lock:
            self._states[state.manifest.name] = state
            for name in [name for name in self._states if not is_kept(self.folder, name)]:
                del self._states[name]

    def clear(self) -> None:
        """Let go of all."""
        with self._lock:
            self._states.clear()

    def state_of(self, cursor: Cursor, current: State, coming: State | None) -> State:
        """The state that a cursor names. Raises StaleCursorError where it is gone."""
        for state in (current, coming):
            if state is not None and state.manifest.name == cursor.state and fits(cursor, state.besides):
                return state
        if is_kept(self.folder, cursor.state):
            with self._lock:
                known = self._states.get(cursor.state)
                if known is None or not fits(cursor, known.besides):
                    known = self._opened(cursor.state, current)
                if known is not None and fits(cursor, known.besides):
                    self._states[cursor.state] = known
                    return known
        raise StaleCursorError(
            f"cursor: names generation {cursor.state}, which is not kept any more as it was; the index is at "
            f"{current.manifest.name}: ask again without cursor"
        )

    def _opened(self, name: str, current: State) -> State | None:
        opened = open_kept(self.folder, name, current.segments, verify=self._verify)
        return None if opened is None else self._make(opened, None, current)


def with_next(page: Page, asked: SearchRequest, begins: int, state: State) -> Page:
    """The page with the cursor of the one behind it, where there is one and no deadline has cut off the list."""
    ends = begins + len(page.hits)
    more = page.listed and bool(page.hits) and ends < page.total.value
    return replace(page, next=cursor_of(asked, state.manifest.name, state.besides, ends)) if more else page
