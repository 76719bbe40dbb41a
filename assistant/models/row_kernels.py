# ruff: noqa: ANN401 - what numba compiles has no types
# mypy: disable-error-code="import-not-found,import-untyped,untyped-decorator,misc"
"""Loops over rows of numbers, compiled for this processor: a few tokens' way through a layer.

Knows numba, and is imported only where it is installed. Leaves which weights to `few_tokens.py` and their order to
`quick_steps.py`. A token is bound by how fast its weights are read: torch's own products of a matrix and one row read
20 GB/s a core in bf16, 9 in eight bits and 11 in four. These read 29 to 31, all that memory gives on the machine they
were measured on (AVX-512, two cores); and torch's small operations took a millisecond for every five layers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange

__all__ = ["Kernels", "for_bytes", "for_halves", "for_singles", "round_rows"]

MOST_SUM = 0.99 * 2**31
MOST_BYTE = 127
MOST_INTEGER = 32_767
LEAST = 1e-20
"""A row of zeros has no greatest value to divide by."""
HALF_BITS = 16
"""A bf16 number is the upper half of an fp32 one."""

Compiled = Any
"""A function, once numba has seen it."""


@njit(fastmath=True, cache=True)
def widened(half: Any) -> Any:
    """Read a bf16 number, which numpy takes for a whole one."""
    return np.uint32(np.uint32(half) << np.uint32(HALF_BITS)).view(np.float32)


@njit(fastmath=True, cache=True)
def single(number: Any) -> Any:
    """Read an fp32 number."""
    return number


@njit(fastmath=True, cache=True)
def dot_bytes(weights: Any, row: Any) -> Any:
    """Sum up products of bytes and whole numbers of 16 bits; `as_integers` has seen to it that the sum has room."""
    total = np.int32(0)
    for place in range(weights.shape[0]):
        total = np.int32(total + np.int32(np.int32(weights[place]) * np.int32(row[place])))
    return np.float32(total)


@njit(fastmath=True, cache=True)
def dot_halves(weights: Any, row: Any) -> Any:
    """Sum up products of bf16 and fp32."""
    total = np.float32(0)
    for place in range(weights.shape[0]):
        total += widened(weights[place]) * row[place]
    return total


@njit(fastmath=True, cache=True)
def dot_singles(weights: Any, row: Any) -> Any:
    """Sum up products of fp32."""
    total = np.float32(0)
    for place in range(weights.shape[0]):
        total += weights[place] * row[place]
    return total


@njit(fastmath=True, cache=True)
def as_integers(rows: Any) -> Any:
    """Write rows as whole numbers, as large as lets 32 bits hold the sum of a row's products, and what one counts."""
    count, width = rows.shape
    whole, sizes = np.empty((count, width), np.int16), np.empty(count, np.float32)
    most = np.float32(min(MOST_INTEGER, MOST_SUM / (MOST_BYTE * width)))
    for number in range(count):
        greatest = np.float32(LEAST)
        for place in range(width):
            greatest = max(greatest, abs(rows[number, place]))
        sizes[number] = greatest / most
        for place in range(width):
            whole[number, place] = np.int16(np.rint(rows[number, place] * (most / greatest)))
    return whole, sizes


@njit(cache=True)
def as_they_are(rows: Any) -> Any:
    """Leave rows as they are."""
    return rows, np.ones(rows.shape[0], np.float32)


@njit(parallel=True, fastmath=True, nogil=True, cache=True)
def round_rows(weights: Any, rounded: Any, scales: Any) -> None:
    """Round rows of fp32 to bytes, each with a scale of its own."""
    for number in prange(weights.shape[0]):
        greatest = np.float32(LEAST)
        for place in range(weights.shape[1]):
            greatest = max(greatest, abs(weights[number, place]))
        scales[number] = greatest / MOST_BYTE
        for place in range(weights.shape[1]):
            rounded[number, place] = np.int8(np.rint(weights[number, place] * (MOST_BYTE / greatest)))


@njit(cache=True)
def sorted_by_expert(chosen: Any, experts: int) -> Any:
    """Put (token, choice) pairs in the order of experts; name those visited, where each begins, and the pairs."""
    flat = chosen.ravel()
    starts, pairs = np.zeros(experts + 1, np.int64), np.empty(flat.shape[0], np.int64)
    visited = np.empty(min(experts, flat.shape[0]), np.int64)
    filled, seen = 0, 0
    for expert in range(experts):
        before = filled
        for pair in range(flat.shape[0]):
            if flat[pair] == expert:
                pairs[filled] = pair
                filled += 1
        if filled > before:
            visited[seen] = expert
            seen += 1
        starts[expert + 1] = filled
    return visited[:seen], starts, pairs


class Kernels:
    """The loops for one format of weights."""

    def __init__(self, dot: Compiled, prepare: Compiled) -> None:
        """Compile them when first called, some seconds for each; what was compiled is kept on the disk."""
        self.multiply = multiplying(dot, prepare)
        self.visit = visiting(dot, prepare)


def multiplying(dot: Compiled, prepare: Compiled) -> Compiled:
    """Make the product of a few rows and a matrix, of which each row is read once."""

    @njit(parallel=True, fastmath=True, nogil=True, cache=True)
    def multiply(rows: Any, weights: Any, scales: Any) -> Any:
        prepared, sizes = prepare(rows)
        count = rows.shape[0]
        product = np.empty((count, weights.shape[0]), np.float32)
        for number in prange(weights.shape[0]):
            for row in range(count):
                product[row, number] = dot(weights[number], prepared[row]) * scales[number] * sizes[row]
        return product

    return multiply


def visiting(dot: Compiled, prepare: Compiled) -> Compiled:
    """Make the way of a few tokens through their experts: each expert is read once, and no other is."""

    @njit(parallel=True, fastmath=True, nogil=True, cache=True)
    def visit(
        rows: Any, chosen: Any, shares: Any, gate_up: Any, gate_up_scales: Any, down: Any, down_scales: Any
    ) -> Any:
        visited, starts, pairs = sorted_by_expert(chosen, gate_up.shape[0])
        each, width, height = chosen.shape[1], down.shape[2], down.shape[1]
        prepared, sizes = prepare(rows)
        inner = np.empty((pairs.shape[0], width), np.float32)
        for item in prange(visited.shape[0] * width):
            expert, unit = visited[item // width], item % width
            for place in range(starts[expert], starts[expert + 1]):
                token = pairs[place] // each
                gate = dot(gate_up[expert, unit], prepared[token]) * gate_up_scales[expert, unit] * sizes[token]
                up = dot(gate_up[expert, width + unit], prepared[token]) * sizes[token]
                up *= gate_up_scales[expert, width + unit]
                inner[pairs[place], unit] = gate / (np.float32(1) + np.exp(-gate)) * up
        between, inner_sizes = prepare(inner)
        parts = np.empty((pairs.shape[0], height), np.float32)
        for item in prange(visited.shape[0] * height):
            expert, number = visited[item // height], item % height
            for place in range(starts[expert], starts[expert + 1]):
                pair = pairs[place]
                size = down_scales[expert, number] * inner_sizes[pair] * shares[pair // each, pair % each]
                parts[pair, number] = dot(down[expert, number], between[pair]) * size
        out = np.zeros((rows.shape[0], height), np.float32)
        for pair in range(pairs.shape[0]):
            for number in range(height):
                out[pair // each, number] += parts[pair, number]
        return out

    return visit


for_bytes = Kernels(dot_bytes, as_integers)
for_halves = Kernels(dot_halves, as_they_are)
for_singles = Kernels(dot_singles, as_they_are)
