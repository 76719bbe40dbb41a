"""Extract mutated documents of every format and count what becomes of them: no crash, no hang beyond the kill timer.

Run `python benchmarks/mutations.py [--count 2000] [--data DIR]`. Mutations are drawn by hypothesis from our own
documents and, where DIR exists, from its real pages; each is read in a worker process as in the product. Exit status 1
after any fault.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from assistant.errors import NotText, ReadingError
from assistant.reading.exchange import Document
from assistant.reading.extractors import Extractors
from tests.web.made import documents
from tests.web.mutations import drawn

ROOT = Path(__file__).parents[1]
KILL_S = 10.0
SLOW_S = 5.0
MOST_REAL_PAGES = 40


def seeds(data: Path) -> list[tuple[bytes, str]]:
    """Return the documents that are mutated, with their media types: our own, and real pages where there are any."""
    real = sorted(data.rglob("*.html.gz"))[:: max(1, len(list(data.rglob("*.html.gz"))) // MOST_REAL_PAGES)]
    return documents() + [(gzip.decompress(path.read_bytes()), "text/html") for path in real]


async def run(cases: list[tuple[bytes, str]]) -> tuple[Counter[str], list[float]]:
    """Read every case in workers, two at a time, and count the ends."""
    extractors = Extractors(2)
    ends: Counter[str] = Counter()
    times: list[float] = []
    waiting = list(enumerate(cases))
    await extractors.warm()

    async def work() -> None:
        while waiting:
            at, (body, media) = waiting.pop()
            started = time.monotonic()
            end = await end_of(extractors, Document(url="https://m.example/", content_type=media, body=body))
            times.append(time.monotonic() - started)
            ends[end] += 1
            if end.startswith("fault") or times[-1] > SLOW_S:
                print(f"case {at}, {len(body)} bytes of {media}: {end}, {times[-1]:.1f} s", file=sys.stderr)

    await asyncio.gather(work(), work())
    await extractors.close()
    return ends, times


async def end_of(extractors: Extractors, document: Document) -> str:
    """Read one document and name what became of it."""
    try:
        async with asyncio.timeout(KILL_S):
            page = await extractors.extract(document)
    except TimeoutError:
        return "fault: killed by the timer"
    except NotText as error:
        return f"fault: {error}" if "cannot be extracted" in str(error) else "no text"
    except ReadingError as error:
        return type(error).__name__
    return "read" if page.text else "fault: an empty page"


def main() -> int:
    """Read the command line and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "extraction")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    cases = drawn(arguments.count, seeds(arguments.data))
    ends, times = asyncio.run(run(cases))
    times.sort()
    figures = {"n": len(cases), **dict(ends), "median_s": times[len(times) // 2], "slowest_s": times[-1]}
    print(json.dumps(figures) if arguments.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    return int(any(name.startswith("fault") for name in ends))


if __name__ == "__main__":
    sys.exit(main())
