"""The models that Footnote knows by name, and which of them a machine should run.

Knows `catalog.toml`: what a model is, where it comes from, what it needs. Leaves getting it to `pulling.py` and
running it to `opening.py`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from assistant.errors import ModelUnavailable

__all__ = ["STAND_IN", "CatalogEntry", "PinnedFile", "PinnedWheel", "choose", "find", "load_catalog"]

STAND_IN = "stand-in"
CATALOG = Path(__file__).with_name("catalog.toml")
CPU_ACTIVE_PARAMETERS = 1_000_000_000
"""A token reads each active parameter: two bytes at some 20 GB/s (measured on two cores) make ten tokens a second."""

Kind = Literal["language", "embedding"]
Device = Literal["cpu", "gpu"]
Conversion = Literal["gguf", "packed-encoder"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PinnedWheel:
    """Name one release of a package and the only file that may stand for it."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PinnedFile:
    """Fix the size and content of a file that is put together from parts."""

    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CatalogEntry:
    """Describe one model; it comes either from a `repository` of the hub or out of the data files of `packages`."""

    name: str
    kind: Kind
    label: str
    publisher: str
    architecture: str
    mixture_of_experts: bool
    active_parameters: int
    total_parameters: int
    download_bytes: int
    memory_gib: float
    licence: str
    devices: tuple[Device, ...]
    experts: int | None = None
    experts_per_token: int | None = None
    automatic: bool = True
    """May it be chosen for a user who named none."""
    origin: str = ""
    """What a repackaged model is said to be."""
    repository: str | None = None
    revision: str | None = None
    packages: tuple[PinnedWheel, ...] = ()
    data: str | None = None
    """Pattern of the files in the packages that are read."""
    whole: PinnedFile | None = None
    """The file that the packages' data make when joined in order; None: they are a model folder as they are."""
    conversion: Conversion = "gguf"
    """What the whole is, and so how it becomes a model folder."""
    platform: str | None = None
    """Tag of the wheels where they are made for one platform, and fetched on any: only their data is used."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes that an embedding model serves; none: all."""
    prompts: Mapping[str, str] = field(default_factory=dict)
    """What an embedding model wants before a "query" and before a "passage"."""

    @property
    def disk_bytes(self) -> int:
        """What a pull needs at its peak: a conversion holds the joined file beside the result."""
        if self.whole is None:
            return self.download_bytes * 2 if self.packages else self.download_bytes
        return self.download_bytes + self.whole.bytes + 2 * self.total_parameters


@cache
def load_catalog() -> tuple[CatalogEntry, ...]:
    """Read the catalogue, in its order."""
    rows = tomllib.loads(CATALOG.read_text(encoding="utf-8"))["model"]
    return tuple(parse_entry(row) for row in rows)


def parse_entry(row: dict[str, Any]) -> CatalogEntry:
    """Build an entry from its table; a key that no field knows is an error."""
    packages = tuple(PinnedWheel(**wheel) for wheel in row.pop("packages", ()))
    whole = row.pop("whole", None)
    lists: dict[str, Any] = {name: tuple(row.pop(name, ())) for name in ("devices", "languages")}
    return CatalogEntry(**row, **lists, packages=packages, whole=PinnedFile(**whole) if whole else None)


def find(name: str, entries: Iterable[CatalogEntry] | None = None) -> CatalogEntry:
    """Return the entry of that name; raise `ModelUnavailable` with the known names."""
    known = {entry.name: entry for entry in (load_catalog() if entries is None else entries)}
    if name not in known:
        names = ", ".join(known)
        message = f"{name}: no such model; known are {names}; or name a folder, or the http(s) URL of a model server"
        raise ModelUnavailable(message)
    return known[name]


def choose(
    free_gib: float, *, has_gpu: bool, limit_gib: float | None = None, entries: Iterable[CatalogEntry] | None = None
) -> CatalogEntry | None:
    """Return the best mixture-of-experts checkpoint that fits the memory it would run in; None where none fits.

    `free_gib` is the GPU's memory where there is one. The best is the largest; on a CPU, the largest of those that
    read few parameters per token.
    """
    room = min(free_gib, limit_gib or free_gib)
    device = "gpu" if has_gpu else "cpu"
    fitting = [
        entry
        for entry in (load_catalog() if entries is None else entries)
        if entry.mixture_of_experts and entry.automatic and device in entry.devices and entry.memory_gib <= room
    ]
    quick = [entry for entry in fitting if has_gpu or entry.active_parameters <= CPU_ACTIVE_PARAMETERS]
    return max(quick or fitting, key=lambda entry: entry.total_parameters, default=None)
