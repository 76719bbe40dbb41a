"""Compiled loops compute what torch does, from full weights exactly and from bytes nearly."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from assistant.models import quick_steps
from assistant.models.few_tokens import few_experts, few_matrix
from assistant.models.footprint import packed_gib
from assistant.models.memory import GIB
from assistant.models.packing import join

FORMATS = [torch.float32, torch.bfloat16]


def random(*shape: int, number_format: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(7)).to(number_format)


@pytest.mark.parametrize("number_format", FORMATS)
@pytest.mark.parametrize("count", [1, 3, 6])
def test_matrices_that_read_the_same_input_are_one_product_with_their_bias(
    number_format: torch.dtype, count: int
) -> None:
    parts = [random(24, 80, number_format=number_format), random(7, 80, number_format=number_format)]
    bias, rows = random(31), random(count, 80)
    expected = torch.nn.functional.linear(rows, torch.cat(parts).float(), bias)
    matrix = join(parts, [bias[:24], bias[24:]], packing=False)
    made = quick_steps.few(matrix).multiply(rows.numpy())
    torch.testing.assert_close(torch.from_numpy(made), expected, rtol=1e-4, atol=1e-4)
    assert matrix.weight.data_ptr() == parts[0].data_ptr()  # nothing is held twice
    assert matrix.weight[24:].data_ptr() == parts[1].data_ptr()


@pytest.mark.parametrize("number_format", FORMATS)
def test_bytes_round_each_row_by_its_own_size(number_format: torch.dtype) -> None:
    weight = random(32, 256, number_format=number_format) * torch.logspace(-3, 3, 32)[:, None].to(number_format)
    rows = random(2, 256)
    expected = torch.nn.functional.linear(rows, weight.float())
    made = torch.from_numpy(few_matrix(weight, None, packing=True).multiply(rows.numpy()))
    rounding = (made - expected).norm(dim=0) / weight.float().norm(dim=1)
    assert float(rounding.max()) < 0.05  # of rows whose products are about 1 in this unit


def test_rows_of_one_huge_number_do_not_overflow() -> None:
    weight, rows = torch.full((4, 8960), 3.0), torch.full((1, 8960), 1000.0)
    made = few_matrix(weight, None, packing=True).multiply(rows.numpy())
    np.testing.assert_allclose(made, 3.0 * 1000.0 * 8960, rtol=1e-2)


def test_rows_of_nothing_stay_nothing() -> None:
    made = few_matrix(torch.zeros(4, 64), None, packing=True).multiply(np.zeros((1, 64), np.float32))
    assert not made.any()


@pytest.mark.parametrize("packing", [False, True])
def test_each_token_gets_the_mixture_of_its_own_experts(packing: bool) -> None:  # noqa: FBT001 - pytest passes it
    gate_up, down, rows = random(6, 32, 64), random(6, 64, 16), random(3, 64)
    chosen = np.array([[0, 4], [4, 2], [5, 0]])
    shares = np.array([[0.25, 0.75], [0.5, 0.5], [1.0, 0.0]], np.float32)
    experts = few_experts(random(6, 64), gate_up, down, packing=packing)
    made = torch.from_numpy(experts.visit(rows.numpy(), chosen, shares))
    expected = torch.zeros(3, 64)
    for token, places in enumerate(chosen):
        for choice, expert in enumerate(places):
            gate, up = (gate_up[expert] @ rows[token]).chunk(2)
            expected[token] += float(shares[token, choice]) * (down[expert] @ (torch.nn.functional.silu(gate) * up))
    assert float((made - expected).norm() / expected.norm()) < (0.02 if packing else 1e-4)


def test_bytes_take_what_is_computed_before_they_are_made() -> None:
    weight = random(256, 512)
    taken = few_matrix(weight, None, packing=True).bytes
    assert taken <= packed_gib(weight.numel(), "bfloat16", in_bytes=True) * GIB <= taken * 1.01
