"""Turns that show everything an answer can hold, and one that is long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from assistant.events import (
    AnswerFinished,
    Event,
    EvidenceSelected,
    PageRead,
    PrefillStarted,
    SentenceChecked,
    SourceAnswered,
    TokenProduced,
)
from assistant.evidence import (
    Calculation,
    Citation,
    Disagreement,
    DisputedValue,
    ModelCard,
    ModelInsight,
    Operand,
    PageStatus,
    Point,
    Sentence,
    Series,
    Timings,
    TokenCount,
    Verdict,
)
from tests.ui.scripted import finished, retriever_citations, search_events

LONG = 20_000
"""Characters of the long answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Queued(Event):
    """What the engine tells of a turn that waits for others, by its two promised names."""

    position: int
    expected_wait_s: float | None


def calculation() -> Calculation:
    """Compute with two cited values."""
    then, now = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    return Calculation(
        kind="difference",
        formula="34 500 - 21 250 = 13 250 packages",
        value=13_250.0,
        unit="packages",
        operands=(
            Operand(name="packages 2020", value=21_250.0, unit="packages", at=then, citation=1),
            Operand(name="packages 2026", value=34_500.0, unit="packages", at=now, citation=2),
        ),
    )


def series() -> Series:
    """State a value for each month of two years."""
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    points = tuple(Point(at=begin + timedelta(days=30 * n), value=1.05 + 0.01 * ((n * 7) % 11)) for n in range(24))
    return Series(name="Euro in dollars", unit="USD", citation=2, points=points)


def rich_citations(now: datetime) -> tuple[Citation, ...]:
    """Put each quotation between other sentences."""
    return tuple(
        replace(found, before="This is what stands before it on the page.", after="And this is what comes after it.")
        for found in retriever_citations(now)
    )


def rich_sentences() -> tuple[Sentence, ...]:
    """Write prose, a list and a table."""
    said = [
        ("The number of packages grew by 13 250 in six years.", (1, 2), calculation()),
        ("Plug-ins are found through entry points.", (2,), None),
        ("- One file holds one class.", (1,), None),
        ("- One line announces it.", (2,), None),
        ("| Year | Packages |\n|---|---|\n| 2020 | 21 250 |\n| 2026 | 34 500 |", (1,), None),
    ]
    return tuple(
        Sentence(text=text, citations=numbers, verdict=Verdict.SUPPORTED, calculation=found)
        for text, numbers, found in said
    )


def rich(question: str) -> Iterator[Event]:
    """Play a turn with everything in it."""
    now = datetime.now(UTC)
    yield from search_events(question, now)
    yield Queued(elapsed_s=1.4, position=2, expected_wait_s=31.0)
    yield Queued(elapsed_s=1.5, position=0, expected_wait_s=None)
    cited = rich_citations(now)
    for said in rich_sentences():
        yield SentenceChecked(elapsed_s=2.0, sentence=said, citations=cited)
    sides = (
        DisputedValue(value="34 500", citations=(2,), published=now - timedelta(days=40), is_newest=True),
        DisputedValue(value="33 900", citations=(1,), published=now - timedelta(days=400), is_majority=True),
    )
    answer = replace(
        finished(question, now),
        sentences=rich_sentences(),
        citations=cited,
        pages=tuple(replace(page, found_by=("wikipedia", "mojeek", "ddgs")) for page in finished(question, now).pages),
        disagreements=(Disagreement(about="the number of packages", values=sides),),
        series=(series(),),
        as_of=now - timedelta(days=40),
        warnings=("the figures of 2026 are estimates",),
        suggestions=("What is an entry point?", "How many packages *are* there now?"),
    )
    yield AnswerFinished(elapsed_s=3.0, answer=answer)


def mixed(question: str) -> Iterator[Event]:
    """Play the standard turn as a mixture of experts would write it, with all that is measured of it."""
    now = datetime.now(UTC)
    card = ModelCard(
        name="granite-1b",
        architecture="GraniteMoeForCausalLM",
        experts=32,
        experts_per_token=8,
        active_parameters=428_658_688,
        total_parameters=1_334_628_352,
    )
    insight = ModelInsight(
        prefill_tok_s=184.3,
        decode_tok_s=8.2,
        tokens_from_cache=612,
        watt_hours=0.042,
        expert_loads=tuple(tuple((row * 7 + place * place * 5) % 61 for place in range(32)) for row in range(24)),
    )
    answer = replace(
        finished(question, now),
        model=card,
        insight=insight,
        memory_peak_mib=3_687.0,
        tokens=TokenCount(prompt=1_432, completion=96),
        timings=Timings(search_s=1.2, read_s=1.9, rank_s=0.3, first_useful_s=1.8, ttft_s=3.1, total_s=14.6, cpu_s=26.4),
    )
    yield from search_events(question, now)
    for said in finished(question, now).sentences:
        yield SentenceChecked(elapsed_s=2.0, sentence=said, citations=rich_citations(now))
    yield AnswerFinished(elapsed_s=14.6, answer=answer)


def long_sentences() -> tuple[Sentence, ...]:
    """Write as many sentences as make the long answer."""
    text = "Sentence number {n} of this answer says one more thing about how plug-ins are found, and cites its source."
    size = len(text)
    return tuple(
        Sentence(text=text.format(n=n), citations=(1 + n % 3,), verdict=Verdict.SUPPORTED)
        for n in range(-(-LONG // size))
    )


def long(question: str) -> Iterator[Event]:
    """Play a turn that writes 20,000 characters."""
    now = datetime.now(UTC)
    yield from search_events(question, now)
    cited = rich_citations(now)
    for said in long_sentences():
        yield SentenceChecked(elapsed_s=2.0, sentence=said, citations=cited)
    yield AnswerFinished(
        elapsed_s=9.0, answer=replace(finished(question, now), sentences=long_sentences(), citations=cited)
    )


def hanging(stage: str) -> Callable[[str], Iterator[Event]]:
    """Make a script that gets as far as a stage and stays there."""
    last: dict[str, Callable[[Event], bool]] = {
        "searching": lambda event: isinstance(event, SourceAnswered),
        "reading": lambda event: isinstance(event, PageRead) and event.report.status is PageStatus.SKIPPED,
        "ranking": lambda event: isinstance(event, EvidenceSelected),
        "prefilling": lambda event: isinstance(event, PrefillStarted),
        "waiting": lambda event: isinstance(event, PrefillStarted),
    }

    def play(question: str) -> Iterator[Event]:
        for event in search_events(question, datetime.now(UTC)):
            yield event
            if last[stage](event):
                break
        if stage == "waiting":
            yield Queued(elapsed_s=1.4, position=2, expected_wait_s=31.0)
        while True:
            yield TokenProduced(elapsed_s=3.0)

    return play


HANGING = {
    f"hang while {stage}": hanging(stage) for stage in ("searching", "reading", "ranking", "prefilling", "waiting")
}
