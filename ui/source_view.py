"""What the Sources page says of one source: what its provider receives, why it is not asked, what a trial brought.

Knows markup; every word of a source, its hits and its errors is untrusted and drawn as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import shorten

from assistant.searching.directory import SourceDescription
from assistant.trials import Trial
from retrievers import SearchHit, UpstreamReport
from ui.engine_lines import told
from ui.rendering import element, link, site_of, text
from ui.wording import Wording

__all__ = ["about", "asking", "outcome"]

HITS_SHOWN = 5
"""Enough to see whether they are any good."""
SNIPPET_LENGTH = 200
VALUES_SHOWN = 3


def about(source: SourceDescription, words: Wording, *, is_on: bool) -> str:
    """Say whether a source is asked or why not, how it fares, and what its provider receives."""
    badge = element("span", told(source.health, words), class_="fn-badge") if source.health else ""
    receives = text(words.say("source.receives", provider=source.provider))
    given = element("p", f"{receives} {told(source.receives, words)}")
    return element("div", element("p", f"{standing(source, words, is_on=is_on)} {badge}") + given, class_="fn-source")


def standing(source: SourceDescription, words: Wording, *, is_on: bool) -> str:
    """Say whether it is asked, and why not."""
    if source.is_asked and not is_on:
        return element("strong", text(words.say("source.off")))
    if source.is_asked:
        said = element("strong", text(words.say("source.asked")), class_="fn-source-asked")
        return f"{said} · {told(source.state, words)}" if source.state else said
    said = element("strong", text(words.say("source.not-asked")))
    if source.missing:
        return f"{said} · {text(words.say('source.missing', names=', '.join(source.missing)))}"
    return f"{said} · {told(source.state, words)}"


def english(said: str) -> str:
    """Write what a source says of itself, which is English."""
    return element("span", text(said), lang="en")


def asking(name: str, elapsed_s: float, words: Wording) -> str:
    """Say that a trial is at work."""
    clock = element("span", text(words.seconds(elapsed_s)), class_="fn-clock")
    return element("p", f"{text(words.say('try.asking', name=name))} {clock}", class_="fn-box fn-trial")


def outcome(trial: Trial, words: Wording) -> str:
    """Say what a trial brought: the hits, or the failure in words."""
    took = words.seconds(trial.elapsed_s)
    query = element("p", text(words.say("try.query", query=trial.query)), class_="fn-quiet") if trial.query else ""
    if trial.error:
        why = words.say(f"try.reason.{trial.reason}") if trial.reason else words.say("try.refused")
        said = element("strong", text(words.say("try.failed", time=took, why=why)))
        inside = element("p", said, role="status") + query + element("p", text(trial.error), lang="en")
        return element("div", inside, class_="fn-box fn-failed fn-trial")
    said = element("strong", text(words.count("try.hits", len(trial.hits), time=took)))
    inside = element("p", said, role="status") + query + hits(trial.hits, words) + engines(trial.hits.upstream, words)
    return element("div", inside, class_="fn-box fn-trial")


def hits(found: Iterable[SearchHit], words: Wording) -> str:
    """List the first hits."""
    rows = "".join(element("li", row(hit, words)) for hit in tuple(found)[:HITS_SHOWN])
    return element("ol", rows, class_="fn-hits") if rows else ""


def row(hit: SearchHit, words: Wording) -> str:
    """Write one hit: its title as a link, its site and day, the snippet or what was measured."""
    named = link(hit.url, text(hit.title or hit.url), dir="auto")
    day = f" · {words.dated(hit.published)}" if hit.published else ""
    place = element("span", text(f"{site_of(hit.url)}{day}"), class_="fn-site")
    values = " · ".join(
        f"{value.name}: {value.value:g} {value.unit} ({words.dated(value.at)}, {value.at:%H:%M})"
        for value in hit.values[:VALUES_SHOWN]
    )
    said = values or shorten(hit.snippet, SNIPPET_LENGTH, placeholder=" …")
    return f"{named} {place}" + (element("p", text(said), class_="fn-quiet", dir="auto") if said else "")


def engines(reports: Iterable[UpstreamReport], words: Wording) -> str:
    """Say what each engine behind a source gave."""
    rows = "".join(
        element(
            "li",
            english(one.error) if one.error else text(f"{one.provider}: {words.count('step.hits', len(one.hits))}"),
        )
        for one in reports
    )
    return element("ul", rows, class_="fn-quiet") if rows else ""
