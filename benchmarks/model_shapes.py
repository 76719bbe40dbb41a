"""Models with random weights in the shapes of real checkpoints: speed needs no others (for `model.py`)."""

from __future__ import annotations

from typing import Any

from transformers import GraniteConfig, GraniteMoeConfig, OlmoeConfig

__all__ = ["shapes"]

GRANITE = {
    "vocab_size": 49_155,
    "hidden_size": 1_024,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "num_key_value_heads": 8,
    "max_position_embeddings": 4_096,
    "tie_word_embeddings": True,
}
"""granite-3.1-1b-a400m as its config states it; 32 experts of width 512, 8 a token."""
OLMOE = {
    "vocab_size": 50_304,
    "hidden_size": 2_048,
    "intermediate_size": 1_024,
    "num_attention_heads": 16,
    "num_key_value_heads": 16,
    "max_position_embeddings": 4_096,
    "num_experts": 64,
    "num_experts_per_tok": 8,
    "norm_topk_prob": False,
}
"""OLMoE-1B-7B-0125 as its config states it, but for its 16 layers."""
OLMOE_LAYERS = 8
"""All 16 take 13.8 GB, and 6.9 more rounded to bytes: too much for a machine of 24 GB that does anything else. Halve
the tokens a second for the whole model; shares of bandwidth and of the peak are those of the whole."""


def shapes() -> dict[str, Any]:
    """Describe the random models: mixtures, and dense ones of the first's total and of its active parameters."""
    return {
        "granite-1b-a400m": GraniteMoeConfig(
            **GRANITE, intermediate_size=512, num_local_experts=32, num_experts_per_tok=8
        ),
        "dense, equal total": GraniteConfig(**GRANITE, intermediate_size=32 * 512),
        "dense, equal active": GraniteConfig(**GRANITE, intermediate_size=8 * 512),
        f"olmoe-1b-7b, {OLMOE_LAYERS} of 16 layers": OlmoeConfig(**OLMOE, num_hidden_layers=OLMOE_LAYERS),
    }
