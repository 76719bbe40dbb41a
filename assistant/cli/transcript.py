"""A turn as lines of text: progress on standard error, the answer and its sources on standard output.

Knows wording and order. Everything untrusted is printed as plain text, without control characters.
"""

from __future__ import annotations

import unicodedata
from typing import TextIO
from urllib.parse import urlsplit

from rich.console import Console
from rich.text import Text

from assistant.ages import ago
from assistant.events import (
    AnswerFinished,
    Event,
    EvidenceSelected,
    PageRead,
    PrefillStarted,
    QuestionRestated,
    QuoteReady,
    SearchStarted,
    SentenceChecked,
    SourceAnswered,
)
from assistant.evidence import Answer, AnswerStatus, Citation, PageReport, PageStatus, Sentence, Verdict

__all__ = ["Transcript"]

QUOTES_SHOWN = 3
MARKS = {
    Verdict.SUPPORTED: "",
    Verdict.PARTLY: " (partly supported)",
    Verdict.UNSUPPORTED: " (no source supports this)",
}


class Transcript:
    """Print a turn while it runs."""

    def __init__(self, out: TextIO, err: TextIO) -> None:
        """Write the answer to `out`, what happens on the way to `err`."""
        self.out = Console(file=out, highlight=False, soft_wrap=True)
        self.err = Console(file=err, highlight=False, soft_wrap=True)
        self._quotes = 0
        self._pages = 0
        self._wrote = False

    def __call__(self, event: Event) -> None:
        """Print what an event tells a reader, if anything."""
        match event:
            case QuestionRestated(query=query):
                self._step(event, f"understood as: {query.text} [{query.language}]")
            case SearchStarted(retrievers=asked):
                self._step(event, f"asking {', '.join(asked) or 'no source'}")
            case SourceAnswered(report=found):
                said = found.error or f"{len(found.hits)} hits"
                name = found.retriever if found.retriever == found.provider else f"{found.retriever}/{found.provider}"
                self._step(event, f"{name}: {said}")
            case PageRead(report=page):
                self._step(
                    event, f"{page.status} {page.url}{read_when(page)}" + (f": {page.error}" if page.error else "")
                )
                self._pages += page.status is PageStatus.READ
            case EvidenceSelected(number=number, passage=passage):
                self._step(event, f"[{number}] {passage.title or passage.url}")
            case QuoteReady(citation=citation) if self._quotes < QUOTES_SHOWN:
                self._quotes += 1
                self._step(event, f"[{citation.number}] “{citation.quote}”")
            case PrefillStarted():
                self._step(event, f"writing from {self._pages} pages")
            case SentenceChecked(sentence=sentence):
                self._wrote = True
                self.out.print(plain(spoken(sentence)))
            case AnswerFinished(answer=answer):
                self._finish(answer)

    def _step(self, event: Event, words: str) -> None:
        """Print one line of progress."""
        line = " ".join(words.split())
        self.err.print(Text(f"{event.elapsed_s:6.1f} s  {printable(line)}", style="dim"))

    def _finish(self, answer: Answer) -> None:
        """Print whatever of the answer was not streamed, its sources, and its gaps."""
        if not self._wrote:
            for sentence in answer.sentences:
                self.out.print(plain(spoken(sentence)))
        if answer.status is AnswerStatus.ABSTAINED:
            self.out.print(plain(f"No answer: {answer.reason or 'the pages read do not answer this'}."))
            if answer.citations:
                self.out.print("The nearest quotations:")
        pages = {page.url: page for page in answer.pages}
        for citation in answer.citations:
            self._cite(citation, pages.get(citation.url))
        for gap in answer.gaps:
            self.err.print(plain(f"note: {gap}"))
        for found in answer.searches:
            if found.error:
                self.err.print(plain(f"source failed: {found.error}"))
        self.err.print(Text(summary(answer), style="dim"))

    def _cite(self, citation: Citation, page: PageReport | None) -> None:
        """Print a source and what it says."""
        date = f", {citation.published:%Y-%m-%d}" if citation.published else ""
        self.out.print(plain(f"\n[{citation.number}] {citation.title or citation.url}{date}"))
        self.out.print(plain(f"    {citation.url}{read_when(page)}"))
        self.out.print(plain(f"    “{' '.join(citation.quote.split())}”"))


def read_when(page: PageReport | None) -> str:
    """Say how old a page from the cache is; nothing of one that was read for this question."""
    return f" (read {ago(page.age_s)})" if page and page.age_s is not None else ""


def spoken(sentence: Sentence) -> str:
    """Write a sentence with its citation numbers and, where it is not fully carried, the verdict."""
    numbers = "".join(f"[{number}]" for number in sentence.citations)
    return f"{' '.join(sentence.text.split())} {numbers}".rstrip() + MARKS[sentence.verdict]


def summary(answer: Answer) -> str:
    """Say in one line how the turn went."""
    read = [page for page in answer.pages if page.status is PageStatus.READ]
    hosts = {urlsplit(page.url).netloc for page in read}
    writer = f"{answer.model.name} ({answer.model.label})" if answer.model and answer.model.label else ""
    writer = writer or (answer.model.name if answer.model else "quotations only")
    seconds = answer.timings.total_s or 0.0
    return f"{answer.status}: {len(read)} pages of {len(hosts)} sites in {seconds:.1f} s, written by: {writer}"


def plain(text: str) -> Text:
    """Make text that the terminal prints as it stands: no markup, no control characters."""
    return Text(printable(text, keep="\n"))


def printable(text: str, keep: str = "") -> str:
    """Drop control and format characters, by which a page could repaint the terminal."""
    return "".join(
        character for character in text if character in keep or unicodedata.category(character) not in {"Cc", "Cf"}
    )
