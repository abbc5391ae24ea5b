"""How is the engine changed for one experiment? By name, in a process of its own, before it is imported as a whole.

NAME=number     a constant of search or index in capitals: FORM_WEIGHT, ADJACENT_WEIGHT, K1 …
title=, text=   what a word weighs in this field of an article
b.title=        how much the field's length counts in BM25
roots=          snowball: the stem is the only root; guessed: as of words that the dictionary does not have
stopwords=      none: function words are words like any other
look=           off: no second look at the best articles
"""

from __future__ import annotations

import dataclasses
import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

Value = float | str
Setting = Mapping[str, Value]

# Modules that hold weights and import little; the others bind their constants afterwards.
_LEAVES: Final = ("index.schema", "search.engine.scoring", "search.query.stopwords", "search.query.scope")
_CHOICES: Final = {
    "roots": ("snowball", "guessed"),
    "stopwords": ("none",),
    "partial": ("off",),
    "repairs": ("off",),
    "look": ("off",),
}
# The module that calls it, what is called, and what it says instead.
_SWITCHED_OFF: Final[dict[str, tuple[str, str, Callable[..., Any]]]] = {
    "partial": ("search.tiers", "partial_of", lambda question: None),
    "repairs": ("search.tiers", "repairs", lambda *asked: ()),
    "look": ("search.documents", "sought", lambda *asked: ([], [])),
}


class UnknownSettingError(ValueError):
    """A name or value that this version of the engine does not have."""


def setting_of(written: str) -> dict[str, Value]:
    """`FORM_WEIGHT=0.3,title=2` as a setting. Raises UnknownSettingError."""
    found: dict[str, Value] = {}
    for part in written.split(","):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or not name or not value:
            raise UnknownSettingError(f"found {part!r}, expected NAME=VALUE")
        try:
            found[name] = value if name in _CHOICES else float(value)
        except ValueError:
            raise UnknownSettingError(f"{name}: found {value!r}, expected a number") from None
        if name in _CHOICES and value not in _CHOICES[name]:
            raise UnknownSettingError(f"{name}: found {value!r}, expected {' or '.join(_CHOICES[name])}")
    return found


def index_key(setting: Setting) -> str:
    """Settings with the same key share an index."""
    return str(setting.get("roots", "own"))


def apply(setting: Setting) -> None:
    """Change the engine in this process, once, before `search` is used. Raises UnknownSettingError."""
    if "roots" in setting:
        _change_roots(str(setting["roots"]))
    for module in _LEAVES:
        importlib.import_module(module)
        for name, value in setting.items():
            if name.isupper() and hasattr(sys.modules[module], name):
                setattr(sys.modules[module], name, value)
    for name, value in setting.items():
        if name in ("title", "text"):
            _change_field(name, float(value))
        elif name.startswith("b."):
            _change_b(name.removeprefix("b."), float(value))
        elif name == "stopwords":
            _change_everywhere(sys.modules["search.query.stopwords"].STOPWORDS, frozenset())
        elif name in _SWITCHED_OFF:
            module, what, instead = _SWITCHED_OFF[name]
            setattr(importlib.import_module(module), what, instead)
        elif name.isupper():
            _change_constant(name, float(value))
        elif name not in _CHOICES:
            raise UnknownSettingError(f"{name}: no such setting")


def _ours() -> list[Any]:
    return [module for name, module in sys.modules.items() if name.partition(".")[0] in ("index", "search")]


def _change_everywhere(was: object, becomes: object) -> None:
    """In every module that binds it."""
    for module in _ours():
        for name, value in list(vars(module).items()):
            if value is was:
                setattr(module, name, becomes)


def _change_constant(name: str, value: float) -> None:
    importlib.import_module("search.embedded")
    importlib.import_module("search.query.build")
    holders = [module for module in _ours() if hasattr(module, name)]
    if not holders:
        raise UnknownSettingError(f"{name}: no module of search or index has such a constant")
    for module in holders:
        kind = int if isinstance(getattr(module, name), int) else float
        setattr(module, name, kind(value))


def _change_field(name: str, weight: float) -> None:
    scope = sys.modules["search.query.scope"]
    was = scope.SCOPES["article"]
    if name not in dict(was.plain):
        raise UnknownSettingError(f"{name}: articles have no such field")
    plain = tuple((field, weight if field == name else old) for field, old in was.plain)
    becomes = was._replace(plain=plain)
    scope.SCOPES["article"] = becomes
    _change_everywhere(was, becomes)


def _change_b(name: str, b: float) -> None:
    fields = sys.modules["index.schema"].TEXT_FIELDS
    if name not in [field.name for field in fields["article"]]:
        raise UnknownSettingError(f"b.{name}: articles have no such field")
    fields["article"] = tuple(
        dataclasses.replace(field, b=b) if field.name == name else field for field in fields["article"]
    )


def _change_roots(way: str) -> None:
    """Before `index` and `search` as a whole are imported."""
    analysis: Any = importlib.import_module("index.analysis")
    roots: Any = importlib.import_module("index.analysis.roots")
    if way == "guessed":
        readings: Callable[..., Any] = importlib.import_module("index.analysis.lemma").readings
        _change_everywhere(readings, lambda form: ())
        _change_everywhere(roots.known_words, lambda forms: [() for _ in forms])
        return
    stem = roots.stem
    for was in {id(f): f for f in (roots.roots, roots.plain_roots)}.values():
        _change_everywhere(was, lambda form, *known, **written: (stem(form),))
    _change_everywhere(analysis.query_roots, lambda form, *, written: analysis.Asked((stem(form),)))
