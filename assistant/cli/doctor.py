"""`footnote doctor`: check the set-up, one line each, and say how to mend what is wrong.

Knows what to look at and how to word it. Each check asks the room that owns the thing.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import ssl
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from assistant.cli import FAILED, OK
from assistant.cli.transcript import printable
from assistant.errors import FootnoteError
from assistant.models.memory import GIB, free_room
from assistant.models.opening import describe_model, fit, is_server_url
from assistant.models.pulling import installed_named
from assistant.places import folder_roots, make_data_dir, retriever_environment
from assistant.reading.network import service_client
from assistant.settings import NO_MODEL, Settings, load_settings, settings_file
from retrievers import Retriever, RetrieverError, SearchQuery
from retrievers.registry import build

__all__ = ["run"]

ENOUGH_DISK_GIB = 6.0
"""The stand-in takes 3.1 GB converted, and as much again while it is made."""
SOURCE_DEADLINE_S = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """What was looked at, whether it is well, and what to know or do."""

    name: str
    ok: bool
    says: str
    needed: bool = True
    """Without it no answer is possible at all."""


def run(arguments: argparse.Namespace) -> int:
    """Print every check; 1 if something that Footnote cannot do without is broken."""
    del arguments
    settings = load_settings()
    out = Console(highlight=False, soft_wrap=True)
    broken = False
    for check in (*local_checks(settings), *asyncio.run(source_checks(settings))):
        mark, style = ("ok  ", "green") if check.ok else (("FAIL", "red") if check.needed else ("note", "yellow"))
        out.print(Text(mark, style=style), Text(printable(f"{check.name}: {check.says}")))
        broken = broken or (check.needed and not check.ok)
    return FAILED if broken else OK


def local_checks(settings: Settings) -> Iterator[Check]:
    """Look at this machine."""
    yield Check(name="Python", ok=sys.version_info >= (3, 11), says=sys.version.split()[0])
    file = settings_file()
    yield Check(name="settings", ok=True, says=f"{file}" if file.is_file() else f"defaults ({file} does not exist)")
    yield attempt("data directory", lambda: make_data_dir(settings.data_dir), str(settings.data_dir))
    yield disk(settings)
    yield memory(settings)
    yield attempt("trusted authorities", lambda: load_authorities(settings), str(settings.trusted_authorities))
    for folder in folder_roots(settings):
        missing = "does not exist; create it or put documents there to search them"
        yield Check(
            name="folder",
            ok=folder.is_dir(),
            says=f"{folder}" if folder.is_dir() else f"{folder} {missing}",
            needed=False,
        )
    yield language_model(settings)
    yield embedding_model(settings)


def attempt(name: str, look: Callable[[], object], says: str) -> Check:
    """Turn an error of ours into a failed check."""
    try:
        look()
    except (FootnoteError, OSError) as error:
        return Check(name=name, ok=False, says=str(error))
    return Check(name=name, ok=True, says=says)


def disk(settings: Settings) -> Check:
    """Is there room for a model where data is kept."""
    place = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    free_gib = shutil.disk_usage(place).free / GIB
    remedy = (
        ""
        if free_gib >= ENOUGH_DISK_GIB
        else f"; a model needs {ENOUGH_DISK_GIB:g}: free some or set FOOTNOTE_DATA_DIR"
    )
    return Check(name="disk", ok=not remedy, says=f"{free_gib:.1f} GiB free at {place}{remedy}", needed=False)


def memory(settings: Settings) -> Check:
    """How much memory a model may take: what is free, within the control group and the setting."""
    room = free_room()
    limit = f", memory_limit allows {settings.memory_limit:g}" if settings.memory_limit else ""
    return Check(name="memory", ok=True, says=f"{room.free_gib:.1f} GiB of {room.bound} free{limit}", needed=False)


def load_authorities(settings: Settings) -> None:
    """Read the PEM file that connections are checked against."""
    try:
        ssl.create_default_context(cafile=str(settings.trusted_authorities))
    except (ssl.SSLError, OSError) as error:
        message = f"{settings.trusted_authorities}: no readable PEM file ({error}); correct ca_bundle or SSL_CERT_FILE"
        raise FootnoteError(message) from error


def language_model(settings: Settings) -> Check:
    """Which model would write."""
    if settings.model == NO_MODEL:
        return Check(name="language model", ok=True, says="none, as set: quotations only", needed=False)
    try:
        if settings.model and is_server_url(settings.model):
            card, needed, short = describe_model(settings.model, settings), 0.0, ""
        else:
            card, needed, short = fit(settings.model, settings)
    except FootnoteError as error:
        return Check(name="language model", ok=False, says=f"{error}; until then: quotations only", needed=False)
    takes = f", takes {needed:.1f} GiB" if needed else ""
    if short:
        says = f"{card.name}: {short}; `footnote models list` shows smaller ones; until then: quotations only"
        return Check(name="language model", ok=False, says=says, needed=False)
    return Check(name="language model", ok=True, says=f"{card.name} {card.label}".strip() + takes, needed=False)


def embedding_model(settings: Settings) -> Check:
    """Which weights would rank."""
    name = settings.embedding_model
    folder = installed_named(name, settings)
    missing = f"{name} is not downloaded; run `footnote models pull {name}`; until then pages are ranked by words only"
    return Check(name="embedding model", ok=bool(folder), says=str(folder) if folder else missing, needed=False)


async def source_checks(settings: Settings) -> list[Check]:
    """Ask each source something, all at once."""
    built = build(settings.retrievers, retriever_environment(settings, os.environ))
    checks = [Check(name=name, ok=False, says=reason, needed=False) for name, reason in built.unusable.items()]
    async with service_client(settings) as client:

        async def ask(source: Retriever) -> Check:
            try:
                async with asyncio.timeout(SOURCE_DEADLINE_S):
                    hits = await source.search(SearchQuery(text="search", limit=3), client)
            except TimeoutError:
                return Check(name=source.name, ok=False, says=f"no answer in {SOURCE_DEADLINE_S:g} s", needed=False)
            except RetrieverError as error:
                return Check(name=source.name, ok=False, says=str(error), needed=False)
            return Check(name=source.name, ok=True, says=f"answers, {len(hits)} hits", needed=False)

        return checks + list(await asyncio.gather(*(ask(source) for source in built.retrievers)))
