"""The text of an answer as markup: checked sentences with their marks, footnotes, verdicts, gaps and endings.

Knows how a citation looks: a real link with the exact quotation in a card that shows on hover and on focus.
"""

from __future__ import annotations

from collections import Counter

from assistant.evidence import Answer, AnswerStatus, Citation, Disagreement, PageStatus, Sentence, Verdict
from ui.rendering import element, is_web, link, prose, quote_link, site_of, text
from ui.source_cards import anchor_of
from ui.turn_state import TurnState, reason_of
from ui.wording import Wording

__all__ = ["answer_text", "ending", "footnotes", "remarks"]

ENDINGS = {
    AnswerStatus.ABSTAINED: "end.abstained",
    AnswerStatus.STOPPED: "end.stopped",
    AnswerStatus.FAILED: "end.failed",
}


def answer_text(state: TurnState, turn_id: str, words: Wording) -> str:
    """Write the sentences with their marks, and how well they are supported; nothing while there are none."""
    if not state.sentences:
        return ""
    said = " ".join(sentence_markup(sentence, state, turn_id, words) for sentence in state.sentences)
    language = {"lang": state.query.language} if state.query else {}
    body = element("p", said, class_="fn-answer", dir="auto", **language)
    sides = "".join(disagreement_box(found, state, turn_id, words) for found in state.disagreements)
    return body + sides + (legend(state.sentences, words) if state.answer else "")


def sentence_markup(sentence: Sentence, state: TurnState, turn_id: str, words: Wording) -> str:
    """Write one sentence; one that is not fully supported is underlined and says so in words."""
    said = element("span", prose(sentence.text), class_="fn-said")
    marks = marks_of(sentence.citations, state, turn_id, words)
    verdict = ""
    if sentence.verdict is not Verdict.SUPPORTED:
        verdict = element("span", text(words.say(f"verdict.{sentence.verdict}")), class_="fn-verdict")
    kind = " fn-quotation" if is_quotation(sentence, state) else ""
    return element("span", said + marks + verdict, class_=f"fn-sentence fn-{sentence.verdict}{kind}")


def is_quotation(sentence: Sentence, state: TurnState) -> bool:
    """Tell whether a sentence is nothing but what it cites, as in an answer that no model wrote."""
    cited = (state.citations.get(number) for number in sentence.citations)
    return any(citation and citation.quote.split() == sentence.text.split() for citation in cited)


def marks_of(numbers: tuple[int, ...], state: TurnState, turn_id: str, words: Wording) -> str:
    """Write the numbers of citations."""
    known = [state.citations.get(number) or state.quotes.get(number) for number in numbers]
    return "".join(mark(citation, turn_id, words) for citation in known if citation)


def mark(citation: Citation, turn_id: str, words: Wording) -> str:
    """Write one `[n]`: a link to the quotation in its page, or for a local file to its card below."""
    number = text(f"[{citation.number}]")
    title = citation.title or site_of(citation.url)
    name = words.say("cite.label", number=str(citation.number), title=title)
    if is_web(citation.url):
        leading = link(quote_link(citation.url, citation.quote), number, class_="fn-mark", aria_label=name)
    else:
        here = f"#{anchor_of(turn_id, citation.number)}"
        leading = element("a", number, href=here, class_="fn-mark", aria_label=name, target="_self")
    head = element("span", text(title), class_="fn-tip-title", dir="auto")
    place = element("span", text(place_of(citation)), class_="fn-site")
    quote = element("q", text(citation.quote), dir="auto")
    return element(
        "span", leading + element("span", head + place + quote, class_="fn-tip", role="note"), class_="fn-cite"
    )


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


def disagreement_box(found: Disagreement, state: TurnState, turn_id: str, words: Wording) -> str:
    """Show both sides of a disagreement."""
    head = element("strong", text(words.say("disagree.title", about=found.about)))
    sides = (
        element("li", text(side.value) + marks_of(side.citations, state, turn_id, words), dir="auto")
        for side in found.values
    )
    return element("aside", head + element("ul", "".join(sides)), class_="fn-box fn-disagree")


def footnotes(state: TurnState, words: Wording) -> str:
    """Write the quotations, verbatim, each with where it stands; before the first sentence they are all there is.

    What the answer itself says in a source's own words is not said twice.
    """
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
    quote = element("blockquote", text(citation.quote), dir="auto")
    title = text(citation.title or site_of(citation.url))
    name = words.say("cite.label", number=str(citation.number), title=citation.title or site_of(citation.url))
    where = link(quote_link(citation.url, citation.quote), title, class_="fn-note-title", dir="auto", aria_label=name)
    place = element("span", text(place_of(citation)), class_="fn-site")
    return element("li", number + element("div", quote + element("cite", where + place)), class_="fn-note")


def place_of(citation: Citation) -> str:
    """Say where a quotation stands and, where it is known, since when."""
    site = site_of(citation.url)
    return f"{site}, {citation.published:%Y-%m-%d}" if citation.published else site


def ending(state: TurnState, words: Wording) -> str:
    """Say how a turn ended that did not end with an answer."""
    answer = state.answer
    if answer is None or answer.status not in ENDINGS:
        return ""
    is_news = answer.reason and answer.status is not AnswerStatus.STOPPED
    reason = element("span", text(answer.reason), class_="fn-reason") if is_news else ""
    said = element("strong", text(words.say(ENDINGS[answer.status])))
    box = element("p", said + reason, class_=f"fn-box fn-{answer.status}")
    return box if answer.status is AnswerStatus.STOPPED else box + failures(state, words)


def remarks(state: TurnState, words: Wording) -> str:
    """Say under an answer what is missing from it, and who wrote it."""
    answer = state.answer
    if answer is None:
        return ""
    missing = gaps(answer.gaps, words) if answer.gaps else ""
    written_by = author(answer, words) if answer.sentences else ""
    return missing + (element("p", text(written_by), class_="fn-model") if written_by else "")


def gaps(found: tuple[str, ...], words: Wording) -> str:
    """List what is missing from an answer."""
    head = element("strong", text(words.say("gaps.title")))
    listed = "".join(element("li", text(gap)) for gap in found)
    return element("div", head + element("ul", listed), class_="fn-box fn-gaps")


def failures(state: TurnState, words: Wording) -> str:
    """Name the sources that failed, with their reasons."""
    failed = [f"{report.retriever}: {reason_of(report)}" for report in state.failed_searches]
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
        about.append(model.label)
    elif model.experts and model.experts_per_token:
        about.append(words.say("model.experts", active=str(model.experts_per_token), all=str(model.experts)))
    return ", ".join(about)
