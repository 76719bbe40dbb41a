"""What this machine's memory and processor give at most, to measure a model's engine by."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

__all__ = ["bandwidth", "peak", "timed"]


def bandwidth() -> float:
    """Read a large tensor, as a token reads weights; gigabytes a second, the best of five."""
    block = torch.ones(1 << 28, dtype=torch.float32)
    return max(block.numel() * 4 / timed(block.sum) for _ in range(5)) / 1e9


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
