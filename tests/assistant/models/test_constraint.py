"""What a bracket may hold while a text is written."""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from transformers import PreTrainedTokenizerFast

from assistant.models.constraint import Constraint


def allowed(constraint: Constraint, tokenizer: PreTrainedTokenizerFast) -> set[str]:
    scores = constraint.apply(torch.zeros(len(tokenizer)))
    return {str(tokenizer.decode([token])) for token in scores.isfinite().nonzero().flatten().tolist()}


def write(constraint: Constraint, tokenizer: PreTrainedTokenizerFast, text: str) -> None:
    for token in tokenizer.encode(text):
        constraint.note(token)


@pytest.mark.parametrize(
    ("written", "then"),
    [("so [", set("123456789")), ("so [1", set("012]")), ("so [2", {"]"}), ("so [12", {"]"})],
)
def test_an_open_bracket_takes_what_makes_one_of_the_numbers(
    tokenizer: PreTrainedTokenizerFast, written: str, then: set[str]
) -> None:
    constraint = Constraint(tokenizer, 12)
    write(constraint, tokenizer, written)
    assert allowed(constraint, tokenizer) == then


def test_outside_brackets_all_but_a_closing_one_may_be_written(tokenizer: PreTrainedTokenizerFast) -> None:
    constraint = Constraint(tokenizer, 2)
    write(constraint, tokenizer, "in 1987 [2] ")
    everything = {str(tokenizer.decode([token])) for token in range(len(tokenizer))}
    assert allowed(constraint, tokenizer) == everything - {"]"}


def test_without_sources_none_may_be_opened(tokenizer: PreTrainedTokenizerFast) -> None:
    assert "[" not in allowed(Constraint(tokenizer, 0), tokenizer)


def test_a_text_may_end_whatever_its_end_is_called(tokenizer: PreTrainedTokenizerFast) -> None:
    named = PreTrainedTokenizerFast(
        tokenizer_object=deepcopy(tokenizer.backend_tokenizer),
        eos_token="[EOS]",  # noqa: S106 - a token of text
    )
    assert "[EOS]" in allowed(Constraint(named, 2), named)
