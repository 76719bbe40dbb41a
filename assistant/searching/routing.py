"""Which sources to ask one question.

Knows what the user chose, what each source says of itself, and the budget. Leaves building sources to
`retrievers/registry.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from assistant.errors import QuestionInvalid
from assistant.evidence import QuestionOptions
from retrievers import Focus, Retriever, SearchQuery

__all__ = ["choose"]


def choose(
    query: SearchQuery, retrievers: Sequence[Retriever], options: QuestionOptions, limit: int | None
) -> tuple[Retriever, ...]:
    """Return the sources to ask: those the user named, all of them, else at most `limit` that fit."""
    if options.sources:
        return named(retrievers, options.sources)
    fitting = [source for source in retrievers if not source.languages or query.language in source.languages]
    if options.focus:
        fitting = focused(fitting, options.focus)
    return tuple(fitting[:limit])


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
