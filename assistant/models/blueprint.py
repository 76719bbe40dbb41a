"""Where in a library model the weights of a Llama-shaped decoder are, and which models are of that shape.

Knows transformers' names of modules. Leaves computing with them to `decoder.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.models.few_tokens import FewExperts, can_compile, few_experts
from assistant.models.narrow_experts import NarrowExperts, are_narrow, draw_narrow
from assistant.models.packing import Matrix, join

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

__all__ = ["Blueprint", "Dense", "Experts", "Feed", "Layer", "draw"]

KNOWN = frozenset(
    {
        "GraniteForCausalLM",
        "GraniteMoeForCausalLM",
        "LlamaForCausalLM",
        "MistralForCausalLM",
        "MixtralForCausalLM",
        "OlmoeForCausalLM",
        "Qwen2ForCausalLM",
        "Qwen2MoeForCausalLM",
        "Qwen3ForCausalLM",
        "Qwen3MoeForCausalLM",
    }
)
"""Architectures whose forward pass was read (transformers 5.23) and is tested against the library's."""
FIXED_ROPE = frozenset({"default", "linear", "llama3", "yarn"})
"""Kinds of rotation that do not depend on how long the text is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dense:
    """A feed-forward layer that every token passes."""

    gate_up: Matrix
    down: Matrix


@dataclass(frozen=True, kw_only=True, slots=True)
class Experts:
    """A feed-forward layer of which a token passes the experts that the router names."""

    router: torch.Tensor
    gate_up: tuple[Matrix, ...]
    down: tuple[Matrix, ...]
    per_token: int
    few: FewExperts | None
    """How a few tokens read them, where loops for that can be compiled."""
    renormalise: bool
    """Do the weights of the experts chosen add up to one."""


Feed = Dense | Experts | NarrowExperts


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """One layer; `query_norm` and `key_norm` are over a head or over all of them, as wide as they are."""

    attention_norm: torch.Tensor
    query_key_value: Matrix
    query_norm: torch.Tensor | None
    key_norm: torch.Tensor | None
    clip: float | None
    output: Matrix
    feed_norm: torch.Tensor
    feed: Feed


@dataclass(frozen=True, kw_only=True, slots=True)
class Blueprint:
    """All of a decoder."""

    embedding: torch.Tensor
    layers: tuple[Layer, ...]
    norm: torch.Tensor
    head: Matrix
    rotary: Any
    heads: int
    key_heads: int
    head_width: int
    attention_scale: float
    norm_epsilon: float
    embedding_scale: float
    residual_scale: float
    logits_divisor: float

    @property
    def token_bytes(self) -> int:
        """Bytes of weights that one token reads, the experts it does not visit left out."""
        return self.head.token_bytes + sum(layer_bytes(layer) for layer in self.layers)


def layer_bytes(layer: Layer) -> int:
    """Count what one token reads of a layer."""
    outside = layer.query_key_value.token_bytes + layer.output.token_bytes
    feed = layer.feed
    if isinstance(feed, NarrowExperts):
        return outside + feed.token_bytes
    if isinstance(feed, Dense):
        return outside + feed.gate_up.token_bytes + feed.down.token_bytes
    router = feed.router.numel() * feed.router.element_size()
    each = feed.few.bytes_each if feed.few else feed.gate_up[0].token_bytes + feed.down[0].token_bytes
    return outside + router + feed.per_token * each


def draw(model: PreTrainedModel, *, packing: bool) -> Blueprint | None:
    """Find the parts of a model; None where it is not of the known shape, or not on the CPU."""
    config: Any = model.config
    if not is_known(model):
        return None
    inner: Any = model.model
    attention = inner.layers[0].self_attn
    return Blueprint(
        embedding=inner.embed_tokens.weight.detach(),
        layers=tuple(draw_layer(layer, config, packing=packing) for layer in inner.layers),
        norm=inner.norm.weight.detach(),
        head=joined([model.lm_head], packing=packing),
        rotary=inner.rotary_emb,
        heads=config.num_attention_heads,
        key_heads=config.num_key_value_heads,
        head_width=attention.head_dim,
        attention_scale=attention.scaling,
        norm_epsilon=config.rms_norm_eps,
        embedding_scale=getattr(config, "embedding_multiplier", None) or 1.0,
        residual_scale=getattr(config, "residual_multiplier", None) or 1.0,
        logits_divisor=getattr(config, "logits_scaling", None) or 1.0,
    )


def is_known(model: PreTrainedModel) -> bool:
    """Tell whether the model computes what `decoder.py` does."""
    config: Any = model.config
    rope = getattr(config, "rope_parameters", None) or {}
    return (
        type(model).__name__ in KNOWN
        and model.device.type == "cpu"
        and config.hidden_act == "silu"
        and not getattr(config, "sliding_window", None)
        and rope.get("rope_type", "default") in FIXED_ROPE
        and all(are_narrow(module) for module in model.modules() if hasattr(module, "shared_expert"))
    )


def draw_layer(layer: Any, config: Any, *, packing: bool) -> Layer:  # noqa: ANN401 - each architecture has its own class
    """Find the parts of one layer."""
    attention = layer.self_attn
    query_norm, key_norm = getattr(attention, "q_norm", None), getattr(attention, "k_norm", None)
    return Layer(
        attention_norm=layer.input_layernorm.weight.detach(),
        query_key_value=joined([attention.q_proj, attention.k_proj, attention.v_proj], packing=packing),
        query_norm=None if query_norm is None else query_norm.weight.detach(),
        key_norm=None if key_norm is None else key_norm.weight.detach(),
        clip=getattr(config, "clip_qkv", None),
        output=joined([attention.o_proj], packing=packing),
        feed_norm=layer.post_attention_layernorm.weight.detach(),
        feed=draw_feed(getattr(layer, "block_sparse_moe", None) or layer.mlp, config, packing=packing),
    )


def draw_feed(block: Any, config: Any, *, packing: bool) -> Feed:  # noqa: ANN401 - each architecture has its own class
    """Find the parts of a feed-forward layer."""
    if not hasattr(block, "experts"):
        return Dense(
            gate_up=joined([block.gate_proj, block.up_proj], packing=packing),
            down=joined([block.down_proj], packing=packing),
        )
    if are_narrow(block):
        return draw_narrow(block, config, packing=packing)
    router = getattr(block, "router", None) or block.gate
    gate_up, down = block.experts.gate_up_proj.detach(), block.experts.down_proj.detach()
    few = few_experts(router.weight.detach(), gate_up, down, packing=packing) if can_compile() else None
    return Experts(
        router=router.weight.detach(),
        gate_up=separate(gate_up, packing=packing),
        down=separate(down, packing=packing),
        few=few,
        per_token=config.num_experts_per_tok,
        renormalise=getattr(config, "norm_topk_prob", True),
    )


def separate(weights: torch.Tensor, *, packing: bool) -> tuple[Matrix, ...]:
    """Make a matrix of each expert; a few tokens read them from `FewExperts` where they can."""
    if can_compile():
        return tuple(Matrix(weight=weight, bias=None) for weight in weights.unbind())
    return tuple(join([weight], [None], packing=packing) for weight in weights.unbind())


def joined(modules: Sequence[Any], *, packing: bool) -> Matrix:
    """Make one matrix of linear layers that read the same input."""
    return join([module.weight for module in modules], [module.bias for module in modules], packing=packing)
