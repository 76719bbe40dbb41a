"""Choose how a folder's weights are run: by our own arithmetic where it is known to be the library's, else by that.

What the trial of the two found is kept beside the weights, so that the library is not even imported the next time.
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.errors import ModelUnavailable
from assistant.ranking.bert import BertEncoder, is_computable
from assistant.ranking.library_encoder import LibraryEncoder, fast_dtype

__all__ = ["Encoder"]

LEAST_AGREEMENT = 0.99
"""Cosine between our arithmetic and the library's on the same weights: rounding in bfloat16 leaves .9999."""
TRIAL = (
    "query: one",
    "passage: two texts of different length, of which this is the longer one",
    "passage: L'élève naïf écrit « </s> [SEP] <mask> » à Zürich, 東京, Москва",
)
"""Texts that both are given: short, long, and what tokenizers may cut differently."""
ARITHMETIC = 1
"""Raise it when `bert.py` computes something new, so that it is tried anew."""
TRIED = "footnote.trial"
"""Not named as JSON: whatever is, tells one model's vectors from another's (`identity.py`)."""
SHARPNESS = 3
"""Power of a likeness of two pieces: near ones are to count, many faint ones are not."""
REMEMBERED = 4_096
"""Texts whose pieces are kept, some 10 MiB: the same passages are looked through for question after question."""


class Encoder:
    """Run the weights of one folder."""

    def __init__(self, folder: Path) -> None:
        """Load them; raise `ModelUnavailable` if they are broken."""
        self.folder = folder
        self.runs: BertEncoder | LibraryEncoder = opened(folder)
        self.dimensions = self.runs.table.shape[1]
        self._pieces: dict[str, list[int]] = {}
        self._library: LibraryEncoder | None = None

    def run(self, texts: Sequence[str]) -> np.ndarray:
        """Embed one batch, with the library where our own arithmetic overflows."""
        vectors = self.runs.run(texts)
        if np.isfinite(vectors).all():
            return vectors
        if self._library is None:
            self._library = LibraryEncoder(self.folder)
        return self._library.run(texts)

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Give the different pieces of each text, in the order of their numbers."""
        if len(self._pieces) > REMEMBERED:
            self._pieces.clear()
        unread = [text for text in dict.fromkeys(texts) if text not in self._pieces]
        if unread:
            read = self.runs.pieces(unread)
            self._pieces.update((text, sorted(set(found))) for text, found in zip(unread, read, strict=True))
        return [self._pieces[text] for text in texts]

    def likenesses(self, question: str, texts: Sequence[str]) -> list[float]:
        """Sum, over the pieces of the question, how near the nearest piece of a text lies, rare pieces counting more.

        By the encoder's own table of pieces, in which a word and its translation are neighbours. Spanish question,
        English paragraph (XQuAD, n=300): gold among 48 of 240 by shared words .80, by this .86, by both .92.
        """
        import torch  # noqa: PLC0415 - loaded only when needed

        if not texts:
            return []
        asked, *others = self.pieces([question, *texts])
        in_texts = Counter(piece for pieces in others for piece in pieces)
        used = list(in_texts)
        table = self.runs.table
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


def opened(folder: Path) -> BertEncoder | LibraryEncoder:
    """Open a folder the quick way where a trial, now or earlier, says that it gives what the library gives."""
    if not is_computable(folder):
        return LibraryEncoder(folder)
    tried = trial_of(folder)
    known = earlier_trial(folder)
    if known.get("of") == tried:
        return BertEncoder(folder, fast_dtype()) if known.get("agrees") is True else LibraryEncoder(folder)
    by_library = LibraryEncoder(folder)
    ours = agreeing(folder, by_library)
    keep(folder / TRIED, {"of": tried, "agrees": ours is not None})
    return ours or by_library


def agreeing(folder: Path, by_library: LibraryEncoder) -> BertEncoder | None:
    """Return our own arithmetic if it can open the folder and gives what the library gives."""
    try:
        ours = BertEncoder(folder, fast_dtype())
    except ModelUnavailable:  # the library has opened it: these weights bear other names
        return None
    agreement = (ours.run(TRIAL) * by_library.run(TRIAL)).sum(axis=1)
    return ours if float(agreement.min()) >= LEAST_AGREEMENT else None


def earlier_trial(folder: Path) -> dict[str, object]:
    """Read what an earlier trial found; one that cannot be read is none."""
    try:
        found: object = json.loads((folder / TRIED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def trial_of(folder: Path) -> dict[str, object]:
    """Say what a trial was of; whatever of it changes, it has to be held again."""
    import torch  # noqa: PLC0415 - loaded only when needed

    weights = (folder / "model.safetensors").stat()
    return {
        "bytes": weights.st_size,
        "changed_ns": weights.st_mtime_ns,
        "torch": torch.__version__,
        "processor": torch.backends.cpu.get_cpu_capability(),
        "dtype": str(fast_dtype()),
        "arithmetic": ARITHMETIC,
    }


def keep(path: Path, found: dict[str, object]) -> None:
    """Write down what was found; a folder that cannot be written is tried each time."""
    written = path.with_suffix(f".{os.getpid()}")
    try:
        written.write_text(json.dumps(found), encoding="utf-8")
        written.replace(path)
    except OSError:
        return
