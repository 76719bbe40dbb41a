"""Packs in free prose, written by hand: pages say things in many words, and questions in others or in another language.

Knows the files of `written/`, draws an order of pages for each language, and puts pages of other packs among them, as
a search does. Leaves packs of invented worlds to `packs.py`.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.evidence import Passage
from training.data.lexicon import LANGUAGES
from training.data.packs import FENCE_DIGITS, Pack, midnight
from training.data.questions import Asked, Kind

__all__ = ["written_packs"]

FOLDER = Path(__file__).parent / "written"
STRANGERS = (2, 6)
"""Pages of other packs, from and to: evidence of 1,000 tokens is five to eleven passages, most of them beside the
point (24 questions of XQuAD and FQuAD). A model that had seen five at most, each under its title, named a passage that
holds the answer in 4 of 12 right answers."""
UNTITLED_SHARE = 0.5
CITED = re.compile(r"\[(\d)\]")


def written_packs(seed: int, *, folder: Path = FOLDER) -> list[Pack]:
    """Give every written pack once for each language, in an order drawn from the seed."""
    rows = {
        f"{file.stem}-{number}": row
        for file in sorted(folder.glob("*.toml"))
        for number, row in enumerate(tomllib.loads(file.read_text(encoding="utf-8"))["pack"])
    }
    packs: list[Pack] = []
    for name, row in rows.items():
        strangers = [page for other, known in rows.items() if other != name for page in known["pages"]]
        packs += in_languages(f"{seed}-{name}", row, strangers)
    random.Random(f"{seed}:written").shuffle(packs)  # noqa: S311 - data must be drawn again alike
    return packs


def in_languages(name: str, row: Mapping[str, Any], strangers: Sequence[Sequence[str]]) -> Iterator[Pack]:
    """Make one pack a language, each with its own order of pages and its own strangers among them."""
    for language in LANGUAGES:
        chance = random.Random(f"{name}:{language}")  # noqa: S311 - as above
        pages = [*row["pages"], *chance.sample(strangers, chance.randint(*STRANGERS))]
        order = list(range(len(pages)))
        chance.shuffle(order)
        asked = [renumbered(Kind(kind), question, answer, order) for kind, question, answer in row[language]]
        chance.shuffle(asked)
        yield Pack(
            id=f"{name}-{language}",
            language=language,
            fence=f"{chance.randrange(16**FENCE_DIGITS):0{FENCE_DIGITS}x}",
            asked_at=datetime(2026, chance.randint(1, 12), chance.randint(1, 28), tzinfo=UTC),
            passages=tuple(
                page_of(number, "" if chance.random() < UNTITLED_SHARE else pages[place][0], *pages[place][1:])
                for number, place in enumerate(order, start=1)
            ),
            asked=tuple(asked),
        )


def renumbered(kind: Kind, question: str, answer: str, order: Sequence[int]) -> Asked:
    """Cite the pages by the numbers that they have in this order."""
    at = {str(place + 1): number for number, place in enumerate(order, start=1)}
    told = CITED.sub(lambda match: f"[{at[match[1]]}]", answer)
    return Asked(kind=kind, question=question, answer=told, passages=tuple(map(int, CITED.findall(told))))


def page_of(number: int, title: str, day: str, text: str) -> Passage:
    """Make a passage of a page."""
    return Passage(
        id=str(number),
        url=f"https://example.org/{number}",
        title=title,
        text=text,
        start=0,
        published=midnight(day) if day else None,
    )
