"""Time the checking of sentences against twenty passages: by words, by meaning across languages, and reading them.

The passages are made up: reports of towns, each of some 125 words. A sentence is checked as in a turn whose passages
were read with the first one; `cold` is that first one. Across languages the embedding model must have been pulled.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Sequence

import numpy as np

from assistant.evidence import Passage
from assistant.models.pulling import installed_named
from assistant.ranking.embedding import PassageEmbedder
from assistant.ranking.reranking import Ranker
from assistant.settings import load_settings
from assistant.writing.attribution import attribute
from assistant.writing.foreign import Comparer, attribute_across
from assistant.writing.sources import read

PASSAGES = 20
QUESTION = "How many people live in the towns of the valley?"
TOWNS = [
    "Belmar",
    "Ostrel",
    "Kirnava",
    "Tolmin",
    "Arveth",
    "Sandrow",
    "Pellin",
    "Morvane",
    "Quessel",
    "Hartwick",
    "Lundra",
    "Fessaly",
    "Norbeck",
    "Iveston",
    "Calder",
    "Brunmoor",
    "Wexley",
    "Zorvath",
    "Dunhal",
    "Eskmere",
]
LINES = (
    "{town} is a town on the river Alder, {far} km north of the capital.",
    "At the census of {year} it had {people:,} inhabitants, more than twice as many as in 1950.",
    "The stone bridge over the river was opened on {day} May {year} and cost {cost} million crowns.",
    "Before the mill closed, most people of {town} worked there or on the farms around it.",
    "Visitors come for the market, which is held every Saturday in front of the old town hall.",
    "The school was not rebuilt after the flood; pupils take the bus to the next town, {bus} minutes away.",
    "Rainfall reaches {rain} mm a year, less than on the coast, and the winters are mild.",
    "Anna {town}er, who wrote three novels about the valley, was born here in {born}.",
)
ENGLISH = (
    "At the census of {year} {town} had {people:,} inhabitants.",
    "The stone bridge of {town} was opened on {day} May {year} and cost {cost} million crowns.",
    "{town} lies {far} km north of the capital, and its winters are mild.",
    "The harbour of {town} is the largest of the coast.",
)
FRENCH = (
    "Au recensement de {year}, {town} comptait {people} habitants.",
    "Le pont de pierre de {town} a été ouvert le {day} mai {year} et a coûté {cost} millions de couronnes.",
    "{town} se trouve à {far} km au nord de la capitale, au bord de la rivière Alder.",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    passages = {number: passage_of(number) for number in range(1, PASSAGES + 1)}
    figures = by_words(passages) | asyncio.run(by_meaning(passages))
    if arguments.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:48} {value:,.2f}")


def facts(number: int) -> dict[str, object]:
    """Make up what is said of one town."""
    return {
        "town": TOWNS[number % len(TOWNS)],
        "far": 12 + 7 * number,
        "year": 1990 + number % 35,
        "people": 5_200 + 731 * number,
        "day": 1 + number % 28,
        "cost": 3 + number,
        "bus": 10 + number,
        "rain": 600 + 11 * number,
        "born": 1880 + number,
    }


def passage_of(number: int) -> Passage:
    """Write the report of one town."""
    text = " ".join(line.format(**facts(number)) for line in LINES)
    url = f"https://{number}.test/"
    return Passage(id=url, url=url, title=f"The valley: {TOWNS[number % len(TOWNS)]}", text=text, start=0)


def by_words(passages: dict[int, Passage]) -> dict[str, float]:
    """Time sentences in the language of the pages, the first of them apart."""
    said = [line.format(**facts(number)) for number in passages for line in ENGLISH]
    read.cache_clear()
    first = timed(lambda: attribute(said[0], QUESTION, passages, "en"))
    times = [timed(lambda one=one: attribute(one, QUESTION, passages, "en")) for one in said[1:]]  # type: ignore[misc]
    return {"by words, cold, ms": first} | summary("by words", times)


async def by_meaning(passages: dict[int, Passage]) -> dict[str, float]:
    """Time French sentences against the English pages, what is embedded once a turn included."""
    settings = load_settings()
    folder = installed_named(settings.embedding_model, settings)
    if folder is None:
        print(f"across languages: not measured; run: footnote models pull {settings.embedding_model}")
        return {}
    ranker = Ranker(PassageEmbedder(folder), None)
    await ranker.warm()
    await ranker.vectors(["warm"])
    times: list[float] = []
    found = 0
    comparer = Comparer(vectors=ranker.vectors)
    for number in passages:
        for line in FRENCH:
            said = line.format(**facts(number))
            began = time.perf_counter()
            found += await attribute_across(said, QUESTION, passages, "fr", comparer) is not None
            times.append(1000 * (time.perf_counter() - began))
    await ranker.close()
    return summary("across languages", times) | {"across languages, share found": found / len(times)}


def summary(name: str, times: Sequence[float]) -> dict[str, float]:
    """Give median and 95th percentile."""
    return {
        f"{name}, n": float(len(times)),
        f"{name}, median ms": statistics.median(times),
        f"{name}, 95th percentile ms": float(np.percentile(times, 95)),
    }


def timed(work: object) -> float:
    """Time one call, in milliseconds."""
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
