from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType, GGUFWriter
from gguf.quants import dequantize, quantize
from safetensors import safe_open
from transformers import AutoModelForCausalLM, AutoTokenizer

from assistant.errors import ModelUnavailable
from assistant.models.conversion import convert_gguf
from assistant.models.folders import open_folder


def convert(source: Path, folder: Path, *, tied: bool = True) -> list[tuple[int, int]]:
    heard: list[tuple[int, int]] = []
    convert_gguf(source, folder, tied=tied, report=lambda done, total: heard.append((done, total)))
    return heard


def test_a_converted_model_writes_what_the_library_writes_from_the_gguf(tiny_gguf: Path, tmp_path: Path) -> None:
    heard = convert(tiny_gguf, tmp_path / "model", tied=False)
    assert heard[-1][0] == heard[-1][1] > 0
    ours = AutoModelForCausalLM.from_pretrained(tmp_path / "model", dtype=torch.float32)
    theirs = AutoModelForCausalLM.from_pretrained(tiny_gguf.parent, gguf_file=tiny_gguf.name, dtype=torch.float32)
    ids = torch.tensor([[5, 9, 2, 30]])
    assert torch.allclose(ours(ids).logits, theirs(ids).logits, atol=0.2)  # logits up to 30, weights rounded to bf16


def test_the_tied_head_comes_from_the_finer_matrix(tiny_gguf: Path, tmp_path: Path, head: np.ndarray) -> None:
    convert(tiny_gguf, tmp_path / "model")
    with safe_open(tmp_path / "model" / "model.safetensors", "pt") as weights:
        names = set(weights.keys())
        embedding = weights.get_tensor("model.embed_tokens.weight")
    assert "lm_head.weight" not in names
    assert torch.equal(embedding, torch.from_numpy(head).to(torch.bfloat16))


def test_an_untied_head_is_kept_apart(tiny_gguf: Path, tmp_path: Path) -> None:
    convert(tiny_gguf, tmp_path / "model", tied=False)
    folder = open_folder(tmp_path / "model")
    assert folder.shapes["lm_head.weight"] == folder.shapes["model.embed_tokens.weight"]
    assert folder.config["tie_word_embeddings"] is False


def test_configuration_and_ends_come_from_the_metadata(tiny_gguf: Path, tmp_path: Path) -> None:
    convert(tiny_gguf, tmp_path / "model")
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    assert (config["hidden_size"], config["num_hidden_layers"], config["rope_theta"]) == (32, 1, 10000.0)
    ends = json.loads((tmp_path / "model" / "generation_config.json").read_text())
    assert ends["eos_token_id"] == [98, 96]
    assert ends["do_sample"] is False


def test_the_tokenizer_keeps_control_tokens_and_the_chat_template(tiny_gguf: Path, tmp_path: Path) -> None:
    convert(tiny_gguf, tmp_path / "model")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "model")
    assert tokenizer.encode("ab<|im_end|>") == [tokenizer.encode("a")[0], tokenizer.encode("b")[0], 98]
    assert tokenizer.eos_token == "<|im_end|>"  # noqa: S105 - a token of text
    assert tokenizer.encode("th") == [99]
    assert len(tokenizer) == 100
    assert "<|im_start|>user\nhi<|im_end|>" in tokenizer.apply_chat_template(
        [{"role": "user", "content": "hi"}], tokenize=False
    )


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    writer = GGUFWriter(tmp_path / "x.gguf", "llama")
    writer.add_tensor("output_norm.weight", np.ones(32, dtype=np.float32))
    finish(writer)
    with pytest.raises(ModelUnavailable, match="architecture llama, only qwen2 can be converted"):
        convert(tmp_path / "x.gguf", tmp_path / "model")


def test_large_models_are_split_and_still_load(tiny_gguf: Path, tmp_path: Path) -> None:
    convert_gguf(tiny_gguf, tmp_path / "model", tied=True, report=lambda *_: None, shard_bytes=8000)
    assert len(list((tmp_path / "model").glob("model-*.safetensors"))) > 1
    whole = AutoModelForCausalLM.from_pretrained(tmp_path / "model")
    assert whole.num_parameters() == open_folder(tmp_path / "model").total_parameters


@pytest.fixture(scope="module")
def head() -> np.ndarray:
    random = np.random.default_rng(1)
    packed = quantize(random.standard_normal((104, 32), dtype=np.float32), GGMLQuantizationType.Q8_0)
    return dequantize(packed, GGMLQuantizationType.Q8_0)


def finish(writer: GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
