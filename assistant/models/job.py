"""One text that a model reads or writes, from waiting for its turn to its last token.

Knows what has been read and written and what it cost. Leaves whose turn it is to `engine.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from assistant.effort import ModelInsight
from assistant.errors import ModelUnavailable
from assistant.models.constraint import Constraint
from assistant.models.detokenising import PieceWriter

if TYPE_CHECKING:
    import torch

__all__ = ["Event", "Finish", "Job", "PromptRead", "TextPiece", "Waiting", "in_one_line", "loads"]

FinishReason = Literal["stop", "length"]
WATTS_PER_CORE = 5.0
"""Assumed draw of one busy core above idle: server processors are rated at 3 to 5 W a core (360 W for 96 cores of an
EPYC 9654), desktop ones at 6 to 10; memory included at the lower end."""
HOUR_S = 3600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """So many texts are read before this one, in about so many seconds; None while no speed has been measured."""

    ahead: int
    expected_s: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PromptRead:
    """How many tokens the prompt has, and how many of them an earlier text had read; the rest is about to be."""

    tokens: int
    from_cache: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class TextPiece:
    """Some text, and how many tokens it took since the last piece."""

    text: str
    tokens: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Finish:
    """Why generation ended, the tokens that made no text of their own, and how the model worked."""

    reason: FinishReason
    tokens: int
    insight: ModelInsight | None = None


Event = Waiting | PromptRead | TextPiece | Finish


@dataclass(kw_only=True, eq=False)
class Job:
    """A prompt with what becomes of it; without a writer it is only read ahead."""

    prompt: list[int]
    limit: int
    emit: Callable[[Event], None] = lambda _event: None
    stopped: threading.Event
    done: Callable[[BaseException | None], None]
    writer: PieceWriter | None = None
    constraint: Constraint | None = None
    lasting: bool = False
    """Is it the beginning of every prompt, to be kept for good."""

    memory: Any = None
    written: list[int] = field(default_factory=list)
    told: int = 0
    told_ahead: int = 0
    from_cache: int = 0
    read_tokens: int = 0
    read_s: float = 0.0
    write_s: float = 0.0
    computed_s: float = 0.0
    """This text's share of the time of all passes."""
    visited: list[torch.Tensor] = field(default_factory=list)

    @property
    def left(self) -> list[int]:
        """The tokens still to be read."""
        return self.prompt[self.memory.length if self.memory is not None else 0 :]

    @property
    def complete(self) -> bool:
        """Has it written all that it should."""
        ended = self.writer is None or self.writer.complete or self.writer.ended
        return ended or len(self.written) >= self.limit

    def take(self, scores: torch.Tensor) -> None:
        """Write the best token, and tell the text that it completes."""
        if self.writer is None:
            return
        if self.constraint:
            scores = self.constraint.apply(scores)
        token = int(scores.argmax())
        self.written.append(token)
        if self.constraint:
            self.constraint.note(token)
        self._tell(self.writer.add(token))

    def _tell(self, text: str) -> None:
        """Tell text with the tokens that came since the last."""
        if text:
            self.emit(TextPiece(text=text, tokens=len(self.written) - self.told))
            self.told = len(self.written)

    def finish(self, *, experts: int, peak_mib: float | None, cores: int) -> None:
        """Tell the text that was held back, why it ended, and what it took."""
        if self.writer is not None:
            self._tell(self.writer.end())
            cut = len(self.written) >= self.limit and not self.writer.complete and not self.writer.ended
            insight = self.insight(experts=experts, peak_mib=peak_mib, cores=cores)
            tokens = len(self.written) - self.told
            self.emit(Finish(reason="length" if cut else "stop", tokens=tokens, insight=insight))
        self.done(None)

    def insight(self, *, experts: int, peak_mib: float | None, cores: int) -> ModelInsight:
        """Say how the model worked; the first token comes with the prompt, so the rate counts the others."""
        return ModelInsight(
            prefill_tok_s=self.read_tokens / self.read_s if self.read_s else None,
            decode_tok_s=(len(self.written) - 1) / self.write_s if self.write_s else None,
            tokens_from_cache=self.from_cache,
            peak_mib=peak_mib,
            watt_hours=self.computed_s * cores * WATTS_PER_CORE / HOUR_S if cores else None,
            expert_loads=loads(self.visited, experts),
        )


def in_one_line(error: Exception, model: str) -> ModelUnavailable:
    """Put whatever torch or an architecture raises into one line of ours."""
    first = (str(error).strip().splitlines() or [""])[0]
    failure = ModelUnavailable(f"{model}: failed while writing ({type(error).__name__}: {first}); ask again")
    failure.__cause__ = error
    return failure


def loads(visited: list[torch.Tensor], experts: int) -> tuple[tuple[int, ...], ...]:
    """Count for each layer how many tokens went to each expert."""
    import torch  # noqa: PLC0415 - loaded only when needed

    if not visited:
        return ()
    chosen = torch.cat([part.flatten(1) for part in visited], dim=1)
    return tuple(tuple(torch.bincount(layer, minlength=experts).tolist()) for layer in chosen)
