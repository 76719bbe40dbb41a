"""Narrow experts beside a shared layer are computed as one, and come out as the library has them."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import PreTrainedTokenizerFast, Qwen2MoeConfig, Qwen2MoeForCausalLM

from assistant.models.blueprint import draw
from assistant.models.decoder import LeanDecoder
from assistant.models.decoding import choose_decoder
from assistant.models.library_decoder import LibraryDecoder
from assistant.models.narrow_experts import NarrowExperts

TOKENS = [5, 9, 2, 7, 11, 3, 8, 4]


def nothing() -> None:
    """Let the pass go on."""


def random_model(tokenizer: PreTrainedTokenizerFast, **changes: Any) -> Any:
    settings: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": 64,
        "intermediate_size": 512,
        "shared_expert_intermediate_size": 512,
        "moe_intermediate_size": 8,
        "num_experts": 8,
        "num_experts_per_tok": 2,
        "norm_topk_prob": True,
        "mlp_only_layers": [0],
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 128,
    }
    torch.manual_seed(5)
    model = Qwen2MoeForCausalLM(Qwen2MoeConfig(**settings | changes, experts_implementation="eager"))
    for name, weight in model.named_parameters():
        if ".experts." in name or "gate.weight" in name:
            torch.nn.init.normal_(weight, std=0.3)
    return model.eval()


@pytest.fixture(params=[True, False], ids=["a gate that weighs", "a gate of zeros"])
def model(request: pytest.FixtureRequest, tokenizer: PreTrainedTokenizerFast) -> Any:
    model = random_model(tokenizer)
    if not request.param:
        for layer in model.model.layers[1:]:
            torch.nn.init.zeros_(layer.mlp.shared_expert_gate.weight)
    return model


def lean_of(model: Any, *, packing: bool = False) -> LeanDecoder:
    blueprint = draw(model, packing=packing)
    assert blueprint
    assert isinstance(blueprint.layers[-1].feed, NarrowExperts)
    return LeanDecoder(blueprint, nothing)


def test_scores_are_those_of_the_library(model: Any) -> None:
    lean, library = lean_of(model), LibraryDecoder(model, nothing)
    ours, theirs = lean.read(TOKENS, lean.new_memory()), library.read(TOKENS, library.new_memory())
    torch.testing.assert_close(ours.logits, theirs.logits, rtol=1e-3, atol=1e-3)
    assert ours.visited is not None
    assert theirs.visited is not None
    assert ours.visited.sort(-1).values.equal(theirs.visited.sort(-1).values)


def test_a_single_token_scores_as_in_the_whole(model: Any) -> None:
    lean = lean_of(model)
    whole = lean.read(TOKENS, lean.new_memory())
    memory = lean.new_memory()
    lean.read(TOKENS[:-1], memory)
    torch.testing.assert_close(lean.step(TOKENS[-1:], [memory]).logits, whole.logits, rtol=1e-3, atol=1e-3)


def test_experts_that_are_not_visited_say_nothing(model: Any) -> None:
    lean = lean_of(model)
    visited = lean.read(TOKENS, lean.new_memory()).visited
    assert visited is not None
    before = lean.read(TOKENS, lean.new_memory()).logits
    unseen = sorted(set(range(8)) - set(visited[0].flatten().tolist()))
    if unseen:
        model.model.layers[1].mlp.experts.down_proj.data[unseen] *= 100
        torch.testing.assert_close(lean_of(model).read(TOKENS, lean.new_memory()).logits, before)


def test_the_lean_decoder_is_taken_for_them(model: Any) -> None:
    assert isinstance(choose_decoder(model, nothing, packing=False), LeanDecoder)


def test_experts_as_wide_as_the_shared_layer_are_left_to_the_library(tokenizer: PreTrainedTokenizerFast) -> None:
    wide = random_model(tokenizer, moe_intermediate_size=128)
    assert draw(wide, packing=False) is None
    assert isinstance(choose_decoder(wide, nothing, packing=False), LibraryDecoder)


def test_packed_weights_round_and_no_more(tokenizer: PreTrainedTokenizerFast) -> None:
    model = random_model(tokenizer).bfloat16()
    exact, rounded = lean_of(model), lean_of(model, packing=True)
    memories = [decoder.new_memory() for decoder in (exact, rounded)]
    for decoder, memory in zip((exact, rounded), memories, strict=True):
        decoder.read(TOKENS, memory)
    ours, theirs = rounded.step([6], [memories[1]]).logits, exact.step([6], [memories[0]]).logits
    assert float(torch.nn.functional.cosine_similarity(ours.float(), theirs.float())) > 0.9
