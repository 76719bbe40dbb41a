"""The judge of support that answers are scored with: does a text carry a sentence?

Code of its own, on purpose: attribution decides what a reader sees and may neither import, call nor copy this, and
nothing here ever holds a sentence back. The rule is that of our evaluation: most content words found, every number,
every name, the same negation. It reads letters with its own patterns; only function words and stemmers are shared data.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import Stemmer  # type: ignore[import-not-found,unused-ignore]  # compiled, without type hints

from assistant.language.stop_words import SPELT

__all__ = ["Judgement", "content", "figures", "judge_support", "same_facts"]

ENOUGH = 0.75
"""Share of content words that must be found: containment alone tells human labels apart with an AUROC of 0.93."""
AGAINST = 0.5
"""What a share is still worth, as a score, when a number, a name or the negation disagrees."""
TOKEN = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
DIGITS = re.compile(r"\d+(?:[.,\u00a0\u202f\u2009 ]\d{3})*(?:[.,]\d+)?")
GROUPED = re.compile(r"\d{1,3}(?:[.,\u00a0\u202f\u2009 ]\d{3})+(?=[.,]\d{1,2}$|$)")
SENTENCE_START = re.compile(r"(?:^|[.!?:;]\s+|[\"\u201c\u00ab(]\s*)$")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"\u201d\u00bb)]*\s+|\n+")
WORDS_BEFORE = 3
"""A word that denies stands so near before what it denies: "did not in fact open"."""
ALGORITHMS = {"en": "english", "fr": "french", "de": "german", "es": "spanish", "it": "italian", "nl": "dutch"}
DENIALS = re.compile(
    r"\b(?:not|no|never|none|neither|nor|nobody|nothing|without|cannot|ne|pas|jamais|aucun|aucune|sans|nicht|kein|keine"
    r"|keinen|nie|ohne|nunca|sin|ningun|ninguna)\b|n['\u2019]t\b|\bn['\u2019](?=\w)"
)
SPELT_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905 - reads as counted
    )
    if number > 1
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What of a sentence a text carries."""

    share: float
    """Of its content words, as stems."""
    numbers_agree: bool
    names_agree: bool
    negation_agrees: bool

    @property
    def facts_agree(self) -> bool:
        """Whether nothing is contradicted or made up that words alone would not show."""
        return self.numbers_agree and self.names_agree and self.negation_agrees

    @property
    def is_supported(self) -> bool:
        """The verdict."""
        return self.share >= ENOUGH and self.facts_agree

    @property
    def score(self) -> float:
        """How sure the verdict is, to compare with human labels."""
        return self.share if self.facts_agree else AGAINST * self.share


def judge_support(sentence: str, text: str, question: str = "", language: str | None = "en") -> Judgement:
    """Judge whether a text carries a sentence; names may also stand in the question."""
    said = content(sentence, language)
    found = content(text, language)
    return Judgement(
        share=len(said & found) / len(said) if said else 1.0,
        numbers_agree=figures(sentence) <= figures(text) | counted(text),
        names_agree=names_known(sentence, f"{text}\n{question}", language),
        negation_agrees=same_negation(sentence, text, language),
    )


def same_facts(sentence: str, text: str, question: str = "") -> bool:
    """Judge a sentence against a text in another language, where words cannot meet: numbers and names only."""
    known = spelling(f"{text}\n{question}")
    return figures(sentence) <= figures(text) | counted(text) and capitals(sentence) <= known


def flat(text: str) -> str:
    """Write a text in small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char)).replace("\u2019", "'")


@lru_cache(maxsize=4096)
def content(text: str, language: str | None) -> frozenset[str]:
    """Collect the stems of the words that are no function words."""
    ignored = function_words(language)
    told = [word for word in TOKEN.findall(flat(text)) if word not in ignored and not word.isdecimal()]
    kept = [word for word in told if word not in SPELT_NUMBERS]
    return frozenset(stemmed(kept, language)) | figures(text) | counted(text)


@lru_cache(maxsize=16)
def function_words(language: str | None) -> frozenset[str]:
    """Collect the function words of a language."""
    return frozenset(TOKEN.findall(flat(SPELT.get(language or "en", SPELT["en"]))))


def stemmed(tokens: list[str], language: str | None) -> list[str]:
    """Stem words; those of a language without a stemmer stay as they are."""
    name = ALGORITHMS.get(language or "en")
    bare = [token.removesuffix("'s") for token in tokens]
    return list(Stemmer.Stemmer(name).stemWords(bare)) if name else bare


@lru_cache(maxsize=4096)
def figures(text: str) -> frozenset[str]:
    """Collect the numbers of a text without what groups their digits."""
    found = set()
    for match in DIGITS.finditer(text):
        written = match.group()
        if group := GROUPED.match(written):
            written = re.sub(r"\D", "", group.group()) + written[group.end() :]
        whole, _, part = re.sub(r"[\u00a0\u202f\u2009 ]", "", written).replace(",", ".").partition(".")
        part = part.rstrip("0")
        found.add((whole.lstrip("0") or "0") + (f".{part}" if part else ""))
    return frozenset(found)


def counted(text: str) -> frozenset[str]:
    """Collect the numbers that a text spells out."""
    return frozenset(SPELT_NUMBERS[word] for word in TOKEN.findall(flat(text)) if word in SPELT_NUMBERS)


def capitals(sentence: str) -> frozenset[str]:
    """Collect the capitalised words that do not open a sentence."""
    composed = unicodedata.normalize("NFC", sentence)  # an accent on its own would cut its word
    return frozenset(
        flat(match.group()).removesuffix("'s")
        for match in TOKEN.finditer(composed)
        if match.group()[0].isupper() and not SENTENCE_START.search(composed[: match.start()])
    )


def spelling(text: str) -> frozenset[str]:
    """Collect the words of a text as they are written, without case and accents."""
    return frozenset(token.removesuffix("'s") for token in TOKEN.findall(flat(text)))


def names_known(sentence: str, text: str, language: str | None) -> bool:
    """Tell whether every capitalised word stands there, as it is or inflected."""
    wanted = capitals(sentence) - function_words(language)
    known = spelling(text)
    missing = wanted - known
    return set(stemmed(sorted(missing), language)) <= set(stemmed(sorted(known), language))


def same_negation(sentence: str, text: str, language: str | None) -> bool:
    """Tell whether each sentence denies just where the text that says most of the same does."""
    told = [part for part in SENTENCE_END.split(sentence) if part.strip()]
    written = [part for part in SENTENCE_END.split(text) if part.strip()]
    return all(part in written or denies_alike(part, written, language) for part in told)


def denies_alike(sentence: str, texts: list[str], language: str | None) -> bool:
    """Compare a sentence with those that share most with it; one that agrees is enough."""
    wanted = content(sentence, language)
    shared = [len(wanted & content(text, language)) for text in texts]
    most = max(shared, default=0)
    nearest = [text for text, count in zip(texts, shared, strict=True) if count == most > 0]
    denied = denies(sentence)
    return any(denies(window(text, wanted, language)) == denied for text in nearest) if nearest else not denied


def window(text: str, wanted: frozenset[str], language: str | None) -> str:
    """Cut a sentence down to what lies between the first and the last wanted word, and a little before."""
    spoken = flat(text)
    places = [match for match in TOKEN.finditer(spoken) if content(match.group(), language) & wanted]
    if not places:
        return spoken
    before = [match.start() for match in TOKEN.finditer(spoken, 0, places[0].start())]
    return spoken[(before[-WORDS_BEFORE:] or [0])[0] : places[-1].end()]


def denies(text: str) -> bool:
    """Tell whether a text denies something."""
    return DENIALS.search(flat(text)) is not None
