"""The `[n]` of an answer: a real link to the quotation in its page, with a card that shows on hover and on focus.

Knows how a citation looks. The card holds the exact quotation between the words around it, which are dimmed.
"""

from __future__ import annotations

from functools import lru_cache

from assistant.evidence import Citation
from ui.rendering import element, is_web, link, quote_link, site_of, text
from ui.source_cards import anchor_of
from ui.turn_state import TurnState
from ui.wording import Wording

__all__ = ["marks_of", "place_of", "quotation_in_context"]


def marks_of(numbers: tuple[int, ...], state: TurnState, turn_id: str, words: Wording) -> str:
    """Write the numbers of citations."""
    known = [state.citations.get(number) or state.quotes.get(number) for number in numbers]
    return "".join(
        mark(citation, turn_id, name_of(citation, words), place_of(citation, words)) for citation in known if citation
    )


def name_of(citation: Citation, words: Wording) -> str:
    """Name a citation for who does not see where its mark stands."""
    return words.say("cite.label", number=str(citation.number), title=citation.title or site_of(citation.url))


@lru_cache(1024)
def mark(citation: Citation, turn_id: str, name: str, where: str) -> str:
    """Write one `[n]`: a link to the quotation in its page, or for a local file to its card above.

    Written once: an answer that grows is drawn again and again.
    """
    number = text(f"[{citation.number}]")
    title = citation.title or site_of(citation.url)
    if is_web(citation.url):
        leading = link(quote_link(citation.url, citation.quote), number, class_="fn-mark", aria_label=name)
    else:
        here = f"#{anchor_of(turn_id, citation.number)}"
        leading = element("a", number, href=here, class_="fn-mark", aria_label=name, target="_self")
    head = element("span", text(title), class_="fn-tip-title", dir="auto")
    place = element("span", text(where), class_="fn-site")
    card = element("span", head + place + quotation_in_context(citation), class_="fn-tip", role="note")
    return element("span", leading + card, class_="fn-cite")


def quotation_in_context(citation: Citation) -> str:
    """Write the exact quotation; what stands around it in its page is dimmed."""
    quote = element("q", text(citation.quote), dir="auto")
    before, after = (around(said) for said in (citation.before, citation.after))
    return element("span", before + quote + after, class_="fn-context", dir="auto") if before or after else quote


def around(said: str) -> str:
    """Write what stands on one side of a quotation."""
    return element("span", f" {text(said)} ", class_="fn-around") if said else ""


def place_of(citation: Citation, words: Wording) -> str:
    """Say where a quotation stands and, where it is known, since when."""
    site = site_of(citation.url)
    return f"{site}, {words.dated(citation.published)}" if citation.published else site
