"""What is broken or hostile, through the real fetcher and the real workers: the outcome, in time, in bounded memory."""

from __future__ import annotations

import asyncio
import gc
import json
import re
import socket
import sqlite3
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from assistant.errors import ReadingError, Unreachable
from assistant.evidence import Candidate, Page
from assistant.reading.cache import PageCache
from assistant.reading.network import TIMEOUT, page_client
from assistant.reading.page_reader import PageReader
from assistant.settings import load_settings
from tests.assistant.reading.bad_input import CASES, Case
from tests.web.loopback import SITE, LoopbackWeb, client_of_loopback, threaded_web

LIST = Path(__file__).parents[4] / "shared" / "attacks" / "badinput.jsonl"
MOST_GROWTH_BYTES = 64 << 20
NAMES = {
    "bad-041": "utf-7",
    "bad-044": "surrogates",
    "bad-045": "bidirectional title",
    "bad-039": "wrong charset",
    "bad-005": "cut gzip",
    "bad-003": "brotli bomb",
    "bad-002": "gzip in gzip",
    "bad-007": "unknown encoding",
    "bad-032": "a million attributes",
    "bad-033": "unclosed elements",
    "bad-034": "controls",
    "bad-035": "many entities",
    "bad-036": "billion laughs",
    "bad-051": "pdf of 100,000 pages",
    "bad-049": "pdf bomb",
    "bad-053": "pdf with actions",
    "bad-050": "circular pdf",
    "bad-024": "redirect with spaces",
    "bad-023": "redirect to nowhere",
    "bad-022": "ping-pong",
    "bad-025": "long redirect",
    "bad-012": "one long line",
    "bad-008": "endless body",
    "bad-009": "low content length",
    "bad-014": "huge header",
    "bad-016": "dribbled body",
    "bad-020": "reset",
    "bad-047": "pdf as html",
    "bad-046": "html as image",
}
ALONE = {"bad-075", "bad-076", "bad-018", "bad-019", "bad-030", "bad-027"}
"""Rows that need more than an answer over HTTP; each has a test of its own below."""
ELSEWHERE = {
    "model": "models are not read from the web: assistant/models",
    "search-engine": "what search engines send is the retrievers' to judge",
    "upload": "files that a user drops are the page's to judge: ui",
    "xss": "what is shown in the browser is the page's to judge: ui",
}
"""Categories of the list that are not about reading pages."""


@pytest.fixture
def still_web() -> Iterator[LoopbackWeb]:
    with threaded_web() as serving:
        yield serving


@pytest.fixture
async def reader() -> AsyncIterator[PageReader]:
    async with client_of_loopback() as client:
        reading = PageReader(client, allow_hosts=(SITE,))
        await reading.warm()
        yield reading
        await reading.close()


@contextmanager
def memory_stays_bounded() -> Iterator[None]:
    """Fail where the process grows by more than a page may cost, at any moment if the system can tell."""
    process, high = psutil.Process(), Path("/proc/self/clear_refs")
    before = process.memory_info().rss
    if high.exists():
        high.write_text("5", encoding="ascii")  # forgets the highest mark so far: proc(5)
    yield
    assert process.memory_info().rss - before < MOST_GROWTH_BYTES
    if high.exists():
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines())
        assert int(status["VmHWM"].split()[0]) * 1024 - before < MOST_GROWTH_BYTES


async def outcome(reader: PageReader, url: str, deadline_s: float) -> Page | ReadingError:
    """Read a URL; never wait much longer than its deadline."""
    async with asyncio.timeout(deadline_s + 5):
        try:
            return await reader.read(Candidate(url=url, title=""), deadline_s=deadline_s)
        except ReadingError as error:
            return error


async def check(case: Case, web: LoopbackWeb, reader: PageReader) -> None:
    web.routes |= case.routes()
    with memory_stays_bounded():
        found = await outcome(reader, web.url("/bad"), case.deadline_s)
    if isinstance(found, Page):
        assert case.page
        assert case.page(found)
    else:
        assert case.error, found
        assert isinstance(found, case.error)
        assert re.search(case.says, str(found))
    if case.requests:
        assert len(web.requests) == case.requests + 1  # and robots.txt


@pytest.mark.parametrize("name", CASES)
async def test_bad_input_has_its_outcome_in_time_and_in_bounded_memory(
    still_web: LoopbackWeb, reader: PageReader, name: str
) -> None:
    await check(CASES[name], still_web, reader)


def rows() -> list[dict[str, str]]:
    return [json.loads(line) for line in LIST.read_text("utf-8").splitlines()] if LIST.is_file() else []


@pytest.mark.skipif(not LIST.is_file(), reason="the shared list of bad input is not here")
def test_every_row_of_the_shared_list_is_a_case_here_or_another_parts() -> None:
    missing = [row["id"] for row in rows() if row["id"] not in {*NAMES, *ALONE} and row["category"] not in ELSEWHERE]
    assert not missing
    assert set(NAMES.values()) <= set(CASES)


async def test_a_corrupt_cache_is_rebuilt_and_the_page_still_served(web: LoopbackWeb, tmp_path: Path) -> None:
    """bad-075."""
    path = tmp_path / "pages.sqlite3"
    path.write_bytes(b"garbage" * 100)
    async with client_of_loopback() as client:
        reader = PageReader(client, allow_hosts=(SITE,), cache=PageCache(path, most_bytes=10**6))
        assert isinstance(await outcome(reader, web.url("/page"), 20), Page)
        assert "set aside" in reader.take_notices()[0]
        await reader.close()


async def test_an_object_in_the_cache_is_never_made_alive(web: LoopbackWeb, tmp_path: Path) -> None:
    """bad-076."""
    path = tmp_path / "pages.sqlite3"
    for asked in (1, 2):
        async with client_of_loopback() as client:
            reader = PageReader(client, allow_hosts=(SITE,), cache=PageCache(path, most_bytes=10**6))
            assert isinstance(await outcome(reader, web.url("/page"), 20), Page)
            await reader.close()
        assert web.asked_for("/page") == asked
        with sqlite3.connect(path) as db:
            db.execute("UPDATE rows SET body = ?", (json.dumps({"lc": 1, "type": "secret", "id": ["HOME"]}),))
        db.close()


async def test_a_host_that_takes_no_connection_is_given_up(reader: PageReader) -> None:
    """bad-018."""
    assert TIMEOUT.connect is not None
    assert TIMEOUT.connect <= 3
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]  # Linux takes one more than the backlog and drops what follows
        for client in waiting:
            client.settimeout(0)
            client.connect_ex(full.getsockname())
        found = await outcome(reader, f"http://{SITE}:{full.getsockname()[1]}/", 0.5)
        for client in waiting:
            client.close()
    assert isinstance(found, Unreachable)
    assert "no complete answer in 0.5 s" in str(found)


async def test_a_host_that_does_not_greet_is_given_up(reader: PageReader) -> None:
    """bad-019: TCP accepts, and nothing follows; the time for connecting covers TLS."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        found = await outcome(reader, f"https://{SITE}:{silent.getsockname()[1]}/", 0.5)
    assert isinstance(found, Unreachable)
    assert "no complete answer in 0.5 s" in str(found)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # asyncio's server drops its half
async def test_an_outdated_tls_is_refused(secure_context: ssl.SSLContext, certificate: Path) -> None:
    """bad-030."""
    secure_context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        secure_context.minimum_version = secure_context.maximum_version = ssl.TLSVersion.TLSv1
    found = await read_securely(secure_context, certificate)
    assert isinstance(found, Unreachable)
    gc.collect()
    assert "no secure connection" in str(found)


async def test_a_certificate_of_ones_own_is_refused_with_the_remedy(secure_context: ssl.SSLContext) -> None:
    """bad-027."""
    found = await read_securely(secure_context, None)
    assert isinstance(found, Unreachable)
    assert "its certificate is not trusted" in str(found)


async def read_securely(context: ssl.SSLContext, bundle: Path | None) -> Page | ReadingError:
    web = LoopbackWeb()
    server = await asyncio.start_server(web.handle, "127.0.0.1", 0, ssl=context)

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async with server, page_client(load_settings(allow_hosts=(SITE,), ca_bundle=bundle), resolve) as client:
        reader = PageReader(client, allow_hosts=(SITE,))
        found = await outcome(reader, f"https://{SITE}:{server.sockets[0].getsockname()[1]}/page", 5)
        await reader.close()
    return found
