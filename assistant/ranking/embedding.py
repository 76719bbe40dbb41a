"""Place texts in a space where nearness is likeness of meaning, with a sentence-transformers folder on this machine.

Runs BERT-like encoders by transformers with mean pooling and unit length. Knows nothing of passages; batches, numbers
and the folder are its business, threads and deadlines those of `reranking.py`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.errors import ModelUnavailable
from assistant.transformers_import import import_transformers

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["PassageEmbedder"]

NEEDED = ("config.json", "model.safetensors", "tokenizer.json")
BATCH = 8
"""Texts run at once: of 8, 16 and 48, 8 was fastest on two cores (50 passages of 125 words: 0.94, 1.01, 2.15 s)."""
MOST_TOKENS = 256
"""What the encoder was trained on, where its folder does not say (all-MiniLM-L6-v2's sentence_bert_config.json)."""


class PassageEmbedder(Embeddings):
    """Embed texts as LangChain expects it; loads its weights when first used, about 4 s, or by `load`."""

    languages: tuple[str, ...] = ("en",)
    """English only: MiniLM ranks French far below BM25 (FQuAD nDCG@10 0.33 against 0.82)."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; raise `ModelUnavailable` if it cannot be one of an embedding model."""
        self.folder = folder
        check_folder(folder)
        self._loading = threading.Lock()
        self._loaded: Encoder | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether texts can be embedded without waiting for the weights."""
        return self._loaded is not None

    def load(self) -> Encoder:
        """Load the weights unless they are; raise `ModelUnavailable` if they are broken."""
        with self._loading:
            if self._loaded is None:
                self._loaded = Encoder(self.folder)
            return self._loaded

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts, as LangChain calls it."""
        vectors: list[list[float]] = self.encode(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Embed a question, as LangChain calls it; this model asks for no prefixes."""
        return self.embed_documents([text])[0]

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Embed texts as the rows of a float32 matrix, each of length one."""
        encoder = self.load()
        if not texts:
            return np.zeros((0, encoder.dimensions), dtype=np.float32)
        vectors = np.empty((len(texts), encoder.dimensions), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        for start in range(0, len(texts), BATCH):
            batch = by_length[start : start + BATCH]
            vectors[batch] = encoder.run([texts[position] for position in batch])
        return vectors


class Encoder:
    """Hold the weights and the tokenizer of one folder."""

    def __init__(self, folder: Path) -> None:
        """Load them, in bfloat16 where the processor computes in it."""
        import torch  # noqa: PLC0415 - loaded only when needed

        transformers = import_transformers()
        try:
            self.tokenizer: PreTrainedTokenizerBase = transformers.AutoTokenizer.from_pretrained(
                folder, local_files_only=True
            )
            self.model: PreTrainedModel = transformers.AutoModel.from_pretrained(
                folder, dtype=fast_dtype(), local_files_only=True, use_safetensors=True, trust_remote_code=False
            ).eval()
        except Exception as error:  # whatever broken files make the libraries raise, the remedy is the same
            message = f"{folder}: the embedding model cannot be loaded ({error}); remove the folder and pull it again"
            raise ModelUnavailable(message) from error
        self.torch = torch
        self.dimensions = int(self.model.config.hidden_size)
        self.max_tokens = max_tokens(folder)

    def run(self, texts: list[str]) -> np.ndarray:
        """Embed one batch."""
        inputs = self.tokenizer(texts, padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt")
        with self.torch.inference_mode():
            states = self.model(**inputs).last_hidden_state.float()
            kept = inputs["attention_mask"].unsqueeze(-1)
            means = (states * kept).sum(1) / kept.sum(1).clamp(min=1)
            unit: np.ndarray = self.torch.nn.functional.normalize(means, dim=1).numpy()
        return unit


def fast_dtype() -> torch.dtype:
    """Choose bfloat16 where the processor has instructions for it (1.6 times faster, cosine 0.997), else float32."""
    import torch  # noqa: PLC0415 - loaded only when needed

    return torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32  # noqa: SLF001 - no public name


def check_folder(folder: Path) -> None:
    """Raise `ModelUnavailable` if files are missing or the pooling is none that we do."""
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        message = f"{folder}: no embedding model ({', '.join(missing)} missing); run: footnote models pull minilm"
        raise ModelUnavailable(message)
    if not read_json(folder / "1_Pooling" / "config.json").get("pooling_mode_mean_tokens", True):
        message = f"{folder}: this embedding model does not pool by the mean; use one that does"
        raise ModelUnavailable(message)


def max_tokens(folder: Path) -> int:
    """Tell how much of a text the encoder reads."""
    return int(str(read_json(folder / "sentence_bert_config.json").get("max_seq_length") or MOST_TOKENS))


def read_json(path: Path) -> dict[str, object]:
    """Read a small file of settings; a missing one is empty."""
    if not path.is_file():
        return {}
    try:
        content: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        message = f"{path}: not JSON; remove the folder and pull the model again"
        raise ModelUnavailable(message) from error
    return content
