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
from assistant.evaluation.report import EvaluationRequest, Figure, Report
from assistant.settings import load_settings

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Measure a suite; with `--json` its report is all that standard output gets."""
    data = Path(arguments.data)
    if not data.is_dir():
        message = f"--data {data}: no such folder; name the folder of one data set"
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
    """Print figures for a person."""
    table = Table(title=f"{report.suite} on {report.data}, n = {report.n}", title_justify="left")
    for heading in ("metric", "value", "95 % interval"):
        table.add_column(heading, justify="left" if heading == "metric" else "right")
    for name, figure in report.metrics.items():
        table.add_row(name, f"{figure.value:.3f}", interval(figure))
    Console(highlight=False).print(table)


def interval(figure: Figure) -> str:
    """Write an interval, nothing where there is none."""
    return "" if figure.low is None or figure.high is None else f"{figure.low:.3f} to {figure.high:.3f}"
