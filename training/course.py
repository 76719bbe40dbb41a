"""The course of training: the experts learn apart, each from its own kind of answer, then together under the router.

Knows losses, rates and what is written down. Leaves data to `readings.py` and the command to `grow.py`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn

from training.dense import DenseModel, Routed
from training.experts import RoutedExperts, by_label, learned, static
from training.readings import Reading
from training.routing import fit_routers
from training.shape import REST, Shape

__all__ = ["Course", "StepReport", "Student", "answer_loss"]

WARM_UP = 8
CLIP = 1.0
SAVED_EVERY = 10
ROUTER_SHARE = 1.0
HINT_SHARE = 0.1
"""Weight of telling the router whose answer a row is, while experts learn apart and after."""
REST_SHARE = 1.0
"""Weight of telling it what is no answer; all of an answer's rows weigh as much as all of the others."""
MIXED_RATE = 0.4
"""Of the rates, when the experts have learnt apart and learn together."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """How long, and how fast: rates for projections into an expert, out of it, and for the router.

    A first trial took 3e-4, 1e-3 and 2e-4; the router learns from labels too, and so at a higher rate.
    """

    apart: int
    mixed: int
    prose: int = 0
    """The last steps, mostly on written packs."""
    rate_in: float = 3e-4
    rate_out: float = 1e-3
    rate_router: float = 5e-4
    alike: bool = False
    """Do all experts take part in every answer: a control, without branches and without a router."""

    @property
    def steps(self) -> int:
        """All steps."""
        return self.apart + self.mixed + self.prose

    def rate_at(self, step: int) -> float:
        """Return the part of the rates that a step takes: warm-up and linear decay in each part."""
        part = self.part_of(step)
        begun = {"apart": 0, "mixed": self.apart, "prose": self.apart + self.mixed}[part]
        length = {"apart": self.apart, "mixed": self.mixed, "prose": self.prose}[part]
        at = step - begun
        return min((at + 1) / WARM_UP, 1.0) * (1 - 0.9 * at / length) * (1.0 if part == "apart" else MIXED_RATE)

    def part_of(self, step: int) -> str:
        """Name the part of the course that a step belongs to."""
        return "apart" if step < self.apart else "mixed" if step < self.apart + self.mixed else "prose"


@dataclass(frozen=True, kw_only=True)
class StepReport:
    """What a step found: the losses, how often the router named the branch, and each expert's part of answers."""

    step: int
    part: str
    loss: float
    rest: float
    router_right: float
    loads: list[float]
    tokens: int
    seconds: float


@dataclass(kw_only=True)
class Student:
    """Experts that learn, with everything needed to go on after a stop."""

    dense: DenseModel
    shape: Shape
    experts: nn.ModuleList
    course: Course
    folder: Path

    def __post_init__(self) -> None:
        """Prepare the optimiser, and take up what an earlier run left."""
        course = self.course
        rates = {"in": course.rate_in, "out": course.rate_out, "router": course.rate_router}
        named = list(self.experts.named_parameters())
        groups = [
            {"params": params, "rate": rate}
            for way, rate in rates.items()
            if (params := [parameter for name, parameter in named if way_of(name) == way])
        ]
        self.optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.0)
        self.step = 0
        if self.state_file.is_file():
            state = torch.load(self.state_file, weights_only=True)
            self.experts.load_state_dict(state["experts"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.step = int(state["step"])

    @property
    def state_file(self) -> Path:
        """Where a stopped run is taken up."""
        return self.folder / "state.pt"

    def save(self) -> None:
        """Keep everything; a run that is killed while it writes keeps what was there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        state = {
            "experts": self.experts.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
        }
        unfinished = self.state_file.with_suffix(".partial")
        torch.save(state, unfinished)
        unfinished.rename(self.state_file)

    def take_step(self, reading: Reading, other: torch.Tensor) -> StepReport:
        """Learn the answers of one pack, and to leave `other` text alone."""
        began = time.monotonic()
        apart = self.step < self.course.apart
        choose = by_label(reading.labels, self.shape.experts) if apart else learned(self.shape.per_token)
        choose = static(1.0) if self.course.alike else choose
        routed = self.dense.answer(
            reading.states, reading.positions, reading.mask, reading.before, self.experts, choose
        )
        loss = answer_loss(self.dense, routed, reading)
        rest = torch.zeros(())
        total = loss
        if not self.course.alike:
            rest = rest_loss(self.experts, torch.cat([reading.rest, other], dim=1))
            hint = router_loss(routed.scores, reading.labels)
            total = loss + (ROUTER_SHARE if apart else HINT_SHARE) * hint + REST_SHARE * rest
        total.backward()  # type: ignore[no-untyped-call]  # the library's
        self.descend()
        report = self.report(routed, reading, float(loss.detach()), float(rest.detach()), began)
        self.step += 1
        if self.step % SAVED_EVERY == 0 or self.step in {
            self.course.apart,
            self.course.apart + self.course.mixed,
            self.course.steps,
        }:
            self.save()
        return report

    def fit(self, readings: Sequence[Reading]) -> None:
        """Fit the routers to what the experts have become, and write down how well that went."""
        fits = fit_routers(self.dense, self.experts, self.shape, readings)
        with (self.folder / "routers.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(fit)) + "\n" for fit in fits)

    def descend(self) -> None:
        """Change the experts, all but the one that does nothing."""
        part = self.course.rate_at(self.step)
        for group in self.optimiser.param_groups:
            group["lr"] = group["rate"] * part
        for routed in () if self.course.alike else self.experts:
            routed.spare(REST)  # type: ignore[operator]  # a list of modules
        nn.utils.clip_grad_norm_(self.experts.parameters(), CLIP)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)

    def report(self, routed: Routed, reading: Reading, loss: float, rest: float, began: float) -> StepReport:
        """Sum up a step, and write it down."""
        named = torch.stack([scores.argmax(-1) for scores in routed.scores])
        shares = torch.stack([shares.detach().mean(0) for shares in routed.shares]).mean(0)
        report = StepReport(
            step=self.step,
            part=self.course.part_of(self.step),
            loss=round(loss, 4),
            rest=round(rest, 4),
            router_right=round(float((named == reading.labels).float().mean()), 3),
            loads=[round(float(share), 3) for share in shares],
            tokens=len(reading.rows.tokens),
            seconds=round(time.monotonic() - began, 1),
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(report)) + "\n")
        return report


def way_of(name: str) -> str:
    """Tell whether a weight leads into an expert, out of it, or to one."""
    if name.endswith("router"):
        return "router"
    return "out" if name.endswith(("down", "_out")) else "in"


def answer_loss(dense: DenseModel, routed: Routed, reading: Reading) -> torch.Tensor:
    """Return the mean cross-entropy of answer tokens, by their weights."""
    learnt = reading.weights > 0
    weights = reading.weights[learnt]
    logits = dense.logits(routed.states[learnt])
    each = nn.functional.cross_entropy(logits, reading.targets[learnt], reduction="none")
    return (each * weights).sum() / weights.sum()


def router_loss(all_scores: Sequence[torch.Tensor], labels: torch.Tensor) -> torch.Tensor:
    """Return how badly the routers name the branch of each row; states are not changed by it."""
    return torch.stack([nn.functional.cross_entropy(scores, labels) for scores in all_scores]).mean()


def rest_loss(experts: nn.ModuleList, read: torch.Tensor) -> torch.Tensor:
    """Return how badly the routers leave rows alone that are no answer, layer by layer."""
    modules: list[RoutedExperts] = list(experts)  # type: ignore[arg-type]  # a list of modules
    nothing = torch.full((read.shape[1],), REST)
    return router_loss([routed.scores(rows) for routed, rows in zip(modules, read, strict=True)], nothing)
