"""Packs: one set of passages with all that is asked about them, drawn from a seed and kept as lines of JSON.

Knows how languages are mixed and what may not be in the data. Leaves tokens to `training.tokens`.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.evidence import Passage
from assistant.writing.declining import is_decline
from training.data.lexicon import load_lexicon
from training.data.pages import make_library
from training.data.questions import Asked, Kind, ask_all
from training.data.worlds import make_world

__all__ = ["Pack", "count_kinds", "make_packs", "read_packs", "write_packs"]

FRENCH_SHARE = 0.38
FENCE_DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class Pack:
    """Passages, the fence of their prompt, and questions with answers, all in one language."""

    id: str
    language: str
    fence: str
    asked_at: datetime
    passages: tuple[Passage, ...]
    asked: tuple[Asked, ...]


def make_packs(count: int, seed: int) -> Iterator[Pack]:
    """Draw packs; the same seed gives the same packs, and more of them begin with the same ones."""
    for number in range(count):
        chance = random.Random(f"{seed}:{number}")  # noqa: S311 - data must be drawn again alike
        language = "fr" if chance.random() < FRENCH_SHARE else "en"
        library = make_library(make_world(load_lexicon(language), chance), chance)
        asked = [one for one in ask_all(library, chance) if is_sound(one)]
        chance.shuffle(asked)
        yield Pack(
            id=f"{seed}-{number}",
            language=language,
            fence=f"{chance.randrange(16**FENCE_DIGITS):0{FENCE_DIGITS}x}",
            asked_at=datetime(2026, chance.randint(1, 12), chance.randint(1, 28), tzinfo=UTC),
            passages=library.passages,
            asked=tuple(asked),
        )


def is_sound(asked: Asked) -> bool:
    """Tell whether an answer cites what it rests on, and is a refusal exactly where it cites nothing."""
    cited = all(f"[{number}]" in asked.answer for number in asked.passages)
    return cited and is_decline(asked.answer) == (asked.kind is Kind.ABSENT) == (not asked.passages)


def count_kinds(packs: Iterable[Pack]) -> Counter[tuple[str, Kind]]:
    """Count questions by language and kind."""
    return Counter((pack.language, asked.kind) for pack in packs for asked in pack.asked)


def write_packs(packs: Iterable[Pack], path: Path) -> None:
    """Keep packs as lines of JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for pack in packs:
            file.write(json.dumps(to_row(pack), ensure_ascii=False) + "\n")


def to_row(pack: Pack) -> dict[str, object]:
    """Name what a line holds."""
    return {
        "id": pack.id,
        "language": pack.language,
        "fence": pack.fence,
        "asked_at": pack.asked_at.date().isoformat(),
        "passages": [
            {"title": one.title, "text": one.text, "date": one.published.date().isoformat() if one.published else None}
            for one in pack.passages
        ],
        "asked": [
            {"kind": one.kind, "question": one.question, "answer": one.answer, "passages": list(one.passages)}
            for one in pack.asked
        ],
    }


def read_packs(path: Path) -> Sequence[Pack]:
    """Read packs back."""
    with path.open(encoding="utf-8") as file:
        return [from_row(json.loads(line)) for line in file]


def from_row(row: dict[str, object]) -> Pack:
    """Build a pack from its line."""
    passages: list[dict[str, str]] = row["passages"]  # type: ignore[assignment]  # as `to_row` writes it
    asked: list[dict[str, object]] = row["asked"]  # type: ignore[assignment]  # as above
    return Pack(
        id=str(row["id"]),
        language=str(row["language"]),
        fence=str(row["fence"]),
        asked_at=midnight(str(row["asked_at"])),
        passages=tuple(
            Passage(
                id=str(number),
                url=f"https://example.org/{number}",
                title=one["title"],
                text=one["text"],
                start=0,
                published=midnight(one["date"]) if one["date"] else None,
            )
            for number, one in enumerate(passages, start=1)
        ),
        asked=tuple(
            Asked(
                kind=Kind(str(one["kind"])),
                question=str(one["question"]),
                answer=str(one["answer"]),
                passages=tuple(one["passages"]),  # type: ignore[arg-type]  # as above
            )
            for one in asked
        ),
    )


def midnight(day: str) -> datetime:
    """Read a date as the moment that begins it."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
