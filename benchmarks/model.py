"""Time the local model on this machine: the quick engine against transformers' own settings, and against its limits.

Shapes: granite-3.1-1b-a400m with random weights, dense models of its total and of its active parameters, half of
OLMoE-1B-7B, every language model that is pulled as a folder, and llama.cpp on every one that is pulled as a GGUF file
(or `--gguf FILE`), where it is installed. Each row is measured in a process of its own, so that its peak of memory is
its own; memory's bandwidth is measured before and after each row, and the greater taken: it varies by half on shared
machines. Run it on an idle one: `.venv/bin/python benchmarks/model.py [--json] [--runs 5] [--only NAME]`; with
`--state FILE` rows that are there are not measured again, so that it can be run in slices. `--quick` takes one run of
each. What rounding costs is measured by `rounding.py`, reading during a search by `reading_ahead.py`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from engine_timing import PROMPT_TOKENS, WRITTEN_TOKENS, by_engine, by_library, opened, prompt_of, spread
from llama_cpp_speed import by_llama_cpp, is_there
from machine_limits import bandwidth, peak
from model_shapes import shapes
from transformers import AutoModelForCausalLM, AutoTokenizer

from assistant.models.footprint import memory_of_config, packed_gib
from assistant.settings import load_settings

MAIN = ("decode_tok_s", "bandwidth_share", "prefill_tok_s", "peak_share", "default_ratio")
LIBRARY = "transformers' generate"
LLAMA_CPP = "llama.cpp"
ENGINES = {"bf16": False, "packed": True}
"""Our own: are weights rounded beside the full ones?"""
Row = dict[str, Any]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", "--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="one run of each: no figures to report")
    parser.add_argument("--gguf", type=Path, help="a GGUF file for llama.cpp; default those that are pulled")
    parser.add_argument("--only", default="", help="a part of a shape's or folder's name")
    parser.add_argument("--state", type=Path, help="a JSON file that rows are kept in as they are measured")
    parser.add_argument("--row-s", type=float, default=240.0, help="no further run of a row is begun after so long")
    parser.add_argument("--one", nargs=2, metavar=("NAME", "ENGINE"), help="measure this row in this process")
    arguments = parser.parse_args()
    arguments.runs = 1 if arguments.quick else arguments.runs
    with tempfile.TemporaryDirectory() as scratch:
        arguments.state = arguments.state or Path(scratch, "rows.json")
        if arguments.one:
            measure(*arguments.one, arguments)
            return
        for name, engine in rows_of(arguments):
            alone = [sys.executable, __file__, *sys.argv[1:], "--state", str(arguments.state), "--one", name, engine]
            subprocess.run(alone, check=False)  # what fails says why, and the others go on
        if arguments.json:
            print(json.dumps({"rows": kept(arguments.state)}, indent=2))


def rows_of(arguments: argparse.Namespace) -> list[tuple[str, str]]:
    """Name what is asked for: a model and what runs it, the library first, for the others are compared with it."""
    ours = [(name, engine) for name in (*shapes(), *folders()) for engine in (LIBRARY, *ENGINES)]
    return [row for row in (*ours, *((name, LLAMA_CPP) for name in files(arguments))) if arguments.only in row[0]]


def kept(state: Path) -> list[Row]:
    """Read the rows that are there."""
    rows: list[Row] = json.loads(state.read_text(encoding="utf-8")) if state.exists() else []
    return rows


def folders() -> dict[str, Path]:
    """Name the language models that are pulled as folders."""
    found = (path for path in load_settings().models_dir.glob("*/") if (path / "config.json").is_file())
    return {path.name: path for path in found if "CausalLM" in (path / "config.json").read_text(encoding="utf-8")}


def files(arguments: argparse.Namespace) -> dict[str, Path]:
    """Name the GGUF files for llama.cpp, where it is installed."""
    pulled = [arguments.gguf] if arguments.gguf else sorted(load_settings().models_dir.glob("*/*.gguf"))
    return {file.parent.name if file.stem == "model" else file.stem: file for file in pulled if is_there()}


def measure(name: str, engine: str, arguments: argparse.Namespace) -> None:
    """Measure one model by the library as it sets itself up, by our engine in bf16 or rounded, or by llama.cpp."""
    if engine == LLAMA_CPP:
        take(name, engine, arguments, lambda: with_llama_cpp(files(arguments)[name], arguments))
        return
    if is_kept(name, engine, arguments):
        return
    tokenizer = AutoTokenizer.from_pretrained(next(iter(folders().values())), local_files_only=True)
    if name in folders():
        model = AutoModelForCausalLM.from_pretrained(folders()[name], dtype=torch.bfloat16, local_files_only=True)
    else:
        torch.manual_seed(0)
        model = AutoModelForCausalLM.from_config(shapes()[name], dtype=torch.bfloat16)
    model.eval()
    if engine == LIBRARY:
        take(name, engine, arguments, lambda: by_library(model, arguments.runs, arguments.row_s))
        return
    packing = ENGINES[engine]

    def timed_row() -> Row:
        with opened(model, tokenizer, packing=packing) as open_engine:
            row = by_engine(open_engine, arguments.runs, arguments.row_s)
        return row | {"computed_mib": computed_mib(model, packing=packing)}

    take(name, engine, arguments, timed_row)


def is_kept(name: str, engine: str, arguments: argparse.Namespace) -> bool:
    """Tell whether a row is there."""
    return any((row["shape"], row["engine"]) == (name, engine) for row in kept(arguments.state))


def computed_mib(model: Any, *, packing: bool) -> float:  # noqa: ANN401 - any architecture
    """Compute what opening a model reckons with, to be compared with `peak_mib`."""
    parameters = sum(weight.numel() for weight in model.parameters())
    packed = packed_gib(parameters, "bfloat16", in_bytes=True) if packing else 0.0
    return 1024 * (memory_of_config(model.config.to_dict(), parameters) + packed)


def with_llama_cpp(file: Path, arguments: argparse.Namespace) -> Row:
    """Time llama.cpp; of a dense model it reads the whole file for a token."""
    rounds = by_llama_cpp(file, prompt_of(0), WRITTEN_TOKENS, arguments.runs)
    reading, writing = (list(column) for column in zip(*rounds, strict=True))
    return spread(reading, writing) | {"token_bytes": file.stat().st_size}


def take(shape: str, engine: str, arguments: argparse.Namespace, work: Callable[[], Row]) -> None:
    """Measure a row between two looks at what memory gives, and keep it; one that is there is left."""
    rows = kept(arguments.state)
    if is_kept(shape, engine, arguments):
        return
    before, most = bandwidth(), peak(PROMPT_TOKENS)
    row = work()
    limits = {"bandwidth_gb_s": max(before, bandwidth()), "peak_gflop_s": max(most, peak(PROMPT_TOKENS))}
    default = next((row for row in rows if (row["shape"], row["engine"]) == (shape, LIBRARY)), None)
    if "token_bytes" in row:
        row["bandwidth_share"] = row["token_bytes"] * row["decode_tok_s"] / 1e9 / limits["bandwidth_gb_s"]
    if "token_flops" in row:
        row["peak_share"] = row["prefill_tok_s"] * row["token_flops"] / 1e9 / limits["peak_gflop_s"]
    if default:
        row["default_ratio"] = row["decode_tok_s"] / default["decode_tok_s"]
    whole = {"shape": shape, "engine": engine} | {name: row.pop(name, None) for name in MAIN} | row | limits
    arguments.state.write_text(json.dumps([*rows, whole], indent=2), encoding="utf-8")
    if not arguments.json:
        print(shape, engine, *(f"{key} {shown(value)}" for key, value in list(whole.items())[2:]), sep="  ", flush=True)


def shown(value: float | None) -> str:
    """Write a figure with three digits that count."""
    return "-" if value is None else f"{value:.3g}"


if __name__ == "__main__":
    main()
