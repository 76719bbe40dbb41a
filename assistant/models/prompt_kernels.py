# ruff: noqa: ANN401 - what numba compiles has no types
# mypy: disable-error-code="import-not-found,import-untyped,untyped-decorator,misc,call-arg"
"""What many tokens do between the products of a layer: norms, turns, looking back, and going to experts and back.

Compiled like `row_kernels.py`. torch takes each of these steps through memory by itself, several times for some. Knows
the arithmetic of one step, on numbers of any format. Leaves their order, and what is done where loops cannot be
compiled, to `many_tokens.py`; a few tokens' own loops are in `layer_kernels.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from assistant.models.compiling import loop
from assistant.models.pair_tiles import COLUMNS, ROWS, four_rows
from assistant.models.row_kernels import exponential, upper_half_of, value, written

__all__ = ["attend_many", "choose_many", "gate_many", "gather_many", "mix_many", "norm_many", "turn_many"]


@loop(parallel=True)
def norm_many(state: Any, added: Any, scale: float, weight: Any, epsilon: float, made: Any) -> None:
    """Add what the last half layer made to the state, and write the sum scaled to unit size."""
    width = state.shape[1]
    for row in prange(state.shape[0]):
        squares = np.float32(0)
        for place in range(width):
            sum_ = value(state[row, place]) + np.float32(scale) * value(added[row, place])
            state[row, place] = written(state, sum_)
            kept = value(state[row, place])
            squares += kept * kept
        size = np.float32(1) / np.sqrt(squares / np.float32(width) + np.float32(epsilon))
        for place in range(width):
            made[row, place] = written(made, value(state[row, place]) * size * weight[place])


@loop(parallel=True)
def turn_many(heads: Any, cosine: Any, sine: Any, keys: Any, values: Any, start: int) -> None:
    """Turn queries and keys (token, head, width) by where their token stands, in place; keep keys and values.

    Keys and values (head, place, width) are written from `start` on; the first half of the sines has the rotation's
    sign.
    """
    key_heads, half = keys.shape[0], heads.shape[2] // 2
    turned = heads.shape[1] - key_heads
    for row in prange(heads.shape[0]):
        for head in range(turned):
            for place in range(half):
                first, second = value(heads[row, head, place]), value(heads[row, head, place + half])
                low = first * cosine[row, place] + second * sine[row, place]
                high = second * cosine[row, place + half] + first * sine[row, place + half]
                heads[row, head, place] = written(heads, low)
                heads[row, head, place + half] = written(heads, high)
        for group in range(key_heads):
            for place in range(2 * half):
                keys[group, start + row, place] = heads[row, turned - key_heads + group, place]
                values[group, start + row, place] = heads[row, turned + group, place]


@loop(parallel=True)
def paired(keys: Any, values: Any, total: int) -> Any:
    """Lay keys and values of bf16 out for `four_rows`: (head, width's pair, place) and (head, places' pair, width).

    Room is made for whole groups of columns.
    """
    heads, width = keys.shape[0], keys.shape[2]
    room = (total + COLUMNS - 1) // COLUMNS * COLUMNS
    across = np.zeros((heads, width // 2, room), np.uint32)
    along = np.zeros((heads, room // 2, width), np.uint32)
    for head in prange(heads):
        for place in range(total):
            for pair in range(width // 2):
                upper = np.uint32(keys[head, place, 2 * pair + 1]) << np.uint32(16)
                across[head, pair, place] = np.uint32(keys[head, place, 2 * pair]) | upper
            for column in range(width):
                along[head, place // 2, column] |= np.uint32(values[head, place, column]) << np.uint32(place % 2 * 16)
    return across, along


@loop(parallel=True)
def attend_many(heads: Any, keys: Any, values: Any, start: int, scale: float, made: Any) -> None:
    """Let each token's queries (token, head, width) look at all before it; all numbers are bf16.

    The first token stands at `start`. Scores are fp32; the weights of what is seen are rounded to bf16, as torch's
    kernel does.
    """
    count, width, queries = heads.shape[0], heads.shape[2], made.shape[1]
    across, along = paired(keys, values, start + count)
    strips, shared = (count + ROWS - 1) // ROWS, queries // keys.shape[0]
    for item in prange(queries * strips):
        head, first = item // strips, item % strips * ROWS
        group, rows = head // shared, min(ROWS, count - first)
        seen = start + first + rows
        room = (seen + COLUMNS - 1) // COLUMNS * COLUMNS
        asked = np.zeros((ROWS, width), np.uint16)
        for row in range(rows):
            for place in range(width):
                asked[row, place] = heads[first + row, head, place]
        scores = np.empty((ROWS, room), np.float32)
        for column in range(0, room, COLUMNS):
            four_rows(scores, asked.view(np.uint32), across[group], column, width // 2)
        weights, totals = weighed(scores, start + first, rows, np.float32(scale))
        mixed = np.empty((ROWS, width), np.float32)
        for column in range(0, width, COLUMNS):
            four_rows(mixed, weights.view(np.uint32), along[group], column, (seen + 1) // 2)
        for row in range(rows):
            for place in range(width):
                made[first + row, head, place] = upper_half_of(mixed[row, place] / totals[row])


@loop()
def weighed(scores: Any, start: int, rows: int, scale: float) -> Any:
    """Make scores, which are used up, weights in bf16, nothing for what a row does not see; give their sum a row."""
    weights, totals = np.zeros(scores.shape, np.uint16), np.zeros(rows, np.float32)
    for row in range(rows):
        own, seen = scores[row], start + row + 1
        greatest, total = own[0], np.float32(0)
        for place in range(seen):
            greatest = max(greatest, own[place])
        for place in range(seen):
            weight = exponential((own[place] - greatest) * scale)
            own[place] = weight
            total += weight
        for place in range(seen):
            weights[row, place] = upper_half_of(own[place])
        totals[row] = total
    return weights, totals


@loop(parallel=True)
def choose_many(scores: Any, per_token: int, renormalise: bool, shares: Any, chosen: Any) -> None:  # noqa: FBT001 - numba takes no keywords
    """Choose each token's best experts by its scores, which are used up, and their shares: of those, or of all."""
    for row in prange(scores.shape[0]):
        own = scores[row]
        greatest = own.max()
        total, taken = np.float32(0), np.float32(0)
        for place in range(own.shape[0]):
            total += exponential(own[place] - greatest)
        for rank in range(per_token):
            best = own.argmax()
            chosen[row, rank] = best
            shares[row, rank] = exponential(own[best] - greatest)
            taken += shares[row, rank]
            own[best] = -np.inf
        for rank in range(per_token):
            shares[row, rank] /= taken if renormalise else total


@loop(parallel=True)
def gather_many(rows: Any, pairs: Any, starts: Any, begins: Any, per_token: int, made: Any, places: Any) -> None:
    """Put a token's row wherever an expert meets it, and note where each pair (token, choice) came, token by token.

    Pairs are sorted by expert, `starts` says where; an expert's rows begin at `begins`, and the rest of its room is 0.
    """
    for expert in prange(starts.shape[0] - 1):
        shift = begins[expert] - starts[expert]
        for number in range(starts[expert], starts[expert + 1]):
            places[pairs[number]] = number + shift
            made[number + shift] = rows[pairs[number] // per_token]
        for place in range(starts[expert + 1] + shift, begins[expert + 1]):
            made[place] = 0


@loop(parallel=True)
def gate_many(both: Any, made: Any) -> None:
    """Multiply the upper half by the activated lower half."""
    width = made.shape[1]
    for row in prange(both.shape[0]):
        for place in range(width):
            gate = value(both[row, place])
            opened = gate / (np.float32(1) + exponential(-gate))
            made[row, place] = written(made, opened * value(both[row, width + place]))


@loop(parallel=True)
def mix_many(parts: Any, places: Any, shares: Any, made: Any) -> None:
    """Sum what each token's experts made of it, each with its share; `places` says where that is, token by token."""
    count, width = shares.shape[1], made.shape[1]
    for token in prange(made.shape[0]):
        sums = np.zeros(width, np.float32)
        for choice in range(count):
            share, place = shares[token, choice], places[token * count + choice]
            for column in range(width):
                sums[column] += share * value(parts[place, column])
        for column in range(width):
            made[token, column] = written(made, sums[column])
