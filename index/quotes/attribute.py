"""Which words in marks are a quote, and whom does the sentence around them give them to?

`RULES` are tried in order on each pair of marks; the first that fits decides. A rule's name says what it has seen and
is what an explanation shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index.model import QuoteKind, Span

from .classify import SENTENCE_INSIDE, ends_like_sentence, has_predicate, is_clause, starts_like_sentence, words
from .cues import CLASS_NOUNS, IN_DOCUMENT, RELAY, SIGNS, lemmas
from .find import Paragraph, trim
from .grammar import has_case
from .phrases import phrase_at
from .saying import said_ahead, said_behind
from .scene import Attribution, Scene
from .sources import may_hold_source, source_phrase, speech_noun
from .subjects import Said, finite_verb, is_speech_verb, speech_verbs, subject_before
from .tokens import Token, clause, tokenise

DASH = r"[—–−‒-]{1,2}"


JOINT = re.compile(rf"[ \u00a0]*[,.]?[ \u00a0]*{DASH}[ \u00a0]*(?=\w|«)|[ \u00a0]*,[ \u00a0]+(?=\w)")


BLANK = re.compile(r"[ \u00a0]+(?=(?P<verb>[а-яё]+))")


INNER_JOINT = re.compile(rf"[,.!?…][ \u00a0]*{DASH}[ \u00a0]+")


CONTINUES = re.compile(rf"[,.!?…:]?\s*{DASH}\s*$")


COLON = re.compile(r":[ \u00a0]*$")


THAT = re.compile(
    r"(?:^|[,\s(])(?P<word>что|чтобы|будто|якобы|поскольку|потому что|так как|мол|дескать)[,:]?[ \u00a0]*$"
)


THAT_ENDS = ("что", "чтобы", "будто", "якобы", "поскольку", "как", "мол", "дескать")


NOTHING_MORE = re.compile(r"[\s.!?…]*$")


MAX_INSERT = 220  # code points of the author's words inside a quote


FIRST_PERSON = re.compile(r"(?<!\w)(?:я|мне|меня|мной|мы|нас|нам|нами|мой|моя|моё|мои|наш\w*)(?!\w)", re.IGNORECASE)


LONG = 8  # words; so many in the first person are nobody's title


SHORT = 3  # words; less may be a name that a noun of speech announces by chance


PARTICLES = frozenset(("не", "только", "и", "даже", "ещё", "уже", "лишь"))


CUE_WITHIN = 6  # tokens between the joint and the verb of speech


def _cue_behind(tokens: Sequence[Token], *, any_verb: bool, within: int = CUE_WITHIN) -> Said | None:
    """The attribution behind a joint: a verb of speech near its start, or any verb where the joint is strong."""
    head = list(tokens[: within + 1])
    verbs = speech_verbs(head)
    if verbs:
        return said_behind(tokens, *verbs[0])
    low = [t.text.lower() for t in head]
    if low[:3] == ["с", "этими", "словами"]:
        said = _plain_subject(tokens, 3)
        if said is not None:
            return said._replace(cue=Span(tokens[0].start, tokens[2].end))
    while head and head[0].text.lower() in PARTICLES:
        head = head[1:]
        tokens = tokens[1:]
    if any_verb and head and (verb := finite_verb(head[0], likely=False)) is not None:
        said = said_behind(tokens, 0, verb)
        if said.mention is not None and said.person:
            return said
    return None


def _plain_subject(tokens: Sequence[Token], start: int) -> Said | None:
    phrase = phrase_at(tokens, start, "nomn") if start < len(tokens) else None
    if phrase is None:
        return None
    span = phrase.span(tokens)
    return Said(span, span, "nomn", None, phrase.last, phrase.person)


def interrupted(scene: Scene) -> Attribution | None:
    """«П, — сказал А, — п»: the author's words stand inside the marks, once or more."""
    if INNER_JOINT.search(scene.paragraph.text, *scene.pair.words) is None:
        return None
    mask = _inner_mask(scene)
    base = scene.pair.opening + 1
    spans: list[Span] = []
    start, first, at = 0, None, 0
    while (joint := INNER_JOINT.search(mask, at)) is not None:
        at = joint.end()
        back = INNER_JOINT.search(mask, joint.end(), joint.end() + MAX_INSERT)
        end = back.start() if back else len(mask)
        if end - joint.end() > MAX_INSERT:
            continue
        tokens = [Token(t.text, t.start + base, t.end + base) for t in tokenise(mask, joint.end(), end)]
        said = _insert(tokens, at_end=back is None)
        if said is None:
            continue
        keep = joint.start() + (joint[0][0] in ".!?…")
        spans.append(trim(scene.paragraph.text, base + start, base + keep, joint=True))
        first = first or said
        start = at = back.end() if back else len(mask)
    if first is None:
        return None
    if start < len(mask):
        spans.append(trim(scene.paragraph.text, base + start, base + len(mask), joint=True))
    spans = [span for span in spans if span.end > span.start]
    return scene.found("interrupted", "direct", first, tuple(spans)) if spans else None


def _insert(tokens: list[Token], *, at_end: bool) -> Said | None:
    """The author's words inside the marks: a verb of speech among the first words, and who speaks."""
    if not tokens or not tokens[0].is_word:
        return None
    if at_end and len(clause(tokens)) < len(tokens) - 1:
        return None
    said = _cue_behind(tokens, any_verb=True, within=2) or _only_a_name(tokens, at_end=at_end)
    if said is None or said.mention is None:
        return None
    verbs = speech_verbs(tokens[:3])
    by_name = bool(verbs) and tokens[-1].is_capital and said.mention.end == tokens[-1].end  # «ответил Шило»
    return said if said.person or by_name or any(verb.lemma in IN_DOCUMENT for _, verb in verbs) else None


def _only_a_name(tokens: list[Token], *, at_end: bool) -> Said | None:
    """«Болота движутся, — Полевой, — поэтому …»: a name, and no verb at all."""
    if at_end:
        return None
    if len(tokens) <= 3 and all(t.is_capital and has_case(t.text, "nomn", pos=("NOUN", "ADJF")) for t in tokens):
        span = Span(tokens[0].start, tokens[-1].end)
        return Said(None, span, "nomn", None, len(tokens) - 1, True)
    said = _plain_subject(tokens, 0)
    if said is None or not said.person or said.mention is None:
        return None
    rest = tokens[said.last + 1 :]
    moves = len(rest) <= 3 and any(finite_verb(token) is not None for token in rest)  # «Карапетян даже вскочил»
    return said._replace(cue=None) if not rest or moves else None


def _inner_mask(scene: Scene) -> str:
    """The words between the marks with inner pairs blanked; index 0 is behind the opening mark."""
    words_ = scene.pair.words
    inner = Paragraph(scene.paragraph.text, words_, scene.pair.inner)
    return inner.mask


def said_before_colon(scene: Scene) -> Attribution | None:
    """А сказал: «П»."""
    if not scene.before.rstrip().endswith(":") or not COLON.search(scene.before):
        return None
    tokens = _behind_last_quote(scene.tokens_before[:-1])
    said = announcer(tokens)
    whole = is_clause(scene.content)
    sentence_like = starts_like_sentence(scene.content) and ends_like_sentence(scene.content)
    if said is None:
        if not scene.pair.closed and not (sentence_like and whole):
            return None
        if not (whole and starts_like_sentence(scene.content)) and not sentence_like:
            return None
        return scene.found("colon", "direct", _last_subject(tokens))
    if not scene.pair.closed and not (whole and starts_like_sentence(scene.content)) and not sentence_like:
        return None
    if whole or starts_like_sentence(scene.content) or ends_like_sentence(scene.content):
        if not (whole or sentence_like or _by_verb(said, tokens)) and len(words(scene.content)) < SHORT:
            return None  # «старше обоих, к слову: «Пчёлку»»
        return scene.found("said_before_colon", "direct", said)
    return scene.found("said_before_colon", "partial", said)


def _behind_last_quote(tokens: list[Token]) -> list[Token]:
    """«Вратарь ответил: «П», защитник вздохнул: «П»»: each pair has its own announcement."""
    for i in range(len(tokens) - 2, 0, -1):
        if tokens[i].is_quoted and tokens[i - 1].text == ":" and tokens[i + 1].text in {",", ";"}:
            return tokens[i + 2 :]
    return tokens


def _by_verb(said: Said, tokens: Sequence[Token]) -> bool:
    return any(said.cue is not None and tokens[i].start == said.cue.start for i, _ in speech_verbs(tokens))


def announcer(tokens: Sequence[Token]) -> Said | None:
    """What announces words before a colon: the last verb of speech, a source phrase, or a noun of speech."""
    verbs = speech_verbs(tokens)
    if verbs:
        said = said_ahead(tokens, *verbs[-1])
        if said.mention is None and len(verbs) > 1 and verbs[-1][1].number == "plur":
            earlier = said_ahead(tokens, *verbs[-2])  # «Лунин рассказал, что назвали его так случайно: «…»»
            return earlier if earlier.person else said
        return said
    source = source_phrase(tokens)
    if source is not None:
        return source[1]
    return speech_noun(tokens)


def _last_subject(tokens: Sequence[Token]) -> Said | None:
    """The subject of a sentence without a verb of speech: «Тренер развёл руками: «П»»."""
    verbs = [(i, verb) for i, token in enumerate(tokens) if (verb := finite_verb(token)) is not None]
    if verbs:
        phrase = subject_before(tokens, *verbs[-1])
    else:
        phrase = phrase_at(tokens, 0, "nomn") if tokens else None
    if phrase is None or not phrase.person:
        return None
    return Said(None, phrase.span(tokens), "nomn", None, phrase.last, True)


def said_behind_joint(scene: Scene) -> Attribution | None:
    """«П», — сказал А."""
    joint = JOINT.match(scene.paragraph.mask, scene.pair.after - scene.paragraph.span.start) or _no_joint(scene)
    if joint is None or not (scene.opens_sentence or _behind_relay(scene)):
        return None
    base = scene.paragraph.span.start
    last = scene.paragraph.text[scene.pair.closing - 1]
    comma = "," in joint[0] or last in ",!?….,"
    dash = joint[0].strip(" \u00a0,.") != ""
    end = scene.paragraph.sentence(base + joint.end()).end
    tokens = clause(scene.paragraph.tokens(base + joint.end(), end))
    if not tokens or any(token.text.lower().startswith("котор") for token in tokens[:2]):
        return None  # «Маяк», который считают лучшим
    source = source_phrase(tokens[:8])
    if source is not None and source[0] == 0:
        return scene.found("source_behind", "direct" if is_clause(scene.content) else "partial", source[1])
    within = CUE_WITHIN if dash and comma else 1
    said = _cue_behind(tokens, any_verb=dash and comma, within=within)
    if said is None and dash and comma and is_clause(scene.content):
        alone = _plain_subject(tokens, 0)  # «П», — Дюваль.
        named = alone is not None and alone.person and alone.last == len(tokens) - 1 and tokens[-1].is_capital
        said = alone._replace(cue=None) if alone is not None and named else None
    if said is None:
        return None
    if said.mention is None and not (
        is_clause(scene.content) or ends_like_sentence(scene.content) or _is_a_ruling(scene.content)
    ):
        return None
    return scene.found("said_behind_joint", "direct", said)


def _no_joint(scene: Scene) -> re.Match[str] | None:
    """«Мост готов!» сказал Лунин: the dash is missing, but a sentence has ended, and a verb of speech follows."""
    if not ends_like_sentence(scene.content):
        return None
    blank = BLANK.match(scene.paragraph.mask, scene.pair.after - scene.paragraph.span.start)
    return blank if blank is not None and is_speech_verb(blank["verb"]) else None


def _is_a_ruling(content: str) -> bool:
    """Whether words are long enough to be an order: «Управлению порта разработать до июля …»."""
    return starts_like_sentence(content) and len(words(content)) >= LONG


def _behind_relay(scene: Scene) -> bool:
    """«передаёт «П», — заявил мэр»: the medium's name has got lost."""
    verbs = speech_verbs(scene.tokens_before[-1:])
    return bool(verbs) and verbs[0][1].lemma in RELAY


def said_that(scene: Scene) -> Attribution | None:
    """А сказал, что «п»."""
    if not scene.before.rstrip(" \u00a0\n,:").endswith(THAT_ENDS):
        return None
    that = THAT.search(scene.before)
    if that is None:
        return None
    tokens = scene.tokens_before
    said = announcer([t for t in tokens if t.end <= scene.sentence.start + that.start() + 1])
    if said is None:
        said = _said_later(scene)
    if said is None or said.mention is None:
        return None
    direct = is_clause(scene.content) and that["word"] != "чтобы"
    if not direct and _is_a_name(scene.content):
        return None  # «уточнил, что «Прибой» сменил владельца»
    return scene.found("said_that", "direct" if direct else "partial", said)


def _is_a_name(content: str) -> bool:
    """Whether a few words with a capital letter and no predicate are what something is called."""
    return starts_like_sentence(content) and len(words(content)) <= SHORT and not has_predicate(content)


def according_to(scene: Scene) -> Attribution | None:
    """По словам А, «п»."""
    if not may_hold_source(scene.before):
        return None
    tokens = scene.tokens_before
    source = source_phrase(tokens)
    if source is None:
        return None
    behind = [t.text for t in tokens[source[1].last + 1 :]]
    if not behind and not is_clause(scene.content):
        return None  # the words are the source's own name: «по данным агентства «…»»
    if behind in ([","], [":"], []):
        return scene.found("according_to", "direct" if is_clause(scene.content) else "partial", source[1])
    return scene.found("according_to", _kind(scene), source[1]) if _may_be_fragment(scene) else None


def verb_right_before(scene: Scene) -> Attribution | None:
    """Сказав «п»; А ответил «П»."""
    if scene.word_right_before is not None and not is_speech_verb(scene.word_right_before):
        return None
    tokens = scene.tokens_before
    verbs = speech_verbs(tokens)
    if not verbs or verbs[-1][0] < len(tokens) - 1 or verbs[-1][1].lemma in RELAY:
        return None
    said = said_ahead(tokens, *verbs[-1])
    if said.mention is None:
        return None
    if is_clause(scene.content):
        return scene.found("verb_right_before", "direct", said)
    return scene.found("verb_right_before", "partial", said) if _may_be_fragment(scene) else None


def fragment(scene: Scene) -> Attribution | None:
    """А назвал проект «п»; проект станет «п», считает А."""
    if not _may_be_fragment(scene):
        return None
    verbs = speech_verbs(scene.tokens_before)
    said = said_ahead(scene.tokens_before, *verbs[-1]) if verbs else _said_later(scene)
    return scene.found("fragment", _kind(scene), said) if said is not None and said.mention is not None else None


def _kind(scene: Scene) -> QuoteKind:
    """A fragment that whole sentences follow in the same marks is a quote."""
    return "direct" if SENTENCE_INSIDE.search(scene.content) is not None else "partial"


def _said_later(scene: Scene) -> Said | None:
    """The attribution behind a comma or dash, later in the sentence: «…, считает А»."""
    tokens = scene.tokens_after
    for i, token in enumerate(tokens[:-1]):
        if token.text in {",", "—", "–", "-"}:
            rest = tokens[i + 1 :]
            if rest[0].text == "как":
                rest = rest[1:]
            verbs = speech_verbs(rest[:2])
            if verbs:
                return said_behind(rest, *verbs[0])
            source = source_phrase(rest[:6])
            if source is not None and source[0] == 0:
                return source[1]
    return None


def _may_be_fragment(scene: Scene) -> bool:
    """Whether the words can be a piece of speech: not a name, and no class noun before them that says so."""
    if starts_like_sentence(scene.content):
        return False
    found = words(scene.content)
    if not found:
        return False
    tokens = scene.tokens_before
    before = tokens[-1] if tokens else None
    named = before is not None and before.is_word and lemmas(before.text) & CLASS_NOUNS
    return not named or has_case(found[0], "ablt", pos=("NOUN", "ADJF"))  # «называет спектакль «п»»


def free_standing(scene: Scene) -> Attribution | None:
    """«П». Whole sentences in marks right behind another quote, or a paragraph of their own."""
    if not scene.opens_sentence:
        return None
    behind = scene.paragraph.between(scene.pair.after, scene.paragraph.sentence(scene.pair.after).end)
    ends = NOTHING_MORE.match(behind) is not None
    alone = NOTHING_MORE.match(scene.paragraph.mask, scene.pair.after - scene.paragraph.span.start) is not None
    whole = alone and scene.sentence.start == scene.paragraph.sentences[0]
    ends_inside = ends and FIRST_PERSON.search(scene.content) is not None and len(words(scene.content)) >= LONG
    if not ends or not (scene.follows or whole or ends_inside):
        return None
    least = 2 if scene.follows else 4
    clausal = is_clause(scene.content) or (scene.follows and has_predicate(scene.content))
    if len(words(scene.content)) < least or not starts_like_sentence(scene.content) or not clausal:
        return None
    if not scene.pair.closed:
        letter = whole and ends_like_sentence(scene.content)
        return scene.found("unclosed_letter", "direct", None) if letter else None
    return scene.found("free_standing" if scene.follows or ends_inside else "alone", "direct", None)


def inscription(scene: Scene) -> Attribution | None:
    """«столб с табличкой «Проезд закрыт»»: whole clauses that a sign bears."""
    if scene.word_right_before is not None and lemmas(scene.word_right_before).isdisjoint(SIGNS):
        return None
    tokens = scene.tokens_before
    if not tokens or not tokens[-1].is_word or not lemmas(tokens[-1].text) & SIGNS:
        return None
    if not starts_like_sentence(scene.content) or len(words(scene.content)) < SHORT:
        return None
    return scene.found("inscription", "direct", None) if has_predicate(scene.content) else None


RULES: tuple[Callable[[Scene], Attribution | None], ...] = (
    interrupted,
    said_that,
    said_before_colon,
    said_behind_joint,
    according_to,
    verb_right_before,
    inscription,
    free_standing,
    fragment,
)


UNCLOSED_RULES = (interrupted, said_before_colon, free_standing)


def attribute(scene: Scene) -> Attribution | None:
    """What the first fitting rule says of the pair. Without a closing mark few rules are sure enough."""
    rules = RULES if scene.pair.closed else UNCLOSED_RULES
    return next((found for rule in rules if (found := rule(scene)) is not None), None)
