"""Addresses that stand in a question: pages to be read as given, whose letters are no words to search for.

Knows where an address ends in running text, and which questions ask for nothing but its page. Leaves reading to
`assistant/reading`, which also decides whether an address may be read at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from assistant.evidence import Candidate, ScorePart
from assistant.language.words import content_stems, stems
from assistant.searching.addresses import canonical
from retrievers import SearchQuery

__all__ = ["attached_candidates", "given_candidates", "has_more_to_search", "with_subject", "without_addresses"]

ADDRESS = re.compile(
    r"(?:https?://|(?<![\w.@])www\.(?=[\w-]+\.\w))[^\s<>\"'`\u00ab\u00bb\u201c\u201d|\\^{}]+", re.IGNORECASE
)
CLOSERS = {")": "(", "]": "["}
"""A bracket at the end belongs to the address only if it was opened there: Wikipedia's Mercury_(planet) has one."""
SENTENCE_MARKS = ".,;:!?\u2026*_"
MOST = 10
"""More than the pages that most turns read."""
AT_THE_TOP = 1.0
"""Above what found pages have: a page that six lists name first, with every word and of today, has 6 * 4 / 61."""
INSTRUCTIONS = """
    summarise summarize summary summarised sum explain describe read open analyse analyze tell say says give list key
    main point points page article site website link url post text content takeaway takeaways overview tldr tl dr short
    brief bullet bullets sentence sentences paragraph paragraphs translate
    résume résumer résumé résumez explique expliquer expliquez décris lis lire ouvre analyse dis dit donne liste
    points principaux article lien texte contenu court bref phrases
    zusammenfassen fasse fass zusammen zusammenfassung erkläre erklären beschreibe lies lese seite artikel text inhalt
    kurz
    resume resumir resumen explica explicar describe lee leer página artículo enlace texto contenido breve
"""
"""What a person asks to be done with a page, in English, French, German and Spanish."""


def without_addresses(text: str) -> tuple[tuple[str, ...], str]:
    """Part a question into the addresses in it, in order and once each, and its other words."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        address = trimmed(match.group())
        url = canonical(address if "://" in address else f"https://{address}")
        if url is None:
            return match.group()
        found.append(url)
        return f" {match.group()[len(address) :]}"

    rest = ADDRESS.sub(take, text)
    closed_up = re.sub(r"\s+(?=[.,;:!?)])|(?<=\()\s+", "", rest.replace("( )", ""))
    return tuple(dict.fromkeys(found))[:MOST], " ".join(closed_up.split()).lstrip(",;: ")


def trimmed(address: str) -> str:
    """Leave out what belongs to the sentence around an address."""
    while address:
        last = address[-1]
        is_loose = last in CLOSERS and address.count(last) > address.count(CLOSERS[last])
        if last not in SENTENCE_MARKS and not is_loose:
            break
        address = address[:-1]
    return address


def has_more_to_search(rest: str, language: str) -> bool:
    """Tell whether a question says more than what to do with the pages it names."""
    instructions = {stem for known in ("en", "fr", "de", "es", language) for stem in stems(INSTRUCTIONS, known)}
    return any(stem not in instructions and not stem.isdecimal() for stem in content_stems(rest, language))


def with_subject(query: SearchQuery, titles: Sequence[str], *, has_files: bool = False) -> SearchQuery:
    """Give a question that only says what to do with the pages it names, or its files, their titles for a subject."""
    urls, rest = without_addresses(query.text)
    if not (urls or has_files) or not titles or has_more_to_search(rest, query.language):
        return query
    return replace(query, text=f"{rest} {', '.join(dict.fromkeys(titles))}")


def attached_candidates(paths: Sequence[str]) -> tuple[Candidate, ...]:
    """Make candidates of files that were attached to a question, before all others."""
    part = ScorePart(why="attached to the question", value=AT_THE_TOP + 1)
    return tuple(
        Candidate(url=path.resolve().as_uri(), title=path.name, score=part.value, explanation=(part,))
        for path in map(Path, paths)
    )


def given_candidates(urls: Sequence[str]) -> tuple[Candidate, ...]:
    """Make candidates of addresses, before all that are found."""
    why = "named in the question"
    return tuple(
        Candidate(
            url=url,
            title=url,
            score=AT_THE_TOP + (MOST - place) / 100,
            explanation=(ScorePart(why=why, value=AT_THE_TOP + (MOST - place) / 100),),
        )
        for place, url in enumerate(urls)
    )
