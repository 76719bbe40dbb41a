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

__all__ = ["INDEX", "ModelFolder", "first_number", "open_folder", "read_config", "refuse_code"]

FORBIDDEN_KEY = re.compile(r"auto_map|_?attn_implementation.*|custom_generate|custom_pipelines")
"""With these a config names code to run, even with trust_remote_code=False (CVE-2026-4372, transformers before 5.3)."""
ADAPTER = "adapter_config.json"
"""transformers would load the model that this names, wherever it lies, instead of the folder's own weights."""
EXPERTS = ("n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts")
"""What architectures call the number of routed experts in a layer, in transformers 5.23."""
EXPERTS_PER_TOKEN = (
    "num_experts_per_tok",
    "num_experts_per_token",
    "experts_per_token",
    "moe_topk",
    "moe_top_k",
    "moe_k",
)
ROUTED = re.compile(r"\.experts\.|\.(?:input|output)_linear\.|\.(?:w1|w2|v1)s?\.experts")
"""Names of routed experts' weights: one tensor each, or stacked, or Granite's two stacked linear layers."""
INDEX = "model.safetensors.index.json"
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
    def architecture(self) -> str | None:
        """The class that transformers builds."""
        named = self.config.get("architectures")
        return str(named[0]) if isinstance(named, list) and named else None

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
        return ModelCard(
            name=name,
            architecture=self.architecture,
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
    refuse_code(path)
    files = weight_files(path)
    shapes: dict[str, tuple[int, ...]] = {}
    for file in files:
        shapes |= read_shapes(file)
    return ModelFolder(path=path, config=config, shapes=shapes, stored_bytes=sum(f.stat().st_size for f in files))


def refuse_code(folder: Path) -> None:
    """Raise `ModelUnavailable` for a folder whose configurations could make a library run code or load others."""
    if (folder / ADAPTER).exists():
        message = (
            f"{folder}/{ADAPTER}: makes another model be loaded; merge the adapter into a model, or remove the file"
        )
        raise ModelUnavailable(message)
    for file in sorted(folder.glob("*config.json")):
        if key := next(forbidden_keys(read_json(file)), None):
            message = f"{file}: the key {key!r} can name code to run, so the model is not loaded; remove the key"
            raise ModelUnavailable(message)


def weight_files(folder: Path) -> list[Path]:
    """Name the files that hold weights; raise `ModelUnavailable` if there are none, or not all that an index names."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        message = f"{folder}: holds no safetensors files, and no other kind of weights is read; convert the model first"
        raise ModelUnavailable(message)
    index = folder / INDEX
    if not index.exists():
        return files
    content = read_json(index)
    homes = content.get("weight_map") if isinstance(content, dict) else None
    named = set(homes.values()) if isinstance(homes, dict) else {"a weight_map"}
    if lacking := sorted(str(name) for name in named - {file.name for file in files}):
        message = f"{index}: names {lacking[0]}, which is not in the folder; get the model again"
        raise ModelUnavailable(message)
    return [file for file in files if file.name in named]


def read_config(path: Path) -> dict[str, Any]:
    """Parse config.json; raise `ModelUnavailable` unless it describes a model."""
    config = read_json(path)
    if not isinstance(config, dict) or "model_type" not in config:
        message = f"{path}: says no model_type; name a folder that holds a transformers model"
        raise ModelUnavailable(message)
    return config


def read_json(path: Path) -> Any:  # noqa: ANN401 - a file of others
    """Parse a file; raise `ModelUnavailable` if it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"broken JSON ({error})"
        message = f"{path}: {reason}; name a folder that holds a transformers model"
        raise ModelUnavailable(message) from error


def forbidden_keys(config: object) -> Iterator[str]:
    """Find keys at any depth that could make a library run code."""
    if isinstance(config, dict):
        for key, value in config.items():
            if FORBIDDEN_KEY.fullmatch(str(key)) and not isinstance(value, bool | None):  # older libraries wrote a flag
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
        tensors = {name: tensor for name, tensor in header.items() if name != "__metadata__"}
        end = 8 + size + max((int(tensor["data_offsets"][1]) for tensor in tensors.values()), default=0)
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
        struct.error,
    ) as error:
        message = f"{file}: no readable safetensors file ({error}); remove the folder and get the model again"
        raise ModelUnavailable(message) from error
    if (found := file.stat().st_size) != end:
        message = f"{file}: has {found} bytes where its header says {end}; remove the folder and get the model again"
        raise ModelUnavailable(message)
    shapes = {}
    for name, tensor in tensors.items():
        if tensor["dtype"] not in {"I64", "BOOL"}:
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
