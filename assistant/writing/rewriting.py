"""What becomes of a sentence that no source carries: cut to the part that one does, or replaced by a quotation.

Knows how to shorten and to choose; whether the result holds is asked of `attribution.py` again. Nothing is put into
words here: a part of the model's sentence, or the words of a source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.evidence import Passage, Verdict
from assistant.language.words import words
from assistant.writing.attribution import Attributed, attribute, quotation
from assistant.writing.claims import Claim, claim_of
from assistant.writing.holdings import Holding
from assistant.writing.quoting import LONGEST_QUOTE, quote_span
from assistant.writing.sources import read
from assistant.writing.sufficiency import asked_stems

__all__ = ["quoted_instead", "trimmed"]

CUTS = re.compile(
    r"\s*[;\u2013\u2014]\s+"
    r"|,?\s+(?:because|which|while|whereas|although|but|so that|car|tandis que|mais|weil|aber|pero|porque)\s+"
    r"|,\s+(?:and|et|und|y)\s+"
)
"""Where a part begins that can be left off."""
ONLY_COMMA = re.compile(r"^[^,]+(,\s+)[^,]+$")
"""A single comma is such a place too; two of them often hold what belongs in the middle."""
DEPENDENT = re.compile(
    r"^(?:if|when|although|though|while|because|after|before|once|unless|as|since|according|in|on|at|by|during|from|for"
    r"|with|under|until|si|quand|lorsque|bien que|selon|en|dans|apres|wenn|als|obwohl|nach|laut|im|seit|cuando|aunque"
    r"|segun)\b[^,]*,\s*",
    re.IGNORECASE,
)
"""An opening that is no sentence by itself."""
FEWEST_WORDS = 4
"""A shorter rest says too little."""
FEWEST_SAID = 0.5
"""Share of a sentence's content words from which a quotation says what it tried to say."""
FEWEST_ASKED = 0.34
"""Share of the question's content words that such a quotation must hold, with the title of its page."""
FEWEST_QUOTED_WORDS = 5


def trimmed(sentence: str, question: str, passages: Mapping[int, Passage], language: str | None) -> Attributed | None:
    """Cut what no source carries off the end of a sentence; None where no beginning of it is supported."""
    opening = DEPENDENT.match(sentence)
    places = [cut.start() for cut in CUTS.finditer(sentence)]
    if comma := ONLY_COMMA.match(sentence):
        places.append(comma.start(1))
    for place in sorted(places, reverse=True):
        start = sentence[:place].rstrip(" ,;:")
        if opening and place < opening.end():
            continue
        if len(words(start)) < FEWEST_WORDS or start.count("(") != start.count(")") or start.count('"') % 2:
            continue
        found = attribute(f"{start}.", question, passages, language)
        if found.sentence.verdict is Verdict.SUPPORTED:
            return found
    return None


def quoted_instead(
    sentence: str, question: str, passages: Mapping[int, Passage], language: str | None, said: Sequence[str]
) -> Attributed | None:
    """Quote the sentence of a source that says rightly what this one tried to say, unless it was said already."""
    claim = claim_of(sentence, question, language)
    asked = asked_stems(question, language)
    best: tuple[float, Attributed] | None = None
    for number, passage in passages.items():
        for held, worth in quotable(claim, asked, passage):
            quote = quote_span(number, passage, held.start, held.end, support=1.0)
            if (best is None or worth > best[0]) and quote.quote not in said:
                best = (worth, quotation(quote))
    return best[1] if best else None


def quotable(claim: Claim, asked: frozenset[str], passage: Passage) -> Iterator[tuple[Holding, float]]:
    """List the sentences of a passage that share enough with a claim and with the question, with their worth."""
    source = read(passage, claim.language)
    for held in source.sentences:
        if held.is_code or len(held.words) < FEWEST_QUOTED_WORDS or held.end - held.start > LONGEST_QUOTE:
            continue
        shared = len(claim.said & held.stems) / max(1, len(claim.said))
        answered = len(asked & (held.stems | source.title)) / max(1, len(asked))
        if shared >= FEWEST_SAID and (answered >= FEWEST_ASKED or not asked):
            yield held, shared + answered
