"""`footnote models list | show | pull`: which models there are, which this machine would use, why, and how to get them.

Knows how a catalogue row is printed. Leaves choosing and downloading to `assistant.models`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from assistant.cli import OK
from assistant.cli.downloads import PullBars
from assistant.cli.transcript import plain
from assistant.evidence import ModelCard
from assistant.models.catalog import CatalogEntry, find, hub_name, load_catalog
from assistant.models.choice import Consideration
from assistant.models.directory import considered
from assistant.models.memory import free_room
from assistant.models.opening import describe_model
from assistant.models.pulling import default_entry, installed, installed_default, pull
from assistant.places import make_data_dir
from assistant.settings import Settings, load_settings

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Do one of list, show and pull."""
    settings = load_settings()
    match arguments.action:
        case "list":
            list_models(settings, as_json=arguments.json)
        case "show":
            show_model(arguments.name, settings, as_json=arguments.json)
        case "pull":
            pull_model(arguments.name, settings)
    return OK


def list_models(settings: Settings, *, as_json: bool) -> None:
    """Print the catalogue with what is installed and what this machine would choose."""
    judged = considered(settings, free_room())
    rows = [known(entry, settings, judged.get(entry.name)) for entry in load_catalog()]
    if as_json:
        print(json.dumps(rows, indent=2, default=str))
        return
    table = Table(box=None)
    table.add_column("name", no_wrap=True)  # a name that is cut off cannot be typed
    for heading in ("experts", "parameters", "window", "memory", "download", "state", "why"):
        table.add_column(heading)
    for entry, row in zip(load_catalog(), rows, strict=True):
        table.add_row(*cells(entry), state(row), row["why"])
    Console(highlight=False).print(table)


def known(entry: CatalogEntry, settings: Settings, judged: Consideration | None) -> dict[str, Any]:
    """Gather what is known of a catalogue entry on this machine."""
    return {
        **asdict(entry),
        "memory_by_format": entry.memory_by_format,
        "installed": installed(entry, settings) is not None,
        "chosen": bool(judged and judged.chosen),
        "why": judged.why if judged else "",
    }


def state(row: Mapping[str, Any]) -> str:
    """Say whether a model is there and whether it is the one for this machine."""
    return ", ".join(word for word in ("installed", "chosen") if row[word])


def cells(entry: CatalogEntry) -> tuple[str, ...]:
    """Word one row of the catalogue."""
    experts = f"{entry.experts}, {entry.experts_per_token} a token" if entry.experts else "dense"
    active = f", {billions(entry.active_parameters)} active" if entry.experts else ""
    return (
        entry.name,
        experts if entry.kind == "language" else entry.kind,
        f"{billions(entry.total_parameters)}{active}",
        f"{entry.context_length:,}" if entry.context_length else "",
        f"{entry.memory_gib:g} GiB",
        f"{entry.download_bytes / 1e9:.1f} GB",
    )


def billions(count: int | None) -> str:
    """Word a number of parameters."""
    if not count:
        return "?"
    return f"{count / 1e9:.1f} B" if count >= 1e8 else f"{count / 1e6:.0f} M"  # noqa: PLR2004 - where a decimal of a billion is nought


def show_model(name: str | None, settings: Settings, *, as_json: bool) -> None:
    """Print what is known of one model; of none that is named, the one that this machine would use."""
    judged = considered(settings, free_room())
    name = name or settings.model or default_name(settings, judged)
    entry = next((entry for entry in load_catalog() if entry.name == name), None)
    if entry is None and name and hub_name(name):
        entry = find(name)
        entry = entry if entry.total_parameters else None
    if entry is None or entry.kind != "language":
        card = describe_model(name, settings)
        print_fields(asdict(card) if as_json else card_fields(card), as_json=as_json)
        return
    there = installed(entry, settings)
    card = describe_model(entry.name, settings) if there else card_of_entry(entry)
    row = known(entry, settings, judged.get(entry.name))
    if as_json:
        print_fields({**row, **asdict(card)}, as_json=True)
        return
    print_fields({**card_fields(card), **entry_fields(entry, row), "folder": there and str(there)}, as_json=False)


def default_name(settings: Settings, judged: Mapping[str, Consideration]) -> str | None:
    """Name what is installed, else what this machine would choose."""
    chosen = next((one.entry for one in judged.values() if one.chosen), None)
    used = installed_default(settings) or chosen
    return used.name if used else None


def card_of_entry(entry: CatalogEntry) -> ModelCard:
    """Describe a model that is not there as the catalogue does."""
    return ModelCard(
        name=entry.name,
        architecture=entry.architecture,
        experts=entry.experts,
        experts_per_token=entry.experts_per_token,
        active_parameters=entry.active_parameters,
        total_parameters=entry.total_parameters,
        label="" if entry.experts else entry.label,
    )


def card_fields(card: ModelCard) -> dict[str, Any]:
    """Word a model card."""
    return {
        "name": card.name,
        "architecture": card.architecture,
        "experts": card.experts and f"{card.experts}, {card.experts_per_token} used for each token",
        "parameters": card.total_parameters and billions(card.total_parameters),
        "active for a token": card.active_parameters and billions(card.active_parameters),
        "note": card.label,
    }


def entry_fields(entry: CatalogEntry, row: Mapping[str, Any]) -> dict[str, Any]:
    """Word what the catalogue adds."""
    memory = ", ".join(f"{name} {gib:g}" for name, gib in entry.memory_by_format.items())
    return {
        "publisher": entry.publisher,
        "source": entry.repository or f"{len(entry.packages)} packages of a package index",
        "revision": entry.revision,
        "licence": entry.licence,
        "languages": ", ".join(entry.languages) or "the publisher lists none",
        "context length": entry.context_length and f"{entry.context_length:,} tokens",
        "memory": f"{entry.memory_gib:g} GiB" if entry.conversion == "none" else f"GiB by number format: {memory}",
        "download": f"{entry.download_bytes / 1e9:.1f} GB",
        "why this one" if row["chosen"] else "why not this one": row["why"],
        "state": state(row) or "not downloaded",
    }


def print_fields(fields: Mapping[str, Any], *, as_json: bool) -> None:
    """Print the name and below it what is known, or one JSON object."""
    if as_json:
        print(json.dumps(fields, indent=2, default=str))
        return
    out = Console(highlight=False, soft_wrap=True)
    out.print(plain(str(fields["name"])))
    for name, value in fields.items():
        if value and name != "name":
            out.print(plain(f"  {name}: {value}"))


def pull_model(name: str | None, settings: Settings) -> None:
    """Download a model, or the one that this machine would use."""
    make_data_dir(settings.data_dir)
    entry = find(name) if name else default_entry(settings)
    with PullBars() as progress:
        folder = pull(entry, settings, progress)
    Console(highlight=False, soft_wrap=True).print(plain(f"{entry.name} is ready in {folder}"))
