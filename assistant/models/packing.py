"""Weights in four bits beside the full ones: a single token reads all of them, and so is as fast as they are small.

Knows torch's four-bit kernel for CPUs and its layout. Leaves where a matrix stands in a model to `blueprint.py`, and
what is quicker where loops can be compiled to `few_tokens.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.models.few_tokens import FewMatrix, can_compile, few_matrix

if TYPE_CHECKING:
    import torch

__all__ = ["GROUP", "Matrix", "Packed", "can_pack", "join", "pack"]

GROUP = 32
"""Weights that share a scale and a zero. The blocks of Q4_K files are as long, so these lose next to nothing."""
ROW_BLOCK = 64
"""The kernel works on blocks of so many rows; others are padded."""
ROWS_AT_ONCE = 256 * ROW_BLOCK
LEVELS = 15
CENTRE = 8
"""The kernel subtracts it from each stored value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Packed:
    """A matrix in four bits: weight = (value - 8) * scale + zero, for groups of `GROUP` columns."""

    values: torch.Tensor
    scales: torch.Tensor
    rows: int

    @property
    def bytes(self) -> int:
        """What a token reads of it."""
        return self.values.numel() * self.values.element_size() + self.scales.numel() * self.scales.element_size()

    def multiply(self, rows: torch.Tensor) -> torch.Tensor:
        """Return rows times the matrix."""
        import torch  # noqa: PLC0415 - loaded only when needed

        multiplied = torch.ops.aten._weight_int4pack_mm_for_cpu  # noqa: SLF001 - torch calls it so
        product: torch.Tensor = multiplied.default(rows, self.values, GROUP, self.scales)
        return product[:, : self.rows]


@dataclass(frozen=True, kw_only=True, slots=True)
class Matrix:
    """A linear layer, or some that read the same input, as one; `packed` is read where there are few rows."""

    weight: torch.Tensor
    bias: torch.Tensor | None
    packed: Packed | None = None
    few: FewMatrix | None = None
    """The same for compiled loops, where there are any."""

    @property
    def token_bytes(self) -> int:
        """What one token reads of it."""
        if laid := self.few or self.packed:
            return laid.bytes
        return self.weight.numel() * self.weight.element_size()

    def multiply(self, rows: torch.Tensor, *, few: bool) -> torch.Tensor:
        """Return rows times the matrix, and the bias; `few` rows read the packed weights."""
        import torch  # noqa: PLC0415 - loaded only when needed

        if few and self.packed:
            product = self.packed.multiply(rows)
            return product if self.bias is None else product + self.bias
        return torch.nn.functional.linear(rows, self.weight, self.bias)

    def multiply_into(self, made: torch.Tensor, rows: torch.Tensor, *, few: bool) -> None:
        """Write what `multiply` returns to where there is room for it: many small pieces need not be joined then."""
        import torch  # noqa: PLC0415 - loaded only when needed

        if self.bias is not None or (few and self.packed):
            made.copy_(self.multiply(rows, few=few))
        else:
            torch.mm(rows, self.weight.t(), out=made)


def join(parts: Sequence[torch.Tensor], biases: Sequence[torch.Tensor | None], *, packing: bool) -> Matrix:
    """Make one matrix of weights that read the same input, packed where that is wished and possible.

    They lie side by side from then on, and those given become views of that, so that nothing is held twice.
    """
    import torch  # noqa: PLC0415 - loaded only when needed

    given = [None if bias is None else bias.detach() for bias in biases]
    zeros = [part.new_zeros(part.shape[0]) if bias is None else bias for part, bias in zip(parts, given, strict=True)]
    bias = None if all(bias is None for bias in given) else torch.cat([part.detach() for part in zeros])
    weight = side_by_side(parts)
    if can_compile():
        return Matrix(weight=weight, bias=bias, few=few_matrix(weight, bias, packing=packing))
    packed = pack(weight) if packing and can_pack(weight) else None
    return Matrix(weight=weight, bias=bias, packed=packed)


def side_by_side(parts: Sequence[torch.Tensor]) -> torch.Tensor:
    """Copy matrices into one, and let them be views of it."""
    import torch  # noqa: PLC0415 - loaded only when needed

    if len(parts) == 1:
        return parts[0].detach()
    whole = torch.cat([part.detach() for part in parts])
    for part, view in zip(parts, torch.split(whole, [len(part) for part in parts]), strict=True):
        part.data = view
    return whole


def can_pack(weight: torch.Tensor) -> bool:
    """Tell whether the kernel takes these weights."""
    return weight.device.type == "cpu" and weight.shape[-1] % GROUP == 0


def pack(weight: torch.Tensor) -> Packed:
    """Round weights to the nearest of sixteen levels between the least and the greatest of their group.

    Some rows at a time: a whole head in full precision would take gigabytes for a moment.
    """
    import torch  # noqa: PLC0415 - loaded only when needed

    rows = len(weight)
    if rest := -rows % ROW_BLOCK:
        weight = torch.nn.functional.pad(weight, (0, 0, 0, rest))
    packed = [pack_rows(piece) for piece in torch.split(weight, ROWS_AT_ONCE)]
    values, scales = zip(*packed, strict=True)
    return Packed(values=torch.cat(values), scales=torch.cat(scales, dim=1).contiguous(), rows=rows)


def pack_rows(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Pack a multiple of `ROW_BLOCK` rows; return values by row, scales and zeros by group and row."""
    import torch  # noqa: PLC0415 - loaded only when needed

    groups = weight.float().view(weight.shape[0], -1, GROUP)
    least, greatest = groups.aminmax(dim=-1)
    scale = ((greatest - least) / LEVELS).clamp_(min=1e-8).to(weight.dtype)
    zero = (least + CENTRE * scale.float()).to(weight.dtype)
    start = zero.float() - CENTRE * scale.float()
    levels = (groups - start[..., None]).div_(scale.float()[..., None]).round_().clamp_(0, LEVELS)
    convert = torch.ops.aten._convert_weight_to_int4pack_for_cpu  # noqa: SLF001 - torch calls it so
    values: torch.Tensor = convert(levels.view_as(weight).to(torch.int32), 1)
    return values, torch.stack([scale.t(), zero.t()], dim=-1)
