"""Run a loaded model for all who ask: several texts in a pass, stopping within one layer when told to.

Knows whose turn it is. Leaves the arithmetic to the decoders, one text's state to `job.py`, what is kept to
`prefixes.py`, threads to `streaming.py` and LangChain to `local.py`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage

from assistant.errors import ModelError, PromptTooLong
from assistant.models.beginnings import Beginnings
from assistant.models.chat_template import PLAIN_STOPS, encode_chat
from assistant.models.constraint import Constraint
from assistant.models.decoding import choose_decoder, expert_count
from assistant.models.detokenising import PieceWriter
from assistant.models.effort_measured import peak_mib, thread_count
from assistant.models.job import Event, Finish, Job, PromptRead, TextPiece, Waiting, in_one_line
from assistant.models.key_values import KeyValues
from assistant.models.loading import LoadedModel
from assistant.models.prefixes import Prefixes, common_length

__all__ = ["MOST_WRITING", "Engine", "Event", "Finish", "PromptRead", "TextPiece", "Waiting"]

MOST_WRITING = 4
"""Texts in one pass: four dense ones cost 1.7 times one, and of a mixture of experts the ceiling is 1.8 (measured)."""
CHUNK_TOKENS = 1024
"""Prompts are read in pieces, long enough that a matrix product is bound by arithmetic: of 1,024 tokens each expert of
granite-1b gets some 256. Pieces of 512 are read at .91 of the speed (its shape, one core, the same run)."""
SHARED_CHUNK_TOKENS = 128
"""The same while others write or wait: none of them waits longer than about a second for a token."""
TURN_OF_NEXT = 2
"""Every so many pieces, the second in line reads one. Of four who asked at once, the last waited six times as long
for its first token as the first, when it was one of four pieces."""
SMOOTHING = 0.3


class Stop(Exception):
    """Leave the pass: nobody wants its result."""


class Engine:
    """Hold a loaded model and the one thread that runs it for everybody."""

    def __init__(
        self,
        loaded: LoadedModel,
        *,
        packing: bool = False,
        prefixes: Prefixes | None = None,
        beginnings: Beginnings | None = None,
        most_writing: int = MOST_WRITING,
    ) -> None:
        """Prepare the model; `packing` adds rounded weights that single tokens are computed with."""
        self.most_writing = most_writing
        self.loaded = loaded
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
        self.prefixes = Prefixes() if prefixes is None else prefixes
        self.beginnings = beginnings
        self.read_tok_s: float | None = None
        self._encoding = threading.Lock()  # a fast tokenizer must not be changed while it encodes
        self._lock = threading.Lock()
        self._arrived: list[Job] = []
        self._running = False
        self._reading: list[Job] = []  # of the worker alone, as is what follows
        self._writing: list[Job] = []
        self._watched: list[Job] = []
        self._pieces = 0
        self.decoder: Any = choose_decoder(loaded.model, self._look, packing=packing)
        self._experts = expert_count(loaded.model)

    def warm(self) -> None:
        """Run one token through the model: weights are mapped into memory and read from the disk when first used."""
        self.run([HumanMessage("Hello")], max_tokens=1)

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

    def submit(
        self,
        prompt: list[int],
        *,
        max_tokens: int,
        stops: Sequence[str] = (),
        sources: int | None = None,
        emit: Callable[[Event], None],
        stopped: threading.Event,
        done: Callable[[BaseException | None], None],
    ) -> None:
        """Continue an encoded prompt; `emit` hears of it from the worker, `done` once, when it has ended or failed.

        Setting `stopped` ends it within one layer. With `sources` the text's brackets hold numbers of sources only.
        """
        plain = () if self.loaded.tokenizer.chat_template else PLAIN_STOPS
        self._enqueue(
            Job(
                prompt=prompt,
                limit=min(max_tokens, self.loaded.window - len(prompt)),
                emit=emit,
                stopped=stopped,
                done=done,
                writer=PieceWriter(self.loaded.tokenizer, stops=(*stops, *plain)),
                constraint=None if sources is None else Constraint(self.loaded.tokenizer, sources),
            )
        )

    def read_ahead(
        self,
        messages: Sequence[BaseMessage],
        *,
        stopped: threading.Event,
        done: Callable[[BaseException | None], None],
        lasting: bool = False,
    ) -> None:
        """Read what a prompt will begin with, while nobody waits for a text; a later one begins where it differs."""
        prompt = self.encode(messages)
        if lasting and self.beginnings and (kept := self.beginnings.find(prompt, self.decoder.new_memory())):
            self.prefixes.keep(prompt, kept, lasting=True)
            done(None)
            return
        self._enqueue(Job(prompt=prompt, limit=0, stopped=stopped, done=done, lasting=lasting))

    def run(self, messages: Sequence[BaseMessage], *, max_tokens: int, stops: Sequence[str] = ()) -> list[Event]:
        """Write a text and wait for it."""
        events: list[Event] = []
        failures: list[BaseException | None] = []
        ended = threading.Event()

        def done(error: BaseException | None) -> None:
            failures.append(error)
            ended.set()

        prompt, stopped = self.encode(messages), threading.Event()
        self.submit(prompt, max_tokens=max_tokens, stops=stops, emit=events.append, stopped=stopped, done=done)
        ended.wait()
        if failures[0]:
            raise failures[0]
        return events

    def _enqueue(self, job: Job) -> None:
        """Put a text into the line, and wake the worker."""
        with self._lock:
            self._arrived.append(job)
            if self._running:
                return
            self._running = True
        self.worker.submit(self._work)

    def _work(self) -> None:
        """Make passes until nobody waits."""
        while True:
            with self._lock:
                self._reading += self._arrived
                self._arrived.clear()
                if not self._reading and not self._writing:
                    self._running = False
                    return
            self._drop_stopped()
            if len(self._writing) < self.most_writing and self._reading:
                reader = self._next_reader()
                self._tell_waiting()
                self._read_piece(reader)
            if self._writing:
                self._attempt(list(self._writing), self._write_tokens)

    def _drop_stopped(self, besides: Sequence[Job] = ()) -> None:
        """Free the places of texts that nobody wants any more, but not of those that are in a pass."""
        for job in (*self._reading, *self._writing):
            if job.stopped.is_set() and job not in besides:
                self._end_early([job], None)

    def _next_reader(self) -> Job:
        """Choose who reads the next piece: the first in line, now and then the second; reading ahead comes last."""
        self._reading.sort(key=lambda job: job.writer is None)
        self._pieces += 1
        second = self._pieces % TURN_OF_NEXT == 0 and len(self._reading) > 1 and self._reading[1].writer is not None
        return self._reading[1 if second else 0]

    def _tell_waiting(self) -> None:
        """Tell those in line how many are before them."""
        tokens_ahead = 0
        for ahead, job in enumerate(self._reading):
            if ahead and job.writer is not None and ahead != job.told_ahead:
                job.told_ahead = ahead
                expected_s = tokens_ahead / self.read_tok_s if self.read_tok_s else None
                job.emit(Waiting(ahead=ahead, expected_s=expected_s))
            tokens_ahead += len(job.left)

    def _read_piece(self, job: Job) -> None:
        """Read some of a prompt; with its end comes the first token."""
        self._attempt([job], self._read_tokens)

    def _begin(self, job: Job) -> None:
        """Go on from what was read before, or is just being read ahead."""
        for ahead in [other for other in self._reading if other.writer is None and other is not job and other.memory]:
            if common_length(ahead.prompt, job.prompt) > ahead.from_cache:
                self._end_early([ahead], None)
        found = self.prefixes.find(job.prompt)
        job.from_cache, job.memory = found or (0, self.decoder.new_memory())
        job.emit(PromptRead(tokens=len(job.prompt), from_cache=job.from_cache))

    def _read_tokens(self, jobs: Sequence[Job]) -> None:
        """Read the next piece of one prompt."""
        job = jobs[0]
        if job.memory is None:
            self._begin(job)
        others = self._writing or any(other.writer is not None and other is not job for other in self._reading)
        piece = job.left[: SHARED_CHUNK_TOKENS if others else CHUNK_TOKENS]
        began = time.perf_counter()
        output = self.decoder.read(piece, job.memory)
        took_s = time.perf_counter() - began
        job.read_tokens += len(piece)
        job.read_s += took_s
        job.computed_s += took_s
        rate = len(piece) / took_s
        self.read_tok_s = rate if self.read_tok_s is None else SMOOTHING * rate + (1 - SMOOTHING) * self.read_tok_s
        if output.visited is not None:
            job.visited.append(output.visited)
        if job.left:
            return
        self._reading.remove(job)
        job.take(output.logits[0])
        self._go_on(job)

    def _write_tokens(self, jobs: Sequence[Job]) -> None:
        """Write one token of each text."""
        began = time.perf_counter()
        output = self.decoder.step([job.written[-1] for job in jobs], [job.memory for job in jobs])
        took_s = time.perf_counter() - began
        for place, job in enumerate(jobs):
            job.write_s += took_s
            job.computed_s += took_s / len(jobs)
            if output.visited is not None:
                job.visited.append(output.visited[:, place : place + 1])
            self._writing.remove(job)
            job.take(output.logits[place])
            self._go_on(job)

    def _go_on(self, job: Job) -> None:
        """Let a text go on writing, or end it and keep what was read."""
        if not job.complete:
            self._writing.append(job)
            return
        if job.lasting and self.beginnings:
            self.beginnings.keep(job.prompt, job.memory)
        if getattr(job.memory, "can_crop", True):
            self.prefixes.keep([*job.prompt, *job.written][: job.memory.length], job.memory, lasting=job.lasting)
        is_cpu = self.loaded.model.device.type == "cpu"
        job.finish(experts=self._experts, peak_mib=peak_mib(), cores=thread_count() if is_cpu else 0)

    def _attempt(self, jobs: list[Job], action: Callable[[Sequence[Job]], None]) -> None:
        """Make a pass for some texts; if it fails, they fail and no other."""
        self._watched = jobs
        try:
            action(jobs)
        except Stop:
            self._end_early(jobs, None)
        except (ModelError, MemoryError) as error:
            self._end_early(jobs, error)
        except Exception as error:  # noqa: BLE001 - torch and each architecture raise their own; the turn needs one line
            self._end_early(jobs, in_one_line(error, self.loaded.path.name))
        finally:
            self._watched = []

    def _end_early(self, jobs: Sequence[Job], error: BaseException | None) -> None:
        """End texts before their time; what was read ahead is kept as far as it came."""
        for job in jobs:
            if error is None and job.writer is None and isinstance(job.memory, KeyValues) and job.memory.length:
                self.prefixes.keep(job.prompt[: job.memory.length], job.memory)
            for line in (self._reading, self._writing):
                if job in line:
                    line.remove(job)
            job.done(error)

    def _look(self) -> None:
        """Leave the pass when nobody wants its result; texts beside it that nobody wants end at once."""
        self._drop_stopped(besides=self._watched)
        if self._watched and all(job.stopped.is_set() for job in self._watched):
            raise Stop
