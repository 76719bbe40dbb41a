"""How much memory a model may take on this machine, and whether it has a GPU to run on.

Knows the machine. Leaves choosing a model to `catalog.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from assistant.errors import ModelUnavailable

__all__ = ["GIB", "Room", "free_room", "require_room"]

GIB = 1 << 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """Where a model would run, and how much is free there."""

    free_gib: float
    has_gpu: bool


def free_room() -> Room:
    """Look at the GPU if torch can use one, else at main memory."""
    import torch  # noqa: PLC0415 - loaded only when needed

    if torch.cuda.is_available():
        return Room(free_gib=torch.cuda.mem_get_info()[0] / GIB, has_gpu=True)
    return Room(free_gib=psutil.virtual_memory().available / GIB, has_gpu=False)


def require_room(name: str, needed_gib: float, room: Room, *, limit_gib: float | None) -> None:
    """Raise `ModelUnavailable` with both figures if a model does not fit."""
    if limit_gib is not None and needed_gib > limit_gib:
        message = (
            f"{name}: needs {needed_gib:.1f} GiB, memory_limit allows {limit_gib:g}; raise it or choose a smaller model"
        )
        raise ModelUnavailable(message)
    if needed_gib > room.free_gib:
        where = "on the GPU" if room.has_gpu else "of memory"
        message = (
            f"{name}: needs {needed_gib:.1f} GiB, {room.free_gib:.1f} GiB {where} are free; "
            "close other programs, choose a smaller model, or name a model server's URL"
        )
        raise ModelUnavailable(message)
