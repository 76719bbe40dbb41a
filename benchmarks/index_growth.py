"""How the store grows: time of writing, reading and searching, memory and disk, from 1,000 passages past the bound.

Each figure is the median of several calls as a question makes them (48 passages of 110 words, 384 numbers each), by the
product's own index. Run: python benchmarks/index_growth.py [--most N] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import psutil

from assistant.evidence import Passage
from assistant.ranking.index import PassageIndex
from assistant.settings import Settings

DIMENSIONS = 384
BATCH = 48
"""What one question embeds at most."""
FILL = 250
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
CALLS = 9
WORDS = 110
TOPICS = 500
"""Vectors lie around so many centres, as those of texts do: of pure noise none is near another."""


class Corpus:
    """Make passages and vectors, the same for every run."""

    def __init__(self) -> None:
        """Draw the centres and the words."""
        self.numbers = np.random.default_rng(5)
        self.centres = self.numbers.normal(size=(TOPICS, DIMENSIONS)).astype(np.float32)
        self.words = [
            f"{prefix}{ending}" for prefix in "bcdfghklmnprst" for ending in ("ate", "ing", "or", "al", "est")
        ]
        self.chance = random.Random(5)  # noqa: S311 - texts to measure with

    def batch(self, first: int, count: int) -> tuple[list[Passage], dict[str, np.ndarray]]:
        """Make some passages with their vectors."""
        noise = self.numbers.normal(size=(count, DIMENSIONS)).astype(np.float32)
        rows = self.centres[self.numbers.integers(0, TOPICS, count)] + noise
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        made = [self.passage(number) for number in range(first, first + count)]
        return made, dict(zip((passage.id for passage in made), rows, strict=True))

    def passage(self, number: int) -> Passage:
        """Make one; its text can be made again from its number."""
        words = random.Random(number).choices(self.words, k=WORDS)  # noqa: S311 - as above
        url = f"https://site{number % 997}.test/{number // 10}"
        return Passage(
            id=f"p{number}", url=url, title=f"Page {number // 10}", text=f"{number} {' '.join(words)}", start=0
        )


async def median_ms(call: Callable[[], Awaitable[object]], calls: int = CALLS) -> float:
    """Time a call several times."""
    taken: list[float] = []
    for _ in range(calls):
        began = time.perf_counter()
        await call()
        taken.append(time.perf_counter() - began)
    return round(1000 * statistics.median(taken), 1)


def disk_mib(folder: Path) -> float:
    """Add up the files of a folder."""
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20, 1)


async def look(index: PassageIndex, corpus: Corpus, number: int, folder: Path) -> dict[str, object]:
    """Measure the store as it is; writes what it measures the writing with."""
    chance = corpus.chance
    next_number = number

    async def upsert() -> None:
        nonlocal next_number
        passages, vectors = corpus.batch(next_number, BATCH)
        next_number += BATCH
        await index.upsert(passages, vectors)

    def known() -> list[Passage]:
        return [corpus.passage(n) for n in chance.sample(range(max(0, number - 10_000), number), BATCH)]

    async def nearest(**filters: object) -> None:
        _, vectors = corpus.batch(0, 1)
        await index.nearest(vectors["p0"], 10, deadline_s=60, **filters)  # type: ignore[arg-type]

    row: dict[str, object] = {"written": number, "upsert_48_ms": await median_ms(upsert)}
    row["recall_48_ms"] = await median_ms(lambda: index.recall(known(), deadline_s=60))
    row["vectors_48_ms"] = await median_ms(lambda: index.vectors([p.id for p in known()], deadline_s=60))
    row["nearest_10_ms"] = await median_ms(nearest)
    row["nearest_one_host_ms"] = await median_ms(lambda: nearest(hosts=["site5.test"]))
    row["nearest_language_ms"] = await median_ms(lambda: nearest(language="en"))
    row["memory_mib"] = round(psutil.Process().memory_info().rss / 2**20)
    return row | {"disk_mib": disk_mib(folder), "next": next_number}


async def fill(index: PassageIndex, corpus: Corpus, first: int, until: int) -> float:
    """Write up to a number of passages; give the longest single write in seconds."""
    slowest = 0.0
    for start in range(first, until, FILL):
        passages, vectors = corpus.batch(start, min(FILL, until - start))
        began = time.perf_counter()
        await index.upsert(passages, vectors)
        slowest = max(slowest, time.perf_counter() - began)
    return round(slowest, 2)


async def measure(folder: Path, most: int, beyond: float) -> list[dict[str, object]]:
    """Grow a store to its bound, past it, and open it again."""
    corpus, rows, number = Corpus(), [], 0
    index = PassageIndex(Settings(data_dir=folder), collection="growth", most_passages=most, read_deadline_s=60)
    sizes = [size for size in SIZES if size <= most]
    for size in [*sizes, *(int(most * share) for share in (beyond,) if share > 1)]:
        began = time.perf_counter()
        slowest = await fill(index, corpus, number, size)
        took_s = round(time.perf_counter() - began, 1)
        row = await look(index, corpus, size, folder)
        number = int(str(row.pop("next")))
        rows.append(row | {"filling_s": took_s, "slowest_write_of_250_s": slowest})
        print(json.dumps(rows[-1]), flush=True)
    await index.close()
    began = time.perf_counter()
    index = PassageIndex(Settings(data_dir=folder), collection="growth", most_passages=most, read_deadline_s=60)
    await index.recall([corpus.passage(number - 1)], deadline_s=60)
    rows.append({"reopened": "first recall", "seconds": round(time.perf_counter() - began, 2)})
    await index.close()
    return rows


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=100_000, help="the bound of the store")
    parser.add_argument("--beyond", type=float, default=2.2, help="how far to write past it, as a share of the bound")
    parser.add_argument(
        "--json", action="store_true", help="one JSON list at the end; a line per size comes as it is measured"
    )
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rows = asyncio.run(measure(Path(name), wanted.most, wanted.beyond))
    print(json.dumps(rows) if wanted.json else json.dumps(rows[-1]))


if __name__ == "__main__":
    main()
