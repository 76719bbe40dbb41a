"""A grown model is put together from the dense one and our own weights, verified, and is not taken unasked."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from transformers import Qwen2Config, Qwen2ForCausalLM

from assistant.errors import ModelUnavailable
from assistant.models.catalog import CatalogEntry, PinnedFile, find
from assistant.models.composing import compose
from assistant.models.folders import open_folder
from assistant.models.growing import grow_from
from assistant.models.loading import load_folder
from assistant.models.pulling import worth

HIDDEN, EXPERTS, WIDTH = 32, 4, 8


@pytest.fixture
def dense(tmp_path: Path, tokenizer: Any) -> Path:
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        intermediate_size=512,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        tie_word_embeddings=True,
    )
    Qwen2ForCausalLM(config).save_pretrained(tmp_path / "dense")
    tokenizer.save_pretrained(tmp_path / "dense")
    return tmp_path / "dense"


@pytest.fixture
def deltas(tmp_path: Path) -> Path:
    """Experts of the two upper layers that say nothing yet."""
    weights = {}
    for layer in (1, 2):
        name = f"model.layers.{layer}.mlp"
        weights[f"{name}.experts.gate_up_proj"] = torch.randn(EXPERTS, 2 * WIDTH, HIDDEN)
        weights[f"{name}.experts.down_proj"] = torch.zeros(EXPERTS, HIDDEN, WIDTH)
        weights[f"{name}.gate.weight"] = torch.randn(EXPERTS, HIDDEN)
    (tmp_path / "deltas" / "small").mkdir(parents=True)
    save_file(weights, tmp_path / "deltas" / "small" / "delta.safetensors")
    (tmp_path / "deltas" / "small" / "README.md").write_text("What it is.", encoding="utf-8")
    return tmp_path / "deltas"


@pytest.fixture
def entry(deltas: Path) -> CatalogEntry:
    content = (deltas / "small" / "delta.safetensors").read_bytes()
    delta = PinnedFile(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    return replace(
        find("stand-in"),
        name="small",
        label="small one",
        total_parameters=1000,
        grown_on="stand-in",
        delta=delta,
        packages=(),
        mixture_of_experts=True,
    )


def test_experts_that_say_nothing_leave_the_dense_model_as_it_was(dense: Path, deltas: Path, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    delta = deltas / "small" / "delta.safetensors"
    compose(dense, delta, tmp_path / "grown", report=lambda done, total: heard.append((done, total)))
    tokens = torch.tensor([[5, 9, 2, 7]])
    before, after = (load_folder(open_folder(folder), "float32").model for folder in (dense, tmp_path / "grown"))
    with torch.no_grad():
        assert before(tokens).logits.equal(after(tokens).logits)
    assert heard[-1][0] == heard[-1][1]


def test_the_composed_folder_says_what_it_is(dense: Path, deltas: Path, tmp_path: Path) -> None:
    compose(dense, deltas / "small" / "delta.safetensors", tmp_path / "grown", report=lambda _done, _total: None)
    folder = open_folder(tmp_path / "grown")
    assert (folder.architecture, folder.experts, folder.experts_per_token) == ("Qwen2MoeForCausalLM", EXPERTS, 2)
    assert (tmp_path / "grown" / "tokenizer.json").is_file()


def test_weights_that_are_not_the_pinned_ones_are_refused(
    entry: CatalogEntry, dense: Path, deltas: Path, tmp_path: Path, progress: Any
) -> None:
    (deltas / "small" / "delta.safetensors").write_bytes(b"other")
    with pytest.raises(ModelUnavailable, match=r"small: .*not the pinned file"):
        grow_from(entry, dense, tmp_path, progress, deltas=deltas)
    assert not (tmp_path / "model").exists()


def test_it_is_told_what_is_put_together_and_the_card_lies_beside_it(
    entry: CatalogEntry, dense: Path, deltas: Path, tmp_path: Path, progress: Any
) -> None:
    record = grow_from(entry, dense, tmp_path, progress, deltas=deltas)
    assert progress.lines == ["Putting small one together, from stand-in and 0 MB of ours."]
    assert record["delta"] == entry.delta.sha256 if entry.delta else False
    assert (tmp_path / "model" / "README.md").read_text(encoding="utf-8") == "What it is."


def test_nothing_is_grown_on_another_architecture(deltas: Path, granite_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="granitemoe"):
        compose(granite_folder, deltas / "small" / "delta.safetensors", tmp_path / "no", report=lambda _d, _t: None)


def test_a_grown_model_goes_before_the_dense_one_only_where_it_may_and_never_before_the_hubs(
    entry: CatalogEntry,
) -> None:
    hub, dense = find("granite-1b"), find("stand-in")
    may = replace(entry, automatic=True, total_parameters=2_000_000_000)
    assert sorted([dense, may, hub], key=worth) == [hub, may, dense]
    by_name = replace(may, automatic=False)
    assert sorted([by_name, dense, hub], key=worth) == [hub, dense, by_name]
