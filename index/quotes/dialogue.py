"""Which paragraphs are turns of a talk, written with a dash and without quotation marks?

Turns come in runs of paragraphs that begin with a dash. Where somebody's words open the run («— Да, — сказал мэр.») all
turns are quotes, and those without an attribution belong to the two in turn. Where a bare question opens it the run is
an interview: the answers are quotes, the questions only where the article names who asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from .attribute import interrupted, said_behind_joint
from .find import Paragraph, trim
from .marks import Pair
from .scene import Attribution, Scene
from .subjects import speech_verbs

TURN = re.compile(r"[ \t\u00a0]*[—–−-][ \t\u00a0]+(?=[«\"„“(…]?[А-ЯЁA-Z0-9])")
QUESTION = re.compile(r"\?[»\"“”)]*\s*$")
ENDS = re.compile(r"[.!?…][»\"“”)]*\s*$")
PERSONAL = re.compile(
    r"(?<!\w)(?:я|мне|меня|мной|мы|нас|нам|нами|вы|вас|вам|вами|мой|моя|моё|мои|моего|моей|моих|наш\w*|ваш\w*)(?!\w)",
    re.IGNORECASE,
)
LEAST_ASKED = 0.3  # share of an interview's turns that must be questions


class Turn(NamedTuple):
    """A turn of a talk: its paragraph's number, what it says, and whether it asks."""

    n: int
    found: Attribution
    asks: bool

    @property
    def attributed(self) -> bool:
        """Whether the turn itself says who speaks."""
        return self.found.mention is not None


def dialogue(paragraphs: Sequence[Paragraph], n: int) -> tuple[int, tuple[Attribution, ...]] | None:
    """The talk that starts with paragraph `n`: the number of the paragraph behind it, and its quotes. None if none."""
    if TURN.match(paragraphs[n].text, *paragraphs[n].span) is None:
        return None
    turns: list[Turn] = []
    end = n
    while end < len(paragraphs):
        turn = _turn(paragraphs, end)
        if turn is not None:
            turns.append(turn)
        elif not (turns and _goes_on(paragraphs, end)):
            break
        else:
            turns[-1] = _longer(turns[-1], paragraphs[end])
        end += 1
    rule = _kind(turns)
    return (end, tuple(rule(turns))) if rule is not None else None


def _turn(paragraphs: Sequence[Paragraph], n: int) -> Turn | None:
    paragraph = paragraphs[n]
    dash = TURN.match(paragraph.text, *paragraph.span)
    if dash is None:
        return None
    start = dash.end() - 1
    pair = Pair(start, paragraph.span.end, False, paragraph.pairs)
    scene = Scene(paragraph, pair)
    found = interrupted(scene) or _said_behind(paragraph, start)
    if found is None:
        words = trim(paragraph.text, dash.end(), paragraph.span.end)
        found = Attribution("dialogue", "direct", (words,))
    asks = QUESTION.search(paragraph.text, paragraph.span.start, paragraph.span.end) is not None
    return Turn(n, found._replace(rule="dialogue"), asks)


def _said_behind(paragraph: Paragraph, start: int) -> Attribution | None:
    """«— Кто поставил столб? — крикнул Снегирёв.»: marks are put where the dashes stand, in thought."""
    for dash in re.finditer(r"[,.!?…][ \u00a0]*(?=[—–-][ \u00a0])", paragraph.text[start : paragraph.span.end]):
        closing = start + dash.start() + (dash[0][0] in ".!?…")
        pair = Pair(start, closing, True, ())
        masked = replace(paragraph, pairs=(pair,))
        found = said_behind_joint(Scene(masked, Pair(start, closing - 1 if dash[0][0] == "," else closing)))
        if found is not None and found.mention is not None:
            return found._replace(spans=(trim(paragraph.text, start + 1, closing, joint=True),))
    return None


def _goes_on(paragraphs: Sequence[Paragraph], n: int) -> bool:
    """Whether a paragraph without a dash between two turns is more of the answer before it."""
    paragraph = paragraphs[n]
    behind = paragraphs[n + 1] if n + 1 < len(paragraphs) else None
    if behind is None or TURN.match(behind.text, *behind.span) is None:
        return False
    words = paragraph.text[slice(*paragraph.span)]
    if PERSONAL.search(words) is None:
        return False
    tokens = paragraph.tokens(*paragraph.span)
    return not any("1per" not in verb.marks and verb.pos == "VERB" for _, verb in speech_verbs(tokens))


def _longer(turn: Turn, paragraph: Paragraph) -> Turn:
    first, last = turn.found.spans[:-1], turn.found.spans[-1]
    span = trim(paragraph.text, last.start, paragraph.span.end)
    return turn._replace(found=turn.found._replace(spans=(*first, span)))


def _kind(turns: Sequence[Turn]) -> Callable[[Sequence[Turn]], Iterator[Attribution]] | None:
    """How to read a run of turns: as a conversation, as an interview, or as a list that is no talk at all."""
    first = turns[0]
    if first.attributed:
        return conversation
    asked = sum(turn.asks for turn in turns)
    if len(turns) < 2 or not first.asks or asked < LEAST_ASKED * len(turns):
        return None
    return interview


def conversation(turns: Sequence[Turn]) -> Iterator[Attribution]:
    """Everybody is somebody: a turn without an attribution belongs to whoever spoke before the last."""
    for i, turn in enumerate(turns):
        yield turn.found if turn.attributed or i < 2 else turn.found._replace(rule="dialogue_turn")


def interview(turns: Sequence[Turn]) -> Iterator[Attribution]:
    """A question, then its answer; two answers only where the second says whose it is."""
    asking = True
    for turn in turns:
        if asking and not turn.attributed:
            yield turn.found._replace(rule="interview_question")
            asking = False
        else:
            yield turn.found if turn.attributed else turn.found._replace(rule="interview_answer")
            asking = True
