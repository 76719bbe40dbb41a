# ruff: noqa: ANN401 - what numba compiles has no types
# mypy: disable-error-code="import-not-found,import-untyped,untyped-decorator,misc,no-untyped-call"
"""Loops over rows of numbers, compiled for this processor: a few tokens' way through a layer.

Knows number formats, and is imported only where numba is installed. Leaves which weights to `few_tokens.py`, their
order to `quick_steps.py` and products in registers to `tiles.py`. A token is bound by how fast its weights are read:
torch's own products of a matrix and one row read 20 GB/s a core in bf16, 9 in eight bits and 11 in four. These read 29
to 31, all that memory gives on the machine they were measured on (AVX-512, two cores); and torch's small operations
took a millisecond for every five layers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange, types
from numba.extending import overload

from assistant.models.compiling import loop
from assistant.models.tiles import LANES, four_by_four, one_by_four, one_by_one

__all__ = [
    "exponential",
    "mixed",
    "multiply",
    "multiply_experts",
    "round_rows",
    "row_products",
    "scaled_products",
    "sorted_by_expert",
    "upper_half_of",
    "value",
    "written",
]

MOST_SUM = 0.99 * 2**31
MOST_BYTE = 127
MOST_INTEGER = 32_767
LEAST = 1e-20
"""A row of zeros has no greatest value to divide by."""
HALF_BITS = 16
"""A bf16 number is the upper half of an fp32 one."""
HALF_ROUND = 0x7FFF
LEAST_POWER, MOST_POWER = -87.0, 88.0
"""Beyond them e to it is no normal fp32 number."""
STRIP = 4
"""Rows of weights that are taken together."""


def value(number: Any) -> Any:
    """Read a number of any format; only loops can call it."""
    raise NotImplementedError(number)


@overload(value, strict=False)
def value_of(number: Any) -> Any:
    """Choose by the format; numpy takes a bf16 number for a whole one."""
    if number == types.uint16:
        return lambda number: np.uint32(np.uint32(number) << np.uint32(HALF_BITS)).view(np.float32)
    return lambda number: np.float32(number)  # noqa: PLW0108 - numba takes functions of Python only


def written(numbers: Any, number: Any) -> Any:
    """Make an fp32 number what these numbers are; only loops can call it."""
    raise NotImplementedError(numbers, number)


@overload(written, strict=False)
def written_for(numbers: Any, number: Any) -> Any:
    """Choose by the format; bf16 is the upper half of fp32, rounded to the nearest, ties to even."""
    del number
    if numbers.dtype == types.uint16:
        return upper_half
    return lambda numbers, number: np.float32(number)  # noqa: ARG005 - numba looks at the types alone


def upper_half(numbers: Any, number: Any) -> Any:  # noqa: ARG001 - numba looks at its type alone
    """Round to bf16, as `upper_half_of` does."""
    return upper_half_of(np.float32(number))


@loop()
def upper_half_of(number: Any) -> Any:
    """Round an fp32 number to bf16."""
    bits = np.float32(number).view(np.uint32)
    even = np.uint32(HALF_ROUND) + ((bits >> np.uint32(HALF_BITS)) & np.uint32(1))
    return np.uint16((bits + even) >> np.uint32(HALF_BITS))


@loop()
def exponential(number: Any) -> Any:
    """Raise e to an fp32 number, to its last digit but one, several at a time: the C library's takes them one by one.

    The polynomial is that of `expf` in Cephes (Moshier 1992).
    """
    bounded = min(max(number, np.float32(LEAST_POWER)), np.float32(MOST_POWER))
    whole = np.floor(bounded * np.float32(1.44269504) + np.float32(0.5))
    rest = bounded - whole * np.float32(0.693359375) + whole * np.float32(2.12194440e-4)
    sum_ = np.float32(1.9875691500e-4) * rest + np.float32(1.3981999507e-3)
    sum_ = sum_ * rest + np.float32(8.3334519073e-3)
    sum_ = sum_ * rest + np.float32(4.1665795894e-2)
    sum_ = sum_ * rest + np.float32(1.6666665459e-1)
    sum_ = sum_ * rest + np.float32(5.0000001201e-1)
    power = np.int32((np.int32(whole) + np.int32(127)) << np.int32(23)).view(np.float32)
    return (sum_ * (rest * rest) + rest + np.float32(1)) * power


def prepared(rows: Any, weights: Any) -> Any:
    """Make rows ready to be multiplied with weights of any format; only loops can call it."""
    raise NotImplementedError(rows, weights)


@overload(prepared, strict=False)
def prepared_for(rows: Any, weights: Any) -> Any:
    """Choose by the format: bytes are multiplied with whole numbers, others with what is there."""
    del rows
    if weights.dtype == types.int8:
        return lambda rows, weights: as_integers(rows)  # noqa: ARG005 - numba looks at the types alone
    return lambda rows, weights: (rows, np.ones(rows.shape[0], np.float32))  # noqa: ARG005 - as above


@loop()
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


@loop(parallel=True)
def round_rows(weights: Any, rounded: Any, scales: Any) -> None:
    """Round rows to bytes, each with a scale of its own."""
    for number in prange(weights.shape[0]):
        greatest = np.float32(LEAST)
        for place in range(weights.shape[1]):
            greatest = max(greatest, abs(value(weights[number, place])))
        scales[number] = greatest / MOST_BYTE
        for place in range(weights.shape[1]):
            rounded[number, place] = np.int8(np.rint(value(weights[number, place]) * (MOST_BYTE / greatest)))


@loop()
def products(made: Any, rows: Any, weights: Any, first: int, last: int) -> None:
    """Multiply all rows with some rows of weights, which four rows read together."""
    count = rows.shape[0]
    fours = count - count % STRIP
    whole = last - (last - first) % STRIP
    for unit in range(first, whole, STRIP):
        for row in range(0, fours, STRIP):
            four_by_four(made, weights, rows, unit, row)
        for row in range(fours, count):
            one_by_four(made, weights, rows, unit, row)
    add_rest(made, rows, weights, first, last)


@loop()
def add_rest(made: Any, rows: Any, weights: Any, first: int, last: int) -> None:
    """Add what tiles leave out: the last rows of weights, and columns."""
    whole, width = last - (last - first) % STRIP, weights.shape[1]
    for row in range(rows.shape[0]):
        for unit in range(whole, last):
            one_by_one(made, weights, rows, unit, row)
        if width % LANES:
            for unit in range(first, last):
                for place in range(width - width % LANES, width):
                    made[row, unit] += value(weights[unit, place]) * np.float32(rows[row, place])


@loop()
def row_products(made: Any, rows: Any, weights: Any, count: int) -> None:
    """Multiply rows one by one with the first rows of weights, where those are few."""
    for row in range(rows.shape[0]):
        for unit in range(0, count - STRIP + 1, STRIP):
            one_by_four(made, weights, rows, unit, row)
    add_rest(made, rows, weights, 0, count)


@loop(parallel=True)
def multiply(rows: Any, weights: Any, scales: Any) -> Any:
    """Multiply a few rows with a matrix."""
    ready, sizes = prepared(rows, weights)
    count, height = rows.shape[0], weights.shape[0]
    product = np.empty((count, height), np.float32)
    for strip in prange((height + STRIP - 1) // STRIP):
        first, last = strip * STRIP, min(height, (strip + 1) * STRIP)
        products(product, ready, weights, first, last)
        for row in range(count):
            for number in range(first, last):
                product[row, number] *= scales[number] * sizes[row]
    return product


@loop()
def scaled_products(made: Any, rows: Any, weights: Any, scales: Any) -> None:
    """Multiply rows with a whole matrix, by one thread."""
    ready, sizes = prepared(rows, weights)
    products(made, ready, weights, 0, weights.shape[0])
    for row in range(rows.shape[0]):
        for number in range(weights.shape[0]):
            made[row, number] *= scales[number] * sizes[row]


@loop()
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


@loop(parallel=True)
def multiply_experts(rows: Any, visited: Any, starts: Any, weights: Any, scales: Any) -> Any:
    """Multiply rows that are sorted by expert with their expert's matrix."""
    ready, sizes = prepared(rows, weights)
    height = weights.shape[1]
    strips = (height + STRIP - 1) // STRIP
    made = np.empty((rows.shape[0], height), np.float32)
    for item in prange(visited.shape[0] * strips):
        expert, first = visited[item // strips], item % strips * STRIP
        last = min(height, first + STRIP)
        start, stop = starts[expert], starts[expert + 1]
        products(made[start:stop], ready[start:stop], weights[expert], first, last)
        for row in range(start, stop):
            for number in range(first, last):
                made[row, number] *= scales[expert, number] * sizes[row]
    return made


@loop()
def mixed(parts: Any, pairs: Any, shares: Any) -> Any:
    """Put what experts made back into the order of tokens, each with its share."""
    out = np.zeros((shares.shape[0], parts.shape[1]), np.float32)
    for place in range(pairs.shape[0]):
        token, choice = pairs[place] // shares.shape[1], pairs[place] % shares.shape[1]
        for number in range(parts.shape[1]):
            out[token, number] += parts[place, number] * shares[token, choice]
    return out
