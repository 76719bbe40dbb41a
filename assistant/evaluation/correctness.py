"""Whether an answer is right: gold strings in it, wrong ones in it, and how near its words are to the gold ones.

Normalises as the question-answering sets do (SQuAD's script: case, punctuation, articles), and accents and spelt
numbers: the gold string of "How many astronauts are on board?" is "4", and every page says "four". Knows texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from assistant.evaluation.answers import StoredAnswer
from assistant.evaluation.items import Item

__all__ = ["Correctness", "correctness_of", "normalised", "says"]

ARTICLES = frozenset("a an the le la les l un une des du der die das den dem ein eine el los las una".split())  # noqa: SIM905
GROUPING = re.compile(r"(?<=\d)[,\u00a0\u202f](?=\d{3})")

SPELT = {
    word: str(number)
    for counted in (
        "two three four five six seven eight nine ten eleven twelve",
        "deux trois quatre cinq six sept huit neuf dix onze douze",
    )
    for number, word in enumerate(counted.split(), start=2)
}
"""Without one, which is an article or a pronoun in both languages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Correctness:
    """What is right and wrong in one answer."""

    is_right: bool
    """It states a right answer."""
    is_wrong: bool
    """It states a wrong one as such, or answers without a right one."""
    is_strictly_right: bool
    """Supported sentences state every right answer and no wrong one; conflicts shown apart do not count."""
    token_f1: float

    @property
    def truthfulness(self) -> int:
        """1 for right, -1 for wrong, 0 for neither or both; its mean is CRAG's headline (Yang et al. 2024)."""
        return int(self.is_right) - int(self.is_wrong)


def correctness_of(item: Item, answer: StoredAnswer) -> Correctness:
    """Score one answer; whoever abstains is neither right nor wrong."""
    if answer.abstained:
        return Correctness(is_right=False, is_wrong=False, is_strictly_right=False, token_f1=0.0)
    told = " ".join(sentence.text for sentence in answer.sentences)
    vouched = " ".join(sentence.text for sentence in answer.sentences if sentence.is_supported)
    beside = " ".join(side.value for sides in answer.disagreements for side in sides)
    is_right = any(says(f"{told} {beside}", gold) for gold in item.answers)
    states_wrong = any(says(told, wrong) for wrong in item.wrong_answers)
    return Correctness(
        is_right=is_right,
        is_wrong=states_wrong or not is_right,
        is_strictly_right=all(says(vouched, gold) for gold in item.answers)
        and not any(says(vouched, wrong) for wrong in item.wrong_answers),
        token_f1=max((token_f1(told, gold) for gold in item.answers), default=0.0),
    )


def says(text: str, gold: str) -> bool:
    """Tell whether a text contains a gold string."""
    return f" {' '.join(normalised(gold))} " in f" {' '.join(normalised(text))} "


def normalised(text: str) -> list[str]:
    """List the words of a text without case, accents, punctuation and articles, small numbers in digits."""
    apart = unicodedata.normalize("NFKD", GROUPING.sub("", text.casefold()))
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return [SPELT.get(word, word) for word in re.findall(r"\w+", bare) if word not in ARTICLES]


def token_f1(text: str, gold: str) -> float:
    """Compare two texts as bags of words (Rajpurkar et al. 2016)."""
    said, wanted = Counter(normalised(text)), Counter(normalised(gold))
    common = (said & wanted).total()
    return 2 * common / (said.total() + wanted.total()) if common else 0.0
