"""Which model of the catalogue a machine should run, and why that one and none of the others.

Knows how memory, accelerator and language decide. Leaves what a model is to `catalog.py` and what is
free to `memory.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.models.catalog import CatalogEntry, load_catalog
from assistant.models.memory import Room, shortage

__all__ = ["Consideration", "choose", "consider"]

CPU_ACTIVE_PARAMETERS = 1_000_000_000
"""A token reads each active parameter: two bytes at some 20 GB/s (measured on two cores) make ten tokens a second."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Consideration:
    """One language model of the catalogue, whether it is the one for this machine, and why or why not."""

    entry: CatalogEntry
    chosen: bool
    why: str


def choose(
    free_gib: float,
    *,
    has_gpu: bool,
    limit_gib: float | None = None,
    language: str | None = None,
    entries: Iterable[CatalogEntry] | None = None,
) -> CatalogEntry | None:
    """Return the best mixture-of-experts checkpoint that fits the memory it would run in; None where none fits.

    `free_gib` is the GPU's memory where there is one. The best is the largest; on a CPU, the largest of those that
    read few parameters per token; where a language is wanted, one that is made for it goes first.
    """
    room = Room(free_gib=free_gib, has_gpu=has_gpu)
    considered = consider(room, limit_gib=limit_gib, language=language, entries=entries)
    return next((one.entry for one in considered if one.chosen), None)


def consider(
    room: Room,
    *,
    limit_gib: float | None = None,
    language: str | None = None,
    entries: Iterable[CatalogEntry] | None = None,
) -> tuple[Consideration, ...]:
    """Judge every language model of the catalogue, in its order; at most one is chosen."""
    candidates = [entry for entry in (load_catalog() if entries is None else entries) if entry.kind == "language"]
    ruled_out = {entry.name: obstacle(entry, room, limit_gib) for entry in candidates}
    fitting = [entry for entry in candidates if not ruled_out[entry.name]]
    best = max(fitting, key=lambda entry: worth(entry, room, language), default=None)
    return tuple(
        Consideration(
            entry=entry,
            chosen=entry is best,
            why=ruled_out[entry.name]
            or (why_chosen(entry, room, language) if entry is best else why_not(entry, best, room, language)),
        )
        for entry in candidates
    )


def obstacle(entry: CatalogEntry, room: Room, limit_gib: float | None) -> str:
    """Say what rules a model out; nothing where it may be chosen."""
    if not entry.automatic:
        return f"only by name: {entry.caution}" if entry.caution else "only by name"
    if not entry.mixture_of_experts:
        return "dense"
    if short := shortage(entry.memory_gib, room, limit_gib=limit_gib):
        return short
    if (device := "gpu" if room.has_gpu else "cpu") not in entry.devices:
        return f"not for a {device.upper()}"
    return ""


def worth(entry: CatalogEntry, room: Room, language: str | None) -> tuple[bool, bool, int]:
    """Order models that fit: the language, then speed, then size."""
    return serves(entry, language), is_quick(entry, room), entry.total_parameters


def serves(entry: CatalogEntry, language: str | None) -> bool:
    """Does the publisher list the language, or list none at all."""
    return not language or not entry.languages or language in entry.languages


def is_quick(entry: CatalogEntry, room: Room) -> bool:
    """Does a token read few enough parameters for this machine."""
    return room.has_gpu or entry.active_parameters <= CPU_ACTIVE_PARAMETERS


def why_chosen(entry: CatalogEntry, room: Room, language: str | None) -> str:
    """Say why this one."""
    device = "GPU" if room.has_gpu else "CPU"
    quick = "" if room.has_gpu or not is_quick(entry, room) else " of those that read at most 1 B parameters a token"
    tongue = f", and lists {language} among its languages" if language and language in entry.languages else ""
    return (
        f"the largest mixture of experts{quick} that fits: it takes {entry.memory_gib:g} GiB of "
        f"{room.free_gib:.1f} free, on the {device}{tongue}"
    )


def why_not(entry: CatalogEntry, best: CatalogEntry | None, room: Room, language: str | None) -> str:
    """Say why another one goes before this one, which fits as well."""
    name = best.name if best else ""
    if not serves(entry, language):
        return f"fits, but its publisher does not list {language}"
    if not is_quick(entry, room):
        billions = entry.active_parameters / 1e9
        return f"fits, but reads {billions:.1f} B parameters for every token: slower on this CPU than {name}"
    return f"fits, but {name} is larger"
