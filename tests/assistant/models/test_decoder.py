"""The lean decoder computes what the library does, in one piece or many, alone or beside others."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from assistant.models.blueprint import draw
from assistant.models.decoder import LeanDecoder, without_onednn
from assistant.models.decoding import MOST_DIFFERENCE, choose_decoder, difference
from assistant.models.folders import open_folder
from assistant.models.library_decoder import LibraryDecoder
from assistant.models.loading import LoadedModel, load_folder

TOKENS = [5, 9, 2, 7, 11, 3, 8, 4]


def nothing() -> None:
    """Let the pass go on."""


@pytest.fixture(scope="module")
def loaded(granite_folder: Path) -> LoadedModel:
    return load_folder(open_folder(granite_folder), "float32")


@pytest.fixture
def lean(loaded: LoadedModel) -> LeanDecoder:
    blueprint = draw(loaded.model, packing=False)
    assert blueprint
    return LeanDecoder(blueprint, nothing)


def test_it_scores_what_the_library_scores(lean: LeanDecoder, loaded: LoadedModel) -> None:
    library = LibraryDecoder(loaded.model, nothing)
    ours, theirs = lean.read(TOKENS, lean.new_memory()), library.read(TOKENS, library.new_memory())
    torch.testing.assert_close(ours.logits, theirs.logits, rtol=1e-3, atol=1e-3)


def test_pieces_and_single_tokens_give_what_the_whole_gives(lean: LeanDecoder) -> None:
    whole = lean.read(TOKENS, lean.new_memory()).logits
    memory = lean.new_memory()
    lean.read(TOKENS[:3], memory)
    lean.read(TOKENS[3:7], memory)
    torch.testing.assert_close(lean.step(TOKENS[7:], [memory]).logits, whole, rtol=1e-3, atol=1e-3)


def test_texts_side_by_side_do_not_see_one_another(lean: LeanDecoder) -> None:
    beginnings = [TOKENS[:3], TOKENS[2:7]]
    memories = [lean.new_memory() for _ in beginnings]
    alone = []
    for tokens, memory in zip(beginnings, memories, strict=True):
        lean.read(tokens, memory)
        alone.append(lean.step([6], [memory.copy(memory.length)]).logits)
    together = lean.step([6, 6], memories).logits
    torch.testing.assert_close(together, torch.cat(alone), rtol=1e-3, atol=1e-3)


def test_a_memory_that_is_cut_back_goes_on_as_if_it_had_read_no_more(lean: LeanDecoder) -> None:
    memory = lean.new_memory()
    lean.read([*TOKENS[:4], 30, 31, 32], memory)
    memory.crop(4)
    found = lean.read(TOKENS[4:], memory).logits
    torch.testing.assert_close(found, lean.read(TOKENS, lean.new_memory()).logits, rtol=1e-3, atol=1e-3)


def test_a_pass_is_left_at_the_next_half_layer(loaded: LoadedModel) -> None:
    blueprint = draw(loaded.model, packing=False)
    assert blueprint
    looks: list[None] = []

    def look() -> None:
        looks.append(None)
        if len(looks) == 2:
            raise InterruptedError

    decoder = LeanDecoder(blueprint, look)
    with pytest.raises(InterruptedError):
        decoder.read(TOKENS, decoder.new_memory())
    assert len(looks) == 2


def test_each_token_visits_as_many_experts_as_the_model_says(lean: LeanDecoder, loaded: LoadedModel) -> None:
    visited = lean.read(TOKENS, lean.new_memory()).visited
    assert visited is not None
    layers, per_token = loaded.model.config.num_hidden_layers, loaded.model.config.num_experts_per_tok
    assert visited.shape == (layers, len(TOKENS), per_token)
    assert all(len(set(chosen)) == per_token for layer in visited.tolist() for chosen in layer)


def test_packed_weights_round_and_no_more(loaded: LoadedModel) -> None:
    full, packed = draw(loaded.model, packing=False), draw(loaded.model, packing=True)
    assert full
    assert packed
    exact, rounded = LeanDecoder(full, nothing), LeanDecoder(packed, nothing)
    memories = [exact.new_memory(), rounded.new_memory()]
    exact.read(TOKENS, memories[0])
    rounded.read(TOKENS, memories[1])
    ours, theirs = rounded.step([6], [memories[1]]).logits, exact.step([6], [memories[0]]).logits
    cosine = torch.nn.functional.cosine_similarity(ours.float(), theirs.float())
    assert float(cosine) > 0.9
    if any(layer.output.packed for layer in packed.layers):
        assert packed.token_bytes < full.token_bytes


def test_a_decoder_that_computes_otherwise_is_not_taken(loaded: LoadedModel, deepseek_folder: Path) -> None:
    assert isinstance(choose_decoder(loaded.model, nothing, packing=False), LeanDecoder)
    other = load_folder(open_folder(deepseek_folder), "float32")
    assert isinstance(choose_decoder(other.model, nothing, packing=False), LibraryDecoder)
    blueprint = draw(loaded.model, packing=False)
    assert blueprint
    wrong = LeanDecoder(blueprint, nothing)
    wrong.blueprint.layers[0].feed_norm.mul_(-1)
    try:
        assert difference(wrong, LibraryDecoder(other.model, nothing)) > MOST_DIFFERENCE
    finally:
        wrong.blueprint.layers[0].feed_norm.mul_(-1)


def test_onednn_is_off_for_single_tokens_and_on_again_after() -> None:
    with without_onednn():
        assert not torch._C._get_mkldnn_enabled()
    assert torch._C._get_mkldnn_enabled()
