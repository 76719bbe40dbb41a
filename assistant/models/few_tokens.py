"""Weights as a few tokens read them: as they are or rounded to bytes, by loops compiled for this processor.

Knows when those loops can be had and how weights are laid out for them. Leaves the loops to `row_kernels.py`, and to
`packing.py` what is read where they cannot be had.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch

__all__ = ["FewExperts", "FewMatrix", "Numbers", "as_numbers", "can_compile", "few_experts", "few_matrix", "pool"]

ROWS_AT_ONCE = 4096
"""Rows that are rounded at a time: a whole head in full precision would take gigabytes for a moment."""
pool = threading.Lock()
"""To be held while loops run: the simplest of numba's pools of threads takes one caller at a time."""

Numbers = np.ndarray[Any, Any]


@cache
def can_compile() -> bool:
    """Tell whether loops can be compiled here: it takes numba, and a folder in which it may keep what it made."""
    try:
        importlib.import_module("assistant.models.layer_kernels")
    except (ImportError, RuntimeError, OSError):
        return False
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class FewMatrix:
    """Matrices that read the same input, each a part of the output."""

    parts: tuple[Numbers, ...]
    scales: tuple[Numbers, ...]
    bias: Numbers | None

    @property
    def bytes(self) -> int:
        """What a token reads of it."""
        return sum(part.nbytes for part in self.parts) + scale_bytes(self.parts, self.scales)

    def multiply(self, rows: Numbers) -> Numbers:
        """Return rows times the matrix, and the bias."""
        loop = kernels_for(self.parts[0]).multiply
        made = [loop(rows, part, scales) for part, scales in zip(self.parts, self.scales, strict=True)]
        product: Numbers = np.concatenate(made, axis=1) if len(made) > 1 else made[0]
        if self.bias is not None:
            product += self.bias
        return product


@dataclass(frozen=True, kw_only=True, slots=True)
class FewExperts:
    """The experts of a layer: (expert, row, column)."""

    router: Numbers
    gate_up: Numbers
    gate_up_scales: Numbers
    down: Numbers
    down_scales: Numbers

    @property
    def bytes_each(self) -> int:
        """What a token reads of one expert."""
        weights, scales = (self.gate_up, self.down), (self.gate_up_scales, self.down_scales)
        return (sum(part.nbytes for part in weights) + scale_bytes(weights, scales)) // len(self.down)

    def visit(self, rows: Numbers, chosen: Numbers, shares: Numbers) -> Numbers:
        """Take rows through the experts chosen, and mix what comes out."""
        weights = (self.gate_up, self.gate_up_scales, self.down, self.down_scales)
        made: Numbers = kernels_for(self.down).visit(rows, chosen, shares, *weights)
        return made


def scale_bytes(parts: Sequence[Numbers], scales: Sequence[Numbers]) -> int:
    """Count the scales of bytes; those of other weights are all one, and no token needs to wait for them."""
    return sum(held.nbytes for part, held in zip(parts, scales, strict=True) if part.dtype == np.int8)


def few_matrix(parts: Sequence[torch.Tensor], bias: torch.Tensor | None, *, packing: bool) -> FewMatrix:
    """Lay out weights for few tokens: in bytes beside the full ones, or the full ones themselves."""
    laid = [lay(part, packing=packing) for part in parts]
    weights, scales = tuple(part for part, _ in laid), tuple(size for _, size in laid)
    if packing and len(parts) > 1:
        weights, scales = (np.concatenate(weights),), (np.concatenate(scales),)
    return FewMatrix(parts=weights, scales=scales, bias=None if bias is None else bias.float().numpy())


def few_experts(router: torch.Tensor, gate_up: torch.Tensor, down: torch.Tensor, *, packing: bool) -> FewExperts:
    """Lay out the experts of a layer."""
    (first, first_scales), (second, second_scales) = lay(gate_up, packing=packing), lay(down, packing=packing)
    return FewExperts(
        router=router.float().numpy(),
        gate_up=first,
        gate_up_scales=first_scales,
        down=second,
        down_scales=second_scales,
    )


def lay(weight: torch.Tensor, *, packing: bool) -> tuple[Numbers, Numbers]:
    """Give weights and a scale for each row."""
    if packing:
        return in_bytes(weight)
    return as_numbers(weight), np.ones(weight.shape[:-1], np.float32)


def as_numbers(tensor: torch.Tensor) -> Numbers:
    """Show a tensor to numpy, which knows no bf16."""
    import torch  # noqa: PLC0415 - loaded only when needed

    numbers: Numbers = (tensor.view(torch.uint16) if tensor.dtype == torch.bfloat16 else tensor).numpy()
    return numbers


def in_bytes(weight: torch.Tensor) -> tuple[Numbers, Numbers]:
    """Round weights to bytes, some rows at a time."""
    from assistant.models.row_kernels import round_rows  # noqa: PLC0415 - loaded only when needed

    flat = weight.reshape(-1, weight.shape[-1])
    rounded, scales = np.empty(flat.shape, np.int8), np.empty(flat.shape[0], np.float32)
    for start in range(0, flat.shape[0], ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        with pool:
            round_rows(flat[rows].float().numpy(), rounded[rows], scales[rows])
    return rounded.reshape(weight.shape), scales.reshape(weight.shape[:-1])


def kernels_for(weights: Numbers) -> Any:  # noqa: ANN401 - numba has no types
    """Choose the loops for a format."""
    from assistant.models import row_kernels  # noqa: PLC0415 - loaded only when needed

    by_size = {1: row_kernels.for_bytes, 2: row_kernels.for_halves, 4: row_kernels.for_singles}
    return by_size[weights.itemsize]
