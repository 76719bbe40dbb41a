"""The nouns that flow from stage to stage, from a question to a grounded answer.

Frozen, keyword-only dataclasses with aware datetimes; those of the search stand in `findings.py`. Knows no stage and
does no work.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from assistant.calculations import Calculation, Operand, Point, Series
from assistant.effort import ModelCard, ModelInsight, Timings, TokenCount
from assistant.findings import Candidate, ScorePart, SearchReport, Sighting
from retrievers import Freshness, Measurement

__all__ = [
    "Answer",
    "AnswerStatus",
    "Calculation",
    "Candidate",
    "Citation",
    "Disagreement",
    "DisputedValue",
    "ModelCard",
    "ModelInsight",
    "Operand",
    "Page",
    "PageReport",
    "PageStatus",
    "Passage",
    "Point",
    "Profile",
    "QuestionOptions",
    "ScorePart",
    "SearchReport",
    "Sentence",
    "Series",
    "Sighting",
    "Timings",
    "TokenCount",
    "Turn",
    "Verdict",
]


class Verdict(StrEnum):
    """How far the cited passages carry a sentence."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    UNSUPPORTED = "unsupported"


class AnswerStatus(StrEnum):
    """How a turn ended; there are no other ends."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"
    STOPPED = "stopped"
    FAILED = "failed"


class PageStatus(StrEnum):
    """What became of a candidate."""

    READ = "read"
    SKIPPED = "skipped"
    FAILED = "failed"


class Profile(StrEnum):
    """How much time and reading a question is worth."""

    SPEED = "speed"
    BALANCED = "balanced"
    THOROUGH = "thorough"


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionOptions:
    """What the user chose for one question; empty tuples and None mean "decide for me"."""

    focus: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    without_sources: tuple[str, ...] = ()
    """Sources that are not asked; a name that nobody bears is no fault, for a choice outlives what is installed."""
    since: Freshness | None = None
    language: str | None = None
    profile: Profile | None = None
    include_sites: tuple[str, ...] = ()
    exclude_sites: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    refresh: bool = False
    """Read every page anew, also those that are kept from an earlier question."""
    model: str | None = None
    """A catalogue name, a folder or the URL of a server; "none" answers with quotations only."""
    private: bool = False
    """Ask nobody but this machine and servers of the user's own, for this question."""
    unkept: bool = False
    """Write nothing of this question to the disk: no page, passage, embedding, search result or word in the log."""
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """An earlier question of the same chat with the text of its answer."""

    question: str
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """The visible text of a page; `removed` names what cleaning took out and looked like an instruction.

    `canonical` is the address that the page gives as its own, if on the same site; `date_confidence` (0 to 1) is of
    `published`, or of `modified` where only that is known; `page_offsets` says where in `text` each page of a PDF
    begins; `values` are what its source measured, or prices that the page states for machines.
    """

    url: str
    final_url: str
    title: str
    text: str
    language: str | None = None
    published: datetime | None = None
    fetched_at: datetime
    from_cache: bool = False
    removed: tuple[str, ...] = ()
    modified: datetime | None = None
    date_confidence: float | None = None
    canonical: str | None = None
    page_offsets: tuple[int, ...] = ()
    values: tuple[Measurement, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PageReport:
    """What became of one candidate, for the reader's eyes."""

    url: str
    status: PageStatus
    elapsed_s: float = 0.0
    from_cache: bool = False
    error: str | None = None
    title: str = ""
    age_s: float | None = None
    """How long before the question a page from the cache was read; None for one that was read for it."""
    removed: tuple[str, ...] = ()
    """What cleaning took out of the page and looked like an instruction."""
    found_by: tuple[str, ...] = ()
    """The sources that listed it; none for a page that the question names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A quotable piece of a page: `page.text[start:start + len(text)] == text`.

    `heading` is the path of headings that it stands under; `source_rank` the place of its page among what the search
    found (0 is best); `copies` are the addresses of other pages that say the same in nearly the same words;
    `values` are what the source of its page measured, all of them, whether this passage states them or not;
    `nearness` is its cosine with the question by multilingual-e5, None where meanings were not compared.
    """

    id: str
    url: str
    title: str
    text: str
    start: int
    published: datetime | None = None
    score: float = 0.0
    heading: str = ""
    source_rank: int | None = None
    copies: tuple[str, ...] = ()
    values: tuple[Measurement, ...] = ()
    nearness: float | None = None

    @property
    def end(self) -> int:
        """The offset in the page's text just after the passage."""
        return self.start + len(self.text)

    @property
    def has_series(self) -> bool:
        """Whether its page gives values of several times, to be computed with as a whole."""
        return len({value.at for value in self.values}) > 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """A verbatim quotation: `quote == page.text[start:end]`; `support` is the covered share of a claim, 0 to 1."""

    number: int
    url: str
    title: str
    published: datetime | None
    passage: str
    """The id of the passage the quotation lies in."""
    quote: str
    start: int
    end: int
    support: float
    before: str = ""
    """What stands before the quotation, up to the sentence before; white space made even."""
    after: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """One checked sentence of the answer, the numbers of its citations, and the verdict on it."""

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    calculation: Calculation | None = None
    """What code computed, where the sentence states a result that no page does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DisputedValue:
    """One side of a disagreement and the citations that state it."""

    value: str
    citations: tuple[int, ...]
    published: datetime | None = None
    """When the newest source of this side was published."""
    is_newest: bool = False
    is_majority: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """Sources that state different values for the same thing."""

    about: str
    values: tuple[DisputedValue, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The end of a turn: what was found, what supports it, and what went wrong on the way.

    When `status` is abstained, `sentences` is empty and `citations` are the nearest quotations. `reason` says why the
    turn ended as it did in one line; `gaps` lists what is missing from an answered turn. `as_of` is when the newest
    cited page was published; `warnings` say what a reader should beware of; `suggestions` are questions to ask next.
    """

    question: str
    status: AnswerStatus
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    searches: tuple[SearchReport, ...] = ()
    pages: tuple[PageReport, ...] = ()
    timings: Timings = field(default_factory=Timings)
    memory_peak_mib: float = 0.0
    tokens: TokenCount = field(default_factory=TokenCount)
    model: ModelCard | None = None
    reason: str = ""
    gaps: tuple[str, ...] = ()
    as_of: datetime | None = None
    warnings: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()
    suggestions: tuple[str, ...] = ()
    insight: ModelInsight | None = None
    dropped: tuple[Sentence, ...] = ()
    """What the model wrote and the answer leaves out, with the verdict on it."""

    @property
    def text(self) -> str:
        """The sentences as one text, without citation marks."""
        return " ".join(sentence.text for sentence in self.sentences)
