"""How quick the page is: redrawing a long chat, streaming a long answer, pages held open, browsers at once.

Drives the real server with a scripted engine, so that nothing but the page is measured; needs Chromium and Playwright.
Run `python benchmarks/ui.py [--json] [--browsers N]`. Times are wall-clock and mean little on a busy machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from streamlit.testing.v1 import AppTest

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.ui.browser.conftest import CHROMIUM, FLAGS
from tests.ui.browser.manners import ask
from tests.ui.browser.serving import Server
from tests.ui.rich import LONG, long_sentences
from tests.ui.scripted import ScriptedAssistant, finished, opened
from ui.background import Engine
from ui.history import History
from ui.resources import Resources

TURNS = 30
RERUNS = 15
PAGES_READ, PAGE_WORDS = 8, 500
"""Of a trace: eight pages of 32,500 characters."""
PACE_S = 0.02
"""Between two sentences: quicker than any model writes."""
WAIT_MS = 120_000
MIB = 1024 * 1024
Figures = dict[str, float]
WATCH = """() => {
    window.moments = [];
    let seen = 0;
    new MutationObserver(() => {
        const count = document.querySelectorAll(".fn-sentence").length;
        if (count > seen) { window.moments.push([performance.now() / 1000, count]); seen = count; }
    }).observe(document.body, {childList: true, subtree: true});
}"""


def main() -> None:
    """Measure, and print what was measured."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    arguments.add_argument("--browsers", type=int, default=20, metavar="N", help="browsers at once (default: 20)")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = rerunning(Path(folder)) | browsing(Path(folder), given.browsers)
    if given.json:
        print(json.dumps(found))
        return
    for name, figure in found.items():
        print(f"{name:32} {figure:10.2f}")


def long_chat(path: Path) -> str:
    """Write a chat of many answered turns with what went into them, and name it."""
    history = History(path)
    chat_id = ""
    for number in range(TURNS):
        turn = history.open_turn(f"Question number {number}: how do I add a retriever?", chat_id or None)
        history.close_turn(turn, finished(turn.question, datetime.now(UTC)))
        history.keep_trace(turn, json.dumps({"pages": [prose(number, page) for page in range(PAGES_READ)]}))
        chat_id = turn.chat_id
    history.close()
    return chat_id


def prose(turn: int, page: int) -> str:
    """Write the text of a page that does not compress to nothing."""
    return "".join(hashlib.sha256(f"{turn}/{page}/{place}".encode()).hexdigest() + " " for place in range(PAGE_WORDS))


def script(resources: object, times: list[tuple[float, float]]) -> None:
    """Draw the page as the server would, timed; AppTest runs the source of this function alone."""
    import time  # noqa: PLC0415

    from ui.navigation import site  # noqa: PLC0415

    begun_at, worked_s = time.perf_counter(), time.thread_time()
    site(resources)
    times.append((time.perf_counter() - begun_at, time.thread_time() - worked_s))


def rerunning(folder: Path) -> Figures:
    """Time the script of a long chat."""
    chat_id = long_chat(folder / "long.sqlite3")
    engine = Engine(lambda: opened(ScriptedAssistant()))
    resources = Resources(engine=engine, history=History(folder / "long.sqlite3"), uploads=folder / "uploads")
    times: list[tuple[float, float]] = []
    at = AppTest.from_function(script, kwargs={"resources": resources, "times": times}, default_timeout=60)
    at.query_params["chat"] = chat_id
    for _ in range(RERUNS + 1):
        at.run()
    resources.close()
    (first, _), *later = times
    return {
        "rerun_first_ms": first * 1000,
        "rerun_median_ms": statistics.median(took for took, _ in later) * 1000,
        "rerun_worst_ms": max(took for took, _ in later) * 1000,
        "rerun_cpu_median_ms": statistics.median(worked for _, worked in later) * 1000,
    }


@contextmanager
def chromium() -> Iterator[Any]:
    """Start one browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - the extra `dev`

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def browsing(folder: Path, browsers: int) -> Figures:
    """Measure what needs a browser."""
    chat_id = long_chat(folder / "chats.sqlite3")
    server = Server(folder / "chats.sqlite3", pace_s=PACE_S)
    try:
        with chromium() as browser:
            return streaming(browser, server) | crowd(browser, server, browsers, chat_id)
    finally:
        server.stop()


def streaming(browser: Any, server: Server) -> Figures:  # noqa: ANN401 - Playwright is not typed where it is not installed
    """Follow a long answer, and compare how quickly its first and its last quarter came."""
    page = visit(browser, server)
    page.evaluate(WATCH)
    ask(page, "a very long question")
    page.get_by_text("Written by").wait_for()
    moments = page.evaluate("window.moments")
    total = len(long_sentences())
    quarters = [pace(moments, total * part // 4, total * (part + 1) // 4) for part in range(4)]
    redraws = len(moments) / (moments[-1][0] - moments[0][0])
    page.context.close()
    return {
        "stream_characters": float(LONG),
        "stream_first_quarter_per_s": quarters[0],
        "stream_last_quarter_per_s": quarters[3],
        "stream_last_to_first": quarters[3] / quarters[0],
        "stream_redraws_per_s": redraws,
    }


def pace(moments: list[list[float]], first: int, last: int) -> float:
    """Tell how many sentences a second appeared between two counts."""
    within = [(at, count) for at, count in moments if first <= count <= last]
    (begin, low), (end, high) = within[0], within[-1]
    return (high - low) / (end - begin) if end > begin else 0.0


def crowd(browser: Any, server: Server, number: int, chat_id: str) -> Figures:  # noqa: ANN401
    """Open the long chat in many windows, then ask in all of them at once."""
    process = psutil.Process(server.process.pid)
    visit(browser, server, f"?chat={chat_id}").context.close()
    before = process.memory_info().rss
    pages = [visit(browser, server, f"?chat={chat_id}") for _ in range(number)]
    for page in pages:
        page.get_by_text(f"Question number {TURNS - 1}").last.wait_for()
    each = (process.memory_info().rss - before) / number / MIB
    for page in pages:
        page.goto(server.url)
        page.get_by_test_id("stChatInputTextArea").wait_for()
    begun_at = time.monotonic()
    for place, page in enumerate(pages):
        ask(page, f"How do I add retriever {place}?")
    ended = [answered_at(page) - begun_at for page in pages]
    return {
        "page_open_mib": each,
        "crowd_browsers": float(number),
        "crowd_all_answered_s": max(ended),
        "crowd_server_cpu_s": sum(process.cpu_times()[:2]),
    }


def answered_at(page: Any) -> float:  # noqa: ANN401
    """Wait for an answer and tell when it was seen."""
    page.get_by_text("Written by").wait_for()
    return time.monotonic()


def visit(browser: Any, server: Server, query: str = "") -> Any:  # noqa: ANN401
    """Open a page in a context of its own, as another browser would."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB").new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(server.url + query)
    page.get_by_test_id("stChatInputTextArea").wait_for()
    return page


if __name__ == "__main__":
    main()
