"""Which span of which passage supports a sentence: decided by code, never by the model that wrote it.

Knows words, numbers, names and negation. A sentence that no span carries stays without a citation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from assistant.evidence import Citation, Passage, Sentence, Verdict
from assistant.language.detection import detect_language
from assistant.language.words import names, numbers, stems, words
from assistant.writing.holdings import Holding, all_numbers, content, holdings, joined
from assistant.writing.naming import particular_names
from assistant.writing.polarity import Clause, agrees, clauses
from assistant.writing.quoting import quote_span

__all__ = ["Attributed", "attribute"]

SUPPORTED = 0.75
"""Share of a sentence's new content words that its spans must hold: 0.7 on 26 items with the stand-in; on one half of
BEGIN (n = 217, human labels) 0.75 lets fewer wrong ones pass (precision .79 for .77) at the same recall (.88)."""
SUPPORTED_WHOLE = 0.6
"""The same of all its content words, the page's title counting too: else a name alone would prove who did what."""
PARTLY = 0.4
LONGEST_RUN = 3
"""Sentences in one span."""
RUN_COST = 0.08
"""What a longer span must add: a reader checks short quotations."""
SECOND_GAIN = 0.2
"""What a second passage must add to a claim that no passage carries alone."""
RANKS = (Verdict.UNSUPPORTED, Verdict.PARTLY, Verdict.SUPPORTED)
FEWEST_ANCHORS = 2
"""Numbers and names that must all agree before a sentence in another language than its source counts as partly."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attributed:
    """A checked sentence with the exact spans that it rests on."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """What of a sentence must be found in a source; `said` is all of it, the rest is what the question did not say."""

    said: frozenset[str]
    new: frozenset[str]
    numbers: frozenset[str]
    asked: frozenset[str]
    """Numbers and names that it took over from the question."""
    names: frozenset[str]
    clauses: tuple[Clause, ...]
    language: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Support:
    """One run of sentences of one passage, measured against a claim."""

    number: int
    passage: Passage
    held: Holding
    sentences: int
    agrees: bool
    """The passage, which may say more than the run, does not deny what is claimed."""


def attribute(sentence: str, question: str, passages: Mapping[int, Passage], language: str | None) -> Attributed:
    """Tie a sentence to the spans that support it; a span's offsets are those of the page's text."""
    claim = claim_of(sentence, question, language)
    best = [best_run(claim, number, passage) for number, passage in passages.items()]
    ranked = sorted((run for run in best if run), key=lambda run: worth(claim, run), reverse=True)
    chosen = choose(claim, ranked)
    verdict = judge(claim, chosen)
    if verdict is Verdict.UNSUPPORTED and (anchored := across_languages(claim, sentence, passages)):
        chosen, verdict = [anchored], Verdict.PARTLY
    citations = tuple(cite(claim, run) for run in chosen) if verdict is not Verdict.UNSUPPORTED else ()
    citations = tuple(sorted(citations, key=lambda citation: citation.number))
    numbered = tuple(citation.number for citation in citations)
    return Attributed(sentence=Sentence(text=sentence, citations=numbered, verdict=verdict), citations=citations)


def claim_of(sentence: str, question: str, language: str | None) -> Claim:
    """Take apart what a sentence claims beyond the question; one that only repeats it must be found whole."""
    asked = content(question, language)
    said = content(sentence, language)
    in_question = frozenset(words(question)) | frozenset(stems(question, language))
    told = particular_names(sentence, language)
    new_names = frozenset(name for name in told if in_question.isdisjoint([name, *stems(name, language)]))
    return Claim(
        said=said,
        new=(said - asked) or said,
        numbers=numbers(sentence) - numbers(question),
        asked=(numbers(sentence) & numbers(question)) | frozenset(told) - new_names,
        names=new_names,
        clauses=clauses(sentence, language),
        language=language,
    )


def best_run(claim: Claim, number: int, passage: Passage) -> Support | None:
    """Find the shortest run of one to three sentences of a passage that carries most of a claim."""
    found = holdings(passage.text, claim.language)
    agreeing = agrees(claim.clauses, clauses(passage.text, claim.language))
    best: Support | None = None
    for first, one in enumerate(found):
        if claim.said.isdisjoint(one.stems) and claim.numbers.isdisjoint(one.numbers):
            continue  # a run that begins with it is longer and carries no more
        for last in range(first, min(first + LONGEST_RUN, len(found))):
            held = joined(found[first : last + 1])
            run = Support(number=number, passage=passage, held=held, sentences=last - first + 1, agrees=agreeing)
            if best is None or worth(claim, run) > worth(claim, best):
                best = run
    return best


def worth(claim: Claim, run: Support) -> tuple[int, float, float, int]:
    """Order runs: by verdict, by coverage less a cost for length, by coverage of all words, by shortness."""
    verdict = RANKS.index(judge(claim, [run]))
    cost = RUN_COST * (run.sentences - 1)
    return verdict, coverage(claim.new, run) - cost, whole_coverage(claim, [run]) - cost, run.held.start - run.held.end


def coverage(wanted: frozenset[str], *runs: Support) -> float:
    """Measure the share of stems that runs hold together."""
    held = frozenset[str]().union(*(run.held.stems for run in runs))
    return len(wanted & held) / len(wanted) if wanted else 0.0


def whole_coverage(claim: Claim, runs: Sequence[Support]) -> float:
    """Measure the share of all that a sentence says; what the question said may stand in the title of the page."""
    held = frozenset[str]().union(*(run.held.stems for run in runs))
    titles = frozenset[str]().union(*(title_stems(run.passage.title, claim.language) for run in runs))
    found = (claim.said & held) | ((claim.said - claim.new) & titles)
    return len(found) / len(claim.said) if claim.said else 0.0


@lru_cache(maxsize=512)
def title_stems(title: str, language: str | None) -> frozenset[str]:
    """Stem a title, with its words as they are."""
    return frozenset(stems(title, language)) | frozenset(words(title))


def judge(claim: Claim, runs: Sequence[Support]) -> Verdict:
    """Decide how far the chosen runs together carry a claim."""
    covered, whole = coverage(claim.new, *runs), whole_coverage(claim, runs)
    if not runs or min(covered, whole) < PARTLY:
        return Verdict.UNSUPPORTED
    if not claim.numbers <= frozenset[str]().union(*(run.held.numbers for run in runs)):
        return Verdict.UNSUPPORTED
    named = names_held(claim, runs)
    if not named and not is_near(claim.names, runs, claim.language):
        return Verdict.UNSUPPORTED
    if not all(run.agrees for run in runs):
        return Verdict.UNSUPPORTED
    complete = covered >= SUPPORTED and whole >= SUPPORTED_WHOLE
    if complete and named and is_near(claim.asked, runs, claim.language):
        return Verdict.SUPPORTED
    return Verdict.PARTLY


def names_held(claim: Claim, runs: Sequence[Support]) -> bool:
    """Tell whether every name stands in the runs or in the titles of their pages."""
    known = frozenset[str]().union(
        *(run.held.words | run.held.stems | title_stems(run.passage.title, claim.language) for run in runs)
    )
    return all(name in known or not known.isdisjoint(stems(name, claim.language)) for name in claim.names)


def is_near(wanted: frozenset[str], runs: Sequence[Support], language: str | None) -> bool:
    """Tell whether numbers and names stand at least somewhere in the passages, as where the span itself says "he"."""
    known = frozenset[str]().union(*(whole_passage(run.passage, language) for run in runs))
    return all(one in known or not known.isdisjoint(stems(one, language)) for one in wanted)


@lru_cache(maxsize=256)
def whole_passage(passage: Passage, language: str | None) -> frozenset[str]:
    """Collect the words, stems, numbers and the year of a passage with its title."""
    text = f"{passage.title}\n{passage.text}"
    year = {str(passage.published.year)} if passage.published else set()
    return frozenset(words(text)) | frozenset(stems(text, language)) | all_numbers(text, language) | year


def choose(claim: Claim, ranked: Sequence[Support]) -> list[Support]:
    """Take the best run; a second one of another site that carries all too, or where only both together do."""
    if not ranked:
        return []
    first, *others = ranked
    if judge(claim, [first]) is Verdict.SUPPORTED:
        site = site_of(first.passage.url)
        also = (run for run in others if site_of(run.passage.url) != site)
        second = next((run for run in also if judge(claim, [run]) is Verdict.SUPPORTED), None)
        return [first, second] if second else [first]
    for second in others:
        gain = coverage(claim.new, first, second) - max(coverage(claim.new, first), coverage(claim.new, second))
        if gain >= SECOND_GAIN and judge(claim, [first, second]) is Verdict.SUPPORTED:
            return [first, second]
    return [first]


def site_of(url: str) -> str:
    """Name the site of a page; a local file is its own."""
    host = urlsplit(url).hostname or url
    return host.removeprefix("www.")


def across_languages(claim: Claim, sentence: str, passages: Mapping[int, Passage]) -> Support | None:
    """Find a run in another language that holds every number and name of a sentence, where it has several."""
    anchors = frozenset(name for name in names(sentence) if not name.isdecimal()) | claim.numbers
    if len(anchors) < FEWEST_ANCHORS or not (claim.names | claim.numbers):
        return None
    for number, passage in passages.items():
        found = holdings(passage.text, claim.language)
        runs = (found[i : i + count] for count in range(1, LONGEST_RUN + 1) for i in range(len(found)))
        for run in runs:
            held = joined(run)
            if anchors <= held.words | held.numbers and is_foreign(passage, claim.language):
                return Support(number=number, passage=passage, held=held, sentences=len(run), agrees=True)
    return None


def is_foreign(passage: Passage, language: str | None) -> bool:
    """Tell whether a passage is surely in another language."""
    return language is not None and detect_language(passage.text) not in {None, language}


def cite(claim: Claim, run: Support) -> Citation:
    """Quote a run verbatim."""
    return quote_span(run.number, run.passage, run.held.start, run.held.end, support=coverage(claim.new, run))
