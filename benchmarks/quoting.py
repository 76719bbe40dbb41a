"""Time the extractive answer: from ranked passages to the quotations and the judgement on them, without a model.

The passages are those of `attribution.py`: twenty reports of towns, each of some 125 words, other ones for each
question, since nothing kept from the question before may help. `select` is as in a turn; `cold` is the first question
of a process, after imports.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from attribution import PASSAGES, TOWNS, passage_of, summary

from assistant.evidence import Passage, QuestionOptions
from assistant.ranking.selection import select
from assistant.writing import ground

QUESTIONS = (
    "How many inhabitants had {town} at the census?",
    "When was the stone bridge of {town} opened?",
    "Who was born in {town}?",
    "What is {town}?",
)
EVIDENCE_TOKENS = 900


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = asyncio.run(measured())
    if arguments.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:48} {value:,.2f}")


async def measured() -> dict[str, float]:
    """Answer every question of every town, its own passage first."""
    times: list[float] = []
    for turn in range(PASSAGES * len(QUESTIONS)):
        ranked = [passage_of(PASSAGES * turn + turn // len(QUESTIONS) + place) for place in range(PASSAGES)]
        town = TOWNS[(turn // len(QUESTIONS)) % len(TOWNS)]
        times.append(await answered(QUESTIONS[turn % len(QUESTIONS)].format(town=town), ranked))
    return {"extractive answer, cold, ms": times[0]} | summary("extractive answer", times[1:])


async def answered(question: str, ranked: list[Passage]) -> float:
    """Time one answer, in milliseconds."""
    scored = [replace(passage, score=1 / (1 + place)) for place, passage in enumerate(ranked)]
    began = time.perf_counter()
    chosen = select(scored, token_budget=EVIDENCE_TOKENS, question=question, language="en")
    await ground(question, chosen, None, QuestionOptions(), lambda _event: None, language="en")
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
