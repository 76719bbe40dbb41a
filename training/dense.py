"""The dense model, frozen, in two parts: what leads up to an answer is read once, and answers are learnt on top of it.

Knows the library's layers. Leaves experts to `experts.py`, and what is kept of a reading to `readings.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from training.experts import Choose, RoutedExperts
from training.shape import Shape

__all__ = ["DenseModel", "KeysValues", "Passed", "Routed", "open_dense"]

KeysValues = tuple[torch.Tensor, torch.Tensor]
"""Of one layer: head, row, width."""


@dataclass(frozen=True, kw_only=True)
class Passed:
    """What rows left behind on their way: states below the cut and at the end.

    Of each layer between them: keys and values, and what its feed-forward part read.
    """

    lower: torch.Tensor
    keys_values: list[KeysValues]
    feed_inputs: list[torch.Tensor]
    states: torch.Tensor


@dataclass(frozen=True, kw_only=True)
class Routed:
    """What came out of the upper part: the last states, and for each layer scores and shares of the experts."""

    states: torch.Tensor
    scores: list[torch.Tensor]
    shares: list[torch.Tensor]


@dataclass(frozen=True, kw_only=True)
class DenseModel:
    """A frozen model of the library, and where it is cut."""

    model: Any
    first_layer: int

    @property
    def hidden(self) -> int:
        """The width of a state."""
        return int(self.model.config.hidden_size)

    @property
    def upper_layers(self) -> list[Any]:
        """The layers that experts grow on."""
        return list(self.model.model.layers[self.first_layer :])

    @torch.no_grad()
    def read(self, tokens: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor) -> Passed:
        """Take all rows through all layers, without experts."""
        inner = self.model.model
        states = inner.embed_tokens(tokens)
        turns = self.turns(states, positions)
        lower = states
        keys_values, feed_inputs = [], []
        for number, layer in enumerate(inner.layers):
            lower = states if number == self.first_layer else lower
            states, kept = attend(layer, states, turns, mask, None)
            normed = layer.post_attention_layernorm(states)
            if number >= self.first_layer:
                keys_values.append(kept)
                feed_inputs.append(normed)
            states = states + layer.mlp(normed)
        return Passed(lower=lower, keys_values=keys_values, feed_inputs=feed_inputs, states=inner.norm(states))

    def answer(
        self,
        states: torch.Tensor,
        positions: torch.Tensor,
        mask: torch.Tensor,
        before: Sequence[KeysValues] | None,
        experts: nn.ModuleList,
        choose: Choose,
    ) -> Routed:
        """Take rows through the upper layers with experts, after what was read before (None: they are all there is)."""
        turns = self.turns(states, positions)
        all_scores, all_shares = [], []
        for number, (layer, module) in enumerate(zip(self.upper_layers, experts, strict=True)):
            states, _ = attend(layer, states, turns, mask, before[number] if before else None)
            normed = layer.post_attention_layernorm(states)
            routed: RoutedExperts = module  # type: ignore[assignment]  # a list of modules
            scores = routed.scores(normed.detach())
            shares = choose(normed.detach(), scores)
            states = states + layer.mlp(normed) + routed(normed, shares)
            all_scores.append(scores)
            all_shares.append(shares)
        return Routed(states=self.model.model.norm(states), scores=all_scores, shares=all_shares)

    def turns(self, states: torch.Tensor, positions: torch.Tensor) -> Any:  # noqa: ANN401 - the library's
        """Say how positions turn keys."""
        return self.model.model.rotary_emb(states[None], positions[None])

    def logits(self, states: torch.Tensor) -> torch.Tensor:
        """Score the next token."""
        return torch.Tensor(self.model.lm_head(states)).float()

    def new_experts(self, shape: Shape, seed: int, sample: torch.Tensor) -> nn.ModuleList:
        """Make experts that say nothing yet; `sample` is what each layer's feed-forward part reads."""
        generator = torch.Generator().manual_seed(seed)
        experts = [RoutedExperts(shape, self.hidden, generator) for _ in self.upper_layers]
        for routed, states in zip(experts, sample, strict=True):
            routed.scale_to(states)
        return nn.ModuleList(experts)


def attend(
    layer: Any,  # noqa: ANN401 - the library's
    states: torch.Tensor,
    turns: Any,  # noqa: ANN401 - as above
    mask: torch.Tensor,
    before: KeysValues | None,
) -> tuple[torch.Tensor, KeysValues]:
    """Take rows through the attention of a layer; return them with their own keys and values."""
    from transformers.models.qwen2.modeling_qwen2 import apply_rotary_pos_emb  # noqa: PLC0415 - loaded only when needed

    inner = layer.self_attn
    normed = layer.input_layernorm(states)
    query, key, value = (
        part(normed).view(len(states), -1, inner.head_dim).transpose(0, 1)[None]
        for part in (inner.q_proj, inner.k_proj, inner.v_proj)
    )
    query, key = apply_rotary_pos_emb(query, key, *turns)
    keys = torch.cat([before[0][None], key], dim=2) if before else key
    values = torch.cat([before[1][None], value], dim=2) if before else value
    seen = nn.functional.scaled_dot_product_attention(query, keys, values, attn_mask=mask, enable_gqa=True)
    joined = seen[0].transpose(0, 1).reshape(len(states), -1)
    return states + inner.o_proj(joined), (key[0], value[0])


def open_dense(folder: Path, shape: Shape, *, dtype: torch.dtype = torch.bfloat16) -> tuple[DenseModel, Any]:
    """Load a model folder and its tokenizer, frozen."""
    from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415 - loaded only when needed

    model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, local_files_only=True)
    model.requires_grad_(requires_grad=False)
    model.train(mode=False)
    return DenseModel(model=model, first_layer=shape.first_layer), AutoTokenizer.from_pretrained(folder)
