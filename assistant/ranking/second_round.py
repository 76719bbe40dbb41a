"""What to search for next when a question goes in two steps: names that the first pages gave and the question lacks.

By rules, in milliseconds, so that the second round fits into the same deadline. Searches nothing itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from assistant.evidence import Passage
from assistant.language import content_stems, fold, names, sentence_spans, words
from assistant.ranking.two_steps import goes_in_two_steps
from retrievers import SearchQuery

__all__ = ["follow_up_queries"]

LOOKED_AT = 5
"""First passages that are read for names."""
MOST_QUERIES = 2
"""Each costs a request to every source asked."""
LEAST_OPEN = 0.34
"""Share of the question's words that the best passage must leave open; else one step has answered it. With the wording
of `two_steps.py` it asks on for .33 of HotpotQA (all gold among ten .86, then .89), .79 of MuSiQue (.33, .38), and of
questions in one step .01 of FQuAD, .08 of XQuAD in English and Spanish, .07 in German; with .25 for .46 (.90) and .87
(.38), and .03 of FQuAD. As many more pages by the question alone bring .86 and .35."""
MOST_WORDS = 5
"""Words of a name; more are a heading or a sentence in capitals."""


def follow_up_queries(query: SearchQuery, passages: Sequence[Passage]) -> tuple[SearchQuery, ...]:
    """Make queries of a name and the words of the question that the best passage leaves open; or none."""
    asked = [word for word in words(query.text) if content_stems(word, query.language)]
    if not asked or not passages or not goes_in_two_steps(query.text, query.language):
        return ()
    covered = set(content_stems(f"{passages[0].title} {passages[0].text}", query.language))
    remaining = [word for word in asked if not covered.issuperset(content_stems(word, query.language))]
    if len(remaining) < LEAST_OPEN * len(asked):
        return ()
    found = bridging_names(query, passages[:LOOKED_AT])[:MOST_QUERIES]
    return tuple(replace(query, text=" ".join([name, *remaining])) for name in found)


def bridging_names(query: SearchQuery, passages: Sequence[Passage]) -> list[str]:
    """List names that stand beside the question's words but not in it, those in the best sentences first."""
    asked = set(content_stems(query.text, query.language))
    known = set(words(query.text))
    worth: dict[str, float] = defaultdict(float)
    for rank, passage in enumerate(passages):
        for start, end in sentence_spans(passage.text):
            sentence = passage.text[start:end]
            shared = len(asked & set(content_stems(sentence, query.language)))
            for name in runs_of_names(sentence):
                if shared and known.isdisjoint(words(name)) and len(name.split()) <= MOST_WORDS:
                    worth[name] += shared / (1 + rank)
    return sorted(worth, key=lambda name: -worth[name])


def runs_of_names(sentence: str) -> list[str]:
    """Join capitalised words that stand together: "Johann Strauss" is one name."""
    single = set(names(sentence))
    runs: list[list[str]] = [[]]
    for word in sentence.split():
        bare = word.strip(".,;:!?()[]\"'«»\u201c\u201d")
        if fold(bare) in single and not bare.isdigit():
            runs[-1].append(bare)
        if fold(bare) not in single or bare != word.lstrip("(\"'«\u201c"):
            runs.append([])
    return [" ".join(run) for run in runs if run]
