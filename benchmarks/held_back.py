"""Ask grown and dense models about the packs held back: a set of our own to choose between runs by, never learnt from.

Every pack is asked in English and in French, as training sees packs: strangers among its pages, some pages left out.
An answer is right where it has one of the words that the pack accepts. Figures come as in `grown.py`, of what a model
wrote and of what the product's code makes of it. Run it:
`.venv/bin/python benchmarks/held_back.py [--grown DIR] [--only grown] [--answers FILE] [--json]`.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from grown import NUMBER, Figures, Gold, Kept, Told, ask_all, figures_of, show

from assistant.evaluation.correctness import normalised
from assistant.evaluation.items import Item
from assistant.evidence import Passage
from assistant.settings import load_settings
from assistant.writing.declining import is_decline
from training.data.written import HELD_BACK, held_back_packs, rows_of

SEED = 7


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question with its passages, and what is known of its answer."""

    item: Item
    language: str
    passages: tuple[Passage, ...]
    gold: Gold


def main() -> None:
    """Ask, and print the figures of each side by language."""
    parser = argparse.ArgumentParser(description=__doc__)
    settings = load_settings()
    parser.add_argument("--dense", type=Path, default=settings.models_dir / "stand-in")
    parser.add_argument("--grown", type=Path, default=settings.models_dir / "grown")
    parser.add_argument("--only", choices=["dense", "grown"], help="let one side answer, and give its figures")
    parser.add_argument("--limit", type=int, help="ask so many of each language only")
    parser.add_argument("--answers", type=Path, help="where what was told is kept; a run that was stopped goes on")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    questions = questions_of(options.limit)
    kept = Kept(options.answers)
    sides = {name: options.dense if name == "dense" else options.grown for name in ("dense", "grown")}
    figures: dict[str, Figures] = {}
    for name, folder in sides.items():
        if options.only in {None, name}:
            told = ask_all(name, folder, [(one.item, one.passages) for one in questions], kept)
            figures |= by_language(name, questions, told)
    show(figures, {"n": len(questions)}, f"packs held back, n = {len(questions)}", as_json=options.json)


def questions_of(limit: int | None) -> list[Question]:
    """List what the packs held back ask, all of one language and pack after each other."""
    accepted = {
        question: tuple(words)
        for row in rows_of(HELD_BACK).values()
        for _, question, _, words in (*row["en"], *row["fr"])
    }
    found: dict[str, list[Question]] = {}
    for pack in sorted(held_back_packs(SEED), key=lambda pack: pack.id):
        for asked in pack.asked:
            item = Item(id=f"{pack.id}: {asked.question}", question=asked.question, pages=(), asked_at=pack.asked_at)
            found.setdefault(pack.language, []).append(
                Question(
                    item=item,
                    language=pack.language,
                    passages=pack.passages,
                    gold=Gold(known=frozenset(asked.passages), holds=holding(accepted[asked.question])),
                )
            )
    return [question for each in found.values() for question in each[:limit]]


def by_language(name: str, questions: Sequence[Question], told: Sequence[Told]) -> dict[str, Figures]:
    """Sum up one side for each language, and for both."""
    found: dict[str, Figures] = {}
    for language in ("en", "fr", "both"):
        mine = [(each, judged(each, one)) for each, one in zip(questions, told, strict=True)]
        mine = [pair for pair in mine if language in {pair[0].language, "both"}]
        asked = [(each.item, each.passages) for each, _ in mine]
        found[f"{name} {language}"] = figures_of(asked, [each.gold for each, _ in mine], [one for _, one in mine])
    return found


def judged(question: Question, told: Told) -> Told:
    """Judge what a model wrote by the pack."""
    cited = {int(number) for number in NUMBER.findall(told.text)}
    return replace(told, **asdict(question.gold.worth(told.text, cited, declined=is_decline(told.text))))


def holding(accepted: Sequence[str]) -> Callable[[str], bool]:
    """Make what tells whether a text has one of the words that are accepted."""
    return lambda text: any(holds(text, one) for one in accepted)


def holds(text: str, accepted: str) -> bool:
    """Tell whether a word of a text begins as an accepted one does; of a number, the whole."""
    wanted, said = " ".join(normalised(accepted)), " ".join(normalised(text))
    return bool(re.search(rf"\b{re.escape(wanted)}(?!(?<=\d)\d)", said))


if __name__ == "__main__":
    main()
