"""Passages of earlier readings that may help with a question: which may join, and how their age is told.

An answer is made of what its reader chose: they join only where no sources or sites were chosen or left out, and never
from files. Which source found a page is not stored with its passages.
Knows what was stored of a passage; finding the nearest is left to `index.py`, their order to `fusing.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from assistant.ages import ago
from assistant.evidence import Passage, QuestionOptions
from assistant.language import content_stems
from assistant.ranking.records import StoredPassage, Wanted
from assistant.ranking.standing import HALF_LIFE
from retrievers import SearchQuery

__all__ = ["LOOKED_AT", "age_note", "joining", "wanted_earlier"]

LOOKED_AT = 16
"""Nearest passages that are looked through."""
MOST_JOINING = 4
"""Beside some hundred fresh passages: they are to fill a gap, not to replace reading."""
LEAST_SHARED = 0.5
"""Share of the question's content stems that one must have. The nearest of a small collection may have nothing to do
with the question, and models differ in what is near. Chosen, not measured: no set of ours has a yesterday."""
TOLD_OF = 6
"""First passages of a ranking whose age is told; what stands behind hardly reaches the prompt."""
SCHEMES = frozenset({"http", "https"})
"""A file of one user is not for the next one."""


def wanted_earlier(query: SearchQuery, options: QuestionOptions) -> Wanted | None:
    """Say which earlier readings may join, None for none: of the question's language, as new as it asks for."""
    chosen = (options.focus, options.sources, options.without_sources, options.attachments)
    if options.refresh or any(chosen) or options.include_sites or options.exclude_sites:
        return None
    since = options.asked_at - HALF_LIFE[query.freshness] if query.freshness else None
    return Wanted(language=query.language, since=since)


def joining(
    question: str, language: str | None, passages: Sequence[Passage], stored: Sequence[StoredPassage]
) -> tuple[StoredPassage, ...]:
    """Choose those that share the question's words and whose page was not read for this question anyway."""
    asked = set(content_stems(question, language))
    known = {passage.url for passage in passages}
    fitting = [
        one
        for one in stored
        if one.passage.url not in known
        and urlsplit(one.passage.url).scheme in SCHEMES
        and asked
        and len(asked & set(content_stems(f"{one.passage.title} {one.passage.text}", language)))
        >= LEAST_SHARED * len(asked)
    ]
    return tuple(replace(one, passage=replace(one.passage, score=0.0)) for one in fitting[:MOST_JOINING])


def age_note(ranked: Sequence[Passage], joined: Sequence[StoredPassage], now: datetime) -> str | None:
    """Tell of the first passages which are of earlier readings, and how old; None where none is."""
    read = {one.passage.id: one.fetched_at for one in joined}
    used = {passage.url: read[passage.id] for passage in ranked[:TOLD_OF] if passage.id in read}
    if not used:
        return None
    pages = ", ".join(f"{url} ({ago((now - at).total_seconds())})" for url, at in used.items())
    return f"not read anew but kept from an earlier question: {pages}"
