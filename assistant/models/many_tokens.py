"""What many tokens do between the products of a layer that every decoder has, by compiled loops, or else by torch.

Knows no weights. Leaves products to `packing.py`, the loops to `prompt_kernels.py`, and what is done between products
by loops alone to `prompt_steps.py`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from assistant.models.few_tokens import as_numbers, can_compile, looping

if TYPE_CHECKING:
    import torch

__all__ = ["attended", "can_pair", "gated"]


def gated(both: torch.Tensor) -> torch.Tensor:
    """Multiply the upper half by the activated lower half."""
    import torch  # noqa: PLC0415 - loaded only when needed

    if can_compile():
        from assistant.models.prompt_kernels import gate_many  # noqa: PLC0415 - loaded only when needed

        made = both.new_empty(len(both), both.shape[1] // 2)
        with looping():
            gate_many(as_numbers(both), as_numbers(made))
        return made
    gate, up = both.chunk(2, dim=-1)
    return torch.nn.functional.silu(gate) * up


def attended(
    queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, *, start: int, scale: float
) -> torch.Tensor:
    """Let tokens look at all before them, themselves included; return (token, head and width).

    Queries are (token, head, width), keys and values (head, place, width), the first token's own at `start`; heads of
    queries share those of keys evenly.
    """
    import torch  # noqa: PLC0415 - loaded only when needed

    count, heads, width = queries.shape
    if count > 1 and can_pair(queries.dtype, width):
        from assistant.models.prompt_kernels import attend_many  # noqa: PLC0415 - loaded only when needed

        made = queries.new_empty(queries.shape)
        with looping():
            attend_many(as_numbers(queries), as_numbers(keys), as_numbers(values), start, scale, as_numbers(made))
        return made.flatten(1)
    total = start + count
    mixed = torch.nn.functional.scaled_dot_product_attention(
        queries.transpose(0, 1)[None],
        keys[None, :, :total],
        values[None, :, :total],
        attn_mask=torch.ones(count, total, dtype=torch.bool).tril_(start) if 1 < count < total else None,
        is_causal=count == total and count > 1,
        scale=scale,
        enable_gqa=heads != len(keys),
    )
    return mixed[0].transpose(0, 1).reshape(count, -1)


@cache
def can_pair(number_format: torch.dtype, width: int) -> bool:
    """Tell whether the loop for looking back takes such heads here: bf16, and a processor that multiplies pairs."""
    import torch  # noqa: PLC0415 - loaded only when needed

    if number_format != torch.bfloat16 or not can_compile():
        return False
    from assistant.models.pair_tiles import COLUMNS, has_pairs  # noqa: PLC0415 - loaded only when needed

    if width % COLUMNS or not has_pairs():
        return False
    return works(width)


def works(width: int) -> bool:
    """Try the loop: LLVM must know the operation too."""
    from assistant.models.prompt_kernels import attend_many  # noqa: PLC0415 - loaded only when needed

    heads, kept = np.zeros((1, 1, width), np.uint16), np.zeros((1, 1, width), np.uint16)
    try:
        with looping():
            attend_many(heads, kept, kept, 0, 1.0, np.empty_like(heads))
    except Exception:  # noqa: BLE001 - LLVM refuses in many ways, and torch does the same, a little slower
        return False
    return True
