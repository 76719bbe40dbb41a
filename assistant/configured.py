"""Which secrets and addresses the configuration holds, by name: never a value, so that a page may show it.

Knows the names of settings and of the keys that sources need. Leaves what is set to `settings.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.settings import Settings
from retrievers.registry import available

__all__ = ["CONFIGURED_ONLY", "ConfiguredName", "configured_names"]

CONFIGURED_ONLY = (
    "model_key",
    "hub_token",
    "hub_url",
    "hub_cache",
    "searxng_url",
    "wikipedia_url",
    "chroma_url",
    "proxy",
    "ca_bundle",
    "allow_hosts",
    "data_dir",
    "folders",
    "feeds",
    "sitemaps",
)
"""Settings that hold a secret, an address or a path: who changed them in the page could read what is not theirs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfiguredName:
    """A setting or a key by its name, and whether the configuration sets it."""

    name: str
    is_set: bool


def configured_names(settings: Settings, environment: Mapping[str, str]) -> tuple[ConfiguredName, ...]:
    """Name every secret and address: the settings in their order, then the keys of sources by name."""
    own = tuple(ConfiguredName(name=name, is_set=name in settings.model_fields_set) for name in CONFIGURED_ONLY)
    needed = {name for kind in available().values() for name in kind.needs}
    keys = sorted(name for name in needed | set(settings.keys) if name.upper() not in settings_names())
    is_set = {name: bool(settings.keys.get(name) or environment.get(name)) for name in keys}
    return own + tuple(ConfiguredName(name=name, is_set=is_set[name]) for name in keys)


def settings_names() -> frozenset[str]:
    """Name the environment variables that are settings: some sources need one of those, and it stands here already."""
    return frozenset(f"FOOTNOTE_{name.upper()}" for name in Settings.model_fields)
