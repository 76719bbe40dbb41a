"""Build the training data: `python -m training.build --seed 7`. The same seed gives the same data, in seconds."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from training.data.packs import count_kinds, make_packs, write_packs
from training.data.questions import Kind

FOLDER = Path("build/training")


def main() -> None:
    """Write the packs and say what they hold."""
    parser = argparse.ArgumentParser(prog="python -m training.build", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--packs", type=int, default=240)
    parser.add_argument("--into", type=Path, default=FOLDER / "packs.jsonl")
    options = parser.parse_args()
    packs = list(make_packs(options.packs, options.seed))
    write_packs(packs, options.into)
    Console().print(table_of(count_kinds(packs)))
    Console().print(f"{len(packs)} packs in {options.into}")


def table_of(counts: Counter[tuple[str, Kind]]) -> Table:
    """Lay out the counts by kind and language."""
    languages = sorted({language for language, _ in counts})
    table = Table("kind", *languages, "share")
    for kind in Kind:
        numbers = [counts[language, kind] for language in languages]
        table.add_row(kind, *map(str, numbers), f"{sum(numbers) / counts.total():.1%}")
    sums = [sum(count for (spoken, _), count in counts.items() if spoken == language) for language in languages]
    table.add_row("all", *(f"{number} ({number / counts.total():.0%})" for number in sums), "100%")
    return table


if __name__ == "__main__":
    main()
