"""What the routing is worth: `python -m training.ablate`. On packs of another seed, or on written ones held back.

The same experts are scored under the learned router, one drawn at random, all of them alike, and none at all (the dense
model with the same prompt); and once with every row routed, passages and questions too, as the product runs it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.settings import load_settings
from training.build import FOLDER
from training.controls import low_ranks
from training.course import Course, Student, answer_loss
from training.data.packs import Pack, make_packs
from training.data.written import held_back_packs
from training.dense import DenseModel, Routed, open_dense
from training.experts import Choose, by_label, learned, random_router, static
from training.grow import MOST_TOKENS
from training.readings import Reading, Readings
from training.shape import BRANCHES, GROWN
from training.tokens import tree_mask

__all__ = ["Ablation", "ablate"]

OTHER_SEED = 8
RANDOM_SEEDS = (1, 2, 3)


@dataclass(frozen=True, kw_only=True)
class Ablation:
    """Cross-entropy of answers by router, and who did what: the mean share of each expert by kind and language."""

    losses: Mapping[str, float]
    shares: Mapping[str, list[float]]

    @property
    def lost(self) -> float:
        """The part of the gain over the dense model that a random router loses."""
        gain = self.losses["none (dense)"] - self.losses["learned"]
        return (self.losses["random"] - self.losses["learned"]) / gain if gain else 0.0


def main() -> None:
    """Read the options, score, and print."""
    parser = argparse.ArgumentParser(prog="python -m training.ablate", description=__doc__)
    parser.add_argument("--model", type=Path, default=load_settings().models_dir / "stand-in")
    parser.add_argument("--run", type=Path, default=FOLDER / "grown")
    parser.add_argument("--packs", type=int, default=12)
    parser.add_argument("--whole", type=int, default=3, help="packs that are also passed with every row routed")
    parser.add_argument("--held-back", action="store_true", help="score written packs that no run learns from")
    options = parser.parse_args()
    dense, tokenizer = open_dense(options.model, GROWN)
    readings = Readings(
        dense=dense, tokenizer=tokenizer, folder=options.run.parent / "readings", most_tokens=MOST_TOKENS
    )
    packs = held_back_packs(OTHER_SEED) if options.held_back else list(make_packs(options.packs, OTHER_SEED))
    packs = packs[: options.packs]
    experts = dense.new_experts(GROWN, 0, readings.of(packs[0]).rest)
    student = Student(dense=dense, shape=GROWN, experts=experts, course=Course(apart=1, mixed=1), folder=options.run)
    found = ablate(student, readings, packs, whole=options.whole)
    found = replace(found, losses={**found.losses, **controls(dense, readings, packs, options.run.parent)})
    show(found)
    content = {"packs": options.packs, "losses": found.losses, "lost": found.lost, "shares": found.shares}
    name = "ablation-held-back.json" if options.held_back else "ablation.json"
    (options.run / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


@torch.no_grad()
def ablate(student: Student, readings: Readings, packs: Sequence[Pack], *, whole: int) -> Ablation:
    """Score the experts of a run under each router."""
    routers: dict[str, Callable[[Reading], Choose]] = {
        "learned": lambda _: learned(student.shape.per_token),
        "by label": lambda reading: by_label(reading.labels, student.shape.experts),
        **{f"random {seed}": partial(at_random, student.shape.per_token, seed) for seed in RANDOM_SEEDS},
        "static": lambda _: static(1 / student.shape.experts),
        "none (dense)": lambda _: static(0.0),
    }
    losses: dict[str, list[float]] = {name: [] for name in (*routers, "learned, every row")}
    shares: dict[str, list[torch.Tensor]] = {}
    for number, pack in enumerate(track(packs, description="scoring")):
        reading = readings.of(pack)
        for name, router in routers.items():
            routed = student.dense.answer(
                reading.states, reading.positions, reading.mask, reading.before, student.experts, router(reading)
            )
            losses[name].append(float(answer_loss(student.dense, routed, reading)))
            if name == "learned":
                note_shares(shares, routed, reading, pack)
        if number < whole:
            losses["learned, every row"].append(whole_loss(student, reading) - losses["learned"][-1])
    means = {name: sum(each) / len(each) for name, each in losses.items() if each}
    means["random"] = sum(means[f"random {seed}"] for seed in RANDOM_SEEDS) / len(RANDOM_SEEDS)
    if "learned, every row" in means:  # kept as a difference on its few packs
        means["learned, every row"] += means["learned"]
    return Ablation(
        losses={name: round(mean, 4) for name, mean in means.items()},
        shares={name: torch.stack(each).mean(0).tolist() for name, each in sorted(shares.items())},
    )


@torch.no_grad()
def controls(dense: DenseModel, readings: Readings, packs: Sequence[Pack], runs: Path) -> dict[str, float]:
    """Score the controls that were trained, where there are any."""
    losses = {}
    for name in ("static", "low-rank"):
        if (runs / name / "state.pt").is_file():
            begun = low_ranks(dense, GROWN, 0) if name == "low-rank" else None
            experts = begun or dense.new_experts(GROWN, 0, readings.of(packs[0]).rest)
            course = Course(apart=1, mixed=1, alike=True)
            control = Student(dense=dense, shape=GROWN, experts=experts, course=course, folder=runs / name)
            each = [float(answer_loss(dense, pass_alike(control, read), read)) for read in map(readings.of, packs)]
            losses[f"trained {name}"] = round(sum(each) / len(each), 4)
    return losses


def pass_alike(control: Student, reading: Reading) -> Routed:
    """Take answers through a control."""
    return control.dense.answer(
        reading.states, reading.positions, reading.mask, reading.before, control.experts, static(1.0)
    )


def at_random(per_token: int, seed: int, _reading: Reading) -> Choose:
    """Route by chance, whatever is read."""
    return random_router(per_token, seed)


def whole_loss(student: Student, reading: Reading) -> float:
    """Score answers when passages and questions go through the router too."""
    rows = reading.rows
    dense: DenseModel = student.dense
    mask = tree_mask(rows.owners, dense.model.dtype)
    lower = dense.read(rows.tokens, rows.positions, mask).lower
    routed = dense.answer(lower, rows.positions, mask, None, student.experts, learned(student.shape.per_token))
    answers = rows.experts != 0
    return float(answer_loss(dense, Routed(states=routed.states[answers], scores=[], shares=[]), reading))


def note_shares(shares: dict[str, list[torch.Tensor]], routed: Routed, reading: Reading, pack: Pack) -> None:
    """Note how much each expert had of each answer."""
    mean = torch.stack(routed.shares).mean(0)
    for number, asked in enumerate(reading.rows.asked, start=1):
        mine = mean[reading.owners == number].mean(0)
        shares.setdefault(f"{asked.kind} {pack.language}", []).append(mine)


def show(found: Ablation) -> None:
    """Print both tables."""
    losses = Table("router", "cross-entropy of answers")
    for name, loss in found.losses.items():
        losses.add_row(name, f"{loss:.3f}")
    heat = Table("kind and language", *BRANCHES)
    for name, each in found.shares.items():
        heat.add_row(name, *(f"{share:.2f}" for share in each))
    console = Console(width=150)
    console.print(losses)
    console.print(f"a random router loses {found.lost:.0%} of the gain")
    console.print(heat)


if __name__ == "__main__":
    main()
