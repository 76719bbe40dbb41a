"""Run an encoder of any architecture by transformers, padded, with mean pooling and unit length.

Importing the library and its tokenizers takes about three seconds: `encoder.py` does without where it can.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.ranking.embedding_folder import broken, max_tokens, read_json
from assistant.transformers_import import import_transformers

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["LibraryEncoder", "fast_dtype"]

POOLING = frozenset({"bert", "roberta", "xlm-roberta"})
"""Architectures whose pooler can be left out."""


class LibraryEncoder:
    """Hold the weights and the tokenizer of one folder as transformers reads them."""

    pads = True
    """Whether texts run at once are filled up to the longest."""

    def __init__(self, folder: Path) -> None:
        """Load them, in bfloat16 where the processor computes in it; raise `ModelUnavailable` if they are broken."""
        import torch  # noqa: PLC0415 - loaded only when needed

        transformers = import_transformers()
        try:
            self.tokenizer: PreTrainedTokenizerBase = transformers.AutoTokenizer.from_pretrained(
                folder,
                local_files_only=True,
                split_special_tokens=True,  # a page that writes "</s>" writes text
            )
            self.model: PreTrainedModel = transformers.AutoModel.from_pretrained(
                folder,
                dtype=fast_dtype(),
                local_files_only=True,
                use_safetensors=True,
                trust_remote_code=False,
                **without_pooler(folder),
            ).eval()
        except Exception as error:
            raise broken(folder, error) from error
        self.torch = torch
        self.max_tokens = max_tokens(folder)

    @property
    def table(self) -> torch.Tensor:
        """The vector of each piece of text, before any layer."""
        embeddings: Any = self.model.get_input_embeddings()
        weights: torch.Tensor = embeddings.weight
        return weights

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Cut texts into the numbers of their pieces, whole and without special ones."""
        read: list[list[int]] = self.tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
        return read

    def run(self, texts: Sequence[str]) -> np.ndarray:
        """Embed one batch as rows of length one."""
        inputs = self.tokenizer(
            list(texts), padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt"
        )
        with self.torch.inference_mode():
            states = self.model(**inputs).last_hidden_state.float()
            kept = inputs["attention_mask"].unsqueeze(-1)
            means = (states * kept).sum(1) / kept.sum(1).clamp(min=1)
            unit: np.ndarray = self.torch.nn.functional.normalize(means, dim=1).numpy()
        return unit


def without_pooler(folder: Path) -> dict[str, bool]:
    """Leave out BERT's pooler, which these models were trained without: missing weights are drawn and reported."""
    kind = str(read_json(folder / "config.json").get("model_type"))
    return {"add_pooling_layer": False} if kind in POOLING else {}


def fast_dtype() -> torch.dtype:
    """Choose bfloat16 where the processor has instructions for it (1.6 times faster, cosine 0.997), else float32."""
    import torch  # noqa: PLC0415 - loaded only when needed

    return torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32  # noqa: SLF001 - no public name
