"""A pull drawn on the terminal: what is fetched, how much of it, how fast, and how long it will take.

Knows how progress looks. Leaves pulling to `assistant.models`.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from assistant.cli.transcript import plain
from assistant.models.pulling import ensure_default
from assistant.settings import Settings

__all__ = ["PullBars", "ensure_models"]


class PullBars:
    """Draw each stage of a pull as a bar; lines that must be read stand above."""

    def __init__(self) -> None:
        """Draw on standard error, so that standard output stays for answers."""
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=self._console,
        )
        self._stages: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Leave the finished bars on the screen."""
        self._bars.stop()

    def say(self, line: str) -> None:
        """Print a line above the bars."""
        self._bars.console.print(plain(line))

    def advance(self, stage: str, done_bytes: int, total_bytes: int | None) -> None:
        """Move the bar of a stage."""
        if stage not in self._stages:
            self._stages[stage] = self._bars.add_task(plain(stage).plain, total=total_bytes)
        self._bars.update(self._stages[stage], completed=done_bytes, total=total_bytes)


def ensure_models(settings: Settings) -> None:
    """Get the models that the first question needs, those that are not there yet."""
    with PullBars() as progress:
        ensure_default(settings, progress)
