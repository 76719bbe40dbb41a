"""A source is tried once at a time, in its own time, and every trial ends."""

from __future__ import annotations

import logging
import threading

import pytest

from assistant.trials import Trial
from ui.trials import PATIENCE_S, PAUSE_S, Trials

WAIT_S = 10.0


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Asked:
    """Ask as slowly as it is let go, and count."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.go = threading.Event()
        self.go.set()

    def __call__(self, name: str) -> Trial:
        self.names.append(name)
        self.go.wait(WAIT_S)
        return Trial(name=name, query="x")


def test_a_trial_runs_beside_whoever_started_it() -> None:
    asked = Asked()
    asked.go.clear()
    attempt = Trials(asked).start("wikipedia")
    assert attempt.wait(0.0) is None
    asked.go.set()
    assert attempt.wait(WAIT_S) == Trial(name="wikipedia", query="x")


def test_two_clicks_ask_once_and_both_see_what_came() -> None:
    asked = Asked()
    asked.go.clear()
    trials = Trials(asked)
    first, second = trials.start("wikipedia"), trials.start("wikipedia")
    asked.go.set()
    assert first.wait(WAIT_S) == second.wait(WAIT_S) is not None
    assert asked.names == ["wikipedia"]


def test_it_is_not_asked_again_before_a_pause_is_over() -> None:
    asked, clock = Asked(), Clock()
    trials = Trials(asked, clock=clock)
    trials.start("wikipedia").wait(WAIT_S)
    clock.now += PAUSE_S - 1
    trials.start("wikipedia").wait(WAIT_S)
    assert len(asked.names) == 1
    trials.start("arxiv").wait(WAIT_S)
    clock.now += 2
    trials.start("wikipedia").wait(WAIT_S)
    assert asked.names == ["wikipedia", "arxiv", "wikipedia"]


def test_one_that_ignores_its_own_deadline_is_given_up_and_may_be_tried_anew() -> None:
    asked, clock = Asked(), Clock()
    asked.go.clear()
    trials = Trials(asked, clock=clock)
    attempt = trials.start("slow")
    clock.now += PATIENCE_S + 1
    given_up = attempt.wait(0.0)
    assert given_up
    assert given_up.reason == "timeout"
    assert "slow: no answer within 15 s" in given_up.error
    assert trials.start("slow") is not attempt
    asked.go.set()


def test_a_fault_of_ours_ends_the_trial_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    def broken(name: str) -> Trial:
        raise RuntimeError(name)

    with caplog.at_level(logging.CRITICAL):
        trial = Trials(broken).start("wikipedia").wait(WAIT_S)
    assert trial
    assert "RuntimeError('wikipedia')" in trial.error
    assert "please report it" in trial.error
