"""The forward pass of a Llama-shaped decoder on a CPU, in as few calls as torch allows.

A token of a small model takes 20 milliseconds of reading weights; the library's own modules, masks and caches would
take as long again. Knows the arithmetic. Leaves the parts to `blueprint.py`, which tokens to `engine.py`, and models of
other shapes to `library_decoder.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.models.blueprint import Blueprint, Dense, Feed, Layer
from assistant.models.expert_visits import Look, route, visit_many, visit_one
from assistant.models.few_tokens import can_compile
from assistant.models.key_values import KeyValues
from assistant.models.many_tokens import attended, gated
from assistant.models.narrow_experts import NarrowExperts
from assistant.models.prompt_steps import PromptSteps
from assistant.models.quick_steps import QuickSteps

if TYPE_CHECKING:
    import torch

__all__ = ["LeanDecoder", "Output", "without_onednn"]

MOST_FEW = 8
"""Up to so many tokens a pass reads weights longer than it computes, and reads the packed ones."""
FIRST_POSITIONS = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class Output:
    """The scores of the next token for each text, and the experts that each token visited (layer, token, place)."""

    logits: torch.Tensor
    visited: torch.Tensor | None


class LeanDecoder:
    """Read tokens into memories and score the next."""

    def __init__(self, blueprint: Blueprint, look: Look) -> None:
        """Call `look` before each half of a layer: it may raise to leave the pass."""
        self.blueprint = blueprint
        self.look = look
        self._turns = self._rotations(FIRST_POSITIONS)
        self._quick = QuickSteps(blueprint, look) if can_compile() else None
        self._prompts = PromptSteps(blueprint, look) if can_compile() else None

    def warm(self) -> None:
        """Compile loops before somebody waits for a token; the first time on a machine takes some ten seconds."""
        memories = [self.new_memory(), self.new_memory()]
        self.read([0, 0], memories[0])
        for count in (1, 2):  # numba tells apart how one row and several lie in memory
            self.step([0] * count, memories[:count])

    def leave_loops(self) -> None:
        """Read and write by torch from now on."""
        self._quick = self._prompts = None

    def new_memory(self) -> KeyValues:
        """Begin a text."""
        blueprint = self.blueprint
        shape = (len(blueprint.layers), blueprint.key_heads, blueprint.head_width)
        return KeyValues(shape, blueprint.embedding.dtype)

    def read(self, tokens: Sequence[int], memory: KeyValues) -> Output:
        """Read tokens of one text, and score what follows the last."""
        if self._prompts:
            return self._read_quickly(tokens, memory, self._prompts)
        return self._pass(tokens, [memory], few=False)

    def step(self, tokens: Sequence[int], memories: Sequence[KeyValues]) -> Output:
        """Read one token of each text, and score what follows each."""
        few = len(tokens) <= MOST_FEW
        if few and self._quick:
            return self._step_quickly(tokens, memories, self._quick)
        if len(tokens) > 1:
            return self._pass(tokens, memories, few=few)
        with without_onednn():
            return self._pass(tokens, memories, few=few)

    def _step_quickly(self, tokens: Sequence[int], memories: Sequence[KeyValues], quick: QuickSteps) -> Output:
        """Read one token of each text by compiled loops."""
        import torch  # noqa: PLC0415 - loaded only when needed

        with torch.inference_mode():
            for memory in memories:
                memory.reserve(1)
            turns = self._turns_at([memory.length for memory in memories])
            logits, visited = quick.step(tokens, memories, turns)
            for memory in memories:
                memory.length += 1
            seen = None if visited is None else torch.from_numpy(visited)
            return Output(logits=torch.from_numpy(logits), visited=seen)

    def _read_quickly(self, tokens: Sequence[int], memory: KeyValues, prompts: PromptSteps) -> Output:
        """Read tokens of one text with compiled loops between the products."""
        import torch  # noqa: PLC0415 - loaded only when needed

        with torch.inference_mode():
            memory.reserve(len(tokens))
            logits, visited = prompts.read(tokens, memory, self._turns_at(positions(memory, len(tokens))))
            memory.length += len(tokens)
            return Output(logits=logits, visited=torch.stack(visited) if visited else None)

    def _pass(self, tokens: Sequence[int], memories: Sequence[KeyValues], *, few: bool) -> Output:
        """Take tokens through all layers: all of one text, or one of each."""
        import torch  # noqa: PLC0415 - loaded only when needed

        blueprint = self.blueprint
        each = len(tokens) // len(memories)
        with torch.inference_mode():
            for memory in memories:
                memory.reserve(each)
            state = blueprint.embedding[torch.tensor(tokens)] * blueprint.embedding_scale
            turns = self._turns_at([position for memory in memories for position in positions(memory, each)])
            visited: list[torch.Tensor] = []
            for number, layer in enumerate(blueprint.layers):
                self.look()
                attended = self._attend(
                    number, layer, self._norm(state, layer.attention_norm), turns, memories, few=few
                )
                state = torch.add(state, attended, alpha=blueprint.residual_scale)
                self.look()
                fed = self._feed(layer.feed, self._norm(state, layer.feed_norm), visited, few=few)
                state = torch.add(state, fed, alpha=blueprint.residual_scale)
            for memory in memories:
                memory.length += each
            last = self._norm(state[each - 1 :: each], blueprint.norm)
            logits = blueprint.head.multiply(last, few=few) / blueprint.logits_divisor
            return Output(logits=logits, visited=torch.stack(visited) if visited else None)

    def _norm(self, state: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        """Scale to unit size."""
        import torch  # noqa: PLC0415 - loaded only when needed

        return torch.nn.functional.rms_norm(state, (weight.shape[0],), weight, self.blueprint.norm_epsilon)

    def _attend(
        self,
        number: int,
        layer: Layer,
        state: torch.Tensor,
        turns: tuple[torch.Tensor, torch.Tensor],
        memories: Sequence[KeyValues],
        *,
        few: bool,
    ) -> torch.Tensor:
        """Let each token look at those before it."""
        import torch  # noqa: PLC0415 - loaded only when needed

        blueprint = self.blueprint
        query_key, value = self._project(layer, state, few=few)
        turned = torch.addcmul(query_key * turns[0], query_key.roll(blueprint.head_width // 2, -1), turns[1])
        each = state.shape[0] // len(memories)
        seen = []
        for place, memory in enumerate(memories):
            rows = slice(place * each, (place + 1) * each)
            query, key = torch.split(turned[rows], [blueprint.heads, blueprint.key_heads], dim=1)
            keys, values, end = memory.keys[number], memory.values[number], memory.length + each
            keys[:, memory.length : end] = key.transpose(0, 1)
            values[:, memory.length : end] = value[rows].transpose(0, 1)
            seen.append(attended(query, keys, values, start=memory.length, scale=blueprint.attention_scale))
        joined = seen[0] if len(seen) == 1 else torch.cat(seen)
        return layer.output.multiply(joined, few=few)

    def _project(self, layer: Layer, state: torch.Tensor, *, few: bool) -> tuple[torch.Tensor, torch.Tensor]:
        """Return queries and keys side by side, and values, by head."""
        import torch  # noqa: PLC0415 - loaded only when needed

        blueprint = self.blueprint
        width = blueprint.head_width
        flat = layer.query_key_value.multiply(state, few=few)
        if layer.query_norm is not None and layer.key_norm is not None:
            sizes = [blueprint.heads * width, blueprint.key_heads * width, blueprint.key_heads * width]
            query, key, value = torch.split(flat, sizes, dim=-1)
            normed = [
                self._norm(part.view(state.shape[0], -1, norm.shape[0]), norm).flatten(1)
                for part, norm in ((query, layer.query_norm), (key, layer.key_norm))
            ]
            flat = torch.cat([*normed, value], dim=-1)
        if layer.clip is not None:
            flat = flat.clamp(-layer.clip, layer.clip)
        heads = flat.view(state.shape[0], -1, width)
        return heads[:, : blueprint.heads + blueprint.key_heads], heads[:, blueprint.heads + blueprint.key_heads :]

    def _feed(self, feed: Feed, state: torch.Tensor, visited: list[torch.Tensor], *, few: bool) -> torch.Tensor:
        """Take tokens through the feed-forward layer, and note the experts they visit."""
        if isinstance(feed, Dense):
            return feed.down.multiply(gated(feed.gate_up.multiply(state, few=few)), few=few)
        if isinstance(feed, NarrowExperts):
            return feed.feed(state, visited, few=few)
        shares, chosen = route(feed, state)
        visited.append(chosen)
        if state.shape[0] == 1:
            return visit_one(feed, state, shares, chosen, few=few)
        return visit_many(feed, state, shares, chosen, few=few, look=self.look)

    def _turns_at(self, places: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return cosines and signed sines of these positions, for all heads."""
        import torch  # noqa: PLC0415 - loaded only when needed

        if places[-1] >= self._turns[0].shape[0] or max(places) >= self._turns[0].shape[0]:
            self._turns = self._rotations(2 * max(places))
        at = torch.tensor(places)
        return self._turns[0][at, None], self._turns[1][at, None]

    def _rotations(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Let the library say how positions turn keys; the first half of the sines gets the sign of the rotation."""
        import torch  # noqa: PLC0415 - loaded only when needed

        with torch.inference_mode():
            probe = self.blueprint.embedding[:1]
            cosine, sine = self.blueprint.rotary(probe, torch.arange(count)[None])
            half = self.blueprint.head_width // 2
            return cosine[0], torch.cat([-sine[0, :, :half], sine[0, :, half:]], dim=-1)


def positions(memory: KeyValues, each: int) -> range:
    """Say where the next tokens of a text stand."""
    return range(memory.length, memory.length + each)


@contextmanager
def without_onednn() -> Iterator[None]:
    """Bypass oneDNN: one token is a product of matrix and vector, 15.8 GB/s through it and 23.9 without (two cores).

    The switch is the process's: another model that runs at the same moment computes the same, a little slower.
    """
    from torch.backends import mkldnn  # noqa: PLC0415 - loaded only when needed

    mkldnn.set_flags(_enabled=False)  # type: ignore[no-untyped-call]  # the library's
    try:
        yield
    finally:
        mkldnn.set_flags(_enabled=True)  # type: ignore[no-untyped-call]  # the library's
