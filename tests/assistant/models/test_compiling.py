"""What is compiled is kept, found again, and missed by nobody where it cannot be had."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MULTIPLY = """
import numpy as np
from assistant.models.row_kernels import row_products
weights, rows = np.arange(-100, 100, dtype=np.int8).reshape(5, 40), np.full((2, 40), 30_000, np.int16)
made = np.empty((2, 5), np.float32)
row_products(made, rows, weights, 5)
np.testing.assert_allclose(made, [30_000.0 * weights.sum(1)] * 2)
print(len(row_products.stats.cache_hits), len(row_products.stats.cache_misses))
"""


def run(code: str, **environment: str) -> str:
    """Run code in a process of its own: what is compiled is a process's."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_what_one_process_compiled_the_next_finds(tmp_path: Path) -> None:
    assert run(MULTIPLY, XDG_CACHE_HOME=str(tmp_path)) == "0 1\n"
    kept = sorted(tmp_path.rglob("*.nbc"))
    assert run(MULTIPLY, XDG_CACHE_HOME=str(tmp_path)) == "1 0\n"
    assert sorted(tmp_path.rglob("*.nbc")) == kept


@pytest.mark.parametrize("features", ["", "+avx2"])
def test_processors_that_can_do_less_compute_the_same(tmp_path: Path, features: str) -> None:
    run(MULTIPLY, XDG_CACHE_HOME=str(tmp_path), NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES=features)


def test_a_disk_that_takes_nothing_costs_only_the_keeping(tmp_path: Path) -> None:
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    unwritable = "import numba.core.caching as caching\ncaching.CacheImpl._locator_classes = []\n"
    assert run(unwritable + MULTIPLY, XDG_CACHE_HOME=str(nowhere)) == "0 1\n"


def test_without_numba_there_are_no_loops_and_one_line_says_so() -> None:
    code = """
import sys
sys.modules["numba"] = None
from assistant.models.few_tokens import can_compile
print(can_compile(), can_compile())
"""
    said = run(code)
    assert said.startswith("False False\n")
    assert said.count("loops cannot be compiled: ModuleNotFoundError") == 1
