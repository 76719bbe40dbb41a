"""How far a quotation must reach for a reader to check a sentence by it alone.

Knows the sentences around a run. Whether the run carries the claim is decided in `attribution.py`, before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.writing.claims import Claim
from assistant.writing.holdings import joined
from assistant.writing.matching import coverage
from assistant.writing.sources import Support

__all__ = ["widened"]

ENOUGH = 0.75
"""Share of a sentence's content words from which a quotation says by itself what it stands for: that of a verdict."""
BEFORE, AFTER = 6, 2
"""Sentences that may be taken in: a text names its subject first and then says "it"."""
LONGEST = 600
"""Characters of a quotation that was widened: some five lines, still read at a glance (judgement)."""
COST = 0.05
"""Of what a sentence says, that each sentence taken in must add (judgement): more than one word of twenty."""


def widened(claim: Claim, run: Support) -> Support:
    """Take in the neighbouring sentences that name what a claim took from the question; the run itself if none do."""
    if coverage(claim.said, run) >= ENOUGH:
        return run
    return max(reaches(run), key=lambda wider: worth(claim, wider))


def worth(claim: Claim, run: Support) -> float:
    """Weigh what a run holds against its length; beyond what is enough, more is no better."""
    return min(ENOUGH, coverage(claim.said, run)) - COST * run.sentences


def reaches(run: Support) -> Iterator[Support]:
    """List a run and every longer one around it, the shorter first."""
    sentences = run.source.sentences
    yield run
    for first in range(run.first, max(-1, run.first - BEFORE - 1), -1):
        for last in range(run.last, min(len(sentences), run.last + AFTER + 1)):
            taken = sentences[first : last + 1]
            if taken[-1].end - taken[0].start <= LONGEST and not any(one.is_code for one in taken):
                yield replace(run, held=joined(taken), first=first, last=last)
