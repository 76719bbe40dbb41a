"""Merge the lists of all sources into one, best first, and say why each page stands where it does.

Knows weighted reciprocal rank fusion and what else counts. Leaves which hits are one page to `merging.py`, and how well
a page fits the question to `assistant/ranking`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType

from assistant.evidence import Candidate, ScorePart, SearchReport
from assistant.language.words import content_stems
from assistant.searching.addresses import canonical, identity, site_of
from assistant.searching.merging import Merged, gathered, with_copies
from retrievers import Freshness, SearchQuery

__all__ = ["K", "fuse", "prepare"]

K = 60
"""Damping of ranks in reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009, section 2."""
MAX_CANDIDATES = 40
"""Twice the pages that a thorough turn reads."""
PER_SITE = 2
AS_GOOD = 0.8
"""A page of another site is as good as this share of the one that it goes before: on one list, the tenth page has 0.87
of the first's score, while a page that one more source names has twice as much."""
SPAN_DAYS: Mapping[Freshness, float] = MappingProxyType({"day": 1, "week": 7, "month": 30, "year": 365})
"""A page as old as the span that was asked for is worth half as much as one of now."""
UNDATED = 0.3
"""What the freshness of a page without a date is taken for."""
DAY_S = 86_400
REMEMBERED = 8_192
"""Texts of hits kept at hand as stems: those of some fifty questions at once."""


def fuse(
    reports: Sequence[SearchReport],
    *,
    query: SearchQuery | None = None,
    include_sites: Sequence[str] = (),
    exclude_sites: Sequence[str] = (),
    weights: Mapping[str, float] = MappingProxyType({}),
    k: int = K,
    limit: int = MAX_CANDIDATES,
) -> tuple[Candidate, ...]:
    """Return the pages that the lists name, best first; `include_sites` keeps only those, `exclude_sites` drops some.

    Expects a source's own list before those of the engines behind it, as `Search` gives them. `weights` says what the
    list of a retriever counts. With the `query`, a title that has all its words counts as if one more source had named
    the page, and so does a snippet; where it asks for something recent, a page of now counts as named once more, too.
    """
    moment = datetime.now(UTC)
    pages = gathered(reports, weights, include_sites=include_sites, exclude_sites=exclude_sites)
    pages.sort(key=lambda page: -voted(page, k))
    judged = [judge(page, query, k, moment) for page in with_copies(pages)]
    judged.sort(key=lambda one: (-one.score, one.page.best_rank))
    return tuple(candidate(one, query, k, moment) for one in spread(judged, limit))


@dataclass(slots=True)
class Judged:
    """A page and what speaks for it, each computed once: the votes, the query's words (0 to 2), its date (0 to 1)."""

    page: Merged
    votes: float
    shown: float
    recent: float
    score: float


def voted(page: Merged, k: int) -> float:
    """Sum what the providers say for a page."""
    return sum(vote.weight / (k + vote.rank) for vote in page.votes.values())


def judge(page: Merged, query: SearchQuery | None, k: int, now: datetime) -> Judged:
    """Weigh what speaks for a page."""
    votes = voted(page, k)
    shown = shown_share(page, query) if query else 0.0
    recent = freshness(page, query.freshness, now) if query and query.freshness else 0.0
    return Judged(page=page, votes=votes, shown=shown, recent=recent, score=votes * (1 + shown + recent))


def candidate(judged: Judged, query: SearchQuery | None, k: int, now: datetime) -> Candidate:
    """Make one candidate of all that was said of a page."""
    page, parts = judged.page, tuple(reasons(judged, query, k, now))
    return Candidate(
        url=page.url,
        title=page.title or page.url,
        snippet=max((hit.snippet for hit in page.hits), key=len),
        text=next((hit.text for hit in page.hits if hit.text), None),
        values=tuple(dict.fromkeys(value for hit in page.hits for value in hit.values)),
        published=page.published,
        score=sum(part.value for part in parts),
        sightings=page.sightings,
        explanation=parts,
    )


def reasons(judged: Judged, query: SearchQuery | None, k: int, now: datetime) -> Iterator[ScorePart]:
    """Say one by one what makes up the score of a page."""
    for provider, vote in judged.page.votes.items():
        name = vote.retriever if vote.retriever == provider else f"{vote.retriever}/{provider}"
        weighed = "" if vote.weight == 1 else f" x {vote.weight:g}"
        yield ScorePart(why=f"{name} #{vote.rank}{weighed}", value=vote.weight / (k + vote.rank))
    if judged.shown:
        yield ScorePart(why=f"shows the query's words ({judged.shown / 2:.0%})", value=judged.votes * judged.shown)
    if query and query.freshness:
        yield ScorePart(why=dated(judged.page, now), value=judged.votes * judged.recent)


def shown_share(page: Merged, query: SearchQuery) -> float:
    """Tell how much of the query a page shows of itself, from 0 to 2: its titles count twice."""
    wanted = said(query.text, query.language)
    if not wanted:
        return 0.0
    titles: set[str] = set()
    snippets: set[str] = set()
    for hit in page.hits:
        titles |= wanted & said(hit.title, query.language)
        snippets |= wanted & said(hit.snippet, query.language)
    return (len(titles) + len(titles | snippets)) / len(wanted)


@lru_cache(REMEMBERED)
def said(text: str, language: str) -> frozenset[str]:
    """Return the stems of the words that say what a text is about."""
    return frozenset(content_stems(text, language))


def prepare(report: SearchReport, query: SearchQuery) -> None:
    """Do of the work of fusing what a single list allows, so that less is left for when everybody waits for it."""
    for hit in report.hits:
        if url := canonical(hit.url):
            identity(url), site_of(url)
        said(hit.title, query.language), said(hit.snippet, query.language)


def freshness(page: Merged, wanted: Freshness, now: datetime) -> float:
    """Tell how recent a page is, from 0 to 1: halved with every span that was asked for; 0 for the future."""
    if page.published is None:
        return UNDATED
    age_days = (now - page.published).total_seconds() / DAY_S
    return 0.5 ** (age_days / SPAN_DAYS[wanted]) if age_days >= 0 else 0.0


def dated(page: Merged, now: datetime) -> str:
    """Say how old a page is, where the question wants something recent."""
    if page.published is None:
        return "recent wanted, no date"
    days = (now - page.published).days
    return f"recent wanted, published {days} day{'s' * (days != 1)} ago" if days else "recent wanted, published today"


def spread(ranked: Sequence[Judged], limit: int) -> list[Judged]:
    """Return the first of a ranking, while a third page of a site waits for other sites that have one as good."""
    waiting = [(one, site_of(one.page.url)) for one in ranked]
    placed: Counter[str] = Counter()
    result: list[Judged] = []
    while waiting and len(result) < limit:
        least = AS_GOOD * waiting[0][0].score
        turn = 0
        for place, (one, site) in enumerate(waiting):
            if one.score < least:
                break
            if not site or placed[site] < PER_SITE:
                turn = place
                break
        one, site = waiting.pop(turn)
        placed[site] += 1
        result.append(one)
    return result
