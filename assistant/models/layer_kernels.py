# ruff: noqa: ANN401 - what numba compiles has no types
# mypy: disable-error-code="import-not-found,import-untyped,untyped-decorator,misc"
"""What a few tokens do in a layer besides reading its weights: norms, turns, looking back, and choosing experts.

Compiled like `row_kernels.py`, and for the same reason. Knows the arithmetic of one step. Leaves their order to
`quick_steps.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from assistant.models.compiling import loop
from assistant.models.row_kernels import (
    exponential,
    mixed,
    multiply_experts,
    row_products,
    scaled_products,
    sorted_by_expert,
    value,
    written,
)

__all__ = ["attend", "choose", "gated", "keep", "normed", "turn", "visit_experts"]

FEWEST_EACH = 4
"""Experts a thread from which it matters little that some threads have one more than others."""


@loop()
def normed(state: Any, added: Any, scale: float, weight: Any, epsilon: float) -> Any:
    """Add what the last half layer made to the state, and return the sum scaled to unit size."""
    made = np.empty_like(state)
    for row in range(state.shape[0]):
        squares = np.float32(0)
        for place in range(state.shape[1]):
            state[row, place] += np.float32(scale) * added[row, place]
            squares += state[row, place] * state[row, place]
        size = np.float32(1) / np.sqrt(squares / np.float32(state.shape[1]) + np.float32(epsilon))
        for place in range(state.shape[1]):
            made[row, place] = state[row, place] * size * weight[place]
    return made


@loop()
def turn(heads: Any, cosine: Any, sine: Any) -> None:
    """Turn heads by where their token stands, in place; the first half of the sines has the sign of the rotation."""
    half = heads.shape[2] // 2
    for row in range(heads.shape[0]):
        for head in range(heads.shape[1]):
            for place in range(half):
                first, second = heads[row, head, place], heads[row, head, place + half]
                heads[row, head, place] = first * cosine[row, place] + second * sine[row, place]
                turned = second * cosine[row, place + half] + first * sine[row, place + half]
                heads[row, head, place + half] = turned


@loop()
def gated(both: Any) -> Any:
    """Multiply the upper half by the activated lower half."""
    width = both.shape[1] // 2
    made = np.empty((both.shape[0], width), np.float32)
    for row in range(both.shape[0]):
        for place in range(width):
            gate = both[row, place]
            made[row, place] = gate / (np.float32(1) + exponential(-gate)) * both[row, width + place]
    return made


@loop()
def choose(rows: Any, router: Any, per_token: int, renormalise: bool) -> Any:  # noqa: FBT001 - numba takes no keywords
    """Choose the best experts for each row, and their shares: of those chosen, or of all."""
    count, experts = rows.shape[0], router.shape[0]
    chosen, shares = np.empty((count, per_token), np.int64), np.empty((count, per_token), np.float32)
    found = np.empty((count, experts), np.float32)
    row_products(found, rows, router, experts)
    for row in range(count):
        scores = found[row]
        greatest = scores.max()
        total = np.exp(scores - greatest).sum()
        taken = np.float32(0)
        for rank in range(per_token):
            best = scores.argmax()
            chosen[row, rank] = best
            shares[row, rank] = np.exp(scores[best] - greatest)
            taken += shares[row, rank]
            scores[best] = -np.inf
        shares[row] /= taken if renormalise else total
    return chosen, shares


@loop()
def visit_experts(  # noqa: PLR0913, PLR0917 - numba takes no objects
    rows: Any, chosen: Any, shares: Any, gate_up: Any, gate_up_scales: Any, down: Any, down_scales: Any, threads: int
) -> Any:
    """Take rows through the experts chosen, and mix what comes out."""
    visited, starts, pairs = sorted_by_expert(chosen, down.shape[0])
    met = rows[pairs // chosen.shape[1]]
    if visited.shape[0] % threads and visited.shape[0] < FEWEST_EACH * threads:
        both = multiply_experts(met, visited, starts, gate_up, gate_up_scales)
        parts = multiply_experts(gated(both), visited, starts, down, down_scales)
    else:
        parts = visit_each(met, visited, starts, gate_up, gate_up_scales, down, down_scales)
    return mixed(parts, pairs, shares)


@loop(parallel=True)
def visit_each(
    met: Any, visited: Any, starts: Any, gate_up: Any, gate_up_scales: Any, down: Any, down_scales: Any
) -> Any:
    """Take rows that are sorted by expert through it, each expert by one thread, so that none waits for another."""
    made = np.empty((met.shape[0], down.shape[1]), np.float32)
    for item in prange(visited.shape[0]):
        expert = visited[item]
        start, stop = starts[expert], starts[expert + 1]
        both = np.empty((stop - start, gate_up.shape[1]), np.float32)
        scaled_products(both, met[start:stop], gate_up[expert], gate_up_scales[expert])
        scaled_products(made[start:stop], gated(both), down[expert], down_scales[expert])
    return made


@loop()
def keep(heads: Any, keys: Any, values: Any, place: int) -> None:
    """Write a token's keys and values, side by side, to their place among those of the tokens before it."""
    count = keys.shape[0]
    for head in range(count):
        for column in range(keys.shape[2]):
            keys[head, place, column] = written(keys, heads[head, column])
            values[head, place, column] = written(values, heads[count + head, column])


@loop(parallel=True)
def attend(queries: Any, keys: Any, values: Any, length: int, scale: float) -> Any:
    """Let one token look at all before it: torch takes 0.4 ms a layer for that, longer than the weights take."""
    heads, width = queries.shape
    mixed = np.zeros((heads, width), np.float32)
    for head in prange(heads):
        group = head // (heads // keys.shape[0])
        found = np.empty((1, length), np.float32)
        row_products(found, queries[head : head + 1], keys[group], length)
        scores = found[0]
        greatest = scores.max() * np.float32(scale)
        total = np.float32(0)
        for place in range(length):
            scores[place] = exponential(scores[place] * np.float32(scale) - greatest)
            total += scores[place]
        for place in range(length):
            for column in range(width):
                mixed[head, column] += scores[place] * value(values[group, place, column])
        for column in range(width):
            mixed[head, column] /= total
    return mixed
