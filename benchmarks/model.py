"""Time the local model on this machine: the quick engine against transformers' own settings, and against its limits.

Shapes: granite-3.1-1b-a400m with random weights, dense models of its total and of its active parameters, half of
OLMoE-1B-7B, every language model that is pulled as a folder, and llama.cpp on every one that is pulled as a GGUF file
(or `--gguf FILE`), where it is installed. Bandwidth of memory and the peak of bf16 products are measured in the same
run. Run it on an idle machine: `.venv/bin/python benchmarks/model.py [--json] [--repeats 5]`; `--quick` takes the first
shape alone, once. What rounding costs is measured by `rounding.py`, reading during a search by `reading_ahead.py`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from llama_cpp_speed import by_llama_cpp, is_there
from machine_limits import bandwidth, peak, timed
from model_shapes import shapes
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from assistant.models.effort_measured import peak_mib
from assistant.models.engine import CHUNK_TOKENS, Engine
from assistant.models.job import loads
from assistant.models.loading import LoadedModel
from assistant.settings import load_settings

PROMPT_TOKENS = 800
WRITTEN_TOKENS = 32
CROWD = 4
NEW_TOKENS = 48
"""What a follow-up adds to the history."""
MOST_EXPERTS = 64
SHORT_TOKENS, SHORT_TEXT = 200, 8
"""For what is counted in turns and not in tokens."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="the first shape alone, once: no figures to report")
    parser.add_argument("--gguf", type=Path, help="a GGUF file for llama.cpp; default those that are pulled")
    parser.add_argument("--only", help="a part of a shape's or folder's name")
    arguments = parser.parse_args()
    arguments.repeats = 1 if arguments.quick else arguments.repeats
    folders = [path for path in load_settings().models_dir.glob("*/") if is_language_model(path)]
    tokenizer = AutoTokenizer.from_pretrained(folders[0], local_files_only=True)
    limits = {"bandwidth GB/s": bandwidth(), "bf16 peak GFLOP/s": peak(PROMPT_TOKENS)}
    print_unless(arguments.json, limits)
    rows = []
    for shape, config in list(shapes().items())[: 1 if arguments.quick else None]:
        if arguments.only and arguments.only not in shape:
            continue
        with torch.device("cpu"):
            torch.manual_seed(0)
            model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16).eval()
        rows += measured(shape, model, tokenizer, limits, arguments)
    for folder in [] if arguments.quick else folders:
        if arguments.only and arguments.only not in folder.name:
            continue
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16, local_files_only=True).eval()
        rows += measured(folder.name, model, tokenizer, limits, arguments)
    rows += beside_llama_cpp(arguments)
    if arguments.json:
        print(json.dumps({"limits": limits, "rows": rows}, indent=2))


def beside_llama_cpp(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Time llama.cpp where it is installed and has a file."""
    pulled = sorted(load_settings().models_dir.glob("*/*.gguf"))
    rows: list[dict[str, Any]] = []
    for file in [] if arguments.quick or not is_there() else [arguments.gguf] if arguments.gguf else pulled:
        rounds = by_llama_cpp(file, prompt_of(0), WRITTEN_TOKENS, arguments.repeats)
        reading, writing = (list(column) for column in zip(*rounds, strict=True))
        name = file.parent.name if file.stem == "model" else file.stem
        rows.append({"shape": name, "engine": "llama.cpp", **spread(reading, writing)})
        print_unless(arguments.json, rows[-1])
    return rows


def print_unless(silent: bool, row: dict[str, Any]) -> None:  # noqa: FBT001 - a flag of the command line
    """Print one line of figures."""
    if not silent:
        print(
            "  ".join(f"{name} {value:.3g}" if isinstance(value, float) else f"{value}" for name, value in row.items())
        )


def is_language_model(path: Path) -> bool:
    """Tell whether a folder holds a causal language model for transformers."""
    config = path / "config.json"
    return config.is_file() and "CausalLM" in config.read_text(encoding="utf-8")


def measured(
    shape: str,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    limits: dict[str, float],
    arguments: argparse.Namespace,
) -> list[dict[str, Any]]:
    """Measure one model with the library's defaults, the quick engine in bf16, and the same with packed weights."""
    default = by_library(model, arguments.repeats)
    rows = [{"shape": shape, "engine": "transformers' generate", **default}]
    print_unless(arguments.json, rows[-1])
    for packing in (False, True):
        with opened(model, tokenizer, packing=packing) as engine:
            row = by_engine(engine, arguments.repeats, limits)
            row["default_ratio"] = row["decode_tok_s"] / default["decode_tok_s"]
            rows.append({"shape": shape, "engine": "packed" if packing else "bf16", **row})
        print_unless(arguments.json, rows[-1])
    return rows


@contextmanager
def opened(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, *, packing: bool) -> Iterator[Engine]:
    """Open an engine on a model that is in memory."""
    with tempfile.TemporaryDirectory() as home:
        engine = Engine(LoadedModel(model=model, tokenizer=tokenizer, path=Path(home), window=4_096), packing=packing)
        memories = [engine.decoder.new_memory() for _ in range(CROWD)]
        for memory in memories:
            engine.decoder.read(prompt_of(900)[:SHORT_TOKENS], memory)
        for rows in (memories[:1], memories):  # loops are compiled when first called
            engine.decoder.step([42] * len(rows), rows)
        yield engine
        engine.worker.shutdown()


def by_library(model: PreTrainedModel, repeats: int) -> dict[str, float]:
    """Time `generate` as the library sets it up."""
    prompt = torch.arange(PROMPT_TOKENS)[None] % 1_000 + 10
    options: dict[str, Any] = {"do_sample": False, "eos_token_id": None, "pad_token_id": 0}

    def generate_s(tokens: int) -> float:
        return timed(lambda: model.generate(prompt, max_new_tokens=tokens, **options))  # type: ignore[operator]

    pairs = [(generate_s(1), generate_s(1 + WRITTEN_TOKENS)) for _ in range(repeats)]
    reading = [PROMPT_TOKENS / read_s for read_s, _ in pairs]
    writing = [WRITTEN_TOKENS / max(1e-9, whole_s - read_s) for read_s, whole_s in pairs]
    return spread(reading, writing)


def spread(reading: list[float], writing: list[float]) -> dict[str, float]:
    """Give medians, least and greatest."""
    return {
        "decode_tok_s": statistics.median(writing),
        "decode_least": min(writing),
        "decode_greatest": max(writing),
        "prefill_tok_s": statistics.median(reading),
        "prefill_least": min(reading),
        "prefill_greatest": max(reading),
    }


def by_engine(engine: Engine, repeats: int, limits: dict[str, float]) -> dict[str, float]:
    """Time reading, writing, a follow-up, and a crowd."""
    rounds = [one_round(engine, prompt_of(number)) for number in range(repeats)]
    reading, writing, follow_ups = (list(column) for column in zip(*rounds, strict=True))
    row = spread(reading, writing)
    blueprint = getattr(engine.decoder, "blueprint", None)
    if blueprint is not None:
        row["bandwidth_share"] = blueprint.token_bytes * row["decode_tok_s"] / 1e9 / limits["bandwidth GB/s"]
        row["peak_share"] = row["prefill_tok_s"] * flops_per_token(engine) / 1e9 / limits["bf16 peak GFLOP/s"]
    row["follow_up_share"] = statistics.median(follow_ups)
    row["slowest_first_share"] = first_tokens(engine)  # once: five runs of it would take a minute more for each engine
    row["cancel_ms"] = statistics.median(cancelled_s(engine, number) for number in range(repeats)) * 1_000
    row["heat_map_share"] = heat_map_share(engine)
    row["peak_mib"] = peak_mib() or float("nan")
    return row | crowd(engine)


def heat_map_share(engine: Engine) -> float:
    """Give what noting and counting the experts visited takes, in shares of the time of writing; 0 without experts."""
    memory = engine.decoder.new_memory()
    engine.decoder.read(prompt_of(500)[:SHORT_TOKENS], memory)
    outputs: list[Any] = []
    write_s = timed(lambda: outputs.extend(step(engine, memory) for _ in range(WRITTEN_TOKENS)))
    if outputs[0].visited is None:
        return 0.0
    return timed(lambda: loads([output.visited[:, :1] for output in outputs], MOST_EXPERTS)) / write_s


def one_round(engine: Engine, prompt: list[int]) -> tuple[float, float, float]:
    """Give tokens a second of reading and of writing, and a follow-up's share of the time to the first token."""
    memory = engine.decoder.new_memory()
    read_s = timed(lambda: [engine.decoder.read(part, memory) for part in pieces(prompt)])
    write_s = timed(lambda: [step(engine, memory) for _ in range(WRITTEN_TOKENS)])
    cold_s = first_token(engine, prompt)
    follow_up_s = first_token(engine, [*prompt, *range(500, 500 + NEW_TOKENS)])
    return PROMPT_TOKENS / read_s, WRITTEN_TOKENS / write_s, follow_up_s / cold_s


def prompt_of(number: int) -> list[int]:
    """Make a prompt that begins like no other."""
    return [10 + (7 * place + 131 * number) % 1_000 for place in range(PROMPT_TOKENS)]


def pieces(prompt: list[int]) -> list[list[int]]:
    """Cut a prompt as the engine does."""
    return [prompt[start : start + CHUNK_TOKENS] for start in range(0, len(prompt), CHUNK_TOKENS)]


def step(engine: Engine, memory: Any) -> Any:  # noqa: ANN401 - any decoder's
    """Write one token."""
    return engine.decoder.step([42], [memory])


def flops_per_token(engine: Engine) -> float:
    """Count the products that one token of a prompt takes: two for each weight it meets, the head left out."""
    blueprint = engine.decoder.blueprint
    total = 0.0
    for layer in blueprint.layers:
        matrices = [layer.query_key_value, layer.output]
        feed = layer.feed
        if hasattr(feed, "router"):
            matrices += [feed.gate_up[0], feed.down[0]] * feed.per_token
        else:
            matrices += [feed.gate_up, feed.down]
        total += sum(2 * part.numel() for matrix in matrices for part in matrix.parts)
    return total


def submitted(engine: Engine, prompt: list[int], tokens: int) -> tuple[threading.Event, list[float]]:
    """Ask for a text, and note when its tokens come."""
    ended, moments = threading.Event(), []
    engine.submit(
        prompt,
        max_tokens=tokens,
        emit=lambda event: moments.append(time.perf_counter()) if hasattr(event, "text") else None,
        stopped=threading.Event(),
        done=lambda _: ended.set(),
    )
    return ended, moments


def first_token(engine: Engine, prompt: list[int]) -> float:
    """Time the way to the end of a text of one token."""
    began = time.perf_counter()
    ended, _ = submitted(engine, prompt, 1)
    ended.wait()
    return time.perf_counter() - began


def first_tokens(engine: Engine) -> float:
    """Let four ask at the same moment; how many times the quickest first token's wait the slowest takes."""
    began = time.perf_counter()
    asked = [submitted(engine, prompt_of(100 + place)[:SHORT_TOKENS], SHORT_TEXT) for place in range(CROWD)]
    for ended, _ in asked:
        ended.wait()
    firsts = [moments[0] - began for _, moments in asked if moments]
    return max(firsts) / min(firsts) if len(firsts) == CROWD else float("nan")


def cancelled_s(engine: Engine, number: int) -> float:
    """Time how long a writer that is told to stop holds its place while another prompt is being read."""
    writes, reads, stopped, ended, other = (threading.Event() for _ in range(5))
    long, short = prompt_of(400 + number), prompt_of(300 + number)[:SHORT_TOKENS]
    first, second = when("text", writes), when("from_cache", reads)
    engine.submit(short, max_tokens=800, emit=first, stopped=stopped, done=lambda _: ended.set())
    writes.wait()
    engine.submit(long, max_tokens=1, emit=second, stopped=ended, done=lambda _: other.set())
    reads.wait()
    if ended.is_set():
        return float("nan")  # it ended by itself: nothing to cancel
    stopped.set()
    took_s = timed(ended.wait)
    other.wait()
    return took_s


def when(name: str, happened: threading.Event) -> Callable[[object], None]:
    """Listen for the first event that has a field of this name."""
    return lambda event: happened.set() if hasattr(event, name) else None


def crowd(engine: Engine) -> dict[str, float]:
    """Decode four texts at once and one alone; the ratio of tokens a second."""
    memories = [engine.decoder.new_memory() for _ in range(CROWD)]
    for number, memory in enumerate(memories):
        engine.decoder.read(prompt_of(number)[:200], memory)
    alone_s = timed(lambda: [engine.decoder.step([42], memories[:1]) for _ in range(WRITTEN_TOKENS)])
    together_s = timed(lambda: [engine.decoder.step([42] * CROWD, memories) for _ in range(WRITTEN_TOKENS)])
    return {"four_users_ratio": CROWD * alone_s / together_s}


if __name__ == "__main__":
    main()
