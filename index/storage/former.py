"""How is a segment of format 001 or 002 read as a later one? Its arrays that were other ones then are made when it is
opened, in some 30 ms a million articles, and held in memory until a merge writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from index.schema import FACETS

from .format import Array, Arrays, coded, escaped, narrowed, narrowest
from .marked import Marked

_FORMER: Final = "article.spelt.root"  # an array that 003 does not have
_NO_VALUE: Final = 2**32 - 1


def of_this_format(file: Arrays) -> Arrays:
    """The arrays of a segment as this version has them. Raises what wrong arrays lead to: KeyError, ValueError,
    TypeError, IndexError, OverflowError.
    """
    return Former(file) if _FORMER in file else file


class Former:
    """A segment of a former format; see `format.Arrays`."""

    def __init__(self, file: Arrays) -> None:
        self.file = file
        self.meta: Mapping[str, Any] = file.meta
        self.path = getattr(file, "path", "segment")
        self._made: dict[str, Array] = {"article.quotes.start": narrowest(file.array("article.quotes.start"))}
        self._gone: set[str] = set()
        for kind, about in file.meta["parts"].items():
            self._made |= {f"{kind}.{name}": array for name, array in _forms(file, kind, about).items()}
            self._gone |= {f"{kind}.spelt.root", f"{kind}.spelt.form"}
            self._made |= _facets(file, kind)
        for array in self._made.values():
            array.flags.writeable = False

    def array(self, name: str) -> Array:
        """One array, read-only. Raises KeyError."""
        if name in self._made:
            return self._made[name]
        if name in self._gone:
            raise KeyError(name)
        return self.file.array(name)

    def __contains__(self, name: object) -> bool:
        return name in self._made or (name in self.file and name not in self._gone)


def _forms(file: Arrays, kind: str, about: Mapping[str, Any]) -> dict[str, Array]:
    """`forms.start`, `.count`, `often.*`, `spelt.*` of a part: all starts had an item for each term, counts were u32,
    and a form's entries pairs of a root and the form's number there.
    """

    def array(name: str) -> Array:
        return file.array(f"{kind}.{name}")

    marked = Marked(array("terms.bytes"), array("terms.start"), about["first"], about["texts"])
    starts = array("forms.start").astype(np.int64)
    is_form = marked.mask(len(starts) - 1)
    entries = starts[array("spelt.root")] + array("spelt.form")
    if entries.max(initial=0) >= max(1, len(array("forms.term"))):
        raise ValueError("a form leads to a root that does not have it (spelt.root, spelt.form)")
    count, often_at, often_count = escaped(array("forms.count"))
    return {
        "forms.start": narrowed(starts[np.append(~is_form, True)]),
        "forms.count": count,
        "often.at": often_at,
        "often.count": often_count,
        "spelt.start": narrowed(array("spelt.start")[np.append(is_form, True)]),
        "spelt.at": entries.astype(np.uint32),
    }


def _facets(file: Arrays, kind: str) -> dict[str, Array]:
    """Codes and starts of facets were u32 whatever they held."""
    made = {}
    for name in FACETS:
        where = f"{kind}.facet.{name}"
        codes = file.array(f"{where}.code").astype(np.int64)
        if f"{where}.at" in file:
            made[f"{where}.at"] = narrowest(file.array(f"{where}.at"))
        else:
            codes[codes == _NO_VALUE] = -1
        made[f"{where}.code"] = coded(codes, len(file.array(f"{where}.start")) - 1)
    return made
