"""Time the ranking with the settings whose quality `footnote eval ranking` reports.

Forty pages of running text, made of paragraphs of a ranking set, are ranked for one question: cold (nothing stored),
warm (stored in Chroma), and by embedding every passage with the same encoder, as sentence-transformers would.
`--growth` times the collection from 1,000 to 100,000 passages.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psutil

from assistant.evidence import Page, Passage
from assistant.models.pulling import installed_named
from assistant.ranking.embedding import PassageEmbedder
from assistant.ranking.fusing import FIRST_ROUND, SECOND_ROUND
from assistant.ranking.index import PassageIndex
from assistant.ranking.passages import split
from assistant.ranking.reranking import Ranker
from assistant.settings import Settings, load_settings

PAGES = 40
PARAGRAPHS_A_PAGE = 4
REPEATS = 5
SIZES = (1_000, 10_000, 100_000)
UNLIMITED_S = 600.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of a ranking set")
    parser.add_argument("--language", default="en")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    settings = load_settings()
    passages, question = material(arguments.data)
    figures = asyncio.run(measure(passages, question, arguments.language, settings))
    if arguments.growth:
        figures |= asyncio.run(growth(passages))
    if arguments.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:44} {value:,.3f}")


def material(data: Path) -> tuple[list[Passage], str]:
    """Make pages of a set's paragraphs and take its first question."""
    corpus = [json.loads(line)["text"] for line in (data / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    question = json.loads((data / "queries.jsonl").read_text(encoding="utf-8").splitlines()[0])["query"]
    now = datetime.now(UTC)
    passages: list[Passage] = []
    for number in range(PAGES):
        text = "\n\n".join(corpus[number * PARAGRAPHS_A_PAGE : (number + 1) * PARAGRAPHS_A_PAGE])
        url = f"https://{number}.test/"
        passages += split(Page(url=url, final_url=url, title=f"Page {number}", text=text, fetched_at=now))
    return passages, question


async def measure(passages: list[Passage], question: str, language: str, settings: Settings) -> dict[str, float]:
    """Time cold, warm and everything."""
    folder = installed_named(settings.embedding_model, settings)
    if folder is None:
        raise SystemExit(f"run: footnote models pull {settings.embedding_model}")
    embedder = PassageEmbedder(folder)
    embedder.encode(["warm"])
    cold: list[float] = []
    warm: list[float] = []
    for _ in range(REPEATS):
        with tempfile.TemporaryDirectory() as home:
            ranker = Ranker(embedder, PassageIndex(Settings(data_dir=Path(home)), collection="benchmark"))
            await ranker.warm()
            for times in (cold, warm):
                began = time.perf_counter()
                await ranker.rank(question, language, passages, deadline_s=UNLIMITED_S)
                times.append(time.perf_counter() - began)
                await asyncio.gather(*ranker._storing)  # noqa: SLF001 - the next run is to find what this one stored
            await ranker.close()
    everything = timed(lambda: embedder.embed_documents([passage.text for passage in passages]))
    return {
        "passages": float(len(passages)),
        "passages embedded at most": float(min(len(passages), FIRST_ROUND + SECOND_ROUND)),
        "cold, median s": statistics.median(cold),
        "warm, median s": statistics.median(warm),
        "everything embedded, s": everything,
        "everything / cold": everything / statistics.median(cold),
    }


def size_of(folder: Path) -> int:
    """Add up the files of a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def timed(work: Callable[[], object]) -> float:
    """Time one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


async def growth(passages: list[Passage]) -> dict[str, float]:
    """Fill a collection and time what a turn asks of it; vectors are random, their number is what matters."""
    figures: dict[str, float] = {}
    draw = np.random.default_rng(0)
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as home:
        index = PassageIndex(Settings(data_dir=Path(home)), collection="growth", read_deadline_s=UNLIMITED_S)
        await index.open()
        stored = 0
        for size in SIZES:
            began = time.perf_counter()
            while stored < size:
                batch = [
                    Passage(id=f"{stored + place}", url=one.url, title=one.title, text=one.text, start=one.start)
                    for place, one in enumerate(passages)
                ][: size - stored]
                vectors = {one.id: draw.standard_normal(384).astype(np.float32) for one in batch}
                await index.upsert(batch, vectors)
                stored += len(batch)
            figures[f"{size} passages: filled, s"] = time.perf_counter() - began
            wanted = [str(number) for number in draw.integers(0, stored, 160)]
            began = time.perf_counter()
            await index.vectors(wanted, deadline_s=UNLIMITED_S)
            figures[f"{size} passages: 160 read, s"] = time.perf_counter() - began
            figures[f"{size} passages: memory, MiB"] = process.memory_info().rss / 2**20
            figures[f"{size} passages: disk, MiB"] = size_of(Path(home)) / 2**20
        await index.close()
    return figures


if __name__ == "__main__":
    main()
