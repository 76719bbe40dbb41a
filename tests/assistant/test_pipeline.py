"""A whole turn through the real stages: only the sources and the model are fakes, and both obey the real contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field

from assistant.errors import ModelUnavailable, QuestionInvalid
from assistant.events import (
    AnswerFinished,
    CandidatesFused,
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
from assistant.evidence import AnswerStatus, ModelCard, Profile, QuestionOptions, Turn, Verdict
from assistant.models.opening import OpenModel
from assistant.pipeline import Parts, answer_question, search_sources
from assistant.ranking.cross_encoding import CrossEncoder, Reranker
from assistant.ranking.reranking import Ranker
from assistant.reading.fetching import PageReader
from assistant.settings import load_settings
from retrievers import ProviderUnavailable, Retriever, SearchHit, SearchQuery

QUESTION = "How high is the Kestrel viaduct?"
TEXT = (
    "The Kestrel viaduct\n\nThe Kestrel viaduct was built by the Marlow company between 1874 and 1879. "
    "It is 47 metres high and has nineteen arches. Trains crossed it until 1962.\n\n"
    "Since 1981 it carries a cycle path, and it was repaired in 2011."
)


class Encyclopedia(Retriever):
    name = provider = "encyclopedia"
    focus = "reference"

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        return [SearchHit(url="https://encyclopedia.example/kestrel", title="Kestrel viaduct", text=TEXT)]


class Broken(Retriever):
    name = provider = "broken"
    focus = "web"

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        message = "broken: HTTP 503"
        raise ProviderUnavailable(message)


class Silent(Retriever):
    name = provider = "silent"
    focus = "web"

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        await asyncio.Event().wait()
        return []


class Late(Retriever):
    """Answers once a page was read."""

    name = provider = "late"
    focus = "web"

    def __init__(self, gate: asyncio.Event) -> None:
        self.gate = gate

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        await self.gate.wait()
        return [SearchHit(url="https://late.example/", title="Kestrel", text="The Kestrel viaduct cost nine crowns.")]


class Listening(Retriever):
    """Keeps every query that it was sent."""

    name = provider = "listening"
    focus = "web"

    def __init__(self) -> None:
        self.heard: list[SearchQuery] = []

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        self.heard.append(query)
        return []


class Private(Encyclopedia):
    name = provider = "mine"
    focus = "local"
    is_private = True


class Scripted(BaseChatModel):
    """Say what it was told to; with `hangs`, never say the end."""

    says: str
    hangs: bool = False
    asked: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **_: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        self.asked.append(messages)
        for word in self.says.split(" "):
            yield ChatGenerationChunk(message=AIMessageChunk(content=f"{word} "))
        if self.hangs:
            await asyncio.Event().wait()
        usage = {"input_tokens": 100, "output_tokens": 12, "total_tokens": 112}
        yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=usage))

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError


@dataclass
class Told:
    events: list[Event] = field(default_factory=list)
    seen: dict[type[Event], asyncio.Event] = field(default_factory=dict)

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        self.seen.setdefault(type(event), asyncio.Event()).set()

    async def until(self, kind: type[Event]) -> None:
        await self.seen.setdefault(kind, asyncio.Event()).wait()

    def kinds(self) -> list[type[Event]]:
        return list(dict.fromkeys(type(event) for event in self.events))


def parts_of(*sources: Retriever, model: BaseChatModel | None = None, problem: str = "", tmp_path: Path) -> Parts:
    async def open_model(name: str | None) -> OpenModel | None:
        if problem:
            raise ModelUnavailable(problem)
        return OpenModel(chat=model, card=ModelCard(name="scripted")) if model else None

    client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(404)))
    return Parts(
        settings=load_settings(data_dir=tmp_path),
        retrievers=sources,
        unusable={},
        client=client,
        reader=PageReader(client),
        ranker=Ranker(None, None),
        open_model=open_model,
    )


async def ask(parts: Parts, question: str = QUESTION, told: Told | None = None) -> Any:
    return await answer_question(question, options=QuestionOptions(), history=(), parts=parts, emit=told or Told())


async def test_a_question_becomes_sentences_tied_to_their_passage(tmp_path: Path) -> None:
    model = Scripted(says="The Kestrel viaduct is 47 metres high.")
    answer = await ask(parts_of(Encyclopedia(), model=model, tmp_path=tmp_path))
    assert answer.status is AnswerStatus.ANSWERED
    assert [sentence.verdict for sentence in answer.sentences] == [Verdict.SUPPORTED]
    citation = answer.citations[0]
    assert answer.sentences[0].citations == (citation.number,)
    assert "47 metres" in citation.quote
    assert TEXT[citation.start : citation.end] == citation.quote
    assert answer.model == ModelCard(name="scripted")
    assert answer.tokens.prompt == 100


async def test_stages_tell_their_events_in_order(tmp_path: Path) -> None:
    told = Told()
    await ask(parts_of(Encyclopedia(), model=Scripted(says="It is 47 metres high."), tmp_path=tmp_path), told=told)
    assert told.kinds() == [
        QuestionRestated,
        SearchStarted,
        SourceAnswered,
        CandidatesFused,
        PageRead,
        EvidenceSelected,
        QuoteReady,
        PrefillStarted,
        TokenProduced,
        SentenceChecked,
        AnswerFinished,
    ]
    moments = [event.elapsed_s for event in told.events]
    assert moments == sorted(moments)


async def test_the_model_is_told_what_was_said_before_and_when_it_is_asked(tmp_path: Path) -> None:
    model = Scripted(says="It is 47 metres high.")
    earlier = Turn(question="What is the Kestrel viaduct?", answer="A viaduct of stone.")
    options = QuestionOptions(asked_at=datetime(2026, 11, 25, tzinfo=UTC))
    parts = parts_of(Encyclopedia(), model=model, tmp_path=tmp_path)
    await answer_question("How high is it?", options=options, history=(earlier,), parts=parts, emit=Told())
    prompt = str(model.asked[0][-1].text)
    assert "Asked before: What is the Kestrel viaduct?" in prompt
    assert "A viaduct of stone." in prompt
    assert "2026-11-25" in prompt


async def test_a_reranker_that_was_chosen_looks_at_the_passages_and_its_absence_is_a_gap(tmp_path: Path) -> None:
    missing = Reranker(CrossEncoder(tmp_path / "bge"))
    model = Scripted(says="It is 47 metres high.")
    parts = replace(parts_of(Encyclopedia(), model=model, tmp_path=tmp_path), reranker=missing)
    answer = await ask(parts)
    await missing.close()
    assert answer.status is AnswerStatus.ANSWERED
    assert any("bge: the reranker cannot be loaded" in gap for gap in answer.gaps)


async def test_what_the_model_invents_is_left_out(tmp_path: Path) -> None:
    model = Scripted(says="It is 47 metres high. It was painted purple by Napoleon in 1805.")
    answer = await ask(parts_of(Encyclopedia(), model=model, tmp_path=tmp_path))
    assert [sentence.verdict for sentence in answer.sentences] == [Verdict.SUPPORTED]
    assert [sentence.verdict for sentence in answer.dropped] == [Verdict.UNSUPPORTED]


async def test_a_broken_source_is_data_and_holds_up_nothing(tmp_path: Path) -> None:
    answer = await ask(parts_of(Broken(), Encyclopedia(), tmp_path=tmp_path))
    assert answer.status is AnswerStatus.ANSWERED
    assert [found.error for found in answer.searches if found.retriever == "broken"] == ["broken: HTTP 503"]


async def test_without_a_model_the_answer_is_quotations_and_says_why(tmp_path: Path) -> None:
    parts = parts_of(Encyclopedia(), problem="no model is downloaded; run `footnote models pull`", tmp_path=tmp_path)
    answer = await ask(parts)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.model is None
    assert any("footnote models pull" in gap for gap in answer.gaps)
    for sentence in answer.sentences:
        assert sentence.verdict is Verdict.SUPPORTED
        assert len(sentence.citations) == 1


async def test_a_question_about_something_no_page_names_is_declined(tmp_path: Path) -> None:
    model = Scripted(says="The starship Zorblax flies at 900 knots.")
    answer = await ask(parts_of(Encyclopedia(), model=model, tmp_path=tmp_path), "How fast is the starship Zorblax?")
    assert answer.status is AnswerStatus.ABSTAINED
    assert answer.sentences == ()
    assert "Zorblax" in answer.reason


async def test_no_source_at_all_ends_in_abstention(tmp_path: Path) -> None:
    answer = await ask(parts_of(Broken(), tmp_path=tmp_path))
    assert answer.status is AnswerStatus.ABSTAINED
    assert answer.reason
    assert answer.searches[0].error == "broken: HTTP 503"


@pytest.mark.parametrize("question", ["", "  \n ", "x" * 20_000])
async def test_a_question_that_cannot_be_asked_is_refused(tmp_path: Path, question: str) -> None:
    with pytest.raises(QuestionInvalid):
        await ask(parts_of(Encyclopedia(), tmp_path=tmp_path), question)


async def test_cancelling_during_search_stops_the_turn(tmp_path: Path) -> None:
    told = Told()
    turn = asyncio.create_task(ask(parts_of(Silent(), tmp_path=tmp_path), told=told))
    await told.until(SearchStarted)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    last = told.events[-1]
    assert isinstance(last, AnswerFinished)
    assert last.answer.status is AnswerStatus.STOPPED


async def test_cancelling_while_the_model_writes_keeps_the_checked_sentences(tmp_path: Path) -> None:
    told = Told()
    model = Scripted(says="The Kestrel viaduct is 47 metres high. It has nineteen arches. And", hangs=True)
    turn = asyncio.create_task(ask(parts_of(Encyclopedia(), model=model, tmp_path=tmp_path), told=told))
    await told.until(SentenceChecked)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    last = told.events[-1]
    assert isinstance(last, AnswerFinished)
    assert last.answer.status is AnswerStatus.STOPPED
    assert last.answer.sentences[0].text == "The Kestrel viaduct is 47 metres high."
    assert last.answer.citations
    leftovers = asyncio.all_tasks() - {asyncio.current_task()}
    assert not leftovers


async def test_a_fault_of_ours_keeps_what_was_shown(tmp_path: Path) -> None:
    class Faulty(Encyclopedia):
        async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
            return [SearchHit(url="https://a.example/", title="A", text=None)] * 2

    answer = await ask(parts_of(Faulty(), tmp_path=tmp_path))
    assert answer.status is AnswerStatus.ABSTAINED
    assert {page.status for page in answer.pages} == {"failed"}


async def test_search_stops_after_fusion(tmp_path: Path) -> None:
    told = Told()
    found = await search_sources(
        QUESTION,
        options=QuestionOptions(),
        history=(),
        parts=parts_of(Encyclopedia(), tmp_path=tmp_path),
        emit=told,
    )
    assert [candidate.url for candidate in found] == ["https://encyclopedia.example/kestrel"]
    assert told.kinds()[-1] is CandidatesFused


async def test_a_list_that_comes_while_pages_are_read_still_joins(tmp_path: Path) -> None:
    gate = asyncio.Event()

    def tell(event: Event) -> None:
        told(event)
        if isinstance(event, PageRead):
            gate.set()

    told = Told()
    parts = parts_of(Encyclopedia(), Late(gate), tmp_path=tmp_path)
    options = QuestionOptions(profile=Profile.SPEED)
    answer = await answer_question(QUESTION, options=options, history=(), parts=parts, emit=tell)
    assert {page.url for page in answer.pages} == {"https://encyclopedia.example/kestrel", "https://late.example/"}
    assert [(found.retriever, found.hit_count) for found in answer.searches] == [("encyclopedia", 1), ("late", 1)]
    kinds = [type(event) for event in told.events]
    assert kinds.count(CandidatesFused) == 1
    assert kinds.index(CandidatesFused) < len(kinds) - kinds[::-1].index(SourceAnswered)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_page_named_in_the_question_is_read_without_asking_anybody(tmp_path: Path) -> None:
    told, listening = Told(), Listening()
    await ask(parts_of(listening, tmp_path=tmp_path), "Summarise https://page.example/kestrel", told)
    assert listening.heard == []
    assert [event.report.url for event in told.events if isinstance(event, PageRead)] == [
        "https://page.example/kestrel"
    ]


async def test_nothing_but_the_users_own_questions_goes_into_a_query(tmp_path: Path) -> None:
    listening = Listening()
    attachment = tmp_path / "secret-plan.txt"
    attachment.write_text("The confidential budget is nine crowns.", encoding="utf-8")
    await answer_question(
        "What did it cost?",
        options=QuestionOptions(attachments=(str(attachment),)),
        history=(Turn(question="What is the Kestrel viaduct?", answer="Built by Marlow, says the diary."),),
        parts=parts_of(Private(), listening, tmp_path=tmp_path),
        emit=Told(),
    )
    words = " ".join(query.text for query in listening.heard).lower()
    assert "kestrel" in words, "a follow-up is completed from the question before"
    for secret in ("marlow", "diary", "confidential", "budget", "crowns", "secret-plan", "nineteen", "arches"):
        assert secret not in words


async def test_an_attached_file_is_read_first_and_beside_what_the_search_finds(tmp_path: Path) -> None:
    attachment = tmp_path / "viaduct notes.txt"
    attachment.write_text("The Kestrel viaduct has nineteen arches, says the survey of May.", encoding="utf-8")
    told = Told()
    parts = parts_of(Encyclopedia(), tmp_path=tmp_path)
    parts = replace(parts, reader=PageReader(parts.client, file_roots=(tmp_path,)))
    options = QuestionOptions(attachments=(str(attachment),))
    answer = await answer_question(QUESTION, options=options, history=(), parts=parts, emit=told)
    assert {page.url for page in answer.pages} == {attachment.as_uri(), "https://encyclopedia.example/kestrel"}
    (fused,) = (event.candidates for event in told.events if isinstance(event, CandidatesFused))
    assert fused[0].url == attachment.as_uri()


async def test_a_file_that_is_only_to_be_summarised_asks_nobody(tmp_path: Path) -> None:
    attachment = tmp_path / "survey.txt"
    attachment.write_text("The Kestrel viaduct has nineteen arches, says the survey of May.", encoding="utf-8")
    listening = Listening()
    parts = parts_of(listening, tmp_path=tmp_path)
    parts = replace(parts, reader=PageReader(parts.client, file_roots=(tmp_path,)))
    options = QuestionOptions(attachments=(str(attachment),))
    answer = await answer_question("Summarise this.", options=options, history=(), parts=parts, emit=Told())
    assert listening.heard == []
    assert [page.url for page in answer.pages] == [attachment.as_uri()]


async def test_a_page_says_who_found_it_and_a_quotation_what_stands_around_it(tmp_path: Path) -> None:
    told = Told()
    answer = await ask(parts_of(Encyclopedia(), tmp_path=tmp_path), QUESTION, told)
    assert [page.found_by for page in answer.pages] == [("encyclopedia",)]
    quoted = [event.citation for event in told.events if isinstance(event, QuoteReady)]
    assert any(found.before or found.after for found in (*quoted, *answer.citations))


@pytest.mark.parametrize("by_setting", [True, False])
async def test_private_mode_asks_ones_own_sources_only_and_the_answer_says_so(
    tmp_path: Path, *, by_setting: bool
) -> None:
    listening = Listening()
    parts = parts_of(Private(), listening, tmp_path=tmp_path)
    parts = replace(parts, settings=load_settings(data_dir=tmp_path, private=by_setting))
    options = QuestionOptions(private=not by_setting)
    answer = await answer_question(QUESTION, options=options, history=(), parts=parts, emit=Told())
    assert listening.heard == []
    assert answer.status is AnswerStatus.ANSWERED
    assert any(gap.startswith("private mode: only sources of your own were asked (mine)") for gap in answer.gaps)


async def test_an_answer_says_that_the_general_web_was_blocked(tmp_path: Path) -> None:
    answer = await ask(parts_of(Broken(), Encyclopedia(), tmp_path=tmp_path))
    assert any(gap.startswith("the general web was not searched") for gap in answer.gaps)


async def test_words_of_time_become_the_querys_freshness(tmp_path: Path) -> None:
    listening = Listening()
    await ask(parts_of(listening, tmp_path=tmp_path), "What is the latest news on the Kestrel viaduct?")
    assert {query.freshness for query in listening.heard} == {"week"}


TWO_STEPS = "In which coastal town was the engineer who designed the Kestrel viaduct born?"


class Library(Retriever):
    """Knows a page on the viaduct, and one on its engineer for who asks by name."""

    name = provider = "library"
    focus = "web"

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        self.heard.append(query.text)
        viaduct = "The Kestrel viaduct was designed by the engineer Ada Thornbury. It has nineteen arches."
        hits = [SearchHit(url="https://library.example/kestrel", title="Kestrel viaduct", text=viaduct)]
        if "Thornbury" in query.text:
            life = "Ada Thornbury was born in the town of Penwick. She was trained as a clockmaker."
            hits.append(SearchHit(url="https://library.example/thornbury", title="Ada Thornbury", text=life))
        return hits


class Diary(Retriever):
    """Is the user's own, and says who the engineer was."""

    name = provider = "diary"
    focus = "local"
    is_private = True

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        text = "The engineer who designed the Kestrel viaduct was secretly Mortimer Quillfeather."
        return [SearchHit(url="https://diary.example/1", title="Kestrel viaduct", text=text)]


async def test_a_question_in_two_steps_finds_the_page_that_its_first_pages_name(tmp_path: Path) -> None:
    library, told = Library(), Told()
    answer = await ask(parts_of(library, tmp_path=tmp_path), TWO_STEPS, told)
    assert [page.url for page in answer.pages] == [
        "https://library.example/kestrel",
        "https://library.example/thornbury",
    ]
    assert "Penwick" in " ".join(citation.quote for citation in answer.citations)
    assert library.heard[0] == TWO_STEPS
    assert any(text.startswith("Ada Thornbury ") for text in library.heard[1:])
    started = [event.retrievers for event in told.events if isinstance(event, SearchStarted)]
    assert started[0] == ("library",)
    assert started[1][:1] == ("library",)
    assert set(started[1]) == {found.retriever for found in answer.searches}


async def test_a_question_in_one_step_asks_nobody_twice(tmp_path: Path) -> None:
    library = Library()
    await ask(parts_of(library, tmp_path=tmp_path), "In which town was Ada Lovelace born?")
    await ask(parts_of(library, tmp_path=tmp_path), "Who designed the Kestrel viaduct?")
    assert len(library.heard) == 2


async def test_names_in_the_users_own_documents_are_not_asked_about(tmp_path: Path) -> None:
    library = Library()
    await ask(parts_of(Diary(), library, tmp_path=tmp_path), TWO_STEPS)
    assert len(library.heard) > 1
    assert "Quillfeather" not in " ".join(library.heard)
