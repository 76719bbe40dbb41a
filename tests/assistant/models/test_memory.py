from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
import torch

from assistant.errors import ModelUnavailable
from assistant.models.blueprint import Blueprint, draw
from assistant.models.catalog import load_catalog
from assistant.models.decoder import LeanDecoder
from assistant.models.few_tokens import FewMatrix
from assistant.models.folders import open_folder
from assistant.models.footprint import cache_bytes_per_token, crowd_gib, memory_gib, memory_of_config, packed_gib
from assistant.models.key_values import STEP_TOKENS
from assistant.models.loading import NumberFormat, load_folder
from assistant.models.memory import GIB, Room, group_room_bytes, require_room
from assistant.models.opening import Extras, affordable, fit, open_model
from assistant.models.packing import pack
from assistant.models.pulling import RECORD
from assistant.settings import Settings

MIB = 1 << 20


def write_group(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)


def test_version_2_counts_the_tightest_group_above_and_the_files_that_can_be_dropped(tmp_path: Path) -> None:
    groups, own = tmp_path / "cgroup", tmp_path / "own"
    own.write_text("0::/user.slice/footnote.service\n")
    write_group(groups / "user.slice", memory__max=f"{900 * MIB}\n", memory__current=f"{500 * MIB}\n")
    write_group(
        groups / "user.slice/footnote.service",
        memory__max="max\n",
        memory__current=f"{300 * MIB}\n",
        memory__stat="inactive_file 5\n",
    )
    assert group_room_bytes(groups, own) == 400 * MIB
    write_group(groups / "user.slice", memory__stat=f"anon 1\ninactive_file {50 * MIB}\n")
    assert group_room_bytes(groups, own) == 450 * MIB


def test_version_1_reads_its_own_controller_and_knows_no_limit_when_it_sees_one(tmp_path: Path) -> None:
    groups, own = tmp_path / "cgroup", tmp_path / "own"
    own.write_text("5:devices:/\n4:memory:/job\n0::/\n")
    unlimited = {"memory__limit_in_bytes": "9223372036854771712", "memory__usage_in_bytes": "1"}
    write_group(groups / "memory", **unlimited)
    write_group(groups / "memory/job", **unlimited)
    assert group_room_bytes(groups, own) is None
    write_group(groups / "memory/job", memory__limit_in_bytes=str(2 * GIB), memory__usage_in_bytes=str(GIB))
    assert group_room_bytes(groups, own) == GIB


def test_in_a_container_the_mounts_root_is_the_group(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.write_text("0::/../../docker/abc\n")
    write_group(tmp_path / "cgroup", memory__max=str(GIB), memory__current="0")
    assert group_room_bytes(tmp_path / "cgroup", own) == GIB


def test_where_there_are_no_groups_there_is_no_limit(tmp_path: Path) -> None:
    assert group_room_bytes(tmp_path, tmp_path / "absent") is None


def test_a_model_takes_its_weights_a_fifth_more_and_its_cache() -> None:
    assert memory_gib(10 * GIB, 0) == pytest.approx(20 * 1.2)
    assert memory_gib(10 * GIB, GIB // 1024, tokens=2048) == pytest.approx(20 * 1.2 + 2)
    assert memory_gib(10 * GIB, 0, number_format="int4") == pytest.approx(10 * 0.56 * 1.2)


@pytest.mark.parametrize(
    ("config", "bytes_per_token"),
    [
        ({"num_hidden_layers": 24, "num_attention_heads": 16, "num_key_value_heads": 8, "hidden_size": 1024}, 49_152),
        ({"num_hidden_layers": 48, "num_attention_heads": 32, "num_key_value_heads": 4, "head_dim": 128}, 98_304),
        (
            {
                "num_hidden_layers": 27,
                "num_attention_heads": 16,
                "kv_lora_rank": 512,
                "qk_nope_head_dim": 128,
                "qk_rope_head_dim": 64,
                "v_head_dim": 128,
            },
            276_480,
        ),
        (
            {
                "layer_types": ["mamba", "attention", "linear_attention"],
                "num_attention_heads": 2,
                "num_key_value_heads": 2,
                "head_dim": 8,
                "num_hidden_layers": 3,
            },
            64,
        ),
        ({}, 0),
    ],
    ids=["granite", "qwen3", "deepseek", "hybrid", "unknown"],
)
def test_the_cache_is_computed_from_the_configuration(config: dict[str, object], bytes_per_token: int) -> None:
    assert cache_bytes_per_token(config) == bytes_per_token
    assert cache_bytes_per_token({"text_config": config}) == bytes_per_token


@pytest.mark.parametrize("number_format", ["bfloat16", "float32"])
def test_packed_weights_take_what_is_computed(number_format: NumberFormat) -> None:
    weight = torch.randn(128, 256).to(getattr(torch, number_format))
    assert pack(weight).bytes == packed_gib(weight.numel(), number_format, in_bytes=False) * GIB


def test_a_small_window_bounds_the_cache() -> None:
    config = {
        "num_hidden_layers": 1,
        "num_attention_heads": 1,
        "head_dim": GIB // 4096,
        "max_position_embeddings": 1024,
    }
    assert memory_of_config(config, 0) == pytest.approx(0.5 + 1)


@pytest.mark.parametrize("number_format", ["bfloat16", "float32"])
def test_what_a_text_holds_is_what_is_computed(granite_folder: Path, number_format: NumberFormat) -> None:
    loaded = load_folder(open_folder(granite_folder), number_format)
    blueprint = draw(loaded.model, packing=True)
    assert blueprint
    decoder = LeanDecoder(blueprint, lambda: None)
    memories = [decoder.new_memory() for _ in range(4)]
    for memory in memories:
        decoder.read([1] * 300, memory)  # grows once: what was there before is let go
    held = sum(memory.bytes for memory in memories)
    config = loaded.model.config.to_dict()
    others = crowd_gib(config | {"max_position_embeddings": 2 * STEP_TOKENS}, number_format, writers=4, kept_bytes=0)
    assert held == pytest.approx(others * GIB / 3 * 4)


def test_weights_and_their_rounded_copies_are_what_is_computed(granite_folder: Path) -> None:
    loaded = load_folder(open_folder(granite_folder), "bfloat16")
    blueprint = draw(loaded.model, packing=True)
    assert blueprint
    weights = {weight.data_ptr(): weight.nbytes for weight in loaded.model.parameters()}
    rounded = sum(matrix.weight.nbytes for matrix in few_of(blueprint))
    parameters = sum(weight.numel() for weight in loaded.model.parameters())
    cache = 4 * 4096 * cache_bytes_per_token(loaded.model.config.to_dict())
    computed = memory_of_config(loaded.model.config.to_dict(), parameters) + packed_gib(
        parameters, "bfloat16", in_bytes=True
    )
    assert sum(weights.values()) + rounded <= computed * GIB + cache
    assert rounded <= packed_gib(parameters, "bfloat16", in_bytes=True) * GIB


def few_of(blueprint: Blueprint) -> list[FewMatrix]:
    """Give the matrices outside experts that few tokens read."""
    layers = [matrix.few for layer in blueprint.layers for matrix in (layer.query_key_value, layer.output)]
    return [few for few in (*layers, blueprint.head.few) if few]


@pytest.mark.parametrize(("free_gib", "packing", "crowd"), [(0.5, False, False), (0.6, True, False), (8, True, True)])
def test_what_memory_allows_comes_in_the_order_of_its_worth(
    granite_folder: Path, settings: Settings, free_gib: float, *, packing: bool, crowd: bool
) -> None:
    found = open_folder(granite_folder)
    room = Room(free_gib=free_gib, has_gpu=False)
    assert affordable(found, settings, room) == Extras(packing=packing, crowd=crowd)


def test_too_little_memory_names_what_bounds_it() -> None:
    room = Room(free_gib=2, has_gpu=False, bound="this control group's memory")
    with pytest.raises(
        ModelUnavailable, match=r"^big: needs 4\.0 GiB, 2\.0 GiB of this control group's memory are free"
    ):
        require_room("big", 4, room, limit_gib=None)


def put_model(name: str, source: Path, settings: Settings, *, claims_gib: float = 0) -> None:
    """Install a tiny checkpoint under a catalogue name; a sparse shard makes it as large as is claimed."""
    folder = Path(shutil.copytree(source, settings.models_dir / name))
    (folder / RECORD).write_text(json.dumps({"name": name}))
    if claims_gib:
        size = int(claims_gib * GIB)
        header = json.dumps({"ballast": {"dtype": "BF16", "shape": [size // 2], "data_offsets": [0, size]}}).encode()
        with (folder / "ballast.safetensors").open("wb") as file:
            file.write(len(header).to_bytes(8, "little") + header)
            file.truncate(8 + len(header) + size)


def test_a_model_that_is_too_large_gives_way_to_a_smaller_one_and_says_so(
    granite_folder: Path, settings: Settings
) -> None:
    put_model("granite-3b", granite_folder, settings, claims_gib=6.2)
    put_model("granite-1b", granite_folder, settings)
    limited = settings.model_copy(update={"memory_limit": 4.0})
    for name in (None, "granite-3b"):
        opened = open_model(name, limited)
        assert opened.card.name == "granite-1b"
        assert opened.card.label == "instead of granite-3b, which needs 7.4 GiB, memory_limit allows 4"
        assert opened.chat.invoke("Why?", max_tokens=2).text


def test_where_nothing_smaller_is_there_it_is_refused(granite_folder: Path, settings: Settings) -> None:
    put_model("granite-3b", granite_folder, settings, claims_gib=6.2)
    limited = settings.model_copy(update={"memory_limit": 4.0})
    with pytest.raises(
        ModelUnavailable, match=r"^granite-3b: needs 7\.4 GiB, memory_limit allows 4; raise it or choose"
    ):
        open_model("granite-3b", limited)
    assert fit("granite-3b", limited)[2] == "needs 7.4 GiB, memory_limit allows 4"


GROUPS = Path("/sys/fs/cgroup")


@pytest.fixture
def four_gib_group() -> Iterator[Path]:
    """A real control group of 4 GiB, where this process may make one."""
    root = GROUPS / "memory" if (GROUPS / "memory").is_dir() else GROUPS
    limit = "memory.limit_in_bytes" if root != GROUPS else "memory.max"
    group = root / f"footnote-test-{uuid4().hex[:8]}"
    try:
        group.mkdir()
        (group / limit).write_text(str(4 * GIB))
    except OSError as error:
        with suppress(OSError):
            group.rmdir()
        pytest.skip(f"no control group can be made here: {error}")
    yield group
    with suppress(OSError):
        group.rmdir()


IN_GROUP = """
import os, sys
from pathlib import Path
Path(sys.argv[1], "cgroup.procs").write_text(str(os.getpid()))
from assistant.models.memory import free_room
from assistant.models.opening import open_model
from assistant.settings import Settings
room = free_room()
opened = open_model("granite-3b", Settings(data_dir=Path(sys.argv[2])))
print(room.bound, round(room.free_gib), opened.card.name, opened.card.label, sep="|")
opened.chat.invoke("Why?", max_tokens=2)
"""


def test_in_a_control_group_of_4_gib_it_steps_down_and_says_so(
    four_gib_group: Path, granite_folder: Path, settings: Settings
) -> None:
    put_model("granite-3b", granite_folder, settings, claims_gib=6.2)
    put_model("granite-1b", granite_folder, settings)
    program = [sys.executable, "-c", IN_GROUP, str(four_gib_group), str(settings.data_dir)]
    done = subprocess.run(program, capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode == 0, done.stderr
    bound, free, name, label = done.stdout.strip().split("|")
    assert (bound, name) == ("this control group's memory", "granite-1b")
    assert int(free) <= 4
    assert label.startswith("instead of granite-3b, which needs 7.4 GiB, ")
    assert "GiB of this control group's memory are free" in label


def test_the_catalogue_states_memory_by_number_format() -> None:
    for entry in load_catalog():
        if entry.kind == "language" and entry.conversion != "none":
            assert entry.memory_gib == entry.memory_by_format["bfloat16"]
            assert entry.memory_by_format["int4"] < entry.memory_by_format["int8"] < entry.memory_gib
