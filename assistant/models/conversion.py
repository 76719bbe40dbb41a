"""Turn a GGUF file of the Qwen2 architecture into a folder that transformers loads: weights, configuration, tokenizer.

transformers can load a GGUF itself, but expands it anew at each start (35 s measured) and cannot save it. Knows the
names and layouts of tensors and metadata. Leaves getting the file to `pulling.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelUnavailable

if TYPE_CHECKING:
    import torch
    from gguf import GGUFReader, ReaderTensor

__all__ = ["convert_gguf"]

SHARD_BYTES = 1 << 30
"""Shards bound the memory of a conversion to one of them and one expanded tensor."""
CONTROL, USER_DEFINED, UNUSED = 3, 4, 5  # llama.cpp's llama_token_type

OUTSIDE_LAYERS = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
IN_A_LAYER = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}

Report = Callable[[int, int], None]


def convert_gguf(source: Path, folder: Path, *, tied: bool, report: Report, shard_bytes: int = SHARD_BYTES) -> None:
    """Write the model in `source` into `folder`; `report` hears bytes done and bytes in all.

    `tied`: the model uses one matrix for embedding and head. Quantisers store it twice and the head finer (Q6_K beside
    Q4_K), so the head's is taken for both.
    """
    from gguf import GGUFReader  # noqa: PLC0415 - loaded only when needed

    folder.mkdir(parents=True, exist_ok=True)
    reader = GGUFReader(source)
    architecture = read(reader, "general.architecture")
    if architecture != "qwen2":
        message = f"{source}: architecture {architecture}, only qwen2 can be converted; use a model folder instead"
        raise ModelUnavailable(message)
    write_weights(reader, folder, tied=tied, report=report, shard_bytes=shard_bytes)
    write_json(folder / "config.json", model_config(reader, tied=tied))
    write_json(folder / "generation_config.json", generation_config(reader))
    write_tokenizer(reader, folder)


def read(reader: GGUFReader, key: str) -> Any:  # noqa: ANN401 - metadata is of any type
    """Read one value of the metadata; None where it is missing."""
    field = reader.get_field(key)
    return None if field is None else field.contents()


def target_name(name: str) -> str:
    """Translate llama.cpp's name of a tensor into transformers' for Qwen2."""
    if name in OUTSIDE_LAYERS:
        return OUTSIDE_LAYERS[name]
    _, layer, part, kind = name.split(".")
    return f"model.layers.{layer}.{IN_A_LAYER[part]}.{kind}"


def chosen_tensors(reader: GGUFReader, *, tied: bool) -> dict[str, ReaderTensor]:
    """Map transformers' names to the stored tensors that fill them."""
    stored = {tensor.name: tensor for tensor in reader.tensors}
    head = stored.pop("output.weight", None)
    if head is not None:
        stored["token_embd.weight" if tied else "output.weight"] = head
    return {target_name(name): tensor for name, tensor in stored.items()}


def write_weights(reader: GGUFReader, folder: Path, *, tied: bool, report: Report, shard_bytes: int) -> None:
    """Write bf16 shards and, where there are several, their index."""
    from safetensors.torch import save_file  # noqa: PLC0415 - loaded only when needed

    chosen = chosen_tensors(reader, tied=tied)
    total_bytes = sum(2 * int(tensor.n_elements) for tensor in chosen.values())
    groups = list(shards(chosen, shard_bytes))
    homes: dict[str, str] = {}
    done_bytes = 0
    for number, names in enumerate(groups, start=1):
        file = f"model-{number:05}-of-{len(groups):05}.safetensors" if len(groups) > 1 else "model.safetensors"
        weights = {}
        for name in names:
            weights[name] = expand(chosen[name])
            done_bytes += 2 * int(chosen[name].n_elements)
            report(done_bytes, total_bytes)
        save_file(weights, folder / file, metadata={"format": "pt"})
        homes |= dict.fromkeys(names, file)
    if len(groups) > 1:
        index = {"metadata": {"total_size": total_bytes}, "weight_map": homes}
        write_json(folder / "model.safetensors.index.json", index)


def shards(chosen: Mapping[str, ReaderTensor], shard_bytes: int) -> Iterator[list[str]]:
    """Split the names so that each group fills at most one shard."""
    group: list[str] = []
    size = 0
    for name, tensor in chosen.items():
        tensor_bytes = 2 * int(tensor.n_elements)
        if group and size + tensor_bytes > shard_bytes:
            yield group
            group, size = [], 0
        group.append(name)
        size += tensor_bytes
    yield group


def expand(tensor: ReaderTensor) -> torch.Tensor:
    """Dequantise one tensor to bf16; GGUF lists dimensions fastest first, numpy and torch last."""
    import torch  # noqa: PLC0415 - loaded only when needed
    from gguf.quants import dequantize  # noqa: PLC0415 - loaded only when needed

    values = dequantize(tensor.data, tensor.tensor_type)
    shape = [int(size) for size in reversed(tensor.shape)]
    return torch.from_numpy(values.copy()).reshape(shape).to(torch.bfloat16)


def model_config(reader: GGUFReader, *, tied: bool) -> dict[str, Any]:
    """Say in transformers' words what the metadata says of the model's shape."""
    vocabulary = next(tensor for tensor in reader.tensors if tensor.name == "token_embd.weight")
    return {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "dtype": "bfloat16",
        "hidden_act": "silu",
        "hidden_size": read(reader, "qwen2.embedding_length"),
        "intermediate_size": read(reader, "qwen2.feed_forward_length"),
        "max_position_embeddings": read(reader, "qwen2.context_length"),
        "num_attention_heads": read(reader, "qwen2.attention.head_count"),
        "num_hidden_layers": read(reader, "qwen2.block_count"),
        "num_key_value_heads": read(reader, "qwen2.attention.head_count_kv"),
        "rms_norm_eps": round(read(reader, "qwen2.attention.layer_norm_rms_epsilon"), 12),
        "rope_theta": read(reader, "qwen2.rope.freq_base"),
        "tie_word_embeddings": tied,
        "vocab_size": int(vocabulary.shape[1]),
        "bos_token_id": read(reader, "tokenizer.ggml.bos_token_id"),
        "eos_token_id": read(reader, "tokenizer.ggml.eos_token_id"),
        "pad_token_id": read(reader, "tokenizer.ggml.padding_token_id"),
    }


def generation_config(reader: GGUFReader) -> dict[str, Any]:
    """Say where generation ends: at the end of a message, and at the end of a text, which a model may also write."""
    ends = [read(reader, f"tokenizer.ggml.{name}_token_id") for name in ("eos", "bos", "padding")]
    return {
        "do_sample": False,
        "eos_token_id": sorted({end for end in ends if end is not None}, reverse=True),
        "pad_token_id": ends[2],
    }


def write_tokenizer(reader: GGUFReader, folder: Path) -> None:
    """Build the tokenizer from the metadata, without the entries that only pad the vocabulary.

    transformers' own reader of GGUF tokenizers keeps those, leaves out the NFC normaliser, and takes 15 s (measured).
    """
    from tokenizers import AddedToken  # noqa: PLC0415 - loaded only when needed
    from transformers import Qwen2Tokenizer  # noqa: PLC0415 - loaded only when needed

    tokens: list[str] = read(reader, "tokenizer.ggml.tokens")
    kinds: list[int] = read(reader, "tokenizer.ggml.token_type")
    added = {number: token for number, token in enumerate(tokens) if kinds[number] in {CONTROL, USER_DEFINED}}
    vocabulary = {token: number for number, token in enumerate(tokens) if kinds[number] != UNUSED}
    merges: list[Any] = [tuple(pair.split(" ", 1)) for pair in read(reader, "tokenizer.ggml.merges")]
    special = {
        f"{name}_token": tokens[read(reader, f"tokenizer.ggml.{key}_token_id")]
        for name, key in (("bos", "bos"), ("eos", "eos"), ("pad", "padding"))
    }
    tokenizer = Qwen2Tokenizer(vocab=vocabulary, merges=merges, unk_token=None, **special)  # type: ignore[arg-type]  # as Qwen has it
    for number, token in added.items():
        tokenizer.add_tokens(
            AddedToken(token, normalized=False, special=kinds[number] == CONTROL),
            special_tokens=kinds[number] == CONTROL,
        )
    tokenizer.model_max_length = read(reader, "qwen2.context_length")
    tokenizer.chat_template = read(reader, "tokenizer.chat_template")
    tokenizer.save_pretrained(folder)


def write_json(path: Path, content: object) -> None:
    """Write a small file as transformers does."""
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
