"""Routed experts beside a frozen feed-forward layer, as one masked product, and the ways to choose among them.

Knows the arithmetic of `Qwen2MoeForCausalLM`'s block. Leaves the dense model to `dense.py` and learning to `course.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from training.shape import Shape

__all__ = ["Choose", "RoutedExperts", "by_label", "learned", "random_router", "static"]

Choose = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Given states and scores (row, expert), say how much of each expert a row takes; what is not chosen is zero."""


class RoutedExperts(nn.Module):
    """The experts of one layer: full precision while they learn, the model's own while they compute."""

    def __init__(self, shape: Shape, hidden: int, generator: torch.Generator) -> None:
        """Begin as nothing: projections of unit size into the experts, and zero out of them."""
        super().__init__()
        inner = shape.experts * shape.width
        self.shape = shape
        self.gate = nn.Parameter(torch.randn(inner, hidden, generator=generator))
        self.up = nn.Parameter(torch.randn(inner, hidden, generator=generator))
        self.down = nn.Parameter(torch.zeros(hidden, inner))
        self.router = nn.Parameter(torch.randn(shape.experts, hidden, generator=generator) / hidden)

    @torch.no_grad()
    def scale_to(self, states: torch.Tensor) -> None:
        """Make what the experts see of unit size, for states such as these."""
        size = states.float().pow(2).sum(-1).mean().sqrt()
        self.gate.div_(size)
        self.up.div_(size)

    def spare(self, expert: int) -> None:
        """Take an expert out of what was learnt in this step."""
        first = expert * self.shape.width
        if self.down.grad is not None:
            self.down.grad[:, first : first + self.shape.width] = 0

    def scores(self, states: torch.Tensor) -> torch.Tensor:
        """Score every expert for every row."""
        return nn.functional.linear(states.float(), self.router)

    def forward(self, states: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """Add up what each row's experts say."""
        kind = states.dtype
        linear = nn.functional.linear
        inner = nn.functional.silu(linear(states, self.gate.to(kind))) * linear(states, self.up.to(kind))
        weighed = inner * shares.to(kind).repeat_interleave(self.shape.width, dim=-1)
        return linear(weighed, self.down.to(kind))


def by_label(labels: torch.Tensor, experts: int) -> Choose:
    """Send each row to the expert of its branch: the branches learn apart."""
    chosen = nn.functional.one_hot(labels, experts).float()
    return lambda _states, _scores: chosen


def learned(per_token: int) -> Choose:
    """Take the best by the router's scores, in shares that add up to one."""

    def choose(_states: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        best, chosen = scores.topk(per_token, dim=-1)
        return torch.zeros_like(scores).scatter(-1, chosen, best.softmax(-1))

    return choose


def random_router(per_token: int, seed: int) -> Choose:
    """Score with rows drawn at random, of the size of the learned scores: routing that knows nothing."""

    def choose(states: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        generator = torch.Generator().manual_seed(seed)
        rows = torch.randn(scores.shape[-1], states.shape[-1], generator=generator)
        drawn = nn.functional.linear(states.float(), rows)
        drawn = (drawn - drawn.mean(0)) / drawn.std(0).clamp_min(1e-6) * scores.std()
        return learned(per_token)(states, drawn)

    return choose


def static(share: float) -> Choose:
    """Take all experts alike, whatever the row: an adapter without a router."""
    return lambda _states, scores: torch.full_like(scores, share)
