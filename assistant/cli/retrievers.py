"""`footnote retrievers`: list the sources, try one for real, write a new one.

Knows how sources are shown. Leaves finding and building them to `retrievers/registry.py` and new files to
`retrievers/scaffold.py`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant.cli import FAILED, INTERRUPTED, OK
from assistant.cli.transcript import plain
from assistant.errors import FootnoteError
from assistant.searching.directory import SourceDescription, describe_sources
from assistant.settings import load_settings
from assistant.trying import ask_once, built_source
from retrievers import HitList, RetrieverError, SearchQuery
from retrievers.registry import broken
from retrievers.scaffold import CannotScaffold, scaffold

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked: list, check or new."""
    if arguments.action == "list":
        return show_all(arguments)
    if arguments.action == "check":
        return check(arguments)
    return write_new(arguments)


def show_all(arguments: argparse.Namespace) -> int:
    """List every source that is installed, and those that cannot be loaded."""
    sources = describe_sources(load_settings())
    faults = broken()
    if arguments.json:
        shown = {"retrievers": [asdict(one) for one in sources], "broken": faults}
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return OK
    out = Console(highlight=False)
    out.print(table_of(sources))
    out.print(plain("\nWhat leaves this machine, and for whom:"))
    for receives, names in groupby(sorted(sources, key=lambda one: one.receives), key=lambda one: one.receives):
        out.print(plain(f"  {receives}: {', '.join(one.name for one in names)}"))
    for why in faults.values():
        out.print(plain(why))
    return OK


def table_of(sources: Sequence[SourceDescription]) -> Table:
    """Lay the sources out for a terminal of eighty columns."""
    table = Table(title=f"{len(sources)} sources", title_justify="left", box=None, pad_edge=False)
    for heading in ("source", "focus", "provider", "asked"):
        table.add_column(heading, overflow="fold")
    for one in sources:
        table.add_row(*map(plain, (one.name, one.focus, one.provider, asked(one))))
    return table


def asked(source: SourceDescription) -> str:
    """Say whether a source is asked, why if not, and how it fares."""
    said = ": ".join(filter(None, ("yes" if source.is_asked else "no", source.state)))
    return "; ".join(filter(None, (said, source.health)))


def check(arguments: argparse.Namespace) -> int:
    """Ask one source for real; 0 if it answered, hits or none, 1 if it failed."""
    settings = load_settings()
    source = built_source(arguments.name, settings)
    query = SearchQuery(
        text=" ".join(arguments.question) or source.example, language=arguments.language, freshness=arguments.since
    )
    out = Console(highlight=False, soft_wrap=True)
    out.print(plain(f"{source.name} receives: {source.receives}\nquery: {query.text}"))
    began_s = time.monotonic()
    try:
        hits = asyncio.run(ask_once(source, query, settings))
    except RetrieverError as error:
        out.print(plain(f"failed after {time.monotonic() - began_s:.2f} s ({error.reason})\n{error}"))
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    show_hits(out, hits, time.monotonic() - began_s)
    return OK


def show_hits(out: Console, hits: HitList, elapsed_s: float) -> None:
    """Print what came, and what the engines behind the source said."""
    out.print(plain(f"{len(hits)} {'hit' if len(hits) == 1 else 'hits'} in {elapsed_s:.2f} s"))
    for rank, hit in enumerate(hits, start=1):
        when = f"  {hit.published:%Y-%m-%d}" if hit.published else ""
        out.print(plain(f"{rank:2}. {hit.title}{when}\n    {hit.url}\n    {hit.snippet[:200]}".rstrip()))
        for value in hit.values[:3]:
            out.print(plain(f"    {value.name}: {value.value:g} {value.unit} at {value.at:%Y-%m-%d %H:%M %Z}"))
    for engine in hits.upstream:
        out.print(plain(engine.error or f"{engine.provider}: {len(engine.hits)} hits"))


def write_new(arguments: argparse.Namespace) -> int:
    """Write a new source and say what to do next."""
    directory = Path(arguments.directory)
    try:
        made = scaffold(arguments.name, arguments.focus, directory)
    except CannotScaffold as error:
        raise FootnoteError(str(error)) from error
    for path in made.written:
        print(f"wrote {path}")
    print(f"named it in {made.project}")
    where = made.project.parent
    print(
        "Next:\n"
        f"  python -m pip install --editable {where}\n"
        f"  python -m pytest {made.test}\n"
        f"then fit request and parse of {made.source} to your service, replace the two recordings by answers of it,\n"
        f"and try it:\n"
        f'  footnote retrievers check {arguments.name} "a question it should know"'
    )
    return OK
