"""`footnote ui`: get the models that are missing, then become the web server of the chat page.

Starts the page by its module name: `assistant` does not import `ui`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from rich.console import Console

from assistant.cli.transcript import plain
from assistant.errors import ModelError
from assistant.places import make_data_dir
from assistant.settings import Settings, load_settings

__all__ = ["run"]

PAGE_MODULE = "ui.launch"
ADDRESS = "127.0.0.1"
FAILED = 1


def run(arguments: argparse.Namespace) -> int:
    """Serve the chat page until Ctrl-C."""
    settings = load_settings()
    make_data_dir(settings.data_dir)
    command = [sys.executable, "-m", PAGE_MODULE, "--port", str(arguments.port), "--host", arguments.host]
    if arguments.host == ADDRESS or could_start(command):  # before anything is downloaded
        if not arguments.no_pull:
            get_models(settings)
        sys.stdout.flush()
        os.execv(sys.executable, command)  # noqa: S606 - our own module
    return FAILED


def could_start(command: Sequence[str]) -> bool:
    """Have the server look whether it may listen where it is told to; it says itself why not."""
    return subprocess.run([*command, "--check"], check=False).returncode == 0  # noqa: S603 - our own module


def get_models(settings: Settings) -> None:
    """Download what is missing; without it the page answers with quotations and says why."""
    from assistant.cli.downloads import ensure_models  # noqa: PLC0415 - loaded only when needed

    try:
        ensure_models(settings)
    except ModelError as error:
        Console(stderr=True).print(plain(f"note: {error}; the page will answer with quotations only"))
