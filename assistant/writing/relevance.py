"""Whether a supported sentence answers the question or merely stands on one of its pages.

Knows the question's words and its subject. What becomes of a sentence beside the point is decided in `grounding.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.evidence import Passage, Verdict
from assistant.language.detection import detect_language
from assistant.language.words import content_stems, stems, words
from assistant.writing.attribution import Attributed
from assistant.writing.holdings import content
from assistant.writing.naming import required_names
from assistant.writing.sufficiency import asked_stems
from assistant.writing.wanting import asks_yes_or_no

__all__ = ["is_relevant"]

FEWEST_ASKED = 0.25
"""Share of the question's content words that the sentence, its quotations and their titles must hold together, where
none of them names the question's subject (judgement: one word of four; a stray one of more says nothing)."""


def is_relevant(
    found: Attributed,
    question: str,
    passages: Mapping[int, Passage],
    language: str | None,
    *,
    follows: bool = False,
) -> bool:
    """Tell whether a cited sentence says something that was asked, or speaks of what was asked about.

    One that follows an answer gives its detail: any passage that speaks of the matter will do for it.
    """
    if is_empty_echo(found, question, language):
        return False
    asked = asked_stems(question, language)
    if not asked or not found.citations:
        return True
    if any(language and detect_language(citation.quote) not in {None, language} for citation in found.citations):
        return True  # words do not compare across languages
    cited = [passages[citation.number] for citation in found.citations]
    around = "\n".join([found.sentence.text, *(f"{one.title}\n{one.heading}\n{one.text}" for one in cited)])
    known = frozenset(words(around)) | frozenset(stems(around, language))
    if any(name in known for name in required_names(question, language)):
        return True
    if follows:
        return not asked.isdisjoint(content_stems(around, language))
    titles = [f"{one.title}\n{one.heading}" for one in cited]
    said = "\n".join([found.sentence.text, *(citation.quote for citation in found.citations), *titles])
    return len(asked & frozenset(content_stems(said, language))) >= FEWEST_ASKED * len(asked)


def is_empty_echo(found: Attributed, question: str, language: str | None) -> bool:
    """Tell whether a sentence gives the question back, of which its source carries a part only: no answer to it."""
    if found.sentence.verdict is not Verdict.PARTLY or asks_yes_or_no(question):
        return False
    return content(found.sentence.text, language) <= content(question, language)
