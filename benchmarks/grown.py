"""Set a grown model against the dense one it was grown on: right, cited right, declined, words, prompt, time.

The dense model gets the product's prompt with its rules and examples, the grown one the compact prompt it was trained
on; both see the same passages. Figures come twice: of what a model wrote, and of what the product's code then makes of
it (sentences that sources carry, with their sources, or no answer), the same for both. DIR is a grounding set, or one
of questions and paragraphs, of which items are made. Run it:
`.venv/bin/python benchmarks/grown.py --data DIR [--language fr] [--limit 40] [--answers FILE]`; with the last, what was
told is kept, and a run that was stopped goes on. `--dense-answers FILE` keeps the dense model's for other deltas.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import statistics
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import BaseMessage
from paragraph_items import LACKING_EVERY, paragraph_items
from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.evaluation.answering import evidence
from assistant.evaluation.correctness import says
from assistant.evaluation.data_sets import read_lines
from assistant.evaluation.items import Item, chosen_items, passages_of
from assistant.evaluation.report import EvaluationRequest
from assistant.evidence import AnswerStatus, Passage, QuestionOptions
from assistant.language import detect_language
from assistant.models.engine import Engine
from assistant.models.folders import open_folder
from assistant.models.job import Finish, PromptRead, TextPiece
from assistant.models.loading import best_format, load_folder
from assistant.ranking import rank
from assistant.settings import load_settings
from assistant.writing import ground
from assistant.writing.compact_prompting import build_compact_prompt
from assistant.writing.declining import is_decline
from assistant.writing.prompting import build_prompt

EVIDENCE_TOKENS = 1_000
ANSWER_TOKENS = 120
DRAWS = 2_000
NUMBER = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What an answer is worth; None where the item cannot say."""

    right: float | None
    cited_right: float | None
    declined_right: float | None
    declined_wrongly: float | None
    fully_right: float


@dataclass(frozen=True, kw_only=True)
class Told(Worth):
    """What a model wrote for an item, and what that took."""

    text: str
    words: int
    prompt_tokens: int
    first_token_s: float
    decode_tok_s: float | None


@dataclass(frozen=True, kw_only=True)
class Gold:
    """Which passages hold the answer, none where there is none, and whether a text does."""

    known: frozenset[int]
    holds: Callable[[str], bool]

    def worth(self, text: str, cited: Collection[int], *, declined: bool) -> Worth:
        """Judge an answer that cites these passages for it."""
        answerable = bool(self.known)
        right = not declined and self.holds(text)
        cited_right = right and not self.known.isdisjoint(cited)
        return Worth(
            right=float(right) if answerable else None,
            cited_right=float(cited_right) if answerable else None,
            declined_right=None if answerable else float(declined),
            declined_wrongly=float(declined) if answerable else None,
            fully_right=float(cited_right if answerable else declined),
        )


Asked = tuple[Item, Sequence[Passage]]
"""An item, and the passages that both sides see."""
Figures = Mapping[str, tuple[float, float, float, int] | None]
"""Mean, 95 % interval and number of items, by name."""


def main() -> None:
    """Ask both models all items, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    settings = load_settings()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--dense", type=Path, default=settings.models_dir / "stand-in")
    parser.add_argument("--grown", type=Path, default=settings.models_dir / "grown")
    parser.add_argument("--language", default="en", help="of a set of questions and paragraphs")
    parser.add_argument("--lacking-every", type=int, default=LACKING_EVERY, help="question without its paragraph")
    parser.add_argument("--answers", type=Path, help="where what was told is kept")
    parser.add_argument("--dense-answers", type=Path, help="where what the dense model told is kept, else there too")
    parser.add_argument("--only", choices=["dense", "grown"], help="let one side answer, and give its figures")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    asked: list[Asked] = [(item, asyncio.run(chosen_passages(item))) for item in items_of(options)]
    sides = (
        ("dense", options.dense, Kept(options.dense_answers or options.answers)),
        ("grown", options.grown, Kept(options.answers)),
    )
    told = {name: ask_all(name, folder, asked, kept) for name, folder, kept in sides if options.only in {None, name}}
    golds = [gold_of(*both) for both in asked]
    figures = {name: figures_of(asked, golds, each) for name, each in told.items()}
    about = {"n": len(asked), "data": str(options.data)}
    show(figures, about, f"{options.data.name}, n = {len(asked)}", as_json=options.json)


def show(figures: Mapping[str, Figures], about: Mapping[str, object], title: str, *, as_json: bool) -> None:
    """Print the figures of each side, one column each; `about` says what of, in JSON."""
    if as_json:
        Console().print_json(json.dumps({**about, **figures}))
        return
    table = Table("figure", *figures, title=title)
    for figure in next(iter(figures.values())):
        table.add_row(figure.replace("_", " "), *(written(each[figure]) for each in figures.values()))
    Console(width=40 + 30 * len(figures)).print(table)


def items_of(options: argparse.Namespace) -> list[Item]:
    """Draw the items of a set of either kind."""
    if not (options.data / "items.jsonl").is_file():
        return paragraph_items(options.data, options.language, options.limit, options.lacking_every)
    return chosen_items(
        EvaluationRequest(
            data=options.data,
            settings=load_settings(),
            limit=options.limit,
            seed=0,
            half="reported",
            progress=lambda _d, _t: None,
        )
    )


class Kept:
    """What the models told, in a file or for this run alone."""

    def __init__(self, file: Path | None) -> None:
        """Read what is there."""
        self.file = file
        rows = read_lines(file) if file and file.is_file() else []
        self.told = {(row.pop("model"), row.pop("item")): Told(**row) for row in rows}

    def keep(self, model: str, item: str, told: Told) -> None:
        """Add one."""
        self.told[model, item] = told
        if self.file:
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps({"model": model, "item": item, **asdict(told)}) + "\n")


WORTHS = ("right", "cited_right", "declined_right", "declined_wrongly", "fully_right")
FIGURES = (*WORTHS, *("words", "prompt_tokens", "first_token_s", "decode_tok_s"))


async def chosen_passages(item: Item, evidence_tokens: int = EVIDENCE_TOKENS) -> list[Passage]:
    """Choose passages by words alone: the same for both."""
    language = detect_language(item.question)
    ranked = rank(item.question, passages_of(item.pages), language=language or "en", embedder=None, freshness=None)
    return [passage async for passage in evidence(item.question, ranked, evidence_tokens, language)]


def ask_all(name: str, folder: Path, asked: Sequence[Asked], kept: Kept) -> list[Told]:
    """Let one model answer all items that it has not answered yet, then free it."""
    left = [(item, passages) for item, passages in asked if (name, item.id) not in kept.told]
    if left:
        engine = Engine(load_folder(open_folder(folder), best_format()), packing=True)
        engine.warm()
        for item, passages in track(left, description=name):
            kept.keep(name, item.id, ask(engine, item, passages, compact=name == "grown"))
    return [kept.told[name, item.id] for item, _ in asked]


def ask(engine: Engine, item: Item, passages: Sequence[Passage], *, compact: bool) -> Told:
    """Let a model answer one item."""
    build = build_compact_prompt if compact else build_prompt
    language = detect_language(item.question)
    messages: list[BaseMessage] = build(item.question, passages, language, asked_at=item.asked_at)
    events = engine.run(messages, max_tokens=ANSWER_TOKENS)
    text = "".join(event.text for event in events if isinstance(event, TextPiece)).strip()
    insight: Any = next(event.insight for event in events if isinstance(event, Finish))
    read = next(event for event in events if isinstance(event, PromptRead))
    cited = {int(number) for number in NUMBER.findall(text)}
    return Told(
        **asdict(gold_of(item, passages).worth(text, cited, declined=is_decline(text))),
        text=text,
        words=count_words(text),
        prompt_tokens=read.tokens,
        first_token_s=(read.tokens - read.from_cache) / insight.prefill_tok_s if insight.prefill_tok_s else 0.0,
        decode_tok_s=insight.decode_tok_s,
    )


def figures_of(asked: Sequence[Asked], golds: Sequence[Gold], told: Sequence[Told]) -> Figures:
    """Sum up one side: what it wrote, and what readers are shown of that."""
    everything = zip(told, asked, golds, strict=True)
    shown = [asyncio.run(carried(one, *both, gold)) for one, both, gold in everything]
    return {figure: summed(told, figure) for figure in FIGURES} | {
        f"{figure}, shown": summed(shown, figure) for figure in WORTHS
    }


async def carried(told: Told, item: Item, passages: Sequence[Passage], gold: Gold) -> Worth:
    """Let the product's code make an answer of what a model wrote, word by word as it came, and judge that."""
    options = QuestionOptions(asked_at=item.asked_at) if item.asked_at else QuestionOptions()
    said = FakeListChatModel(responses=[told.text])
    answer = await ground(item.question, passages, said, options, lambda _event: None, max_tokens=ANSWER_TOKENS)
    cited = {number for one in answer.sentences if gold.holds(one.text) for number in one.citations}
    return gold.worth(answer.text, cited, declined=answer.status is AnswerStatus.ABSTAINED)


def count_words(text: str) -> int:
    """Count the words of an answer; source numbers are none."""
    return len(re.findall(r"\w\S*", NUMBER.sub(" ", text)))


def gold_of(item: Item, passages: Sequence[Passage]) -> Gold:
    """Judge by the gold strings; a citation is right where the passage holds one."""

    def holds(text: str) -> bool:
        return any(says(text, gold) for gold in item.answers)

    known = frozenset(number for number, passage in enumerate(passages, start=1) if holds(passage.text))
    return Gold(known=known if item.is_answerable else frozenset(), holds=holds)


def summed(told: Sequence[Worth], figure: str) -> tuple[float, float, float, int] | None:
    """Return the mean of a figure, its 95 % bootstrap interval, and of how many items."""
    values = [float(value) for one in told if (value := getattr(one, figure)) is not None]
    if not values:
        return None
    chance = random.Random(0)  # noqa: S311 - drawn alike each time
    means = sorted(statistics.fmean(chance.choices(values, k=len(values))) for _ in range(DRAWS))
    return statistics.fmean(values), means[int(0.025 * DRAWS)], means[int(0.975 * DRAWS)], len(values)


def written(figure: tuple[float, float, float, int] | None) -> str:
    """Write a figure with its interval."""
    return "" if figure is None else f"{figure[0]:.2f} ({figure[1]:.2f} to {figure[2]:.2f}), n = {figure[3]}"


if __name__ == "__main__":
    main()
