"""Every recorded answer of a source that we have gives, through `search`, what the index of recordings says of it."""

from __future__ import annotations

import csv

import pytest

from retrievers import HttpRetriever
from retrievers.registry import available
from tests.retrievers.replaying import judge
from tests.retrievers.shared_fixtures import FIXTURES, NEEDS_FIXTURES, Row, rows

INDEX = FIXTURES / "INDEX.tsv"


def judged() -> list[tuple[str, Row]]:
    """List the rows that say what must come of them, by the source they belong to."""
    if not INDEX.is_file():
        return []
    with INDEX.open(encoding="utf-8", newline="") as lines:
        names = {row["retriever"] for row in csv.DictReader(lines, delimiter="\t") if row["case"] != "other"}
    return [(name, row) for name in sorted(names) for row in rows(name) if row.case != "other"]


@NEEDS_FIXTURES
@pytest.mark.parametrize(
    ("name", "row"), judged(), ids=lambda value: value.path.name if isinstance(value, Row) else value
)
def test_a_recorded_answer_gives_what_the_index_says(name: str, row: Row) -> None:
    kind = available()[name]
    source = kind.from_env({need: "http://127.0.0.1" if need.endswith("_URL") else "key" for need in kind.needs})
    assert isinstance(source, HttpRetriever)
    judge(source, row)
