"""How does the dictionary answer for many words at once? The reading of `lexicon`, compiled.

A word costs about a microsecond here, twenty in Python. `readings` is its twin and gives the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .lemma import lexicon
from .lexicon import LEAST_SHARE, Dawg, Reading, in_order
from .roots import Known

_OPTIONS: Final[dict[str, Any]] = {"cache": True, "nogil": True, "boundscheck": False}
_WAYS: Final = 64  # spellings with ё that are looked at together
_READINGS: Final = 256  # of one form
_DEPTH: Final = 1024  # nodes waiting below one form
_PORTION: Final = 20_000  # forms a call


@njit(**_OPTIONS)
def _child(units, node, label):  # type: ignore[no-untyped-def]
    """The node behind one byte; -1 where there is none."""
    unit = units[node]
    child = node ^ (np.int64(unit >> np.uint32(10)) << np.int64((unit & np.uint32(0x200)) >> np.uint32(6))) ^ label
    return child if np.int64(units[child] & np.uint32(0x800000FF)) == label else np.int64(-1)


@njit(**_OPTIONS)
def _follow(units, node, key, start, end):  # type: ignore[no-untyped-def]
    """The node behind `key[start:end]`; -1 where there is none."""
    for at in range(start, end):
        node = _child(units, node, np.int64(key[at]))
        if node < 0:
            break
    return node


@njit(**_OPTIONS)
def _value(units, node):  # type: ignore[no-untyped-def]
    """The number of the key that ends at a node; 0 where none does."""
    unit = units[node]
    if not unit & np.uint32(0x100):
        return np.int64(0)
    leaf = node ^ (np.int64(unit >> np.uint32(10)) << np.int64((unit & np.uint32(0x200)) >> np.uint32(6)))
    return np.int64(units[leaf] & np.uint32(0x7FFFFFFF))


@njit(**_OPTIONS)
def _digit(byte):  # type: ignore[no-untyped-def]
    """The six bits of a character of base64."""
    if byte >= 97:
        return byte - 71
    if byte >= 65:
        return byte - 65
    if byte >= 48:
        return byte + 4
    return np.int64(62) if byte == 43 else np.int64(63)


@njit(**_OPTIONS)
def _below(units, guide, node, found, ways, way, count, room):  # type: ignore[no-untyped-def]
    """Put the readings below a node, paradigm << 16 | form, behind the `count` that are `found`; how many there are."""
    waiting, bits, depth = room
    waiting[0], bits[0], depth[0] = node, 0, 0
    top = 1
    while top:
        top -= 1
        here, value, digits = waiting[top], bits[top], depth[top]
        unit = units[here]
        if unit & np.uint32(0x100) and count < len(found):
            found[count], ways[count] = value, way
            count += 1
        children = here ^ (np.int64(unit >> np.uint32(10)) << np.int64((unit & np.uint32(0x200)) >> np.uint32(6)))
        label = np.int64(guide[2 * here])
        while label and top < _DEPTH:
            child = children ^ label
            waiting[top], depth[top] = child, digits + 1
            if digits < 5:
                bits[top] = value << 6 | _digit(label)
            elif digits == 5:
                bits[top] = value << 2 | _digit(label) >> 4
            else:
                bits[top] = value
            top += 1
            label = np.int64(guide[2 * child + 1])
    return count


@njit(**_OPTIONS)
def _readings(words, statistics, paradigms, affixes, tags, text, starts, out, lemmas, ends, shares, surnames):  # type: ignore[no-untyped-def]
    """The readings of the forms in `text` (UTF-8; form w is `text[starts[w]:starts[w + 1]]`), likely or not.

    Each reading of form w is put behind those before it: its lemma's bytes into `lemmas`, where they end into `ends`,
    its share and whether it is a surname; `out[w + 1]` is how many readings there are up to w. Returns how many forms
    were done: less than all where there is no room for one more.
    """
    units, guide = words
    begins, entries = paradigms
    prefixes, prefix_at, suffixes, suffix_at = affixes
    tag_names, tag_at, tag_surname = tags
    found = np.empty(_READINGS, np.int64)
    ways = np.empty(_READINGS, np.int64)
    nodes = np.empty(_WAYS, np.int64)
    masks = np.empty(_WAYS, np.int64)
    next_nodes = np.empty(_WAYS, np.int64)
    next_masks = np.empty(_WAYS, np.int64)
    room = (np.empty(_DEPTH, np.int64), np.empty(_DEPTH, np.int64), np.empty(_DEPTH, np.int64))
    made = bytes_made = 0
    total = len(starts) - 1
    for word in range(total):
        start, end = starts[word], starts[word + 1]
        if made + _READINGS > len(ends) or bytes_made + _READINGS * (end - start + 128) > len(lemmas):
            return word
        out[word + 1] = made
        nodes[0], masks[0] = 0, 0
        alive = 1
        letter = np.int64(0)  # of those that are е
        at = start
        while at < end and alive:
            behind = 0
            yo = at + 1 < end and text[at] == 0xD0 and text[at + 1] == 0xB5
            for way in range(alive):
                if yo:
                    for second in range(2):
                        node = _child(units, nodes[way], np.int64(0xD0 + second))
                        if node >= 0:
                            node = _child(units, node, np.int64(0xB5 if second == 0 else 0x91))
                        if node >= 0 and behind < _WAYS and (second == 0 or letter < 62):
                            next_nodes[behind] = node
                            next_masks[behind] = masks[way] | np.int64(second) << letter
                            behind += 1
                else:
                    node = _child(units, nodes[way], np.int64(text[at]))
                    if node >= 0:
                        next_nodes[behind], next_masks[behind] = node, masks[way]
                        behind += 1
            nodes, next_nodes = next_nodes, nodes
            masks, next_masks = next_masks, masks
            alive = behind
            letter += yo
            at += 2 if yo else 1
        count = 0
        for way in range(alive):
            node = _child(units, nodes[way], np.int64(1))
            if node >= 0:
                count = _below(units, guide, node, found, ways, masks[way], count, room)
        if not count:
            continue
        first = made
        for reading in range(count):
            paradigm, place = found[reading] >> 16, found[reading] & 0xFFFF
            begin = begins[paradigm]
            forms = (begins[paradigm + 1] - begin) // 3
            # the lemma: the form without its prefix and suffix, with those of the first form
            lemma_start = bytes_made
            prefix = entries[begin + 2 * forms + place]
            suffix = entries[begin + place]
            new_prefix = entries[begin + 2 * forms]
            new_suffix = entries[begin]
            # one byte of е for one of ё: both take two
            if place:
                for at in range(prefix_at[new_prefix], prefix_at[new_prefix + 1]):
                    lemmas[bytes_made] = prefixes[at]
                    bytes_made += 1
                low = start + prefix_at[prefix + 1] - prefix_at[prefix]
                high = end - (suffix_at[suffix + 1] - suffix_at[suffix])
            else:
                low, high = start, end
            for at in range(low, high):
                lemmas[bytes_made] = text[at]
                bytes_made += 1
            if place:
                for at in range(suffix_at[new_suffix], suffix_at[new_suffix + 1]):
                    lemmas[bytes_made] = suffixes[at]
                    bytes_made += 1
            tag = np.int64(entries[begin + forms + place])
            # the same lemma again
            length = bytes_made - lemma_start
            again = -1
            for other in range(first, made):
                begin_other = ends[other - 1] if other else 0
                if ends[other] - begin_other == length:
                    same = True
                    for at in range(length):
                        if lemmas[begin_other + at] != lemmas[lemma_start + at]:
                            same = False
                            break
                    if same:
                        again = other
                        break
            if again >= 0:
                bytes_made = lemma_start
                surnames[again] &= tag_surname[tag]
            else:
                again = made
                ends[made], shares[made], surnames[made] = bytes_made, 0, tag_surname[tag]
                made += 1
            found[reading] = tag
            ways[reading] = again
        if made - first > 1:  # only then it matters how often the form is which
            counted = _follow(statistics, np.int64(0), text, start, end)
            if counted >= 0:
                counted = _child(statistics, counted, np.int64(58))
            if counted >= 0:
                for reading in range(count):
                    tag = found[reading]
                    node = _follow(statistics, counted, tag_names, tag_at[tag], tag_at[tag + 1])
                    if node >= 0:
                        shares[ways[reading]] = max(shares[ways[reading]], _value(statistics, node))
        out[word + 1] = made
    return total


@cache
def _tables() -> tuple[Any, ...]:
    """The dictionary as arrays: words, statistics, paradigms, affixes with ё as е, tags."""
    source = lexicon()

    def joined(texts: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        encoded = [text.replace("ё", "е").encode() for text in texts]
        ends = np.cumsum([0, *map(len, encoded)]).astype(np.int64)
        return np.frombuffer(b"".join(encoded) or b"\0", np.uint8), ends

    def units(dawg: Dawg) -> NDArray[np.uint32]:
        return np.frombuffer(dawg.units, np.uint32)

    begins = np.cumsum([0, *map(len, source.paradigms)]).astype(np.int64)
    entries = np.concatenate([np.frombuffer(paradigm, np.uint16) for paradigm in source.paradigms])
    return (
        (units(source.words), np.frombuffer(source.words.guide, np.uint8)),
        units(source.shares),
        (begins, entries),
        (*joined(source.prefixes), *joined(source.suffixes)),
        (*joined(source.tags), np.frombuffer(source.surname_tags, np.uint8)),
    )


class Found(NamedTuple):
    """The readings of some forms, those of a form behind each other, likely or not. F forms, R readings."""

    upto: NDArray[np.int64]  # (F + 1,) where each form's readings end
    letters: NDArray[np.uint8]  # the lemmas in UTF-8, behind each other
    start: NDArray[np.int64]  # (R + 1,) where each lemma starts
    shares: NDArray[np.int64]  # (R,) millionths; 0 where nobody counted
    surnames: NDArray[np.uint8]  # (R,) 1: a surname only

    @property
    def alone(self) -> NDArray[np.bool_]:
        """(F,) which forms have one reading, that is no surname's."""
        found: NDArray[np.bool_] = np.diff(self.upto) == 1
        found[found] = self.surnames[self.upto[:-1][found]] == 0
        return found

    def known(self) -> Callable[[int], Known]:
        """What is known of a form, by its place; as `roots.known_words` says it."""
        upto, start = self.upto.tolist(), self.start.tolist()
        shares, surnames, letters = self.shares.tolist(), self.surnames.tolist(), self.letters.tobytes()

        def lemma(at: int) -> str:
            return letters[start[at] : start[at + 1]].decode()

        def of(form: int) -> Known:
            low, high = upto[form], upto[form + 1]
            if high - low == 1:
                return (Reading(lemma(low), -1, True),) if surnames[low] else lemma(low)
            if any(shares[low:high]):
                kept = [at for at in range(low, high) if shares[at] >= LEAST_SHARE]
                return in_order([Reading(lemma(at), shares[at], surnames[at] > 0) for at in kept])
            return tuple(sorted(Reading(lemma(at), -1, surnames[at] > 0) for at in range(low, high)))

        return of


def readings(forms: Sequence[str]) -> list[tuple[Reading, ...]]:
    """`Lexicon.readings` of each of some folded forms."""
    return [(Reading(one, -1, False),) if isinstance(one, str) else one for one in known_words(forms)]


def known_words(forms: Sequence[str]) -> Iterator[Known]:
    """What the dictionary knows of folded forms, as `roots.known_words` says it."""
    encoded = [form.encode() for form in forms]
    text = np.frombuffer(b"".join(encoded) or b"\0", np.uint8)
    for found in look_up(text, np.cumsum([0, *map(len, encoded)]).astype(np.int64)):
        yield from map(found.known(), range(len(found.upto) - 1))


def look_up(text: NDArray[np.uint8], start: NDArray[np.int64]) -> Iterator[Found]:
    """The readings of folded forms in UTF-8, in portions. Form f is `text[start[f]:start[f + 1]]`."""
    tables = _tables()
    done = 0
    while done < len(start) - 1:
        starts = start[done : done + _PORTION + 1]
        room = 2 * len(starts) + 2 * _READINGS
        out = np.zeros(len(starts), np.int64)
        size, longest = int(starts[-1] - starts[0]), int(np.diff(starts).max())
        lemmas = np.empty(2 * size + 16 * len(starts) + 2 * _READINGS * (longest + 128), np.uint8)
        ends, shares = np.zeros(room, np.int64), np.empty(room, np.int64)
        surnames = np.empty(room, np.uint8)
        many = _readings(*tables, text, starts, out, lemmas, ends[1:], shares, surnames)
        made = int(out[many])
        size = int(ends[made])
        yield Found(out[: many + 1], lemmas[:size], ends[: made + 1], shares[:made], surnames[:made])
        done += many


def compile_all() -> None:
    """Compile for the types of the dictionary."""
    readings(["мост"])
