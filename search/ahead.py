"""What does a server do before it is asked, so that no question waits for it?

A command imports what its one question needs. A server imports all when it opens, before other threads may import the
same in another order: the grammar with what it needs of Whoosh, repairs, suggestions. The forms of a segment, which the
first misspelt word is compared with, are a table that takes most of a second a million articles: it is made before the
segment answers.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .engine.snapshot import Snapshot

ASKED_SOME_TIME: Final = (
    "engine.translate",
    "query.build",
    "query.compound",
    "query.language",
    "query.writer",
    "repair",
    "speakers",
    "suggest",
    "who",
)


def import_rest() -> None:
    """Import what only some questions need."""
    for name in ASKED_SOME_TIME:
        import_module(f"{__package__}.{name}")


def make_tables(snapshot: Snapshot) -> None:
    """Make the tables of forms and roots of each segment. Where numbers of an unread segment lead nowhere: raises what
    numpy does.
    """
    from .repair.vocabulary import TEXTS, forms_of

    for part in snapshot.views["article"].parts:
        for field in TEXTS:
            for roots in (False, True):
                forms_of(part, field, roots=roots)
