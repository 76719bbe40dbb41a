from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from transformers import AutoModelForCausalLM

from assistant.errors import ModelUnavailable
from assistant.models.folders import open_folder


def count(folder: Path) -> tuple[int, int]:
    """Count all weights, and those that one token uses, in the loaded model."""
    model = AutoModelForCausalLM.from_pretrained(folder)
    sizes = {name: weight.numel() for name, weight in model.named_parameters()}
    total = sum(sizes.values())
    routed = sum(size for name, size in sizes.items() if ".experts." in name)
    return total, routed


def test_the_card_of_deepseek_v3_counts_256_experts_of_which_a_token_uses_8(deepseek_folder: Path) -> None:
    card = open_folder(deepseek_folder).card(name="tiny")
    total, routed = count(deepseek_folder)
    assert (card.architecture, card.experts, card.experts_per_token) == ("DeepseekV3ForCausalLM", 256, 8)
    # the routers' correction biases are stored and are no parameters: 256 for each of two layers
    assert card.total_parameters == total + 2 * 256
    assert card.active_parameters == card.total_parameters - routed + routed * 8 // 256


def test_the_card_of_granite_counts_its_stacked_experts(granite_folder: Path) -> None:
    card = open_folder(granite_folder).card(name="tiny")
    total, routed = count(granite_folder)
    assert (card.architecture, card.experts, card.experts_per_token) == ("GraniteMoeForCausalLM", 32, 8)
    assert card.total_parameters == total
    assert card.active_parameters == total - routed + routed * 8 // 32


@pytest.fixture
def folder(granite_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(granite_folder, tmp_path / "model"))


def change_config(folder: Path, **changes: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize(
    "changes",
    [
        {"auto_map": {"AutoModelForCausalLM": "evil.Model"}},
        {"_attn_implementation": "someone/kernel"},
        {"attn_implementation": "someone/kernel"},
        {"_attn_implementation_internal": "someone/kernel"},
        {"text_config": {"_attn_implementation": "someone/kernel"}},
    ],
)
def test_a_config_that_names_code_is_refused(folder: Path, changes: dict[str, Any]) -> None:
    change_config(folder, **changes)
    with pytest.raises(ModelUnavailable, match="can name code to run"):
        open_folder(folder)


def test_weights_that_are_no_safetensors_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelUnavailable, match="holds no safetensors files"):
        open_folder(folder)


def test_a_broken_safetensors_file_is_named(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\xff" * 64)
    with pytest.raises(ModelUnavailable, match=r"model\.safetensors: no readable safetensors file"):
        open_folder(folder)


@pytest.mark.parametrize("content", ["{", "[]", "{}"])
def test_a_broken_config_is_named(folder: Path, content: str) -> None:
    (folder / "config.json").write_text(content)
    with pytest.raises(ModelUnavailable, match=r"config\.json: "):
        open_folder(folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"absent: no such folder; name a folder that holds config\.json"):
        open_folder(tmp_path / "absent")
