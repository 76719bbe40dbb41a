"""What the mixture is measured against: the same size without a router, and the same size as low-rank changes.

Knows both. They learn the same answers by the same course, on the rows of answers alone, as the experts do.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from training.dense import DenseModel
from training.shape import Shape

__all__ = ["LowRank", "low_ranks", "rank_of"]


class LowRank(nn.Module):
    """Low-rank changes of a feed-forward layer's three matrices (LoRA), as what they add to its output."""

    def __init__(self, feed: Any, shape: Shape, generator: torch.Generator) -> None:  # noqa: ANN401 - the library's
        """Begin as nothing; `feed` is changed in no way."""
        super().__init__()
        self.feed = [feed]  # in a list: its weights are not ours
        self.experts = shape.experts
        hidden, inner = feed.up_proj.in_features, feed.up_proj.out_features
        rank = rank_of(shape, hidden, inner)
        for name, (columns, rows) in {"gate": (hidden, inner), "up": (hidden, inner), "down": (inner, hidden)}.items():
            begun = torch.randn(rank, columns, generator=generator) / columns**0.5
            self.register_parameter(f"{name}_in", nn.Parameter(begun))
            self.register_parameter(f"{name}_out", nn.Parameter(torch.zeros(rows, rank)))

    def scores(self, states: torch.Tensor) -> torch.Tensor:
        """Prefer nothing."""
        return states.new_zeros(len(states), self.experts, dtype=torch.float32)

    def change(self, name: str, rows: torch.Tensor) -> torch.Tensor:
        """Say what the change of a matrix adds."""
        into, out = (self.get_parameter(f"{name}_{way}").to(rows.dtype) for way in ("in", "out"))
        return nn.functional.linear(nn.functional.linear(rows, into), out)

    def forward(self, states: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """Return what the changed layer says more than the layer."""
        del shares  # there is nothing to share among
        feed = self.feed[0]
        gate, up = feed.gate_proj(states), feed.up_proj(states)
        inner = nn.functional.silu(gate + self.change("gate", states)) * (up + self.change("up", states))
        plain = nn.functional.silu(gate) * up
        return torch.Tensor(feed.down_proj(inner - plain)) + self.change("down", inner)


def rank_of(shape: Shape, hidden: int, inner: int) -> int:
    """Return the rank at which low-rank changes have as many weights as the experts."""
    return round(3 * shape.experts * shape.width * hidden / (3 * (hidden + inner)))


def low_ranks(dense: DenseModel, shape: Shape, seed: int) -> nn.ModuleList:
    """Make low-rank changes for every upper layer."""
    generator = torch.Generator().manual_seed(seed)
    return nn.ModuleList(LowRank(layer.mlp, shape, generator) for layer in dense.upper_layers)
