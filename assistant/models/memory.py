"""How much memory a model may take on this machine, and whether it has a GPU to run on.

Knows the machine and the control groups (containers, services) that this process lives in. Leaves what a model needs to
`footprint.py` and choosing one to `catalog.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import psutil

from assistant.errors import ModelUnavailable

__all__ = ["GIB", "Room", "free_room", "group_room_bytes", "require_room", "shortage"]

GIB = 1 << 30
GROUPS = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")
NO_LIMIT_BYTES = 1 << 60
"""Version 1 writes "no limit" as the largest number of pages there can be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """Where a model would run, how much is free there, and by what that is bounded."""

    free_gib: float
    has_gpu: bool
    bound: str = "memory"


def free_room() -> Room:
    """Look at the GPU if torch can use one, else at main memory and the limits of the control groups around us."""
    import torch  # noqa: PLC0415 - loaded only when needed

    if torch.cuda.is_available():
        return Room(free_gib=torch.cuda.mem_get_info()[0] / GIB, has_gpu=True, bound="the GPU's memory")
    machine = psutil.virtual_memory().available
    group = group_room_bytes()
    if group is not None and group < machine:
        return Room(free_gib=group / GIB, has_gpu=False, bound="this control group's memory")
    return Room(free_gib=machine / GIB, has_gpu=False)


def group_room_bytes(groups: Path = GROUPS, own: Path = OWN_GROUPS) -> int | None:
    """Return what the tightest control group leaves free; None where no limit is set.

    Beyond it the kernel kills the process without a word, and the machine's own free memory says nothing of it.
    """
    return min((room for folder in group_folders(groups, own) if (room := room_of(folder)) is not None), default=None)


def group_folders(groups: Path, own: Path) -> Iterator[Path]:
    """Name the folders of the memory groups that hold this process, innermost first, of both versions.

    In a container the path is often that of the host, which is not mounted: then the mount's root is our own group.
    """
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        root = groups / "memory" if controllers else groups
        inner = PurePosixPath(path.lstrip("/"))
        for part in (inner, *inner.parents) if inner.parts else (inner,):
            yield root / part


def room_of(folder: Path) -> int | None:
    """Return what one group leaves free, the files it has cached and could drop included."""
    limit = first_number(folder, "memory.max", "memory.limit_in_bytes")
    used = first_number(folder, "memory.current", "memory.usage_in_bytes")
    if limit is None or used is None or limit >= NO_LIMIT_BYTES:
        return None
    return max(0, limit - used + droppable(folder))


def first_number(folder: Path, *names: str) -> int | None:
    """Read the first of these files that holds a number; "max" is none."""
    for name in names:
        try:
            return int((folder / name).read_text(encoding="ascii"))
        except (OSError, ValueError):
            continue
    return None


def droppable(folder: Path) -> int:
    """Return the bytes of cached files that the kernel drops before it kills."""
    try:
        lines = (folder / "memory.stat").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    figures = dict(line.split(" ", 1) for line in lines if " " in line)
    return int(figures.get("total_inactive_file") or figures.get("inactive_file") or 0)


def shortage(needed_gib: float, room: Room, *, limit_gib: float | None) -> str | None:
    """Say in a few words why so much does not fit, with both figures; None where it does."""
    if limit_gib is not None and needed_gib > limit_gib:
        return f"needs {needed_gib:.1f} GiB, memory_limit allows {limit_gib:g}"
    if needed_gib > room.free_gib:
        return f"needs {needed_gib:.1f} GiB, {room.free_gib:.1f} GiB of {room.bound} are free"
    return None


def require_room(name: str, needed_gib: float, room: Room, *, limit_gib: float | None) -> None:
    """Raise `ModelUnavailable` with both figures if a model does not fit."""
    reason = shortage(needed_gib, room, limit_gib=limit_gib)
    if reason is None:
        return
    allowed = limit_gib is not None and needed_gib > limit_gib
    remedy = "raise it or" if allowed else "close other programs,"
    message = f"{name}: {reason}; {remedy} choose a smaller model, or name a model server's URL"
    raise ModelUnavailable(message)
