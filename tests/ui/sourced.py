"""Sources of every standing, and what comes of trying them: nobody is asked for real."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.searching.directory import SourceDescription
from assistant.trials import Trial
from retrievers import Focus, HitList, Measurement, RateLimit, SearchHit, UpstreamReport

__all__ = ["NASTY", "SOURCES", "described", "scripted_trial"]

NASTY = '<script>alert(1)</script><img src="https://evil.example/a">'


def described(name: str, focus: Focus = "web", **said: object) -> SourceDescription:
    """Describe a source that is asked, unless it is said otherwise."""
    usual: dict[str, object] = {
        "provider": name,
        "languages": (),
        "needs": (),
        "best_effort": False,
        "is_asked": True,
        "state": "",
        "receives": "the words of the query and its language",
        "limit": RateLimit(requests=1, seconds=1),
        "example": "open source software",
    }
    return SourceDescription(name=name, focus=focus, **{**usual, **said})


SOURCES = (
    described("hacker_news", "discussion", receives="the words of the query"),
    described("usgs", "data", receives="dates, magnitude and position", example="latest earthquakes in Japan"),
    described("folder", "local", receives="nothing: the search stays on this machine", is_private=True),
    described("wikipedia", "reference"),
    described(
        "brave",
        needs=("BRAVE_API_KEY",),
        missing=("BRAVE_API_KEY",),
        is_asked=False,
        state="set BRAVE_API_KEY",
        can_be_tried=False,
    ),
    described("ddgs", state="best effort", best_effort=True, health="suspended for 58 min (captcha)"),
    described("mojeek", is_asked=False, state="name it: --sources mojeek"),
    described("startpage", provider="google", is_asked=False, state="name it: --sources startpage"),
)


def scripted_trial(name: str) -> Trial:
    """Answer as a source of that name does: with hits, with figures, with engines behind it, or not at all."""
    if name == "ddgs":
        error = "ddgs: a page that asks for a person; try again later"
        return Trial(name=name, query="open source software", elapsed_s=1.24, error=error, reason="captcha")
    if name == "usgs":
        at = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
        value = Measurement(name="magnitude", value=4.7, unit="mww", at=at, source_url="https://usgs.test/1")
        hit = SearchHit(url="https://usgs.test/1", title="M 4.7 off Honshu", values=(value,))
        return Trial(name=name, query="latest earthquakes in Japan", hits=HitList.of([hit]), elapsed_s=0.5)
    if name == "mojeek":
        engine = UpstreamReport(provider="engine", error="engine: HTTP 429")
        return Trial(name=name, query="open source software", hits=HitList.of([], [engine]), elapsed_s=0.2)
    hits = [
        SearchHit(
            url=f"https://{name}.test/{place}",
            title=f"Page {place} of {name} {NASTY}",
            snippet=f"What the page says. {NASTY}",
            published=datetime(2026, 11, 20, tzinfo=UTC),
        )
        for place in range(1, 8)
    ]
    hits[1] = SearchHit(url="javascript:alert(1)", title="A page that is no page")
    return Trial(name=name, query="open source software", hits=HitList.of(hits), elapsed_s=0.87)
