"""The real server around the real page and a scripted engine, for browsers: call `perform` in a process of its own."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from assistant.configured import ConfiguredName
from assistant.models.catalog import STAND_IN
from assistant.models.directory import ModelDirectory, describe_models
from assistant.models.memory import Room
from assistant.models.pulling import RECORD
from assistant.settings import Settings
from tests.ui.browser.attacked import attacked
from tests.ui.hostile import hostile
from tests.ui.rich import HANGING, long, mixed, rich
from tests.ui.scripted import SCRIPTS, ScriptedAssistant, opened
from tests.ui.sourced import SOURCES, scripted_trial
from ui.accounts import sign_in_is_configured
from ui.background import Engine
from ui.history import History
from ui.launch import serve
from ui.resources import Resources
from ui.trials import Trials

GRACE_S = 8.0
"""Far longer than a page takes to come back after a reload on a busy machine, or the turn would end in between."""
PAGE = Path(__file__).with_name("staged_page.py")


@cache
def staged(chats: str, pace_s: float, problem: str) -> Resources:
    """Make what the pages of this server share."""
    told = {"hostile": hostile, "attacked": attacked, "rich": rich, "very long": long, "mixture": mixed}
    scripts = SCRIPTS | HANGING | told
    assistant = ScriptedAssistant(pace_s=pace_s, problem=problem, scripts=scripts)
    return Resources(
        engine=Engine(lambda: opened(assistant), grace_s=GRACE_S),
        history=History(Path(chats)),
        uploads=Path(chats).with_name("uploads"),
        needs_sign_in=sign_in_is_configured(),
        sources=lambda: SOURCES,
        models=lambda: directory(Path(chats).parent),
        configured=lambda: CONFIGURED,
        data_dir=Path(chats).parent,
        trials=Trials(scripted_trial),
    )


CONFIGURED = tuple(
    ConfiguredName(name=name, is_set=name == "searxng_url") for name in ("model_key", "searxng_url", "BRAVE_API_KEY")
)


def directory(data_dir: Path) -> ModelDirectory:
    """Tell of a machine with 20 GiB free on which the stand-in is downloaded."""
    folder = data_dir / "models" / STAND_IN
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RECORD).write_text(json.dumps({"name": STAND_IN}), encoding="utf-8")
    return describe_models(Settings(data_dir=data_dir), Room(free_gib=20, has_gpu=False))


settings: list[tuple[str, float, str]] = []


def perform(port: int, chats: str, pace_s: float, problem: str = "") -> int:
    """Serve until told to stop."""
    settings.append((chats, pace_s, problem))
    return serve(PAGE, port, resources=on_stage)


def on_stage() -> Resources:
    """Return what `perform` was told to stage."""
    return staged(*settings[-1])
