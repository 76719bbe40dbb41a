"""Packs in free prose, written by hand: pages say things in many words, and questions in others or in another language.

Knows the files of `written/`, draws an order of pages for each language, and puts pages of other packs among them, as
a search does, those of the same theme first. Of some articles a page is left out: what it told has no answer then.
Leaves packs of invented worlds to `packs.py`.
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
from training.data.lexicon import LANGUAGES, load_lexicon
from training.data.packs import FENCE_DIGITS, Pack, midnight
from training.data.questions import Asked, Kind

__all__ = ["HELD_BACK", "Rows", "held_back_packs", "rows_of", "written_packs"]

FOLDER = Path(__file__).parent / "written"
HELD_BACK = Path(__file__).parent / "held_back"
"""Packs that no run learns from: runs are chosen by them, so that no choice fits the sets that figures are told of."""
FEWEST_STRANGERS = 2
MOST_PAGES = 8
"""Pages of other packs stand among those of one: evidence of 1,000 tokens is five to eleven passages, most of them
beside the point (24 questions of XQuAD and FQuAD). A model that had seen five at most, each under its title, named a
passage that holds the answer in 4 of 12 right answers."""
MOST_KIN = 2
"""Of them may tell the same kind of thing of another: another final, another city."""
UNTITLED_SHARE = 0.5
LEFT_OUT_SHARE = 0.2
"""Of the articles lack one page: the paragraphs beside a missing one speak of the very thing, as a search's do. A model
that had seen nothing of the kind answered five of six questions whose paragraph was missing."""
Rows = Mapping[str, Mapping[str, Any]]
CITED = re.compile(r"\[(\d)\]")


def written_packs(seed: int, *, folder: Path = FOLDER) -> list[Pack]:
    """Give every written pack once for each language, in an order drawn from the seed."""
    rows = rows_of(folder)
    packs: list[Pack] = []
    for name, row in rows.items():
        others = [other for known, other in rows.items() if known != name]
        packs += in_languages(f"{seed}-{name}", row, others)
    random.Random(f"{seed}:written").shuffle(packs)  # noqa: S311 - data must be drawn again alike
    return packs


def held_back_packs(seed: int) -> list[Pack]:
    """Give the packs that no run learns from, as `written_packs` gives the others."""
    return written_packs(seed, folder=HELD_BACK)


def rows_of(folder: Path) -> Rows:
    """Read the packs of a folder as they were written, by name."""
    return {
        f"{file.stem}-{number}": row
        for file in sorted(folder.glob("*.toml"))
        for number, row in enumerate(tomllib.loads(file.read_text(encoding="utf-8"))["pack"])
    }


def in_languages(name: str, row: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> Iterator[Pack]:
    """Make one pack a language, each with its own order of pages and its own strangers among them."""
    for language in LANGUAGES:
        chance = random.Random(f"{name}:{language}")  # noqa: S311 - as above
        own = list(enumerate(row["pages"], start=1))
        if row.get("article") and chance.random() < LEFT_OUT_SHARE:
            own.remove(chance.choice(own))
        shown = [*own, *((0, page) for page in strangers_for(row, others, chance))]
        chance.shuffle(shown)
        at = {place: number for number, (place, _) in enumerate(shown, start=1) if place}
        asked = [one for words in row[language] if (one := ask(*words[:3], at=at, language=language))]
        chance.shuffle(asked)
        yield Pack(
            id=f"{name}-{language}",
            language=language,
            fence=f"{chance.randrange(16**FENCE_DIGITS):0{FENCE_DIGITS}x}",
            asked_at=datetime(2026, chance.randint(1, 12), chance.randint(1, 28), tzinfo=UTC),
            passages=tuple(
                page_of(number, "" if chance.random() < UNTITLED_SHARE else page[0], *page[1:])
                for number, (_, page) in enumerate(shown, start=1)
            ),
            asked=tuple(asked),
        )


def strangers_for(
    row: Mapping[str, Any], others: Sequence[Mapping[str, Any]], chance: random.Random
) -> list[Sequence[str]]:
    """Draw pages that do not answer, one or two of them on the same theme where there are such."""
    kin = [page for other in others if row.get("theme") == other.get("theme", "") for page in other["pages"]]
    rest = [page for other in others for page in other["pages"] if page not in kin]
    wanted = chance.randint(FEWEST_STRANGERS, max(FEWEST_STRANGERS + 1, MOST_PAGES - len(row["pages"])))
    near = chance.sample(kin, min(len(kin), chance.randint(1, MOST_KIN)))
    return [*near, *chance.sample(rest, wanted - len(near))]


def ask(kind: str, question: str, answer: str, *, at: Mapping[int, int], language: str) -> Asked | None:
    """Ask with the numbers that pages have here: what was on a page left out is not said; None where half is there."""
    cited = [int(number) for number in CITED.findall(answer)]
    there = [place in at for place in cited]
    if all(there):
        told = CITED.sub(lambda match: f"[{at[int(match[1])]}]", answer)
        return Asked(kind=Kind(kind), question=question, answer=told, passages=tuple(at[place] for place in cited))
    if any(there):
        return None
    declined = str(load_lexicon(language).words["decline"]["brief"])
    return Asked(kind=Kind.ABSENT, question=question, answer=declined, passages=())


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
