"""The Trace page: all that went into an answer, harmless, and gone with its chat."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assistant.bundle_json import decode_bundle
from assistant.chats import StoredTurn
from assistant.events import CandidatesFused, Event, EvidenceSelected, PageRead
from assistant.evidence import Candidate, Page, QuestionOptions, ScorePart, Sighting
from tests.ui import visiting
from tests.ui.scripted import FIRST_QUOTE, ScriptedAssistant, opened, standard
from tests.ui.visiting import QUESTION, TIMEOUT_S, opened_at, shown
from ui.background import Engine
from ui.history import History
from ui.resources import Resources

NASTY = '<script>alert(1)</script><img src="http://x.test/a">'
WEB = QuestionOptions(focus=("web",))
Asking = Callable[..., StoredTurn]


def script(resources: object, locale: str) -> None:
    from ui.pages.trace import draw  # noqa: PLC0415 - AppTest runs this function's source alone
    from ui.wording import wording_for  # noqa: PLC0415 - as above

    draw(resources, wording_for(locale))


def traced(question: str) -> Iterator[Event]:
    """Play the standard turn with the text of its pages and the parts of its scores."""
    found = Candidate(
        url="https://packaging.test/",
        title=NASTY,
        score=0.75,
        sightings=(Sighting(retriever="wikipedia", rank=2),),
        explanation=(ScorePart(why="listed second", value=0.75),),
    )
    for event in standard(question):
        match event:
            case CandidatesFused():
                yield replace(event, candidates=(found,))
            case PageRead(report=report):
                page = Page(
                    url=report.url,
                    final_url=report.url,
                    title=event.title,
                    text=f"{FIRST_QUOTE} \ud800 And more.",
                    fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
                )
                yield replace(event, page=page if report.url.startswith("file:") else None)
            case EvidenceSelected(passage=passage, number=1):
                yield replace(event, passage=replace(passage, score=0.4321))
            case _:
                yield event


@pytest.fixture
def resources(tmp_path: Path) -> Iterator[Resources]:
    with ExitStack() as stack:
        assistant = ScriptedAssistant(scripts={"retriever": traced, "nothing": lambda question: iter(())})
        made = Resources(engine=Engine(lambda: opened(assistant)), history=History(tmp_path / "chats.sqlite3"))
        stack.callback(made.close)
        yield made


def ask(
    resources: Resources, question: str = QUESTION, chat_id: str | None = None, options: QuestionOptions = WEB
) -> StoredTurn:
    """Answer a question to its end."""
    turn = resources.history.open_turn(question, chat_id)
    job = resources.engine.start(turn, (), resources.history, options)
    for _ in job.batches(poll_s=1.0):
        pass
    return turn


def visit(resources: Resources, locale: str = "en", chat_id: str = "") -> AppTest:
    at = AppTest.from_function(script, kwargs={"resources": resources, "locale": locale}, default_timeout=TIMEOUT_S)
    return opened_at(at, **({"chat": chat_id} if chat_id else {}))


def test_a_page_without_any_chat_says_so(resources: Resources) -> None:
    assert "Nothing was asked yet" in shown(visit(resources))


def test_every_part_of_an_answer_is_told(resources: Resources) -> None:
    turn = ask(resources)
    said = shown(visit(resources, chat_id=turn.chat_id))
    for expected in (
        QUESTION,
        "10 hits",
        "timed out after 4.0 s",
        "wikipedia #2",
        "0.75 listed second",
        "robots.txt forbids it",
        FIRST_QUOTE,
        "0.432",
        "3.4 s",
        "stand-in",
        "searxng: the engine dead timed out",
    ):
        assert expected in said


def test_what_was_left_out_is_told(resources: Resources) -> None:
    ask(resources, options=QuestionOptions(without_sources=("ddgs", "reddit")))
    said = shown(visit(resources))
    assert "Sources left out" in said
    assert "ddgs, reddit" in said


def test_words_of_a_page_are_escaped(resources: Resources) -> None:
    ask(resources)
    said = shown(visit(resources))
    assert "&lt;script&gt;" in said
    assert "<script" not in said
    assert "<img" not in said


def test_the_times_are_drawn_as_bars(resources: Resources) -> None:
    ask(resources)
    (chart,) = visit(resources).get("arrow_vega_lite_chart") or visit(resources).get("vega_lite_chart")
    assert "Until the end" in str(chart.proto)


def test_a_french_reader_reads_french(resources: Resources) -> None:
    ask(resources)
    assert "Ce qui a été compris" in shown(visit(resources, "fr"))


def test_an_earlier_turn_of_the_chat_can_be_chosen(resources: Resources) -> None:
    first = ask(resources)
    ask(resources, "Which retriever is the fastest?", first.chat_id)
    at = visit(resources, chat_id=first.chat_id)
    assert "Which retriever is the fastest?" in shown(at)
    assert QUESTION in shown(at.selectbox[0].set_value(0).run())


def test_a_turn_without_a_trace_says_so(resources: Resources) -> None:
    resources.history.open_turn(QUESTION, None)
    assert "No trace is kept of this answer" in shown(visit(resources))


def test_the_bundle_holds_the_text_of_pages_and_the_options(resources: Resources) -> None:
    trace = decode_bundle(resources.history.trace(ask(resources)) or "")
    assert [page.text for page in trace.pages] == [f"{FIRST_QUOTE} \ud800 And more."]
    assert trace.options.focus == ("web",)
    assert [passage.id for passage in trace.evidence] == ["p1", "p2", "p3"]
    assert trace.answer.question == QUESTION


def test_events_for_the_page_do_not_carry_the_text_of_pages(resources: Resources) -> None:
    job = resources.engine.job(ask(resources).id)
    assert job
    read = [event for batch in job.batches(poll_s=0.1) for event in batch if isinstance(event, PageRead)]
    assert read
    assert all(event.page is None for event in read)


def test_the_answer_is_offered_as_a_bundle_beside_the_other_files(resources: Resources) -> None:
    turn = ask(resources)
    at = visiting.visit(resources, chat=turn.chat_id)
    labels = [button.proto.label for button in at.get("download_button")]
    assert "This answer as a JSON bundle to replay" in labels


def test_a_page_reads_a_bundle_once_and_then_when_it_is_asked_for_only(resources: Resources) -> None:
    turn = ask(resources)
    store = resources.history._kept
    assert store
    at = visiting.visit(resources, chat=turn.chat_id)
    read: list[str] = []
    store._connection.set_trace_callback(read.append)
    at.run()
    assert any("traces" in statement for statement in read)
    assert not any("SELECT bundle" in statement for statement in read)
    assert resources.history.trace(turn)
    assert any("SELECT bundle" in statement for statement in read)


def damage(resources: Resources, turn: StoredTurn, bundle: bytes) -> None:
    """Write over what is kept of a turn, as a bad disk does."""
    store = resources.history._kept
    assert store
    with store._connection as connection:
        connection.execute("UPDATE traces SET bundle = ? WHERE turn_id = ?", (bundle, turn.id))


def offered(at: AppTest) -> list[str]:
    return [button.proto.label for button in at.get("download_button")]


def test_a_damaged_record_is_said_to_be_so_and_the_answer_is_offered(resources: Resources) -> None:
    turn = ask(resources)
    damage(resources, turn, b"\0" * 400)
    at = visit(resources)
    assert "kept, but damaged" in shown(at)
    assert offered(at) == ["This answer as JSON"]


def test_a_record_that_was_changed_is_offered_as_it_is_with_the_reason(resources: Resources) -> None:
    turn = ask(resources)
    bundle = resources.history.trace(turn)
    assert bundle
    damage(resources, turn, zlib.compress(bundle.replace("And more.", "And less.").encode()))
    at = visit(resources)
    assert "was changed after it was saved" in shown(at)
    assert offered(at) == ["The record as it is", "This answer as JSON"]


def test_the_menu_of_an_answer_says_that_its_record_is_damaged(resources: Resources) -> None:
    turn = ask(resources)
    damage(resources, turn, b"\0" * 400)
    at = visiting.visit(resources, chat=turn.chat_id)
    assert "no bundle to replay" in shown(at)
    assert "This answer as a JSON bundle to replay" not in offered(at)
    assert "This answer as JSON" in offered(at)


def test_a_trace_goes_with_its_chat(resources: Resources) -> None:
    turn = ask(resources)
    resources.history.delete(turn.chat_id)
    assert resources.history.trace(turn) is None
