"""The real server around the real page and a scripted engine, for browsers: call `perform` in a process of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.ui.browser.attacked import attacked
from tests.ui.hostile import hostile
from tests.ui.rich import HANGING, long, rich
from tests.ui.scripted import SCRIPTS, ScriptedAssistant, opened
from ui.accounts import sign_in_is_configured
from ui.background import Engine
from ui.history import History
from ui.launch import serve
from ui.resources import Resources

GRACE_S = 3.0
PAGE = Path(__file__).with_name("staged_page.py")


@cache
def staged(chats: str, pace_s: float, problem: str) -> Resources:
    """Make what the pages of this server share."""
    scripts = SCRIPTS | HANGING | {"hostile": hostile, "attacked": attacked, "rich": rich, "very long": long}
    assistant = ScriptedAssistant(pace_s=pace_s, problem=problem, scripts=scripts)
    return Resources(
        engine=Engine(lambda: opened(assistant), grace_s=GRACE_S),
        history=History(Path(chats)),
        uploads=Path(chats).with_name("uploads"),
        needs_sign_in=sign_in_is_configured(),
    )


settings: list[tuple[str, float, str]] = []


def perform(port: int, chats: str, pace_s: float, problem: str = "") -> int:
    """Serve until told to stop."""
    settings.append((chats, pace_s, problem))
    return serve(PAGE, port, resources=on_stage)


def on_stage() -> Resources:
    """Return what `perform` was told to stage."""
    return staged(*settings[-1])
