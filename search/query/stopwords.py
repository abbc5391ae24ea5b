"""Which words carry no topic? Function words of Russian; none is dropped from the index, and phrases keep them all."""

from __future__ import annotations

from typing import Final

from index.analysis import fold
from index.words import word_set

# Prepositions, conjunctions, particles, pronouns and question words; chosen for this list, closed classes only,
# in all their forms.
STOPWORDS: Final = word_set(
    """
    а без более будет будут бы был была были было быть в вам вами вас ваш ваша ваше вашего вашей вашем вашему ваши
    вашим вашими ваших вашу весь во вот все всего всей всем всеми всему всех всю вся вы где да даже для до его ее ей
    ему если есть еще ею же за зачем здесь и из изо или им ими их к как какая какие каким какими каких какого какое
    какой каком какому какую кем ко когда кого ком кому которая которого которое которой котором которому которую
    которые который которым которыми которых кто куда ли либо между меня мне много мной мною мое моего моей моем моему
    мои моим моими моих мой мою моя мы на над нам нами нас наш наша наше нашего нашей нашем нашему наши нашим нашими
    наших нашу не него нее ней нем нему нет нею ни ним ними них но ну о об обо однако около он она они оно от откуда
    ото отчего очень по под подо почему при про с сам сама сами самим самих само самого самой самому саму свое своего
    своей своем своему свои своим своими своих свой свою своя себе себя сколько со собой собою та так такая также
    такие таким такими таких такого такое такой такому такую там твое твоего твоей твоем твоему твои твоим твоими
    твоих твой твою твоя те тебе тебя тем теми тех то тобой тобою тогда того тоже той только том тому тот ту туда тут
    ты у уже хотя чего чей чем чему через что чтобы чье чьего чьей чьем чьему чьи чьими чьих чью чья эта эти этим
    этими этих это этого этой этом этому этот эту я
    """
)


_BEHIND_HYPHEN: Final = word_set("то либо нибудь таки ка с де")


def is_stopword(word: str) -> bool:
    """Whether a word, as typed, carries no topic; with a hyphen: «из-за», «кто-нибудь»."""
    form = fold(word)
    if "-" not in form:
        return form in STOPWORDS
    first, *others = form.split("-")
    return first in STOPWORDS and all(part in STOPWORDS or part in _BEHIND_HYPHEN for part in others)
