"""The steps of a turn as markup: what was understood, asked, read, chosen and written, with times and reasons.

Knows the order of the steps and the one line that they collapse to. Draws nothing itself.
"""

from __future__ import annotations

from assistant.evidence import PageReport, PageStatus, SearchReport
from ui.engine_lines import retold
from ui.rendering import element, site_of, text
from ui.turn_state import Phase, TurnState, reason_of
from ui.wording import Wording

__all__ = ["doing", "headline", "progress", "timeline"]

FIT = 3
"""Lines of a step that its box holds on a narrow page, where each takes two rows (`.fn-lines` in `style.css`)."""


def headline(state: TurnState, total_s: float | None, words: Wording) -> str:
    """Say in one line how a turn went; made of our own words and numbers only."""
    parts = [words.count("status.sources", len({report.retriever for report in state.searches}))]
    if failed := len(state.failed_searches):
        parts.append(words.count("status.failed", failed))
    if state.pages:
        parts.append(words.count("status.pages", len(state.pages_read)))
    if total_s is not None:
        parts.append(words.seconds(total_s))
    return " · ".join(parts)


def doing(state: TurnState, words: Wording) -> str:
    """Name the stage at work, in our own words."""
    if state.queued:
        return queue(state, words)
    match state.phase:
        case Phase.SEARCHING:
            return words.count("status.searching", len(state.asked))
        case Phase.READING:
            return words.say("status.reading")
        case Phase.RANKING:
            return words.say("status.ranking")
        case Phase.WRITING | Phase.FINISHED:  # the last word before the page is drawn anew
            return words.say("status.writing")
    return words.say("status.starting")


def queue(state: TurnState, words: Wording) -> str:
    """Say how many others are first, and for how long where that is known."""
    said = words.count("status.queued", state.queued)
    if state.queued_s is None:
        return said
    return f"{said}, {words.say('status.wait', time=words.whole_seconds(state.queued_s))}"


def progress(state: TurnState, words: Wording) -> str:
    """Say in one line how far the stage at work has come."""
    if state.queued or state.phase in {Phase.STARTING, Phase.RANKING, Phase.FINISHED}:
        return doing(state, words)
    if state.phase is Phase.SEARCHING:
        counts = [words.count("status.answered", len({report.retriever for report in state.searches}))]
        lost = len(state.failed_searches)
    elif state.phase is Phase.READING:
        counts = [words.say("step.read.counts", read=str(len(state.pages_read)), all=str(len(state.pages)))]
        lost = len(state.pages) - len(state.pages_read)
    else:
        said = "step.write.prefill" if state.prefilling else ""
        counts = [words.say(said) if said else words.count("step.write.counts", len(state.sentences))]
        lost = 0
    counts += [words.count("status.failed", lost)] if lost else []
    return words.say("status.progress", stage=doing(state, words), counts=", ".join(counts))


def timeline(state: TurnState, words: Wording) -> str:
    """Write the steps that have begun as a list."""
    steps = [understood(state, words), searched(state, words), read(state, words), ranked(state, words)]
    steps.append(written(state, words))
    return element("ol", "".join(steps), class_="fn-steps")


def step(name: str, summary: str, inside: str, *, running: bool) -> str:
    """Write one step with what it did so far."""
    mark = element("span", "", class_="fn-dot", aria_hidden="true")
    head = element("span", text(name), class_="fn-step-name") + element("span", summary, class_="fn-step-sum")
    return element("li", mark + head + inside, class_="fn-step fn-running" if running else "fn-step")


def understood(state: TurnState, words: Wording) -> str:
    """Show the query that the question became."""
    if state.query is None:
        return ""
    query = element("q", text(state.query.text), dir="auto") + element(
        "span", text(words.language_name(state.query.language)), class_="fn-chip"
    )
    return step(words.say("step.understood"), query, "", running=False)


def searched(state: TurnState, words: Wording) -> str:
    """Show each source with its hits and time, or the reason why it failed."""
    if not state.asked and not state.searches:
        return ""
    answered = {report.retriever for report in state.searches}
    waiting = [name for name in state.asked if name not in answered] if state.phase is Phase.SEARCHING else []
    lines = [searched_line(report, words) for report in state.searches]
    lines += [line(text(name), text(words.say("step.waiting")), "", kind="waiting") for name in waiting]
    count = words.count("step.search.counts", len(state.asked) or len(answered))
    return step(words.say("step.search"), text(count), listed(lines), running=state.phase is Phase.SEARCHING)


def searched_line(report: SearchReport, words: Wording) -> str:
    """Show one source."""
    name = report.retriever if report.retriever == report.provider else f"{report.retriever} / {report.provider}"
    time = text(words.seconds(report.elapsed_s))
    if report.error:
        return line(text(name), failure(retold(reason_of(report), words), words), time, kind="failed")
    return line(text(name), text(words.count("step.hits", report.hit_count)), time, kind="done")


def read(state: TurnState, words: Wording) -> str:
    """Show each page that was read, skipped or failed."""
    if state.phase < Phase.READING or not (state.pages or state.phase is Phase.READING):
        return ""
    counts = words.say("step.read.counts", read=str(len(state.pages_read)), all=str(len(state.pages)))
    lines = [page_line(page, words) for page in state.pages]
    return step(words.say("step.read"), text(counts), listed(lines), running=state.phase is Phase.READING)


def page_line(page: PageReport, words: Wording) -> str:
    """Show one page; one without a title is named by its address."""
    name, time = text(page.title or page.url), text(words.seconds(page.elapsed_s))
    site = element("span", text(site_of(page.url)), class_="fn-site") if page.title else ""
    match page.status:
        case PageStatus.READ:
            age_s = page.age_s or 0.0
            cached = element("span", text(words.read_ago(age_s)), class_="fn-chip") if page.from_cache else ""
            return line(name, site + cached, time, kind="done")
        case PageStatus.SKIPPED:
            reason = f"{words.say('step.skipped')}: {page_reason(page)}".removesuffix(": ")
            return line(name, f"{site} {text(reason)}", "", kind="skipped")
    return line(name, f"{site} {failure(page_reason(page), words)}", time, kind="failed")


def page_reason(page: PageReport) -> str:
    """Say why a page was not read without naming it again."""
    reason = page.error or ""
    for name in (page.url, site_of(page.url)):
        reason = reason.removeprefix(f"{name}: ")
    return reason


def ranked(state: TurnState, words: Wording) -> str:
    """Show how many passages were chosen."""
    if not state.passages:
        return ""
    count = text(words.count("step.rank.counts", state.passages))
    return step(words.say("step.rank"), count, "", running=state.phase is Phase.RANKING)


def written(state: TurnState, words: Wording) -> str:
    """Show how much is written."""
    if state.phase is not Phase.WRITING and not state.sentences:
        return ""
    count = words.count("step.write.counts", len(state.sentences))
    said = words.say("step.write.prefill") if state.prefilling else count
    return step(words.say("step.write"), text(said), "", running=state.phase is Phase.WRITING)


def failure(reason: str, words: Wording) -> str:
    """Say that something failed, in words beside the colour, and why."""
    said = text(words.say("step.failed"))
    return f"{element('strong', said)}: {text(reason)}" if reason else element("strong", said)


def line(name: str, said: str, time: str, *, kind: str) -> str:
    """Write one line of a step."""
    cells = element("span", name, class_="fn-line-name", dir="auto") + element("span", said, class_="fn-line-said")
    clock = element("span", time, class_="fn-line-time") if time else ""
    return element("li", cells + clock, class_=f"fn-line fn-{kind}")


def listed(lines: list[str]) -> str:
    """Put the lines of a step into a list, to be scrolled by keyboard too where it may be too long for its box."""
    reached = {"tabindex": "0"} if len(lines) > FIT else {}
    return element("ul", "".join(lines), class_="fn-lines", **reached) if lines else ""
