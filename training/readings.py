"""What the dense model made of each pack, computed once and kept on the disk: answers are learnt on top of it.

Passages and questions go past the experts (their expert is the one that does nothing), so keys and values of what
leads up to an answer are those of the dense model, whatever is learnt. Knows files. Leaves the tree to `tokens.py`
and the model to `dense.py`.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import load_file, save_file

from training.data.packs import Pack
from training.dense import DenseModel, KeysValues, Passed
from training.shape import REST
from training.tokens import Sequenced, sequence, tree_mask

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["Reading", "Readings", "keep_reading"]

MARK_CHARS = 8
REST_ROWS = 40
"""Of each text, rows that the router learns to leave alone."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The answers of a pack, ready to be learnt: their rows, what was read before them, and rows to leave alone.

    `labels`, `targets` and `weights` are those of the answers' rows; `rest` is, layer by layer, what feed-forward
    parts read in other rows.
    """

    states: torch.Tensor
    positions: torch.Tensor
    mask: torch.Tensor
    before: list[KeysValues]
    labels: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor
    owners: torch.Tensor
    rest: torch.Tensor
    rows: Sequenced


@dataclass(frozen=True, kw_only=True)
class Readings:
    """A folder of readings; a pack that is not there yet is read."""

    dense: DenseModel
    tokenizer: PreTrainedTokenizerBase
    folder: Path
    most_tokens: int

    def of(self, pack: Pack) -> Reading:
        """Return what was made of a pack."""
        rows = sequence(pack, self.tokenizer, most_tokens=self.most_tokens)
        file = self.folder / f"{pack.id}-{mark_of(rows)}.safetensors"
        if not file.is_file():
            passed = self.dense.read(rows.tokens, rows.positions, tree_mask(rows.owners, self.dense.model.dtype))
            keep_reading(file, rows, passed, seed=pack.id)
        kept = load_file(file)
        answers = rows.experts != REST
        mask = tree_mask(rows.owners, self.dense.model.dtype)[:, :, answers]
        ordered = torch.cat([mask[..., ~answers], mask[..., answers]], dim=-1)
        return Reading(
            states=kept["states"],
            positions=rows.positions[answers],
            mask=ordered,
            before=list(zip(kept["keys"], kept["values"], strict=True)),
            labels=rows.experts[answers],
            targets=rows.targets[answers],
            weights=rows.weights[answers],
            owners=rows.owners[answers],
            rest=kept["rest"],
            rows=rows,
        )


def mark_of(rows: Sequenced) -> str:
    """Tell a pack from what it was before its words or the prompt were changed."""
    return hashlib.sha256(str((rows.tokens.tolist(), rows.experts.tolist())).encode()).hexdigest()[:MARK_CHARS]


def keep_reading(file: Path, rows: Sequenced, passed: Passed, *, seed: str) -> None:
    """Write what answers need of a pass through the dense model."""
    answers = rows.experts != REST
    others = (~answers).nonzero().flatten().tolist()
    picked = random.Random(seed).sample(others, min(REST_ROWS, len(others)))  # noqa: S311 - to be drawn again alike
    content = {
        "states": passed.lower[answers],
        "keys": torch.stack([keys[:, ~answers] for keys, _ in passed.keys_values]),
        "values": torch.stack([values[:, ~answers] for _, values in passed.keys_values]),
        "rest": torch.stack([read[picked] for read in passed.feed_inputs]),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".partial")
    save_file({name: tensor.contiguous() for name, tensor in content.items()}, unfinished)
    unfinished.rename(file)
