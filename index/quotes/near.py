"""Which word stands right before a place in a text? Without a pattern that is tried at every letter."""

from __future__ import annotations

import re

REACH = 40  # code points before the place in which the word starts
BLANKS = " \u00a0"
LOW = re.compile(r"[а-яё]+")
SMALL = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
LARGE = frozenset("АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ")


def word_before(text: str, at: int, *, capital: bool = False) -> str:
    """The word in small letters behind which nothing but blanks stands before `at`; "" without one.

    With `capital` its first letter may be a capital one.
    """
    start = max(0, at - REACH)
    piece = text[start:at]
    if piece[-1:] == "\n":
        piece = piece[:-1]
    words = piece.rstrip(BLANKS)
    if len(words) == len(piece):
        return ""
    word = words[max(words.rfind(" "), words.rfind("\u00a0")) + 1 :]
    if len(word) < len(words) and LOW.fullmatch(word) is not None:
        return word
    i = len(words)
    while i and words[i - 1] in SMALL:
        i -= 1
    if i == len(words):
        return ""
    if capital and i and words[i - 1] in LARGE:
        i -= 1
    before = words[i - 1] if i else text[start - 1 : start]
    return "" if before.isalpha() else words[i:]
