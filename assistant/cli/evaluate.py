"""`footnote eval`: measure one suite on one data set and print its figures.

Knows how a report is printed. Leaves measuring to `assistant/evaluation`.
"""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from assistant.cli import OK
from assistant.errors import SettingsInvalid
from assistant.evaluation.report import UNSEEN, EvaluationRequest, Figure, Report
from assistant.settings import load_settings

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Measure a suite; with `--json` its report is all that standard output gets."""
    data = Path(arguments.data)
    if not data.exists():
        message = f"--data {data}: no such folder or file; name the folder of one data set"
        raise SettingsInvalid(message)
    suite = import_module(f"assistant.evaluation.{arguments.suite}")
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(arguments.suite, total=None)
        report: Report = suite.evaluate(
            EvaluationRequest(
                data=data,
                settings=load_settings(),
                limit=arguments.limit,
                seed=arguments.seed,
                model=arguments.model,
                answers=Path(arguments.answers) if arguments.answers else None,
                queries=arguments.queries,
                corpus=arguments.corpus,
                half=arguments.half,
                progress=lambda done, of: progress.update(task, completed=done, total=of),
            )
        )
    if arguments.json:
        print(json.dumps(encode(report), ensure_ascii=False, indent=2))
    else:
        show(report)
    return OK


def encode(report: Report) -> dict[str, object]:
    """Give the shape of `--json`."""
    return {
        "suite": report.suite,
        "data": report.data,
        "n": report.n,
        "metrics": {
            name: {"value": figure.value, "low": figure.low, "high": figure.high}
            for name, figure in report.metrics.items()
        },
    }


def show(report: Report) -> None:
    """Print figures for a person; those of the half that nothing was fitted on stand beside those of all items."""
    unseen = {name.removesuffix(UNSEEN): one for name, one in report.metrics.items() if name.endswith(UNSEEN)}
    table = Table(title=f"{report.suite} on {report.data}, n = {report.n}", title_justify="left")
    headings = ["metric", "value", "95 % interval", *(["half not fitted on", "95 % interval"] if unseen else [])]
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "metric" else "right")
    for name, figure in report.metrics.items():
        if not name.endswith(UNSEEN):
            beside = [*cells(unseen.get(name))] if unseen else []
            table.add_row(name, *cells(figure), *beside)
    Console(highlight=False).print(table)


def cells(figure: Figure | None) -> tuple[str, str]:
    """Write a value and its interval, nothing for what is not there."""
    if figure is None:
        return "", ""
    whole = figure.low is None and figure.value == int(figure.value)
    value = f"{figure.value:.0f}" if whole else f"{figure.value:.3f}"
    return value, "" if figure.low is None or figure.high is None else f"{figure.low:.3f} to {figure.high:.3f}"
