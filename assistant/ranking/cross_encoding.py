"""A second look at the best passages by a model that reads question and passage together, where one is installed.

Slower by far than comparing embeddings and often better at the top (Nogueira and Cho 2019): so only the best are read,
for as long as ranking may take once more, and none of it happens unless a model was chosen. Leaves the first order to
`reranking.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelUnavailable
from assistant.evidence import Passage
from assistant.ranking.library_encoder import fast_dtype
from assistant.ranking.passages import surroundings
from assistant.ranking.worker import Worker
from assistant.transformers_import import import_transformers

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["CrossEncoder", "Reranker"]

LOOKED_AT = 16
"""Passages that are read: more than any answer takes."""
AT_ONCE = 4
"""Between two looks at the clock."""
MOST_TOKENS = 384
"""Of question and passage together; a passage has some 170."""
CLOSE_DEADLINE_S = 5.0


class CrossEncoder:
    """Score how well passages answer a question, with a sequence-classification folder on this machine."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; nothing is loaded before the first score."""
        self.folder = folder
        self._loading = Lock()
        self._loaded: tuple[PreTrainedTokenizerBase, PreTrainedModel] | None = None

    def load(self) -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
        """Load the weights unless they are; raise `ModelUnavailable` if they are missing or broken."""
        with self._loading:
            if self._loaded is None:
                self._loaded = self._read()
            return self._loaded

    def _read(self) -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
        """Read tokenizer and weights, without running code of the folder."""
        transformers = import_transformers()
        options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(self.folder, split_special_tokens=True, **options)
            model = transformers.AutoModelForSequenceClassification.from_pretrained(
                self.folder, dtype=fast_dtype(), use_safetensors=True, **options
            )
        except Exception as error:  # whatever broken files make the libraries raise, the remedy is the same
            message = f"{self.folder}: the reranker cannot be loaded ({error}); remove the folder and pull it again"
            raise ModelUnavailable(message) from error
        return tokenizer, model.eval()

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """Score texts for a question; higher is better, the scale is the model's own."""
        import torch  # noqa: PLC0415 - loaded only when needed

        tokenizer, model = self.load()
        pairs = tokenizer(
            [question] * len(texts),
            list(texts),
            padding=True,
            truncation="only_second",
            max_length=MOST_TOKENS,
            return_tensors="pt",
        )
        with torch.inference_mode():
            found: list[float] = model(**pairs).logits.float()[:, -1].tolist()
        return found


class Reranker:
    """Put the best passages in the order of a cross-encoder, within a deadline; used from one event loop."""

    def __init__(self, encoder: CrossEncoder) -> None:
        """Take what scores."""
        self._encoder = encoder
        self._worker = Worker("cross-encoder")

    async def reorder(
        self, question: str, passages: Sequence[Passage], *, deadline_s: float
    ) -> tuple[tuple[Passage, ...], str]:
        """Return the passages, those scored in time first, by score, and one line on what was not done."""
        ends_at = asyncio.get_running_loop().time() + deadline_s
        scored: dict[int, float] = {}
        for start in range(0, min(LOOKED_AT, len(passages)), AT_ONCE):
            batch = range(start, min(start + AT_ONCE, LOOKED_AT, len(passages)))
            texts = [f"{surroundings(passages[place])} {passages[place].text}" for place in batch]
            left_s = ends_at - asyncio.get_running_loop().time()
            try:
                work = partial(self._encoder.scores, question, texts)
                scores = await self._worker.call(work, deadline_s=max(0.0, left_s))
            except TimeoutError:
                break
            except ModelUnavailable as error:
                return tuple(passages), f"not reranked: {error}"
            scored.update(zip(batch, scores, strict=True))
        first = sorted(scored, key=lambda place: -scored[place])
        rest = [place for place in range(len(passages)) if place not in scored]
        note = "" if scored or not passages else "not reranked: no time was left to read question and passages together"
        return tuple(passages[place] for place in (*first, *rest)), note

    async def close(self) -> None:
        """Let go of the thread."""
        await self._worker.close(deadline_s=CLOSE_DEADLINE_S)
