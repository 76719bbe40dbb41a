"""Time the ranking with the settings whose quality `footnote eval ranking` reports.

Forty pages of running text, made of paragraphs of a ranking set, are ranked for one question: cold (nothing stored) and
warm (stored in Chroma). Beside it, every passage is embedded with the same weights as sentence-transformers does it:
float32, 32 at once, sorted by length; by that library itself where it is installed. Also printed: what the steps of a
cold ranking take, and the texts of one question embedded in batches of other sizes. `--growth` adds what
`index_growth.py` measures from 1,000 to 100,000 passages.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from index_growth import measure as measure_growth

from assistant.evidence import Page, Passage
from assistant.models.pulling import installed_named
from assistant.ranking.comparing import scores_by_words, searchable
from assistant.ranking.embedding import PassageEmbedder
from assistant.ranking.fusing import FIRST_ROUND, SECOND_ROUND
from assistant.ranking.index import MOST_PASSAGES, PassageIndex
from assistant.ranking.library_encoder import LibraryEncoder
from assistant.ranking.passages import split
from assistant.ranking.pool import PassagePool
from assistant.ranking.reranking import AT_ONCE, Ranker
from assistant.settings import Settings, load_settings

PAGES = 40
PASSAGES_A_PAGE = 4
WORDS_A_PAGE = 400
"""Four passages of at most 120 words, or a little more."""
REPEATS = 5
BATCHES = (1, 2, 4, 8)
THEIR_BATCH = 32
"""What `SentenceTransformer.encode` runs at once unless told (its documentation, `batch_size`)."""
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
    if arguments.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:44} {value:,.3f}")
    if arguments.growth:
        with tempfile.TemporaryDirectory() as home:
            asyncio.run(measure_growth(Path(home), MOST_PASSAGES, beyond=1))


def material(data: Path) -> tuple[list[Passage], str]:
    """Make pages of a set's paragraphs and take its first question."""
    corpus = [json.loads(line)["text"] for line in (data / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    question = json.loads((data / "queries.jsonl").read_text(encoding="utf-8").splitlines()[0])["query"]
    now = datetime.now(UTC)
    paragraphs = iter(corpus)
    passages: list[Passage] = []
    for number in range(PAGES):
        url = f"https://{number}.test/"
        text = page_text(paragraphs)
        page = Page(url=url, final_url=url, title=f"Page {number}", text=text, fetched_at=now)
        passages += split(page)[:PASSAGES_A_PAGE]
    return passages, question


def page_text(paragraphs: Iterator[str]) -> str:
    """Join paragraphs into a page of the wanted length."""
    taken: list[str] = []
    while sum(len(text.split()) for text in taken) < WORDS_A_PAGE:
        taken.append(next(paragraphs))
    return "\n\n".join(taken)


async def measure(passages: list[Passage], question: str, language: str, settings: Settings) -> dict[str, float]:
    """Time cold, warm, their steps, and everything."""
    folder = installed_named(settings.embedding_model, settings)
    if folder is None:
        raise SystemExit(f"run: footnote models pull {settings.embedding_model}")
    embedder = PassageEmbedder(folder)
    embedder.encode(["warm"])
    cold, warm = await ranked(embedder, passages, question, language)
    compared = [searchable(passage) for passage in passages[: FIRST_ROUND + SECOND_ROUND]]
    everything = everything_embedded(folder, [searchable(passage) for passage in passages])
    return {
        "passages": float(len(passages)),
        "passages embedded at most": float(len(compared)),
        "cold, median s": statistics.median(cold),
        "cold, fastest s": min(cold),
        "warm, median s": statistics.median(warm),
        "  words of all, fastest s": fastest(lambda: scores_by_words(PassagePool(passages, language), question)),
        **{
            f"  as many embedded by {size}, fastest s": fastest(partial(in_batches, embedder, compared, size))
            for size in BATCHES
        },
        "everything embedded, s": everything,
        "everything / cold": everything / statistics.median(cold),
    }


async def ranked(
    embedder: PassageEmbedder, passages: list[Passage], question: str, language: str
) -> tuple[list[float], list[float]]:
    """Time the ranking with nothing stored, and again."""
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
    return cold, warm


def in_batches(embedder: PassageEmbedder, texts: list[str], size: int) -> None:
    """Embed texts as the ranking hands them over, eight by eight, so many of like length at once."""
    encoder = embedder.load()
    for start in range(0, len(texts), AT_ONCE):
        some = sorted(texts[start : start + AT_ONCE], key=len)
        for first in range(0, len(some), size):
            encoder.run([embedder.passage_prefix + text for text in some[first : first + size]])


def everything_embedded(folder: Path, texts: list[str]) -> float:
    """Time sentence-transformers on all texts, or the same weights run as it runs them where it is not installed."""
    if find_spec("sentence_transformers"):
        library = importlib.import_module("sentence_transformers")
        model = library.SentenceTransformer(str(folder), device="cpu")
        return timed(lambda: model.encode(texts))
    prefix, encoder = PassageEmbedder(folder).passage_prefix, LibraryEncoder(folder)
    encoder.model.float()
    longest_first = sorted(texts, key=len, reverse=True)
    batches = [longest_first[start : start + THEIR_BATCH] for start in range(0, len(texts), THEIR_BATCH)]
    return timed(lambda: [encoder.run([prefix + text for text in batch]) for batch in batches])


def fastest(work: Callable[[], object]) -> float:
    """Time the fastest of some calls."""
    return min(timed(work) for _ in range(REPEATS))


def timed(work: Callable[[], object]) -> float:
    """Time one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
