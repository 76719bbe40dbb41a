"""`footnote models list | show | pull`: which models there are, which this machine would use, and how to get them.

Knows how a catalogue row is printed. Leaves choosing and downloading to `assistant.models`.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from assistant.cli import OK
from assistant.cli.downloads import PullBars
from assistant.cli.transcript import plain
from assistant.evidence import ModelCard
from assistant.models.catalog import CatalogEntry, find, load_catalog
from assistant.models.opening import describe_model
from assistant.models.pulling import default_entry, installed, pull
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
    """Print the catalogue with what is installed."""
    rows = [(entry, installed(entry, settings) is not None) for entry in load_catalog()]
    if as_json:
        print(json.dumps([{**asdict(entry), "installed": there} for entry, there in rows], indent=2, default=str))
        return
    table = Table("name", "kind", "experts", "parameters", "download", "memory", "", box=None)
    for entry, there in rows:
        table.add_row(*cells(entry), "installed" if there else "")
    Console(highlight=False).print(table)


def cells(entry: CatalogEntry) -> tuple[str, ...]:
    """Word one row of the catalogue."""
    experts = f"{entry.experts}, {entry.experts_per_token} a token" if entry.experts else "dense"
    active = f", {billions(entry.active_parameters)} active" if entry.experts else ""
    size = f"{entry.download_bytes / 1e9:.1f} GB"
    return (
        entry.name,
        entry.kind,
        experts if entry.kind == "language" else "",
        f"{billions(entry.total_parameters)}{active}",
        size,
        f"{entry.memory_gib:g} GiB",
    )


def billions(count: int | None) -> str:
    """Word a number of parameters."""
    if not count:
        return "?"
    return f"{count / 1e9:.1f} B" if count >= 1e8 else f"{count / 1e6:.0f} M"  # noqa: PLR2004 - where a decimal of a billion is nought


def show_model(name: str | None, settings: Settings, *, as_json: bool) -> None:
    """Print what is known of one model."""
    card = describe_model(name or settings.model, settings)
    if as_json:
        print(json.dumps(asdict(card), indent=2))
        return
    for line in card_lines(card):
        Console(highlight=False).print(plain(line))


def card_lines(card: ModelCard) -> list[str]:
    """Word a model card."""
    known = {
        "architecture": card.architecture,
        "experts": card.experts and f"{card.experts}, {card.experts_per_token} used for each token",
        "parameters": card.total_parameters and billions(card.total_parameters),
        "active for a token": card.active_parameters and billions(card.active_parameters),
        "note": card.label,
    }
    return [card.name, *(f"  {name}: {value}" for name, value in known.items() if value)]


def pull_model(name: str | None, settings: Settings) -> None:
    """Download a model, or the one that this machine would use."""
    make_data_dir(settings.data_dir)
    entry = find(name) if name else default_entry(settings)
    with PullBars() as progress:
        folder = pull(entry, settings, progress)
    Console(highlight=False, soft_wrap=True).print(plain(f"{entry.name} is ready in {folder}"))
