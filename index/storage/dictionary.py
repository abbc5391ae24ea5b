"""How does a sorted list of terms become arrays? Bytes behind each other, what neighbours share, a table to look up."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from . import merging_arrays
from .format import Array, narrowed
from .terms import Texts


def joined(fields: Sequence[Texts]) -> Texts:
    """Texts behind each other."""
    ends = [0, *accumulate(len(field.data) for field in fields)]
    starts = [end + field.start[:-1] for end, field in zip(ends, fields, strict=False)]
    return Texts(np.concatenate([field.data for field in fields]), np.concatenate((*starts, ends[-1:])))


def dictionary(terms: Texts, first: Sequence[int], kernels: Any) -> dict[str, Array]:
    """`terms.*` of a part. `terms`: those of each field, ascending, one field behind the other; `first`: of each field,
    and T; `kernels`: a module with what is compiled of `merging_arrays`, or None.
    """
    module = kernels or merging_arrays
    bounds = np.array(first, np.int64)
    return {
        "terms.bytes": terms.data,
        "terms.start": narrowed(terms.start),
        "terms.lcp": module.shared_prefixes(terms.data, terms.start, bounds),
        "terms.hash": module.hash_table(terms.data, terms.start, bounds),
    }
