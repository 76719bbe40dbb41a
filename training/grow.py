"""Grow the model: `python -m training.grow`. It goes on where it was stopped, and tells what each step found.

Needs the data of `training.build` and the stand-in (`footnote models pull stand-in`). Reading a pack for the first
time takes about four seconds on two idle cores, a step of learning about two.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from assistant.settings import load_settings
from training.build import FOLDER
from training.controls import low_ranks
from training.course import Course, StepReport, Student
from training.data.packs import Pack, read_packs
from training.data.written import written_packs
from training.dense import open_dense
from training.other_text import other_rows
from training.readings import Readings
from training.shape import GROWN, Shape

__all__ = ["grow", "pack_at"]

MOST_TOKENS = 1_300
"""Of 240 packs of seed 7 nine in ten have 1,245 at most; branches that would make a pack longer are left out."""


def main() -> None:
    """Read the options and grow."""
    parser = argparse.ArgumentParser(prog="python -m training.grow", description=__doc__)
    parser.add_argument("--model", type=Path, default=load_settings().models_dir / "stand-in")
    parser.add_argument("--packs", type=Path, default=FOLDER / "packs.jsonl")
    parser.add_argument("--into", type=Path)
    parser.add_argument("--packs-read", type=int, default=75, help="each is learnt more than once if steps are more")
    parser.add_argument("--apart", type=int, default=210)
    parser.add_argument("--mixed", type=int, default=60)
    parser.add_argument("--prose", type=int, default=150, help="steps at the end, mostly on written packs")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--control", choices=["static", "low-rank"], help="train a control of the same size instead")
    options = parser.parse_args()
    course = Course(apart=options.apart, mixed=options.mixed, prose=options.prose, alike=options.control is not None)
    into = options.into or FOLDER / (options.control or "grown")
    packs = read_packs(options.packs)[: options.packs_read]
    console = Console()
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    )
    with bar:
        task = bar.add_task("growing", total=course.steps)
        for report in grow(
            options.model,
            packs,
            course,
            into,
            written=written_packs(options.seed),
            seed=options.seed,
            low_rank=options.control == "low-rank",
        ):
            told = f"{report.part} {report.loss:.3f}, router {report.router_right:.2f}"
            bar.update(task, completed=report.step + 1, description=told)
            if report.step % 10 == 0:
                console.print(f"step {report.step}: {told}, {report.seconds} s")


def grow(  # noqa: PLR0913 - what is grown on what, for how long, and where it is kept
    model: Path,
    packs: Sequence[Pack],
    course: Course,
    into: Path,
    *,
    written: Sequence[Pack] = (),
    seed: int = 7,
    shape: Shape = GROWN,
    most_tokens: int = MOST_TOKENS,
    low_rank: bool = False,
) -> Iterator[StepReport]:
    """Grow experts on a model folder, step by step."""
    torch.manual_seed(seed)
    dense, tokenizer = open_dense(model, shape)
    readings = Readings(dense=dense, tokenizer=tokenizer, folder=into.parent / "readings", most_tokens=most_tokens)
    other = other_rows(dense, tokenizer)
    experts = low_ranks(dense, shape, seed) if low_rank else dense.new_experts(shape, seed, readings.of(packs[0]).rest)
    student = Student(dense=dense, shape=shape, experts=experts, course=course, folder=into)
    while student.step < course.steps:
        if student.step in {course.apart, course.apart + course.mixed} and not course.alike:
            student.fit([readings.of(pack) for pack in (*packs, *written)])
        yield student.take_step(readings.of(pack_at(student.step, course, packs, written)), next(other))


def pack_at(step: int, course: Course, packs: Sequence[Pack], written: Sequence[Pack]) -> Pack:
    """Choose the pack of a step: one of three is a written one, in prose two of three."""
    if not written:
        return packs[step % len(packs)]
    few, many = (packs, written) if course.part_of(step) == "prose" else (written, packs)
    turn, place = divmod(step, 3)
    return few[turn % len(few)] if place == 0 else many[(2 * turn + place - 1) % len(many)]


if __name__ == "__main__":
    main()
