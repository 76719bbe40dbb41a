"""Which sources to ask one question, and what the word of each counts.

Knows what the user chose, what the question calls for, what each source says of itself, and the budget. Leaves reading
the question to `intents.py` and building sources to `retrievers/registry.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, zip_longest
from typing import get_args

from assistant.errors import QuestionInvalid
from assistant.evidence import QuestionOptions
from assistant.searching.inquiry import Inquiry
from retrievers import Focus, Retriever, SearchQuery
from retrievers.keywords import keywords

__all__ = ["choose", "inquiries_for"]

GENERAL: frozenset[Focus] = frozenset({"web", "reference", "local"})
"""The kinds that may hold the answer to any question."""
WEB_SHARE = 3
"""A third of the sources search the general web, before those that the question calls for; the rest of the web fills
what is left: its engines find the same pages, verticals find others."""
WANTED = 1.3
"""What a vertical counts that the question calls for; with a third more than the web, its first hit
stands before the web's tenth even if no other source names it."""
UNWANTED = 0.5
"""One that it does not call for always finds something."""
BEST_EFFORT = 0.8
SECOND_LANGUAGE = 0.8
ENGLISH = "en"


def choose(
    query: SearchQuery,
    retrievers: Sequence[Retriever],
    options: QuestionOptions,
    limit: int | None,
    *,
    intents: Sequence[Focus] = (),
    spare: Sequence[Retriever] = (),
) -> tuple[Retriever, ...]:
    """Return the sources to ask: those the user named, those of a focus, else at most `limit` that fit, best first.

    Sources to `spare` are asked only by name.
    """
    if options.sources:
        return named((*retrievers, *spare), options.sources)
    fitting = [source for source in retrievers if serves(source, query.language)]
    if options.focus:
        return tuple(sorted(focused(fitting, options.focus), key=is_makeshift)[:limit])
    suiting = [source for source in fitting if is_fit(source, query, intents)]
    return tuple(in_order(suiting, intents, limit))[:limit]


def serves(source: Retriever, language: str) -> bool:
    """Tell whether a source can be asked in a language, or in English for want of it."""
    return not source.languages or language in source.languages or ENGLISH in source.languages


def is_fit(source: Retriever, query: SearchQuery, intents: Sequence[Focus]) -> bool:
    """Tell whether a question is one for a source; figures come only from one that knows so, or where asked for."""
    if source.focus == "data" and "data" not in intents and type(source).suits is Retriever.suits:
        return False
    return source.suits(query)


def is_makeshift(source: Retriever) -> int:
    """Tell how much a source is a makeshift: not at all, best effort, or best effort that nobody relies on."""
    return source.best_effort + (source.best_effort and not source.on_by_default)


def in_order(fitting: Sequence[Retriever], intents: Sequence[Focus], limit: int | None) -> list[Retriever]:
    """Order sources by their use: some of the web, the user's own, a reference work, the wanted, and what is left.

    What the question does not call for is asked only where there is no limit, or no general web to ask.
    """
    by_focus: dict[str, list[Retriever]] = {}
    for source in sorted(fitting, key=is_makeshift):
        by_focus.setdefault(source.focus, []).append(source)
    web, reference = by_focus.get("web", []), by_focus.get("reference", [])
    first = max(1, (limit or len(fitting)) // WEB_SHARE)
    wanted = (focus for focus in intents if focus not in GENERAL)
    figures = [] if "data" in intents else by_focus.get("data", [])
    ordered = [
        *web[:first],
        *by_focus.get("local", []),
        *reference[:1],
        *figures,
        *by_turns(by_focus.get(focus, []) for focus in wanted),
        *reference[1:],
        *web[first:],
    ]
    if limit is None or not web:
        ordered += fitting
    return list(dict.fromkeys(ordered))


def by_turns(groups: Iterable[Sequence[Retriever]]) -> Iterator[Retriever]:
    """Take one of each group in turn."""
    rounds = zip_longest(*groups)
    return (source for source in chain.from_iterable(rounds) if source is not None)


def inquiries_for(
    query: SearchQuery, chosen: Sequence[Retriever], intents: Sequence[Focus] = ()
) -> tuple[Inquiry, ...]:
    """Say what each source is asked: the query in its language first, and in English too where there are editions."""
    english = SearchQuery(
        text=" ".join(keywords(query.text, query.language)),
        language=ENGLISH,
        freshness=query.freshness,
        limit=query.limit,
    )
    asked = chain.from_iterable(asked_of(source, query, english, intents) for source in chosen)
    return tuple(replace(inquiry, place=place) for place, inquiry in enumerate(asked))


def asked_of(
    source: Retriever, query: SearchQuery, english: SearchQuery, intents: Sequence[Focus]
) -> Iterator[Inquiry]:
    """Say what one source is asked."""
    weight = weight_of(source, intents)
    if source.languages and query.language not in source.languages and ENGLISH in source.languages:
        yield Inquiry(source=source, query=english, label=source.name, weight=weight * SECOND_LANGUAGE)
        return
    yield Inquiry(source=source, query=query, label=source.name, weight=weight)
    if source.has_editions and query.language != ENGLISH and serves(source, ENGLISH):
        label = f"{source.name}:{ENGLISH}"
        yield Inquiry(source=source, query=english, label=label, weight=weight * SECOND_LANGUAGE)


def weight_of(source: Retriever, intents: Sequence[Focus]) -> float:
    """Say what the word of a source counts for this question."""
    weight = BEST_EFFORT if source.best_effort else 1.0
    if source.focus in intents and source.focus not in GENERAL:
        return weight * WANTED
    if source.focus == "data":  # it was asked because it knows the question to be its own
        return weight * WANTED
    return weight if source.focus in GENERAL else weight * UNWANTED


def named(retrievers: Sequence[Retriever], names: Sequence[str]) -> tuple[Retriever, ...]:
    """Return the sources of these names; raise `QuestionInvalid` for one that is not ready."""
    ready = {source.name: source for source in retrievers}
    for name in names:
        if name not in ready:
            message = f"{name}: no such source is ready; ready are {', '.join(sorted(ready)) or 'none'}"
            raise QuestionInvalid(message)
    return tuple(ready[name] for name in dict.fromkeys(names))


def focused(retrievers: Sequence[Retriever], wanted: Sequence[str]) -> list[Retriever]:
    """Return the sources of these kinds; raise `QuestionInvalid` for a kind that is unknown or has no source ready."""
    for kind in wanted:
        if kind not in get_args(Focus):
            message = f"{kind}: no such focus; known are {', '.join(get_args(Focus))}"
            raise QuestionInvalid(message)
    fitting = [source for source in retrievers if source.focus in wanted]
    if not fitting:
        ready = sorted({source.focus for source in retrievers})
        message = f"{', '.join(wanted)}: no source of this focus is ready; ready are {', '.join(ready) or 'none'}"
        raise QuestionInvalid(message)
    return fitting
