"""The shape of the grown model: which layers have experts, how many, how wide, and what each branch is for.

Knows sizes. Leaves weights to `experts.py`, and the composed model's settings to `assistant.models.composing`.
"""

from __future__ import annotations

from dataclasses import dataclass

from training.data.questions import Kind

__all__ = ["BRANCHES", "GROWN", "REST", "Shape", "branch_of"]

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
