"""A GGUF file run by llama.cpp in this process (extra `gguf`): one generation at a time, from tokens to text.

Knows llama-cpp-python's calls and what a GGUF file says of itself. Leaves LangChain's interface to `gguf_chat.py`.
"""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langchain_core.messages import BaseMessage

from assistant.errors import ModelError, ModelUnavailable, PromptTooLong
from assistant.evidence import ModelCard
from assistant.models.detokenising import PieceWriter
from assistant.models.gguf_prompt import encode_for_gguf

__all__ = ["GgufEngine", "GgufFile", "Written", "load_gguf", "read_gguf"]

MAGIC = b"GGUF"
MOST_WINDOW = 8192
"""llama.cpp sets the cache of the whole window aside at once: more than any profile's prompt is memory for nothing."""
BATCH = 512


@dataclass(frozen=True, kw_only=True, slots=True)
class GgufFile:
    """A file that may be loaded, and what its header says."""

    path: Path
    card: ModelCard
    stored_bytes: int
    cache_token_bytes: int
    window: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """Some text, the tokens that it took, those that were read before it, and at the end the reason."""

    text: str = ""
    read: int = 0
    tokens: int = 0
    reason: str | None = None


def read_gguf(path: Path) -> GgufFile:
    """Read a GGUF file's header; raise `ModelUnavailable` in one line if it is none or is cut off."""
    from gguf import GGUFReader  # noqa: PLC0415 - loaded only when needed

    try:
        with path.open("rb") as file:
            is_one = file.read(4) == MAGIC
        if is_one:
            return describe(GGUFReader(path), path)
    except OSError as error:
        message = f"{path}: {error.strerror or error}; name a GGUF file that can be read"
        raise ModelUnavailable(message) from error
    except Exception as error:  # the reader raises what numpy does for a file that ends early
        message = f"{path}: no readable GGUF file ({type(error).__name__}: {error}); get the file again"
        raise ModelUnavailable(message) from error
    message = f"{path}: is no GGUF file; name one, a model folder, or the URL of a model server"
    raise ModelUnavailable(message)


def describe(reader: Any, path: Path) -> GgufFile:  # noqa: ANN401 - GGUFReader, loaded only when needed
    """Say what a header says."""

    def value(key: str) -> Any:  # noqa: ANN401 - metadata is of any type
        field = reader.get_field(key)
        return None if field is None else field.contents()

    def number(key: str) -> int:
        found = value(f"{architecture}.{key}")
        return max(found) if isinstance(found, list) else int(found or 0)

    architecture = str(value("general.architecture") or "")
    sizes = {str(tensor.name): int(tensor.n_elements) for tensor in reader.tensors}
    experts, used = number("expert_count"), number("expert_used_count")
    routed = sum(size for name, size in sizes.items() if "_exps." in name)
    total = sum(sizes.values())
    heads = number("attention.head_count")
    width = number("attention.key_length") or (number("embedding_length") // heads if heads else 0)
    card = ModelCard(
        name=path.stem,
        architecture=architecture or None,
        experts=experts or None,
        experts_per_token=used or None,
        active_parameters=total - routed + (routed * used // experts if experts else 0),
        total_parameters=total,
        label="" if experts else "dense",
    )
    return GgufFile(
        path=path,
        card=card,
        stored_bytes=path.stat().st_size,
        cache_token_bytes=number("block_count") * 2 * (number("attention.head_count_kv") or heads) * width * 2,
        window=min(number("context_length") or MOST_WINDOW, MOST_WINDOW),
    )


def load_gguf(file: GgufFile) -> GgufEngine:
    """Load the file with llama.cpp; raise `ModelUnavailable` with the remedy where that is not installed."""
    library = import_llama()
    try:
        llama = library.Llama(
            model_path=str(file.path),
            n_ctx=file.window,
            n_batch=BATCH,
            n_threads=threads(),
            n_gpu_layers=-1 if library.llama_supports_gpu_offload() else 0,
            verbose=False,
        )
    except (ValueError, RuntimeError, OSError, AssertionError) as error:
        first = (str(error).strip().splitlines() or [""])[0]
        message = f"{file.path}: llama.cpp cannot load it ({first}); choose another file or a newer llama-cpp-python"
        raise ModelUnavailable(message) from error
    return GgufEngine(llama, library, name=file.path.name)


def import_llama() -> Any:  # noqa: ANN401 - an extra, not there where types are checked
    """Import llama-cpp-python."""
    try:
        return importlib.import_module("llama_cpp")
    except (ImportError, RuntimeError, OSError) as error:
        message = (
            "GGUF files are run by llama.cpp, which is not installed: `pip install 'footnote[gguf]'` (builds for some "
            "minutes), or serve the file with llama-server and name its URL"
        )
        raise ModelUnavailable(message) from error


def threads() -> int:
    """Count the processors that this process may use: more threads than those wait for one another."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class GgufTokenizer:
    """Let `PieceWriter` decode with llama.cpp."""

    def __init__(self, llama: Any) -> None:  # noqa: ANN401 - llama_cpp.Llama
        """Decode with this model's vocabulary."""
        self._llama = llama
        self.eos_token_id = int(llama.token_eos())

    def decode(self, tokens: Sequence[int], *, skip_special_tokens: bool = True) -> str:
        """Turn tokens into text; half a character shows as a mark."""
        text: bytes = self._llama.detokenize(list(tokens), special=not skip_special_tokens)
        return text.decode("utf-8", errors="replace")


class GgufEngine:
    """Hold a model in llama.cpp and the one thread that may run it; what a prompt shares with the last is kept."""

    def __init__(self, llama: Any, library: Any, *, name: str) -> None:  # noqa: ANN401 - llama_cpp and its Llama
        """Take a loaded `llama_cpp.Llama` and the module's own functions."""
        self.name = name
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="gguf")
        self.window = int(llama.n_ctx())
        self._llama = llama
        self._library = library
        self._vocabulary = library.llama_model_get_vocab(llama.model)
        self._tokenizer: Any = GgufTokenizer(llama)

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text without any template."""
        return len(self._llama.tokenize(text.encode(), add_bos=False, special=False))

    def generate(
        self,
        messages: Sequence[BaseMessage],
        *,
        max_tokens: int,
        stops: Sequence[str],
        emit: Callable[[Written], None],
        stopped: threading.Event,
    ) -> None:
        """Generate greedily and tell `emit`; call it in the worker. Setting `stopped` ends it within one token."""
        prompt, plain_stops = encode_for_gguf(messages, self._llama)
        if len(prompt) >= self.window:
            message = (
                f"the prompt has {len(prompt)} tokens, {self.name} holds {self.window}; "
                "ask with a smaller --profile or choose a model with a larger window"
            )
            raise PromptTooLong(message)
        emit(Written(read=len(prompt)))
        writer = PieceWriter(self._tokenizer, stops=(*stops, *plain_stops))
        limit = min(max_tokens, self.window - len(prompt))
        with self._failures(stopped):
            self._write(prompt, limit, writer, emit, stopped)

    def _write(
        self,
        prompt: list[int],
        limit: int,
        writer: PieceWriter,
        emit: Callable[[Written], None],
        stopped: threading.Event,
    ) -> None:
        """Emit text as it becomes certain, and at last why it ended."""
        since, reason, wrote = 0, "length", 0
        for token in self._tokens(prompt, stopped):
            if stopped.is_set():
                return
            since, wrote = since + 1, wrote + 1
            if self._library.llama_vocab_is_eog(self._vocabulary, token):
                reason = "stop"
                break
            if text := writer.add(token):
                emit(Written(text=text, tokens=since))
                since = 0
            if writer.complete or wrote >= limit:
                reason = "stop" if writer.complete else "length"
                break
        emit(Written(text=writer.end(), tokens=since, reason=reason))

    def _tokens(self, prompt: list[int], stopped: threading.Event) -> Iterator[int]:
        """Yield the likeliest tokens; reading the prompt, which takes seconds, is left when `stopped` is set.

        llama.cpp asks its callback before each operation: little beside a prompt, much beside a single token.
        """
        tokens: Iterator[int] = self._llama.generate(prompt, temp=0.0, top_k=1, repeat_penalty=1.0)
        callback = self._library.ggml_abort_callback(lambda _: stopped.is_set())
        self._library.llama_set_abort_callback(self._llama.ctx, callback, None)
        try:
            first = next(tokens, None)
        finally:
            never = self._library.ggml_abort_callback()
            self._library.llama_set_abort_callback(self._llama.ctx, never, None)
        if first is not None:
            yield first
            yield from tokens

    @contextmanager
    def _failures(self, stopped: threading.Event) -> Iterator[None]:
        """Turn what llama.cpp raises into our errors; what it raises because it was stopped is none."""
        try:
            yield
        except (ModelError, MemoryError):
            raise
        except Exception as error:  # the binding raises whatever class is at hand
            if stopped.is_set():
                return
            first = (str(error).strip().splitlines() or [""])[0]
            message = f"{self.name}: failed while writing ({type(error).__name__}: {first}); ask again"
            raise ModelUnavailable(message) from error

    def close(self) -> None:
        """Free the model's memory."""
        self.worker.shutdown()
        self._llama.close()
