"""Run a loaded model: one generation at a time, token by token, stopping within one layer when told to.

Knows torch, the order of its calls and what makes a CPU fast. Leaves threads to `streaming.py` and LangChain to
`local.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.messages import BaseMessage, HumanMessage

from assistant.errors import ModelError, ModelUnavailable, PromptTooLong
from assistant.models.chat_template import PLAIN_STOPS, encode_chat
from assistant.models.detokenising import PieceWriter
from assistant.models.loading import LoadedModel

if TYPE_CHECKING:
    import torch

__all__ = ["Engine", "Finish", "PromptRead", "TextPiece"]

FinishReason = Literal["stop", "length"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PromptRead:
    """How many tokens the prompt has; it is about to be read."""

    tokens: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TextPiece:
    """Some text, and how many tokens it took since the last piece."""

    text: str
    tokens: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Finish:
    """Why generation ended, and the tokens that made no text of their own."""

    reason: FinishReason
    tokens: int


Event = PromptRead | TextPiece | Finish


class Stop(Exception):
    """Leave the library's loop: the text is complete, or nobody wants the rest."""


class Engine:
    """Hold a loaded model and the one thread that may run it; work waits for that thread, first come first served."""

    def __init__(self, loaded: LoadedModel, *, quick_decode: bool = True) -> None:
        """Prepare the model; `quick_decode` bypasses oneDNN for single tokens on a CPU."""
        self.loaded = loaded
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
        self._encoding = threading.Lock()  # a fast tokenizer must not be changed while it encodes
        self._stopped = threading.Event()
        watch_layers(loaded, self._raise_if_stopped)
        if quick_decode and loaded.model.device.type == "cpu":
            bypass_onednn_for_single_tokens(loaded)

    def warm(self) -> None:
        """Run one token through the model: weights are mapped into memory and read from the disk when first used."""
        hello = [HumanMessage("Hello")]
        self.worker.submit(
            self.generate, hello, max_tokens=1, stops=(), emit=lambda _: None, stopped=threading.Event()
        ).result()

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text without any template."""
        with self._encoding:
            return len(self.loaded.tokenizer.encode(text, add_special_tokens=False))

    def encode(self, messages: Sequence[BaseMessage]) -> list[int]:
        """Encode a conversation; raise `PromptTooLong` if the model's window cannot hold it and one token more."""
        with self._encoding:
            tokens = encode_chat(messages, self.loaded.tokenizer)
        if len(tokens) >= self.loaded.window:
            message = (
                f"the prompt has {len(tokens)} tokens, {self.loaded.path.name} holds {self.loaded.window}; "
                "ask with a smaller --profile or choose a model with a larger window"
            )
            raise PromptTooLong(message)
        return tokens

    def generate(
        self,
        messages: Sequence[BaseMessage],
        *,
        max_tokens: int,
        stops: Sequence[str],
        emit: Callable[[Event], None],
        stopped: threading.Event,
    ) -> None:
        """Generate greedily and tell `emit`; call it in the worker. Setting `stopped` ends it within one layer."""
        prompt = self.encode(messages)
        emit(PromptRead(tokens=len(prompt)))
        plain = () if self.loaded.tokenizer.chat_template else PLAIN_STOPS
        writer = PieceWriter(self.loaded.tokenizer, stops=(*stops, *plain))
        sink = TokenSink(writer, emit)
        limit = min(max_tokens, self.loaded.window - len(prompt))
        with self._stoppable(stopped):
            self._run(prompt, limit, sink)
        if not stopped.is_set():
            emit(sink.finish(limit))

    @contextmanager
    def _stoppable(self, stopped: threading.Event) -> Iterator[None]:
        """Let the layers watch `stopped`, and turn what torch raises into our errors."""
        self._stopped = stopped
        try:
            yield
        except Stop:
            pass
        except (ModelError, MemoryError):
            raise
        except Exception as error:  # torch and each architecture raise their own; the turn needs one line
            first = (str(error).strip().splitlines() or [""])[0]
            message = f"{self.loaded.path.name}: failed while writing ({type(error).__name__}: {first}); ask again"
            raise ModelUnavailable(message) from error
        finally:
            self._stopped = threading.Event()

    def _run(self, prompt: list[int], limit: int, sink: TokenSink) -> None:
        """Call the library."""
        import torch  # noqa: PLC0415 - loaded only when needed

        ids = torch.tensor([prompt], device=self.loaded.model.device)
        with torch.inference_mode():
            self.loaded.model.generate(  # type: ignore[operator]  # transformers types it as a Tensor or Module
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=limit,
                do_sample=False,
                temperature=None,
                top_p=None,
                top_k=None,
                streamer=sink,
            )

    def _raise_if_stopped(self) -> None:
        """Leave the forward pass when nobody wants its result."""
        if self._stopped.is_set():
            raise Stop


class TokenSink:
    """Take tokens as transformers' `generate` hands them to a streamer: first the prompt, then one at a time."""

    def __init__(self, writer: PieceWriter, emit: Callable[[Event], None]) -> None:
        """Write pieces with `writer` and tell them to `emit`."""
        self.writer = writer
        self.emit = emit
        self.prompt_seen = False
        self.tokens = 0
        self.told = 0

    def put(self, value: torch.Tensor) -> None:
        """Take the next token."""
        if not self.prompt_seen:
            self.prompt_seen = True
            return
        self.tokens += 1
        self._tell(self.writer.add(int(value.reshape(-1)[0])))
        if self.writer.complete:
            raise Stop

    def end(self) -> None:
        """Hear that generation is over; `finish` says the rest."""

    def finish(self, limit: int) -> Finish:
        """Tell the text that was held back, and why it ended."""
        self._tell(self.writer.end())
        cut = self.tokens >= limit and not self.writer.complete and not self.writer.ended
        return Finish(reason="length" if cut else "stop", tokens=self.tokens - self.told)

    def _tell(self, text: str) -> None:
        """Emit text with the tokens that came since the last."""
        if text:
            self.emit(TextPiece(text=text, tokens=self.tokens - self.told))
            self.told = self.tokens


def watch_layers(loaded: LoadedModel, look: Callable[[], None]) -> None:
    """Call `look` before each layer: a prompt is read in one pass of seconds, and must be left when the user stops."""

    def before(*_: Any) -> None:  # noqa: ANN401 - torch's own
        look()

    for layer in layers_of(loaded):
        layer.register_forward_pre_hook(before)


def layers_of(loaded: LoadedModel) -> list[torch.nn.Module]:
    """Find the decoder's layers, whatever the architecture calls them."""
    from torch.nn import ModuleList  # noqa: PLC0415 - loaded only when needed

    lists = [module for module in loaded.model.modules() if isinstance(module, ModuleList)]
    count = loaded.model.config.get_text_config().num_hidden_layers
    return next((list(found) for found in lists if len(found) == count), [loaded.model])


def bypass_onednn_for_single_tokens(loaded: LoadedModel) -> None:
    """Turn oneDNN off around passes over a single token, and on again after.

    One token is a matrix-vector product, bound by memory: 15.8 GB/s through oneDNN, 23.9 without. A prompt is the other
    way round: 486 GFLOP/s in bf16 with it, 161 in fp32 (two cores). The switch is the process's: another model that
    runs at the same moment computes the same, a little slower.
    """
    from torch.backends import mkldnn  # noqa: PLC0415 - loaded only when needed

    def before(_: object, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        given = named.get("input_ids", named.get("inputs_embeds", args[0] if args else None))
        if given is not None and tuple(given.shape[:2]) == (1, 1):
            mkldnn.set_flags(_enabled=False)  # type: ignore[no-untyped-call]  # the library's

    def after(*_: object) -> None:
        mkldnn.set_flags(_enabled=True)  # type: ignore[no-untyped-call]  # the library's

    loaded.model.register_forward_pre_hook(before, with_kwargs=True)
    loaded.model.register_forward_hook(after, always_call=True)
