"""The pages behind an answer as cards: numbers, title, site, age, and whether the answer cites them.

Knows which page carries which numbers. No favicon and no preview: nothing is fetched from anyone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from assistant.evidence import PageReport
from ui.rendering import element, link, site_of, text
from ui.turn_state import Phase, TurnState
from ui.wording import Wording

__all__ = ["SourceCard", "anchor_of", "cards", "cards_of"]

SHOWN = 6
"""Cards before the rest is folded; six fill two rows on a laptop."""
HUES = 6
NAMED = 2
"""Finders named on a card; the width of a card holds no more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceCard:
    """A page with the numbers of its passages; without any it was only read."""

    url: str
    title: str
    published: datetime | None = None
    numbers: tuple[int, ...] = ()
    cited: bool = False
    quoted: bool = False
    is_ranked: bool = True
    age_s: float | None = None
    """How long ago it was read, if that was for an earlier question."""
    removed: tuple[str, ...] = ()
    found_by: tuple[str, ...] = ()


def cards_of(state: TurnState) -> list[SourceCard]:
    """List the pages by their first number, then the pages that were only read."""
    cited, is_ranked = state.cited, state.phase >= Phase.RANKING
    numbers: dict[str, list[int]] = {}
    for number in sorted(state.evidence):
        numbers.setdefault(state.evidence[number].url, []).append(number)
    pages = {page.url: page for page in state.pages_read}
    found = [numbered_card(state, url, tuple(own), pages.get(url), cited) for url, own in numbers.items()]
    rest = [
        SourceCard(
            url=page.url,
            title=page.title,
            is_ranked=is_ranked,
            age_s=page.age_s,
            removed=page.removed,
            found_by=page.found_by,
        )
        for page in state.pages_read
        if page.url not in numbers
    ]
    return found + rest


def numbered_card(
    state: TurnState, url: str, numbers: tuple[int, ...], page: PageReport | None, cited: frozenset[int]
) -> SourceCard:
    """Make the card of a page that evidence was taken from."""
    first = state.evidence[numbers[0]]
    return SourceCard(
        url=url,
        title=first.title or (page.title if page else ""),
        published=first.published,
        numbers=numbers,
        cited=not cited.isdisjoint(numbers),
        quoted=any(note.number in numbers for note in state.footnotes),
        age_s=page.age_s if page else None,
        removed=page.removed if page else (),
        found_by=page.found_by if page else (),
    )


def cards(state: TurnState, turn_id: str, now: datetime, words: Wording) -> str:
    """Write the cards as a list; those past the first few are folded away."""
    found = [card(source, turn_id, now, words) for source in cards_of(state)]
    if not found:
        return ""
    head = element("h3", text(words.say("sources.title")), class_="fn-head")
    shown = element("ol", "".join(found[:SHOWN]), class_="fn-cards")
    if not found[SHOWN:]:
        return head + shown
    summary = element("summary", text(words.count("sources.more", len(found) - SHOWN)))
    folded = element("details", summary + element("ol", "".join(found[SHOWN:]), class_="fn-cards"), class_="fn-more")
    return head + shown + folded


def card(source: SourceCard, turn_id: str, now: datetime, words: Wording) -> str:
    """Write one card; its numbers are what a mark in the text leads to."""
    anchors = "".join(element("span", "", id=anchor_of(turn_id, number)) for number in source.numbers)
    site = site_of(source.url)
    badge = element("span", anchors + text(" ".join(map(str, source.numbers)) or "·"), class_="fn-num")
    letter = element("span", text(site[:1].upper()), class_=f"fn-avatar fn-hue-{hue_of(site)}", aria_hidden="true")
    title = link(source.url, text(source.title or site), class_="fn-card-title", dir="auto", title=source.url)
    place = element("span", text(site), class_="fn-site")
    foot = letter + place + age(source.published, now, words) + standing(source, words)
    foot += finders(source, words) + earlier(source, words) + warning(source, words)
    inside = badge + element("div", title + element("div", foot, class_="fn-card-foot"), class_="fn-card-body")
    return element("li", inside, class_="fn-card fn-cited" if source.cited else "fn-card")


def age(published: datetime | None, now: datetime, words: Wording) -> str:
    """Say how old a page is; its date shows on hover. An unknown date says nothing."""
    if published is None:
        return ""
    return element("time", text(words.age(published, now)), title=words.dated(published), class_="fn-age")


def standing(source: SourceCard, words: Wording) -> str:
    """Say in words what the answer has of a page."""
    if source.cited:
        key = "sources.cited"
    elif source.quoted:
        key = "sources.quoted"
    else:
        read = "sources.read" if source.is_ranked else "sources.unranked"
        key = "sources.chosen" if source.numbers else read
    return element("span", text(words.say(key)), class_="fn-standing")


def finders(source: SourceCard, words: Wording) -> str:
    """Name the sources that listed a page; past the second they show on hover."""
    if not source.found_by:
        return ""
    rest = len(source.found_by) - NAMED
    names = ", ".join(source.found_by[:NAMED]) + (f" +{rest}" if rest > 0 else "")
    said = text(words.say("sources.by", names=names))
    return element("span", said, class_="fn-by", title=", ".join(source.found_by))


def earlier(source: SourceCard, words: Wording) -> str:
    """Say when a page was read, if that was for an earlier question."""
    return "" if source.age_s is None else element("span", text(words.read_ago(source.age_s)), class_="fn-age")


def warning(source: SourceCard, words: Wording) -> str:
    """Say that hidden text which looked like an instruction was taken out of a page; it shows on hover."""
    if not source.removed:
        return ""
    said = text(words.count("sources.removed", len(source.removed)))
    return element("span", said, class_="fn-badge", title=" · ".join(source.removed))


def anchor_of(turn_id: str, number: int) -> str:
    """Name the place in the page where a source's card stands."""
    return f"source-{turn_id}-{number}"


def hue_of(site: str) -> int:
    """Give a site one of a few colours, always the same."""
    return crc32(site.encode(errors="replace")) % HUES
