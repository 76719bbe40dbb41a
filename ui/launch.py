"""Start the web server of the page: on this machine only, with our looks, behind `guard.py`.

Knows Streamlit's settings, which are given in code so that an installed Footnote looks like one from a checkout.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from uvicorn.config import LOGGING_CONFIG

from assistant.errors import FootnoteError, SettingsInvalid
from assistant.settings import load_settings
from ui.accounts import check_sign_in, is_loopback, redirect_host, sign_in_is_configured
from ui.guard import Guarded
from ui.resources import Resources, shared_resources
from ui.uploads import MOST_MB

__all__ = ["main", "serve"]

ADDRESS = "127.0.0.1"
OWN_NAMES = (ADDRESS, "localhost", "::1")
SCRIPT = Path(__file__).parent / "script" / "app.py"
OK, FAILED = 0, 1

SERVER = {
    "server.address": ADDRESS,
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.maxUploadSize": MOST_MB,
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "logger.hideWelcomeMessage": True,
    # Clicks must end a script by RerunException, so that only the Stop button and a closed page end it by
    # StopException; and two runs of one tab must not overlap (with fast reruns they do, by 60 ms).
    "runner.fastReruns": False,
    # A list of choices names what it holds as its default, and a button may choose for it (`controls.py`).
    "global.disableWidgetStateDuplicationWarning": True,
}
FONTS = {
    "theme.font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
    "theme.headingFont": "'Iowan Old Style', 'Palatino Linotype', Palatino, 'Noto Serif', Georgia, serif",
    "theme.codeFont": "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
    "theme.baseRadius": "0.6rem",
    "theme.showWidgetBorder": True,
}
LIGHT = {
    "primaryColor": "#0b6b5f",
    "backgroundColor": "#fbfaf6",
    "secondaryBackgroundColor": "#f2efe7",
    "textColor": "#23262b",
    "linkColor": "#0b6b5f",
    "borderColor": "#ddd8cb",
    "chartCategoricalColors": ["#0b6b5f", "#8a5300", "#2f6f9f", "#7a5195", "#a8322a"],
    "chartSequentialColors": [
        "#eef6f3",
        "#d5e9e3",
        "#bbdcd2",
        "#9fcec1",
        "#82bfaf",
        "#63af9d",
        "#43998a",
        "#278477",
        "#0b6b5f",
        "#06493f",
    ],
}
DARK = {
    "primaryColor": "#63c7b2",
    "backgroundColor": "#16191c",
    "secondaryBackgroundColor": "#1f2428",
    "textColor": "#e6e4dd",
    "linkColor": "#7fd6c3",
    "borderColor": "#343b40",
    "chartCategoricalColors": ["#63c7b2", "#e5b25c", "#7db8e0", "#c39bdc", "#f0938a"],
    "chartSequentialColors": [
        "#1d2b2a",
        "#21403c",
        "#26564f",
        "#2c6d63",
        "#338478",
        "#3f9c8d",
        "#52b3a2",
        "#70c8b7",
        "#97dccd",
        "#c5f0e4",
    ],
}


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until Ctrl-C; whatever prevents it is one line on standard error."""
    parser = argparse.ArgumentParser(prog="footnote ui")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--host", default=ADDRESS)
    parser.add_argument("--check", action="store_true", help="only say whether the server could start")
    chosen = parser.parse_args(argv)
    try:
        load_settings()
        check_sign_in()
        check_host(chosen.host)
        check_port(chosen.port, chosen.host)
    except (FootnoteError, OSError) as error:
        print(f"footnote: {error}", file=sys.stderr)  # noqa: T201 - the line that says why there is no page
        return FAILED
    return OK if chosen.check else serve(SCRIPT, chosen.port, host=chosen.host, in_browser=True)


def check_host(host: str) -> None:
    """Raise SettingsInvalid for an address that others can reach while nobody has to sign in."""
    if not is_loopback(host) and not sign_in_is_configured():
        message = (
            f"--host {host}: anybody who can reach it could read and delete every chat; configure sign-in first "
            f"(docs/operations.md, Sign-in), or leave --host at {ADDRESS}"
        )
        raise SettingsInvalid(message)


def check_port(port: int, host: str = ADDRESS) -> None:
    """Raise OSError with one line where a port cannot be had."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"port {port} of {host}: {error.strerror}; choose another with --port or --host"
            raise OSError(message) from error


def serve(
    script: Path,
    port: int,
    *,
    host: str = ADDRESS,
    resources: Callable[[], Resources] = shared_resources,
    in_browser: bool = False,
) -> int:
    """Serve a page script until Ctrl-C, then stop what is at work and leave."""
    in_time = threading.Event()

    @asynccontextmanager
    async def lifespan(app: st.App) -> AsyncIterator[None]:
        del app
        opened = resources()
        announce(host, port, in_browser=in_browser)
        yield
        if await asyncio.to_thread(opened.close):
            in_time.set()

    quieten()
    app = st.App(script, lifespan=lifespan, middleware=[Middleware(Guarded)])
    with suppress(KeyboardInterrupt):
        app.run(config={**SERVER, **FONTS, **colours(), "server.port": port, **addresses(host)})
    if not in_time.is_set():
        sys.stdout.flush()
        os._exit(OK)  # a model that is still loading cannot be interrupted, and everything that matters is on disk
    return OK


def addresses(host: str) -> dict[str, object]:
    """Say where to listen, and by which names only: a stranger's name that leads here is an attack (DNS rebinding)."""
    return {"server.address": host, "server.allowedHosts": [*OWN_NAMES, host, *filter(None, [redirect_host()])]}


def announce(host: str, port: int, *, in_browser: bool) -> None:
    """Say where the page is, and show it where someone sits in front of a screen."""
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    print(f"Footnote is on {url} (Ctrl-C ends it)", flush=True)  # noqa: T201 - the one line that a user waits for
    has_screen = sys.platform in {"darwin", "win32"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if in_browser and has_screen and sys.stdout.isatty():
        webbrowser.open(url)


def quieten() -> None:
    """Keep what only matters to the developers of the server off the terminal."""
    for name in ("uvicorn", "uvicorn.error"):
        LOGGING_CONFIG["loggers"][name]["level"] = "WARNING"
    # Whether sign-in is configured is read before our settings are given: no change that anybody made (streamlit 1.67).
    logging.getLogger("streamlit.config").addFilter(lambda record: "[server] config option" not in record.getMessage())


def colours() -> dict[str, object]:
    """Return the colours of both themes under Streamlit's names."""
    themes = {"light": LIGHT, "dark": DARK}
    return {f"theme.{theme}.{name}": value for theme, values in themes.items() for name, value in values.items()}


if __name__ == "__main__":
    raise SystemExit(main())
