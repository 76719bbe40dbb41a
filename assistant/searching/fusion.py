"""Merge the lists of all sources into one, best first.

Knows reciprocal rank fusion and how two sightings of one page become a candidate. Leaves spelling of addresses to
`addresses.py`, and how well a page fits the question to `assistant/ranking`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.evidence import Candidate, SearchReport, Sighting
from assistant.language.words import content_stems
from assistant.searching.addresses import canonical, is_on_site
from assistant.searching.witnesses import with_votes
from retrievers import SearchHit, SearchQuery

__all__ = ["fuse"]

K = 60
"""Damping of ranks in reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009, section 2."""
MAX_CANDIDATES = 40
"""Twice the pages that a thorough turn reads."""


@dataclass(slots=True)
class Merged:
    """One page while its sightings are gathered."""

    hits: list[SearchHit] = field(default_factory=list)
    votes: dict[str, int] = field(default_factory=dict)
    """Best rank by provider: two sources with one index are one witness."""
    ranks: dict[str, int] = field(default_factory=dict)
    """Best rank by retriever, for the reader and to break ties."""


def fuse(
    reports: Sequence[SearchReport],
    *,
    query: SearchQuery | None = None,
    include_sites: Sequence[str] = (),
    exclude_sites: Sequence[str] = (),
    limit: int = MAX_CANDIDATES,
) -> tuple[Candidate, ...]:
    """Return the pages that the lists name, best first; `include_sites` keeps only those, `exclude_sites` drops some.

    Expects a source's own list before those of the engines behind it, as `search_all` gives them. With the `query`, a
    title that has all its words counts as if one more source had named the page, and so does a snippet.
    """
    language = query.language if query else None
    wanted = frozenset(content_stems(query.text, language)) if query else frozenset()
    pages: dict[str, Merged] = {}
    for report, is_voting in with_votes(reports):
        for rank, hit in enumerate(report.hits, start=1):
            url = canonical(hit.url)
            if url is None or is_on_site(url, exclude_sites) or (include_sites and not is_on_site(url, include_sites)):
                continue
            page = pages.setdefault(url, Merged())
            page.hits.append(hit)
            lower(page.ranks, report.retriever, rank)
            if is_voting:
                lower(page.votes, report.provider, rank)
    candidates = [candidate(url, page, shown_share(page, wanted, language)) for url, page in pages.items()]
    candidates.sort(key=lambda one: (-one.score, min(sighting.rank for sighting in one.sightings)))
    return tuple(candidates[:limit])


def lower(ranks: dict[str, int], name: str, rank: int) -> None:
    """Keep the best rank under a name."""
    ranks[name] = min(rank, ranks.get(name, rank))


def shown_share(page: Merged, wanted: frozenset[str], language: str | None) -> float:
    """Tell how much of the query a page shows of itself, from 0 to 2: its titles count twice."""
    if not wanted:
        return 0.0
    titles = " ".join(hit.title for hit in page.hits)
    snippets = " ".join(hit.snippet for hit in page.hits)
    shown = (wanted.intersection(content_stems(text, language)) for text in (titles, f"{titles} {snippets}"))
    return sum(map(len, shown)) / len(wanted)


def candidate(url: str, page: Merged, shown: float) -> Candidate:
    """Make one candidate of all that was said of a page."""
    return Candidate(
        url=url,
        title=next((hit.title for hit in page.hits if hit.title), url),
        snippet=max((hit.snippet for hit in page.hits), key=len),
        text=next((hit.text for hit in page.hits if hit.text), None),
        values=tuple(dict.fromkeys(value for hit in page.hits for value in hit.values)),
        published=next((hit.published for hit in page.hits if hit.published), None),
        score=(1 + shown) * sum(1 / (K + rank) for rank in page.votes.values()),
        sightings=tuple(Sighting(retriever=name, rank=rank) for name, rank in page.ranks.items()),
    )
