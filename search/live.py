"""Which published state answers now? The newest that can be read; in a server, that has been read.

States are immutable, and one is exchanged for another in one step, so any number of threads ask at once. A server
answers from a state only when every byte of it has been read against its checksum and it is known who is who in it:
until then the state before answers, and so it does where the newer one turns out to be damaged. Only a first state
that is too large to be read at once answers while it is being read.
"""

from __future__ import annotations

import logging
import os
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from index.analysis.lemma import lexicon
from index.errors import IndexingError, NoIndexError
from index.storage.segment import Opened, Segment, open_live

from .ahead import import_rest, make_tables
from .errors import IndexUnavailableError
from .people import DECISIONS, People, overrides_of
from .state import State
from .synonyms import synonyms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.extracts import Extract

    from .archive import Archive
    from .engine.acceleration import Accelerated

AT_ONCE: Final = 256 << 20  # bytes that a server reads before its first answer, which takes less than a second
_log: Final = logging.getLogger("molva.search")


class Live:
    """The state of an index that answers; see the module. Raises IndexUnavailableError."""

    def __init__(self, folder: Path, *, serves: bool, replaced: Callable[[State], None]) -> None:
        """`replaced` gets each state that answers no more."""
        self.folder = folder
        self._watched = (os.fspath(folder / "CURRENT"), os.fspath(folder / DECISIONS))
        self._serves = serves
        self._replaced = replaced
        self._accelerated: Accelerated | None = None
        self._loading = False  # kernels
        self._opening = Lock()
        self.coming: State | None = None  # a newer state that is being read
        self._closed = False
        self._damage: tuple[object, str] | None = None  # the stamp of a state that was given up, and why
        if serves:
            import_rest()
        with self._opening:
            opened = self._opened(None)
            if serves and opened.unverified and opened.unverified <= AT_ONCE:
                opened = self._opened(None, verify=True)
            state = self.make(opened, self._stamp(), None)
        self.state: State | None = state
        if serves:
            if opened.unverified:
                self._start(self._read_first, "verify")
            if state.index.quotes:
                self._start(state.archive.made, "speakers")
            self._start(partial(self._get_ahead, state), "ahead")
            self._accelerate(state)

    # -- the newest state

    def current(self) -> State:
        """The newest published state; the one at hand where a newer one cannot be read, or is not ready in a server.

        Raises IndexUnavailableError where the index is gone, or this was closed.
        """
        state = self.state
        if state is None:
            return self._after_damage()
        stamp = self._stamp()
        if stamp == state.stamp or self.coming is not None or not self._opening.acquire(blocking=False):
            return state  # or another thread is opening the newer one
        try:
            state = self.state or state
            if stamp != state.stamp and self.coming is None:
                newer = self.make(self._opened(state), stamp, state)
                if self._serves and not _is_ready(newer):
                    self.coming = newer
                    self._start(partial(self._get_ready, newer), "speakers")
                else:
                    state = self._exchange(newer)
        except IndexUnavailableError as error:
            if isinstance(error.__cause__, NoIndexError):
                raise
            self._pass_over(stamp, str(error))
        finally:
            self._opening.release()
        return state

    def close(self) -> None:
        """Questions that are under way keep their files until they are answered."""
        self._closed = True
        self.state = None

    def _after_damage(self) -> State:
        """The state that was published since the one before was given up. Raises IndexUnavailableError."""
        with self._opening:
            if self._closed or self._damage is None:
                raise IndexUnavailableError(f"{self.folder}: this searcher was closed; open another one")
            if self.state is None:
                stamp = self._stamp()
                if stamp == self._damage[0]:
                    raise IndexUnavailableError(self._damage[1])
                return self._exchange(self.make(self._opened(None, verify=True), stamp, None))
            return self.state

    def _stamp(self) -> object:
        """What tells the live state from a newer one."""
        return tuple(map(stamp_of, self._watched))

    def _opened(self, before: State | None, *, verify: bool = False) -> Opened:
        """The live state's files, or those of the newest sound one. Raises IndexUnavailableError."""
        try:
            opened = open_live(self.folder, before.segments if before else (), verify=verify)
        except IndexingError as error:
            raise IndexUnavailableError(str(error)) from error
        if opened.warning:
            _log.warning("%s: %s", self.folder, opened.warning)
        return opened

    def make(self, opened: Opened, stamp: object, before: State | None) -> State:
        """An opened state, with what it shares with the one before."""
        known = before.people.known_extracts() if before else {}
        people = People(partial(_archive, self.folder, opened.segments, known, opened.manifest.name))
        state = State(opened, stamp, people, synonyms_of(self.folder))
        self._use_kernels(state)
        return state

    def _exchange(self, newer: State, *, sound: bool = True) -> State:
        """Answer from another state from now on; closed meanwhile, it stays closed. `sound`: the one before is."""
        self._use_kernels(newer)
        if not self._closed:
            before, self.state = self.state, newer
            if before is not None and sound:
                self._replaced(before)
            self._accelerate(newer)
        return newer

    def _pass_over(self, stamp: object, why: str) -> None:
        """Answer from the state at hand until another one is published."""
        _log.warning("%s: the state before answers on: %s", self.folder, why)
        if self.state is not None:
            self.state.stamp = stamp

    # -- beside the answering

    def _get_ahead(self, state: State) -> None:
        """What questions of some kinds would wait for. A state that has not been read is read first."""
        lexicon()
        if state.verified:
            make_tables(state.snapshot)

    def _get_ready(self, newer: State) -> None:
        """Read a newer state and work out who is who in it, then answer from it. One at a time, so that states that
        come faster than this takes are passed over, and none waits for ever.
        """
        why: str | None = None
        try:
            why = next((fault for one in newer.segments if not one.verified for fault in one.faults()), None)
            if why is None and newer.index.quotes:
                newer.archive.made()
            if why is None:
                make_tables(newer.snapshot)
        except Exception as error:  # whatever it is, the state at hand answers on
            why = f"{newer.index} cannot be used: {error!r}"
        with self._opening:
            self.coming = None
            if why is None:
                self._exchange(newer)
            else:
                self._pass_over(newer.stamp, why)

    def _read_first(self) -> None:
        """Read a first state that answers already; where it is damaged, answer from the newest sound one, or not."""
        state = self.state
        faults = state.faults() if state is not None else []
        with self._opening:
            if state is None or self.state is not state:
                return
            if not faults:
                self._use_kernels(state)
                self._start(partial(self._get_ahead, state), "ahead")
                return
            _log.error("%s: %s; run: molva check --repair", self.folder, faults[0])
            try:
                self._exchange(self.make(self._opened(None, verify=True), state.stamp, None), sound=False)
            except IndexUnavailableError as error:
                _log.error("%s: no kept state is sound, nothing is answered: %s", self.folder, error)
                self._damage = state.stamp, str(error)
                self.state = None

    def _accelerate(self, state: State) -> None:
        """Load the kernels, once, where they are worth it."""
        from .engine.acceleration import load_in_background, worth_it

        if self._serves and not self._loading and worth_it(state.index.articles + state.index.quotes):
            self._loading = True
            load_in_background(self.use, state.snapshot.widths)

    def use(self, accelerated: Accelerated) -> None:
        """Answer with compiled code from now on; what has not been read of the state at hand is read first."""
        state = self.state
        faults = [] if state is None or state.verified else state.faults()
        for fault in faults[:1]:
            _log.warning("%s: numpy answers, since kernels trust what they read: %s", self.folder, fault)
        with self._opening:
            self._accelerated = accelerated
            if self.state is not None:
                self._use_kernels(self.state)

    def _use_kernels(self, state: State) -> None:
        """Kernels do not look where they read, so that every byte must have been verified."""
        if self._accelerated is not None and state.verified:
            state.use(self._accelerated)

    def _start(self, work: Callable[[], object], name: str) -> None:
        Thread(target=work, name=f"molva-{name}", daemon=True).start()


def _is_ready(state: State) -> bool:
    return state.verified and (not state.index.quotes or state.archive.is_made())


def _archive(folder: Path, segments: Sequence[Segment], known: dict[str, Extract], name: str) -> Archive:
    """Who is who in the segments of the state with this name; see `Archive`."""
    from .archive import Archive

    return Archive(folder, segments, overrides_of(folder), known, name)


def stamp_of(file: str) -> object:
    """What changes whenever a file does; None where there is none."""
    try:
        found = os.stat(file)  # noqa: PTH116 - twice a question: a path of its own takes as long as the call
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
