"""The shape of the grown model: which layers have experts, how many, how wide, and what each branch is for.

Knows sizes and `Qwen2MoeForCausalLM`'s settings. Leaves weights to `experts.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training.data.questions import Kind

__all__ = ["BRANCHES", "GROWN", "REST", "Shape", "branch_of", "grown_config"]

BRANCHES = (
    *("rest", "fact en", "fact fr", "composed en", "composed fr"),
    *("declining en", "declining fr", "differing"),
)
"""What each expert is for: all that is no answer, then answers by kind and language."""
REST = 0
"""This one does nothing and never learns: where the router sends a token to it, the model is the dense one."""
COMPOSED = frozenset({Kind.LIST, Kind.YES_NO, Kind.TWO_SOURCE, Kind.MULTI_HOP, Kind.COMPARE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """How a dense model is grown."""

    first_layer: int
    """From here on layers have experts; those before are as they were."""
    experts: int
    width: int
    per_token: int


GROWN = Shape(first_layer=16, experts=len(BRANCHES), width=32, per_token=2)
"""14 million weights: 28 MB in bf16, over the upper twelve of 28 layers."""


def branch_of(kind: Kind, language: str) -> int:
    """Name the expert that an answer belongs to."""
    if kind is Kind.DIFFER:
        return BRANCHES.index("differing")
    group = "declining" if kind is Kind.ABSENT else "composed" if kind in COMPOSED else "fact"
    return BRANCHES.index(f"{group} {language}")


def grown_config(dense: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """Say what the grown model is, given the dense one's config.json.

    `sliding_window` and `layer_types` are the class's own, so they are left to it.
    """
    kept = {key: value for key, value in dense.items() if key not in {"layer_types", "max_window_layers"}}
    return {
        **kept,
        "architectures": ["Qwen2MoeForCausalLM"],
        "model_type": "qwen2_moe",
        "decoder_sparse_step": 1,
        "mlp_only_layers": list(range(shape.first_layer)),
        "shared_expert_intermediate_size": dense["intermediate_size"],
        "moe_intermediate_size": shape.width,
        "num_experts": shape.experts,
        "num_experts_per_tok": shape.per_token,
        "norm_topk_prob": True,
        "qkv_bias": True,
    }
