"""Which words carry no topic? Function words of Russian; none is dropped from the index, and phrases keep them all."""

from __future__ import annotations

from typing import Final

from index.analysis import fold
from index.words import word_set

# Prepositions, conjunctions, particles, pronouns and question words; chosen for this list, closed classes only.
STOPWORDS: Final = word_set(
    """
    а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для до его ее
    если есть еще же за здесь и из или им их к как какая какие какой какого каком ко когда который которая
    которые которых кто куда ли либо между меня мне много мы на над нам нас не него нее нет ни них но ну о об
    однако он она они оно от очень по под почему при про с сам свой себя со так также такой там то того тоже той
    только том ты у уже хотя чего чей чем через что чтобы чье чья эта эти это этого этой этом этот я зачем
    откуда сколько какую каких чему кого кому
    """
)


def is_stopword(word: str) -> bool:
    """Whether a word, as typed, carries no topic."""
    return fold(word) in STOPWORDS
