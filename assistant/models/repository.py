"""From a repository of the hub to a model folder: small files first, judged before gigabytes are fetched.

Knows the order of a pull and what a checkpoint must not ask for. Leaves the hub to `hub.py`, the shared cache to
`hub_cache.py` and the folder's completion to `pulling.py`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.errors import ModelUnavailable
from assistant.models.catalog import CatalogEntry
from assistant.models.disk import require_disk
from assistant.models.folders import (
    EXPERTS,
    EXPERTS_PER_TOKEN,
    INDEX,
    first_number,
    read_config,
    read_json,
    refuse_code,
)
from assistant.models.hub import cache_of, download_files, list_files
from assistant.models.hub_cache import HubFile, HubListing, link
from assistant.models.notices import announcement
from assistant.models.progress import PullProgress
from assistant.settings import Settings
from assistant.transformers_import import import_transformers

__all__ = ["pull_repository"]

WEIGHTS = ".safetensors"


def pull_repository(entry: CatalogEntry, settings: Settings, workplace: Path, progress: PullProgress) -> dict[str, Any]:
    """Fill `workplace/model` from the hub and return what to record; the weights are links into the shared cache."""
    listing = with_known_digests(entry, list_files(entry, settings))
    progress.say(announcement(entry, listing.bytes))
    made = workplace / "model"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    small = tuple(file for file in listing.files if not file.name.endswith(WEIGHTS))
    fetch(entry, replace(listing, files=small), settings, progress, total_bytes=listing.bytes)
    dropped = lay_out(entry, small, settings, made)
    differences = judge(entry, made)
    for difference in differences:
        progress.say(f"{entry.name}: {difference}; the checkpoint's own figures count")
    listing = replace(listing, files=(*small, *named_weights(listing, made)))
    fetch(entry, listing, settings, progress, total_bytes=listing.bytes)
    cache = cache_of(entry, settings)
    cache.publish(listing, entry.revision or "main")
    lay_out(entry, tuple(file for file in listing.files if file not in small), settings, made)
    return {
        "source": settings.hub_url,
        "repository": entry.repository,
        "revision": entry.revision,
        "commit": listing.commit,
        "files": {file.name: file.sha256 or file.oid for file in listing.files},
        "dropped_from_config": dropped,
        "differs_from_catalogue": differences,
    }


def with_known_digests(entry: CatalogEntry, listing: HubListing) -> HubListing:
    """Hold the hub to the digests that the catalogue knows: a file that is listed with another one is refused."""
    for file in listing.files:
        known = entry.files.get(file.name)
        if known and file.sha256 not in {None, known}:
            message = (
                f"{entry.name}: the hub lists {file.name} with another sha256 than the catalogue; it is not fetched"
            )
            raise ModelUnavailable(message)
    files = tuple(replace(file, sha256=entry.files.get(file.name, file.sha256)) for file in listing.files)
    return replace(listing, files=files)


def fetch(
    entry: CatalogEntry, listing: HubListing, settings: Settings, progress: PullProgress, *, total_bytes: int
) -> None:
    """Bring files into the shared cache if the disk holds what is missing, and tell how far it is."""
    cache = cache_of(entry, settings)
    missing = cache.missing(listing)
    require_disk(entry, cache.missing_bytes(missing), settings.shared_cache, remedy="FOOTNOTE_HUB_CACHE")
    here = len(listing.files) - len(missing)
    if here and missing:
        names = f"{len(missing)} of {len(listing.files)} files are missing"
        progress.say(f"{entry.name}: {names}, the others are in {cache.folder}")
    stage = f"downloading {entry.name}"
    download_files(entry, listing, settings, lambda done: progress.advance(stage, done, total_bytes))
    progress.advance(stage, listing.bytes, total_bytes)


def lay_out(entry: CatalogEntry, files: tuple[HubFile, ...], settings: Settings, made: Path) -> list[str]:
    """Link files into the model folder; config.json is copied without the entry's known keys of code: name those."""
    cache = cache_of(entry, settings)
    for file in files:
        link(cache.blob(file), made / file.name, relative=False)
    path = made / "config.json"
    if not entry.code_keys or not path.is_symlink():
        return []
    config = read_config(path)
    dropped = [key for key in entry.code_keys if key in config]
    path.unlink()
    kept = {key: value for key, value in config.items() if key not in dropped}
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return dropped


def judge(entry: CatalogEntry, made: Path) -> list[str]:
    """Refuse a checkpoint that could run code or cannot be loaded here; tell where it differs from the catalogue."""
    config = read_config(made / "config.json")
    refuse_code(made)
    known = import_transformers().CONFIG_MAPPING
    if config["model_type"] not in known:
        message = (
            f"{entry.repository}: its model_type {config['model_type']!r} is not built into transformers, and code of "
            "the repository is never run; serve it (docs/operations.md) and name the server's URL"
        )
        raise ModelUnavailable(message)
    return differences_from(entry, config)


def differences_from(entry: CatalogEntry, config: Mapping[str, Any]) -> list[str]:
    """Compare what the catalogue says with the checkpoint's own configuration; an entry that says nothing agrees."""
    named = config.get("architectures")
    pairs = {
        "architecture": (entry.architecture, named[0] if isinstance(named, list) and named else None),
        "experts": (entry.experts, first_number(config, EXPERTS)),
        "experts a token": (entry.experts_per_token, first_number(config, EXPERTS_PER_TOKEN)),
        "context length": (entry.context_length, first_number(config, ("max_position_embeddings",))),
    }
    return [
        f"{what}: the catalogue says {ours}, its config.json {theirs}"
        for what, (ours, theirs) in pairs.items()
        if ours and theirs and ours != theirs
    ]


def named_weights(listing: HubListing, made: Path) -> tuple[HubFile, ...]:
    """Take the shards that the index names, where there is one, and nothing else that happens to lie beside them."""
    weights = tuple(file for file in listing.files if file.name.endswith(WEIGHTS))
    if not (made / INDEX).exists():
        return weights
    index = read_json(made / INDEX)
    named = set(index["weight_map"].values()) if isinstance(index, dict) and "weight_map" in index else set()
    if lacking := sorted(named - {file.name for file in weights}):
        message = f"{listing.commit}: its index names {lacking[0]}, which the hub does not list; choose another model"
        raise ModelUnavailable(message)
    return tuple(file for file in weights if file.name in named)
