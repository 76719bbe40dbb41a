"""What a trace says, part by part, in tables and plain words: for a reader who did not write Footnote.

Knows tables. Every word of a page, a source or a model is escaped; leaves the plot of the times to `plots.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assistant.evidence import Candidate, PageReport, Passage, SearchReport
from assistant.traces import Trace
from ui.engine_lines import retold
from ui.figures import titled_table
from ui.plots import Moment
from ui.rendering import element, link, site_of, text
from ui.turn_state import reason_of
from ui.wording import Wording

__all__ = ["moments", "parts_of"]

MOST_CANDIDATES = 60
"""More than a thorough turn reads three times over; the file has all."""
STAGES = ("search", "read", "rank")
MOMENTS = ("first_useful", "ttft", "first_sentence", "total")


def moments(trace: Trace, words: Wording) -> tuple[Moment, ...]:
    """List how long each stage took, one after the other, and when the reader saw what, from the question on."""
    timings, found, since_s = trace.answer.timings, [], 0.0
    for name in STAGES:
        took_s = getattr(timings, f"{name}_s")
        if took_s is not None:
            found.append(Moment(name=words.say(f"trace.time.{name}"), start_s=since_s, end_s=since_s + took_s))
            since_s += took_s
    for name in MOMENTS:
        at_s = getattr(timings, f"{name}_s")
        if at_s is not None:
            found.append(Moment(name=words.say(f"trace.time.{name}"), start_s=0.0, end_s=at_s))
    return tuple(found)


def parts_of(trace: Trace, times: Sequence[Moment], words: Wording) -> Iterator[str]:
    """Write every part, in the order in which it happened."""
    yield part("times", times_table(times, words), words)
    yield part("understood", understood(trace, words), words)
    yield part("searches", searches(trace.searches, words), words)
    yield part("candidates", candidates(trace.candidates, words), words)
    yield part("pages", pages(trace.answer.pages, words), words)
    yield part("passages", passages(trace.evidence, words), words)
    yield part("writing", writing(trace, words), words)
    yield part("gaps", listed(retold(line, words) for line in (*trace.answer.gaps, *trace.answer.warnings)), words)


def part(name: str, inside: str, words: Wording) -> str:
    """Put a part under its head with a line that says what it is; one that is empty says so."""
    head = element("h3", text(words.say(f"trace.{name}")), class_="fn-head")
    what = element("p", text(words.say(f"trace.what.{name}")), class_="fn-quiet")
    none = element("p", text(words.say("trace.nothing")))
    return element("section", head + what + (inside or none))


def times_table(times: Sequence[Moment], words: Wording) -> str:
    """Write the figures of the plot."""
    rows = [(text(time.name), text(words.seconds(time.end_s - time.start_s))) for time in times]
    return table(("trace.what-happened", "trace.time"), rows, words)


def understood(trace: Trace, words: Wording) -> str:
    """Say what the question became and what was chosen with it."""
    query, options = trace.query, trace.options
    chosen = {
        "query": query.text,
        "language": words.language_name(query.language),
        "freshness": query.freshness or "",
        "depth": words.say(f"depth.{options.profile}") if options.profile else "",
        "focus": ", ".join((*options.focus, *options.sources)),
        "without": ", ".join(options.without_sources),
        "sites": ", ".join((*options.include_sites, *(f"-{site}" for site in options.exclude_sites))),
        "files": ", ".join(site_of(f"file://{path}") for path in options.attachments),
        "asked_at": f"{options.asked_at:%Y-%m-%d %H:%M:%S %Z}",
    }
    rows = [(text(words.say(f"trace.{name}")), auto(value)) for name, value in chosen.items() if value]
    return table(("trace.name", "trace.value"), rows, words)


def searches(reports: Sequence[SearchReport], words: Wording) -> str:
    """Say what each source was asked and gave; a second query stands behind the source's name."""
    rows = [
        (
            auto(
                report.retriever if report.retriever == report.provider else f"{report.retriever} / {report.provider}"
            ),
            text(words.count("step.hits", report.hit_count)) if not report.error else text(words.say("step.failed")),
            text(words.seconds(report.elapsed_s)),
            auto(retold(reason_of(report), words)) + hits(report, words),
        )
        for report in reports
    ]
    return table(("trace.source", "trace.hits", "trace.time", "trace.result"), rows, words)


def hits(report: SearchReport, words: Wording) -> str:
    """Fold the list of what a source found."""
    if not report.hits:
        return ""
    lines = "".join(element("li", place(hit.url, hit.title)) for hit in report.hits)
    summary = element("summary", text(words.say("trace.hits.show")))
    return element("details", summary + element("ol", lines), class_="fn-more")


def candidates(found: Sequence[Candidate], words: Wording) -> str:
    """Say what became one list of all, with every part of each score."""
    rows = [
        (
            text(str(number)),
            place(one.url, one.title),
            text(", ".join(f"{seen.retriever} #{seen.rank}" for seen in one.sightings)),
            element("strong", text(figure(one.score, words)))
            + "".join(f"<br>{text(f'{figure(why.value, words)} {why.why}')}" for why in one.explanation),
        )
        for number, one in enumerate(found[:MOST_CANDIDATES], 1)
    ]
    return table(("trace.rank", "trace.page", "trace.found-by", "trace.score"), rows, words)


def pages(reports: Sequence[PageReport], words: Wording) -> str:
    """Say what became of every page that was to be read."""
    rows = [
        (
            place(report.url, report.title),
            text(words.say(f"trace.page.{report.status}")),
            auto("; ".join(filter(None, (report.error or "", *report.removed)))),
            text(words.read_ago(report.age_s or 0.0) if report.from_cache else words.seconds(report.elapsed_s)),
        )
        for report in reports
    ]
    return table(("trace.page", "trace.status", "trace.reason", "trace.time"), rows, words)


def passages(found: Sequence[Passage], words: Wording) -> str:
    """Say which passages the answer was written from, and their scores."""
    rows = [
        (
            text(f"[{number}]"),
            place(passage.url, passage.title),
            text(figure(passage.score, words)),
            element(
                "details", element("summary", text(words.say("trace.text.show"))) + auto(passage.text), class_="fn-more"
            ),
        )
        for number, passage in enumerate(found, 1)
    ]
    return table(("trace.number", "trace.page", "trace.score", "trace.text"), rows, words)


def writing(trace: Trace, words: Wording) -> str:
    """Say who wrote from how long a prompt, and how the turn ended."""
    answer = trace.answer
    said = {
        "model": " ".join(filter(None, (answer.model.name, answer.model.label))) if answer.model else "",
        "prompt": words.number(answer.tokens.prompt) if answer.tokens.prompt else "",
        "completion": words.number(answer.tokens.completion) if answer.tokens.completion else "",
        "memory": f"{words.number(answer.memory_peak_mib)} MiB" if answer.memory_peak_mib else "",
        "end": " · ".join(filter(None, (words.say(f"trace.end.{answer.status}"), retold(answer.reason, words)))),
        "version": trace.footnote,
    }
    said["model"] = said["model"] or words.say("model.none")
    rows = [(text(words.say(f"trace.{name}")), auto(value)) for name, value in said.items() if value]
    return table(("trace.name", "trace.value"), rows, words)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], words: Wording) -> str:
    """Write a table, or nothing without rows."""
    return titled_table(heads, rows, words) if rows else ""


def listed(lines: Iterable[str]) -> str:
    """Write lines as a list, or nothing."""
    inside = "".join(element("li", auto(line)) for line in lines)
    return element("ul", inside) if inside else ""


def place(url: str, title: str) -> str:
    """Name a page by its title and its site."""
    named = link(url, text(title or url), dir="auto")
    return f"{named} {element('span', text(site_of(url)), class_='fn-quiet')}" if title and title != url else named


def auto(value: str) -> str:
    """Write words that may run from right to left."""
    return element("span", text(value), dir="auto") if value else ""


def figure(value: float, words: Wording) -> str:
    """Write a score with three digits behind the point: the fourth says nothing to a reader."""
    return words.number(round(value, 3))
