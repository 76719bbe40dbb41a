"""What this machine's memory and processor give at most, to measure a model's engine by."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch

from assistant.models.few_tokens import can_compile, few_matrix, looping

__all__ = ["bandwidth", "peak", "timed"]


def bandwidth() -> float:
    """Read much memory, as a token reads weights; gigabytes a second, the best of some probes.

    Probes are a sum by torch and, where loops can be compiled, a row times a matrix of bytes, which is how rounded
    weights are read: whichever is quicker says what memory gives.
    """
    block = torch.ones(1 << 26, dtype=torch.float32)
    found = max(block.numel() * 4 / timed(block.sum) for _ in range(10))
    del block
    if can_compile():
        matrix = few_matrix(torch.ones(1 << 16, 2_048).bfloat16(), None, packing=True)
        row = np.ones((1, 2_048), np.float32)
        with looping():
            found = max(found, *(matrix.bytes / timed(lambda: matrix.multiply(row)) for _ in range(5)))
    return found / 1e9


def peak(tokens: int) -> float:
    """Multiply matrices of a prompt's size in bf16; GFLOP/s, the best of five."""
    rows, weight = torch.randn(tokens, 2_048).bfloat16(), torch.randn(8_192, 2_048).bfloat16()
    work = 2 * tokens * weight.numel()
    return max(work / timed(lambda: torch.nn.functional.linear(rows, weight)) for _ in range(5)) / 1e9


def timed(work: Callable[[], object]) -> float:
    """Time one call in seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
