"""How is the YAML before a text read without trusting it?"""

from __future__ import annotations

from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, and no aliases: a few lines of them are a list of billions."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "an alias (*name), expected plain values", None)
        return super().compose_node(parent, index)


def read_yaml(text: str) -> Any:
    """What it says. Raises yaml.YAMLError."""
    return yaml.load(text, _Loader)  # noqa: S506 - it is the safe one  # nosec B506
