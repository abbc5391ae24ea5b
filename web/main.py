"""What does the `molva` script import? Only this: each process of `--jobs` imports what the script of its parent does,
and needs none of the commands.
"""

from __future__ import annotations


def run() -> None:
    """See `cli.run`."""
    from .cli import run

    run()
