"""A whole turn with the real engine, against the web of real pages that may run on this machine's loopback.

Runs inside that web only: `SSL_CERT_FILE=… ip netns exec miniweb make test-browser`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.browser.conftest import Visit
from tests.ui.browser.manners import ask
from tests.ui.browser.serving import PATIENCE_S, free_port

pytestmark = pytest.mark.browser

SEARCH = 8288
"""The port of the metasearch server of that web."""
SLOW_MS = 90_000
QUESTION = "What does the PostgreSQL command VACUUM do?"


def is_up() -> bool:
    """Tell whether the web is there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", SEARCH)) == 0


@pytest.fixture(scope="module")
def real_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start what `footnote ui` starts, without a language model."""
    if not is_up():
        pytest.skip("the loopback web is not up, or this is not run inside it")
    port, data = free_port(), tmp_path_factory.mktemp("data")
    settings = {
        "FOOTNOTE_DATA_DIR": str(data),
        "FOOTNOTE_MODEL": "none",
        "FOOTNOTE_SEARXNG_URL": f"http://127.0.0.1:{SEARCH}",
        "FOOTNOTE_WIKIPEDIA_URL": "http://127.0.0.1:8201/api.php",
        "FOOTNOTE_RETRIEVERS": "searxng,wikipedia,folder",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.launch", "--port", str(port)],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert str(port) in process.stdout.readline()
    yield f"http://127.0.0.1:{port}/"
    process.terminate()
    process.communicate(timeout=PATIENCE_S)


def test_a_question_is_answered_from_pages_that_were_read(visit: Visit, real_page: str) -> None:
    page = visit(url=real_page)
    ask(page, QUESTION)
    page.locator(".fn-say[data-running=no]").wait_for(state="attached", timeout=SLOW_MS)
    assert page.locator(".fn-card").count() >= 2
    page.get_by_text("found by").first.wait_for()
    mark = page.locator(".fn-mark[target=_blank]").first
    address = mark.get_attribute("href")
    assert ".test/" in address
    assert ":~:text=" in address
    mark.focus()
    quote = page.locator(".fn-cite:focus-within q").inner_text()
    assert len(quote.split()) >= 3


def test_an_attached_file_is_read_and_cited(visit: Visit, real_page: str, tmp_path: Path) -> None:
    file = tmp_path / "viaduct.txt"
    file.write_text("The Kestrel viaduct was finished in 1871. It has nineteen arches and carries a railway.")
    page = visit(url=real_page)
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("stChatInputFileUploadButton").click()
    chooser.value.set_files(file)
    ask(page, "How many arches does the Kestrel viaduct have?")
    page.locator(".fn-say[data-running=no]").wait_for(state="attached", timeout=SLOW_MS)
    page.locator(".fn-card.fn-cited", has_text="viaduct").first.wait_for()
    page.locator(".fn-answer", has_text="nineteen arches").first.wait_for()
