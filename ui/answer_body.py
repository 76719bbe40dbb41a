"""What stands around the sentences of an answer: quotations, verdicts, gaps, warnings, endings and the author.

Knows what a reader must be told of an answer. Leaves the sentences themselves to `prose_blocks.py`.
"""

from __future__ import annotations

from collections import Counter

from assistant.evidence import Answer, AnswerStatus, Citation, PageStatus, Sentence, Verdict
from ui.citation_marks import place_of, quotation_in_context
from ui.engine_lines import retold
from ui.figures import disagreement_box
from ui.prose_blocks import is_quotation
from ui.rendering import element, link, quote_link, site_of, text
from ui.turn_state import Phase, TurnState, reason_of
from ui.wording import Wording

__all__ = ["ENDINGS", "author", "early_quotations", "ending", "footnotes", "remarks", "verdicts"]

EARLY = 3
"""A reader takes in so many quotations at a glance, and the prose begins below them."""
ENDINGS = {
    AnswerStatus.ABSTAINED: "end.abstained",
    AnswerStatus.STOPPED: "end.stopped",
    AnswerStatus.FAILED: "end.failed",
}


def verdicts(state: TurnState, turn_id: str, words: Wording) -> str:
    """Show under an answer where its sources disagree and how well its sentences are supported."""
    sides = "".join(disagreement_box(found, state, turn_id, words) for found in state.disagreements)
    return sides + (legend(state.sentences, words) if state.answer and state.sentences else "")


def legend(sentences: list[Sentence], words: Wording) -> str:
    """Say how many sentences are supported, partly, and not at all, each beside its own underline."""
    counts = Counter(sentence.verdict for sentence in sentences)
    parts = [
        element("span", text(words.count(f"legend.{verdict}", counts[verdict])), class_=f"fn-{verdict}")
        for verdict in Verdict
        if counts[verdict]
    ]
    keyed = (element("li", element("span", "", class_="fn-key", aria_hidden="true") + part) for part in parts)
    return element("ul", "".join(keyed), class_="fn-legend")


def early_quotations(state: TurnState, words: Wording) -> str:
    """Write the best quotations while the prose is still to come or being written: they are an answer already."""
    if state.phase is Phase.FINISHED or not state.quotes:
        return ""
    head = element("h3", text(words.say("quotes.title")), class_="fn-head")
    found = [state.quotes[number] for number in sorted(state.quotes)[:EARLY]]
    return head + element("ol", "".join(footnote(citation, words) for citation in found), class_="fn-notes fn-early")


def footnotes(state: TurnState, words: Wording) -> str:
    """Write the quotations of an answer, verbatim, each with where it stands, once the answer is complete.

    What the answer itself says in a source's own words is not said twice.
    """
    if state.phase is not Phase.FINISHED:
        return ""
    said = {number for sentence in state.sentences if is_quotation(sentence, state) for number in sentence.citations}
    found = [citation for citation in state.footnotes if citation.number not in said]
    if not found:
        return ""
    abstained = state.answer is not None and state.answer.status is AnswerStatus.ABSTAINED
    key = "quotes.nearest" if abstained else ("quotes.footnotes" if state.sentences else "quotes.title")
    head = element("h3", text(words.say(key)), class_="fn-head")
    listed = "".join(footnote(citation, words) for citation in found)
    return head + element("ol", listed, class_="fn-notes")


def footnote(citation: Citation, words: Wording) -> str:
    """Write one quotation."""
    number = element("span", text(str(citation.number)), class_="fn-num")
    quote = element("blockquote", quotation_in_context(citation), dir="auto")
    title = text(citation.title or site_of(citation.url))
    name = words.say("cite.label", number=str(citation.number), title=citation.title or site_of(citation.url))
    where = link(quote_link(citation.url, citation.quote), title, class_="fn-note-title", dir="auto", aria_label=name)
    place = element("span", text(place_of(citation, words)), class_="fn-site")
    return element("li", number + element("div", quote + element("cite", where + place)), class_="fn-note")


def ending(state: TurnState, words: Wording) -> str:
    """Say how a turn ended that did not end with an answer."""
    answer = state.answer
    if answer is None or answer.status not in ENDINGS:
        return ""
    is_news = answer.reason and answer.status is not AnswerStatus.STOPPED
    reason = element("span", text(retold(answer.reason, words)), class_="fn-reason") if is_news else ""
    said = element("strong", text(words.say(ENDINGS[answer.status])))
    box = element("p", said + reason, class_=f"fn-box fn-{answer.status}")
    return box if answer.status is AnswerStatus.STOPPED else box + failures(state, words)


def remarks(state: TurnState, words: Wording) -> str:
    """Say under an answer what to beware of, what is missing, how new it is, and who wrote it."""
    answer = state.answer
    if answer is None:
        return ""
    boxes = [lines("warnings.title", answer.warnings, words), lines("gaps.title", answer.gaps, words)]
    said = [words.say("as-of", date=words.dated(answer.as_of))] if answer.as_of and answer.sentences else []
    said += [author(answer, words)] if answer.sentences else []
    foot = " · ".join(filter(None, said))
    return "".join(boxes) + (element("p", text(foot), class_="fn-model") if foot else "")


def lines(key: str, found: tuple[str, ...], words: Wording) -> str:
    """List what a reader must know of an answer, under a title."""
    if not found:
        return ""
    head = element("strong", text(words.say(key)))
    listed = "".join(element("li", text(retold(line, words))) for line in found)
    return element("div", head + element("ul", listed), class_="fn-box fn-gaps")


def failures(state: TurnState, words: Wording) -> str:
    """Name the sources that failed, with their reasons."""
    failed = [f"{report.retriever}: {retold(reason_of(report), words)}" for report in state.failed_searches]
    if lost := sum(page.status is PageStatus.FAILED for page in state.pages):
        failed.append(words.count("failed.pages", lost))
    if not failed:
        return ""
    head = element("strong", text(words.say("failed.sources")))
    return element("div", head + element("ul", "".join(element("li", text(line)) for line in failed)), class_="fn-box")


def author(answer: Answer, words: Wording) -> str:
    """Say who wrote an answer, and what a reader must know of it; nothing of one that was cut before that was known."""
    model = answer.model
    if model is None:
        is_quoted = answer.status is AnswerStatus.ANSWERED and answer.timings.ttft_s is None
        return words.say("model.none") if is_quoted else ""
    about = [words.say("model.by", name=model.name)]
    if model.label:
        about.append(retold(model.label, words))
    elif model.experts and model.experts_per_token:
        about.append(words.say("model.mixture", active=str(model.experts_per_token), all=str(model.experts)))
    return ", ".join(about)
