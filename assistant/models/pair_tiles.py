# ruff: noqa: ANN001, ANN201, ANN202, ANN204 - what numba compiles has no types
# mypy: ignore-errors
"""Products of bf16 matrices, four rows with sixty-four columns at a time, summed in fp32 in the processor's registers.

Knows LLVM's words for pairs of bf16 numbers, which some processors multiply and add in one step (AVX512-BF16: Intel
since Cooper Lake, AMD since Zen 4). Leaves what is multiplied, and what others do, to `prompt_kernels.py`.
"""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.registry import cpu_target
from numba.extending import intrinsic

from assistant.models.tiles import BYTE, SINGLE, WHOLE, address

__all__ = ["COLUMNS", "ROWS", "four_rows", "has_pairs"]

ROWS, COLUMNS = 4, 64
"""Sixteen vectors of sums, four of columns and one of a row's pair: 21 of 32 registers."""
LANES = 16
FEATURE = "+avx512bf16"
OPERATION = "llvm.x86.avx512bf16.dpbf16ps.512"


class BrainFloat(ir.types.Type):
    """LLVM's bf16, which llvmlite does not name."""

    def _to_string(self):
        """Write it as LLVM does."""
        return "bfloat"

    def __eq__(self, other):
        """There is one."""
        return isinstance(other, BrainFloat)

    def __hash__(self):
        """There is one."""
        return hash(BrainFloat)


SUMS, PAIRS = ir.VectorType(SINGLE, LANES), ir.VectorType(WHOLE, LANES)
HALVES = ir.VectorType(BrainFloat(), 2 * LANES)


def has_pairs() -> bool:
    """Tell whether the processor that loops are compiled for multiplies pairs: LLVM ends the process if it does not."""
    features = cpu_target.target_context.codegen().magic_tuple()[2]
    return FEATURE in features.split(",")


@intrinsic
def four_rows(typing, made, left, right, column, pairs):
    """Write four rows of `left` (row, pair) times sixty-four columns of `right` (pair, column) to `made`.

    Columns are taken from `column` on, and written to the same. A pair is two bf16 numbers that are neighbours in a row
    of `left`, the first in the lower half of 32 bits, and below each other in a column of `right`; `made` is fp32.
    """
    del typing, column, pairs
    signature = types.void(made, left, right, types.intp, types.intp)

    def generate(context, builder, called, arguments):
        made, left, right = (
            context.make_array(kind)(context, builder, held)
            for kind, held in zip(called.args[:3], arguments[:3], strict=True)
        )
        column, pairs = arguments[3:]
        starts = [address(builder, left, pairs.type(row)) for row in range(ROWS)]
        sums = summed(builder, starts, right, column, pairs)
        for row in range(ROWS):
            line = address(builder, made, pairs.type(row))
            for part in range(COLUMNS // LANES):
                builder.store(sums[row][part], at(builder, line, column, part, SUMS), align=4)
        return context.get_dummy_value()

    return signature, generate


def at(builder, line, column, part, kind):
    """Point to sixteen neighbours of 32 bits."""
    place = builder.add(column, column.type(part * LANES))
    there = builder.gep(line, [builder.mul(place, place.type(4))], source_etype=BYTE)
    return builder.bitcast(there, kind.as_pointer())


def summed(builder, starts, right, column, pairs):
    """Go along the pairs with a vector of sums for each row and sixteen columns."""
    zero = SUMS([SINGLE(0)] * LANES)
    slots = [[cgutils.alloca_once_value(builder, zero) for _ in range(COLUMNS // LANES)] for _ in starts]
    with cgutils.for_range(builder, pairs) as loop:
        line = address(builder, right, loop.index)
        columns = [
            halves(builder, builder.load(at(builder, line, column, part, PAIRS), align=4, typ=PAIRS))
            for part in range(COLUMNS // LANES)
        ]
        for start, row in zip(starts, slots, strict=True):
            there = builder.gep(start, [builder.mul(loop.index, pairs.type(4))], source_etype=BYTE)
            pair = builder.load(builder.bitcast(there, WHOLE.as_pointer()), align=4, typ=WHOLE)
            alike = halves(builder, everywhere(builder, pair))
            for slot, part in zip(row, columns, strict=True):
                builder.store(added(builder, builder.load(slot), alike, part), slot)
    return [[builder.load(slot) for slot in row] for row in slots]


def halves(builder, pairs):
    """See pairs as bf16 numbers."""
    return builder.bitcast(pairs, HALVES)


def everywhere(builder, pair):
    """Put one pair into all places of a vector."""
    first = builder.insert_element(ir.Constant(PAIRS, ir.Undefined), pair, WHOLE(0))
    return builder.shuffle_vector(first, ir.Constant(PAIRS, ir.Undefined), PAIRS([WHOLE(0)] * LANES))


def added(builder, sums, left, right):
    """Add products of pairs to sums."""
    signature = ir.FunctionType(SUMS, [SUMS, HALVES, HALVES])
    operation = cgutils.get_or_insert_function(builder.module, signature, OPERATION)
    return builder.call(operation, [sums, left, right])
