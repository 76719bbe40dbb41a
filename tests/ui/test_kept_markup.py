"""Earlier turns are written once, anew when something about them is another, and held for one chat only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from assistant.chats import StoredTurn, TurnState
from assistant.events import AnswerFinished
from assistant.evidence import Answer
from tests.ui.rich import rich
from tests.ui.scripted import finished
from ui.kept_markup import HELD, PastMarkup, written_once
from ui.wording import wording_for

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ANSWER = finished("How do I add a retriever?", NOW)
RICH = next(event.answer for event in rich(ANSWER.question) if isinstance(event, AnswerFinished))
TURN = StoredTurn(id="t1", chat_id="c1", question=ANSWER.question, asked_at=NOW, state=TurnState.CLOSED, answer=ANSWER)


def script(page: object) -> None:
    from operator import methodcaller  # noqa: PLC0415 - AppTest runs this function's source alone

    methodcaller("write_turn")(page)


class Drawn:
    """A page that draws one earlier turn, and what it is drawn from."""

    def __init__(self) -> None:
        self.turns, self.answers, self.languages, self.written = [TURN], [ANSWER], ["en"], 0
        self.at = AppTest.from_function(script, kwargs={"page": self})

    def write_turn(self) -> None:
        """Do as the page does."""
        found = written_once(self.turns[-1], self.answers[-1], wording_for(self.languages[-1]), self.write)
        assert found.above == str(self.written)

    def write(self) -> PastMarkup:
        """Write something else each time."""
        self.written += 1
        return PastMarkup(above=str(self.written), below="")

    def draw(self) -> int:
        """Draw it again, and count how often it was written until now."""
        self.at.run()
        assert not self.at.exception
        return self.written


@pytest.fixture
def drawn() -> Drawn:
    found = Drawn()
    assert found.draw() == 1
    return found


@pytest.mark.parametrize("answer", [ANSWER, RICH])
def test_an_earlier_turn_is_written_once(drawn: Drawn, answer: Answer) -> None:
    drawn.answers.append(answer)
    before = drawn.draw()
    drawn.answers.append(replace(answer))
    assert drawn.draw() == drawn.draw() == before


def test_another_answer_is_written_anew(drawn: Drawn) -> None:
    drawn.answers.append(replace(ANSWER, reason="another"))
    assert drawn.draw() == 2


def test_another_language_is_written_anew(drawn: Drawn) -> None:
    drawn.languages.append("fr")
    assert drawn.draw() == 2


def test_a_turn_that_is_no_longer_cut_off_is_written_anew(drawn: Drawn) -> None:
    drawn.turns.append(replace(TURN, state=TurnState.INTERRUPTED))
    assert drawn.draw() == 2
    drawn.turns.append(TURN)
    assert drawn.draw() == 3


def test_a_page_that_shows_another_chat_holds_nothing_of_the_one_before(drawn: Drawn) -> None:
    drawn.turns.append(replace(TURN, id="t2", chat_id="c2"))
    drawn.draw()
    assert list(drawn.at.session_state[HELD].by_turn) == ["t2"]
