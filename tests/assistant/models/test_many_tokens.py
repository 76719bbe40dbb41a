"""What many tokens do between products is the same by compiled loops as by torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from assistant.models.few_tokens import looping
from assistant.models.layer_kernels import gated as gated_rows
from assistant.models.many_tokens import gated, mixed

FORMATS = [torch.float32, torch.bfloat16]


def random(*shape: int, number_format: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(11)).to(number_format)


def exactness(number_format: torch.dtype) -> dict[str, float]:
    return {"rtol": 1e-5, "atol": 1e-6} if number_format == torch.float32 else {"rtol": 2**-8, "atol": 1e-6}


@pytest.mark.parametrize("number_format", FORMATS)
def test_gates_open_as_the_library_opens_them(number_format: torch.dtype) -> None:
    both = 8 * random(37, 90, number_format=number_format)
    gate, up = both.float().chunk(2, dim=-1)
    expected = (torch.nn.functional.silu(gate) * up).to(number_format)
    torch.testing.assert_close(gated(both), expected, **exactness(number_format))


def test_gates_of_any_size_open_or_close_and_do_not_overflow() -> None:
    gates = torch.tensor([[-1e30, -1000.0, -88.5, -0.0, 88.5, 1000.0, 1e30]])
    both = torch.cat([gates, torch.ones_like(gates)], dim=-1)
    with looping():
        made = torch.from_numpy(gated_rows(both.numpy()))
    torch.testing.assert_close(made, torch.nn.functional.silu(gates), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("number_format", FORMATS)
def test_a_token_gets_what_its_own_experts_made_each_with_its_share(number_format: torch.dtype) -> None:
    parts, shares = random(6, 50, number_format=number_format), random(3, 2, number_format=number_format)
    places = torch.tensor([[5, 0], [1, 4], [2, 3]])
    expected = torch.einsum("tc,tcw->tw", shares.float(), parts.float()[places])
    made = mixed(parts, places, shares)
    assert made.dtype == number_format
    torch.testing.assert_close(made.float(), expected, **exactness(number_format))


def test_bf16_is_rounded_to_the_nearest_as_torch_rounds_it() -> None:
    parts = torch.from_numpy(np.linspace(0.9, 1.1, 400, dtype=np.float32))[None].bfloat16()
    shares = torch.tensor([[1 + 2**-7]]).bfloat16()
    expected = (parts.float() * shares.float()).bfloat16()
    assert torch.equal(mixed(parts, torch.tensor([[0]]), shares), expected)
