"""What this process has taken of the machine, as the system counts it."""

from __future__ import annotations

import sys

import psutil

__all__ = ["peak_mib", "thread_count"]


def thread_count() -> int:
    """Say how many cores a pass keeps busy."""
    import torch  # noqa: PLC0415 - loaded only when needed

    return torch.get_num_threads()


def peak_mib() -> float | None:
    """Say the most memory that this process has held; None where the system does not count it."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / (1 << 20)
    import resource  # noqa: PLC0415 - not on every system

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / (1 << 20)
