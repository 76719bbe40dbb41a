"""BERT computed for texts of different lengths without padding, in few calls.

Knows the arithmetic of one architecture (Devlin et al. 2019, as transformers' `BertModel` computes it), which the
embedding models of the catalogue share. Of 32 passages it takes three quarters of the library's time. Leaves tokens and
pooling to `embedding.py`, which tries it against the library before it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

__all__ = ["UnpaddedBert", "is_computable"]

Product: TypeAlias = "Callable[[torch.Tensor], torch.Tensor]"
"""A matrix and its bias, to be multiplied with rows."""
ROWS = 1_600
"""For how many rows weights are laid out; eight passages have about as many."""


def is_computable(model: PreTrainedModel) -> bool:
    """Tell whether a model is of the one shape that is computed here."""
    config = model.config
    return (
        config.model_type == "bert"
        and config.hidden_act == "gelu"
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
        and model.device.type == "cpu"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """The products of one layer: query, key and value in one, the query scaled; the wide one with its GELU."""

    attention: Product
    attended: Product
    attended_norm: tuple[torch.Tensor, torch.Tensor]
    wide: Product
    narrow: Product
    narrow_norm: tuple[torch.Tensor, torch.Tensor]


class UnpaddedBert:
    """Share a model's weights and compute its last states."""

    def __init__(self, model: PreTrainedModel) -> None:
        """Put the matrices of query, key and value together; the others are the model's own."""
        import torch  # noqa: PLC0415 - loaded only when needed

        self.torch = torch
        self.config: Any = model.config
        self._weights = model.state_dict()
        self._layers = [self._layer(f"encoder.layer.{place}.") for place in range(self.config.num_hidden_layers)]

    def states(self, texts: Sequence[Sequence[int]]) -> list[torch.Tensor]:
        """Return the last states of each text, `hidden_size` wide, a row a token; not finite on overflow."""
        torch = self.torch
        lengths = [len(text) for text in texts]
        tokens = torch.tensor([token for text in texts for token in text])
        places = torch.cat([torch.arange(length) for length in lengths])
        norm, table = "embeddings.LayerNorm", self._weights
        with torch.inference_mode():
            rows = table["embeddings.word_embeddings.weight"][tokens]
            rows = rows + table["embeddings.position_embeddings.weight"][places]
            rows = rows + table["embeddings.token_type_embeddings.weight"][0]
            states = self._normed(rows, self._pair(norm))
            for layer in self._layers:
                states = self._through(layer, states, lengths)
            return list(torch.split(states, lengths))

    def _through(self, layer: Layer, states: torch.Tensor, lengths: list[int]) -> torch.Tensor:
        """Compute one layer."""
        attended = self._attended(layer.attention(states), lengths)
        states = self._normed(states + layer.attended(attended), layer.attended_norm)
        return self._normed(states + layer.narrow(layer.wide(states)), layer.narrow_norm)

    def _attended(self, mixed: torch.Tensor, lengths: list[int]) -> torch.Tensor:
        """Let the tokens of each text attend to one another; for heads this narrow, plain products are quickest.

        Of 32 passages a softmax took half of all this; the same without first looking for the largest product of each
        row overflows above 88, and products of these encoders stay far below: the caller looks whether it did.
        """
        torch, heads = self.torch, self.config.num_attention_heads
        width = self.config.hidden_size // heads
        found = mixed.new_empty(len(mixed), heads, width)
        start = 0
        for length in lengths:
            own = mixed[start : start + length].view(length, 3, heads, width)
            query, key, value = own.permute(1, 2, 0, 3).contiguous().unbind(0)
            shares = torch.bmm(query, key.transpose(1, 2)).exp_()
            attended = torch.bmm(shares, value).div_(shares.sum(-1, keepdim=True))
            found[start : start + length] = attended.transpose(0, 1)
            start += length
        return found.view(len(mixed), -1)

    def _normed(self, rows: torch.Tensor, pair: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        """Normalise each row."""
        return self.torch.nn.functional.layer_norm(rows, (rows.shape[1],), *pair, self.config.layer_norm_eps)

    def _layer(self, prefix: str) -> Layer:
        """Collect the weights of one layer."""
        scale = (self.config.hidden_size // self.config.num_attention_heads) ** -0.5
        query, *others = (self._pair(f"{prefix}attention.self.{name}") for name in ("query", "key", "value"))
        parts = [tuple(part * scale for part in query), *others]
        weight, bias = (self.torch.cat(side) for side in zip(*parts, strict=True))
        return Layer(
            attention=product(weight, bias),
            attended=product(*self._pair(f"{prefix}attention.output.dense")),
            attended_norm=self._pair(f"{prefix}attention.output.LayerNorm"),
            wide=product(*self._pair(f"{prefix}intermediate.dense"), with_gelu=True),
            narrow=product(*self._pair(f"{prefix}output.dense")),
            narrow_norm=self._pair(f"{prefix}output.LayerNorm"),
        )

    def _pair(self, name: str) -> tuple[torch.Tensor, torch.Tensor]:
        """Return weight and bias."""
        return self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]


def product(weight: torch.Tensor, bias: torch.Tensor, *, with_gelu: bool = False) -> Product:
    """Lay a matrix out as oneDNN reads it, once instead of at every product; GELU comes with the product.

    That is what torch's own compiler does of a frozen model; its operators have no public names. In float32, plain.
    """
    import torch  # noqa: PLC0415 - loaded only when needed

    if weight.dtype is torch.bfloat16:  # chosen where the processor computes in it, which oneDNN does
        laid_out = torch.ops.mkldnn._reorder_linear_weight(weight, ROWS)  # noqa: SLF001 - no public name
        step, algorithm = ("gelu", "none") if with_gelu else ("none", "")
        multiply = torch.ops.mkldnn._linear_pointwise  # noqa: SLF001 - no public name
        return lambda rows: multiply(rows, laid_out, bias, step, [], algorithm)
    plain = partial(torch.nn.functional.linear, weight=weight, bias=bias)
    return (lambda rows: torch.nn.functional.gelu(plain(rows))) if with_gelu else plain
