"""What rounding weights for single tokens costs: the perplexity of our own documentation, read token by token.

Once from full weights and once from those that the engine writes with: bytes where loops can be compiled, four bits
where they cannot. Takes real weights: `.venv/bin/python benchmarks/rounding.py [--model FOLDER] [--tokens 400]
[--json]`, default the first language model that is pulled as a folder.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from assistant.models.blueprint import draw
from assistant.models.decoder import LeanDecoder
from assistant.settings import load_settings

TEXT = Path(__file__).parent.parent / "docs" / "architecture.md"
FIRST = 64
"""Tokens that are read before any is scored: the first of a text are guesses."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--tokens", type=int, default=400)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    folder = arguments.model or next(iter(pulled()))
    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16, local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    tokens = tokenizer.encode(TEXT.read_text(encoding="utf-8"))[: FIRST + arguments.tokens]
    full = scored(model, tokens, packing=False)
    rounded = scored(model, tokens, packing=True)
    agree = sum(one[1] == other[1] for one, other in zip(full, rounded, strict=True)) / len(full)
    found = {
        "model": folder.name,
        "tokens": len(full),
        "perplexity_full": perplexity(full),
        "perplexity_rounded": perplexity(rounded),
        "same_best_token": agree,
    }
    print(
        json.dumps(found, indent=2) if arguments.json else "  ".join(f"{name} {value}" for name, value in found.items())
    )


def pulled() -> list[Path]:
    """List the folders of language models."""
    configs = sorted(load_settings().models_dir.glob("*/config.json"))
    return [path.parent for path in configs if "CausalLM" in path.read_text(encoding="utf-8")]


def scored(model: Any, tokens: list[int], *, packing: bool) -> list[tuple[float, int]]:  # noqa: ANN401 - any architecture
    """Give for each token its loss, and the one that was held for the best instead."""
    blueprint = draw(model, packing=packing)
    if blueprint is None:
        message = "this architecture is run by the library, which rounds nothing"
        raise SystemExit(message)
    decoder = LeanDecoder(blueprint, lambda: None)
    memory = decoder.new_memory()
    decoder.read(tokens[: FIRST - 1], memory)
    found = []
    for before, token in zip(tokens[FIRST - 1 :], tokens[FIRST:], strict=False):
        scores = decoder.step([before], [memory]).logits[0].float().log_softmax(-1)
        found.append((-float(scores[token]), int(scores.argmax())))
    return found


def perplexity(found: list[tuple[float, int]]) -> float:
    """Give the perplexity of scored tokens."""
    return math.exp(sum(loss for loss, _ in found) / len(found))


if __name__ == "__main__":
    main()
