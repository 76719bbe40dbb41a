"""What all pages of one server share: the engine and the past chats.

Knows how both are made from the settings. Made once, by the server when it starts or else by the first page.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from assistant.chats.file import CHATS_FILE
from assistant.configured import ConfiguredName, configured_names
from assistant.evidence import Profile
from assistant.models.directory import ModelDirectory, describe_models
from assistant.preferences import preferences_file
from assistant.searching.directory import SourceDescription, describe_sources
from assistant.settings import Settings, load_settings
from assistant.trials import Trial
from ui.accounts import sign_in_is_configured
from ui.background import Answering, Engine
from ui.history import History
from ui.plots import prepare
from ui.trials import Trials
from ui.uploads import clear_old

__all__ = ["CHATS_FILE", "Resources", "model_to_warm", "shared_resources"]

SOURCES_LIFE_S = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Resources:
    """The engine that answers, the chats that are kept, and what there is to ask."""

    engine: Engine
    history: History
    sources: Callable[[], tuple[SourceDescription, ...]] = tuple
    """Tells what there is to ask, and how it fares now."""
    models: Callable[[], ModelDirectory] = ModelDirectory
    """Tells what models there are, which are here, and which this machine would run."""
    uploads: Path | None = None
    """Where attached files lie while their page is open; without it nothing can be attached."""
    profile: Profile = Profile.BALANCED
    """How much time a question is worth where the reader says nothing."""
    needs_sign_in: bool = False
    """Whether nobody sees anything before signing in; settled when the server starts: no later change opens it."""
    language: str | None = None
    """The language of answers where neither the question nor the reader tells."""
    is_private: bool = False
    """Whether the configuration keeps every question to this machine."""
    configured: Callable[[], tuple[ConfiguredName, ...]] = tuple
    """Tells secrets and addresses by name: what only the configuration may hold."""
    data_dir: Path | None = None
    """Where users' choices are kept; without it nobody can choose for all questions to come."""

    trials: Trials | None = None
    """Asks a source by hand; without it none can be tried."""

    def close(self) -> bool:
        """Stop every turn and close the files; tell whether all was over in time."""
        in_time = self.engine.close()
        self.history.close()
        return in_time


@st.cache_resource(show_spinner=False)
def shared_resources() -> Resources:
    """Open the engine and the chats of this server; raise `SettingsInvalid` for settings that are wrong."""
    settings = load_settings()
    threading.Thread(target=prepare, name="plots", daemon=True).start()
    clear_old(settings.uploads_dir)
    return Resources(
        engine=Engine(lambda: open_assistant(settings)),
        history=History(settings.data_dir / CHATS_FILE),
        sources=lambda: current_sources(settings),
        models=lambda: current_models(settings),
        uploads=settings.uploads_dir,
        profile=settings.profile,
        needs_sign_in=sign_in_is_configured(),
        language=settings.language,
        is_private=settings.private,
        configured=lambda: configured_names(settings, os.environ),
        data_dir=settings.data_dir,
        trials=Trials(lambda name: try_one(name, settings)),
    )


@st.cache_resource(ttl=SOURCES_LIFE_S, show_spinner=False)
def current_sources(_settings: Settings) -> tuple[SourceDescription, ...]:
    """Describe the sources anew every few seconds: finding what is installed takes too long for each click."""
    return describe_sources(_settings)


@st.cache_resource(ttl=SOURCES_LIFE_S, show_spinner=False)
def current_models(_settings: Settings) -> ModelDirectory:
    """Describe the models anew every few seconds: what is free changes, and one may have been downloaded."""
    return describe_models(_settings)


def try_one(name: str, settings: Settings) -> Trial:
    """Ask one source for real, on the thread of its trial."""
    from assistant.trying import try_source  # noqa: PLC0415 - a tenth of a second that the first page need not wait for

    return try_source(name, settings)


def open_assistant(settings: Settings) -> AbstractAsyncContextManager[Answering]:
    """Make the real engine."""
    from assistant import Assistant  # noqa: PLC0415 - loaded on the engine's thread, so that the page shows at once

    return Assistant(settings, warmed=model_to_warm(settings, needs_sign_in=sign_in_is_configured()))


def model_to_warm(settings: Settings, *, needs_sign_in: bool) -> str | None:
    """Name the model that the user of this machine prefers; None is the default, as for users who sign in later."""
    if needs_sign_in:
        return None
    return preferences_file(settings.data_dir).read().model_among(describe_models(settings).choices)
