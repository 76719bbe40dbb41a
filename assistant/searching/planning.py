"""A question made a plan: which sources are asked what, which pages are read as given, and what will be missing.

Knows the order in which a question is understood. Leaves each step to the module it is named for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from assistant.errors import QuestionInvalid
from assistant.evidence import Candidate, QuestionOptions, SearchReport
from assistant.searching.addresses import identity
from assistant.searching.asked_addresses import (
    attached_candidates,
    given_candidates,
    has_more_to_search,
    without_addresses,
)
from assistant.searching.fusion import fuse
from assistant.searching.inquiry import Inquiry
from assistant.searching.intents import intents_of
from assistant.searching.leaving_out import gap_of, kept
from assistant.searching.recency import implied_freshness
from assistant.searching.routing import choose, inquiries_for
from retrievers import Focus, Retriever, SearchQuery

__all__ = ["SearchPlan", "is_unclear", "plan_search", "with_implied"]

RECENT = frozenset({"day", "week"})
"""Spans that only news fill. Longer ones that a question's words imply, as "latest" does, are for our own order: a page
that holds the latest release may be years old, and providers leave out what is older than the span they are told."""
NOTHING_PRIVATE = (
    "private mode: no source of your own is ready; "
    "put documents into a folder (FOOTNOTE_FOLDERS) or connect your own SearXNG (FOOTNOTE_SEARXNG_URL)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchPlan:
    """What is to be done for one question."""

    query: SearchQuery
    """The question without the addresses in it."""
    inquiries: tuple[Inquiry, ...] = ()
    given: tuple[Candidate, ...] = ()
    """Files that are attached and pages that the question names: the first candidates."""
    gaps: tuple[str, ...] = ()
    """What the answer must say is missing, for reasons known before the search."""

    @property
    def weights(self) -> dict[str, float]:
        """What the list of each source counts, by its label."""
        return {inquiry.label: inquiry.weight for inquiry in self.inquiries}

    def fused(self, options: QuestionOptions, reports: Sequence[SearchReport]) -> tuple[Candidate, ...]:
        """Merge the lists, and put the pages that the question names before them."""
        found = fuse(
            reports,
            query=self.query,
            include_sites=options.include_sites,
            exclude_sites=options.exclude_sites,
            weights=self.weights,
        )
        named = {identity(candidate.url) for candidate in self.given}
        return (*self.given, *(candidate for candidate in found if identity(candidate.url) not in named))

    @property
    def labels(self) -> tuple[str, ...]:
        """Name those that are asked."""
        return tuple(inquiry.label for inquiry in self.inquiries)


def with_implied(query: SearchQuery) -> SearchQuery:
    """Add to a query how recent its words want the answer, unless the user chose."""
    return query if query.freshness else replace(query, freshness=implied_freshness(query.text))


def plan_search(
    query: SearchQuery,
    retrievers: Sequence[Retriever],
    options: QuestionOptions,
    *,
    limit: int | None,
    is_private: bool = False,
    spare: Sequence[Retriever] = (),
    meant: Sequence[Focus] = (),
) -> SearchPlan:
    """Decide what is asked of whom; raises `QuestionInvalid` for sources that cannot be asked.

    `meant` is what the question calls for by its meaning, where `is_unclear` says that its words do not tell.
    """
    urls, rest = without_addresses(query.text)
    given = (*attached_candidates(options.attachments), *given_candidates(urls))
    asked = replace(query, text=rest)
    told = asked if options.since or query.freshness in RECENT else replace(asked, freshness=None)
    if given and not has_more_to_search(rest, query.language):
        return SearchPlan(query=asked, given=given)
    if is_private:
        check_private((*retrievers, *spare), options)
        retrievers = [source for source in retrievers if source.is_private]
        spare = [source for source in spare if source.is_private]
    ready, retrievers = retrievers, kept(retrievers, options, has_pages=bool(given))
    spare = [source for source in spare if source.name not in options.without_sources]
    gaps = (private_gap(retrievers),) if is_private else gap_of(ready, options)
    intents = (*called_for(asked, options), *meant)
    chosen = choose(asked, retrievers, options, limit, intents=intents, spare=spare) if retrievers or spare else ()
    return SearchPlan(query=asked, inquiries=inquiries_for(told, chosen, intents), given=given, gaps=gaps)


def is_unclear(query: SearchQuery, options: QuestionOptions) -> bool:
    """Tell whether the words of a question leave open what it calls for beside the general web."""
    urls, rest = without_addresses(query.text)
    is_about_more = not urls or has_more_to_search(rest, query.language)
    return is_about_more and not set(called_for(replace(query, text=rest), options)) - {"reference"}


def called_for(query: SearchQuery, options: QuestionOptions) -> tuple[Focus, ...]:
    """Name the kinds of sources that a question calls for: the user's choice, else by its words."""
    if options.sources or options.focus:
        kinds: tuple[Focus, ...] = get_args(Focus)
        return tuple(kind for kind in kinds if options.sources or kind in options.focus)
    found = list(intents_of(query.text))
    if query.freshness in RECENT and "data" not in found:
        found.insert(0, "news")
    return tuple(dict.fromkeys(found))


def check_private(retrievers: Sequence[Retriever], options: QuestionOptions) -> None:
    """Raise `QuestionInvalid` for a named source that private mode forbids."""
    for source in retrievers:
        if source.name in options.sources and not source.is_private:
            message = f"{source.name}: is not asked in private mode; leave it out, or ask without private mode"
            raise QuestionInvalid(message)


def private_gap(ready: Sequence[Retriever]) -> str:
    """Say what private mode leaves out."""
    if not ready:
        return NOTHING_PRIVATE
    names = ", ".join(source.name for source in ready)
    return f"private mode: only sources of your own were asked ({names}), so the rest of the web is missing"
