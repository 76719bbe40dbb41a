"""Whether a supported sentence answers the question or merely stands on one of its pages.

Knows the question's words and its subject. What becomes of a sentence beside the point is decided in `grounding.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.evidence import Passage
from assistant.language.detection import detect_language
from assistant.language.words import content_stems, stems, words
from assistant.writing.attribution import Attributed
from assistant.writing.naming import required_names
from assistant.writing.sufficiency import asked_stems

__all__ = ["is_relevant"]

FEWEST_ASKED = 0.25
"""Share of the question's content words that the sentence, its quotations and their titles must hold together, where
none of them names the question's subject (judgement: one word of four; a stray one of more says nothing)."""


def is_relevant(found: Attributed, question: str, passages: Mapping[int, Passage], language: str | None) -> bool:
    """Tell whether a cited sentence says something that was asked, or speaks of what was asked about."""
    asked = asked_stems(question, language)
    if not asked or not found.citations:
        return True
    texts = [found.sentence.text]
    for citation in found.citations:
        passage = passages[citation.number]
        texts += [citation.quote, passage.title, passage.heading]
    if any(language and detect_language(citation.quote) not in {None, language} for citation in found.citations):
        return True  # words do not compare across languages
    text = "\n".join(texts)
    known = frozenset(words(text)) | frozenset(stems(text, language))
    if any(name in known for name in required_names(question, language)):
        return True
    return len(asked & frozenset(content_stems(text, language))) >= FEWEST_ASKED * len(asked)
