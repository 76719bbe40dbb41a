"""Every architecture of the catalogue loads and answers from a tiny random checkpoint; what could harm is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from langchain_core.messages import HumanMessage, SystemMessage
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

from assistant.errors import ModelUnavailable
from assistant.models.catalog import load_catalog
from assistant.models.opening import open_model
from assistant.settings import Settings

QUESTION = [SystemMessage("Answer."), HumanMessage("Why?")]
SMALL = {
    "hidden_size": 32,
    "intermediate_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "max_position_embeddings": 256,
}
DEEPSEEK = {
    "kv_lora_rank": 16,
    "qk_rope_head_dim": 8,
    "qk_nope_head_dim": 8,
    "v_head_dim": 8,
    "num_key_value_heads": 2,
    "moe_intermediate_size": 8,
    "first_k_dense_replace": 1,
}
ARCHITECTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "GraniteMoeForCausalLM": ("granitemoe", {"num_local_experts": 8, "num_experts_per_tok": 2}),
    "GraniteMoeHybridForCausalLM": (
        "granitemoehybrid",
        {
            "num_local_experts": 8,
            "num_experts_per_tok": 2,
            "shared_intermediate_size": 16,
            "layer_types": ["mamba", "attention"],
            "mamba_n_heads": 4,
            "mamba_d_head": 16,
            "mamba_d_state": 8,
            "mamba_expand": 2,
            "position_embedding_type": "nope",
        },
    ),
    "OlmoeForCausalLM": ("olmoe", {"num_experts": 8, "num_experts_per_tok": 2}),
    "GptOssForCausalLM": ("gpt_oss", {"num_local_experts": 8, "num_experts_per_tok": 2, "head_dim": 16}),
    "Ernie4_5_MoeForCausalLM": (
        "ernie4_5_moe",
        {"moe_num_experts": 8, "moe_k": 2, "moe_intermediate_size": 8, "moe_num_shared_experts": 1},
    ),
    "Qwen3MoeForCausalLM": (
        "qwen3_moe",
        {"num_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 8, "head_dim": 16},
    ),
    "DeepseekV2ForCausalLM": (
        "deepseek_v2",
        {**DEEPSEEK, "n_routed_experts": 8, "num_experts_per_tok": 2, "n_shared_experts": 2, "q_lora_rank": None},
    ),
    "DeepseekV3ForCausalLM": (
        "deepseek_v3",
        {
            **DEEPSEEK,
            "n_routed_experts": 8,
            "num_experts_per_tok": 2,
            "n_shared_experts": 1,
            "q_lora_rank": 16,
            "n_group": 2,
            "topk_group": 1,
        },
    ),
    "Qwen2ForCausalLM": ("qwen2", {}),
    "Qwen2MoeForCausalLM": (
        "qwen2_moe",
        {
            "num_experts": 8,
            "num_experts_per_tok": 2,
            "moe_intermediate_size": 8,
            "shared_expert_intermediate_size": 16,
            "decoder_sparse_step": 1,
        },
    ),
}


def make_checkpoint(architecture: str, tokenizer: PreTrainedTokenizerFast, folder: Path) -> Path:
    model_type, own = ARCHITECTURES[architecture]
    tokens = {f"{name}_token_id": getattr(tokenizer, f"{name}_token_id") for name in ("bos", "eos", "pad")}
    config = AutoConfig.for_model(model_type, vocab_size=len(tokenizer), **{**SMALL, **own}, **tokens)
    torch.manual_seed(0)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_every_language_model_of_the_catalogue_is_of_an_architecture_that_is_tried() -> None:
    assert {entry.architecture for entry in load_catalog() if entry.kind == "language"} == set(ARCHITECTURES)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
async def test_an_architecture_loads_streams_and_counts_its_experts(
    architecture: str, tokenizer: PreTrainedTokenizerFast, tmp_path: Path, settings: Settings
) -> None:
    opened = open_model(str(make_checkpoint(architecture, tokenizer, tmp_path / "model")), settings)
    total = None
    async for chunk in opened.chat.astream(QUESTION, max_tokens=6):
        total = chunk if total is None else total + chunk
    assert total is not None
    assert total.text
    assert total.usage_metadata
    assert 0 < total.usage_metadata["output_tokens"] <= 6
    assert opened.card.architecture == architecture
    assert opened.card.active_parameters
    assert opened.card.total_parameters
    if architecture == "Qwen2ForCausalLM":
        assert (opened.card.experts, opened.card.label) == (None, "dense")
    else:
        assert (opened.card.experts, opened.card.experts_per_token, opened.card.label) == (8, 2, "")
        assert opened.card.active_parameters < opened.card.total_parameters


@pytest.fixture
def folder(granite_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(granite_folder, tmp_path / "model"))


def refused(folder: Path, settings: Settings, match: str) -> None:
    with pytest.raises(ModelUnavailable, match=match) as caught:
        open_model(str(folder), settings)
    assert "\n" not in str(caught.value)


class Trap:
    """What a pickle may do when it is read."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


def test_a_pickle_is_never_read(folder: Path, tmp_path: Path, settings: Settings) -> None:
    mark = tmp_path / "ran"
    torch.save({"weight": Trap(mark)}, folder / "pytorch_model.bin")
    assert open_model(str(folder), settings).chat.invoke(QUESTION, max_tokens=2).text
    (folder / "model.safetensors").unlink()
    refused(folder, settings, "holds no safetensors files, and no other kind of weights is read")
    assert not mark.exists()


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json", "generation_config.json"])
def test_a_configuration_that_asks_to_run_code_is_refused(
    folder: Path, tmp_path: Path, settings: Settings, file: str
) -> None:
    mark = tmp_path / "ran"
    (folder / "modeling.py").write_text(f"open({str(mark)!r}, 'w')")
    content = json.loads((folder / file).read_text()) if (folder / file).exists() else {}
    (folder / file).write_text(json.dumps({**content, "auto_map": {"AutoModelForCausalLM": "modeling.Evil"}}))
    refused(folder, settings, rf"{file}: the key 'auto_map' can name code to run")
    assert not mark.exists()


def test_an_adapter_that_would_load_another_model_is_refused(folder: Path, settings: Settings) -> None:
    (folder / "adapter_config.json").write_text('{"base_model_name_or_path": "somebody/else", "peft_type": "LORA"}')
    refused(folder, settings, r"adapter_config\.json: makes another model be loaded")


@pytest.mark.parametrize("lost", [1, 1000])
def test_a_truncated_shard_is_refused_before_it_is_loaded(folder: Path, settings: Settings, lost: int) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-lost])
    refused(folder, settings, r"model\.safetensors: has \d+ bytes where its header says \d+; .*get the model again$")


@pytest.mark.parametrize("named", ["model-00002-of-00002.safetensors", "../outside.safetensors"])
def test_a_shard_that_the_index_names_and_the_folder_lacks_is_refused(
    folder: Path, settings: Settings, named: str
) -> None:
    index = {"weight_map": {"a": "model.safetensors", "b": named}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    refused(folder, settings, r"index\.json: names .*which is not in the folder; get the model again$")


def test_a_flag_that_older_libraries_wrote_into_configurations_is_no_code(folder: Path, settings: Settings) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "_attn_implementation_autoset": True}))
    assert open_model(str(folder), settings).chat.invoke(QUESTION, max_tokens=2).text
