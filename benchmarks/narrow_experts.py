"""Time single tokens of a model with narrow experts beside its feed-forward layers against the same without them.

Random weights in the stand-in's widths, a quarter of its layers, experts in as many of them as a grown model has.
Both models take tokens in turn, so that whatever else the machine does slows both. Run it:
`.venv/bin/python benchmarks/narrow_experts.py [--tokens 60]`.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

import torch
from rich.console import Console
from transformers import Qwen2Config, Qwen2ForCausalLM, Qwen2MoeConfig, Qwen2MoeForCausalLM

from assistant.models.blueprint import draw
from assistant.models.decoder import LeanDecoder

SHAPE: dict[str, Any] = {
    "vocab_size": 8_192,
    "hidden_size": 1_536,
    "intermediate_size": 8_960,
    "num_hidden_layers": 7,
    "num_attention_heads": 12,
    "num_key_value_heads": 2,
    "max_position_embeddings": 2_048,
    "tie_word_embeddings": True,
}
"""The stand-in has 28 layers and 151,936 tokens: its head is read as well, so the share of experts is smaller there."""
GROWN: dict[str, Any] = {
    "mlp_only_layers": [0, 1, 2, 3],
    "shared_expert_intermediate_size": 8_960,
    "moe_intermediate_size": 32,
    "num_experts": 8,
    "num_experts_per_tok": 2,
    "norm_topk_prob": True,
}
READ_TOKENS = 400


def main() -> None:
    """Time both, packed, and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=60)
    options = parser.parse_args()
    models: dict[str, Any] = {
        "dense": Qwen2ForCausalLM(Qwen2Config(**SHAPE)),
        "grown": Qwen2MoeForCausalLM(Qwen2MoeConfig(**SHAPE, **GROWN)),
    }
    decoders = {name: decoder_of(model) for name, model in models.items()}
    memories = {name: decoder.new_memory() for name, decoder in decoders.items()}
    for name, decoder in decoders.items():
        decoder.read(list(range(READ_TOKENS)), memories[name])
    taken: dict[str, list[float]] = {name: [] for name in decoders}
    for _ in range(options.tokens):
        for name, decoder in decoders.items():
            began = time.perf_counter()
            decoder.step([7], [memories[name]])
            taken[name].append(time.perf_counter() - began)
    for what, sum_up in (("median", statistics.median), ("best", min)):
        found = {name: sum_up(times[5:]) for name, times in taken.items()}
        told = ", ".join(f"{name} {seconds * 1000:.2f} ms a token" for name, seconds in found.items())
        Console().print(f"{what}: {told}; speed of grown {found['dense'] / found['grown']:.3f} of dense")


def decoder_of(model: Any) -> LeanDecoder:  # noqa: ANN401 - the library's
    """Pack a model."""
    blueprint = draw(model.to(torch.bfloat16), packing=True)
    if blueprint is None:
        message = f"{type(model).__name__}: not of the lean decoder's shape"
        raise SystemExit(message)
    return LeanDecoder(blueprint, lambda: None)


if __name__ == "__main__":
    main()
