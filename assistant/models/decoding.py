"""Which decoder runs a model: the lean one where it computes what the library does, else the library's.

Knows how to compare them. Leaves the arithmetic to both.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from assistant.models.blueprint import draw
from assistant.models.decoder import LeanDecoder
from assistant.models.expert_visits import Look
from assistant.models.library_decoder import LibraryDecoder

if TYPE_CHECKING:
    from transformers import PreTrainedModel

__all__ = ["choose_decoder", "expert_count"]

log = logging.getLogger(__name__)

EXPERT_COUNTS = ("n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts")
"""What architectures call the number of experts in a layer."""

TRIAL = range(1, 9)
"""Tokens that both read: the first of any vocabulary."""
MOST_DIFFERENCE = 0.1
"""Of the scores' size: rounding in bf16 makes about 0.01, another arithmetic about 1 (tiny random models)."""


def choose_decoder(model: PreTrainedModel, look: Look, *, packing: bool) -> LeanDecoder | LibraryDecoder:
    """Return the quickest decoder that is right for a model, as tried on a few tokens."""
    library = LibraryDecoder(model, look)
    blueprint = draw(model, packing=packing)
    if blueprint is None:
        return library
    lean = LeanDecoder(blueprint, look)
    if difference(lean, library) > MOST_DIFFERENCE:
        return library
    warm(lean)
    return lean


def warm(decoder: LeanDecoder) -> None:
    """Let the first text not wait for loops to be compiled; a model whose loops fail is run without them."""
    try:
        decoder.warm()
    except Exception as error:  # noqa: BLE001 - numba and LLVM fail in many ways, and none of them is worth an answer
        first = (str(error).strip().splitlines() or [""])[0]
        log.warning("this model writes more slowly, for its loops fail: %s: %s", type(error).__name__, first)
        decoder.leave_loops()


def difference(lean: LeanDecoder, library: LibraryDecoder) -> float:
    """Say how far the scores of one are from those of the other, in units of their size."""
    tried: Any = lean.read(list(TRIAL), lean.new_memory()).logits.float()
    meant: Any = library.read(list(TRIAL), library.new_memory()).logits.float()
    return float((tried - meant).norm() / meant.norm().clamp(min=1e-9))


def expert_count(model: PreTrainedModel) -> int:
    """Say how many experts a layer has; 0 where there are none."""
    config = model.config.get_text_config()
    return next((int(count) for name in EXPERT_COUNTS if (count := getattr(config, name, None))), 0)
