"""When is compiled code used? Once it is loaded, which happens beside the answering: no query waits for it.

`index.compiling` knows whether the kernels are compiled and kept for this machine; what is missing is compiled by a
process of its own. This module imports numba only where it compiles or loads.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable, Collection
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from index import compiling

if TYPE_CHECKING:
    import numpy as np

    from .evaluate import Top

KERNELS: Final = "search.engine.kernels"
DOCUMENTS: Final = 5_000  # a smaller index is answered by numpy as fast as anyone can tell
LONGEST: Final = 300.0  # seconds after which a process that compiles is waited for no more
PATIENCE: Final = 10.0  # seconds that the end of the program waits for a kernel that is being loaded
_log: Final = logging.getLogger("molva.search")
_closing = threading.Event()


class Accelerated(NamedTuple):
    """What `engine.evaluate.Evaluator` takes: the module of array operations, and what answers flat plans."""

    primitives: ModuleType
    flat: Callable[..., Top | None]


def worth_it(documents: int) -> bool:
    """Whether an index of so many documents gains by compiled code."""
    return documents >= DOCUMENTS


def ready() -> bool:
    """Whether all kernels are compiled and kept, so that loading them takes a moment only."""
    return compiling.ready(KERNELS)


def compile_all() -> None:
    """Compile every kernel, or load it where it is kept. Raises ImportError without numba."""
    from . import kernels

    kernels.compile_all()


def loaded() -> Accelerated:
    """The kernels. Each is loaded, or compiled where it is not kept, by the first call that needs it: a process that
    answers one question loads a few of them. Raises ImportError without numba.
    """
    from . import shapes
    from .kernels import primitives

    return Accelerated(primitives, shapes.flat_top)


def load_in_background(
    on_ready: Callable[[Accelerated], None], widths: Collection[np.dtype[Any]] | None = None
) -> threading.Thread:
    """Load the kernels in a daemon thread and hand them to `on_ready`, which runs there. What is not compiled yet is
    compiled by a process of its own first, so that it takes no turns from queries. Without numba nothing happens.

    `widths`: of the positions that the index has now; kernels for others are loaded after the handing over.
    """
    thread = threading.Thread(target=_load, args=(on_ready, widths), name="molva-kernels", daemon=True)
    thread.start()
    atexit.register(_let_go, thread)
    return thread


def _load(on_ready: Callable[[Accelerated], None], widths: Collection[np.dtype[Any]] | None) -> None:
    try:
        if not ready():
            _compile_apart()
        if _closing.is_set():
            return
        found = loaded()
        from . import kernels

        kernels.compile_all(_closing.is_set, widths)
        if not _closing.is_set():
            on_ready(found)
        kernels.compile_all(_closing.is_set)
    except ImportError as error:
        _log.info("kernels are not used: %s", error)
    except Exception:
        _log.exception("kernels could not be loaded; numpy answers on")


def _compile_apart() -> None:
    """Wait for a process that compiles; whatever becomes of it, loading comes after it."""
    if KERNELS not in compiling.MODULES:
        compiling.MODULES.append(KERNELS)
    compiling.start()
    late = time.monotonic() + LONGEST
    while compiling.running() and time.monotonic() < late and not _closing.wait(0.2):
        pass


def _let_go(thread: threading.Thread) -> None:
    """At the end of the program: nothing may be compiling while the interpreter is taken down."""
    _closing.set()
    thread.join(PATIENCE)
