"""A turn in which every text is an attack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from assistant.events import (
    AnswerFinished,
    CandidatesFused,
    Event,
    PageRead,
    QuestionRestated,
    QuoteReady,
    SearchStarted,
    SentenceChecked,
    SourceAnswered,
)
from assistant.evidence import AnswerStatus, ModelCard, SearchReport
from retrievers import SearchQuery
from tests.ui.scripted import finished, pages, retriever_citations, sentences

EVIL = (
    '"><img src=http://evil.test/a.png onerror=x>![](http://evil.test/b.png)<script src=//evil.test></script>'
    "<style>*{background:url(http://evil.test/c)}</style> :red[x] http://evil.test/d"
)


def hostile(question: str) -> Iterator[Event]:
    """Play a turn in which every text is an attack."""
    now = datetime.now(UTC)
    urls = ("javascript:alert(1)", f"https://a.test/{EVIL}", "data:text/html,<script>alert(1)</script>")
    cited = tuple(
        replace(found, title=EVIL, quote=EVIL, url=url)
        for found, url in zip(retriever_citations(now), urls, strict=True)
    )
    attacked = tuple(replace(page, title=EVIL, url=EVIL, error=EVIL) for page in pages(now))
    said = tuple(replace(sentence, text=EVIL) for sentence in sentences())
    reports = (SearchReport(retriever=EVIL, provider=EVIL, error=EVIL),)
    yield QuestionRestated(elapsed_s=0.01, query=SearchQuery(text=EVIL, language=EVIL))
    yield SearchStarted(elapsed_s=0.02, retrievers=(EVIL, "other"))
    yield SourceAnswered(elapsed_s=0.1, report=reports[0])
    yield CandidatesFused(elapsed_s=0.7, candidates=())
    yield from (PageRead(elapsed_s=1.0, report=page, title=EVIL) for page in attacked)
    yield from (QuoteReady(elapsed_s=1.2, citation=found) for found in cited)
    yield from (SentenceChecked(elapsed_s=2.0, sentence=sentence, citations=cited) for sentence in said)
    answer = replace(
        finished(question, now),
        citations=cited,
        sentences=said,
        searches=reports,
        pages=attacked,
        gaps=(EVIL,),
        reason=EVIL,
        model=ModelCard(name=EVIL, label=EVIL),
        status=AnswerStatus.FAILED,
    )
    yield AnswerFinished(elapsed_s=3.0, answer=answer)
