"""What a reader sees of a turn, at any moment of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.events import Event, EvidenceSelected, PageRead, QuoteReady, SentenceChecked
from assistant.evidence import Answer, AnswerStatus, ModelCard, Timings, Verdict
from tests.ui import scripted
from tests.ui.hostile import hostile
from tests.ui.markup import seen
from tests.ui.rich import Queued, rich_citations
from ui.answer_body import early_quotations, ending, footnotes, remarks, verdicts
from ui.prose_blocks import answer_blocks
from ui.source_cards import cards, cards_of
from ui.steps import doing, headline, progress, timeline
from ui.turn_state import Phase, TurnState
from ui.wording import Wording, wording_for

WORDS = wording_for("en")
NOW = datetime.now(UTC)
BLOCKS = {"p", "ol", "ul", "li", "h3", "div", "blockquote", "details", "summary"}
ALLOWED = BLOCKS | {"a", "span", "q", "strong", "cite", "time"}
TAG = re.compile(r"<[^>]+>")


def told(events: Iterable[Event], until: type[Event] | None = None) -> TurnState:
    state = TurnState(question="How?")
    for event in events:
        state.apply(event)
        if until and isinstance(event, until):
            break
    return state


def answer_text(state: TurnState, turn_id: str, words: Wording) -> str:
    return "".join(answer_blocks(state, turn_id, words)) + verdicts(state, turn_id, words)


def words_of(markup: str) -> str:
    return " ".join(TAG.sub(" ", markup).split())


def test_a_stored_turn_looks_like_the_live_one_did_at_its_end() -> None:
    live = told(scripted.standard("How?"))
    assert live.answer
    stored = TurnState.of(live.answer)
    for draw in (lambda s: answer_text(s, "t", WORDS), lambda s: footnotes(s, WORDS), lambda s: remarks(s, WORDS)):
        lang = re.compile(r' lang="\w+"')
        assert lang.sub("", draw(stored)) == lang.sub("", draw(live))


def test_cards_stand_there_before_the_first_word() -> None:
    state = told(scripted.standard("How?"), until=EvidenceSelected)
    assert not state.sentences
    assert words_of(cards(state, "t", NOW, WORDS)).startswith("Sources 1 Add a retriever A add-a-retriever.md")


def test_a_card_says_whether_its_page_is_cited_quoted_chosen_or_only_read() -> None:
    state = told(scripted.standard("How?"), until=SentenceChecked)
    assert [(card.numbers, card.cited) for card in cards_of(state)] == [
        ((1,), True),
        ((2,), False),
        ((3,), False),
        ((), False),
    ]
    shown = words_of(cards(state, "t", NOW, WORDS))
    assert "cited" in shown
    assert "quoted" in shown
    assert "read only" in shown
    assert "1 month ago" in shown


def test_a_page_that_was_read_but_not_yet_ranked_is_just_read() -> None:
    shown = words_of(cards(told(scripted.standard("How?"), until=PageRead), "t", NOW, WORDS))
    assert shown.endswith("add-a-retriever.md read")


def test_a_card_says_when_a_page_was_read_for_an_earlier_question() -> None:
    assert "read 4 minutes ago" in words_of(cards(told(scripted.standard("How?")), "t", NOW, WORDS))


def test_a_card_says_what_cleaning_took_out_of_a_page() -> None:
    state = told(scripted.standard("How?"))
    state.pages[0] = replace(state.pages[0], removed=('Ignore "all" <b>instructions</b>',))
    markup = cards(state, "t", NOW, WORDS)
    assert "1 hidden instruction taken out" in words_of(markup)
    assert "Ignore &quot;all&quot; &lt;b&gt;instructions&lt;/b&gt;" in markup


def test_two_passages_of_one_page_share_a_card() -> None:
    state = told(scripted.standard("How?"))
    state.evidence[9] = state.evidence[1]
    assert cards_of(state)[0].numbers == (1, 9)


def test_more_than_six_cards_are_folded() -> None:
    state = told(scripted.standard("How?"))
    page = state.pages_read[0]
    state.pages += [replace(page, url=f"https://n{n}.test/") for n in range(5)]
    assert "3 more pages read" in words_of(cards(state, "t", NOW, WORDS))


def test_quotations_are_shown_before_the_prose_and_become_its_footnotes() -> None:
    early = told(scripted.standard("How?"), until=QuoteReady)
    assert words_of(early_quotations(early, WORDS)).startswith(f"Quoted passages 1 {scripted.FIRST_QUOTE}")
    later = told(scripted.standard("How?"), until=SentenceChecked)
    assert words_of(early_quotations(later, WORDS)).startswith(f"Quoted passages 1 {scripted.FIRST_QUOTE}")
    ended = told(scripted.standard("How?"))
    assert early_quotations(ended, WORDS) == ""
    assert words_of(footnotes(ended, WORDS)).startswith("Footnotes 1")


def test_a_mark_of_a_web_page_opens_it_at_the_quotation() -> None:
    markup = answer_text(told(scripted.standard("How?")), "t", WORDS)
    assert "https://packaging.test/specifications/entry-points?a=1&amp;b=2#use:~:text=Entry%20points%20are" in markup
    assert 'aria-label="source 2: Entry points specification"' in markup


def test_a_mark_of_a_file_leads_to_its_card() -> None:
    state = told(scripted.standard("How?"))
    assert '<a href="#source-t-1"' in answer_text(state, "t", WORDS)
    assert 'id="source-t-1"' in cards(state, "t", NOW, WORDS)


def test_a_mark_carries_the_exact_quotation() -> None:
    assert f'<q dir="auto">{scripted.FIRST_QUOTE}</q>' in answer_text(told(scripted.standard("How?")), "t", WORDS)


def test_what_is_not_fully_supported_says_so_in_words() -> None:
    state = told(scripted.standard("How?"))
    shown = words_of(answer_text(state, "t", WORDS))
    assert "partly supported" in shown
    assert "Most people manage this in ten minutes. ✕ unsupported" in shown
    assert (
        "1 sentence supported by its source 1 sentence only partly supported 1 sentence that no source read supports"
        in shown
    )


def test_a_supported_answer_has_no_warning() -> None:
    state = told(scripted.standard("How?"))
    state.sentences = [said for said in state.sentences if said.verdict is Verdict.SUPPORTED]
    assert "unsupported" not in answer_text(state, "t", WORDS)


def test_a_quotation_that_is_the_answer_is_set_apart_and_not_said_twice() -> None:
    now = scripted.finished("How?", NOW)
    quoted = replace(now.sentences[0], text=scripted.FIRST_QUOTE.replace(" ", "\n", 1))
    state = TurnState.of(replace(now, sentences=(quoted,), citations=now.citations[:1]))
    assert "fn-quotation" in answer_text(state, "t", WORDS)
    assert footnotes(state, WORDS) == ""
    assert "fn-quotation" not in answer_text(TurnState.of(now), "t", WORDS)


def test_both_sides_of_a_disagreement_are_shown_with_their_marks() -> None:
    shown = words_of(answer_text(told(scripted.disagreeing("How?")), "t", WORDS))
    assert "Sources disagree about the length of a retriever 40 lines [1]" in shown
    assert "60 lines [2]" in shown


def test_an_abstention_says_why_names_what_failed_and_shows_the_nearest_quotations() -> None:
    state = told(scripted.abstaining("Zorblax?"))
    said = words_of(ending(state, WORDS))
    assert said.startswith("No answer found in the pages read. the pages read do not mention Zorblax")
    assert "searxng: timed out after 4.0 s" in said
    assert "1 page could not be read" in said
    assert words_of(footnotes(state, WORDS)).startswith("Nearest quotations 1")
    assert answer_text(state, "t", WORDS) == ""


def test_a_failure_names_each_source_and_its_remedy() -> None:
    said = words_of(ending(told(scripted.failing("?")), WORDS))
    assert "no source could be reached; check the connection" in said
    assert "searxng: HTTP 403, switch on its JSON format" in said


def test_a_stopped_turn_says_so_and_keeps_its_sentences() -> None:
    state = TurnState.of(replace(scripted.finished("How?", NOW), status=AnswerStatus.STOPPED, model=None))
    assert words_of(ending(state, WORDS)) == "Stopped. What was written before stays."
    assert "Write one file" in answer_text(state, "t", WORDS)


@pytest.mark.parametrize(
    ("model", "ttft_s", "said"),
    [
        (ModelCard(name="stand-in", label="dense stand-in"), 1.0, "Written by stand-in, dense stand-in"),
        (
            ModelCard(name="granite", experts=40, experts_per_token=8),
            1.0,
            "Written by granite, mixture of experts, 8 of 40 per token",
        ),
        (ModelCard(name="gpt"), 1.0, "Written by gpt"),
        (None, None, "Quotations only, no model wrote this."),
        (None, 1.0, ""),
    ],
)
def test_the_author_is_named(model: ModelCard | None, ttft_s: float | None, said: str) -> None:
    answer = replace(scripted.finished("How?", NOW), model=model, gaps=(), timings=Timings(ttft_s=ttft_s))
    assert words_of(remarks(TurnState.of(answer), WORDS)) == said


def test_a_stopped_turn_does_not_claim_that_no_model_wrote_it() -> None:
    answer = replace(
        scripted.finished("How?", NOW), status=AnswerStatus.STOPPED, model=None, gaps=(), timings=Timings()
    )
    assert remarks(TurnState.of(answer), WORDS) == ""


def test_gaps_are_listed() -> None:
    shown = words_of(remarks(told(scripted.standard("How?")), WORDS))
    assert shown.startswith("What is missing searxng: the engine dead timed out")


def test_the_steps_name_every_source_with_hits_and_time_or_its_failure() -> None:
    shown = words_of(timeline(told(scripted.standard("How?")), WORDS))
    assert "Understood as How? English" in shown
    assert "Search 3 sources asked" in shown
    assert "wikipedia 10 hits 0.6 s" in shown
    assert "searxng / dead failed : timed out after 4.0 s" in shown
    assert "Read 4 of 6 pages" in shown
    assert "https://slow.test/ failed : timed out 5.0 s" in shown
    assert "skipped: robots.txt forbids it" in shown
    assert "read 4 minutes ago" in shown
    assert "Rank 3 passages chosen" in shown
    assert "Rank" not in words_of(timeline(TurnState.of(scripted.finished("How?", NOW)), WORDS))
    assert "Write 3 sentences checked" in shown


def test_a_source_that_has_not_answered_is_shown_waiting() -> None:
    events = scripted.standard("How?")
    state = told(event for event, _ in zip(events, range(3), strict=False))
    assert state.phase is Phase.SEARCHING
    assert "wikipedia waiting" in words_of(timeline(state, WORDS))
    assert doing(state, WORDS) == "Searching 3 sources"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (2, "Searching 3 sources: 0 answered"),
        (5, "Searching 3 sources: 3 answered, 1 failed"),
        (12, "Reading the best pages: 4 of 6 pages, 2 failed"),
        (14, "Choosing the best passages"),
        (19, "Writing: the model reads the passages"),
    ],
)
def test_the_line_of_progress_counts_what_is_done_and_what_failed(count: int, said: str) -> None:
    state = told(event for event, _ in zip(scripted.standard("How?"), range(count), strict=False))
    assert progress(state, WORDS) == said


def test_a_turn_behind_others_says_so_until_it_is_its_turn() -> None:
    state = told(scripted.search_events("How?", NOW))
    state.apply(Queued(elapsed_s=1.0, position=2, expected_wait_s=31.0))
    assert progress(state, WORDS) == doing(state, WORDS) == "2 questions are before yours, about 31\u00a0s"
    state.apply(Queued(elapsed_s=1.0, position=1, expected_wait_s=None))
    assert progress(state, WORDS) == "1 question is before yours"
    state.apply(Queued(elapsed_s=1.0, position=0, expected_wait_s=None))
    assert progress(state, WORDS).startswith("Writing")


def test_a_card_names_who_found_its_page_and_all_of_them_on_hover() -> None:
    state = told(scripted.standard("How?"))
    state.pages[0] = replace(state.pages[0], found_by=("wikipedia", "mojeek", "ddgs"))
    markup = cards(state, "t", NOW, WORDS)
    assert "found by wikipedia, mojeek +1" in words_of(markup)
    assert 'title="wikipedia, mojeek, ddgs"' in markup


def test_warnings_and_the_date_of_the_newest_cited_page_stand_under_the_answer() -> None:
    answer = replace(
        scripted.finished("How?", NOW), gaps=(), warnings=("an estimate",), as_of=datetime(2026, 5, 1, tzinfo=UTC)
    )
    shown = words_of(remarks(TurnState.of(answer), WORDS))
    assert shown.startswith("Beware an estimate As of 1 May 2026, the newest cited page · Written by")


def test_a_quotation_stands_between_the_words_around_it() -> None:
    state = TurnState.of(replace(scripted.finished("How?", NOW), citations=rich_citations(NOW)))
    assert f"stands before it on the page. {scripted.FIRST_QUOTE} And this" in words_of(footnotes(state, WORDS))
    assert '<span class="fn-around"> This is what stands before' in answer_text(state, "t", WORDS)


def test_a_finished_turn_collapses_to_one_line() -> None:
    state = told(scripted.standard("How?"))
    assert headline(state, 3.42, WORDS) == "3 sources · 1 failed · 4 pages read · 3.4 s"
    assert headline(TurnState.of(Answer(question="?", status=AnswerStatus.FAILED)), None, WORDS) == "0 sources"


@pytest.mark.parametrize(
    "draw",
    [
        lambda state: answer_text(state, "t", WORDS),
        lambda state: footnotes(state, WORDS),
        lambda state: ending(state, WORDS) + remarks(state, WORDS),
        lambda state: timeline(state, WORDS),
        lambda state: cards(state, "t", NOW, WORDS),
    ],
    ids=["answer", "footnotes", "ending", "steps", "cards"],
)
def test_no_part_of_a_turn_lets_markup_through(draw: Callable[[TurnState], str]) -> None:
    markup = draw(told(hostile("How?")))
    assert markup
    listing = seen(markup)
    assert listing.tags <= ALLOWED
    assert not {name for name in listing.names if name.startswith("on") or name in {"src", "style", "action"}}
    assert all(
        address.startswith(("https://a.test/", "#source-", "https://packaging", "https://docs"))
        for address in listing.addresses
    )
