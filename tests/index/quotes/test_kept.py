"""Does what is kept of words go when there is too much of it, and change no quote?"""

from __future__ import annotations

from index.model import Article
from index.quotes import extract
from index.quotes.kept import forget, kept

ARTICLE = Article(
    id="dam",
    title="Плотину чинят",
    text="«Воду спустим в среду», — сказал мастер Илья Чернов.\nПо словам Чернова, щиты уже привезли.",
)


def test_what_was_told_of_a_word_is_not_asked_again_until_it_is_forgotten() -> None:
    asked: list[str] = []

    @kept
    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    assert [length("щит"), length("щит"), length("вода")] == [3, 3, 4]
    assert asked == ["щит", "вода"]
    forget(2)
    assert length("щит") == 3
    assert asked == ["щит", "вода"], "two are not too many"
    forget(1)
    assert length("щит") == 3
    assert asked == ["щит", "вода", "щит"]


def test_quotes_are_the_same_when_everything_is_forgotten_between_two_articles() -> None:
    before = extract(ARTICLE)
    forget(0)
    assert extract(ARTICLE) == before
    assert len(before) == 2
