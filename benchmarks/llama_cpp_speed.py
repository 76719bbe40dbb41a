"""llama.cpp on a GGUF file, timed as `model.py` times our engine; where the extra `gguf` is installed."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path
from typing import Any

__all__ = ["by_llama_cpp", "is_there"]


def is_there() -> bool:
    """Tell whether it can be timed."""
    return importlib.util.find_spec("llama_cpp") is not None


def by_llama_cpp(file: Path, prompt: list[int], written: int, repeats: int) -> list[tuple[float, float]]:
    """Give tokens a second of reading and of writing, for each repeat; nothing is kept between them."""
    import psutil  # noqa: PLC0415 - loaded only when needed
    from llama_cpp import Llama  # noqa: PLC0415 - loaded only when needed

    model: Any = Llama(str(file), n_ctx=2 * len(prompt), n_threads=psutil.cpu_count(logical=False), verbose=False)
    rounds = []
    for _ in range(repeats):
        model.reset()
        began = time.perf_counter()
        model.eval(prompt)
        read_s = time.perf_counter() - began
        began = time.perf_counter()
        for _ in range(written):
            model.eval([42])
        rounds.append((len(prompt) / read_s, written / (time.perf_counter() - began)))
    return rounds
