"""Ask grown and dense models about the packs held back: a set of our own to choose between runs by, never learnt from.

Every pack is asked in English and in French, as training sees packs: strangers among its pages, some pages left out.
An answer is right where it has one of the words that the pack accepts. Figures come as in `grown.py`, of what a model
wrote and of what the product's code makes of it. Run it:
`.venv/bin/python benchmarks/held_back.py [--grown DIR] [--only grown] [--answers FILE] [--json]`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from grown import ANSWER_TOKENS, FIGURES, NUMBER, WORTHS, Kept, Told, Worth, ask, summed, written
from langchain_core.language_models import FakeListChatModel
from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.evaluation.correctness import normalised
from assistant.evaluation.items import Item
from assistant.evidence import AnswerStatus, Passage, QuestionOptions
from assistant.models.engine import Engine
from assistant.models.folders import open_folder
from assistant.models.loading import best_format, load_folder
from assistant.settings import load_settings
from assistant.writing import ground
from assistant.writing.declining import is_decline
from training.data.questions import Asked
from training.data.written import HELD_BACK, held_back_packs, rows_of

SEED = 7


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question with its passages, and what is known of its answer."""

    item: Item
    language: str
    passages: tuple[Passage, ...]
    asked: Asked
    accepted: tuple[str, ...]

    def worth_of(self, text: str, cited: set[int], *, declined: bool) -> Worth:
        """Judge an answer."""
        answerable = bool(self.asked.passages)
        right = not declined and any(holds(text, one) for one in self.accepted)
        cited_right = right and bool(cited & set(self.asked.passages))
        return Worth(
            right=float(right) if answerable else None,
            cited_right=float(cited_right) if answerable else None,
            declined_right=None if answerable else float(declined),
            declined_wrongly=float(declined) if answerable else None,
            fully_right=float(cited_right if answerable else declined),
        )


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
    told = {
        name: ask_all(name, folder, questions, kept) for name, folder in sides.items() if options.only in {None, name}
    }
    found = {
        f"{name} {language}": figures_of(questions, each, language)
        for name, each in told.items()
        for language in ("en", "fr", "both")
    }
    if options.json:
        Console().print_json(json.dumps({"n": len(questions), **found}))
        return
    table = Table("figure", *found, title=f"packs held back, n = {len(questions)}")
    for figure in next(iter(found.values())):
        table.add_row(figure.replace("_", " "), *(written(each[figure]) for each in found.values()))
    Console(width=40 + 30 * len(found)).print(table)


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
                    asked=asked,
                    accepted=accepted[asked.question],
                )
            )
    return [question for each in found.values() for question in each[:limit]]


def ask_all(name: str, folder: Path, questions: Sequence[Question], kept: Kept) -> list[Told]:
    """Let one model answer what it has not answered yet, and judge all of it."""
    left = [question for question in questions if (name, question.item.id) not in kept.told]
    if left:
        engine = Engine(load_folder(open_folder(folder), best_format()), packing=True)
        engine.warm()
        for question in track(left, description=name):
            kept.keep(name, question.item.id, ask(engine, question.item, question.passages, compact=name == "grown"))
    return [judged(question, kept.told[name, question.item.id]) for question in questions]


def judged(question: Question, told: Told) -> Told:
    """Judge what a model wrote by the pack."""
    cited = {int(number) for number in NUMBER.findall(told.text)}
    return replace(told, **asdict(question.worth_of(told.text, cited, declined=is_decline(told.text))))


async def carried(question: Question, told: Told) -> Worth:
    """Let the product's code make an answer of what a model wrote, and judge that."""
    said = FakeListChatModel(responses=[told.text])
    options = QuestionOptions(asked_at=question.item.asked_at)
    answer = await ground(
        question.item.question, question.passages, said, options, lambda _event: None, max_tokens=ANSWER_TOKENS
    )
    cited = {number for one in answer.sentences for number in one.citations}
    return question.worth_of(answer.text, cited, declined=answer.status is AnswerStatus.ABSTAINED)


def figures_of(
    questions: Sequence[Question], told: Sequence[Told], language: str
) -> Mapping[str, tuple[float, float, float, int] | None]:
    """Sum up one side for a language, or for both."""
    mine = [(each, one) for each, one in zip(questions, told, strict=True) if language in {each.language, "both"}]
    shown = [asyncio.run(carried(each, one)) for each, one in mine]
    return {figure: summed([one for _, one in mine], figure) for figure in FIGURES} | {
        f"{figure}, shown": summed(shown, figure) for figure in WORTHS
    }


def holds(text: str, accepted: str) -> bool:
    """Tell whether a word of a text begins as an accepted one does; of a number, the whole."""
    wanted, said = " ".join(normalised(accepted)), " ".join(normalised(text))
    return bool(re.search(rf"\b{re.escape(wanted)}(?!(?<=\d)\d)", said))


if __name__ == "__main__":
    main()
