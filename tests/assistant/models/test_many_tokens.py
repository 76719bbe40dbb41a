"""What many tokens do between products is the same by compiled loops as by torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from assistant.models import prompt_kernels
from assistant.models.few_tokens import as_numbers, looping
from assistant.models.layer_kernels import gated as gated_rows
from assistant.models.many_tokens import attended, can_pair, gated

FORMATS = [torch.float32, torch.bfloat16]


def random(*shape: int, number_format: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(11)).to(number_format)


def exactness(number_format: torch.dtype) -> dict[str, float]:
    return {"rtol": 1e-5, "atol": 1e-5} if number_format == torch.float32 else {"rtol": 2**-8, "atol": 1e-6}


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
    parts, shares = random(6, 50, number_format=number_format), random(3, 2)
    places = torch.tensor([[5, 0], [1, 4], [2, 3]])
    expected = torch.einsum("tc,tcw->tw", shares, parts.float()[places])
    made = parts.new_empty(3, 50)
    with looping():
        prompt_kernels.mix_many(as_numbers(parts), places.flatten().numpy(), shares.numpy(), as_numbers(made))
    torch.testing.assert_close(made.float(), expected, **exactness(number_format))


def test_bf16_is_rounded_to_the_nearest_as_torch_rounds_it() -> None:
    parts = torch.from_numpy(np.linspace(0.9, 1.1, 400, dtype=np.float32))[None].bfloat16()
    share = torch.tensor([[1 + 2**-7]])
    made = torch.empty_like(parts)
    with looping():
        prompt_kernels.mix_many(as_numbers(parts), np.zeros(1, np.int64), share.numpy(), as_numbers(made))
    assert torch.equal(made, (parts.float() * share).bfloat16())


@pytest.mark.parametrize("number_format", FORMATS)
def test_what_was_made_is_added_and_the_sum_scaled_to_unit_size(number_format: torch.dtype) -> None:
    state, added = random(9, 70, number_format=number_format), 3 * random(9, 70, number_format=number_format)
    weight, made = 1 + random(70), torch.empty_like(state)
    summed = (state.float() + 0.5 * added.float()).to(number_format)
    with looping():
        numbers = as_numbers(state), as_numbers(added), 0.5, weight.numpy(), 1e-5, as_numbers(made)
        prompt_kernels.norm_many(*numbers)
    assert torch.equal(state, summed)
    expected = torch.nn.functional.rms_norm(summed.float(), (70,), weight, 1e-5)
    torch.testing.assert_close(made, expected.to(number_format), **exactness(number_format))


@pytest.mark.parametrize("number_format", FORMATS)
def test_queries_and_keys_are_turned_and_keys_and_values_kept_in_their_places(number_format: torch.dtype) -> None:
    heads, angles = random(5, 4 + 2 + 2, 16, number_format=number_format), random(5, 8)
    keys, values = (torch.zeros(2, 12, 16, dtype=number_format) for _ in range(2))
    before = heads.float().clone()
    cosine, sine = angles.cos().repeat(1, 2), torch.cat([-angles.sin(), angles.sin()], dim=-1)
    with looping():
        kept = as_numbers(keys), as_numbers(values), 3
        prompt_kernels.turn_many(as_numbers(heads), cosine.numpy(), sine.numpy(), *kept)
    turned = before * cosine[:, None] + before.roll(8, -1) * sine[:, None]
    torch.testing.assert_close(heads[:, :6].float(), turned[:, :6], **exactness(number_format))
    assert torch.equal(keys[:, 3:8], heads[:, 4:6].transpose(0, 1))
    assert torch.equal(values[:, 3:8].float(), before[:, 6:].transpose(0, 1))
    assert not keys[:, :3].any()
    assert not keys[:, 8:].any()


@pytest.mark.parametrize("renormalise", [True, False])
def test_each_token_goes_to_its_best_experts_with_their_shares(renormalise: bool) -> None:  # noqa: FBT001 - pytest passes it
    scores = 3 * random(40, 7)
    best, expected = scores.topk(3, dim=-1)
    shares = best.softmax(dim=-1) if renormalise else scores.softmax(dim=-1).gather(1, expected)
    found, chosen = np.empty((40, 3), np.float32), np.empty((40, 3), np.int64)
    with looping():
        prompt_kernels.choose_many(scores.clone().numpy(), 3, renormalise, found, chosen)
    assert torch.equal(torch.from_numpy(chosen), expected)
    torch.testing.assert_close(torch.from_numpy(found), shares, rtol=1e-5, atol=1e-6)


def seen_by_each(queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, start: int) -> torch.Tensor:
    """Let tokens look back by the definition, in double precision."""
    shared = queries.shape[1] // len(keys)
    rows = []
    for number, token in enumerate(queries.double()):
        end = start + number + 1
        own, held = (kept[:, :end].double().repeat_interleave(shared, 0) for kept in (keys, values))
        weights = (torch.einsum("hw,htw->ht", token, own) * 0.125).softmax(-1)
        rows.append(torch.einsum("ht,htw->hw", weights, held).flatten())
    return torch.stack(rows)


@pytest.mark.parametrize("number_format", FORMATS)
@pytest.mark.parametrize(("count", "start", "width"), [(1, 9, 64), (2, 0, 64), (70, 0, 64), (9, 67, 128), (5, 3, 32)])
def test_tokens_look_at_all_before_them_and_at_none_after(
    number_format: torch.dtype, count: int, start: int, width: int
) -> None:
    queries = random(count, 4, width, number_format=number_format)
    keys, values = random(2, 2, start + count + 5, width, number_format=number_format)
    keys[:, start + count :] = values[:, start + count :] = float("nan")
    made = attended(queries, keys, values, start=start, scale=0.125)
    assert made.dtype == number_format
    expected = seen_by_each(queries, keys, values, start).float()
    atol = 1e-5 if number_format == torch.float32 else 2e-2
    torch.testing.assert_close(made.float(), expected, rtol=1e-2, atol=atol)


def test_the_loop_for_looking_back_is_for_bf16_and_heads_of_whole_vectors() -> None:
    assert not can_pair(torch.float32, 64)
    assert not can_pair(torch.bfloat16, 80)
