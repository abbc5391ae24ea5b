"""Which thread answers a request, and when? The first that waits, one at a time as long as answers are quick."""

from __future__ import annotations

import sys
import threading
import time
from queue import SimpleQueue
from typing import Any, Final

from waitress.task import ThreadedTaskDispatcher

from .limits import FREE

QUICK: Final = 0.005  # seconds; most answers take a third of it
HURRIED: Final = 0.0001  # seconds that the thread that reads waits for one that works, while it sends others away


class Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    """Lets one thread answer as long as that one is quick: a short answer is Python's work from end to end, of which
    there is one at a time anyway, and threads that take it from each other only lose by it. Beside one that takes
    longer another begins.

    At most `most` requests wait. Those beyond are refused by the thread that reads them, so that they know at once;
    who asks whether the process is alive is answered by a thread of its own.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self._began: dict[int, float] = {}  # when each thread that answers began to
        self._watched = False  # whether one that waits will look up when the others have become slow
        self._calm: float | None = None  # that wait as it was before; None where nobody is sent away
        self._free: SimpleQueue[Any] = SimpleQueue()
        threading.Thread(target=self._answer_free, name="molva-alive", daemon=True).start()

    @property
    def full(self) -> bool:
        """Whether nobody more may wait."""
        return len(self.queue) >= self.most

    def add_task(self, task: Any) -> None:
        """A channel whose first request is to be answered. Of the thread that reads, or of one that has answered."""
        if task.close_when_flushed:
            task.refuse()
        elif not self.full or not task.requests:
            with self.lock:
                self.queue.append(task)
                if not self._watched or self._wait() <= 0:
                    self.queue_cv.notify()
        elif task.requests[0].error or task.requests[0].path in FREE:
            self._free.put(task)
        else:
            self.hurry()
            task.refuse()

    def hurry(self) -> None:
        """Somebody is sent away, and others will be: until half of the places are free again, who reads comes first."""
        if self._calm is None:
            self._calm = sys.getswitchinterval()
            sys.setswitchinterval(HURRIED)

    def handler_thread(self, thread_no: int) -> None:
        """Answer until the server stops."""
        while task := self._next(thread_no):
            self._answer(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """See waitress."""
        self._free.put(None)
        return bool(super().shutdown(cancel_pending, timeout))

    def _next(self, thread_no: int) -> Any:
        """A task, when it is this thread's turn; None where there will be no more."""
        with self.lock:
            self._began.pop(thread_no, None)
            self.active_count -= 1
            while not self.stop_count and (not self.queue or self._wait() > 0):
                # One looks up when it is time to begin beside the others. The rest sleep: they would only disturb.
                watches = bool(self.queue) and not self._watched
                self._watched |= watches
                self.queue_cv.wait(self._wait() if watches else None)
                self._watched &= not watches
            if self.stop_count:
                self.stop_count -= 1
                self.threads.discard(thread_no)
                self.thread_exit_cv.notify()
                return None
            self.active_count += 1
            self._began[thread_no] = time.monotonic()
            task = self.queue.popleft()
            if self._calm is not None and len(self.queue) <= self.most // 2:
                sys.setswitchinterval(self._calm)
                self._calm = None
            if self.queue and not self._watched:
                self.queue_cv.notify()
            return task

    def _wait(self) -> float:
        """Seconds until somebody may begin beside those who answer."""
        return max(self._began.values(), default=0.0) + QUICK - time.monotonic()

    def _answer_free(self) -> None:
        while (task := self._free.get()) is not None:
            self._answer(task)

    def _answer(self, task: Any) -> None:
        try:
            task.service()
        except BaseException:  # this thread is needed on, and nobody else will ever answer who asked
            self.logger.exception("Exception when answering %r", task)
            task.cancel()
            task.server.pull_trigger()
