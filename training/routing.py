"""Fit the routers between learning apart and learning together: layer by layer, from whose answer each row is.

While experts learn apart, every row goes where its label says, and states above the first layer give the label away. So
each router is fitted on states as the routers below it leave them, never as the labels would. Knows that order. Leaves
what comes before and after to `course.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from training.dense import DenseModel, attend
from training.experts import RoutedExperts, learned
from training.readings import Reading
from training.shape import REST, Shape

__all__ = ["RouterFit", "fit_routers"]

STEPS = 200
RATE = 2e-3
DECAY = 0.05
"""Few answers, wide states: without it a router learns its examples by heart."""
HELD_BACK = 8
"""Every eighth pack only tells how well a router does on what it was not fitted to."""


@dataclass(frozen=True, kw_only=True)
class RouterFit:
    """How often the router of a layer names the branch: where it was fitted, and on packs held back."""

    layer: int
    fitted: float
    held_back: float


@dataclass(kw_only=True)
class OnTheWay:
    """The answers of a pack on their way up."""

    reading: Reading
    states: torch.Tensor


def fit_routers(
    dense: DenseModel, experts: nn.ModuleList, shape: Shape, readings: Sequence[Reading]
) -> list[RouterFit]:
    """Fit every router, the lowest first."""
    going = [OnTheWay(reading=reading, states=reading.states) for reading in readings]
    fits = []
    for number, layer in enumerate(dense.upper_layers):
        routed: RoutedExperts = experts[number]  # type: ignore[assignment]  # a list of modules
        read = []
        for one in going:
            with torch.no_grad():
                turns = dense.turns(one.states, one.reading.positions)
                one.states, _ = attend(layer, one.states, turns, one.reading.mask, one.reading.before[number])
                read.append(layer.post_attention_layernorm(one.states))
        fits.append(fit_one(routed, number, read, [one.reading for one in going]))
        for one, normed in zip(going, read, strict=True):
            with torch.no_grad():
                shares = learned(shape.per_token)(normed, routed.scores(normed))
                one.states = one.states + layer.mlp(normed) + routed(normed, shares)
    return fits


def fit_one(routed: RoutedExperts, number: int, read: Sequence[torch.Tensor], readings: Sequence[Reading]) -> RouterFit:
    """Fit one router; answers weigh as much as all the rows that are to be left alone."""
    inside = [place for place in range(len(read)) if place % HELD_BACK != HELD_BACK - 1]
    outside = sorted(set(range(len(read))) - set(inside))
    rows, labels, weights = gather(number, inside, read, readings)
    optimiser = torch.optim.AdamW([routed.router], lr=RATE, weight_decay=DECAY)
    for _ in range(STEPS):
        optimiser.zero_grad()
        losses = nn.functional.cross_entropy(routed.scores(rows), labels, reduction="none")
        (losses * weights).sum().backward()  # type: ignore[no-untyped-call]  # the library's
        optimiser.step()
    routed.router.grad = None
    held = named(routed, *gather(number, outside, read, readings)[:2]) if outside else float("nan")
    return RouterFit(layer=number, fitted=named(routed, rows, labels), held_back=held)


def gather(
    number: int, places: Sequence[int], read: Sequence[torch.Tensor], readings: Sequence[Reading]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Put the rows of some packs together, with labels and weights that add up to one."""
    answers = torch.cat([read[place] for place in places])
    rest = torch.cat([readings[place].rest[number] for place in places])
    labels = torch.cat([*(readings[place].labels for place in places), torch.full((len(rest),), REST)])
    weights = torch.cat([torch.full((len(part),), 0.5 / len(part)) for part in (answers, rest)])
    return torch.cat([answers, rest]).float(), labels, weights


@torch.no_grad()
def named(routed: RoutedExperts, rows: torch.Tensor, labels: torch.Tensor) -> float:
    """Say how often the router names the branch of an answer's row."""
    answers = labels != REST
    return float((routed.scores(rows).argmax(-1) == labels)[answers].float().mean())
