"""A feed-forward layer that every token passes, with narrow experts beside it, computed as one.

Visiting two experts of width 32 by themselves costs more in calls than in arithmetic: a third of the speed of single
tokens. All of them together are a thirty-fifth of the shared layer, so all are computed and those that the router did
not name are weighed with nothing. Knows that product. Leaves where the weights are to `blueprint.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.models.few_tokens import FewMatrix, Numbers
from assistant.models.many_tokens import gated
from assistant.models.packing import Matrix, join

if TYPE_CHECKING:
    import torch

__all__ = ["NarrowExperts", "are_narrow", "draw_narrow"]

MOST_WIDTH_SHARE = 0.125
"""All experts together may be so wide, measured by the shared layer: beyond it, computing them all would be felt."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NarrowExperts:
    """The shared layer and all experts: gates, then what they gate, in one matrix; and the two ways out."""

    router: torch.Tensor
    shared_gate: torch.Tensor | None
    """Weighs the shared layer, token by token; None: each takes half of it, as a gate of zeros says."""
    gate_up: Matrix
    shared_down: Matrix
    down: Matrix
    experts: int
    per_token: int
    renormalise: bool
    few_router: Numbers
    few_shared_gate: Numbers | None

    @property
    def shared_width(self) -> int:
        """Where the experts begin in what the gates let through."""
        return self.shared_down.weight.shape[-1]

    @property
    def token_bytes(self) -> int:
        """What one token reads of it."""
        outside = self.router.numel() * self.router.element_size()
        return outside + self.gate_up.token_bytes + self.shared_down.token_bytes + self.down.token_bytes

    def feed(self, state: torch.Tensor, visited: list[torch.Tensor], *, few: bool) -> torch.Tensor:
        """Take tokens through it, and note the experts that they visit."""
        import torch  # noqa: PLC0415 - loaded only when needed

        scores = torch.nn.functional.linear(state, self.router).float().softmax(dim=-1)
        best, chosen = scores.topk(self.per_token, dim=-1)
        visited.append(chosen)
        if self.renormalise:
            best = best / best.sum(dim=-1, keepdim=True)
        inner = gated(self.gate_up.multiply(state, few=few))
        width = self.shared_width
        shares = torch.zeros_like(scores).scatter_(-1, chosen, best).to(state.dtype)
        narrow = inner[:, width:].view(len(state), self.experts, -1) * shares[..., None]
        shared = self.shared_down.multiply(inner[:, :width].contiguous(), few=few)
        part = 0.5 if self.shared_gate is None else torch.nn.functional.linear(state, self.shared_gate).sigmoid()
        return self.down.multiply(narrow.flatten(1), few=few) + part * shared

    def feed_few(self, rows: Numbers, visited: list[Numbers], loops: Any) -> Numbers:  # noqa: ANN401 - compiled
        """Do the same for a few tokens by compiled loops."""
        chosen, best = loops.choose(rows, self.few_router, self.per_token, self.renormalise)
        visited.append(chosen)
        inner = loops.gated(few(self.gate_up).multiply(rows))
        shares = np.zeros((len(rows), self.experts), np.float32)
        np.put_along_axis(shares, chosen, best, axis=1)
        narrow = inner[:, self.shared_width :].reshape(len(rows), self.experts, -1) * shares[..., None]
        shared = few(self.shared_down).multiply(np.ascontiguousarray(inner[:, : self.shared_width]))
        part = np.float32(0.5)
        if self.few_shared_gate is not None:
            part = 1 / (1 + np.exp(-(rows @ self.few_shared_gate.T)))
        made: Numbers = few(self.down).multiply(narrow.reshape(len(rows), -1)) + part * shared
        return made


def few(matrix: Matrix) -> FewMatrix:
    """Give what a few tokens read."""
    if matrix.few is None:
        raise TypeError(matrix)
    return matrix.few


def are_narrow(block: Any) -> bool:  # noqa: ANN401 - each architecture has its own class
    """Tell whether a block has a shared layer, and experts that are narrow beside it."""
    shared = getattr(block, "shared_expert", None)
    if shared is None or not hasattr(block, "shared_expert_gate"):
        return False
    experts, _, width = block.experts.down_proj.shape
    return bool(experts * width <= MOST_WIDTH_SHARE * shared.down_proj.weight.shape[-1])


def draw_narrow(block: Any, config: Any, *, packing: bool) -> NarrowExperts:  # noqa: ANN401 - as above
    """Find the parts of such a block."""
    shared, experts = block.shared_expert, block.experts
    gates, ups = experts.gate_up_proj.detach().chunk(2, dim=1)
    parts = [shared.gate_proj.weight, gates.flatten(0, 1), shared.up_proj.weight, ups.flatten(0, 1)]
    down = experts.down_proj.detach().transpose(0, 1).flatten(1).contiguous()
    gate = block.shared_expert_gate.weight.detach()
    return NarrowExperts(
        router=block.gate.weight.detach(),
        shared_gate=gate if gate.any() else None,
        few_router=block.gate.weight.detach().float().numpy(),
        few_shared_gate=gate.float().numpy() if gate.any() else None,
        gate_up=join(parts, [None] * len(parts), packing=packing),
        shared_down=join([shared.down_proj.weight], [None], packing=packing),
        down=join([down], [None], packing=packing),
        experts=len(experts.down_proj),
        per_token=config.num_experts_per_tok,
        renormalise=getattr(config, "norm_topk_prob", True),
    )
