"""Which span of which passage supports a sentence: decided by code, never by the model that wrote it.

Joins what is known of words, numbers, dates, names, negation, comparison and subjects into a verdict. A sentence that
no span carries stays without a citation. Sources in another language are for `foreign.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from assistant.evidence import Citation, Passage, Sentence, Verdict
from assistant.writing.claims import Claim, claim_of, parts_of
from assistant.writing.cleaning import unlinked
from assistant.writing.holdings import joined
from assistant.writing.matching import (
    coverage,
    figures_in,
    figures_told,
    has_wider_bound,
    is_near,
    is_of_another,
    is_subject_near,
    main_place,
    names_held,
    whole_coverage,
)
from assistant.writing.polarity import agrees
from assistant.writing.quoting import quote_span
from assistant.writing.sources import Source, Support, read
from assistant.writing.swapping import is_swapped
from assistant.writing.widening import widened

__all__ = ["Attributed", "attribute", "attributed", "judge", "quotation"]

SUPPORTED = 0.75
"""Share of a sentence's new content words that its spans must hold."""
SUPPORTED_WHOLE = 0.6
"""The same of all its content words, the page's title counting too: else a name alone would prove who did what."""
PARTLY = 0.5
"""Fitted on one half of BEGIN (n = 220, human labels): supported from 0.75 is right in .82 with recall .89, from 0.7 in
.80 with .90, from 0.8 in .86 with .83; partly from 0.5 is right in .63, from 0.4 in .59, both with recall .98."""
LONGEST_RUN = 3
"""Sentences in one span."""
RUN_COST = 0.08
"""What a longer span must add: a reader checks short quotations."""
WEIGHED = 4
"""Runs of one passage that are judged, those with most words: the others differ from them by little."""
MOST_SOURCES = 3
"""Sources named for one sentence: more of them are noise to a reader."""
RANKS = (Verdict.UNSUPPORTED, Verdict.PARTLY, Verdict.SUPPORTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attributed:
    """A checked sentence with the exact spans that it rests on."""

    sentence: Sentence
    citations: tuple[Citation, ...]


def attribute(sentence: str, question: str, passages: Mapping[int, Passage], language: str | None) -> Attributed:
    """Tie a sentence to the spans that support it; a span's offsets are those of the page's text."""
    claim = claim_of(sentence, question, language)
    best = [best_run(claim, number, read(passage, language)) for number, passage in passages.items()]
    ranked = sorted((run for run in best if run), key=lambda run: worth(claim, run), reverse=True)
    chosen = choose(claim, ranked)
    quoted = [widened(claim, run) for run in chosen]
    return attributed(claim, quoted, checkable(claim, quoted, judge(claim, chosen)))


def attributed(
    claim: Claim, chosen: Sequence[Support], verdict: Verdict, *, support: float | None = None
) -> Attributed:
    """Cite the chosen runs, unless they support nothing; `support` is their share of the claim if not by words."""
    citations = tuple(cite(claim, run, support) for run in chosen) if verdict is not Verdict.UNSUPPORTED else ()
    citations = tuple(sorted(citations, key=lambda citation: citation.number))
    numbered = tuple(citation.number for citation in citations)
    return Attributed(sentence=Sentence(text=claim.text, citations=numbered, verdict=verdict), citations=citations)


def quotation(quote: Citation) -> Attributed:
    """Make a sentence of a quotation, which is its own support; only the citation keeps what could be a link."""
    sentence = Sentence(text=unlinked(quote.quote), citations=(quote.number,), verdict=Verdict.SUPPORTED)
    return Attributed(sentence=sentence, citations=(quote,))


def best_run(claim: Claim, number: int, source: Source) -> Support | None:
    """Find the shortest run of one to three sentences of a passage that carries most of a claim."""
    runs = list(runs_of(claim, source))
    if not runs:
        return None
    agreeing = agrees(claim.clauses, source.clauses)
    runs.sort(key=lambda run: run[0], reverse=True)
    weighed = [
        Support(
            number=number,
            source=source,
            held=joined(source.sentences[first : last + 1]),
            first=first,
            last=last,
            agrees=agreeing,
        )
        for _, first, last in runs[:WEIGHED]
    ]
    best = max(weighed, key=lambda run: worth(claim, run))
    return replace(best, agrees=best.agrees and not has_swapped(claim, best))


def has_swapped(claim: Claim, run: Support) -> bool:
    """Tell whether a claim is the main sentence of a run with one name or number put in another's place."""
    held = run.source.sentences[main_place(claim.said, run)]
    return is_swapped(claim.text, run.source.passage.text[held.start : held.end], figures_in(claim, held))


def runs_of(claim: Claim, source: Source) -> Iterator[tuple[float, int, int]]:
    """List the runs that begin and end with a sentence of use, each with the share of the claim that it holds."""
    useful = [
        (place, claim.said & one.stems)
        for place, one in enumerate(source.sentences)
        if not one.is_code and not claim.said.isdisjoint(one.stems)
    ]
    for at, (first, held) in enumerate(useful):
        shared = held
        yield len(shared) / len(claim.said), first, first
        for last, more in useful[at + 1 : at + LONGEST_RUN]:
            if last - first >= LONGEST_RUN or more <= shared:
                continue
            shared |= more
            yield len(shared) / len(claim.said) - RUN_COST * (last - first), first, last


def worth(claim: Claim, run: Support) -> tuple[int, float, float, int]:
    """Order runs: by verdict, by coverage less a cost for length, by that of what is new, by shortness.

    All that is said counts first: a quotation that names its subject can be checked by itself.
    """
    verdict = RANKS.index(judge(claim, [run]))
    cost = RUN_COST * (run.sentences - 1)
    return verdict, coverage(claim.said, run) - cost, coverage(claim.new, run) - cost, run.held.start - run.held.end


def judge(claim: Claim, runs: Sequence[Support]) -> Verdict:
    """Decide how far the chosen runs together carry a claim."""
    covered, whole = coverage(claim.new, *runs), whole_coverage(claim, runs)
    if not runs or min(covered, whole) < PARTLY or not all(run.agrees for run in runs):
        return Verdict.UNSUPPORTED
    if not figures_told(claim, runs):
        return Verdict.UNSUPPORTED
    foreign = is_of_another(claim, runs)
    if foreign and claim.subject and not claim.subject.is_several:
        return Verdict.UNSUPPORTED
    named = names_held(claim, runs)
    if not named and not is_near(claim.names, claim, runs):
        return Verdict.UNSUPPORTED
    complete = covered >= SUPPORTED and whole >= SUPPORTED_WHOLE and not has_wider_bound(claim, runs)
    strong = claim.strong <= frozenset[str]().union(*(run.held.words for run in runs))
    asks = claim.text.rstrip().endswith("?")  # a question states nothing
    near = is_near(claim.asked, claim, runs) and is_subject_near(claim, runs) and not foreign
    if complete and strong and near and named and not asks:
        return Verdict.SUPPORTED
    return Verdict.PARTLY


def checkable(claim: Claim, quoted: Sequence[Support], verdict: Verdict) -> Verdict:
    """Lower a verdict that a reader could not check by what is quoted and the titles above it.

    What is new may all be there and what was asked not: "13 vacancies" is not carried by "13 courts".
    """
    if verdict is Verdict.SUPPORTED and whole_coverage(claim, quoted) < SUPPORTED:
        return Verdict.PARTLY
    return verdict


def choose(claim: Claim, ranked: Sequence[Support]) -> list[Support]:
    """Take the best run, and those of other sites that carry all too; or two where only both together do."""
    if not ranked:
        return []
    first, *others = ranked
    if judge(claim, [first]) is not Verdict.SUPPORTED:
        return next((pair for second in others if are_both_needed(claim, pair := [first, second])), [first])
    chosen = [first]
    for run in others:
        is_new = all(site_of(run) != site_of(other) for other in chosen)
        if is_new and len(chosen) < MOST_SOURCES and judge(claim, [run]) is Verdict.SUPPORTED:
            chosen.append(run)
    return chosen


def are_both_needed(claim: Claim, pair: Sequence[Support]) -> bool:
    """Tell whether two runs carry a claim together and each carries whole a part of it that the other does not."""
    if judge(claim, pair) is not Verdict.SUPPORTED:
        return False
    carried = [frozenset(part for part in parts_of(claim) if coverage(part, run) >= SUPPORTED) for run in pair]
    everything = all(any(part in one for one in carried) for part in parts_of(claim))
    return everything and not (carried[0] <= carried[1] or carried[1] <= carried[0])


def site_of(run: Support) -> str:
    """Name the site of a page; a local file is its own."""
    url = run.source.passage.url
    return (urlsplit(url).hostname or url).removeprefix("www.")


def cite(claim: Claim, run: Support, support: float | None) -> Citation:
    """Quote a run verbatim."""
    carried = coverage(claim.new, run) if support is None else support
    return quote_span(run.number, run.source.passage, run.held.start, run.held.end, support=carried)
