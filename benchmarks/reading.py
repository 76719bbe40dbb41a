"""Read 40 pages of a loopback web with delays; print how far from the ideal it was, and how long the loop stood still.

The ideal: the slowest page that comes inside the deadline, with the robots.txt that has to be asked for before it, plus
the processor time of everything (this process and its workers, not the server) spread over two cores. Two more pages
never come. `known_robots_ratio` is the same for pages read anew when the robots.txt files are known, which is how most
pages are read. A block is the time between two beats of the loop; the busy time is what its own thread computed in
between, which other processes do not lengthen.

Run it as `python benchmarks/reading.py [--json] [--runs N]`, on an otherwise idle machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import psutil

from assistant.evidence import Candidate
from assistant.reading.cache import DAY_S, PageCache
from assistant.reading.fetching import PageReader, read_all
from assistant.reading.network import page_client
from assistant.settings import load_settings

PAGES, STRAGGLERS = 40, 2
FASTEST_S, SLOWEST_S, NEVER_S = 0.05, 0.8, 60.0
PAGE_S, TOTAL_S = 5.0, 15.0
CORES = 2
BEAT_S = 0.005
WORDS = ("the", "a", "of", "height", "bridge", "river", "stone", "arch", "year", "built", "town", "line", "was", "near")


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What one run took."""

    wall_s: float
    cpu_s: float
    slowest_page_s: float
    ideal_s: float
    ratio: float
    known_robots_ratio: float
    longest_block_ms: float
    longest_busy_ms: float
    pages_read: int
    again_wall_s: float
    again_requests: int


def delay_of(number: int) -> float:
    """Spread the delays evenly; the stragglers are among the first, where they hurt."""
    if number in {3, 11}:
        return NEVER_S
    return FASTEST_S + (SLOWEST_S - FASTEST_S) * (number * 17 % PAGES) / (PAGES - 1)


def page_of(number: int) -> bytes:
    """Make a page of the size and build of an ordinary article: some 60 kB, a third of them text."""
    chance = random.Random(number)  # noqa: S311 - the same pages each time

    def sentence() -> str:
        return " ".join(chance.choices(WORDS, k=14)).capitalize() + f" {chance.randrange(2000)}."

    links = "".join(f"<li><a href='/{n}'>{sentence()[:20]}</a></li>" for n in range(150))
    texts = "".join(f"<div class='b'><p style='margin:0'>{sentence()} {sentence()}</p></div>" for _ in range(120))
    head = f"<title>Page {number}</title><script>{'var a = 1;' * 800}</script><style>{'.b{margin:0}' * 600}</style>"
    body = f"<nav><ul>{links}</ul></nav><article><h1>Page {number}</h1>{texts}</article>"
    return f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>".encode()


async def serve() -> None:
    """Be the web: a page and no robots.txt for each host, each after its delay."""
    asked = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        try:
            while request := (await reader.readuntil(b"\r\n\r\n")).decode():
                if request.startswith("GET /count "):
                    status, body = "200 OK", str(asked).encode()
                else:
                    asked += 1
                    number = int(request.lower().partition("host: site-")[2].partition(".")[0])
                    await asyncio.sleep(delay_of(number))
                    is_page = "GET /robots.txt " not in request
                    status, body = ("200 OK", pages[number]) if is_page else ("404 Not Found", b"")
                head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    pages = [page_of(number) for number in range(PAGES + STRAGGLERS)]
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def count(port: int) -> int:
    """Ask the server how many requests it has had."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /count HTTP/1.1\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    answer = await reader.read(100)
    writer.close()
    return int(answer)


class Heartbeat:
    """Notice when the event loop stands still."""

    def __init__(self) -> None:
        """Begin to beat."""
        self.longest_s = 0.0
        self.busiest_s = 0.0
        self._task = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        """Sleep a little, and see how much longer it took."""
        while True:
            started, busy = time.perf_counter(), time.thread_time()
            await asyncio.sleep(BEAT_S)
            self.longest_s = max(self.longest_s, time.perf_counter() - started - BEAT_S)
            self.busiest_s = max(self.busiest_s, time.thread_time() - busy)

    async def stop(self) -> None:
        """Stop beating."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def processor_s(server: Process) -> float:
    """Add up the processor time of this process and its workers."""
    here = psutil.Process()
    times = [here.cpu_times(), *(child.cpu_times() for child in here.children() if child.pid != server.pid)]
    return sum(each.user + each.system for each in times)


async def read_once(
    reader: PageReader, cache: PageCache, candidates: Sequence[Candidate], life_s: float = DAY_S
) -> int:
    """Read until enough pages are there, and all of them are kept."""
    readings = read_all(candidates, reader, pages=PAGES, page_s=PAGE_S, total_s=TOTAL_S, life_s=life_s)
    read = sum([reading.page is not None async for reading in readings])
    await cache.page(candidates[0].url)  # what was to be written before it is
    return read


async def run(server: Process, port: int) -> Figures:
    """Measure one question in a warm process with an empty cache, and the same question again."""

    async def resolve(host: str, port: int) -> Sequence[str]:  # noqa: ARG001 - a resolver
        return ["127.0.0.1"]

    hosts = [f"site-{number}.example" for number in range(PAGES + STRAGGLERS)]
    candidates = [Candidate(url=f"http://{host}:{port}/page", title="") for host in hosts]
    with tempfile.TemporaryDirectory() as folder:
        cache = PageCache(Path(folder) / "pages.sqlite3", most_bytes=50_000_000)
        async with page_client(load_settings(allow_hosts=tuple(hosts)), resolve) as client:
            reader = PageReader(client, allow_hosts=hosts, cache=cache)
            await asyncio.gather(reader.warm(), *(reader.warm() for _ in range(CORES - 1)))
            heart, cpu_before, started = Heartbeat(), processor_s(server), time.perf_counter()
            pages_read = await read_once(reader, cache, candidates)
            wall_s, cpu_s = time.perf_counter() - started, processor_s(server) - cpu_before
            cpu_before, started = processor_s(server), time.perf_counter()
            await read_once(reader, cache, candidates, life_s=0)
            known_wall_s, known_cpu_s = time.perf_counter() - started, processor_s(server) - cpu_before
            asked, again = await count(port), time.perf_counter()
            await read_once(reader, cache, candidates)
            again_wall_s, again_requests = time.perf_counter() - again, await count(port) - asked
            await heart.stop()
            await reader.close()
    slowest_s = 2 * max(delay for number in range(len(hosts)) if (delay := delay_of(number)) < PAGE_S)
    ideal_s = slowest_s + cpu_s / CORES
    return Figures(
        wall_s=wall_s,
        cpu_s=cpu_s,
        slowest_page_s=slowest_s,
        ideal_s=ideal_s,
        ratio=wall_s / ideal_s,
        known_robots_ratio=known_wall_s / (slowest_s / 2 + known_cpu_s / CORES),
        longest_block_ms=1000 * heart.longest_s,
        longest_busy_ms=1000 * heart.busiest_s,
        pages_read=pages_read,
        again_wall_s=again_wall_s,
        again_requests=again_requests,
    )


async def measure(runs: int) -> list[Figures]:
    """Start the web, measure, and end it."""
    server = await asyncio.create_subprocess_exec(sys.executable, __file__, "--serve", stdout=PIPE)
    try:
        if server.stdout is None:
            message = "the web was started without a pipe"
            raise RuntimeError(message)
        port = int(await server.stdout.readline())
        return [await run(server, port) for _ in range(runs)]
    finally:
        server.kill()
        await server.wait()


def main() -> None:
    """Print the figures of each run, or all of them as JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    options.add_argument("--runs", type=int, default=3, metavar="N", help="how often (default: 3)")
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.serve:
        asyncio.run(serve())
        return
    runs = asyncio.run(measure(arguments.runs))
    if arguments.json:
        print(json.dumps({"suite": "reading", "runs": [asdict(figures) for figures in runs]}, indent=2))
        return
    for figures in runs:
        print("  ".join(f"{name} {value:.3g}" for name, value in asdict(figures).items()))
    ratio = statistics.median(figures.ratio for figures in runs)
    block_ms = max(figures.longest_block_ms for figures in runs)
    print(f"ratio to the ideal (median): {ratio:.2f} (target 1.3); longest block: {block_ms:.0f} ms (target 50 ms)")


if __name__ == "__main__":
    main()
