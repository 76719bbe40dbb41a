"""Write what was grown as a delta: `python -m training.export`, named as `Qwen2MoeForCausalLM` names its weights.

Experts are kept in eight bits, with one scale for what a unit reads or writes: half the bytes of bf16.

Leaves putting it together with the dense model to `assistant.models.composing`.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Mapping
from pathlib import Path

import torch
from rich.console import Console
from safetensors.torch import save_file

from assistant.models.composing import SCALED
from training.build import FOLDER
from training.shape import GROWN, Shape

__all__ = ["delta_of", "export"]

DELTA = Path(__file__).parents[1] / "assistant" / "models" / "grown" / "delta.safetensors"


def main() -> None:
    """Read the options and export."""
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("--run", type=Path, default=FOLDER / "grown")
    parser.add_argument("--into", type=Path, default=DELTA)
    options = parser.parse_args()
    export(options.run, options.into)
    content = options.into.read_bytes()
    Console().print(f"{options.into}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


def export(run: Path, into: Path, *, shape: Shape = GROWN) -> None:
    """Write the experts of a run as a delta."""
    state = torch.load(run / "state.pt", weights_only=True)["experts"]
    into.parent.mkdir(parents=True, exist_ok=True)
    save_file(delta_of(state, shape), into, metadata={"format": "pt"})


def delta_of(state: Mapping[str, torch.Tensor], shape: Shape) -> dict[str, torch.Tensor]:
    """Lay the weights out as the library has them: experts in eight bits with their scales, routers in bf16."""
    delta: dict[str, torch.Tensor] = {}
    for number in sorted({int(name.split(".")[0]) for name in state}):
        gate, up, down, router = (state[f"{number}.{part}"] for part in ("gate", "up", "down", "router"))
        both = [part.view(shape.experts, shape.width, -1) for part in (gate, up)]
        layer = f"model.layers.{shape.first_layer + number}.mlp"
        delta |= in_eight_bits(f"{layer}.experts.gate_up_proj", torch.cat(both, dim=1), along=2)
        ways_out = down.view(len(down), shape.experts, shape.width).transpose(0, 1)
        delta |= in_eight_bits(f"{layer}.experts.down_proj", ways_out, along=1)
        delta[f"{layer}.gate.weight"] = router.to(torch.bfloat16)
    return {name: weight.contiguous() for name, weight in delta.items()}


def in_eight_bits(name: str, weight: torch.Tensor, *, along: int) -> dict[str, torch.Tensor]:
    """Round to 127 steps either way of the largest weight along an axis; `SCALED` names what a step is worth."""
    step = weight.abs().amax(dim=along, keepdim=True).clamp_min(torch.finfo(torch.float32).tiny) / 127
    return {name: (weight / step).round().to(torch.int8), name + SCALED: step.float()}


if __name__ == "__main__":
    main()
