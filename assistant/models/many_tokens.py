"""What many tokens do between the products of a feed-forward layer, by compiled loops, or else by torch.

torch takes each of these steps through memory by itself, which for 32 small experts costs a fifth of the reading of a
prompt. Knows no weights. Leaves products to `packing.py` and the loops to `layer_kernels.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.models.few_tokens import as_numbers, can_compile, looping

if TYPE_CHECKING:
    import torch

__all__ = ["gated", "mixed"]


def gated(both: torch.Tensor) -> torch.Tensor:
    """Multiply the upper half by the activated lower half."""
    import torch  # noqa: PLC0415 - loaded only when needed

    if can_compile():
        from assistant.models.layer_kernels import gate_many  # noqa: PLC0415 - loaded only when needed

        made = both.new_empty(len(both), both.shape[1] // 2)
        with looping():
            gate_many(as_numbers(both), as_numbers(made))
        return made
    gate, up = both.chunk(2, dim=-1)
    return torch.nn.functional.silu(gate) * up


def mixed(parts: torch.Tensor, places: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
    """Sum what each token's experts made of it (token and choice, width), each with its share (token, choice).

    `places` (token, choice) says where in `parts` that is.
    """
    import torch  # noqa: PLC0415 - loaded only when needed

    if can_compile():
        from assistant.models.layer_kernels import mix_many  # noqa: PLC0415 - loaded only when needed

        made = parts.new_empty(len(shares), parts.shape[1])
        with looping():
            mix_many(as_numbers(parts), places.numpy(), shares.float().numpy(), as_numbers(made))
        return made
    out = parts.index_select(0, places.flatten())  # taking rows costs a tenth of what putting them does
    return torch.bmm(shares[:, None], out.view(*places.shape, -1))[:, 0]
