"""Several texts share one model: beginnings are read once, lines move, and stopping frees the place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from assistant.models.engine import SHARED_CHUNK_TOKENS, Engine
from assistant.models.folders import open_folder
from assistant.models.job import Event, Finish, PromptRead, TextPiece, Waiting
from assistant.models.loading import load_folder

LONG = "The mill of Tarsk grinds rye. " * 4


@pytest.fixture(scope="module", params=["granite_folder", "deepseek_folder"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    folder: Path = request.getfixturevalue(request.param)
    engine = Engine(load_folder(open_folder(folder), "float32"))
    yield engine
    engine.worker.shutdown()


class Asked:
    """One text under way."""

    def __init__(self, engine: Engine, question: str, *, max_tokens: int = 12, **options: Any) -> None:
        self.events: list[Event] = []
        self.errors: list[BaseException | None] = []
        self.ended, self.stopped = threading.Event(), threading.Event()
        prompt = engine.encode([SystemMessage("Answer."), HumanMessage(question)])
        engine.submit(
            prompt, max_tokens=max_tokens, emit=self.events.append, stopped=self.stopped, done=self.done, **options
        )

    def done(self, error: BaseException | None) -> None:
        self.errors.append(error)
        self.ended.set()

    def text(self) -> str:
        assert self.ended.wait(30)
        assert self.errors == [None]
        return "".join(event.text for event in self.events if isinstance(event, TextPiece))

    def finish(self) -> Finish:
        self.text()
        (finish,) = (event for event in self.events if isinstance(event, Finish))
        return finish


def from_cache(asked: Asked) -> int:
    return next(event.from_cache for event in asked.events if isinstance(event, PromptRead))


def test_what_was_read_before_is_not_read_again_and_changes_nothing(engine: Engine) -> None:
    fresh = Asked(engine, f"{LONG} What else?")
    said = fresh.text()
    again = Asked(engine, f"{LONG} What else?")
    assert again.text() == said
    assert from_cache(again) > len(LONG) / 2
    other = Asked(engine, f"{LONG} Why?")
    other.text()
    assert from_cache(again) > from_cache(other) > len(LONG) / 2


def test_texts_side_by_side_say_what_each_says_alone(engine: Engine) -> None:
    questions = [f"{number} {LONG}" for number in range(4)]
    alone = [Asked(engine, question).text() for question in questions]
    engine.prefixes._kept.clear()
    together = [Asked(engine, question) for question in questions]
    assert [asked.text() for asked in together] == alone


def test_who_waits_hears_how_many_are_read_first(engine: Engine) -> None:
    hold, holding = threading.Event(), threading.Event()

    def block() -> None:
        holding.set()
        hold.wait(30)

    engine.worker.submit(block)
    assert holding.wait(30)
    crowd = [Asked(engine, f"{number} waits {LONG}") for number in range(3)]
    hold.set()
    for asked in crowd:
        asked.text()
    told = [[event.ahead for event in asked.events if isinstance(event, Waiting)] for asked in crowd]
    assert told[0] == []
    assert told[1][:1] == [1]
    assert told[2][:1] == [2]
    assert told[2] == sorted(told[2], reverse=True)


def test_a_stopped_text_makes_room_and_the_others_go_on(engine: Engine) -> None:
    first = Asked(engine, f"first {LONG}", max_tokens=100)
    stopped = Asked(engine, f"stopped {LONG}", max_tokens=100)
    stopped.stopped.set()
    assert first.finish().reason in {"length", "stop"}
    assert stopped.ended.wait(30)
    assert not any(isinstance(event, Finish) for event in stopped.events)


def test_expert_loads_add_up_to_experts_per_token_times_tokens(engine: Engine) -> None:
    engine.prefixes._kept.clear()
    asked = Asked(engine, f"loads {LONG}", max_tokens=6)
    insight = asked.finish().insight
    assert insight
    config = engine.loaded.model.config
    read = next(event.tokens for event in asked.events if isinstance(event, PromptRead))
    wrote = sum(event.tokens for event in asked.events if isinstance(event, TextPiece | Finish))
    passed = read + wrote - 1  # the last token is written and never read
    assert insight.expert_loads
    assert {sum(layer) for layer in insight.expert_loads} == {config.num_experts_per_tok * passed}


def test_with_sources_brackets_hold_their_numbers_only(engine: Engine) -> None:
    text = Asked(engine, "cite", max_tokens=60, sources=2).text()
    rest = text.replace("[1]", "").replace("[2]", "")
    assert "]" not in rest
    assert "[" not in rest.rstrip("[12")


def test_a_beginning_that_is_read_ahead_serves_the_prompt(engine: Engine) -> None:
    engine.prefixes._kept.clear()
    ended = threading.Event()
    beginning = [SystemMessage("Answer."), HumanMessage(f"ahead {LONG}")]
    engine.read_ahead(beginning, stopped=threading.Event(), done=lambda _: ended.set())
    assert ended.wait(30)
    asked = Asked(engine, f"ahead {LONG} and more")
    asked.text()
    assert from_cache(asked) > len(LONG) / 2


def test_a_stopped_text_ends_before_another_has_read_its_piece(engine: Engine) -> None:
    engine.prefixes._kept.clear()
    order: list[str] = []
    begun, stopped, ended = threading.Event(), threading.Event(), threading.Event()

    def hear_first(event: Event) -> None:
        if isinstance(event, PromptRead):
            submit("second", hear_second, threading.Event(), max_tokens=1)
            begun.set()

    def hear_second(event: Event) -> None:
        if isinstance(event, PromptRead):
            stopped.set()  # the first is writing, and a pass for the second is about to begin

    def submit(name: str, emit: Callable[[Event], None], stop: threading.Event, *, max_tokens: int) -> None:
        def done(error: BaseException | None) -> None:
            assert error is None
            order.append(name)
            if name == "second":
                ended.set()

        prompt = engine.encode([HumanMessage(name)])  # one piece
        engine.submit(prompt, max_tokens=max_tokens, emit=emit, stopped=stop, done=done)

    submit("first", hear_first, stopped, max_tokens=60)
    assert begun.wait(30)
    assert ended.wait(30)
    assert order == ["first", "second"]


def test_without_sources_no_bracket_is_opened(engine: Engine) -> None:
    text = Asked(engine, "cite", max_tokens=60, sources=0).text()
    assert "[" not in text
    assert "]" not in text


def test_who_asks_at_the_same_moment_is_read_side_by_side(engine: Engine) -> None:
    gate = threading.Event()
    engine.worker.submit(lambda: None).result()  # what was asked before has ended a moment before its pass
    engine.worker.submit(gate.wait)  # so that both are in line before either is read
    order: list[str] = []

    def hearing(name: str) -> Callable[[Event], None]:
        return lambda event: order.append(f"{name} {type(event).__name__}")

    ended = [threading.Event(), threading.Event()]
    for name, begins, over in (("first", "a", ended[0]), ("second", "b", ended[1])):
        prompt = engine.encode([HumanMessage(begins * (SHARED_CHUNK_TOKENS + 20))])
        assert SHARED_CHUNK_TOKENS < len(prompt) < 2 * SHARED_CHUNK_TOKENS
        engine.submit(
            prompt, max_tokens=1, emit=hearing(name), stopped=threading.Event(), done=lambda _, over=over: over.set()
        )
    gate.set()
    assert all(over.wait(30) for over in ended)
    assert order.index("second PromptRead") < order.index("first Finish")
