"""What there is to ask: every source, whether it is asked, and what its provider receives.

Knows settings and what sources say of themselves. Leaves showing it to the command line and the page.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.places import retriever_environment
from assistant.searching.health import HEALTH_FILE, stored_health
from assistant.settings import Settings
from retrievers import Focus, RateLimit, Retriever
from retrievers.registry import available, is_default

__all__ = ["SourceDescription", "describe_sources"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceDescription:
    """What a person wants to know of a source; `state` says why one that is not asked is not."""

    name: str
    focus: Focus
    provider: str
    languages: tuple[str, ...]
    needs: tuple[str, ...]
    best_effort: bool
    is_asked: bool
    state: str
    receives: str
    limit: RateLimit
    health: str = ""
    """How it fares, if it failed lately: "suspended for 58 min (captcha)"."""
    missing: tuple[str, ...] = ()
    """Names of the keys and addresses that it needs and that are not set."""
    is_private: bool = False
    """Asks nobody but this machine or a server that the user runs."""
    example: str = ""
    """A harmless question that it finds something for, to try it with."""
    can_be_tried: bool = True
    """Whether it may be asked by hand: nothing is missing, and private mode does not forbid it."""


def describe_sources(settings: Settings) -> tuple[SourceDescription, ...]:
    """Describe every source that is installed, by focus and name; not from a running event loop."""
    env = retriever_environment(settings, os.environ)
    kinds = sorted(available().values(), key=lambda kind: (kind.focus, kind.name))
    now = datetime.now(UTC)
    known = asyncio.run(stored_health(settings.data_dir / HEALTH_FILE))
    health = {found.name: found.told(now) for found in known}
    return tuple(described(kind, env, settings, health.get(kind.name, "")) for kind in kinds)


def described(kind: type[Retriever], env: Mapping[str, str], settings: Settings, health: str) -> SourceDescription:
    """Say of one source what a person wants to know before its use."""
    missing = tuple(name for name in kind.needs if not env.get(name))
    hindrance = hindrance_of(kind, missing, env, settings)
    return SourceDescription(
        name=kind.name,
        focus=kind.focus,
        provider=kind.provider,
        languages=kind.languages,
        needs=kind.needs,
        best_effort=kind.best_effort,
        is_asked=not hindrance,
        state=hindrance or ("best effort" if kind.best_effort else ""),
        receives=kind.receives,
        limit=kind.limit,
        health=health,
        missing=missing,
        is_private=kind.is_private,
        example=kind.example,
        can_be_tried=not missing and (kind.is_private or not settings.private),
    )


def hindrance_of(kind: type[Retriever], missing: Sequence[str], env: Mapping[str, str], settings: Settings) -> str:
    """Say why a source is not asked and what to do about it; nothing where it is asked."""
    if missing:
        return f"set {' and '.join(missing)}"
    if settings.private and not kind.is_private:
        return "private mode"
    if settings.retrievers:
        return "" if kind.name in settings.retrievers else "not in FOOTNOTE_RETRIEVERS"
    return "" if is_default(kind, env) else f"name it: --sources {kind.name}"
