"""A feed-forward layer that every token passes, with narrow experts beside it, computed as one.

Visiting two experts of width 32 by themselves costs more in calls than in arithmetic: a third of the speed of single
tokens. All of them together are a thirty-fifth of the shared layer, so all are computed and those that the router did
not name are weighed with nothing. Knows that product. Leaves where the weights are to `blueprint.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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

    @property
    def token_bytes(self) -> int:
        """What one token reads of it."""
        outside = self.router.numel() * self.router.element_size()
        return outside + self.gate_up.token_bytes + self.shared_down.token_bytes + self.down.token_bytes

    def feed(self, state: torch.Tensor, *, few: bool) -> tuple[torch.Tensor, torch.Tensor]:
        """Take tokens through it; return what comes out and the experts that each visited."""
        import torch  # noqa: PLC0415 - loaded only when needed

        scores = torch.nn.functional.linear(state, self.router).float().softmax(dim=-1)
        best, chosen = scores.topk(self.per_token, dim=-1)
        if self.renormalise:
            best = best / best.sum(dim=-1, keepdim=True)
        gate, up = self.gate_up.multiply(state, few=few).chunk(2, dim=-1)
        inner = torch.nn.functional.silu(gate) * up
        width = inner.shape[-1] - self.down.parts[0].shape[-1]
        shares = torch.zeros_like(scores).scatter_(-1, chosen, best).to(state.dtype)
        narrow = inner[:, width:].view(len(state), self.experts, -1) * shares[..., None]
        shared = self.shared_down.multiply(inner[:, :width].contiguous(), few=few)
        part = 0.5 if self.shared_gate is None else torch.nn.functional.linear(state, self.shared_gate).sigmoid()
        return self.down.multiply(narrow.flatten(1), few=few) + part * shared, chosen


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
        gate_up=join(parts, [None] * len(parts), packing=packing),
        shared_down=join([shared.down_proj.weight], [None], packing=packing),
        down=join([down], [None], packing=packing),
        experts=len(experts.down_proj),
        per_token=config.num_experts_per_tok,
        renormalise=getattr(config, "norm_topk_prob", True),
    )
