"""How much memory a model will take, computed from its configuration before anything of it is loaded.

Knows weights, number formats and the caches of attention. Leaves what is free to `memory.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.models.memory import GIB

__all__ = ["BYTES_PER_WEIGHT", "cache_bytes_per_token", "crowd_gib", "memory_gib", "memory_of_config", "packed_gib"]

BYTES_PER_WEIGHT: Mapping[str, float] = {"float32": 4.0, "bfloat16": 2.0, "int8": 1.06, "int4": 0.56}
"""Quantised formats carry one 16-bit scale for every 32 weights."""
OVERHEAD = 0.2
"""Share of the weights taken beside them: activations and the library's own copies (measured on granite-1b's shape:
3.3 to 3.6 GiB for 2.5 of weights, cache included; the stand-in: 3.3 for 2.9)."""
LIBRARIES_GIB = 0.5
"""What the libraries take however small the model is."""
CACHED_TOKENS = 4096
"""The longest prompt and answer of any profile, with room for a conversation before it."""
PACKED_BYTES = 0.5
BYTES_AND_SCALES = 1.01
"""A byte, and four more for each row: the narrowest rows of the catalogue have 512 weights."""
PACKED_GROUP = 32
SCALE_AND_ZERO = 2
"""Numbers of the model's own format beside each group of weights in four bits."""


def memory_gib(
    parameters: int, cache_per_token_bytes: int, *, number_format: str = "bfloat16", tokens: int = CACHED_TOKENS
) -> float:
    """Compute what a model takes: weights, a fifth more, and the cache of `tokens`."""
    weights = parameters * BYTES_PER_WEIGHT[number_format] / GIB
    return weights + max(OVERHEAD * weights, LIBRARIES_GIB) + tokens * cache_per_token_bytes / GIB


def memory_of_config(
    config: Mapping[str, Any], parameters: int, *, number_format: str = "bfloat16", tokens: int = CACHED_TOKENS
) -> float:
    """Compute it for a folder's configuration; a window smaller than `tokens` bounds the cache."""
    each = cache_bytes_per_token(config, number_format)
    return memory_gib(parameters, each, number_format=number_format, tokens=cached_tokens(config, tokens))


def crowd_gib(config: Mapping[str, Any], number_format: str, *, writers: int, kept_bytes: int) -> float:
    """Compute what the caches of all writers but the first take, and of beginnings that are kept for later ones."""
    each = cache_bytes_per_token(config, number_format) * cached_tokens(config, CACHED_TOKENS)
    return ((writers - 1) * each + kept_bytes) / GIB


def cached_tokens(config: Mapping[str, Any], tokens: int) -> int:
    """Bound the cache of a text by the model's window, where it says one."""
    window = text_part(config).get("max_position_embeddings")
    return min(tokens, window) if isinstance(window, int) and window > 0 else tokens


def packed_gib(parameters: int, number_format: str, *, in_bytes: bool) -> float:
    """Compute what weights take a second time: in bytes for compiled loops, else in four bits (`packing.py`)."""
    if in_bytes:
        return parameters * BYTES_AND_SCALES / GIB
    beside = SCALE_AND_ZERO * BYTES_PER_WEIGHT[number_format] / PACKED_GROUP
    return parameters * (PACKED_BYTES + beside) / GIB


def cache_bytes_per_token(config: Mapping[str, Any], number_format: str = "bfloat16") -> int:
    """Compute what attention keeps for one token, over all layers."""
    text = text_part(config)
    each = 4 if number_format == "float32" else 2
    heads = number(text, "num_attention_heads")
    if "kv_lora_rank" in text:  # as transformers keeps it: keys and values expanded for every head
        width = number(text, "qk_nope_head_dim") + number(text, "qk_rope_head_dim") + number(text, "v_head_dim")
        return attention_layers(text) * heads * width * each
    head_width = number(text, "head_dim") or (number(text, "hidden_size") // heads if heads else 0)
    groups = number(text, "num_key_value_heads") or heads
    return attention_layers(text) * 2 * groups * head_width * each


def attention_layers(text: Mapping[str, Any]) -> int:
    """Count the layers that keep every token; those of state-space models keep a fixed state."""
    kinds = text.get("layer_types") or text.get("layers_block_type")
    if isinstance(kinds, list) and kinds:
        return sum("attention" in str(kind) and "linear" not in str(kind) for kind in kinds)
    return number(text, "num_hidden_layers")


def number(config: Mapping[str, Any], name: str) -> int:
    """Read a size; 0 where the configuration does not say."""
    value = config.get(name)
    return value if isinstance(value, int) else 0


def text_part(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the part of a configuration that describes the language model."""
    part = config.get("text_config")
    return part if isinstance(part, Mapping) else config
