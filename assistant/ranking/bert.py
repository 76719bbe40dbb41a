"""BERT computed for texts of different lengths without padding, in few calls.

Knows the arithmetic of one architecture (Devlin et al. 2019, as transformers' `BertModel` computes it), which the
embedding models of the catalogue share, with mean pooling and unit length. Of 32 passages it takes three quarters of
the library's time, and is opened in a fifth. `encoder.py` tries it against the library before it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from assistant.ranking.embedding_folder import broken, max_tokens, read_json

if TYPE_CHECKING:
    import torch

__all__ = ["BertEncoder", "is_computable"]

Product: TypeAlias = "Callable[[torch.Tensor], torch.Tensor]"
"""A matrix and its bias, to be multiplied with rows."""
ROWS = 1_600
"""For how many rows weights are laid out; eight passages have about as many."""
LAYER_NORM_EPS = 1e-12
"""`BertConfig`'s, where a folder does not say."""


def is_computable(folder: Path) -> bool:
    """Tell whether a folder's model is of the one shape that is computed here."""
    config = read_json(folder / "config.json")
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
    )


class BertEncoder:
    """Hold weights and tokenizer of one folder."""

    pads = False
    """Whether texts run at once are filled up to the longest."""

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        """Load them; raise `ModelUnavailable` if they are broken."""
        import torch  # noqa: PLC0415 - loaded only when needed
        from safetensors.torch import load_file  # noqa: PLC0415 - as above
        from tokenizers import Tokenizer  # noqa: PLC0415 - as above

        self.torch = torch
        try:
            self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            weights = load_file(folder / "model.safetensors")
            kept = {name: weight.to(dtype) for name, weight in weights.items() if weight.is_floating_point()}
            self.bert = UnpaddedBert(read_json(folder / "config.json"), kept)
        except Exception as error:
            raise broken(folder, error) from error
        self.tokenizer.encode_special_tokens = True  # a page that writes "</s>" writes text
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.max_tokens = max_tokens(folder)
        self.table = self.bert.table

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Cut texts into the numbers of their pieces, whole and without special ones."""
        return [read.ids for read in self.tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def run(self, texts: Sequence[str]) -> np.ndarray:
        """Embed one batch as rows of length one; not finite where a product overflowed."""
        room = self.max_tokens - self.tokenizer.num_special_tokens_to_add(is_pair=False)
        read = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        for encoding in read:
            encoding.truncate(room)
        whole = [self.tokenizer.post_process(encoding).ids for encoding in read]
        with self.torch.inference_mode():
            means = [states.float().mean(0) for states in self.bert.states(whole)]
            unit: np.ndarray = self.torch.nn.functional.normalize(self.torch.stack(means), dim=1).numpy()
        return unit


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
    """Compute last states from weights named as `BertModel` names them."""

    def __init__(self, config: Mapping[str, object], weights: Mapping[str, torch.Tensor]) -> None:
        """Put the matrices of query, key and value together; the others are used as they are."""
        import torch  # noqa: PLC0415 - loaded only when needed

        self.torch = torch
        self._weights = weights
        self._heads = int(str(config["num_attention_heads"]))
        self._smallest = float(str(config.get("layer_norm_eps", LAYER_NORM_EPS)))
        self.table = weights["embeddings.word_embeddings.weight"]
        layers = int(str(config["num_hidden_layers"]))
        self._layers = [self._layer(f"encoder.layer.{place}.") for place in range(layers)]

    def states(self, texts: Sequence[Sequence[int]]) -> list[torch.Tensor]:
        """Return the last states of each text, `hidden_size` wide, a row a token; not finite on overflow."""
        torch = self.torch
        lengths = [len(text) for text in texts]
        tokens = torch.tensor([token for text in texts for token in text])
        places = torch.cat([torch.arange(length) for length in lengths])
        norm, table = "embeddings.LayerNorm", self._weights
        with torch.inference_mode():
            rows = self.table[tokens]
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
        torch, heads = self.torch, self._heads
        width = self.table.shape[1] // heads
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
        return self.torch.nn.functional.layer_norm(rows, (rows.shape[1],), *pair, self._smallest)

    def _layer(self, prefix: str) -> Layer:
        """Collect the weights of one layer."""
        scale = (self.table.shape[1] // self._heads) ** -0.5
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
