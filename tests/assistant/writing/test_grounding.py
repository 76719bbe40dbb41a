import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from langchain_core.language_models import BaseChatModel

from assistant.errors import ModelUnavailable
from assistant.events import (
    DisagreementFound,
    Event,
    EvidenceSelected,
    PrefillStarted,
    QuoteReady,
    SentenceChecked,
    TokenProduced,
)
from assistant.evidence import Answer, AnswerStatus, Passage, QuestionOptions, TokenCount, Verdict
from assistant.stopwatch import Stopwatch
from assistant.writing import ground

Scripted = Callable[..., BaseChatModel]
MakePassage = Callable[..., Passage]
QUESTION = "How do I reclaim disk space in PostgreSQL after deleting many rows?"
UNSURE = "How does a replica of PostgreSQL learn of deleted rows?"
"""The passage has most of its words, and no answer."""
SUPPORTED = "VACUUM FULL writes a new copy of the table."
INVENTED = "Penguins live in the Antarctic."
WORDS = ("after", "upon", "past", "behind", "beyond", "beside")
DECLINE = "The sources do not say."


class Told:
    """Keep what was told, in order."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def ask(vacuum: Passage, told: Told) -> Callable[..., object]:
    async def run(
        model: BaseChatModel | None, *passages: Passage, question: str = QUESTION, deadline_s: float | None = None
    ) -> Answer:
        answer = await ground(question, passages or [vacuum], model, QuestionOptions(), told, deadline_s=deadline_s)
        check_numbers(answer, passages or (vacuum,))
        return answer

    return run


Ask = Callable[..., object]


def check_numbers(answer: Answer, passages: tuple[Passage, ...]) -> None:
    """Every number has a citation, every citation is used or nearest, every quote is verbatim."""
    numbers = [citation.number for citation in answer.citations]
    used = {number for sentence in answer.sentences for number in sentence.citations}
    used |= {n for disagreement in answer.disagreements for side in disagreement.values for n in side.citations}
    assert len(numbers) == len(set(numbers))
    assert used <= set(numbers)
    if answer.status is AnswerStatus.ANSWERED:
        assert used == set(numbers)
    for citation in answer.citations:
        passage = passages[citation.number - 1]
        page_text = " " * passage.start + passage.text
        assert citation.quote == page_text[citation.start : citation.end]
        assert citation.quote
        assert citation.passage == passage.id


async def test_a_supported_sentence_is_answered_with_its_span(ask: Ask, scripted: Scripted, told: Told) -> None:
    answer = await ask(scripted(text=SUPPORTED + " [7]", usage=(300, 12)))
    assert answer.status is AnswerStatus.ANSWERED
    (sentence,) = answer.sentences
    assert (sentence.text, sentence.citations, sentence.verdict) == (SUPPORTED, (1,), Verdict.SUPPORTED)
    assert answer.tokens == TokenCount(prompt=300, completion=12)
    assert answer.gaps == ()
    (checked,) = told.of(SentenceChecked)
    assert checked.sentence == sentence
    assert checked.citations == answer.citations


async def test_events_come_in_the_order_of_the_work(ask: Ask, scripted: Scripted, told: Told) -> None:
    answer = await ask(scripted(text=SUPPORTED))
    kinds = list(dict.fromkeys(type(event) for event in told.events))
    assert kinds == [EvidenceSelected, QuoteReady, PrefillStarted, TokenProduced, SentenceChecked]
    assert answer.timings.first_useful_s is not None
    assert answer.timings.ttft_s is not None
    assert answer.timings.first_sentence_s is not None


async def test_passages_are_numbered_and_quoted_as_they_come(scripted: Scripted, vacuum: Passage, told: Told) -> None:
    seen_when_second_was_asked_for: list[int] = []

    async def coming() -> AsyncIterator[Passage]:
        yield vacuum
        seen_when_second_was_asked_for.append(len(told.of(QuoteReady)))
        yield vacuum

    await ground(QUESTION, coming(), scripted(text=SUPPORTED), QuestionOptions(), told)
    assert seen_when_second_was_asked_for == [1]
    assert [event.number for event in told.of(EvidenceSelected)] == [1, 2]


async def test_an_unsupported_sentence_is_dropped_and_told(ask: Ask, scripted: Scripted, told: Told) -> None:
    answer = await ask(scripted(text=f"{SUPPORTED} {INVENTED}"))
    assert answer.status is AnswerStatus.ANSWERED
    assert [sentence.text for sentence in answer.sentences] == [SUPPORTED]
    assert [(sentence.text, sentence.verdict) for sentence in answer.dropped] == [(INVENTED, Verdict.UNSUPPORTED)]
    assert answer.gaps == ("left out 1 sentence of the model: not carried by any source",)
    assert len(told.of(SentenceChecked)) == 1


async def test_what_a_sentence_got_wrong_is_quoted_from_the_source(ask: Ask, scripted: Scripted, told: Told) -> None:
    wrong = "It needs an exclusive lock for 30 minutes on our PostgreSQL server after deleting rows."
    answer = await ask(scripted(text=f"{wrong} {SUPPORTED}"))
    texts = [sentence.text for sentence in answer.sentences]
    assert texts[0].endswith("an exclusive lock for 20 minutes on our server.")
    assert texts[1] == SUPPORTED
    assert [sentence.text for sentence in answer.dropped] == [wrong]
    assert [event.sentence.text for event in told.of(SentenceChecked)] == texts


async def test_quotations_alone_are_no_answer_of_the_model(ask: Ask, scripted: Scripted, told: Told) -> None:
    wrong = "It needs an exclusive lock for 30 minutes on our PostgreSQL server after deleting rows."
    answer = await ask(scripted(text=wrong), question=UNSURE)
    assert answer.status is AnswerStatus.ABSTAINED
    assert answer.citations
    assert told.of(SentenceChecked) == []


async def test_a_true_sentence_beside_the_question_is_dropped(
    ask: Ask, scripted: Scripted, passage: MakePassage, vacuum: Passage
) -> None:
    other = passage("Elephants of the old zoo eat hay.", url="https://zoo.test/")
    answer = await ask(scripted(text=f"{SUPPORTED} Elephants of the old zoo eat hay."), vacuum, other)
    assert [sentence.text for sentence in answer.sentences] == [SUPPORTED]
    assert [sentence.verdict for sentence in answer.dropped] == [Verdict.SUPPORTED]
    assert answer.gaps == ("left out 1 sentence of the model: beside the question",)


async def test_a_sentence_in_another_language_than_its_source_is_supported_by_vectors(
    scripted: Scripted, passage: MakePassage, told: Told
) -> None:
    page = passage("The tower in Paris was built by Gustave Eiffel and it was opened to the public in 1889.")
    said = "Gustave Eiffel a bâti la tour de Paris, qui est ouverte depuis 1889."

    async def alike(texts: Sequence[str]) -> np.ndarray:
        return np.ones((len(texts), 1))

    question = "Qui a construit la tour de Paris ?"
    answer = await ground(question, [page], scripted(text=said), QuestionOptions(), told, vectors=alike)
    assert [(one.text, one.verdict, one.citations) for one in answer.sentences] == [(said, Verdict.SUPPORTED, (1,))]


async def test_nothing_supported_quotes_pages_that_surely_hold_the_answer(
    ask: Ask, scripted: Scripted, vacuum: Passage, told: Told
) -> None:
    answer = await ask(scripted(text=INVENTED))
    assert (answer.status, answer.reason) == (
        AnswerStatus.ANSWERED,
        "quotations only: no source supports what the model wrote",
    )
    assert answer.sentences
    assert all(sentence.text in vacuum.text for sentence in answer.sentences)
    assert [sentence.text for sentence in answer.dropped] == [INVENTED]
    assert [event.sentence.text for event in told.of(SentenceChecked)] == [one.text for one in answer.sentences]


async def test_a_model_that_declines_is_believed_however_sure_the_pages_look(ask: Ask, scripted: Scripted) -> None:
    answer = await ask(scripted(text=f"{INVENTED} {DECLINE}"))
    assert answer.status is AnswerStatus.ABSTAINED


async def test_nothing_supported_abstains_and_shows_no_sentence(ask: Ask, scripted: Scripted, told: Told) -> None:
    answer = await ask(scripted(text=INVENTED), question=UNSURE)
    assert answer.status is AnswerStatus.ABSTAINED
    assert answer.sentences == ()
    assert answer.reason == "no source supports what the model wrote"
    assert answer.citations
    assert told.of(SentenceChecked) == []


async def test_mostly_unsupported_abstains(ask: Ask, scripted: Scripted) -> None:
    answer = await ask(scripted(text=f"{SUPPORTED} {INVENTED} Whales sing in the Pacific."))
    assert answer.status is AnswerStatus.ABSTAINED
    assert answer.reason == "no source supports most of what the model wrote"


async def test_declining_abstains_with_the_nearest_quotes(ask: Ask, scripted: Scripted) -> None:
    chat = scripted(text=f"{DECLINE} {SUPPORTED}")
    answer = await ask(chat)
    assert answer.status is AnswerStatus.ABSTAINED
    assert answer.reason == "the sources do not answer it"
    assert answer.citations[0].support > 0
    assert chat.closed


async def test_declining_after_an_answer_is_dropped(ask: Ask, scripted: Scripted) -> None:
    answer = await ask(scripted(text=f"{SUPPORTED} The sources do not mention the price."))
    assert answer.status is AnswerStatus.ANSWERED
    assert [sentence.text for sentence in answer.sentences] == [SUPPORTED]


async def test_insufficient_evidence_abstains_without_asking_the_model(ask: Ask, scripted: Scripted) -> None:
    chat = scripted(text=SUPPORTED)
    answer = await ask(chat, question="What is the airspeed of the starship Zorblax?")
    assert answer.status is AnswerStatus.ABSTAINED
    assert "Zorblax" in answer.reason
    assert chat.asked == []


async def test_no_passages_abstain(told: Told, scripted: Scripted) -> None:
    answer = await ground(QUESTION, [], scripted(text=SUPPORTED), QuestionOptions(), told)
    assert answer.status is AnswerStatus.ABSTAINED
    assert answer.citations == ()


async def test_without_a_model_quotations_are_the_answer(ask: Ask, told: Told) -> None:
    answer = await ask(None)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.reason == "quotations only: there is no model to write with"
    (sentence,) = answer.sentences
    assert sentence.text == answer.citations[0].quote
    assert sentence.verdict is Verdict.SUPPORTED
    assert len(told.of(SentenceChecked)) == 1


async def test_quotations_that_give_no_date_of_a_founding_are_no_answer(ask: Ask, passage: MakePassage) -> None:
    page = passage("Debian is a free system. Its contract says since 2004 which licence a package of Debian may have.")
    answer = await ask(None, page, question="When was Debian founded?")
    assert (answer.status, answer.reason) == (AnswerStatus.ABSTAINED, "the sources give no date for it")
    assert answer.citations


async def test_quotations_are_at_most_five_and_no_copies(ask: Ask, passage: MakePassage) -> None:
    texts = [f"Reclaiming disk space in PostgreSQL {word} many deleted rows." for word in WORDS]
    pages = [passage(text, url=f"https://s{n}.test/") for n, text in enumerate([texts[0], *texts])]
    answer = await ask(None, *pages)
    assert len(answer.sentences) == 5
    assert len({sentence.text for sentence in answer.sentences}) == 5


async def test_an_error_before_the_first_sentence_falls_back_to_quotations(ask: Ask, scripted: Scripted) -> None:
    answer = await ask(scripted(error=ModelUnavailable("tiny: not downloaded; run `footnote models pull tiny`")))
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.reason.startswith("quotations only")
    assert answer.gaps == ("the answer is not complete: tiny: not downloaded; run `footnote models pull tiny`",)


async def test_an_error_midway_keeps_what_was_checked(ask: Ask, scripted: Scripted) -> None:
    answer = await ask(scripted(text=f"{SUPPORTED} Then it", error=RuntimeError("out of memory")))
    assert [sentence.text for sentence in answer.sentences] == [SUPPORTED]
    assert answer.gaps == ("the answer is not complete: the model broke off: RuntimeError: out of memory",)


async def test_the_deadline_keeps_what_was_checked(ask: Ask, scripted: Scripted) -> None:
    chat = scripted(text=f"{SUPPORTED} Then it", silent=True)
    answer = await ask(chat, deadline_s=0.6)
    assert [sentence.text for sentence in answer.sentences] == [SUPPORTED]
    assert answer.gaps == ("the answer was cut at the time limit",)
    assert chat.closed


async def test_a_deadline_before_the_first_sentence_falls_back_to_quotations(ask: Ask, scripted: Scripted) -> None:
    answer = await ask(scripted(silent=True), deadline_s=0.0)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.sentences[0].text == answer.citations[0].quote
    assert answer.gaps == ("the answer was cut at the time limit",)


async def test_the_deadline_counts_from_the_question(scripted: Scripted, vacuum: Passage, told: Told) -> None:
    late = Stopwatch(clock=lambda: 100.0, started_at=0.0)
    chat = scripted(text=SUPPORTED, silent=True)
    async with asyncio.timeout(5):
        answer = await ground(QUESTION, [vacuum], chat, QuestionOptions(), told, stopwatch=late, deadline_s=90)
    assert answer.gaps == ("the answer was cut at the time limit",)
    assert answer.timings.first_useful_s == 100.0


async def test_the_token_limit_is_a_gap(ask: Ask, scripted: Scripted) -> None:
    answer = await ask(scripted(text=f"{SUPPORTED} Then it", finish_reason="length"))
    assert answer.gaps == ("the answer was cut at 200 tokens",)


async def test_cancelling_stops_the_model(scripted: Scripted, vacuum: Passage, told: Told) -> None:
    chat = scripted(silent=True)
    task = asyncio.create_task(ground(QUESTION, [vacuum], chat, QuestionOptions(), told))
    await chat.started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert chat.closed


async def test_sentences_of_one_passage_share_a_citation_that_spans_them(ask: Ask, scripted: Scripted) -> None:
    text = f"Deleting rows leaves dead row versions behind. {SUPPORTED}"
    answer = await ask(scripted(text=text))
    (citation,) = answer.citations
    assert citation.quote.startswith("Deleting rows")
    assert "VACUUM FULL writes" in citation.quote


async def test_disagreeing_sources_are_told_and_cited(
    ask: Ask, scripted: Scripted, passage: MakePassage, told: Told
) -> None:
    one = passage("The Cathedral of Belmar was established in 1856.", url="https://one.test/")
    two = passage("The Cathedral of Belmar was established in 1900.", url="https://two.test/")
    question = "When was the Cathedral of Belmar established?"
    answer = await ask(scripted(text="It was established in 1856."), one, two, question=question)
    assert len(told.of(DisagreementFound)) == 1
    assert len(answer.disagreements) == 1
    assert [citation.number for citation in answer.citations] == [1, 2]


async def test_the_answer_is_in_the_language_of_the_question(
    scripted: Scripted, passage: MakePassage, told: Told
) -> None:
    page = passage("Sous Debian, la commande ufw enable active le pare-feu au démarrage.")
    chat = scripted(text="La commande ufw enable active le pare-feu.")
    question = "Comment configurer un pare-feu sous Debian ?"
    answer = await ground(question, [page], chat, QuestionOptions(), told)
    assert "French" in str(chat.asked[0][-1].content)
    assert answer.sentences[0].verdict is Verdict.SUPPORTED


async def test_where_no_sentence_is_supported_wholly_the_source_itself_is_quoted(
    ask: Ask, scripted: Scripted, told: Told
) -> None:
    answer = await ask(scripted(text="VACUUM FULL quickly writes a new silent copy of the huge table."))
    assert [sentence.verdict for sentence in answer.sentences] == [Verdict.PARTLY, Verdict.SUPPORTED]
    quoted = answer.sentences[1]
    assert quoted.citations == answer.sentences[0].citations
    assert quoted.text in answer.citations[0].quote
    assert told.of(SentenceChecked)[-1].sentence == quoted


async def test_an_answer_tells_its_date_what_to_beware_of_and_what_to_ask_next(ask: Ask, vacuum: Passage) -> None:
    page = replace(vacuum, published=datetime(2019, 5, 1, tzinfo=UTC), heading="Upkeep › Locking of tables")  # noqa: RUF001 - the sign of a path is meant
    answer = await ask(None, page, question="How do I now reclaim disk space in PostgreSQL after deleting rows?")
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.as_of == page.published
    assert "years old (2019-05-01)" in answer.warnings[0]
    assert answer.suggestions == ("PostgreSQL: what about locking of tables?",)


async def test_an_answer_of_another_kind_than_was_asked_for_is_none(
    ask: Ask, scripted: Scripted, vacuum: Passage
) -> None:
    model = scripted(text="VACUUM FULL writes a new copy of the table.")
    answer = await ask(model, vacuum, question="How many minutes does VACUUM FULL lock a PostgreSQL table?")
    assert (answer.status, answer.reason) == (AnswerStatus.ABSTAINED, "the sources give no figure for it")


@pytest.mark.parametrize(("constrained", "given"), [(True, 2), (False, None)])
async def test_brackets_are_bound_to_the_sources_only_where_that_is_wished(
    constrained: bool,  # noqa: FBT001 - pytest passes it
    given: int | None,
    scripted: Scripted,
    passage: MakePassage,
    told: Told,
) -> None:
    pages = [passage("The Kestrel viaduct is 47 metres high."), passage("It was built in 1879.")]
    chat = scripted(text="The Kestrel viaduct is 47 metres high.")
    await ground("How high is the Kestrel viaduct?", pages, chat, QuestionOptions(), told, constrained=constrained)
    assert chat.options.get("sources") == given


async def test_of_copies_with_two_values_one_answers_and_both_are_shown(ask: Ask, passage: MakePassage) -> None:
    text = "The Belmar mill is a wooden mill on the river Ost. It was built in {} for Ada Brunn, people in town say."
    pages = [passage(text.format(year), url=f"https://{year}.test/") for year in (1856, 1900)]
    answer = await ask(None, *pages, question="When was the Belmar mill built?")
    assert [sentence.citations for sentence in answer.sentences] == [(1,)]
    (disagreement,) = answer.disagreements
    assert [(side.value, side.citations) for side in disagreement.values] == [("1856", (1,)), ("1900", (2,))]
