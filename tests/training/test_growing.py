"""Experts grow on a frozen model: nothing changes at the start, branches do not see one another, runs go on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import PreTrainedTokenizerFast

from training.ablate import ablate
from training.controls import low_ranks
from training.course import Course, Student
from training.data.packs import Pack, make_packs
from training.dense import DenseModel, open_dense
from training.experts import RoutedExperts, by_label, learned, random_router, static
from training.grow import grow, pack_at
from training.readings import Reading, Readings
from training.routing import fit_one, fit_routers
from training.shape import REST, Shape, branch_of
from training.tokens import Sequenced, sequence, tree_mask


@pytest.fixture(scope="module")
def dense(dense_folder: Path, shape: Shape) -> DenseModel:
    return open_dense(dense_folder, shape, dtype=torch.float32)[0]


@pytest.fixture(scope="module")
def rows(packs: list[Pack], tokenizer: PreTrainedTokenizerFast) -> Sequenced:
    return sequence(packs[0], tokenizer)


def test_passages_stand_once_and_every_question_is_a_branch(
    rows: Sequenced, packs: list[Pack], tokenizer: PreTrainedTokenizerFast
) -> None:
    assert rows.asked == packs[0].asked
    for number, asked in enumerate(rows.asked, start=1):
        mine = rows.owners == number
        learnt = rows.targets[mine & (rows.weights > 0)]
        assert tokenizer.decode(learnt) == f"{asked.answer}<|im_end|>"
        assert rows.positions[mine][0] == (rows.owners == 0).sum()


def test_a_branch_gets_the_scores_that_it_would_get_alone(dense: DenseModel, rows: Sequenced) -> None:
    together = dense.read(rows.tokens, rows.positions, tree_mask(rows.owners, torch.float32)).states
    kept = (rows.owners == 0) | (rows.owners == 2)
    alone = dense.model.model(input_ids=rows.tokens[kept][None]).last_hidden_state[0]
    torch.testing.assert_close(together[kept], alone, atol=2e-5, rtol=1e-4)


@pytest.fixture
def reading(dense: DenseModel, packs: list[Pack], tokenizer: PreTrainedTokenizerFast, tmp_path: Path) -> Reading:
    return Readings(dense=dense, tokenizer=tokenizer, folder=tmp_path, most_tokens=9000).of(packs[0])


def test_new_experts_change_nothing(dense: DenseModel, shape: Shape, rows: Sequenced, reading: Reading) -> None:
    experts = dense.new_experts(shape, 1, reading.rest)
    plain = dense.read(rows.tokens, rows.positions, tree_mask(rows.owners, torch.float32)).states
    grown = dense.answer(reading.states, reading.positions, reading.mask, reading.before, experts, learned(2)).states
    torch.testing.assert_close(grown, plain[rows.experts != REST], atol=2e-5, rtol=1e-4)


def test_answers_read_on_are_those_of_a_whole_pass_that_leaves_the_rest_alone(
    dense: DenseModel, shape: Shape, rows: Sequenced, reading: Reading
) -> None:
    experts = dense.new_experts(shape, 1, reading.rest)
    for routed in experts:
        torch.nn.init.normal_(routed.down, std=0.1)
        routed.down.data[:, : shape.width] = 0
    mask = tree_mask(rows.owners, torch.float32)
    lower = dense.read(rows.tokens, rows.positions, mask).lower
    whole = dense.answer(lower, rows.positions, mask, None, experts, by_label(rows.experts, shape.experts)).states
    part = dense.answer(
        reading.states,
        reading.positions,
        reading.mask,
        reading.before,
        experts,
        by_label(reading.labels, shape.experts),
    ).states
    torch.testing.assert_close(part, whole[rows.experts != REST], atol=2e-5, rtol=1e-4)


def test_a_pack_whose_words_have_changed_is_read_anew(
    dense: DenseModel, packs: list[Pack], tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    readings = Readings(dense=dense, tokenizer=tokenizer, folder=tmp_path, most_tokens=9000)
    changed = replace(packs[0], asked=tuple(replace(asked, answer=f"{asked.answer}!") for asked in packs[0].asked))
    readings.of(packs[0])
    assert len(readings.of(changed).states) > len(readings.of(packs[0]).states)


def test_answers_belong_to_the_expert_of_their_kind_and_all_else_to_the_rest(
    rows: Sequenced, packs: list[Pack]
) -> None:
    assert set(rows.experts[rows.owners == 0].tolist()) == {REST}
    for number, asked in enumerate(rows.asked, start=1):
        answers = (rows.owners == number) & (rows.weights > 0)
        assert set(rows.experts[answers].tolist()) == {branch_of(asked.kind, packs[0].language)}


def test_ways_to_route_give_each_row_its_share() -> None:
    states, scores = torch.randn(5, 4), torch.tensor([[1.0, 3.0, 2.0]]).repeat(5, 1)
    shares = learned(2)(states, scores)
    assert shares[:, 0].eq(0).all()
    torch.testing.assert_close(shares.sum(-1), torch.ones(5))
    assert by_label(torch.tensor([2, 0]), 3)(states, scores).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert static(0.25)(states, scores).eq(0.25).all()
    assert (random_router(2, 1)(states, scores) > 0).sum(-1).eq(2).all()


def test_a_run_learns_and_writes_down_what_it_found(
    dense_folder: Path, packs: list[Pack], shape: Shape, tmp_path: Path
) -> None:
    course = Course(apart=12, mixed=6, rate_in=1e-2, rate_out=3e-2, rate_router=3e-2)
    reports = list(grow(dense_folder, packs[:1], course, tmp_path / "run", shape=shape, most_tokens=9000))
    assert reports[-1].loss < reports[0].loss - 0.15
    assert reports[-1].router_right > reports[0].router_right
    assert [report.part for report in reports] == ["apart"] * 12 + ["mixed"] * 6
    lines = (tmp_path / "run" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["step"] for line in lines] == list(range(18))


def test_a_run_that_was_stopped_ends_as_one_that_was_not(
    dense_folder: Path, packs: list[Pack], shape: Shape, tmp_path: Path
) -> None:
    course = Course(apart=10, mixed=4)
    whole = list(grow(dense_folder, packs, course, tmp_path / "a" / "run", shape=shape, most_tokens=9000))
    stopped = grow(dense_folder, packs, course, tmp_path / "b" / "run", shape=shape, most_tokens=9000)
    for _ in range(11):
        next(stopped)
    stopped.close()
    rest = list(grow(dense_folder, packs, course, tmp_path / "b" / "run", shape=shape, most_tokens=9000))
    assert [report.step for report in rest] == [10, 11, 12, 13]
    assert [report.loss for report in rest[:1]] == [report.loss for report in whole[10:11]]


def test_one_pack_of_three_is_written_and_in_prose_two_of_three_and_none_is_left_out() -> None:
    packs, written = list(make_packs(6, 7)), list(make_packs(5, 8))
    course = Course(apart=24, mixed=3, prose=9)
    taken = [pack_at(step, course, packs, written) for step in range(course.steps)]
    is_written = [pack in written for pack in taken]
    assert [sum(is_written[at : at + 3]) for at in range(0, course.steps, 3)] == [1] * 9 + [2] * 3
    assert all(pack in taken for pack in (*packs, *written))
    assert [pack_at(step, course, packs, ()) for step in range(6)] == packs


def test_an_ablation_scores_every_router_and_says_who_did_what(
    dense: DenseModel, shape: Shape, packs: list[Pack], tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    readings = Readings(dense=dense, tokenizer=tokenizer, folder=tmp_path, most_tokens=9000)
    reading = readings.of(packs[0])
    experts = dense.new_experts(shape, 1, reading.rest)
    course = Course(apart=30, mixed=1, rate_in=1e-2, rate_out=3e-2, rate_router=3e-2)
    student = Student(dense=dense, shape=shape, experts=experts, course=course, folder=tmp_path / "run")
    for _ in range(30):
        student.take_step(reading, reading.rest)
    found = ablate(student, readings, packs[:1], whole=1)
    assert found.losses["by label"] < found.losses["random"] < found.losses["none (dense)"] + 1
    assert {f"{asked.kind} {packs[0].language}" for asked in packs[0].asked} == set(found.shares)
    assert all(sum(shares) == pytest.approx(1, abs=1e-3) for shares in found.shares.values())
    assert "learned, every row" in found.losses


def test_a_router_learns_whose_answer_a_row_is_and_leaves_the_rest_alone(
    shape: Shape, dense: DenseModel, reading: Reading
) -> None:
    routed = RoutedExperts(shape, dense.hidden, torch.Generator().manual_seed(1))
    told = 4 * torch.eye(dense.hidden)  # what a row reads tells its label
    clear = replace(reading, rest=told[REST].repeat(1, 20, 1))
    fit = fit_one(routed, 0, [told[reading.labels]], [clear])
    assert fit.fitted == 1
    assert routed.scores(clear.rest[0]).argmax(-1).eq(REST).all()


def test_routers_are_fitted_from_the_lowest_up(dense: DenseModel, shape: Shape, reading: Reading) -> None:
    experts = dense.new_experts(shape, 1, reading.rest)
    before = [routed.router.detach().clone() for routed in experts]
    fits = fit_routers(dense, experts, shape, [reading])
    assert [fit.layer for fit in fits] == [0, 1]
    assert all(not routed.router.equal(old) for routed, old in zip(experts, before, strict=True))


def test_low_rank_changes_have_as_many_weights_as_experts_and_begin_as_nothing(dense: DenseModel, shape: Shape) -> None:
    changes = low_ranks(dense, shape, 1)
    experts = dense.new_experts(shape, 1, torch.ones(2, 1, dense.hidden))
    sizes = [
        sum(parameter.numel() for name, parameter in module.named_parameters() if not name.endswith("router"))
        for module in (changes, experts)
    ]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.1)
    states = torch.randn(5, dense.hidden)
    assert changes[0](states, changes[0].scores(states)).eq(0).all()


@pytest.mark.parametrize("low_rank", [True, False], ids=["low rank", "static"])
def test_a_control_learns_the_same_answers(
    *, low_rank: bool, dense_folder: Path, packs: list[Pack], shape: Shape, tmp_path: Path
) -> None:
    course = Course(apart=10, mixed=2, rate_in=1e-2, rate_out=3e-2, alike=True)
    run = grow(dense_folder, packs[:1], course, tmp_path / "run", shape=shape, most_tokens=9000, low_rank=low_rank)
    reports = list(run)
    assert reports[-1].loss < reports[0].loss - 0.1
