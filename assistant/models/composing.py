"""Put a grown mixture of experts together: a dense model's folder, and the few weights that were grown on it.

Knows how a dense Qwen2 becomes `Qwen2MoeForCausalLM`: its feed-forward layers become the shared experts, and since
their gate of zeros lets half of them through, what leaves them is doubled, which is exact. Leaves getting either part
to `pulling.py`.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelUnavailable
from assistant.models.conversion import write_json

if TYPE_CHECKING:
    import torch

__all__ = ["INDEX", "SCALED", "compose", "grown_config", "read_delta"]

INDEX = "model.safetensors.index.json"
COPIED = ("generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "LICENSE")
FEED = re.compile(r"model\.layers\.(\d+)\.mlp\.(gate_proj|up_proj|down_proj)\.weight")
SCALED = ".scale"
"""Ends the name of what a step of a weight in eight bits is worth."""
SHARED = 2.0
"""A gate of zeros lets half of the shared expert through."""

Report = Callable[[int, int], None]


def compose(dense: Path, delta: Path, folder: Path, *, report: Report) -> None:
    """Write a model folder from a dense one and a delta; `report` hears bytes done and bytes in all."""
    from safetensors import safe_open  # noqa: PLC0415 - loaded only when needed
    from safetensors.torch import save_file  # noqa: PLC0415 - as above

    folder.mkdir(parents=True, exist_ok=True)
    grown = read_delta(delta)
    first_layer = min(int(name.split(".")[2]) for name in grown)
    config = grown_config(read_config(dense), first_layer, grown)
    files = sorted(dense.glob("*.safetensors"))
    total_bytes = sum(file.stat().st_size for file in (*files, delta))
    homes: dict[str, str] = {}
    done_bytes = 0
    for file in files:
        with safe_open(file, framework="pt") as opened:
            weights = dict(renamed(((name, opened.get_tensor(name)) for name in opened.keys()), first_layer))  # noqa: SIM118 - no mapping
        home = file.name.replace("model", "dense")  # a file called model.safetensors would be taken for the whole
        save_file(weights, folder / home, metadata={"format": "pt"})
        homes |= dict.fromkeys(weights, home)
        done_bytes += file.stat().st_size
        report(done_bytes, total_bytes)
    gates = {name: gate_of_zeros(weights) for name, weights in shared_gates(grown)}
    save_file(grown | gates, folder / "grown.safetensors", metadata={"format": "pt"})
    homes |= dict.fromkeys(grown | gates, "grown.safetensors")
    report(total_bytes, total_bytes)
    write_json(folder / INDEX, {"metadata": {"total_size": total_bytes}, "weight_map": homes})
    write_json(folder / "config.json", config)
    for name in COPIED:
        if (dense / name).is_file():
            shutil.copyfile(dense / name, folder / name)


def read_delta(delta: Path) -> dict[str, torch.Tensor]:
    """Read the grown weights; raise `ModelUnavailable` where the file holds none."""
    from safetensors.torch import load_file  # noqa: PLC0415 - loaded only when needed

    weights = load_file(delta)
    if not weights or not all(".mlp." in name for name in weights):
        message = f"{delta}: holds no grown experts; get Footnote again"
        raise ModelUnavailable(message)
    return {name: in_full(name, weights) for name in weights if not name.endswith(SCALED)}


def in_full(name: str, weights: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """Give a weight as the model computes with it, whether it was kept in eight bits or not."""
    import torch  # noqa: PLC0415 - loaded only when needed

    scale = weights.get(name + SCALED)
    return weights[name] if scale is None else (weights[name].float() * scale).to(torch.bfloat16)


def read_config(dense: Path) -> dict[str, Any]:
    """Read what the dense model says of itself; raise `ModelUnavailable` where nothing can be grown on it."""
    config: dict[str, Any] = json.loads((dense / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") != "qwen2":
        message = f"{dense}: is a {config.get('model_type')}, experts were grown on a qwen2; pull stand-in again"
        raise ModelUnavailable(message)
    return config


def renamed(weights: Iterator[tuple[str, torch.Tensor]], first_layer: int) -> Iterator[tuple[str, torch.Tensor]]:
    """Make shared experts of the feed-forward layers that experts stand beside."""
    for name, weight in weights:
        match = FEED.fullmatch(name)
        if match is None or int(match[1]) < first_layer:
            yield name, weight
        else:
            doubled = weight * SHARED if match[2] == "down_proj" else weight
            yield f"model.layers.{match[1]}.mlp.shared_expert.{match[2]}.weight", doubled


def shared_gates(grown: Mapping[str, torch.Tensor]) -> Iterator[tuple[str, torch.Tensor]]:
    """Name the gate of each shared expert, with the router that has its width and format."""
    for name, weight in grown.items():
        if name.endswith(".mlp.gate.weight"):
            yield name.replace(".mlp.gate.", ".mlp.shared_expert_gate."), weight


def gate_of_zeros(router: torch.Tensor) -> torch.Tensor:
    """Make a gate that lets half through, whatever comes."""
    return router.new_zeros(1, router.shape[1])


def grown_config(dense: Mapping[str, Any], first_layer: int, grown: Mapping[str, torch.Tensor]) -> dict[str, Any]:
    """Say what the grown model is; the grown weights say how many experts it has, and how wide they are.

    `layer_types` is the class's own. Two experts a token, in shares that add up to one: so they were trained.
    """
    kept = {key: value for key, value in dense.items() if key not in {"layer_types", "max_window_layers"}}
    experts, _, width = next(weight.shape for name, weight in grown.items() if name.endswith("experts.down_proj"))
    return {
        **kept,
        "architectures": ["Qwen2MoeForCausalLM"],
        "model_type": "qwen2_moe",
        "decoder_sparse_step": 1,
        "mlp_only_layers": list(range(first_layer)),
        "shared_expert_intermediate_size": dense["intermediate_size"],
        "moe_intermediate_size": width,
        "num_experts": experts,
        "num_experts_per_tok": 2,
        "norm_topk_prob": True,
        "qkv_bias": True,
    }
