"""Load a model folder with transformers so that it runs as fast as this machine can.

Knows number formats, devices and the kernels for experts. Leaves checking the folder to `folders.py` and running the
model to `engine.py`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.errors import ModelUnavailable
from assistant.models.folders import ModelFolder
from assistant.transformers_import import import_transformers

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["LoadedModel", "NumberFormat", "best_format", "load_folder"]

NumberFormat = Literal["bfloat16", "float32"]
UNKNOWN_WINDOW = 4096
"""Tokens assumed where neither configuration nor tokenizer says: what most models of the last years hold at least."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedModel:
    """A model in memory with what is needed to talk to it; `window` is the most tokens it can hold."""

    path: Path
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    window: int


def best_format() -> NumberFormat:
    """Choose bf16 on a GPU and where the CPU computes it fast, else fp32."""
    import torch  # noqa: PLC0415 - loaded only when needed

    return "bfloat16" if torch.cuda.is_available() or cpu_prefers_bf16() else "float32"


def load_folder(folder: ModelFolder, number_format: NumberFormat) -> LoadedModel:
    """Load weights and tokenizer; raise `ModelUnavailable` in one line if they cannot be used.

    No code of the folder is run: safetensors only, and architectures that transformers itself knows.
    """
    import torch  # noqa: PLC0415 - loaded only when needed

    transformers = import_transformers()
    has_gpu = torch.cuda.is_available()
    trusted: dict[str, Any] = {"trust_remote_code": False, "local_files_only": True}
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder.path, **trusted)
        model = transformers.AutoModelForCausalLM.from_pretrained(
            folder.path,
            dtype=getattr(torch, number_format),
            use_safetensors=True,
            device_map="cuda" if has_gpu else None,
            experts_implementation=None if has_gpu else "eager",
            **trusted,
        )
    except Exception as error:  # each architecture fails in its own way; all of them mean that this folder is of no use
        first = (str(error).strip().splitlines() or [""])[0]
        message = f"{folder.path}: cannot be loaded ({type(error).__name__}: {first}); choose another model"
        raise ModelUnavailable(message) from error
    model.eval()
    return LoadedModel(path=folder.path, model=model, tokenizer=tokenizer, window=window_of(model, tokenizer))


def window_of(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    """Tell how many tokens the model was made for; tokenizers that do not know say a number beyond any model."""
    config = model.config.get_text_config()
    said = (getattr(config, "max_position_embeddings", None), tokenizer.model_max_length)
    return min((int(number) for number in said if number and number < 1 << 40), default=UNKNOWN_WINDOW)


def cpu_prefers_bf16() -> bool:
    """Try both formats on a matrix the size of a small layer: some CPUs have bf16 only by emulation (0.2 s)."""
    import torch  # noqa: PLC0415 - loaded only when needed

    return best_time(torch.bfloat16) <= best_time(torch.float32)


def best_time(number_format: torch.dtype) -> float:
    """Time one product, the best of three after a warm-up, so that other work on the machine matters less."""
    import torch  # noqa: PLC0415 - loaded only when needed

    left = torch.ones(64, 1536, dtype=number_format)
    right = torch.ones(1536, 1536, dtype=number_format)
    times = []
    for _ in range(4):
        began = time.perf_counter()
        torch.mm(left, right)
        times.append(time.perf_counter() - began)
    return min(times[1:])
