# ruff: noqa: ANN001, ANN202, ANN401 - what numba compiles has no types
# mypy: ignore-errors
"""Sums of products of a few rows with a few rows of weights, held in the processor's registers together.

A row of weights that is read once for four tokens has to be widened once too, and LLVM does not see that by itself: it
then multiplies bytes 32 bits wide, at a quarter of the speed (27 of 104 billion products a second and core, Zen 4).
Knows LLVM's words for vectors. Leaves rows, scales and threads to `row_kernels.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

__all__ = ["LANES", "four_by_four", "one_by_four", "one_by_one"]

LANES = 32
"""Columns that are taken at a time; the rest of a row is the caller's."""
AHEAD_BYTES = 8192
"""Memory is asked for so far below. Of a matrix of 512 columns, 2 KiB were too late: it was read at half the speed."""
BYTE, HALF, WHOLE, SINGLE = ir.IntType(8), ir.IntType(16), ir.IntType(32), ir.FloatType()
PAIRS = {"+avx512bw": (16, "llvm.x86.avx512.pmaddw.d.512"), "+avx2": (8, "llvm.x86.avx2.pmadd.wd")}
"""How processors multiply whole numbers of 16 bits and add two neighbours: sums at a time, and the operation's name."""
FAST = ("fast",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """How one format's weights are multiplied: columns at a time, and what a sum is made of."""

    weight: ir.Type
    row: ir.Type
    columns: int
    sums: ir.VectorType
    operation: str | None = None

    @property
    def wide(self) -> ir.VectorType:
        """What both are widened to before they are multiplied."""
        kind = HALF if self.operation else self.sums.element
        return ir.VectorType(kind, self.columns)


def product_of(weight: types.Type, features: str) -> Product:
    """Choose by the format of the weights, and for bytes by what the processor can do."""
    if weight == types.int8:
        known = next((PAIRS[name] for name in PAIRS if name in features.split(",")), None)
        count, operation = known or (16, None)
        columns = 2 * count if operation else count
        return Product(weight=BYTE, row=HALF, columns=columns, sums=ir.VectorType(WHOLE, count), operation=operation)
    kind = HALF if weight == types.uint16 else SINGLE
    return Product(weight=kind, row=SINGLE, columns=16, sums=ir.VectorType(SINGLE, 16))


def tile(rows_count: int, weights_count: int) -> Any:
    """Make the sums for so many rows and rows of weights; they come row by row."""

    @intrinsic
    def sums(typing, made, weights, rows, first_weight, first_row):
        """Write down sums over all whole groups of `LANES` columns, as fp32."""
        del typing, first_weight, first_row
        signature = types.void(made, weights, rows, types.intp, types.intp)

        def generate(context, builder, called, arguments):
            product = product_of(called.args[1].dtype, context.codegen().magic_tuple()[2])
            made, weights, rows = (
                context.make_array(kind)(context, builder, held)
                for kind, held in zip(called.args[:3], arguments[:3], strict=True)
            )
            units = [builder.add(arguments[3], arguments[3].type(number)) for number in range(weights_count)]
            texts = [builder.add(arguments[4], arguments[4].type(number)) for number in range(rows_count)]
            starts = [
                [address(builder, array, number) for number in numbers]
                for array, numbers in ((weights, units), (rows, texts))
            ]
            width = cgutils.unpack_tuple(builder, weights.shape)[1]
            totals = summed(builder, product, *starts, width)
            places = [(text, unit) for text in texts for unit in units]
            for (text, unit), sums in zip(places, totals, strict=True):
                there = builder.gep(address(builder, made, text), [builder.mul(unit, unit.type(4))], source_etype=BYTE)
                found = total(builder, product, sums)
                single = found if found.type is SINGLE else builder.sitofp(found, SINGLE)
                builder.store(single, builder.bitcast(there, SINGLE.as_pointer()))
            return context.get_dummy_value()

        return signature, generate

    return sums


def address(builder, array, number):
    """Say where a row begins."""
    stride = cgutils.unpack_tuple(builder, array.strides)[0]
    start = builder.bitcast(array.data, BYTE.as_pointer())
    return builder.gep(start, [builder.mul(stride, number)], source_etype=BYTE)


def summed(builder, product, weights, rows, width):
    """Go along the columns with a vector of sums for each pair of rows."""
    index = width.type
    zero = product.sums([product.sums.element(0)] * product.sums.count)
    whole = builder.and_(width, index(-LANES))
    distance = distance_ahead(builder, builder.mul(width, index(len(weights))), size_of(product.weight))
    counter = cgutils.alloca_once_value(builder, index(0))
    totals = [cgutils.alloca_once_value(builder, zero) for _ in range(len(weights) * len(rows))]
    body = builder.append_basic_block("columns")
    test, end = builder.append_basic_block("test"), builder.append_basic_block("end")
    builder.branch(test)
    builder.position_at_end(test)
    builder.cbranch(builder.icmp_signed("<", builder.load(counter), whole), body, end)
    builder.position_at_end(body)
    place = builder.load(counter)
    for start in weights:
        ahead(builder, start, builder.add(place, distance), product.weight)
    wide = [
        widened(builder, product, read(builder, start, place, product.weight, product.columns)) for start in weights
    ]
    beside = [widened(builder, product, read(builder, start, place, product.row, product.columns)) for start in rows]
    pairs = [(row, weight) for row in beside for weight in wide]
    for slot, (row, weight) in zip(totals, pairs, strict=True):
        builder.store(added(builder, product, builder.load(slot), row, weight), slot)
    builder.store(builder.add(place, index(product.columns)), counter)
    builder.branch(test)
    builder.position_at_end(end)
    return [builder.load(slot) for slot in totals]


def size_of(kind):
    """Give a number's bytes."""
    return 4 if kind is SINGLE else kind.width // 8


def distance_ahead(builder, columns, size):
    """Say how many columns lie between a tile and the one to ask for: as many whole tiles as make `AHEAD_BYTES`."""
    least = columns.type(AHEAD_BYTES // size)
    below = builder.udiv(builder.add(least, builder.sub(columns, columns.type(1))), columns)
    return builder.mul(columns, below)


def ahead(builder, start, place, kind):
    """Ask memory for a row's neighbours below: rows read side by side are no stream that the processor foresees."""
    there = builder.gep(start, [builder.mul(place, place.type(size_of(kind)))], source_etype=BYTE)
    signature = ir.FunctionType(ir.VoidType(), [BYTE.as_pointer(), WHOLE, WHOLE, WHOLE])
    asked = cgutils.get_or_insert_function(builder.module, signature, "llvm.prefetch.p0")
    builder.call(asked, [there, WHOLE(0), WHOLE(2), WHOLE(1)])


def read(builder, start, place, kind, count):
    """Read some neighbours, wherever they lie."""
    vector = ir.VectorType(kind, count)
    there = builder.gep(start, [builder.mul(place, place.type(size_of(kind)))], source_etype=BYTE)
    return builder.load(builder.bitcast(there, vector.as_pointer()), align=1, typ=vector)


def widened(builder, product, numbers):
    """Make weights or rows as wide as they are multiplied; a bf16 number is the upper half of an fp32 one."""
    kind, wide = numbers.type.element, product.wide
    if kind == wide.element:
        return numbers
    if wide.element is not SINGLE:
        return builder.sext(numbers, wide)
    whole = ir.VectorType(WHOLE, product.columns)
    shifted = builder.shl(builder.zext(numbers, whole), whole([WHOLE(16)] * product.columns))
    return builder.bitcast(shifted, wide)


def added(builder, product, total, row, weight):
    """Add products to a vector of sums."""
    if product.operation:
        kind = ir.FunctionType(product.sums, [product.wide, product.wide])
        multiplied = cgutils.get_or_insert_function(builder.module, kind, product.operation)
        return builder.add(total, builder.call(multiplied, [row, weight]))
    if product.sums.element is SINGLE:
        return builder.fadd(total, builder.fmul(row, weight, flags=FAST), flags=FAST)
    return builder.add(total, builder.mul(row, weight))


def total(builder, product, sums):
    """Add up a vector."""
    count, kind = product.sums.count, product.sums.element
    if kind is SINGLE:
        signature = ir.FunctionType(kind, [kind, product.sums])
        added_up = cgutils.get_or_insert_function(builder.module, signature, f"llvm.vector.reduce.fadd.v{count}f32")
        return builder.call(added_up, [kind(0.0), sums], fastmath=FAST)
    signature = ir.FunctionType(kind, [product.sums])
    added_up = cgutils.get_or_insert_function(builder.module, signature, f"llvm.vector.reduce.add.v{count}i32")
    return builder.call(added_up, [sums])


four_by_four = tile(4, 4)
one_by_four = tile(1, 4)
one_by_one = tile(1, 1)
