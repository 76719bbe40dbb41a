"""Tokens taken through the experts that the router names for them, by torch.

Knows how tokens are put in the order of experts and back. Leaves where experts are to `blueprint.py`, and what is
done where loops can be compiled to `few_tokens.py` and `prompt_steps.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.models.many_tokens import gated

if TYPE_CHECKING:
    import torch

    from assistant.models.blueprint import Experts
    from assistant.models.packing import Matrix

__all__ = ["Look", "multiply_each", "route", "visit_many", "visit_one"]

Look = Callable[[], None]
"""Called between pieces of work; it may raise to leave them."""


def route(feed: Experts, state: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Choose experts for each token; return their shares and numbers."""
    import torch  # noqa: PLC0415 - loaded only when needed

    scores = torch.nn.functional.linear(state, feed.router).float()
    if feed.renormalise:
        best, chosen = scores.topk(feed.per_token, dim=-1)
        return best.softmax(dim=-1).to(state.dtype), chosen
    best, chosen = scores.softmax(dim=-1).topk(feed.per_token, dim=-1)
    return best.to(state.dtype), chosen


def visit_one(
    feed: Experts, state: torch.Tensor, shares: torch.Tensor, chosen: torch.Tensor, *, few: bool
) -> torch.Tensor:
    """Take one token through its experts and through no other."""
    import torch  # noqa: PLC0415 - loaded only when needed

    numbers = chosen[0].tolist()
    inner = gated(torch.cat([feed.gate_up[number].multiply(state, few=few) for number in numbers])) * shares.t()
    outs = [
        feed.down[number].multiply(row, few=few) for number, row in zip(numbers, torch.split(inner, 1), strict=True)
    ]
    return torch.cat(outs).sum(0, keepdim=True)


def visit_many(
    feed: Experts, state: torch.Tensor, shares: torch.Tensor, chosen: torch.Tensor, *, few: bool, look: Look
) -> torch.Tensor:
    """Take several tokens through their experts: each expert once, with all of its tokens side by side."""
    import torch  # noqa: PLC0415 - loaded only when needed

    order = chosen.flatten().argsort()
    counts = torch.bincount(chosen.flatten(), minlength=len(feed.down)).tolist()
    rows = state.index_select(0, order // feed.per_token)
    both = rows.new_empty(len(rows), feed.gate_up[0].weight.shape[0])
    made = torch.empty_like(rows)
    multiply_each(feed.gate_up, rows, both, counts, few=few, look=look)
    multiply_each(feed.down, gated(both), made, counts, few=few, look=look)
    parts = made.index_select(0, order.argsort())  # taking rows costs a tenth of what putting them does
    return torch.bmm(shares[:, None], parts.view(*chosen.shape, -1))[:, 0]


def multiply_each(
    matrices: Sequence[Matrix], rows: torch.Tensor, made: torch.Tensor, counts: list[int], *, few: bool, look: Look
) -> None:
    """Multiply so many rows with each matrix, one after the other."""
    start = 0
    for matrix, count in zip(matrices, counts, strict=True):
        if count:
            look()
            part = slice(start, start + count)
            matrix.multiply_into(made[part], rows[part], few=few)
            start += count
