"""Sightings of one page brought together: under its spellings and twins, and under other sites' copies of it.

Knows when two hits are one page. Leaves spelling to `addresses.py` and what a sighting is worth to `fusion.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from assistant.evidence import SearchReport, Sighting
from assistant.language.similarity import is_near_duplicate
from assistant.language.words import numbers, words
from assistant.searching.addresses import canonical, identity, is_on_site, is_twin, site_of
from assistant.searching.witnesses import with_votes
from retrievers import SearchHit

__all__ = ["Merged", "Vote", "gathered", "with_copies"]

FEWEST_TITLE_WORDS = 6
"""A title that two sites share by chance is short: names, "Introduction", "How to install X"."""
COPY_WITHIN = timedelta(days=3)
"""Agencies' texts are printed within days; the same headline years apart is another story."""
REMEMBERED = 8_192
"""Titles kept at hand: those of some fifty questions at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Vote:
    """What one provider says for a page: the best rank it gave, on whose list, and what that list counts."""

    retriever: str
    rank: int
    weight: float


@dataclass(slots=True)
class Merged:
    """One page while its sightings are gathered."""

    url: str
    hits: list[SearchHit] = field(default_factory=list)
    votes: dict[str, Vote] = field(default_factory=dict)
    """By provider: two sources with one index are one witness."""
    ranks: dict[str, int] = field(default_factory=dict)
    """Best rank by retriever, for the reader and to break ties."""
    copies: list[Merged] = field(default_factory=list)

    def see(self, url: str, hit: SearchHit, retriever: str, rank: int) -> None:
        """Add one sighting; the page's own address is kept rather than that of a twin."""
        if is_twin(self.url) and not is_twin(url):
            self.url = url
        self.hits.append(hit)
        self.ranks[retriever] = min(rank, self.ranks.get(retriever, rank))

    def vote(self, provider: str, vote: Vote) -> None:
        """Keep a provider's best vote."""
        known = self.votes.get(provider)
        if known is None or (vote.rank, -vote.weight) < (known.rank, -known.weight):
            self.votes[provider] = vote

    @property
    def best_rank(self) -> int:
        """The best place that any list gave it."""
        return min(self.ranks.values())

    @property
    def title(self) -> str:
        """The first title that there is."""
        return next((hit.title for hit in self.hits if hit.title), "")

    @property
    def published(self) -> datetime | None:
        """The first date that there is."""
        return next((hit.published for hit in self.hits if hit.published), None)

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """Who listed the page, then who listed a copy of it, and where."""
        own = (Sighting(retriever=name, rank=rank) for name, rank in self.ranks.items())
        elsewhere = (
            Sighting(retriever=name, rank=rank, url=copy.url)
            for copy in self.copies
            for name, rank in copy.ranks.items()
        )
        return (*own, *elsewhere)


def gathered(
    reports: Sequence[SearchReport],
    weights: Mapping[str, float],
    *,
    include_sites: Sequence[str] = (),
    exclude_sites: Sequence[str] = (),
) -> list[Merged]:
    """Bring the sightings of each page together, in the order of first sight; sites narrow what is kept."""
    pages: dict[str, Merged] = {}
    for report, is_voting in with_votes(reports):
        for rank, hit in enumerate(report.hits, start=1):
            url = canonical(hit.url)
            if url is None or (exclude_sites and is_on_site(url, exclude_sites)):
                continue
            if include_sites and not is_on_site(url, include_sites):
                continue
            page = pages.setdefault(identity(url), Merged(url))
            page.see(url, hit, report.retriever, rank)
            if is_voting:
                weight = weights.get(report.retriever, 1.0)
                page.vote(report.provider, Vote(retriever=report.retriever, rank=rank, weight=weight))
    return list(pages.values())


def with_copies(pages: Iterable[Merged]) -> list[Merged]:
    """Fold copies of a page on other sites into it, best first: they corroborate it, and are not read twice."""
    kept: list[Merged] = []
    by_word: dict[str, list[Merged]] = {}
    for page in pages:
        longest = longest_word(page.title)
        if not longest:
            kept.append(page)
            continue
        original = next((known for known in by_word.get(longest, ()) if is_copy(page, known)), None)
        if original is None:
            kept.append(page)
            by_word.setdefault(longest, []).append(page)
            continue
        original.copies.append(page)
        for provider, vote in page.votes.items():
            original.vote(provider, vote)
    return kept


@lru_cache(REMEMBERED)
def longest_word(title: str) -> str:
    """Return the word by which copies of a title are looked for; nothing for a title that is too short."""
    said = words(title)
    return max(said, key=len) if len(said) >= FEWEST_TITLE_WORDS else ""


@lru_cache(REMEMBERED)
def numbers_in(title: str) -> frozenset[str]:
    """Return the numbers of a title, which is compared with many others."""
    return numbers(title)


def is_copy(page: Merged, known: Merged) -> bool:
    """Tell whether two pages of different sites have nearly the same title, the same numbers, and about one date."""
    if site_of(page.url) == site_of(known.url) or numbers_in(page.title) != numbers_in(known.title):
        return False
    if page.published and known.published and abs(page.published - known.published) > COPY_WITHIN:
        return False
    return is_near_duplicate(page.title, known.title)
