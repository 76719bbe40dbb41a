"""Read what a model folder says of itself, without loading it, and refuse folders that could run code.

Knows config.json and the headers of safetensors files. Leaves loading to `loading.py`.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ModelUnavailable
from assistant.evidence import ModelCard

__all__ = ["ModelFolder", "open_folder"]

FORBIDDEN_KEY = re.compile(r"auto_map|_?attn_implementation.*|custom_generate|custom_pipelines")
"""With these a config names code to run, even with trust_remote_code=False (CVE-2026-4372, transformers before 5.3)."""
EXPERTS = ("n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts")
"""What architectures call the number of routed experts in a layer, in transformers 5.23."""
EXPERTS_PER_TOKEN = ("num_experts_per_tok", "num_experts_per_token", "experts_per_token", "moe_topk", "moe_top_k")
ROUTED = re.compile(r"\.experts\.|\.(?:input|output)_linear\.|\.(?:w1|w2|v1)s?\.experts")
"""Names of routed experts' weights: one tensor each, or stacked, or Granite's two stacked linear layers."""
MOST_HEADER_BYTES = 100_000_000  # the safetensors format's own limit
PACKED = {"U8", "I8", "F4"}
"""Types that hold quantised weights: their elements are not parameters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelFolder:
    """A folder that may be loaded: its configuration and the shapes of its weights."""

    path: Path
    config: Mapping[str, Any]
    shapes: Mapping[str, tuple[int, ...]]
    stored_bytes: int

    @property
    def total_parameters(self) -> int:
        """Every weight, counted from the files' headers."""
        return sum(math.prod(shape) for shape in self.shapes.values())

    @property
    def experts(self) -> int | None:
        """Routed experts in a layer; None for a dense model."""
        return first_number(self.config, EXPERTS)

    @property
    def experts_per_token(self) -> int | None:
        """Routed experts that one token visits in a layer; None for a dense model."""
        return first_number(self.config, EXPERTS_PER_TOKEN) if self.experts else None

    @property
    def active_parameters(self) -> int:
        """Weights that one token uses: all but the routed experts it does not visit."""
        if not self.experts or not self.experts_per_token:
            return self.total_parameters
        routed = sum(math.prod(shape) for name, shape in self.shapes.items() if ROUTED.search(name))
        return self.total_parameters - routed + routed * self.experts_per_token // self.experts

    def card(self, *, name: str, label: str = "") -> ModelCard:
        """Describe the model as an answer shows it."""
        architectures = self.config.get("architectures") or [None]
        return ModelCard(
            name=name,
            architecture=architectures[0],
            experts=self.experts,
            experts_per_token=self.experts_per_token,
            active_parameters=self.active_parameters,
            total_parameters=self.total_parameters,
            label=label,
        )


def open_folder(path: Path) -> ModelFolder:
    """Read a model folder; raise `ModelUnavailable` in one line if it is missing, broken or not to be trusted."""
    if not path.is_dir():
        message = f"{path}: no such folder; name a folder that holds config.json and safetensors files"
        raise ModelUnavailable(message)
    config = read_config(path / "config.json")
    if key := next(forbidden_keys(config), None):
        message = (
            f"{path}/config.json: the key {key!r} can name code to run, so the model is not loaded; remove the key"
        )
        raise ModelUnavailable(message)
    files = sorted(path.glob("*.safetensors"))
    if not files:
        message = f"{path}: holds no safetensors files, and no other kind of weights is read; convert the model first"
        raise ModelUnavailable(message)
    shapes: dict[str, tuple[int, ...]] = {}
    for file in files:
        shapes |= read_shapes(file)
    return ModelFolder(path=path, config=config, shapes=shapes, stored_bytes=sum(f.stat().st_size for f in files))


def read_config(path: Path) -> dict[str, Any]:
    """Parse config.json; raise `ModelUnavailable` unless it describes a model."""
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"broken JSON ({error})"
        message = f"{path}: {reason}; name a folder that holds a transformers model"
        raise ModelUnavailable(message) from error
    if not isinstance(config, dict) or "model_type" not in config:
        message = f"{path}: says no model_type; name a folder that holds a transformers model"
        raise ModelUnavailable(message)
    return config


def forbidden_keys(config: object) -> Iterator[str]:
    """Find keys at any depth that could make a library run code."""
    if isinstance(config, dict):
        for key, value in config.items():
            if FORBIDDEN_KEY.fullmatch(str(key)):
                yield str(key)
            yield from forbidden_keys(value)
    elif isinstance(config, list):
        for value in config:
            yield from forbidden_keys(value)


def read_shapes(file: Path) -> dict[str, tuple[int, ...]]:
    """Read the shapes of the weights from a file's header; packed ones count two weights a byte."""
    try:
        with file.open("rb") as stream:
            (size,) = struct.unpack("<Q", stream.read(8))
            header: dict[str, Any] = json.loads(stream.read(min(size, MOST_HEADER_BYTES)))
    except (OSError, ValueError, struct.error) as error:
        message = f"{file}: no readable safetensors file ({error}); remove the folder and get the model again"
        raise ModelUnavailable(message) from error
    shapes = {}
    for name, tensor in header.items():
        if name != "__metadata__" and tensor["dtype"] not in {"I64", "BOOL"}:
            shape = tuple(tensor["shape"])
            shapes[name] = (*shape, 2) if tensor["dtype"] in PACKED and name.endswith("_blocks") else shape
    return shapes


def first_number(config: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    """Return the first of these settings that is a number above zero, here or in the part on text."""
    for part in (config, config.get("text_config") or {}):
        for name in names:
            value = part.get(name)
            if isinstance(value, int) and value > 0:
                return value
    return None
