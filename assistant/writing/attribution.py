"""Which span of which passage supports a sentence: decided by code, never by the model that wrote it.

Knows words, numbers, names and negation. A sentence that no span carries stays without a citation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.evidence import Citation, Passage, Sentence, Verdict
from assistant.language.sentences import sentence_spans
from assistant.language.words import content_stems, fold, names, numbers

__all__ = ["Attributed", "attribute"]

SUPPORTED = 0.7
"""Share of a sentence's new content words that one span must hold; measured on 26 items (docs/decisions/0004)."""
PARTLY = 0.4
MAX_SPAN_SENTENCES = 3
NEGATIONS = {
    "en": r"\b(?:not|no|never|none|nor|cannot|without|\w+n't)\b",
    "fr": r"\b(?:ne|n'|pas|jamais|aucune?|sans|ni)\b",
    "de": r"\b(?:nicht|kein\w*|nie|niemals|ohne)\b",
    "es": r"\b(?:no|nunca|jamás|ningun[oa]?|sin)\b",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Attributed:
    """A checked sentence with the exact spans that it rests on."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """What of a sentence must be found in a source."""

    words: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    negated: bool
    language: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Support:
    """How much of a claim one span carries."""

    number: int
    start: int
    end: int
    coverage: float
    complete: bool
    """Every number and name is there, and it denies what the claim denies."""
    held: frozenset[str]


def attribute(sentence: str, question: str, passages: Mapping[int, Passage], language: str | None) -> Attributed:
    """Tie a sentence to the spans that support it; a span's offsets are those of the page's text."""
    claim = claim_of(sentence, question, language)
    supports = sorted(
        (best_span(claim, number, passage) for number, passage in passages.items()),
        key=lambda support: (support.complete, support.coverage, support.start - support.end),
        reverse=True,
    )
    chosen = choose(claim, supports)
    verdict = judge(claim, chosen)
    if verdict is Verdict.UNSUPPORTED:
        chosen = []
    citations = tuple(cite(support, passages[support.number]) for support in chosen)
    numbered = tuple(citation.number for citation in citations)
    return Attributed(sentence=Sentence(text=sentence, citations=numbered, verdict=verdict), citations=citations)


def claim_of(sentence: str, question: str, language: str | None) -> Claim:
    """Take apart what a sentence claims beyond the question; one that only repeats it must be found whole."""
    asked = frozenset(content_stems(question, language))
    said = frozenset(content_stems(sentence, language))
    asked_names = frozenset(fold(name) for name in names(question)) | frozenset(fold(question).split())
    return Claim(
        words=(said - asked) or said,
        numbers=numbers(sentence) - numbers(question),
        names=frozenset(names(sentence)) - asked_names,
        negated=is_negated(sentence, language),
        language=language,
    )


def is_negated(text: str, language: str | None) -> bool:
    """Tell whether a text denies something."""
    pattern = NEGATIONS.get(language or "en", NEGATIONS["en"])
    return re.search(pattern, text, re.IGNORECASE) is not None


def best_span(claim: Claim, number: int, passage: Passage) -> Support:
    """Find the shortest run of sentences of a passage that carries most of a claim."""
    spans = sentence_spans(passage.text)
    runs = [
        (spans[first][0], spans[last][1])
        for first in range(len(spans))
        for last in range(first, min(first + MAX_SPAN_SENTENCES, len(spans)))
    ]
    found = [measure(claim, number, passage, start, end) for start, end in runs]
    nothing = Support(number=number, start=0, end=0, coverage=0.0, complete=False, held=frozenset())
    return max(
        found, key=lambda support: (support.complete, support.coverage, support.start - support.end), default=nothing
    )


def measure(claim: Claim, number: int, passage: Passage, start: int, end: int) -> Support:
    """Measure what one run of sentences carries; the page's title counts for names and words."""
    text = passage.text[start:end]
    there = frozenset(content_stems(f"{passage.title} {text}", claim.language))
    held = claim.words & there
    coverage = len(held) / len(claim.words) if claim.words else 0.0
    known = frozenset(fold(f"{passage.title} {text}").replace("'", " ").split()) | frozenset(names(text)) | there
    spoken = fold(f"{passage.title} {text}")
    has_names = all(name in known or name in spoken for name in claim.names)
    has_numbers = claim.numbers <= numbers(text)
    agrees = not claim.negated or is_negated(text, claim.language)
    return Support(
        number=number, start=start, end=end, coverage=coverage, complete=has_names and has_numbers and agrees, held=held
    )


def choose(claim: Claim, supports: list[Support]) -> list[Support]:
    """Take the best span, and a second one where only both together carry the claim."""
    if not supports:
        return []
    first = supports[0]
    if first.complete and first.coverage >= SUPPORTED:
        return [first]
    for second in supports[1:]:
        together = len(first.held | second.held) / max(1, len(claim.words))
        if first.complete and second.complete and together >= SUPPORTED and together - first.coverage >= 0.2:  # noqa: PLR2004 - else the second adds nothing
            return [first, second]
    return [first]


def judge(claim: Claim, chosen: list[Support]) -> Verdict:
    """Decide how far the chosen spans carry a claim."""
    if not chosen or not all(support.complete for support in chosen):
        return Verdict.UNSUPPORTED
    together = len(frozenset[str]().union(*(support.held for support in chosen))) / max(1, len(claim.words))
    if together >= SUPPORTED:
        return Verdict.SUPPORTED
    return Verdict.PARTLY if together >= PARTLY else Verdict.UNSUPPORTED


def cite(support: Support, passage: Passage) -> Citation:
    """Quote a span verbatim."""
    return Citation(
        number=support.number,
        url=passage.url,
        title=passage.title,
        published=passage.published,
        passage=passage.id,
        quote=passage.text[support.start : support.end],
        start=passage.start + support.start,
        end=passage.start + support.end,
        support=round(support.coverage, 3),
    )
