"""How well an answer's sentences are carried by what they cite: recall and precision as ALCE defines them.

Gao et al., "Enabling Large Language Models to Generate Text with Citations", 2023, section 3. Counts per answer, so
that intervals can be drawn over answers. Judges with `support_judge.py`, never with what the product thinks of itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from assistant.evaluation.answers import StoredAnswer, StoredCalculation, StoredCitation, StoredSentence
from assistant.evaluation.items import Item, passages_of
from assistant.evaluation.support_judge import content, figures, judge_support, same_facts
from assistant.evidence import Page
from assistant.language import detect_language

__all__ = ["CitationCounts", "count_citations", "verbatim_words"]

FEWEST_CONTENT_WORDS = 2
"""A sentence that says less states no fact ("Yes.", "It does.")."""
RUN_WORDS = 4
"""Words in a row that stand in a page just so are copied; shorter runs meet by chance."""
WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True, slots=True)
class CitationCounts:
    """What one answer adds to the figures; `dropped` sentences have no support by definition."""

    sentences: int = 0
    """Factual ones in the language of what they cite, or without a citation."""
    supported: int = 0
    """By what is quoted: all that a reader is shown of a source."""
    supported_by_passages: int = 0
    """By the whole passages that the quotations were cut from, with their titles: what ALCE calls a citation."""
    covered: int = 0
    citations: int = 0
    relevant: int = 0
    relevant_passages: int = 0
    numbers: int = 0
    dangling: int = 0
    """Numbers without a citation, and citations whose quotation does not stand in its page where it says."""
    dropped: int = 0
    crossed: int = 0
    """Sentences in another language than what they cite."""
    crossed_alike: int = 0
    """Those of which the numbers and names stand there."""
    instead: int = 0
    """Sentences shown that the model did not write so."""
    words: int = 0
    copied: int = 0


def count_citations(item: Item, answer: StoredAnswer) -> CitationCounts:
    """Count for one answer."""
    cited = {citation.number: citation for citation in answer.citations}
    around = {one.number: passage_around(item, one) for one in answer.citations}
    counts = [of_sentence(item.question, sentence, cited, around) for sentence in answer.sentences]
    counts.append(
        CitationCounts(
            dangling=sum(not stands_in_page(item, citation) for citation in answer.citations),
            numbers=len(answer.citations),
            dropped=sum(is_factual(text) for text in answer.dropped),
            instead=sum(bool(one.instead) and is_factual(one.text) for one in answer.sentences),
        )
    )
    copied, spoken = verbatim_words([one.text for one in answer.sentences], [page.text for page in item.pages])
    counts.append(CitationCounts(words=spoken, copied=copied))
    return added(counts)


def added(counts: Sequence[CitationCounts]) -> CitationCounts:
    """Add counts up."""
    return CitationCounts(
        **{one.name: sum(getattr(count, one.name) for count in counts) for one in fields(CitationCounts)}
    )


def of_sentence(
    question: str, sentence: StoredSentence, cited: Mapping[int, StoredCitation], around: Mapping[int, str]
) -> CitationCounts:
    """Count for one sentence; `around` are the passages that quotations were cut from."""
    numbers = len(sentence.citations)
    dangling = sum(number not in cited for number in sentence.citations)
    quotes = [cited[number].quote for number in sentence.citations if number in cited]
    if not is_factual(sentence.text):
        return CitationCounts(numbers=numbers, dangling=dangling)
    language = detect_language(sentence.text) or detect_language(question)
    if quotes and is_crossed(sentence.text, quotes):
        alike = same_facts(sentence.text, "\n".join(quotes), question)
        return CitationCounts(numbers=numbers, dangling=dangling, crossed=1, crossed_alike=int(alike))

    supported, relevant = carried(sentence, quotes, question, language)
    whole = [around[number] for number in sentence.citations if number in cited]
    in_passages, relevant_passages = carried(sentence, whole, question, language)
    return CitationCounts(
        sentences=1,
        supported=int(supported),
        supported_by_passages=int(in_passages),
        covered=int(bool(quotes)),
        citations=len(quotes),
        relevant=relevant,
        relevant_passages=relevant_passages,
        numbers=numbers,
        dangling=dangling,
    )


def carried(sentence: StoredSentence, texts: Sequence[str], question: str, language: str | None) -> tuple[bool, int]:
    """Tell whether texts together carry a sentence, and how many of them are not irrelevant to that."""

    def carry(some: Sequence[str]) -> bool:
        if sentence.calculation:
            return bool(some) and is_computed_from(sentence.text, sentence.calculation, "\n".join(some))
        return bool(some) and judge_support(sentence.text, "\n".join(some), question, language).is_supported

    if not carry(texts):
        return False, 0
    return True, sum(carry([one]) or not carry([*texts[:at], *texts[at + 1 :]]) for at, one in enumerate(texts))


def is_computed_from(sentence: str, calculation: StoredCalculation, text: str) -> bool:
    """Judge a sentence that code computed: a text states all operands, and no number comes from nowhere."""
    stated, computed = figures(text), figures(calculation.formula)
    operands = [figures(f"{abs(value):.12g}") for value in calculation.operands]
    return all(operand <= stated for operand in operands) and figures(sentence) <= stated | computed


def is_factual(text: str) -> bool:
    """Tell whether a sentence states anything that a source could carry."""
    return not text.rstrip().endswith("?") and len(content(text, detect_language(text))) >= FEWEST_CONTENT_WORDS


def is_crossed(text: str, quotes: Sequence[str]) -> bool:
    """Tell whether a sentence is surely in another language than all that it cites."""
    spoken = detect_language(text)
    written = {detect_language(quote) for quote in quotes}
    return spoken is not None and None not in written and spoken not in written


def stands_in_page(item: Item, citation: StoredCitation) -> bool:
    """Tell whether a quotation stands, letter for letter, at its place in one of the pages."""
    return bool(citation.quote) and any(stands_in(page, citation) for page in item.pages)


def stands_in(page: Page, citation: StoredCitation) -> bool:
    """Tell whether a quotation stands at its place in a page."""
    return page.text[citation.start : citation.end] == citation.quote


def passage_around(item: Item, citation: StoredCitation) -> str:
    """Give the passage that a quotation was cut from, by its place, with the title; the quotation if there is none."""
    pages = tuple(page for page in item.pages if stands_in(page, citation))
    for passage in passages_of(pages):
        if passage.start <= citation.start and citation.end <= passage.end:
            return f"{passage.title}\n{passage.text}"
    return citation.quote


def verbatim_words(sentences: Sequence[str], pages: Sequence[str]) -> tuple[int, int]:
    """Count the words of an answer that stand in a page in the same run of words, and all its words."""
    runs = {run for page in pages for run in runs_of(WORD.findall(page.casefold()), RUN_WORDS)}
    copied = spoken = 0
    for sentence in sentences:
        told = WORD.findall(sentence.casefold())
        found: set[int] = set()
        for place, run in enumerate(runs_of(told, RUN_WORDS)):
            if run in runs:
                found.update(range(place, place + RUN_WORDS))
        copied += len(found)
        spoken += len(told)
    return copied, spoken


def runs_of(told: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """List the runs of so many words."""
    return [tuple(told[place : place + size]) for place in range(len(told) - size + 1)]
