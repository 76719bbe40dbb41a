# ruff: noqa: ANN401 - what numba compiles has no types
# mypy: disable-error-code="import-not-found,import-untyped,untyped-decorator,misc"
"""What a few tokens do in a layer besides reading its weights: norms, turns, looking back, and choosing experts.

Compiled like `row_kernels.py`, and for the same reason. Knows the arithmetic of one step. Leaves their order to
`quick_steps.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange

from assistant.models.row_kernels import Compiled, dot_halves, dot_singles, single, widened

__all__ = ["attend_halves", "attend_singles", "choose", "gated", "normed", "turn"]


@njit(fastmath=True, nogil=True, cache=True)
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


@njit(fastmath=True, nogil=True, cache=True)
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


@njit(fastmath=True, nogil=True, cache=True)
def gated(both: Any) -> Any:
    """Multiply the upper half by the activated lower half."""
    width = both.shape[1] // 2
    made = np.empty((both.shape[0], width), np.float32)
    for row in range(both.shape[0]):
        for place in range(width):
            gate = both[row, place]
            made[row, place] = gate / (np.float32(1) + np.exp(-gate)) * both[row, width + place]
    return made


@njit(fastmath=True, nogil=True, cache=True)
def choose(rows: Any, router: Any, per_token: int, renormalise: bool) -> Any:  # noqa: FBT001 - numba takes no keywords
    """Choose the best experts for each row, and their shares: of those chosen, or of all."""
    count, experts = rows.shape[0], router.shape[0]
    chosen, shares = np.empty((count, per_token), np.int64), np.empty((count, per_token), np.float32)
    scores = np.empty(experts, np.float32)
    for row in range(count):
        for expert in range(experts):
            scores[expert] = dot_singles(router[expert], rows[row])
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


def attending(dot: Compiled, read: Compiled) -> Compiled:
    """Make the look of one token at all before it: torch's takes 0.4 ms a layer, longer than the weights take."""

    @njit(parallel=True, fastmath=True, nogil=True, cache=True)
    def attend(queries: Any, keys: Any, values: Any, length: int, scale: float) -> Any:
        heads, width = queries.shape
        mixed = np.zeros((heads, width), np.float32)
        for head in prange(heads):
            group = head // (heads // keys.shape[0])
            scores = np.empty(length, np.float32)
            for place in range(length):
                scores[place] = dot(keys[group, place], queries[head]) * np.float32(scale)
            greatest = scores.max()
            total = np.float32(0)
            for place in range(length):
                scores[place] = np.exp(scores[place] - greatest)
                total += scores[place]
            for place in range(length):
                for column in range(width):
                    mixed[head, column] += scores[place] * read(values[group, place, column])
            for column in range(width):
                mixed[head, column] /= total
        return mixed

    return attend


attend_halves = attending(dot_halves, widened)
attend_singles = attending(dot_singles, single)
