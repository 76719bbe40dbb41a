"""How long the first token takes after the last page of a search, with evidence read while pages come or afterwards.

Each question is asked twice, once each way, of the sources that are configured, and nothing of one turn serves the
other: no page, result or beginning of a prompt is kept. `.venv/bin/python benchmarks/reading_ahead_live.py [--json]
[--model NAME] [--profile balanced] QUESTION...`; pages of our own, one every two seconds, are for `reading_ahead.py`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
from typing import Any

from assistant.assistant import Assistant
from assistant.events import Event, PageRead, TokenProduced
from assistant.evidence import Profile, QuestionOptions
from assistant.models.local import LocalChatModel
from assistant.models.opening import OpenModel
from assistant.models.prefixes import Prefixes
from assistant.settings import load_settings
from assistant.writing.prompting import beginning


class ReadsAfterwards(Assistant):
    """An assistant that gives its model nothing to read before the prompt is whole."""

    def _ready_model(self, name: str | None) -> OpenModel | None:
        """Say that none is ready."""
        del name


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", nargs="+")
    parser.add_argument("--model")
    parser.add_argument("--profile", type=Profile, default=Profile.BALANCED)
    parser.add_argument("--json", action="store_true")
    found = asyncio.run(measured(arguments := parser.parse_args()))
    print(json.dumps(found, indent=2) if arguments.json else found)


async def measured(arguments: argparse.Namespace) -> dict[str, Any]:
    """Ask everything both ways."""
    options = QuestionOptions(model=arguments.model, profile=arguments.profile, unkept=True)
    times: list[list[float]] = []
    for kind in (ReadsAfterwards, Assistant):
        async with kind(load_settings()) as assistant:
            times.append([await first_token_s(assistant, question, options) for question in arguments.questions])
    rows = [
        {"question": question, "afterwards_s": afterwards, "ahead_s": ahead, "share": ahead / afterwards}
        for question, afterwards, ahead in zip(arguments.questions, *times, strict=True)
    ]
    return {"rows": rows, "median_share": statistics.median(float(row["share"]) for row in rows)}


async def first_token_s(assistant: Assistant, question: str, options: QuestionOptions) -> float:
    """Time from the last page that was read to the first token; only what every prompt begins with was read before."""
    opened = await assistant._model(options.model)  # noqa: SLF001 - no public call tells a loaded model
    chat = opened.chat if opened else None
    if not isinstance(chat, LocalChatModel):
        message = f"{options.model}: reads nothing ahead; name a model folder"
        raise SystemExit(message)
    chat.engine.prefixes = Prefixes()
    await chat.read_ahead(beginning(), lasting=True)
    moments: dict[type[Event], float] = {}

    def note(event: Event) -> None:
        if isinstance(event, PageRead) or (isinstance(event, TokenProduced) and TokenProduced not in moments):
            moments[type(event)] = event.elapsed_s

    await assistant.answer(question, options=options, emit=note)
    return moments[TokenProduced] - moments[PageRead]


if __name__ == "__main__":
    main()
