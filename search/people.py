"""Who is who in one state, opened for the first question that asks?

Speakers bring a third of all modules with them. Where an index has quotes, its first question needs them; a new process
over one without quotes answers sooner.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from index.extracts import Extract
    from index.speakers.overrides import Overrides

    from .archive import Archive
    from .who import Who

DECISIONS: Final = "speakers.json"  # `index.speakers.overrides.FILE`, which brings those modules
_log: Final = logging.getLogger("molva.search")


class People:
    """See the module. `open_archive` is called once."""

    def __init__(self, open_archive: Callable[[], Archive]) -> None:
        self._open = open_archive

    @cached_property
    def archive(self) -> Archive:
        """The speakers of a state, and its reprints."""
        return self._open()

    def known_extracts(self) -> dict[str, Extract]:
        """What was read so far, for the next state."""
        archive: Archive | None = self.__dict__.get("archive")
        return {} if archive is None else archive.known_extracts()

    @cached_property
    def who(self) -> Who:
        """Whom words mean."""
        from .who import Who

        return Who(self.archive)


def overrides_of(folder: Path) -> Overrides:
    """What a person has decided about speakers; nothing where that cannot be read, which the log says."""
    from index.speakers.overrides import NONE, OverridesError, saved

    try:
        return saved(folder)
    except OverridesError as error:
        _log.warning("speakers are told by the articles alone: %s", error)
        return NONE
