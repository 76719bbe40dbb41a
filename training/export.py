"""Write what was grown as a delta: `python -m training.export`, named as `Qwen2MoeForCausalLM` names its weights.

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
    """Lay the weights out as the library has them, in bf16."""
    delta = {}
    for number in sorted({int(name.split(".")[0]) for name in state}):
        gate, up, down, router = (state[f"{number}.{part}"] for part in ("gate", "up", "down", "router"))
        both = [part.view(shape.experts, shape.width, -1) for part in (gate, up)]
        layer = f"model.layers.{shape.first_layer + number}.mlp"
        delta[f"{layer}.experts.gate_up_proj"] = torch.cat(both, dim=1)
        delta[f"{layer}.experts.down_proj"] = down.view(len(down), shape.experts, shape.width).transpose(0, 1)
        delta[f"{layer}.gate.weight"] = router
    return {name: weight.to(torch.bfloat16).contiguous() for name, weight in delta.items()}


if __name__ == "__main__":
    main()
