"""An engine that plays scripts: the same surface and the same manners as `Assistant`, and no model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from assistant.errors import QuestionInvalid
from assistant.events import (
    AnswerFinished,
    CandidatesFused,
    Emit,
    Event,
    EvidenceSelected,
    PageRead,
    PrefillStarted,
    QuestionRestated,
    QuoteReady,
    SearchStarted,
    SentenceChecked,
    SourceAnswered,
    TokenProduced,
)
from assistant.evidence import (
    Answer,
    AnswerStatus,
    Candidate,
    Citation,
    Disagreement,
    DisputedValue,
    ModelCard,
    PageReport,
    PageStatus,
    Passage,
    QuestionOptions,
    SearchReport,
    Sentence,
    Timings,
    Turn,
    Verdict,
)
from retrievers import SearchHit, SearchQuery

CARD = ModelCard(name="stand-in", label="dense stand-in, not verified against Qwen")
LONGEST = 4_000
FIRST_QUOTE = "Write one file of at most 40 lines with a class that inherits HttpRetriever."
DOCS = "file:///opt/footnote/docs/add-a-retriever.md"


def citation(number: int, url: str, title: str, quote: str, published: datetime | None = None) -> Citation:
    """Make a citation as the writing stage does."""
    return Citation(
        number=number,
        url=url,
        title=title,
        published=published,
        passage=f"p{number}",
        quote=quote,
        start=0,
        end=len(quote),
        support=1.0,
    )


def retriever_citations(now: datetime) -> tuple[Citation, ...]:
    """Name the sources of the standard script: one of the web, one file."""
    return (
        citation(1, DOCS, "Add a retriever", FIRST_QUOTE),
        citation(
            2,
            "https://packaging.test/specifications/entry-points?a=1&b=2#use",
            "Entry points specification",
            "Entry points are a mechanism for an installed distribution to advertise components it provides, "
            "to be discovered and used by other code.",
            now - timedelta(days=40),
        ),
        citation(3, "https://docs.python.test/3/library/importlib.metadata.html", "importlib.metadata", "A quote."),
    )


def sentences() -> tuple[Sentence, ...]:
    """Say one thing of each verdict."""
    return (
        Sentence(
            text="Write one file with a class that inherits `HttpRetriever`, at most 40 lines.",
            citations=(1,),
            verdict=Verdict.SUPPORTED,
        ),
        Sentence(
            text="Announce it as an entry point in the group `footnote.retrievers`, which other code can discover.",
            citations=(1, 2),
            verdict=Verdict.PARTLY,
        ),
        Sentence(text="Most people manage this in ten minutes.", citations=(), verdict=Verdict.UNSUPPORTED),
    )


def searches() -> tuple[SearchReport, ...]:
    """Report two sources that answered and one that failed."""
    hits = tuple(SearchHit(url=f"https://a.test/{n}", title=str(n)) for n in range(10))
    return (
        SearchReport(retriever="folder", provider="folder", hits=hits[:3], elapsed_s=0.04),
        SearchReport(retriever="wikipedia", provider="wikipedia", hits=hits, elapsed_s=0.61),
        SearchReport(retriever="searxng", provider="dead", elapsed_s=4.0, error="dead: timed out after 4.0 s"),
    )


def pages(now: datetime) -> tuple[PageReport, ...]:
    """Report what became of the pages."""
    read = [
        PageReport(url=cited.url, status=PageStatus.READ, elapsed_s=0.3, title=cited.title)
        for cited in retriever_citations(now)
    ]
    return (
        *read,
        PageReport(
            url="https://blog.example.test/2026/entry-points-in-practice",
            status=PageStatus.READ,
            elapsed_s=0.8,
            from_cache=True,
            age_s=250.0,
            title="Entry points in practice: how plug-ins are found, and what goes wrong when they are not",
        ),
        PageReport(url="https://slow.test/", status=PageStatus.FAILED, elapsed_s=5.0, error="slow.test: timed out"),
        PageReport(url="https://robots.test/", status=PageStatus.SKIPPED, error="robots.txt forbids it"),
    )


def finished(question: str, now: datetime) -> Answer:
    """End the standard script."""
    return Answer(
        question=question,
        status=AnswerStatus.ANSWERED,
        sentences=sentences(),
        citations=retriever_citations(now)[:2],
        searches=searches(),
        pages=pages(now),
        timings=Timings(total_s=3.42),
        model=CARD,
        gaps=("searxng: the engine dead timed out",),
    )


def search_events(question: str, now: datetime) -> Iterator[Event]:
    """Play a turn up to its evidence."""
    yield QuestionRestated(elapsed_s=0.01, query=SearchQuery(text=question))
    yield SearchStarted(elapsed_s=0.02, retrievers=("folder", "wikipedia", "searxng"))
    yield from (SourceAnswered(elapsed_s=0.1, report=report) for report in searches())
    found = tuple(Candidate(url=page.url, title=page.title) for page in pages(now))
    yield CandidatesFused(elapsed_s=0.7, candidates=found)
    for page in pages(now):
        yield PageRead(elapsed_s=1.0, report=replace(page, title=""), title=page.title)
    for cited in retriever_citations(now):
        passage = Passage(
            id=cited.passage,
            url=cited.url,
            title=cited.title,
            text=cited.quote,
            start=0,
            published=cited.published,
        )
        yield EvidenceSelected(elapsed_s=1.2, number=cited.number, passage=passage)
        yield QuoteReady(elapsed_s=1.2, citation=cited)
    yield PrefillStarted(elapsed_s=1.3)


def standard(question: str) -> Iterator[Event]:
    """Play a whole answered turn."""
    now = datetime.now(UTC)
    yield from search_events(question, now)
    yield TokenProduced(elapsed_s=2.0)
    by_number = {cited.number: cited for cited in retriever_citations(now)}
    for said in sentences():
        yield SentenceChecked(elapsed_s=2.5, sentence=said, citations=tuple(by_number[n] for n in said.citations))
    yield AnswerFinished(elapsed_s=3.42, answer=finished(question, now))


def endless(question: str) -> Iterator[Event]:
    """Play a turn that writes until it is stopped."""
    now = datetime.now(UTC)
    yield from search_events(question, now)
    first = sentences()[0]
    yield SentenceChecked(elapsed_s=2.0, sentence=first, citations=retriever_citations(now)[:1])
    while True:
        yield TokenProduced(elapsed_s=3.0)


def abstaining(question: str) -> Iterator[Event]:
    """Play a turn that finds nothing."""
    now = datetime.now(UTC)
    yield from search_events(question, now)
    answer = replace(
        finished(question, now),
        status=AnswerStatus.ABSTAINED,
        sentences=(),
        reason="the pages read do not mention Zorblax",
        model=None,
        gaps=(),
    )
    yield AnswerFinished(elapsed_s=2.0, answer=answer)


def failing(question: str) -> Iterator[Event]:
    """Play a turn in which no source answers."""
    errors = ("folder: no index", "wikipedia: connection refused", "searxng: HTTP 403, switch on its JSON format")
    reports = tuple(
        SearchReport(retriever=line.split(":")[0], provider=line.split(":")[0], error=line, elapsed_s=0.2)
        for line in errors
    )
    yield QuestionRestated(elapsed_s=0.01, query=SearchQuery(text=question))
    yield SearchStarted(elapsed_s=0.02, retrievers=tuple(report.retriever for report in reports))
    yield from (SourceAnswered(elapsed_s=0.1, report=report) for report in reports)
    answer = Answer(
        question=question,
        status=AnswerStatus.FAILED,
        reason="no source could be reached; check the connection",
        searches=reports,
        timings=Timings(total_s=0.4),
    )
    yield AnswerFinished(elapsed_s=0.4, answer=answer)


def disagreeing(question: str) -> Iterator[Event]:
    """Play a turn in which sources contradict each other."""
    now = datetime.now(UTC)
    sides = (DisputedValue(value="40 lines", citations=(1,)), DisputedValue(value="60 lines", citations=(2,)))
    found = Disagreement(about="the length of a retriever", values=sides)
    yield from search_events(question, now)
    yield AnswerFinished(elapsed_s=2.0, answer=replace(finished(question, now), disagreements=(found,)))


Script = Callable[[str], Iterator[Event]]
SCRIPTS: dict[str, Script] = {
    "endless": endless,
    "Zorblax": abstaining,
    "nothing works": failing,
    "disagree": disagreeing,
}


@dataclass(kw_only=True)
class ScriptedAssistant:
    """Choose a script by a word in the question; `pace_s` is the time between two events."""

    pace_s: float = 0.0
    scripts: dict[str, Script] = field(default_factory=lambda: dict(SCRIPTS))
    card: ModelCard | None = CARD
    problem: str = ""
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)
    options: list[QuestionOptions | None] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    async def answer(
        self, question: str, *, options: QuestionOptions | None = None, history: Sequence[Turn] = (), emit: Emit
    ) -> Answer:
        """Play the script; a cancelled one tells what was shown, as the real engine does."""
        self.asked.append((question, tuple(history)))
        self.options.append(options)
        if not question.strip():
            message = "the question is empty; type what you want to know"
            raise QuestionInvalid(message)
        if len(question) > LONGEST:
            remedy = "shorten it, or save the text in a searched folder and ask about that"
            message = f"the question has {len(question):,} characters and at most {LONGEST:,} can be asked; {remedy}"
            raise QuestionInvalid(message)
        shown: list[Event] = []
        try:
            return await self._play(question, emit, shown)
        except asyncio.CancelledError:
            self.cancelled.append(question)
            emit(AnswerFinished(elapsed_s=9.0, answer=stopped(question, shown)))
            raise

    async def _play(self, question: str, emit: Emit, shown: list[Event]) -> Answer:
        """Emit one event after the other."""
        script = next((play for word, play in self.scripts.items() if word in question), standard)
        for event in script(question):
            await asyncio.sleep(self.pace_s)
            shown.append(event)
            emit(event)
            if isinstance(event, AnswerFinished):
                return event.answer
        message = "a script ends with AnswerFinished"
        raise AssertionError(message)

    async def warm(self) -> None:
        """Have nothing to load."""

    def forget_files(self, paths: Iterable[str]) -> None:
        """Tell what was to be forgotten."""
        self.forgotten.extend(paths)

    def model_card(self, name: str | None = None) -> ModelCard | None:
        """Tell the scripted model, under whatever name."""
        return self.card

    def model_problem(self, name: str | None = None) -> str:
        """Tell the scripted problem."""
        return self.problem


def stopped(question: str, shown: Sequence[Event]) -> Answer:
    """Tell what was shown before a stop."""
    checked = [event for event in shown if isinstance(event, SentenceChecked)]
    cited = {found.number: found for event in checked for found in event.citations}
    return Answer(
        question=question,
        status=AnswerStatus.STOPPED,
        sentences=tuple(event.sentence for event in checked),
        citations=tuple(cited.values()),
        searches=tuple(event.report for event in shown if isinstance(event, SourceAnswered)),
        pages=tuple(replace(event.report, title=event.title) for event in shown if isinstance(event, PageRead)),
        reason="stopped before the answer was complete",
    )


@asynccontextmanager
async def opened(assistant: ScriptedAssistant) -> AsyncIterator[ScriptedAssistant]:
    """Open a scripted assistant as the engine opens the real one."""
    yield assistant
