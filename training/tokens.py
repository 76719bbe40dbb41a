"""A pack as one sequence of tokens: passages once, then every question with its answer as a branch of its own.

Knows the tree: a branch sees the passages and itself, and its positions go on where the passages end. Leaves what is
learnt of it to `course.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from assistant.models.chat_template import encode_chat
from assistant.writing.compact_prompting import build_compact_prompt
from training.data.packs import Pack
from training.data.questions import Asked
from training.shape import REST, branch_of

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["Branch", "Sequenced", "sequence", "tree_mask"]

HEADER_TOKENS = 3
"""`<|im_start|>assistant` and its line end: from here on a branch is read by the expert of its answer."""
WEIGHTED = 2.0
"""Weight of the first word of an answer, which decides between answering and declining, and of source numbers."""


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One question with its answer, as tokens: the answer begins at `answer_at`."""

    asked: Asked
    tokens: tuple[int, ...]
    answer_at: int


@dataclass(frozen=True, kw_only=True)
class Sequenced:
    """A pack as tokens, with the questions that it holds.

    Row by row: its position, its branch (0: the passages), its expert, the token that follows, and the weight of
    learning that one, zero where it is not learnt.
    """

    asked: tuple[Asked, ...]
    tokens: torch.Tensor
    positions: torch.Tensor
    owners: torch.Tensor
    experts: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor


def sequence(pack: Pack, tokenizer: PreTrainedTokenizerBase, *, most_tokens: int = 1 << 20) -> Sequenced:
    """Lay out a pack; branches that would make it longer than `most_tokens` are left out."""
    branches = [encode_branch(pack, asked, tokenizer) for asked in pack.asked]
    shared = common_length([branch.tokens for branch in branches])
    rows: list[tuple[int, int, int, int, int, float]] = [
        (token, place, 0, REST, 0, 0.0) for place, token in enumerate(branches[0].tokens[:shared])
    ]
    held: list[Asked] = []
    before_number = frozenset(bracket_tokens(tokenizer))
    for branch in branches:
        if len(rows) + len(branch.tokens) - shared <= most_tokens:
            held.append(branch.asked)
            expert = branch_of(branch.asked.kind, pack.language)
            rows += branch_rows(branch, shared, len(held), expert, before_number)
    token, position, owner, expert_column, target, weight = zip(*rows, strict=True)
    return Sequenced(
        asked=tuple(held),
        tokens=torch.tensor(token),
        positions=torch.tensor(position),
        owners=torch.tensor(owner),
        experts=torch.tensor(expert_column),
        targets=torch.tensor(target),
        weights=torch.tensor(weight),
    )


def encode_branch(pack: Pack, asked: Asked, tokenizer: PreTrainedTokenizerBase) -> Branch:
    """Encode a prompt as the product makes it, and the answer up to its end."""
    messages = build_compact_prompt(
        asked.question, pack.passages, pack.language, asked_at=pack.asked_at, fence=pack.fence
    )
    prompt = encode_chat(messages, tokenizer)
    answer = tokenizer.encode(asked.answer, add_special_tokens=False)
    end = tokenizer.eos_token_id
    return Branch(asked=asked, tokens=(*prompt, *answer, int(str(end))), answer_at=len(prompt))


def common_length(sequences: Sequence[Sequence[int]]) -> int:
    """Count the tokens that all begin with."""
    shortest = min(map(len, sequences))
    return next((at for at in range(shortest) if len({tokens[at] for tokens in sequences}) > 1), shortest)


def branch_rows(
    branch: Branch, shared: int, number: int, expert: int, before_number: frozenset[int]
) -> list[tuple[int, int, int, int, int, float]]:
    """Lay out what follows the passages; the last token of an answer predicts nothing."""
    rows = []
    for place in range(shared, len(branch.tokens) - 1):
        target = branch.tokens[place + 1]
        learnt = place + 1 >= branch.answer_at
        first = place + 1 == branch.answer_at
        digit = learnt and branch.tokens[place] in before_number
        weight = 0.0 if not learnt else WEIGHTED if first or digit else 1.0
        mine = expert if place >= branch.answer_at - HEADER_TOKENS else REST
        rows.append((branch.tokens[place], place, number, mine, target, weight))
    return rows


def bracket_tokens(tokenizer: PreTrainedTokenizerBase) -> Iterator[int]:
    """Find the tokens after which a source number comes."""
    for text in (" [", "[", "]["):
        yield tokenizer.encode(text, add_special_tokens=False)[-1]


def tree_mask(owners: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Let each row see the passages before it and its own branch before it, as an addend to attention's scores."""
    place = torch.arange(len(owners))
    before = place[:, None] >= place[None, :]
    seen = before & ((owners[None, :] == 0) | (owners[None, :] == owners[:, None]))
    return torch.zeros(len(owners), len(owners), dtype=dtype).masked_fill_(~seen, -torch.inf)[None, None]
