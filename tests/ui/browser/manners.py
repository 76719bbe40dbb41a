"""What every visitor does: ask, and stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.ui.browser.conftest import Page

PATIENCE_S = 20.0
QUESTION = "How do I add a retriever?"


def ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")


def stopped_within_s(page: Page, *, by_button: bool = False) -> float:
    """Stop a turn and return the seconds until the page says so."""
    started_at = time.monotonic()
    if by_button:
        page.get_by_role("button", name="Stop").click()
    else:
        page.keyboard.press("Escape")
    page.get_by_text("Stopped. What was written before stays.").wait_for()
    return time.monotonic() - started_at


def soonest(timed: Callable[[], float]) -> float:
    """Time something up to three times and keep the best: a machine that is busy elsewhere says nothing of the page."""
    best = timed()
    for _ in range(2):
        if best < 1.0:
            break
        best = min(best, timed())
    return best


def until(page: Page, expression: str) -> None:
    """Wait until an expression is true; Playwright's own way needs `eval`, which the page's policy forbids."""
    until_seen(page, lambda: bool(page.evaluate(expression)), expression)


def until_seen(page: Page, look: Callable[[], bool], what: str) -> None:
    """Look until it is there."""
    ends_at = time.monotonic() + PATIENCE_S
    while not look():
        assert time.monotonic() < ends_at, what
        page.wait_for_timeout(50)


def serious(page: Page, axe: str) -> list[str]:
    """List what axe-core finds and calls serious or critical."""
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
