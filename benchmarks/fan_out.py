"""Measure the fan-out: is there a fused list at the soft deadline, whatever the sources do, and does nothing leak?

Twenty sources on loopback, in a process of their own: fifteen answer after 50 ms to 10 s with pages of about 50 kB,
half of them JSON and half HTML read by Beautiful Soup, three are dead (their port is closed), two answer 429. One
question, then fifty at once, each with words of its own, so that nothing is shared or kept. The sources' own rate
limits are left out: they would hold questions back, which is what they are for, and is tested elsewhere. Kept is: a
fused list no more than 100 ms after the soft deadline (of fifty at once, for 95 in 100), and nothing left behind.

    .venv/bin/python benchmarks/fan_out.py [--json] [--questions 50]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import socket
import statistics
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache, partial
from multiprocessing.connection import Connection
from urllib.parse import parse_qs, urlsplit

import httpx
import psutil
from bs4 import BeautifulSoup

from assistant.budgets import BUDGETS
from assistant.evidence import Profile
from assistant.reading.network import service_client
from assistant.searching.desk import Desk
from assistant.searching.fan_out import Search, has_hits
from assistant.searching.fusion import fuse, prepare
from assistant.searching.inquiry import Inquiry
from assistant.searching.supply import Supply
from assistant.settings import load_settings
from retrievers import HttpRetriever, RateLimit, SearchHit, SearchQuery

LATENCIES_S = [0.05 * 200 ** (step / 14) for step in range(15)]
"""From 50 ms to 10 s, each 1.46 times the one before."""
DEAD, BUSY = 3, 2
BUDGET = BUDGETS[Profile.BALANCED]
ALLOWED_AFTER_S = 0.1
TICK_S = 0.005
ROWS = 20
PLACE = "QUESTION"
FILLING = "The viaduct of the valley, its arches, its builders and the trains that crossed it. " * 28


class JsonSource(HttpRetriever):
    """Read a page of results in JSON."""

    focus = "web"
    limit = RateLimit(requests=100_000, seconds=1, at_once=1_000)

    def __init__(self, name: str, url: str) -> None:
        """Take a name, which is its provider's too, and its address."""
        self.name = self.provider = name  # type: ignore[misc]
        self.url = url

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask."""
        return httpx.Request("GET", self.url, params={"q": query.text})

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the rows."""
        for row in response.json()["results"]:
            yield SearchHit(url=row["url"], title=row["title"], snippet=row["content"][:300])


class HtmlSource(JsonSource):
    """Read a page of results in HTML."""

    expects = "html"

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the rows."""
        for row in BeautifulSoup(response.text, "lxml").select("li"):
            link, text = row.select_one("a"), row.select_one("p")
            if link and text:
                yield SearchHit(url=str(link["href"]), title=link.get_text(), snippet=text.get_text()[:300])


def body_of(number: int, kind: str, words: str) -> bytes:
    """Make a page of results; cheaply, since its servers share the processors with what is measured."""
    return template(number, kind).replace(PLACE.encode(), words.encode())


@cache
def template(number: int, kind: str) -> bytes:
    """List pages of its own, and some that its neighbours list too."""
    rows = [(f"https://site{(number + row) % 60}.example/{row}", f"{PLACE} {row}", FILLING) for row in range(ROWS)]
    if kind == "json":
        results = [{"url": url, "title": title, "content": content} for url, title, content in rows]
        return json.dumps({"results": results}).encode()
    items = (f"<li><a href='{url}'>{title}</a><p>{content}</p></li>" for url, title, content in rows)
    return f"<!doctype html><html><body><ol>{''.join(items)}</ol></body></html>".encode()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer requests of one connection, each after its latency."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            target = urlsplit(head.split(b" ", 2)[1].decode())
            kind, number = target.path.strip("/").split("/")
            if kind == "busy":
                writer.write(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n")
                continue
            await asyncio.sleep(LATENCIES_S[int(number)])
            body = body_of(int(number), kind, parse_qs(target.query)["q"][0])
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body)
            )
            writer.write(body)
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def serve(ready: Connection) -> None:
    """Serve until the process is ended."""

    async def run() -> None:
        count = len(LATENCIES_S) + BUSY
        servers = [await asyncio.start_server(answer, "127.0.0.1", 0, backlog=200) for _ in range(count)]
        ready.send([server.sockets[0].getsockname()[1] for server in servers])
        await asyncio.gather(*(server.serve_forever() for server in servers))

    asyncio.run(run())


@contextmanager
def web() -> Iterator[list[int]]:
    """Run the sources in a process of their own; gives their ports."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def sources(ports: list[int]) -> list[JsonSource]:
    """List the twenty sources."""
    addresses = [f"http://127.0.0.1:{port}" for port in ports]
    slow = [
        (HtmlSource if number % 2 else JsonSource)(
            f"slow{number}", f"{addresses[number]}/{'html' if number % 2 else 'json'}/{number}"
        )
        for number in range(len(LATENCIES_S))
    ]
    closed = closed_port()
    dead = [JsonSource(f"dead{number}", f"http://127.0.0.1:{closed}/") for number in range(DEAD)]
    busy = [JsonSource(f"busy{number}", f"{addresses[-1 - number]}/busy/{number}") for number in range(BUSY)]
    return [*slow, *dead, *busy]


def closed_port() -> int:
    """Find a port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def watched() -> AsyncIterator[list[float]]:
    """Measure how late the event loop is, every few milliseconds."""
    lags: list[float] = []

    async def watch() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(TICK_S)
            lags.append(time.monotonic() - before - TICK_S)

    watching = asyncio.create_task(watch())
    try:
        yield lags
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def question(number: int, asked: list[JsonSource], desk: Desk, client: httpx.AsyncClient) -> dict[str, float]:
    """Ask one question as a turn does, read for a second while late lists join, then leave."""
    query = SearchQuery(text=f"viaduct number {number}")
    inquiries = [
        Inquiry(source=source, query=query, label=source.name, place=place) for place, source in enumerate(asked)
    ]
    began = time.monotonic()
    search = Search(
        inquiries,
        desk,
        client,
        soft_s=BUDGET.search_soft_s,
        hard_s=BUDGET.search_hard_s,
        report=partial(prepare, query=query),
    )
    supply = Supply(search, partial(fuse, query=query))
    async with search:
        await search.until(has_hits, meanwhile=supply.prepare)
        fused = len(supply.candidates)
        fused_s = time.monotonic() - began
        at_fusion = sum(1 for report in search.reports if report.hits)
        await asyncio.sleep(1)
        joined = sum(1 for report in search.reports if report.hits) - at_fusion
        leaving = time.monotonic()
    return {
        "fused_after_soft_s": fused_s - BUDGET.search_soft_s,
        "candidates": fused,
        "lists_at_fusion": at_fusion,
        "lists_joined_later": joined,
        "leaving_s": time.monotonic() - leaving,
        "reports": len(search.reports),
    }


async def measure(ports: list[int], questions: int) -> dict[str, float | int | bool]:
    """Ask so many questions at once, and look at what is left of them."""
    asked, process = sources(ports), psutil.Process()
    before = len(process.net_connections())
    desk = Desk()
    await desk.open()
    async with service_client(load_settings()) as client, watched() as lags:
        asking = (question(number, asked, desk, client) for number in range(questions))
        seen = await asyncio.gather(*asking)
    await desk.close()
    await asyncio.sleep(0.1)
    after = sorted(one["fused_after_soft_s"] for one in seen)
    return {
        "questions": questions,
        "sources": len(asked),
        "fused_after_soft_p50_ms": round(1000 * statistics.median(after), 1),
        "fused_after_soft_p95_ms": round(1000 * after[max(0, -(-95 * len(after) // 100) - 1)], 1),
        "fused_after_soft_max_ms": round(1000 * after[-1], 1),
        "candidates_min": int(min(one["candidates"] for one in seen)),
        "lists_at_fusion_min": int(min(one["lists_at_fusion"] for one in seen)),
        "lists_joined_later_max": int(max(one["lists_joined_later"] for one in seen)),
        "every_source_reported": all(one["reports"] == len(asked) for one in seen),
        "leaving_max_ms": round(1000 * max(one["leaving_s"] for one in seen), 1),
        "loop_lag_p95_ms": round(1000 * sorted(lags)[int(0.95 * len(lags))], 1),
        "loop_lag_max_ms": round(1000 * max(lags), 1),
        "tasks_left": len(asyncio.all_tasks()) - 1,
        "sockets_left": len(process.net_connections()) - before,
        "threads": threading.active_count(),
    }


def main() -> int:
    """Measure one question and many; 0 if every list was there in time and nothing was left."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    arguments.add_argument("--questions", type=int, default=50, metavar="N", help="questions at once (default: 50)")
    given = arguments.parse_args()
    with web() as ports:
        runs = [asyncio.run(measure(ports, number)) for number in (1, given.questions)]
    is_kept = all(
        run["fused_after_soft_p95_ms"] <= 1000 * ALLOWED_AFTER_S
        and not run["tasks_left"]
        and not run["sockets_left"]
        and run["every_source_reported"]
        for run in runs
    )
    if given.json:
        figures = {"soft_s": BUDGET.search_soft_s, "hard_s": BUDGET.search_hard_s, "cpus": os.cpu_count()}
        print(json.dumps({**figures, "runs": runs, "kept": is_kept}, indent=2))
    else:
        print(f"soft deadline {BUDGET.search_soft_s} s, hard {BUDGET.search_hard_s} s, {os.cpu_count()} processors")
        for run in runs:
            print("\n".join(f"  {name:26}{value}" for name, value in run.items()), end="\n\n")
        print("kept" if is_kept else "NOT kept: a list came too late, or something was left behind")
    return 0 if is_kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
