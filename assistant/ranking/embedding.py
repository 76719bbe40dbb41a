"""Place texts in a space where nearness is likeness of meaning, with a sentence-transformers folder on this machine.

Runs BERT-like encoders by transformers with mean pooling and unit length. Knows nothing of passages; batches, numbers
and the folder are its business, threads and deadlines those of `reranking.py`.
"""

from __future__ import annotations

import json
import math
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.errors import ModelUnavailable
from assistant.ranking.bert import UnpaddedBert, is_computable
from assistant.transformers_import import import_transformers

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["PassageEmbedder"]

RECORD = "footnote.json"
"""What pulling leaves beside a model: among other things the languages that it serves."""
ENGLISH = ("en",)
"""all-MiniLM-L6-v2 ranks French far below BM25 (FQuAD nDCG@10 0.33 against 0.82)."""
NEEDED = ("config.json", "model.safetensors", "tokenizer.json")
BATCH = 32
"""Texts run at once. Where they have to be padded they are neighbours in length, and fewer: `PADDED_BATCH`."""
PADDED_BATCH = 2
"""Processor time of 32 passages on a busy machine: 3.0 s by eights as they come, 2.4 by eights of like length, 2.3 by
fours or one by one; `benchmarks/ranking.py` times all of them."""
LEAST_AGREEMENT = 0.99
"""Cosine between our arithmetic and the library's on the same weights: rounding in bfloat16 leaves .9999."""
TRIAL = ("query: one", "passage: two texts of different length, of which this is the longer one")
SHARPNESS = 3
"""Power of a likeness of two pieces: near ones are to count, many faint ones are not."""
POOLING = frozenset({"bert", "roberta", "xlm-roberta"})
"""Architectures whose pooler can be left out."""
REMEMBERED = 4_096
"""Texts whose pieces are kept, some 10 MiB: the same passages are looked through for question after question."""
MOST_TOKENS = 256
"""What the encoder was trained on, where its folder does not say (all-MiniLM-L6-v2's sentence_bert_config.json)."""


class PassageEmbedder(Embeddings):
    """Embed texts as LangChain expects it; loads its weights when first used, about 4 s, or by `load`."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; raise `ModelUnavailable` if it cannot be one of an embedding model."""
        self.folder = folder
        check_folder(folder)
        self.languages = served_languages(folder)
        self.query_prefix, self.passage_prefix = prefixes(folder)
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
        """Embed passages, as LangChain calls it, with the prefix that the model wants."""
        vectors: list[list[float]] = self.encode([self.passage_prefix + text for text in texts]).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Embed a question, as LangChain calls it, with the prefix that the model wants."""
        vector: list[float] = self.encode([self.query_prefix + text])[0].tolist()
        return vector

    def likenesses(self, question: str, texts: Sequence[str]) -> list[float]:
        """Compare a question with many texts word by word, without running the encoder: to choose which to embed."""
        return self.load().likenesses(question, texts)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Embed texts as the rows of a float32 matrix, each of length one."""
        encoder = self.load()
        if not texts:
            return np.zeros((0, encoder.dimensions), dtype=np.float32)
        vectors = np.empty((len(texts), encoder.dimensions), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        size = BATCH if encoder.unpadded else PADDED_BATCH
        for start in range(0, len(texts), size):
            batch = by_length[start : start + size]
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
        except Exception as error:  # whatever broken files make the libraries raise, the remedy is the same
            message = f"{folder}: the embedding model cannot be loaded ({error}); remove the folder and pull it again"
            raise ModelUnavailable(message) from error
        self.torch = torch
        self.dimensions = int(self.model.config.hidden_size)
        self.max_tokens = max_tokens(folder)
        self._pieces: dict[str, list[int]] = {}
        self.unpadded = self._tried(UnpaddedBert(self.model)) if is_computable(self.model) else None

    def _tried(self, unpadded: UnpaddedBert) -> UnpaddedBert | None:
        """Return our own arithmetic if it gives what the library gives."""
        texts = list(TRIAL)
        agreement = (self.run_unpadded(unpadded, texts) * self.run_padded(texts)).sum(axis=1)
        return unpadded if float(agreement.min()) >= LEAST_AGREEMENT else None

    def run(self, texts: list[str]) -> np.ndarray:
        """Embed one batch, with the library where our own arithmetic overflows."""
        vectors = self.run_unpadded(self.unpadded, texts) if self.unpadded else self.run_padded(texts)
        return vectors if np.isfinite(vectors).all() else self.run_padded(texts)

    def run_unpadded(self, unpadded: UnpaddedBert, texts: list[str]) -> np.ndarray:
        """Embed texts as they are long."""
        read = self.tokenizer(texts, truncation=True, max_length=self.max_tokens, return_attention_mask=False)
        with self.torch.inference_mode():
            means = [states.float().mean(0) for states in unpadded.states(read["input_ids"])]
            unit: np.ndarray = self.torch.nn.functional.normalize(self.torch.stack(means), dim=1).numpy()
        return unit

    def run_padded(self, texts: list[str]) -> np.ndarray:
        """Embed texts filled up to the longest, with the library."""
        inputs = self.tokenizer(texts, padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt")
        with self.torch.inference_mode():
            states = self.model(**inputs).last_hidden_state.float()
            kept = inputs["attention_mask"].unsqueeze(-1)
            means = (states * kept).sum(1) / kept.sum(1).clamp(min=1)
            unit: np.ndarray = self.torch.nn.functional.normalize(means, dim=1).numpy()
        return unit

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Give the different pieces of each text, in the order of their numbers."""
        if len(self._pieces) > REMEMBERED:
            self._pieces.clear()
        unread = [text for text in dict.fromkeys(texts) if text not in self._pieces]
        if unread:
            read = self.tokenizer(unread, add_special_tokens=False, verbose=False)["input_ids"]
            self._pieces.update((text, sorted(set(found))) for text, found in zip(unread, read, strict=True))
        return [self._pieces[text] for text in texts]

    def likenesses(self, question: str, texts: Sequence[str]) -> list[float]:
        """Sum, over the pieces of the question, how near the nearest piece of a text lies, rare pieces counting more.

        By the encoder's own table of pieces, in which a word and its translation are neighbours. Spanish question,
        English paragraph (XQuAD, n=300): gold among 48 of 240 by shared words .80, by this .86, by both .92.
        """
        if not texts:
            return []
        torch = self.torch
        asked, *others = self.pieces([question, *texts])
        in_texts = Counter(piece for pieces in others for piece in pieces)
        used = list(in_texts)
        table: Any = self.model.get_input_embeddings().weight
        weights = torch.tensor([math.log(1 + len(texts) / (in_texts[piece] + 0.5)) for piece in asked])
        places = {piece: place for place, piece in enumerate(used)}
        with torch.inference_mode():
            known = table[used].float()
            asked_rows, rows = (
                torch.nn.functional.normalize(part - known.mean(0), dim=1) for part in (table[asked].float(), known)
            )
            near = (asked_rows @ rows.T).clamp(min=0) ** SHARPNESS
            return [
                float((weights * near[:, [places[piece] for piece in pieces]].amax(1)).sum()) if pieces else 0.0
                for pieces in others
            ]


def without_pooler(folder: Path) -> dict[str, bool]:
    """Leave out BERT's pooler, which these models were trained without: missing weights are drawn and reported."""
    kind = str(read_json(folder / "config.json").get("model_type"))
    return {"add_pooling_layer": False} if kind in POOLING else {}


def fast_dtype() -> torch.dtype:
    """Choose bfloat16 where the processor has instructions for it (1.6 times faster, cosine 0.997), else float32."""
    import torch  # noqa: PLC0415 - loaded only when needed

    return torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32  # noqa: SLF001 - no public name


def check_folder(folder: Path) -> None:
    """Raise `ModelUnavailable` if files are missing or the pooling is none that we do."""
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        message = f"{folder}: no embedding model ({', '.join(missing)} missing); run: footnote models pull e5-small"
        raise ModelUnavailable(message)
    if not read_json(folder / "1_Pooling" / "config.json").get("pooling_mode_mean_tokens", True):
        message = f"{folder}: this embedding model does not pool by the mean; use one that does"
        raise ModelUnavailable(message)


def served_languages(folder: Path) -> tuple[str, ...]:
    """Tell which languages an embedder knows, none for all; a folder that does not say is taken for an English one."""
    languages = read_json(folder / RECORD).get("languages", ENGLISH)
    return tuple(str(language) for language in languages) if isinstance(languages, list | tuple) else ENGLISH


def prefixes(folder: Path) -> tuple[str, str]:
    """Give what stands before a question and before a passage, as sentence-transformers writes it down."""
    prompts = read_json(folder / "config_sentence_transformers.json").get("prompts")
    named: dict[str, str] = prompts if isinstance(prompts, dict) else {}
    return named.get("query", ""), named.get("passage", named.get("document", ""))


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
