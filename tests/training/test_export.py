"""What was grown, put together with the dense model, is a stock mixture of experts that computes the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast, Qwen2MoeForCausalLM

from assistant.models.composing import SCALED, compose
from training.course import Course, Student
from training.data.packs import Pack
from training.dense import DenseModel, open_dense
from training.experts import learned
from training.export import export, in_eight_bits
from training.other_text import other_texts
from training.readings import Readings
from training.shape import Shape
from training.tokens import tree_mask


@pytest.fixture
def student(
    dense_folder: Path, shape: Shape, packs: list[Pack], tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> Student:
    """Experts as if they had learnt: every projection says something."""
    dense: DenseModel = open_dense(dense_folder, shape, dtype=torch.float32)[0]
    reading = Readings(dense=dense, tokenizer=tokenizer, folder=tmp_path / "read", most_tokens=9000).of(packs[0])
    experts = dense.new_experts(shape, 1, reading.rest)
    generator = torch.Generator().manual_seed(3)
    for routed in experts:
        for parameter in routed.parameters():
            steps = torch.randint(-127, 128, parameter.shape, generator=generator)
            steps[0, :] = steps[:, 0] = 127  # so eight bits hold them as they are, whichever way a scale goes
            parameter.data.copy_(steps / 512)
    return Student(dense=dense, shape=shape, experts=experts, course=Course(apart=1, mixed=1), folder=tmp_path / "run")


def test_eight_bits_are_half_a_step_off_at_most() -> None:
    weight = torch.randn(3, 5, 40, generator=torch.Generator().manual_seed(1))
    kept = in_eight_bits("w", weight, along=2)
    assert kept["w"].dtype is torch.int8
    step = kept[f"w{SCALED}"]
    assert step.shape == (3, 5, 1)
    assert ((kept["w"] * step - weight).abs() <= step / 2 + 1e-7).all()


def test_the_composed_folder_computes_what_was_trained(
    student: Student, dense_folder: Path, tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    student.save()
    export(student.folder, tmp_path / "delta.safetensors", shape=student.shape)
    compose(dense_folder, tmp_path / "delta.safetensors", tmp_path / "grown", report=lambda _done, _total: None)
    composed = AutoModelForCausalLM.from_pretrained(tmp_path / "grown", dtype=torch.float32)
    assert isinstance(composed, Qwen2MoeForCausalLM)
    tokens = torch.tensor(other_texts(tokenizer)[-1])
    place = torch.arange(len(tokens))
    mask = tree_mask(torch.zeros(len(tokens), dtype=torch.long), torch.float32)
    lower = student.dense.read(tokens, place, mask).lower
    routed = student.dense.answer(lower, place, mask, None, student.experts, learned(2))
    with torch.no_grad():
        said = composed(input_ids=tokens[None]).logits[0]
    torch.testing.assert_close(said, student.dense.logits(routed.states), atol=1e-4, rtol=1e-3)
