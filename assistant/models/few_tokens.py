"""Weights as a few tokens read them: as they are or rounded to bytes, by loops compiled for this processor.

Knows when those loops can be had and how weights are laid out for them. Leaves the loops to `row_kernels.py`, and to
`packing.py` what is read where they cannot be had.
"""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.models.effort_measured import thread_count

if TYPE_CHECKING:
    import torch

__all__ = ["FewExperts", "FewMatrix", "Numbers", "as_numbers", "can_compile", "few_experts", "few_matrix", "looping"]

log = logging.getLogger(__name__)

POOL = threading.Lock()
"""Held while loops run: the simplest of numba's pools of threads takes one caller at a time."""

Numbers = np.ndarray[Any, Any]


@cache
def can_compile() -> bool:
    """Tell whether loops can be compiled here: numba must be there, and get on with this processor and numpy."""
    try:
        importlib.import_module("assistant.models.layer_kernels")
        try_loops()
    except Exception as error:  # noqa: BLE001 - numba and LLVM refuse in many ways, and all of them mean no loops
        first = (str(error).strip().splitlines() or [""])[0]
        log.warning("models write more slowly here, for loops cannot be compiled: %s: %s", type(error).__name__, first)
        return False
    return True


def try_loops() -> None:
    """Round a matrix and multiply with it."""
    import torch  # noqa: PLC0415 - loaded only when needed

    matrix = few_matrix(torch.ones(1, 1), None, packing=True)
    with looping():
        matrix.multiply(np.ones((1, 1), np.float32))


@contextmanager
def looping() -> Iterator[None]:
    """Enter to run loops: one caller at a time, on as many threads as torch has."""
    from assistant.models.compiling import use_threads  # noqa: PLC0415 - loaded only when needed

    with POOL:
        use_threads(thread_count())
        yield


@dataclass(frozen=True, kw_only=True, slots=True)
class FewMatrix:
    """A matrix, a scale for each of its rows, and a bias."""

    weight: Numbers
    scales: Numbers
    bias: Numbers | None

    @property
    def bytes(self) -> int:
        """What a token reads of it."""
        return self.weight.nbytes + scale_bytes([self.weight], [self.scales])

    def multiply(self, rows: Numbers) -> Numbers:
        """Return rows times the matrix, and the bias."""
        from assistant.models.row_kernels import multiply  # noqa: PLC0415 - loaded only when needed

        product: Numbers = multiply(rows, self.weight, self.scales)
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
        from assistant.models.layer_kernels import visit_experts  # noqa: PLC0415 - loaded only when needed

        weights = self.gate_up, self.gate_up_scales, self.down, self.down_scales
        made: Numbers = visit_experts(rows, chosen, shares, *weights, thread_count())
        return made


def scale_bytes(parts: Sequence[Numbers], scales: Sequence[Numbers]) -> int:
    """Count the scales of bytes; those of other weights are all one, and no token needs to wait for them."""
    return sum(held.nbytes for part, held in zip(parts, scales, strict=True) if part.dtype == np.int8)


def few_matrix(weight: torch.Tensor, bias: torch.Tensor | None, *, packing: bool) -> FewMatrix:
    """Lay out weights for few tokens: in bytes beside the full ones, or the full ones themselves."""
    laid, scales = lay(weight, packing=packing)
    return FewMatrix(weight=laid, scales=scales, bias=None if bias is None else bias.float().numpy())


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
    """Round weights to bytes, each row by its own size."""
    from assistant.models.row_kernels import round_rows  # noqa: PLC0415 - loaded only when needed

    flat = as_numbers(weight.reshape(-1, weight.shape[-1]))
    rounded, scales = np.empty(flat.shape, np.int8), np.empty(flat.shape[0], np.float32)
    with looping():
        round_rows(flat, rounded, scales)
    return rounded.reshape(weight.shape), scales.reshape(weight.shape[:-1])
