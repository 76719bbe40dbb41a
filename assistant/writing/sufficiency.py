"""Whether the passages can answer the question at all: asked before the model is.

Knows which words of a question matter. A name that stands in no passage cannot be answered about; beyond that it
rather lets a question pass, since attribution judges what the model makes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from assistant.evidence import Passage
from assistant.language.detection import detect_language
from assistant.language.words import content_stems, fold, stems, words
from assistant.writing.naming import Lexicon, required_names

__all__ = ["Sufficiency", "asked_stems", "judge"]

MIN_COVERAGE = 1 / 3
"""Share of the question's content words that one passage must hold: set on 26 items with the stand-in, and kept on one
half of fitz-gov (n = 736), where a lower one abstains less and a higher one abstains falsely more."""
COMPOUND_CHARS = 5
"""A stem this long may stand inside a longer word: "platz" in "Speicherplatz"."""
GENERIC = MappingProxyType(
    {
        "en": "get make made use used using way ways best good mean means happen happened work works tell explain "
        "give given know find show say said many much long often old recommended currently current please kind type",
        "fr": "utiliser utilise moyen facon meilleur meilleure expliquer dire donner trouver savoir arrive signifie "
        "fonctionne differe sert quelle est actuellement actuel",
        "de": "machen benutzen verwenden verwendet weg beste besten bedeutet passiert funktioniert erklaren sagen "
        "geben finden wissen aktuell derzeit heisst nennt",
        "es": "usar usa manera forma mejor significa sucede funciona explicar decir dar encontrar saber llama "
        "actualmente actual hacer",
    }
)
"""Folded words that shape a question and say nothing of its subject; an answer need not repeat them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sufficiency:
    """Whether to ask the model, and if not, why not."""

    enough: bool
    reason: str = ""


def judge(question: str, passages: Sequence[Passage], language: str | None) -> Sufficiency:
    """Decide whether the passages cover the question."""
    if not passages:
        return Sufficiency(enough=False, reason="no page could be found and read for this question")
    texts = [f"{passage.title}\n{passage.text}" for passage in passages]
    lexicon = Lexicon(texts=texts, language=language)
    for name in required_names(question, language):
        if not lexicon.knows(name, question):
            reason = f"no page that was read says anything about “{as_written(name, question)}”"
            return Sufficiency(enough=False, reason=reason)
    asked = asked_stems(question, language) - lexicon.spelt_otherwise(required_names(question, language))
    best = max(coverage(asked, text, language) for text in texts)
    if best < MIN_COVERAGE and not is_foreign(texts, language):
        return Sufficiency(enough=False, reason="the pages that were read do not deal with this question")
    return Sufficiency(enough=True)


def asked_stems(question: str, language: str | None) -> frozenset[str]:
    """Collect the stems of a question that an answer would have to do with."""
    return frozenset(content_stems(question, language)) - generic_stems(language)


@lru_cache(maxsize=16)
def generic_stems(language: str | None) -> frozenset[str]:
    """Give the stems of the generic words of a language."""
    return frozenset(stems(GENERIC.get(language or "en", ""), language))


def coverage(asked: frozenset[str], text: str, language: str | None) -> float:
    """Measure the share of the asked stems that a text holds, by themselves or in a compound."""
    if not asked:
        return 1.0
    held = frozenset(content_stems(text, language))
    run_together = " ".join(held)
    found = sum(stem in held or (len(stem) >= COMPOUND_CHARS and stem in run_together) for stem in asked)
    return found / len(asked)


def is_foreign(texts: Sequence[str], language: str | None) -> bool:
    """Tell whether no text is in the question's language: then its words need not be there."""
    spoken = {detect_language(text) for text in texts}
    return language is not None and None not in spoken and language not in spoken


def as_written(name: str, question: str) -> str:
    """Give a folded name back as the user wrote it."""
    tokens = (token.strip("?!.,;:«»\"'()[]“”") for token in question.split())
    return next((token for token in tokens if name in words(token) or fold(token) == name), name)
