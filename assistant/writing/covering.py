"""How far passages cover a question: the signs by which `sufficiency.py` judges whether they can answer it.

Knows words, names, numbers, years and places in the text, each as a figure from 0 to 1. Leaves their weight to others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from assistant.language.sentences import sentence_spans
from assistant.language.words import content_stems, numbers, stems
from assistant.writing.naming import Lexicon, required_names
from assistant.writing.quantities import asks_quantity
from assistant.writing.wanting import asks_measure, asks_now, asks_reason, asks_yes_or_no, parts

__all__ = ["asked_stems", "coverage", "signs", "weighty", "weighty_stems", "years"]

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
LIGHT = MappingProxyType(
    {
        "en": "specific specifically exact exactly precise precisely latest recent recently number amount percentage "
        "percent average total main primary key major common commonly typical typically actually really affect effect "
        "impact role person people year new does purpose details detail process steps step information data according "
        "based compare compared",
    }
)
"""Folded words that narrow a question; pages say the same in others: "two thirds" for a percentage."""
YEAR = re.compile(r"(?<![\d.,$€£])(?:19\d\d|20[0-4]\d)(?![\d%]|[.,]\d)")
OLDEST_YEARS = 10
"""An age in years beyond which older is not worse."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What passages hold, in sentences, in neighbouring pairs of them, by passage, and together."""

    sentences: tuple[tuple[str, frozenset[str]], ...]
    windows: tuple[frozenset[str], ...]
    passages: tuple[frozenset[str], ...]
    together: frozenset[str]


def signs(question: str, texts: Sequence[str], language: str | None, asked_year: int) -> dict[str, float]:
    """Measure how far texts cover a question."""
    held = held_by(texts, language)
    asked = weighty_stems(question, language)
    focus, subject = (weighty(content_stems(part, language), language) for part in parts(question))
    return {
        "together": coverage(asked, held.together),
        "passage": max(coverage(asked, one) for one in held.passages),
        "window": max(coverage(asked, one) for one in held.windows),
        "focus": coverage(focus, held.together),
        "subject": max(coverage(subject, one) for one in held.passages),
        "whole": float(coverage(asked, held.together) == 1),
        "yes or no": float(asks_yes_or_no(question)),
        "reason": float(asks_reason(question)),
        **signs_of_names(question, texts, language),
        **signs_of_figures(question, asked, held),
        **signs_of_time(question, texts, asked_year),
    }


def signs_of_names(question: str, texts: Sequence[str], language: str | None) -> dict[str, float]:
    """Measure whether the names of a question are known, to all texts together and to one of them."""
    required = required_names(question, language)
    if not required:
        return {"named": 0.0, "names unknown": 0.0, "names in one": 1.0}
    known = [sum(Lexicon(texts=[text], language=language).knows(name, question) for name in required) for text in texts]
    lexicon = Lexicon(texts=texts, language=language)
    unknown = any(not lexicon.knows(name, question) for name in required if not name.isdecimal())
    return {"named": 1.0, "names unknown": float(unknown), "names in one": max(known) / len(required)}


def signs_of_figures(question: str, asked: frozenset[str], held: Held) -> dict[str, float]:
    """Measure whether figures that are wanted stand near the question's words, and those it gives are there."""
    given = numbers(question)
    wanted = asks_quantity(question) or asks_measure(question)
    near = max((coverage(asked, found) for text, found in held.sentences if numbers(text) - given), default=0.0)
    told = frozenset[str]().union(*(numbers(text) for text, _ in held.sentences))
    return {
        "figure": near if wanted else 0.0,
        "no figure": float(wanted and not near),
        "numbers missing": float(bool(given - years(question) - told)),
    }


def signs_of_time(question: str, texts: Sequence[str], asked_year: int) -> dict[str, float]:
    """Measure whether texts speak of the time that a question is about."""
    meant, told = years(question), years("\n".join(texts))
    now = asks_now(question)
    age = max(0, asked_year - max(map(int, told), default=asked_year))
    return {
        "year missing": float(bool(meant) and meant.isdisjoint(told)),
        "now": float(now),
        "now, age": min(age, OLDEST_YEARS) / OLDEST_YEARS if now else 0.0,
        "now, undated": float(now and not told),
    }


def held_by(texts: Sequence[str], language: str | None) -> Held:
    """Take texts apart once."""
    by_text = [tuple(held_in(text, language)) for text in texts]
    windows = [one for found in by_text for one in paired([stems for _, stems in found])]
    passages = tuple(frozenset(content_stems(text, language)) for text in texts)
    return Held(
        sentences=tuple(one for found in by_text for one in found),
        windows=tuple(windows) or passages,
        passages=passages,
        together=frozenset[str]().union(*passages),
    )


def held_in(text: str, language: str | None) -> Iterator[tuple[str, frozenset[str]]]:
    """Give the sentences of a text with their stems."""
    for start, end in sentence_spans(text):
        yield text[start:end], frozenset(content_stems(text[start:end], language))


def paired(found: Sequence[frozenset[str]]) -> Iterator[frozenset[str]]:
    """Join each sentence with the next; the last stands alone."""
    yield from (first | second for first, second in pairwise(found))
    yield from found[-1:]


def asked_stems(question: str, language: str | None) -> frozenset[str]:
    """Collect the stems of a question that an answer would have to do with."""
    return frozenset(content_stems(question, language)) - listed_stems(language, "generic")


def weighty_stems(question: str, language: str | None) -> frozenset[str]:
    """Collect those that name what a question is about; all of them where none does."""
    found = content_stems(question, language)
    return weighty(found, language) or asked_stems(question, language) or frozenset(found)


def weighty(found: Sequence[str], language: str | None) -> frozenset[str]:
    """Leave out stems that merely shape or narrow a question."""
    return frozenset(found) - listed_stems(language, "generic") - listed_stems(language, "light")


@lru_cache(maxsize=32)
def listed_stems(language: str | None, kind: str) -> frozenset[str]:
    """Give the stems of the words of one of our lists in a language."""
    listed = GENERIC if kind == "generic" else LIGHT
    return frozenset(stems(listed.get(language or "en", ""), language))


def coverage(asked: frozenset[str], held: frozenset[str]) -> float:
    """Measure the share of the asked stems that are held, by themselves or in a compound."""
    if not asked:
        return 1.0
    run_together = run(held)
    found = sum(stem in held or (len(stem) >= COMPOUND_CHARS and stem in run_together) for stem in asked)
    return found / len(asked)


@lru_cache(maxsize=4096)
def run(held: frozenset[str]) -> str:
    """Write stems in one run, to look for parts of compounds."""
    return " ".join(held)


def years(text: str) -> frozenset[str]:
    """Collect the years that a text names."""
    return frozenset(YEAR.findall(text))
