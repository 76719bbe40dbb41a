"""Copies of one text that give different values: which of them answers, and which is only shown beside it.

Knows near copies, of a passage or of a long sentence, by their words in a row, and the place where they differ. Whoever
more independent pages side with answers; where none does, the page that the search lists first. What sites say in words
of their own is compared in `disagreement.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product

from assistant.evidence import Citation, Passage
from assistant.language.sentences import sentence_spans
from assistant.language.similarity import shared_part
from assistant.language.variants import Variant, variants
from assistant.language.words import content_stems, numbers, words
from assistant.writing.naming import required_names
from assistant.writing.quantities import asks_amount, asks_time
from assistant.writing.wanting import asks_measure

__all__ = ["Contest", "contests"]

COPIED = 0.5
"""Share of the shorter text's words in a row from which two passages are one text, changed here and there. Of the pairs
of RAMDocs' passages that share so much (half that constants are fitted on), all 48 that give different answers but one
were changed on purpose."""
MOST_VARIANTS = 3
"""Places at which copies may differ; what differs in more is of something else in the same form, as censuses are."""
COPIED_SENTENCE = 0.6
LONG = 8
"""Shared words of content from which two sentences that differ at one place, in a number or a name, are one: shorter
ones have the same form for many things ("The population was 4,624 at the 2010 census."). All 3 pairs of RAMDocs' fitted
half that share no passage were changed on purpose; of 8 with fewer words 7 were of two things."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contest:
    """Two quotations of one text, each with the value that it gives; the first answers."""

    kept: Citation
    kept_value: str
    outvoted: Citation
    outvoted_value: str
    is_majority: bool
    """Whether more pages that are no copies of either give the kept value, not merely as many."""


def contests(
    question: str, quotes: Sequence[Citation], passages: Mapping[int, Passage], language: str | None
) -> tuple[Contest, ...]:
    """Find the quotations whose text another page has with another value, and decide each pair."""
    named = named_in({quote.number: passages[quote.number] for quote in quotes}, question, language)
    alike = (pair for pair in combinations(quotes, 2) if named[pair[0].number] == named[pair[1].number])
    found = (contest(question, pair, quotes, passages, language) for pair in alike)
    return tuple(one for one in found if one)


def contest(
    question: str,
    pair: tuple[Citation, Citation],
    quotes: Sequence[Citation],
    passages: Mapping[int, Passage],
    language: str | None,
) -> Contest | None:
    """Decide one pair; None where its texts are no copies, or differ beside what is quoted."""
    first, second = pair
    pages = passages[first.number], passages[second.number]
    if first.url == second.url or not shared_part(pages[0].text, pages[1].text):
        return None
    if any(page.has_series for page in pages):
        return None  # series have one form for many things
    differing = places(pages[0].text, pages[1].text, language)
    values = next(valued(question, differing, pair, passages), None)
    return decided(pair, values, quotes, passages) if values else None


def named_in(passages: Mapping[int, Passage], question: str, language: str | None) -> dict[int, frozenset[str]]:
    """Collect what each passage names of what a question names: where that differs, two are of two things."""
    named = frozenset(required_names(question, language))
    return {
        number: named.intersection(words(f"{one.title} {one.heading} {one.text}")) if named else named
        for number, one in passages.items()
    }


def places(first: str, second: str, language: str | None) -> tuple[Variant, ...]:
    """List where two texts differ that are one text, or have a long sentence in common; nothing of any others."""
    shared = shared_part(first, second)
    if shared >= COPIED:
        found = variants(first, second, language)
        return found if len(found) <= MOST_VARIANTS else ()
    return tuple(places_of_sentences(first, second, language)) if shared else ()


def places_of_sentences(first: str, second: str, language: str | None) -> Iterator[Variant]:
    """Find the long sentences of two texts that are one but for a number or a name."""
    for ours, theirs in product(sentence_spans(first), sentence_spans(second)):
        said = first[slice(*ours)], second[slice(*theirs)]
        if shared_part(*said) < COPIED_SENTENCE:
            continue
        stems = [frozenset(content_stems(one, language)) for one in said]
        found = variants(*said, language)
        if len(found) == 1 and found[0].is_particular and len(stems[0] & stems[1]) >= LONG:
            yield found[0].moved(ours[0], theirs[0])


def valued(
    question: str,
    differing: Sequence[Variant],
    pair: tuple[Citation, Citation],
    passages: Mapping[int, Passage],
) -> Iterator[tuple[str, str]]:
    """Give the values at which two quotations differ, where they are of the kind that is asked for."""
    first, second = (passages[quote.number] for quote in pair)
    wants_figure = asks_amount(question) or asks_time(question) or asks_measure(question)
    texts = [(first.text[slice(*variant.first)], second.text[slice(*variant.second)]) for variant in differing]
    told = list(zip(differing, texts, strict=True))
    if wants_figure and any(variant.is_particular and not all(map(numbers, values)) for variant, values in told):
        return  # where another name stands, the figures are another's
    for variant, values in told:
        if not (is_within(variant.first, pair[0], first) or is_within(variant.second, pair[1], second)):
            continue  # what was asked stands elsewhere
        yield values


def is_within(span: tuple[int, int], quote: Citation, passage: Passage) -> bool:
    """Tell whether a place of a passage is quoted."""
    return quote.start <= passage.start + span[0] and passage.start + span[1] <= quote.end


def decided(
    pair: tuple[Citation, Citation],
    values: tuple[str, str],
    quotes: Sequence[Citation],
    passages: Mapping[int, Passage],
) -> Contest:
    """Keep the value that more other texts give, else that of the page which the search lists first."""
    votes = [voices(value, pair, quotes, passages) for value in values]
    ranks = [listed(passages[quote.number]) for quote in pair]
    winner = int(votes[1] > votes[0] or (votes[0] == votes[1] and ranks[1] < ranks[0]))
    return Contest(
        kept=pair[winner],
        kept_value=values[winner],
        outvoted=pair[1 - winner],
        outvoted_value=values[1 - winner],
        is_majority=votes[winner] > votes[1 - winner],
    )


def listed(passage: Passage) -> float:
    """Give the place of a page among what the search found, the last of all where that is unknown."""
    return float("inf") if passage.source_rank is None else passage.source_rank


def voices(
    value: str, pair: tuple[Citation, Citation], quotes: Sequence[Citation], passages: Mapping[int, Passage]
) -> int:
    """Count the quotations of other texts that give a value; a copy is no voice of its own."""
    texts = [passages[quote.number].text for quote in pair]
    given = f" {' '.join(words(value))} "
    others = [quote for quote in quotes if quote not in pair and given in run_of_words(quote.quote)]
    return sum(all(shared_part(passages[one.number].text, text) < COPIED for text in texts) for one in others)


@lru_cache(maxsize=64)
def run_of_words(text: str) -> str:
    """Write the words of a quotation in a run, once for all values that are looked for in it."""
    return f" {' '.join(words(text))} "
