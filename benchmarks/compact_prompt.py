"""Count the tokens of the compact prompt and of the product's for the same passages, at each profile's budget.

No model is needed, only its tokenizer. DIR is a set as `grown.py` takes it. Run it:
`.venv/bin/python benchmarks/compact_prompt.py --data DIR [--language fr] [--limit 24] [--json]`
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
from pathlib import Path

from grown import EVIDENCE_TOKENS, chosen_passages, items_of
from paragraph_items import LACKING_EVERY
from rich.console import Console
from rich.table import Table
from transformers import AutoTokenizer

from assistant.budgets import BUDGETS
from assistant.language import detect_language
from assistant.models.chat_template import encode_chat
from assistant.settings import load_settings
from assistant.writing.compact_prompting import build_compact_prompt
from assistant.writing.prompting import build_prompt


def main() -> None:
    """Count both prompts for every item at every budget, and print their means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--language", default="en", help="of a set of questions and paragraphs")
    parser.add_argument("--limit", type=int, default=24)
    parser.add_argument("--lacking-every", type=int, default=LACKING_EVERY, help="question without its paragraph")
    parser.add_argument("--model", type=Path, default=load_settings().models_dir / "stand-in")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    budgets = sorted({EVIDENCE_TOKENS, *(budget.evidence_tokens for budget in BUDGETS.values())})
    rows = []
    for budget in budgets:
        counts: dict[str, list[int]] = {"full": [], "compact": [], "passages": []}
        for item in items_of(options):
            passages = asyncio.run(chosen_passages(item, budget))
            language = detect_language(item.question)
            for name, build in (("full", build_prompt), ("compact", build_compact_prompt)):
                counts[name].append(len(encode_chat(build(item.question, passages, language), tokenizer)))
            counts["passages"].append(len(passages))
        means = {name: statistics.fmean(each) for name, each in counts.items()}
        rows.append({"evidence": budget, **means, "ratio": means["compact"] / means["full"]})
    if options.json:
        Console().print_json(json.dumps(rows))
        return
    table = Table(*rows[0], title=options.data.name)
    for row in rows:
        table.add_row(*(f"{value:.2f}" if name == "ratio" else f"{value:.0f}" for name, value in row.items()))
    Console().print(table)


if __name__ == "__main__":
    main()
