"""The models that Footnote knows by name, and which of them a machine should run.

Knows `catalog.toml`: what a model is, where it comes from, what it needs. Leaves choosing one to `choice.py`, getting
it to `pulling.py` and running it to `opening.py`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from assistant.errors import ModelUnavailable
from assistant.models.footprint import BYTES_PER_WEIGHT, memory_gib

__all__ = ["STAND_IN", "CatalogEntry", "PinnedFile", "PinnedWheel", "find", "hub_entry", "hub_name", "load_catalog"]

STAND_IN = "stand-in"
CATALOG = Path(__file__).with_name("catalog.toml")
HUB_NAME = re.compile(r"(?P<name>[\w-][\w.-]*/[\w-][\w.-]*)(?:@(?P<revision>[\w./-]+))?")
"""`owner/model`, and after an @ the branch, tag or commit that is meant."""

Kind = Literal["language", "embedding", "reranker"]
Device = Literal["cpu", "gpu", "cluster"]
Conversion = Literal["gguf", "packed-encoder", "none"]


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
    context_length: int | None = None
    """Tokens that it was made for, prompt and answer together."""
    cache_token_bytes: int = 0
    """What attention keeps for one token, over all layers, in bf16."""
    automatic: bool = True
    """May it be chosen for a user who named none."""
    caution: str = ""
    """Why it is not chosen by itself, or what to know before pulling it."""
    code_keys: tuple[str, ...] = ()
    """Keys of its config.json that name code, known and left out: transformers has the same code built in."""
    files: Mapping[str, str] = field(default_factory=dict)
    """sha256 of its files where they are known before the hub is asked."""
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
    """What the whole is, and so how it becomes a model folder; "none" keeps it as the GGUF file it is."""
    grown_on: str | None = None
    """The dense entry that experts of our own were grown on: it is pulled first, and `delta` put onto it."""
    delta: PinnedFile | None = None
    """What was grown; it lies in `models/NAME/` of Footnote itself."""
    platform: str | None = None
    """Tag of the wheels where they are made for one platform, and fetched on any: only their data is used."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes that the publisher lists; none: all, or no list."""
    prompts: Mapping[str, str] = field(default_factory=dict)
    """What an embedding model wants before a "query" and before a "passage"."""

    @property
    def is_stand_in(self) -> bool:
        """Is it the dense stand-in, in whatever form: announced, labelled and forbidden as such."""
        return self.name.startswith(STAND_IN)

    @property
    def memory_by_format(self) -> dict[str, float]:
        """GiB that it takes in each number format, computed."""
        return {
            number_format: round(
                memory_gib(self.total_parameters, self.cache_token_bytes, number_format=number_format), 1
            )
            for number_format in BYTES_PER_WEIGHT
        }

    @property
    def disk_bytes(self) -> int:
        """What a pull needs at its peak: a conversion holds the joined file beside the result."""
        if self.grown_on:
            return 2 * self.total_parameters
        if self.whole is None:
            return self.download_bytes * 2 if self.packages else self.download_bytes
        if self.conversion == "none":
            return self.download_bytes + self.whole.bytes
        return self.download_bytes + self.whole.bytes + 2 * self.total_parameters


@cache
def load_catalog() -> tuple[CatalogEntry, ...]:
    """Read the catalogue, in its order."""
    rows: list[dict[str, Any]] = tomllib.loads(CATALOG.read_text(encoding="utf-8"))["model"]
    named = {row["name"]: row for row in rows}
    return tuple(parse_entry({**named.get(row.get("like", ""), {}), **row}) for row in rows)


def parse_entry(row: Mapping[str, Any]) -> CatalogEntry:
    """Build an entry from its table; a key that no field knows is an error."""
    values = {key: value for key, value in row.items() if key != "like"}
    packages = tuple(PinnedWheel(**wheel) for wheel in values.pop("packages", ()))
    pinned: dict[str, Any] = {name: PinnedFile(**values.pop(name)) for name in ("whole", "delta") if name in values}
    lists: dict[str, Any] = {name: tuple(values.pop(name, ())) for name in ("devices", "languages", "code_keys")}
    if "memory_gib" not in values:
        values["memory_gib"] = round(memory_gib(values["total_parameters"], values.get("cache_token_bytes", 0)), 1)
    return CatalogEntry(**values, **lists, **pinned, packages=packages)


def find(name: str, entries: Iterable[CatalogEntry] | None = None) -> CatalogEntry:
    """Return the entry of that name, or one for a name of the hub; raise `ModelUnavailable` with the known names."""
    known = {entry.name: entry for entry in (load_catalog() if entries is None else entries)}
    if name in known:
        return known[name]
    if hub_name(name):
        return hub_entry(name)
    message = (
        f"{name}: no such model; known are {', '.join(known)}; or name a folder, a GGUF file, owner/model of the hub, "
        "or the http(s) URL of a model server"
    )
    raise ModelUnavailable(message)


def hub_name(name: str) -> str | None:
    """Return the `owner/model` that a name means, without its revision; None where it means none."""
    match = HUB_NAME.fullmatch(name)
    return match["name"] if match and ".." not in name else None


def hub_entry(name: str) -> CatalogEntry:
    """Describe a model of the hub of which only `owner/model` or `owner/model@revision` is known.

    One that the catalogue has is that of the catalogue, unless a revision is named: the commit that was chosen counts.
    """
    match = HUB_NAME.fullmatch(name)
    if match is None:
        message = f"{name}: no name of the hub; write owner/model or owner/model@revision"
        raise ModelUnavailable(message)
    repository, revision = match["name"], match["revision"]
    known = next((entry for entry in load_catalog() if entry.repository == repository), None)
    folder = f"{repository}@{revision}".replace("/", "--") if revision else repository.replace("/", "--")
    if known:
        return replace(known, name=folder, revision=revision) if revision else known
    return CatalogEntry(
        name=folder,
        kind="language",
        label=repository,
        publisher=repository.split("/")[0],
        architecture="",
        mixture_of_experts=False,
        active_parameters=0,
        total_parameters=0,
        download_bytes=0,
        memory_gib=0,
        licence="as its model card says",
        devices=("cpu", "gpu"),
        automatic=False,
        repository=repository,
        revision=revision or "main",
    )
