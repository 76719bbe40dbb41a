"""What the last answers took: speed, memory, processor time and energy, as figures that anyone can read.

Knows past chats and the names of figures in the catalogues (`cost.NAME`, and `cost.what.NAME` for what it means). What
was measured, and how, is the engine's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from assistant.chats import StoredTurn
from assistant.evidence import Answer
from assistant.models.job import WATTS_PER_CORE
from ui.figures import titled_table
from ui.history import History
from ui.rendering import element, text
from ui.wording import Wording

__all__ = ["MOST_ANSWERS", "costs", "last_answers"]

MOST_ANSWERS = 20
MOST_CHATS = 50
"""Chats that are looked through: each is read and decoded for it."""
MIB_PER_GIB = 1024
DIGITS = 3
"""Of a figure that was measured once on a busy machine, the fourth says nothing."""

Figure = Callable[[Answer], float | None]


def gib_held(answer: Answer) -> float | None:
    """Tell the most memory that the process held."""
    held = answer.memory_peak_mib or (answer.insight.peak_mib if answer.insight else None)
    return held / MIB_PER_GIB if held else None


FIGURES: Mapping[str, Figure] = {
    "ttft": lambda answer: answer.timings.ttft_s,
    "total": lambda answer: answer.timings.total_s,
    "reading": lambda answer: answer.insight.prefill_tok_s if answer.insight else None,
    "writing": lambda answer: answer.insight.decode_tok_s if answer.insight else None,
    "memory": gib_held,
    "cpu": lambda answer: answer.timings.cpu_s,
    "energy": lambda answer: answer.insight.watt_hours if answer.insight else None,
}
"""In the order of the page; each gives None where it was not measured."""


def last_answers(history: History) -> tuple[StoredTurn, ...]:
    """Find the turns of the latest chats that ended with an answer, the latest first."""
    found: list[StoredTurn] = []
    for chat in history.chats()[:MOST_CHATS]:
        found += [turn for turn in history.turns(chat.id) if turn.answer and turn.answer.timings.total_s]
        if len(found) >= MOST_ANSWERS:
            break
    return tuple(sorted(found, key=lambda turn: turn.asked_at, reverse=True)[:MOST_ANSWERS])


def costs(turns: Sequence[StoredTurn], words: Wording) -> str:
    """Write the middle value of each figure with what it means, and below them every answer."""
    answers = [turn.answer for turn in turns if turn.answer]
    what = element("p", text(words.count("cost.over", len(answers))), class_="fn-quiet")
    tiles = "".join(tile(name, figure, answers, words) for name, figure in FIGURES.items())
    return what + element("dl", tiles, class_="fn-tiles") + every_answer(turns, words)


def tile(name: str, figure: Figure, answers: Sequence[Answer], words: Wording) -> str:
    """Write one figure; one that no answer has says so."""
    known = [value for answer in answers if (value := figure(answer)) is not None]
    said = measured(name, median(known), words) if known else words.say("cost.unknown")
    what = words.say(f"cost.what.{name}", watts=words.number(WATTS_PER_CORE))
    inside = element("dt", text(words.say(f"cost.{name}"))) + element("dd", element("strong", text(said)))
    return element("div", inside + element("dd", text(what), class_="fn-quiet"))


def measured(name: str, value: float, words: Wording) -> str:
    """Write a figure with its unit."""
    return words.say(f"cost.unit.{name}", n=words.number(float(f"{value:.{DIGITS}g}")))


def every_answer(turns: Sequence[StoredTurn], words: Wording) -> str:
    """Fold the list of answers with all their figures."""
    heads = ("cost.question", "cost.model", *(f"cost.{name}" for name in FIGURES), "cost.tokens")
    rows = [row(turn, turn.answer, words) for turn in turns if turn.answer]
    summary = element("summary", text(words.count("cost.each", len(rows))))
    return element("details", summary + titled_table(heads, rows, words), class_="fn-more")


def row(turn: StoredTurn, answer: Answer, words: Wording) -> tuple[str, ...]:
    """Write the figures of one answer; what was not measured stays empty."""
    values = ((name, figure(answer)) for name, figure in FIGURES.items())
    cells = (text(measured(name, value, words)) if value is not None else "" for name, value in values)
    asked = element("span", text(turn.question), class_="fn-cut", dir="auto", title=turn.question)
    writer = text(answer.model.name) if answer.model else text(words.say("cost.no-model"))
    return asked, writer, *cells, tokens(answer, words)


def tokens(answer: Answer, words: Wording) -> str:
    """Write how many tokens the model read and wrote, and how many it knew already."""
    if not answer.tokens.prompt:
        return ""
    kept = (answer.insight.tokens_from_cache if answer.insight else None) or 0
    said = {"read": answer.tokens.prompt, "wrote": answer.tokens.completion, "kept": kept}
    return text(words.say("cost.tokens.said", **{name: words.number(count) for name, count in said.items()}))
