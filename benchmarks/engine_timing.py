"""One language model timed: by the library as it sets itself up, and by our engine (for `model.py`)."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import torch
from machine_limits import timed
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from assistant.models.blueprint import Blueprint, Dense
from assistant.models.effort_measured import peak_mib
from assistant.models.engine import CHUNK_TOKENS, Engine
from assistant.models.job import loads
from assistant.models.loading import LoadedModel
from assistant.models.narrow_experts import NarrowExperts

__all__ = ["PROMPT_TOKENS", "WRITTEN_TOKENS", "by_engine", "by_library", "opened", "prompt_of", "spread"]

PROMPT_TOKENS = 800
WRITTEN_TOKENS = 32
CROWD = 4
NEW_TOKENS = 48
"""What a follow-up adds to the history."""
MOST_EXPERTS = 64
SHORT_TOKENS, SHORT_TEXT = 200, 8
"""For what is counted in turns and not in tokens."""
T = TypeVar("T")


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


def by_library(model: PreTrainedModel, repeats: int, row_s: float) -> dict[str, Any]:
    """Time `generate` as the library sets it up; no further round is begun after `row_s`."""
    prompt = torch.arange(PROMPT_TOKENS)[None] % 1_000 + 10
    options: dict[str, Any] = {"do_sample": False, "eos_token_id": None, "pad_token_id": 0}

    def generate_s(tokens: int) -> float:
        return timed(lambda: model.generate(prompt, max_new_tokens=tokens, **options))  # type: ignore[operator]

    pairs = within(row_s, repeats, lambda _: (generate_s(1), generate_s(1 + WRITTEN_TOKENS)))
    reading = [PROMPT_TOKENS / read_s for read_s, _ in pairs]
    writing = [WRITTEN_TOKENS / max(1e-9, whole_s - read_s) for read_s, whole_s in pairs]
    return spread(reading, writing)


def within(limit_s: float, repeats: int, work: Callable[[int], T]) -> list[T]:
    """Repeat work until it has been done often enough, or for long enough; once in any case."""
    began, done = time.monotonic(), [work(0)]
    while len(done) < repeats and time.monotonic() - began < limit_s:
        done.append(work(len(done)))
    return done


def spread(reading: list[float], writing: list[float]) -> dict[str, Any]:
    """Give medians, least and greatest."""
    return {
        "runs": len(reading),
        "decode_tok_s": statistics.median(writing),
        "decode_least": min(writing),
        "decode_greatest": max(writing),
        "prefill_tok_s": statistics.median(reading),
        "prefill_least": min(reading),
        "prefill_greatest": max(reading),
    }


def by_engine(engine: Engine, repeats: int, row_s: float) -> dict[str, Any]:
    """Time reading, writing, a follow-up, and a crowd; no further round is begun after `row_s`."""
    rounds = within(row_s, repeats, lambda number: one_round(engine, prompt_of(number)))
    reading, writing, follow_ups = (list(column) for column in zip(*rounds, strict=True))
    row: dict[str, Any] = spread(reading, writing)
    blueprint = getattr(engine.decoder, "blueprint", None)
    if blueprint is not None:
        row["token_bytes"], row["token_flops"] = blueprint.token_bytes, flops_per_token(engine)
        row["products_share"] = products_s(blueprint) / (PROMPT_TOKENS / row["prefill_tok_s"])
    row["follow_up_share"] = statistics.median(follow_ups)
    row["slowest_first_share"] = first_tokens(engine)  # once: five runs of it would take a minute more for each engine
    row["cancel_ms"] = statistics.median(within(row_s / 4, repeats, lambda number: cancelled_s(engine, number))) * 1_000
    settle(engine)
    row["heat_map_share"] = heat_map_share(engine)
    row["peak_mib"] = peak_mib() or float("nan")
    return row | crowd(engine)


def settle(engine: Engine) -> None:
    """Wait until the worker has nothing to do: a text has ended a moment before the pass that ended it."""
    engine.worker.submit(lambda: None).result()


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
    return sum(2 * rows * weight.numel() for rows, weight in products_of(engine.decoder.blueprint)) / PROMPT_TOKENS


def products_of(blueprint: Blueprint) -> Iterator[tuple[int, torch.Tensor]]:
    """Name every matrix that a prompt meets, with how many tokens meet it if experts are visited evenly."""
    for layer in blueprint.layers:
        feed = layer.feed
        shared = [layer.query_key_value, layer.output]
        if isinstance(feed, Dense):
            shared += [feed.gate_up, feed.down]
        elif isinstance(feed, NarrowExperts):
            shared += [feed.gate_up, feed.shared_down, feed.down]
        else:
            rows = PROMPT_TOKENS * feed.per_token // len(feed.down)
            for matrix in (*feed.gate_up, *feed.down):
                yield rows, matrix.weight
        yield from ((PROMPT_TOKENS, matrix.weight) for matrix in shared)


def products_s(blueprint: Blueprint) -> float:
    """Time a prompt's own products and nothing between them; the best of three."""
    rows = {
        part.shape[1]: torch.randn(PROMPT_TOKENS, part.shape[1]).to(part.dtype) for _, part in products_of(blueprint)
    }

    def multiply() -> None:
        for count, part in products_of(blueprint):
            torch.nn.functional.linear(rows[part.shape[1]][:count], part)

    with torch.inference_mode():
        return min(timed(multiply) for _ in range(3))


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
    took_s = time.perf_counter() - began
    settle(engine)
    return took_s


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
